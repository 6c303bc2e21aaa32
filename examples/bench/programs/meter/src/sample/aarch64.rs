//! The samples on AArch64.

use core::arch::naked_asm;
use veridian::Token;

macro_rules! call_sampler {
    ($name:ident, $enter:literal) => {
        /// Between the two readings, a call with a message; restores what the C calling convention preserves.
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn $name(words: &[u64; 8], word: u64, token: Token, reply: &mut u64) -> u32 {
            naked_asm!(
                "stp x29, x30, [sp, #-112]!",
                "stp x19, x20, [sp, #16]",
                "stp x21, x22, [sp, #32]",
                "stp x23, x24, [sp, #48]",
                "stp x25, x26, [sp, #64]",
                "stp x27, x28, [sp, #80]",
                "str x3, [sp, #104]",
                "mrs x9, pmccntr_el0",
                "str x9, [sp, #96]",
                "ldp x19, x20, [x0]",
                "ldp x21, x22, [x0, #16]",
                "ldp x23, x24, [x0, #32]",
                "ldp x25, x26, [x0, #48]",
                "mov x0, x2",
                "mov x2, #-1",
                "ldr x4, [x3]",
                "mov x5, xzr",
                $enter,
                "mrs x10, pmccntr_el0",
                "ldp x9, x3, [sp, #96]",
                "str x4, [x3]",
                "sub w0, w10, w9",
                "ldp x19, x20, [sp, #16]",
                "ldp x21, x22, [sp, #32]",
                "ldp x23, x24, [sp, #48]",
                "ldp x25, x26, [sp, #64]",
                "ldp x27, x28, [sp, #80]",
                "ldp x29, x30, [sp], #112",
                "ret",
            )
        }
    };
}
call_sampler!(kernel_call, "svc #0");
call_sampler!(no_call, "nop");

macro_rules! simple_sampler {
    ($name:ident, $enter:literal) => {
        /// Between the two readings, a simple call, whose value goes to `value`.
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn $name(token: Token, number: u64, a: u64, value: &mut u64) -> u32 {
            naked_asm!(
                "stp x3, x30, [sp, #-32]!",
                "mrs x9, pmccntr_el0",
                "str x9, [sp, #16]",
                "mov x4, xzr",
                "mov x5, xzr",
                $enter,
                "mrs x10, pmccntr_el0",
                "ldr x9, [sp, #16]",
                "sub w0, w10, w9",
                "ldp x3, x30, [sp], #32",
                "str x1, [x3]",
                "ret",
            )
        }
    };
}
simple_sampler!(kernel_simple, "svc #0");
simple_sampler!(no_simple, "nop");
