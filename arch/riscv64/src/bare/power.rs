//! The ends of the machine.

use super::sbi::Ending;
use super::{console, cpu, machine, mapper, sbi};
use veridian_port::log::{self, Piece};

/// Code that the machine powers off with when the kernel cannot go on.
const FATAL: u8 = 101;

/// What the test device takes: a word that ends the emulator with a code, and one that resets.
const FAIL: u32 = 0x3333;
const RESET: u32 = 0x7777;

/// Says why the kernel cannot go on, and powers off.
pub(super) fn fatal(why: &[Piece<'_>]) -> ! {
    log::fatal(&mut console::write, why);
    off(FATAL)
}

/// Powers off: by the emulator's test device, which takes the code along, else by the firmware. As on
/// every machine, the emulator ends with twice the code plus one, so that no code is like a plain end.
pub(super) fn off(code: u8) -> ! {
    console::drain();
    end(FAIL | u32::from(code) << 17 | 1 << 16, Ending::Off)
}

/// Resets the machine.
pub(super) fn reset() -> ! {
    console::drain();
    end(RESET, Ending::Reset)
}

fn end(word: u32, ending: Ending) -> ! {
    if let Some(test) = machine::platform().and_then(|platform| platform.test) {
        // SAFETY: the device is mapped; nothing runs after this, whatever happens to memory.
        unsafe { mapper::device(test).cast::<u32>().write_volatile(word) };
    }
    sbi::end(ending);
    cpu::halt()
}
