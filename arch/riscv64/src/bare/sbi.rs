//! Calls to the firmware (RISC-V Supervisor Binary Interface).

use core::arch::asm;

/// Functions, by extension and number.
const TIMER: (u64, u64) = (0x5449_4d45, 0);
const RESET: (u64, u64) = (0x5352_5354, 0);
const INTERRUPT: (u64, u64) = (0x73_5049, 0);
const START_HART: (u64, u64) = (0x48_534d, 0);
/// The console that every firmware has had, without a number of its own.
const PUT_CHARACTER: (u64, u64) = (1, 0);

/// How the machine is to end.
#[derive(Clone, Copy)]
pub(super) enum Ending {
    Off = 0,
    Reset = 1,
}

/// Makes a call. Returns whether the firmware says that it went well.
fn call((extension, function): (u64, u64), a: u64, b: u64, c: u64) -> bool {
    let error: u64;
    // SAFETY: none of the functions above touches memory, but for what a hart starts at, which is the kernel's; the
    // firmware keeps all registers but a0 and a1.
    unsafe {
        asm!(
            "ecall",
            inlateout("a0") a => error,
            inlateout("a1") b => _,
            in("a2") c,
            in("a6") function,
            in("a7") extension,
            options(nostack),
        );
    }
    error == 0
}

/// Lets the timer interrupt when its count is this.
pub(super) fn set_timer(count: u64) {
    call(TIMER, count, 0, 0);
}

/// Interrupts another hart.
pub(super) fn interrupt(hart: u64) {
    call(INTERRUPT, 1, hart, 0);
}

/// Starts a hart in supervisor mode without paging, with its number in a0 and `argument` in a1. Returns whether it is
/// on its way.
pub(super) fn start_hart(hart: u64, entry: u64, argument: u64) -> bool {
    call(START_HART, hart, entry, argument)
}

/// Writes to the firmware's console.
pub(super) fn put(byte: u8) {
    call(PUT_CHARACTER, byte.into(), 0, 0);
}

/// Ends the machine; returns where the firmware cannot.
pub(super) fn end(ending: Ending) {
    call(RESET, ending as u64, 0, 0);
}
