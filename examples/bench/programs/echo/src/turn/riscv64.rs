//! The server's loop on RISC-V 64, and its measure.

use core::arch::naked_asm;
use veridian::Token;
use veridian::abi::system_calls;

/// One turn: keeps the length of the message, asks for `reply_receive`, and enters the kernel. The
/// words, the reply token and "no capability" stay in the registers in which they came.
macro_rules! turn {
    ($enter:literal) => {
        concat!(
            "li t0, 0xff00\n",
            "and a1, a1, t0\n",
            "ori a1, a1, {number}\n",
            "ld a0, 0(sp)\n",
            "li a2, -1\n",
            $enter
        )
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
        "addi sp, sp, -16",
        "sd a0, 0(sp)",
        "li a1, {receive}",
        "li a2, -1",
        "ecall",
        "2:",
        turn!("ecall"),
        "j 2b",
        receive = const system_calls::RECEIVE,
        number = const system_calls::REPLY_RECEIVE,
    )
}

/// Instructions that a turn takes in user mode, with one for `ecall` itself.
pub fn user_instructions() -> u64 {
    // SAFETY: both read the cycle counter and change nothing that the C calling convention preserves.
    let (turn, empty) = unsafe { (timed_turn(), timed_nothing()) };
    u64::from(turn - empty)
}

/// The loop's instructions between two readings of the counter; a `nop` stands for the `ecall`.
#[unsafe(naked)]
unsafe extern "C" fn timed_turn() -> u32 {
    naked_asm!(
        "addi sp, sp, -16",
        "sd a0, 0(sp)",
        "rdcycle t1",
        turn!("nop"),
        "j 2f",
        "2:",
        "rdcycle t2",
        "subw a0, t2, t1",
        "addi sp, sp, 16",
        "ret",
        number = const system_calls::REPLY_RECEIVE,
    )
}

#[unsafe(naked)]
unsafe extern "C" fn timed_nothing() -> u32 {
    naked_asm!("rdcycle t1", "rdcycle t2", "subw a0, t2, t1", "ret")
}
