//! The moment on AArch64.

use core::arch::naked_asm;
use veridian::Token;

/// The system call, and the counter right behind it; restores what the C calling convention preserves.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn after(token: Token, word: u64, timeout: u64) -> u64 {
    naked_asm!(
        "stp x29, x30, [sp, #-96]!",
        "stp x19, x20, [sp, #16]",
        "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]",
        "stp x25, x26, [sp, #64]",
        "stp x27, x28, [sp, #80]",
        "mov x4, xzr",
        "mov x5, xzr",
        "svc #0",
        "mrs x0, pmccntr_el0",
        "ldp x19, x20, [sp, #16]",
        "ldp x21, x22, [sp, #32]",
        "ldp x23, x24, [sp, #48]",
        "ldp x25, x26, [sp, #64]",
        "ldp x27, x28, [sp, #80]",
        "ldp x29, x30, [sp], #96",
        "ret",
    )
}
