//! Single system calls on x86_64 between two readings of the cycle counter.

use core::arch::naked_asm;
use veridian::abi::system_calls;
use veridian::{Message, Token};

/// What stands between the readings.
#[derive(Clone, Copy)]
pub enum Sampler {
    /// The system call.
    Kernel,
    /// The same instructions with a `nop` for `syscall`.
    Nothing,
}

/// Calls a server with a message. Returns the difference of the readings.
pub fn call(sampler: Sampler, message: &Message, server: Token) -> u32 {
    let word = system_calls::CALL | u64::from(message.length) << 8;
    // SAFETY: both read eight words and restore what the C calling convention preserves.
    unsafe {
        match sampler {
            Sampler::Kernel => kernel_call(&message.words, word, server),
            Sampler::Nothing => no_call(&message.words, word, server),
        }
    }
}

/// Makes a simple system call. Returns the difference of the readings and the call's value.
pub fn simple(sampler: Sampler, number: u64, token: Token, a: u64) -> (u32, u64) {
    let mut value = 0;
    // SAFETY: both write one word to `value` and keep what the C calling convention preserves.
    let instructions = unsafe {
        match sampler {
            Sampler::Kernel => kernel_simple(token, number, a, &mut value),
            Sampler::Nothing => no_simple(token, number, a, &mut value),
        }
    };
    (instructions, value)
}

macro_rules! call_sampler {
    ($name:ident, $enter:literal) => {
        #[unsafe(naked)]
        unsafe extern "C" fn $name(words: &[u64; 8], word: u64, server: Token) -> u32 {
            naked_asm!(
                "push rbx",
                "push rbp",
                "push r12",
                "push r13",
                "push r14",
                "push r15",
                "mov r8, rdx",
                "rdtsc",
                "push rax",
                "mov rcx, rdi",
                "mov rdi, r8",
                "mov rax, [rcx]",
                "mov rbx, [rcx + 8]",
                "mov rbp, [rcx + 16]",
                "mov r10, [rcx + 24]",
                "mov r12, [rcx + 32]",
                "mov r13, [rcx + 40]",
                "mov r14, [rcx + 48]",
                "mov r15, [rcx + 56]",
                "mov rdx, -1",
                "xor r8d, r8d",
                "xor r9d, r9d",
                $enter,
                "rdtsc",
                "pop rcx",
                "sub eax, ecx",
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
        #[unsafe(naked)]
        unsafe extern "C" fn $name(token: Token, number: u64, a: u64, value: &mut u64) -> u32 {
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
