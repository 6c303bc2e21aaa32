//! The ends of the machine.

use super::{cpu, machine, serial};
use crate::board::Conduit;
use core::arch::asm;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use veridian_port::log::{self, Piece};

/// Code that the machine powers off with when the kernel cannot go on.
const FATAL: u8 = 101;

/// Set once the machine is about to end: what fails from then on is passed over.
static ENDING: AtomicBool = AtomicBool::new(false);

/// Says why the kernel cannot go on, and powers off.
pub(super) fn fatal(why: &[Piece<'_>]) -> ! {
    if machine::board().is_some() {
        log::fatal(&mut serial::write, why);
    }
    off(FATAL)
}

/// Powers off: by the emulator, which takes the code along, else by the firmware.
pub(super) fn off(code: u8) -> ! {
    const EXIT: u64 = 0x20;
    const ENDED_BY_ITSELF: u64 = 0x2_0026;
    if machine::board().is_some() {
        serial::drain();
    }
    ENDING.store(true, Relaxed);
    // As the device of x86_64 machines has it: an end without a code is another one.
    let why = [ENDED_BY_ITSELF, u64::from(code) << 1 | 1];
    // SAFETY: the emulator ends here. Where none listens, the instruction does not exist, and
    // `continue_ending` goes on.
    unsafe { asm!("hlt #0xf000", in("x0") EXIT, in("x1") &why, options(nostack)) };
    off_by_firmware()
}

/// Goes on after the end has failed; returns where there was no end.
pub(super) fn continue_ending() {
    if ENDING.load(Relaxed) {
        off_by_firmware();
    }
}

fn off_by_firmware() -> ! {
    const SYSTEM_OFF: u64 = 0x8400_0008;
    call_firmware(SYSTEM_OFF)
}

/// Resets, by the firmware.
pub(super) fn reset() -> ! {
    const SYSTEM_RESET: u64 = 0x8400_0009;
    serial::drain();
    ENDING.store(true, Relaxed);
    call_firmware(SYSTEM_RESET)
}

/// Lets another core begin at a physical address, with an argument. Returns whether the firmware does so.
pub(super) fn start_core(affinity: u64, entry: u64, argument: u64) -> bool {
    const CPU_ON: u64 = 0xc400_0003;
    call(CPU_ON, [affinity, entry, argument]) == Some(0)
}

/// Calls a function of the firmware that does not return.
fn call_firmware(function: u64) -> ! {
    call(function, [0; 3]);
    cpu::halt()
}

/// Calls a function of the firmware; `None` where there is no firmware.
fn call(function: u64, [a, b, c]: [u64; 3]) -> Option<u64> {
    let result: u64;
    // SAFETY: the firmware is there, as the board says. It keeps all registers but these, and touches no memory of
    // the kernel's.
    unsafe {
        match machine::board()?.firmware? {
            Conduit::Hypervisor => asm!("hvc #0", inlateout("x0") function => result, inlateout("x1") a => _,
                inlateout("x2") b => _, inlateout("x3") c => _, options(nostack)),
            Conduit::Monitor => asm!("smc #0", inlateout("x0") function => result, inlateout("x1") a => _,
                inlateout("x2") b => _, inlateout("x3") c => _, options(nostack)),
        }
    }
    Some(result)
}
