//! The samples on RISC-V 64.

use core::arch::naked_asm;
use veridian::Token;

macro_rules! call_sampler {
    ($name:ident, $enter:literal) => {
        /// Between the two readings, a call with a message; restores what the C calling convention preserves.
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn $name(words: &[u64; 8], word: u64, token: Token, reply: &mut u64) -> u32 {
            naked_asm!(
                "addi sp, sp, -128",
                "sd ra, 0(sp)",
                "sd s0, 8(sp)",
                "sd s1, 16(sp)",
                "sd s2, 24(sp)",
                "sd s3, 32(sp)",
                "sd s4, 40(sp)",
                "sd s5, 48(sp)",
                "sd s6, 56(sp)",
                "sd s7, 64(sp)",
                "sd s8, 72(sp)",
                "sd s9, 80(sp)",
                "sd s10, 88(sp)",
                "sd s11, 96(sp)",
                "sd a3, 112(sp)",
                "rdcycle t0",
                "sd t0, 104(sp)",
                "ld s4, 0(a0)",
                "ld s5, 8(a0)",
                "ld s6, 16(a0)",
                "ld s7, 24(a0)",
                "ld s8, 32(a0)",
                "ld s9, 40(a0)",
                "ld s10, 48(a0)",
                "ld s11, 56(a0)",
                "mv a0, a2",
                "li a2, -1",
                "ld a4, 0(a3)",
                "li a5, 0",
                $enter,
                "rdcycle t1",
                "ld a3, 112(sp)",
                "sd a4, 0(a3)",
                "ld t0, 104(sp)",
                "subw a0, t1, t0",
                "ld ra, 0(sp)",
                "ld s0, 8(sp)",
                "ld s1, 16(sp)",
                "ld s2, 24(sp)",
                "ld s3, 32(sp)",
                "ld s4, 40(sp)",
                "ld s5, 48(sp)",
                "ld s6, 56(sp)",
                "ld s7, 64(sp)",
                "ld s8, 72(sp)",
                "ld s9, 80(sp)",
                "ld s10, 88(sp)",
                "ld s11, 96(sp)",
                "addi sp, sp, 128",
                "ret",
            )
        }
    };
}
call_sampler!(kernel_call, "ecall");
call_sampler!(no_call, "nop");

macro_rules! simple_sampler {
    ($name:ident, $enter:literal) => {
        /// Between the two readings, a simple call, whose value goes to `value`.
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn $name(token: Token, number: u64, a: u64, value: &mut u64) -> u32 {
            naked_asm!(
                "addi sp, sp, -32",
                "sd ra, 0(sp)",
                "sd a3, 8(sp)",
                "rdcycle t0",
                "sd t0, 16(sp)",
                "li a4, 0",
                "li a5, 0",
                $enter,
                "rdcycle t1",
                "ld ra, 0(sp)",
                "ld a3, 8(sp)",
                "ld t0, 16(sp)",
                "sd a0, 0(a3)",
                "subw a0, t1, t0",
                "addi sp, sp, 32",
                "ret",
            )
        }
    };
}
simple_sampler!(kernel_simple, "ecall");
simple_sampler!(no_simple, "nop");
