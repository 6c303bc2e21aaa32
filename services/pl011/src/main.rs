//! Console service on a PL011 UART.
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
        registers: Mmio { read, write },
        interrupt: Interrupt { acknowledge },
    }
}

/// Register offsets.
const DATA: usize = 0x00;
const FLAGS: usize = 0x18;
const DIVISOR: usize = 0x24;
const DIVISOR_FRACTION: usize = 0x28;
const LINE_CONTROL: usize = 0x2c;
const CONTROL: usize = 0x30;
const FIFO_LEVELS: usize = 0x34;
const INTERRUPT_MASK: usize = 0x38;
const INTERRUPT_CLEAR: usize = 0x44;

/// Flags: nothing has arrived; the transmit FIFO is full.
const NOTHING_ARRIVED: u32 = 1 << 4;
const FULL: u32 = 1 << 5;
/// Interrupts: bytes have arrived; some have, and no more for a while.
const ARRIVED: u32 = 1 << 4 | 1 << 6;

/// Looks at the flags before the driver lets others run: a real UART needs a millisecond and a half
/// for a full FIFO, an emulated one none.
const POLLS: usize = 64;
const TICK: u64 = veridian::abi::limits::TICK_NANOSECONDS;

/// Clients whose lines are kept apart.
const CLIENTS: usize = 32;
/// Input bytes kept until somebody reads them.
const INPUT: usize = 256;

struct Uart {
    registers: Mmio,
    interrupt: Interrupt,
    input: Ring<INPUT>,
    lines: Lines<CLIENTS>,
}

impl Uart {
    /// 115,200 baud of a clock of 24 MHz, 8 data bits, no parity, 1 stop bit, FIFOs on, an interrupt for
    /// input.
    fn start(&self) -> Result<()> {
        for (register, value) in [
            (CONTROL, 0x000),
            (DIVISOR, 13),
            (DIVISOR_FRACTION, 1),
            (LINE_CONTROL, 0x70),
            (FIFO_LEVELS, 0),
            (INTERRUPT_CLEAR, 0x7ff),
            (INTERRUPT_MASK, ARRIVED),
            (CONTROL, 0x301),
        ] {
            self.registers.write::<u32>(register, value)?;
        }
        self.interrupt.acknowledge()
    }
}

/// Sends bytes as fast as the FIFO takes them, with a carriage return before every line feed.
fn transmit(registers: &Mmio, bytes: &[u8]) -> Result<()> {
    let put = |byte: u8| {
        wait_for_room(registers)?;
        registers.write::<u32>(DATA, byte.into())
    };
    for byte in bytes {
        if *byte == b'\n' {
            put(b'\r')?;
        }
        put(*byte)?;
    }
    Ok(())
}

fn wait_for_room(registers: &Mmio) -> Result<()> {
    loop {
        for _ in 0..POLLS {
            if registers.read::<u32>(FLAGS)? & FULL == 0 {
                return Ok(());
            }
        }
        system::sleep(TICK)?;
    }
}

impl ConsoleServer for Uart {
    fn write(&mut self, caller: &Caller, text: &str) -> Result<()> {
        let mut result = Ok(());
        let registers = &self.registers;
        self.lines.write(caller.badge, text.as_bytes(), |line| {
            result = result.and_then(|()| transmit(registers, line));
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
        // Before the FIFO is emptied: what arrives while it is cleared would never be told of otherwise, and
        // a FIFO that is full would stay so.
        let _ = self.registers.write::<u32>(INTERRUPT_CLEAR, ARRIVED);
        while let Ok(flags) = self.registers.read::<u32>(FLAGS)
            && flags & NOTHING_ARRIVED == 0
            && let Ok(data) = self.registers.read::<u32>(DATA)
        {
            // A full ring loses the newest input; there is nobody to tell.
            let _ = self.input.push(data as u8);
        }
        // Registers and interrupt were granted, so that neither can be refused.
        let _ = self.interrupt.acknowledge();
    }
}

fn main(needs: Needs) -> Result<()> {
    let mut uart =
        Uart { registers: needs.registers, interrupt: needs.interrupt, input: Ring::new(), lines: Lines::new() };
    uart.start()?;
    needs.requests.serve(&mut uart)
}
