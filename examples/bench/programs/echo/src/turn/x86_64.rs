//! The server's loop on x86_64, and its measure.

use core::arch::naked_asm;
use veridian::Token;
use veridian::abi::system_calls;

/// One turn: keeps the length of the message, asks for `reply_receive`, and enters the kernel. The
/// words, the reply token and "no capability" stay in the registers in which they came.
macro_rules! turn {
    ($enter:literal) => {
        concat!("and esi, 0xff00\n", "or esi, {number}\n", "mov rdi, [rsp]\n", "mov rdx, -1\n", $enter)
    };
}

/// Serves for ever.
pub fn serve(endpoint: Token) -> ! {
    // SAFETY: the loop uses no memory but its own stack slot and never returns.
    unsafe { serve_loop(endpoint) }
}

#[unsafe(naked)]
unsafe extern "C" fn serve_loop(endpoint: Token) -> ! {
    naked_asm!(
        "push rdi",
        "mov esi, {receive}",
        "mov rdx, -1",
        "syscall",
        "2:",
        turn!("syscall"),
        "jmp 2b",
        receive = const system_calls::RECEIVE,
        number = const system_calls::REPLY_RECEIVE,
    )
}

/// Instructions that a turn takes in user mode, with one for `syscall` itself.
pub fn user_instructions() -> u64 {
    // SAFETY: both read the cycle counter and change nothing that the C calling convention preserves.
    let (turn, empty) = unsafe { (timed_turn(), timed_nothing()) };
    u64::from(turn - empty)
}

/// The loop's instructions between two readings of the counter; a `nop` stands for the `syscall`.
#[unsafe(naked)]
unsafe extern "C" fn timed_turn() -> u32 {
    naked_asm!(
        "push rdi",
        "rdtsc",
        "mov r10d, eax",
        turn!("nop"),
        "jmp 2f",
        "2:",
        "rdtsc",
        "sub eax, r10d",
        "pop rdi",
        "ret",
        number = const system_calls::REPLY_RECEIVE,
    )
}

#[unsafe(naked)]
unsafe extern "C" fn timed_nothing() -> u32 {
    naked_asm!("push rdi", "rdtsc", "mov r10d, eax", "rdtsc", "sub eax, r10d", "pop rdi", "ret")
}
