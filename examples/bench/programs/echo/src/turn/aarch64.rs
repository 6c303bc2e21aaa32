//! The server's loop on AArch64, and its measure.

use core::arch::naked_asm;
use veridian::Token;
use veridian::abi::system_calls;

/// One turn: keeps the length of the message, asks for `reply_receive`, and enters the kernel. The
/// words, the reply token and "no capability" stay in the registers in which they came.
macro_rules! turn {
    ($enter:literal) => {
        concat!("and x1, x0, #0xff00\n", "orr x1, x1, #{number}\n", "ldr x0, [sp]\n", "mov x2, #-1\n", $enter)
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
        "str x0, [sp, #-16]!",
        "mov x1, #{receive}",
        "mov x2, #-1",
        "svc #0",
        "2:",
        turn!("svc #0"),
        "b 2b",
        receive = const system_calls::RECEIVE,
        number = const system_calls::REPLY_RECEIVE,
    )
}

/// Instructions that a turn takes in user mode, with one for `svc` itself.
pub fn user_instructions() -> u64 {
    // SAFETY: both read the cycle counter and change nothing that the C calling convention preserves.
    let (turn, empty) = unsafe { (timed_turn(), timed_nothing()) };
    u64::from(turn - empty)
}

/// The loop's instructions between two readings of the counter; a `nop` stands for the `svc`.
#[unsafe(naked)]
unsafe extern "C" fn timed_turn() -> u32 {
    naked_asm!(
        "str x0, [sp, #-16]!",
        "mrs x9, pmccntr_el0",
        turn!("nop"),
        "b 2f",
        "2:",
        "mrs x10, pmccntr_el0",
        "sub w0, w10, w9",
        "add sp, sp, #16",
        "ret",
        number = const system_calls::REPLY_RECEIVE,
    )
}

#[unsafe(naked)]
unsafe extern "C" fn timed_nothing() -> u32 {
    naked_asm!("mrs x9, pmccntr_el0", "mrs x10, pmccntr_el0", "sub w0, w10, w9", "ret")
}
