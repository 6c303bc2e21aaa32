//! The debug console: the first serial port, polled.

use super::cpu;

const BASE: u16 = 0x3f8;
const LINE_STATUS: u16 = BASE + 5;
const ROOM: u32 = 1 << 5;
const SENT: u32 = 1 << 6;
/// A port that never gets ready is given up after so many looks.
const PATIENCE: u32 = 100_000;

/// 115,200 baud, 8 bits, no parity, no interrupts.
pub(super) fn start() {
    for (register, value) in [(1, 0), (3, 0x80), (0, 1), (1, 0), (3, 3), (2, 7), (4, 3)] {
        // SAFETY: the serial port does not touch memory.
        unsafe { cpu::port_write(BASE + register, 1, value) };
    }
}

pub(super) fn write(text: &str) {
    for byte in text.bytes() {
        wait(ROOM);
        // SAFETY: as above.
        unsafe { cpu::port_write(BASE, 1, byte.into()) };
    }
}

/// Waits until everything is on the wire.
pub(super) fn drain() {
    wait(SENT);
}

fn wait(bit: u32) {
    for _ in 0..PATIENCE {
        // SAFETY: as above.
        if unsafe { cpu::port_read(LINE_STATUS, 1) } & bit != 0 {
            return;
        }
    }
}
