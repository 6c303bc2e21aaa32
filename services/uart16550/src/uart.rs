//! The driver, whatever way the UART's registers are reached.

use crate::{Lines, Ring};
use veridian::prelude::*;
use veridian::system;

/// Register numbers. With `LINE_CONTROL`'s divisor latch open, the first two hold the divisor.
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

/// A UART's eight registers of one byte.
pub trait Registers {
    /// Reads one.
    fn get(&self, register: u16) -> Result<u8>;
    /// Writes one.
    fn set(&self, register: u16, value: u8) -> Result<()>;
}

impl Registers for IoPorts {
    fn get(&self, register: u16) -> Result<u8> {
        self.read8(register)
    }

    fn set(&self, register: u16, value: u8) -> Result<()> {
        self.write8(register, value)
    }
}

impl Registers for Mmio {
    fn get(&self, register: u16) -> Result<u8> {
        self.read(register.into())
    }

    fn set(&self, register: u16, value: u8) -> Result<()> {
        self.write(register.into(), value)
    }
}

/// A UART with its clients: the console's server.
#[derive(Debug)]
pub struct Uart<R> {
    registers: R,
    interrupt: Interrupt,
    input: Ring<INPUT>,
    lines: Lines<CLIENTS>,
}

impl<R: Registers> Uart<R> {
    /// Sets it to 115,200 baud, 8 data bits, no parity, 1 stop bit, FIFOs on and cleared, an interrupt for
    /// input.
    pub fn start(registers: R, interrupt: Interrupt) -> Result<Self> {
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
            registers.set(register, value)?;
        }
        interrupt.acknowledge()?;
        Ok(Self { registers, interrupt, input: Ring::new(), lines: Lines::new() })
    }
}

/// Sends bytes as fast as the FIFO takes them, with a carriage return before every line feed.
fn transmit(registers: &impl Registers, bytes: &[u8]) -> Result<()> {
    let mut room = 0;
    let mut put = |byte: u8| {
        if room == 0 {
            wait_for_transmitter(registers)?;
            room = FIFO;
        }
        room -= 1;
        registers.set(DATA, byte)
    };
    for byte in bytes {
        if *byte == b'\n' {
            put(b'\r')?;
        }
        put(*byte)?;
    }
    Ok(())
}

fn wait_for_transmitter(registers: &impl Registers) -> Result<()> {
    loop {
        for _ in 0..POLLS {
            if registers.get(LINE_STATUS)? & TRANSMITTER_EMPTY != 0 {
                return Ok(());
            }
        }
        system::sleep(TICK)?;
    }
}

impl<R: Registers> ConsoleServer for Uart<R> {
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
        while let Ok(status) = self.registers.get(LINE_STATUS)
            && status & DATA_READY != 0
            && let Ok(byte) = self.registers.get(DATA)
        {
            // A full ring loses the newest input; there is nobody to tell.
            let _ = self.input.push(byte);
        }
        // It was granted, so that it cannot be refused.
        let _ = self.interrupt.acknowledge();
    }
}
