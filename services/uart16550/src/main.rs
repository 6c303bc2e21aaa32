//! Console service on a 16550 UART.
//!
//! Output of each client is sent line by line. Input arrives by interrupt, through the notification
//! that is bound to the endpoint, and waits in a ring until a client reads it.
#![no_std]
#![no_main]

use veridian::prelude::*;
use veridian::system;
use veridian_uart16550::{Lines, Ring};

program! {
    needs {
        requests: Serve<Console> { write, read },
        ports: IoPorts { read, write },
        interrupt: Interrupt { acknowledge },
    }
}

/// Register offsets. With `LINE_CONTROL`'s divisor latch open, the first two hold the divisor.
const DATA: u16 = 0;
const INTERRUPT_ENABLE: u16 = 1;
const FIFO_CONTROL: u16 = 2;
const LINE_CONTROL: u16 = 3;
const MODEM_CONTROL: u16 = 4;
const LINE_STATUS: u16 = 5;

/// Line status: a byte has arrived; the transmit FIFO is empty.
const DATA_READY: u8 = 0x01;
const TRANSMITTER_EMPTY: u8 = 0x20;

/// Bytes that an empty transmit FIFO takes.
const FIFO: usize = 16;
/// Looks at the line status before the driver lets others run: a real UART needs a millisecond and a
/// half for a full FIFO, an emulated one none.
const POLLS: usize = 64;
const TICK: u64 = veridian::abi::limits::TICK_NANOSECONDS;

/// Clients whose lines are kept apart.
const CLIENTS: usize = 32;
/// Input bytes kept until somebody reads them.
const INPUT: usize = 256;

struct Uart {
    ports: IoPorts,
    interrupt: Interrupt,
    input: Ring<INPUT>,
    lines: Lines<CLIENTS>,
}

impl Uart {
    /// 115,200 baud, 8 data bits, no parity, 1 stop bit, FIFOs on and cleared, an interrupt for input.
    fn start(&self) -> Result<()> {
        for (register, value) in [
            (INTERRUPT_ENABLE, 0x00),
            (LINE_CONTROL, 0x80),
            (DATA, 0x01),
            (INTERRUPT_ENABLE, 0x00),
            (LINE_CONTROL, 0x03),
            (FIFO_CONTROL, 0x07),
            (MODEM_CONTROL, 0x0b),
            (INTERRUPT_ENABLE, 0x01),
        ] {
            self.ports.write8(register, value)?;
        }
        self.interrupt.acknowledge()
    }
}

/// Sends bytes as fast as the FIFO takes them, with a carriage return before every line feed.
fn transmit(ports: &IoPorts, bytes: &[u8]) -> Result<()> {
    let mut room = 0;
    let mut put = |byte: u8| {
        if room == 0 {
            wait_for_transmitter(ports)?;
            room = FIFO;
        }
        room -= 1;
        ports.write8(DATA, byte)
    };
    for byte in bytes {
        if *byte == b'\n' {
            put(b'\r')?;
        }
        put(*byte)?;
    }
    Ok(())
}

fn wait_for_transmitter(ports: &IoPorts) -> Result<()> {
    loop {
        for _ in 0..POLLS {
            if ports.read8(LINE_STATUS)? & TRANSMITTER_EMPTY != 0 {
                return Ok(());
            }
        }
        system::sleep(TICK)?;
    }
}

impl ConsoleServer for Uart {
    fn write(&mut self, caller: &Caller, text: &str) -> Result<()> {
        let mut result = Ok(());
        let ports = &self.ports;
        self.lines.write(caller.badge, text.as_bytes(), |line| {
            result = result.and_then(|()| transmit(ports, line));
        });
        result
    }

    fn read(&mut self, _: &Caller) -> Result<Bytes<62>> {
        let mut bytes = Bytes::new();
        while bytes.len() < 62
            && let Some(byte) = self.input.pop()
        {
            bytes.extend(&[byte])?;
        }
        Ok(bytes)
    }

    fn on_notification(&mut self, _: u64) {
        while let Ok(status) = self.ports.read8(LINE_STATUS)
            && status & DATA_READY != 0
            && let Ok(byte) = self.ports.read8(DATA)
        {
            // A full ring loses the newest input; there is nobody to tell.
            let _ = self.input.push(byte);
        }
        // It was granted, so that it cannot be refused.
        let _ = self.interrupt.acknowledge();
    }
}

fn main(needs: Needs) -> Result<()> {
    let mut uart = Uart { ports: needs.ports, interrupt: needs.interrupt, input: Ring::new(), lines: Lines::new() };
    uart.start()?;
    needs.requests.serve(&mut uart)
}
