//! The moment on x86_64.

use core::arch::naked_asm;
use veridian::Token;

/// The system call, and the counter right behind it; restores what the C calling convention preserves.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn after(token: Token, word: u64, timeout: u64) -> u64 {
    naked_asm!(
        "push rbx",
        "push rbp",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "xor r8d, r8d",
        "xor r9d, r9d",
        "syscall",
        "rdtsc",
        "shl rdx, 32",
        "or rax, rdx",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbp",
        "pop rbx",
        "ret",
    )
}
