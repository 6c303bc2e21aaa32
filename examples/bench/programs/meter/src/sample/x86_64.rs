//! The samples on x86_64.

use core::arch::naked_asm;
use veridian::Token;

macro_rules! call_sampler {
    ($name:ident, $enter:literal) => {
        /// Between the two readings, a call with a message; restores what the C calling convention preserves.
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn $name(words: &[u64; 8], word: u64, token: Token, reply: &mut u64) -> u32 {
            naked_asm!(
                "push rbx",
                "push rbp",
                "push r12",
                "push r13",
                "push r14",
                "push r15",
                "push rcx",
                "mov r8, rdx",
                "mov r9, rcx",
                "rdtsc",
                "push rax",
                "mov rcx, rdi",
                "mov rdi, r8",
                "mov r8, [r9]",
                "mov rax, [rcx]",
                "mov rbx, [rcx + 8]",
                "mov rbp, [rcx + 16]",
                "mov r10, [rcx + 24]",
                "mov r12, [rcx + 32]",
                "mov r13, [rcx + 40]",
                "mov r14, [rcx + 48]",
                "mov r15, [rcx + 56]",
                "mov rdx, -1",
                "xor r9d, r9d",
                $enter,
                "rdtsc",
                "pop rcx",
                "sub eax, ecx",
                "pop rcx",
                "mov [rcx], r8",
                "pop r15",
                "pop r14",
                "pop r13",
                "pop r12",
                "pop rbp",
                "pop rbx",
                "ret",
            )
        }
    };
}
call_sampler!(kernel_call, "syscall");
call_sampler!(no_call, "nop");

macro_rules! simple_sampler {
    ($name:ident, $enter:literal) => {
        /// Between the two readings, a simple call, whose value goes to `value`.
        #[unsafe(naked)]
        pub(super) unsafe extern "C" fn $name(token: Token, number: u64, a: u64, value: &mut u64) -> u32 {
            naked_asm!(
                "push rcx",
                "mov r8, rdx",
                "rdtsc",
                "push rax",
                "mov rdx, r8",
                "xor r8d, r8d",
                "xor r9d, r9d",
                $enter,
                "rdtsc",
                "pop rcx",
                "sub eax, ecx",
                "pop rcx",
                "mov [rcx], rdi",
                "ret",
            )
        }
    };
}
simple_sampler!(kernel_simple, "syscall");
simple_sampler!(no_simple, "nop");
