//! The ends of the machine.

use super::{cpu, machine, serial};
use veridian_port::log::{self, Piece};

/// Code that the machine powers off with when the kernel cannot go on.
const FATAL: u8 = 101;

/// Says why the kernel cannot go on, and powers off.
pub(super) fn fatal(why: &[Piece<'_>]) -> ! {
    log::fatal(&mut serial::write, why);
    off(FATAL)
}

/// Powers off: by the emulator's exit device, which takes the code along, else by ACPI.
pub(super) fn off(code: u8) -> ! {
    const EXIT: u16 = 0xf4;
    const SLEEP_ENABLE: u32 = 1 << 13;
    serial::drain();
    // SAFETY: nothing runs after this, whatever happens to memory.
    unsafe {
        cpu::port_write(EXIT, 1, code.into());
        if let Some(port) = machine::acpi().power {
            cpu::port_write(port, 2, SLEEP_ENABLE);
        }
    }
    cpu::halt()
}

/// Resets: by the chipset, else by the keyboard controller, else by a fault that nobody can handle.
pub(super) fn reset() -> ! {
    serial::drain();
    // SAFETY: nothing runs after this, whatever happens to memory.
    unsafe {
        cpu::port_write(0xcf9, 1, 0x02);
        cpu::port_write(0xcf9, 1, 0x06);
        cpu::port_write(0x64, 1, 0xfe);
        let no_handlers = [0_u16; 5];
        core::arch::asm!("lidt [{}]", "ud2", in(reg) &no_handlers, options(noreturn));
    }
}
