//! The debug console: a PL011, polled.

use crate::paging::DEVICES;
use core::ptr::with_exposed_provenance_mut;

/// Where its registers are mapped.
pub(super) const REGISTERS: u64 = DEVICES;

const FLAGS: u64 = 0x18;
const BUSY: u32 = 1 << 3;
const FULL: u32 = 1 << 5;
/// A port that never gets ready is given up after so many looks.
const PATIENCE: u32 = 100_000;

fn register(offset: u64) -> *mut u32 {
    with_exposed_provenance_mut((REGISTERS + offset) as usize)
}

/// 115,200 baud of a clock of 24 MHz, 8 bits, no parity, no interrupts. Called when it is mapped.
pub(super) fn start() {
    const CONTROL: u64 = 0x30;
    for (offset, value) in [(CONTROL, 0), (0x24, 13), (0x28, 1), (0x2c, 0x70), (0x38, 0), (CONTROL, 0x301)] {
        // SAFETY: the registers are mapped, as the caller says, and do not reach memory.
        unsafe { register(offset).write_volatile(value) };
    }
}

pub(super) fn write(text: &str) {
    for byte in text.bytes() {
        wait(FULL);
        // SAFETY: as above.
        unsafe { register(0).write_volatile(byte.into()) };
    }
}

/// Waits until everything is on the wire.
pub(super) fn drain() {
    wait(BUSY);
}

fn wait(bit: u32) {
    for _ in 0..PATIENCE {
        // SAFETY: as above.
        if unsafe { register(FLAGS).read_volatile() } & bit == 0 {
            return;
        }
    }
}
