//! Calls to the firmware (RISC-V Supervisor Binary Interface).

use core::arch::asm;

/// Functions, by extension and number.
const TIMER: (u64, u64) = (0x5449_4d45, 0);
const RESET: (u64, u64) = (0x5352_5354, 0);
const INTERRUPT: (u64, u64) = (0x73_5049, 0);
/// The console that every firmware has had, without a number of its own.
const PUT_CHARACTER: (u64, u64) = (1, 0);

/// How the machine is to end.
#[derive(Clone, Copy)]
pub(super) enum Ending {
    Off = 0,
    Reset = 1,
}

fn call((extension, function): (u64, u64), a: u64, b: u64) {
    // SAFETY: none of the functions above touches memory; the firmware keeps all registers but a0 and a1.
    unsafe {
        asm!(
            "ecall",
            inlateout("a0") a => _,
            inlateout("a1") b => _,
            in("a6") function,
            in("a7") extension,
            options(nostack),
        );
    }
}

/// Lets the timer interrupt when its count is this.
pub(super) fn set_timer(count: u64) {
    call(TIMER, count, 0);
}

/// Interrupts another hart.
pub(super) fn interrupt(hart: u64) {
    call(INTERRUPT, 1, hart);
}

/// Writes to the firmware's console.
pub(super) fn put(byte: u8) {
    call(PUT_CHARACTER, byte.into(), 0);
}

/// Ends the machine; returns where the firmware cannot.
pub(super) fn end(ending: Ending) {
    call(RESET, ending as u64, 0);
}
