//! The debug console: the first serial port, polled, once it is mapped; the firmware's until then.

use super::{machine, mapper, sbi};
use crate::platform::Uart;

const LINE_STATUS: u64 = 5;
const ROOM: u8 = 1 << 5;
const SENT: u8 = 1 << 6;
/// A port that never gets ready is given up after so many looks.
const PATIENCE: u32 = 100_000;

fn uart() -> Option<Uart> {
    machine::platform()?.uart
}

fn register(uart: Uart, number: u64) -> *mut u8 {
    mapper::device(uart.address + (number << uart.shift))
}

/// The firmware has set the port up, and prints there itself.
pub(super) fn write(text: &str) {
    match uart() {
        None => text.bytes().for_each(sbi::put),
        Some(uart) => {
            for byte in text.bytes() {
                wait(uart, ROOM);
                // SAFETY: the port is mapped, and does not touch memory.
                unsafe { register(uart, 0).write_volatile(byte) };
            }
        }
    }
}

/// Waits until everything is on the wire.
pub(super) fn drain() {
    if let Some(uart) = uart() {
        wait(uart, SENT);
    }
}

fn wait(uart: Uart, bit: u8) {
    for _ in 0..PATIENCE {
        // SAFETY: as above.
        if unsafe { register(uart, LINE_STATUS).read_volatile() } & bit != 0 {
            return;
        }
    }
}
