//! RISC-V 64: `ecall` with the token in a0, the word in a1, further arguments in a2, a4 and a5, and
//! message words in s4–s11.

use super::Frame;
use core::arch::{asm, naked_asm};
use core::mem::offset_of;

/// Makes a system call that may block or carry a message: all registers of `frame` go in and come back.
pub fn message_call(frame: &mut Frame) {
    // SAFETY: the stub reads and writes nothing but the frame and restores what the C calling
    // convention preserves; no system call touches memory of its caller.
    unsafe { message_stub(frame) }
}

// `gp` and `tp`, which the kernel clears, are not used by programs.
#[unsafe(naked)]
unsafe extern "C" fn message_stub(frame: *mut Frame) {
    naked_asm!(
        "addi sp, sp, -112",
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
        "sd a0, 104(sp)",
        "mv t0, a0",
        "ld s4, 0(t0)",
        "ld s5, 8(t0)",
        "ld s6, 16(t0)",
        "ld s7, 24(t0)",
        "ld s8, 32(t0)",
        "ld s9, 40(t0)",
        "ld s10, 48(t0)",
        "ld s11, 56(t0)",
        "ld a0, {token}(t0)",
        "ld a1, {word}(t0)",
        "ld a2, {a}(t0)",
        "ld a4, {b}(t0)",
        "ld a5, {c}(t0)",
        "ecall",
        "ld t0, 104(sp)",
        "sd s4, 0(t0)",
        "sd s5, 8(t0)",
        "sd s6, 16(t0)",
        "sd s7, 24(t0)",
        "sd s8, 32(t0)",
        "sd s9, 40(t0)",
        "sd s10, 48(t0)",
        "sd s11, 56(t0)",
        "sd a0, {token}(t0)",
        "sd a1, {word}(t0)",
        "sd a2, {a}(t0)",
        "sd a4, {b}(t0)",
        "sd a5, {c}(t0)",
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
        "addi sp, sp, 112",
        "ret",
        token = const offset_of!(Frame, token),
        word = const offset_of!(Frame, word),
        a = const offset_of!(Frame, a),
        b = const offset_of!(Frame, b),
        c = const offset_of!(Frame, c),
    )
}

/// Makes a system call that returns at once. Returns the status word and the value.
#[inline(always)]
pub fn simple_call(word: u64, token: u64, a: u64, b: u64, c: u64) -> (u64, u64) {
    let (status, value);
    // SAFETY: the kernel preserves every register but those listed, and touches no memory of its caller.
    unsafe {
        asm!(
            "ecall",
            inlateout("a0") token => value,
            inlateout("a1") word => status,
            inlateout("a2") a => _,
            lateout("a3") _,
            inlateout("a4") b => _,
            inlateout("a5") c => _,
            lateout("a6") _,
            lateout("a7") _,
            lateout("ra") _,
            lateout("t0") _,
            lateout("t1") _,
            lateout("t2") _,
            lateout("t3") _,
            lateout("t4") _,
            lateout("t5") _,
            lateout("t6") _,
            options(nostack),
        );
    }
    (status, value)
}

/// Stops the component with a fault that its supervisor is told of.
pub fn fault() -> ! {
    // SAFETY: the undefined instruction ends this thread; nothing runs after it.
    unsafe { asm!("unimp", options(noreturn, nomem, nostack)) }
}

/// The processor's cycle counter. Under QEMU's `-icount shift=0` it counts instructions.
#[inline(always)]
#[must_use]
pub fn cycles() -> u64 {
    let cycles;
    // SAFETY: reading a counter changes nothing.
    unsafe { asm!("rdcycle {}", out(reg) cycles, options(nomem, nostack, preserves_flags)) };
    cycles
}

/// Defines `_start`, which the kernel enters with the address of the startup block, and which calls
/// `$start` on an aligned stack.
#[doc(hidden)]
#[macro_export]
macro_rules! __entry_point {
    ($start:path) => {
        /// Where the kernel enters the program: on an empty stack, with the startup block's address.
        #[unsafe(no_mangle)]
        #[unsafe(naked)]
        unsafe extern "C" fn _start(startup: usize) -> ! {
            ::core::arch::naked_asm!("li ra, 0", "call {start}", "unimp", start = sym $start)
        }
    };
}

/// Defines `$name`, where a thread made at run time begins ([`crate::Process::start`]): it calls `$start`, an
/// `extern "C" fn(usize) -> !`, with the thread's argument on an aligned stack.
#[macro_export]
macro_rules! thread_entry {
    ($name:ident, $start:path) => {
        /// Where the kernel lets the thread begin.
        #[unsafe(naked)]
        unsafe extern "C" fn $name() -> ! {
            ::core::arch::naked_asm!("li ra, 0", "call {start}", "unimp", start = sym $start)
        }
    };
}
