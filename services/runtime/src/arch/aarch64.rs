//! AArch64: `svc` with the token in x0, the word in x1, further arguments in x2, x4 and x5, and message words
//! in x19–x26. The word comes back in x0 and the token in x1.

use super::Frame;
use core::arch::{asm, naked_asm};
use core::mem::offset_of;

/// Makes a system call that may block or carry a message: all registers of `frame` go in and come back.
pub fn message_call(frame: &mut Frame) {
    // SAFETY: the stub reads and writes nothing but the frame and restores what the C calling
    // convention preserves; no system call touches memory of its caller.
    unsafe { message_stub(frame) }
}

const _: () = assert!(offset_of!(Frame, word) == offset_of!(Frame, token) + 8);
const _: () = assert!(offset_of!(Frame, b) == offset_of!(Frame, a) + 8);

#[unsafe(naked)]
unsafe extern "C" fn message_stub(frame: *mut Frame) {
    naked_asm!(
        "stp x29, x30, [sp, #-112]!",
        "stp x19, x20, [sp, #16]",
        "stp x21, x22, [sp, #32]",
        "stp x23, x24, [sp, #48]",
        "stp x25, x26, [sp, #64]",
        "stp x27, x28, [sp, #80]",
        "str x0, [sp, #96]",
        "ldp x19, x20, [x0]",
        "ldp x21, x22, [x0, #16]",
        "ldp x23, x24, [x0, #32]",
        "ldp x25, x26, [x0, #48]",
        "ldp x2, x4, [x0, #{a}]",
        "ldr x5, [x0, #{c}]",
        "ldp x0, x1, [x0, #{token}]",
        "svc #0",
        // The kernel clobbers x9 anyway.
        "ldr x9, [sp, #96]",
        "stp x19, x20, [x9]",
        "stp x21, x22, [x9, #16]",
        "stp x23, x24, [x9, #32]",
        "stp x25, x26, [x9, #48]",
        "stp x2, x4, [x9, #{a}]",
        "str x5, [x9, #{c}]",
        "stp x1, x0, [x9, #{token}]",
        "ldp x19, x20, [sp, #16]",
        "ldp x21, x22, [sp, #32]",
        "ldp x23, x24, [sp, #48]",
        "ldp x25, x26, [sp, #64]",
        "ldp x27, x28, [sp, #80]",
        "ldp x29, x30, [sp], #112",
        "ret",
        token = const offset_of!(Frame, token),
        a = const offset_of!(Frame, a),
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
            "svc #0",
            inlateout("x0") token => status,
            inlateout("x1") word => value,
            inlateout("x2") a => _,
            inlateout("x4") b => _,
            inlateout("x5") c => _,
            lateout("x3") _,
            lateout("x6") _,
            lateout("x7") _,
            lateout("x8") _,
            lateout("x9") _,
            lateout("x10") _,
            lateout("x11") _,
            lateout("x12") _,
            lateout("x13") _,
            lateout("x14") _,
            lateout("x15") _,
            lateout("x16") _,
            lateout("x17") _,
            lateout("x18") _,
            lateout("x30") _,
            options(nostack),
        );
    }
    (status, value)
}

/// Stops the component with a fault that its supervisor is told of.
pub fn fault() -> ! {
    // SAFETY: the undefined instruction ends this thread; nothing runs after it.
    unsafe { asm!("udf #0", options(noreturn, nomem, nostack)) }
}

/// The processor's cycle counter. Under QEMU's `-icount shift=0` it counts instructions.
#[inline(always)]
#[must_use]
pub fn cycles() -> u64 {
    let cycles;
    // SAFETY: it reads a counter, which the kernel lets user mode read.
    unsafe { asm!("mrs {}, pmccntr_el0", out(reg) cycles, options(nomem, nostack)) };
    cycles
}

/// Defines `_start`, which the kernel enters with the address of the startup block, and which calls
/// `$start` on an aligned stack.
#[doc(hidden)]
#[macro_export]
macro_rules! __entry_point {
    ($start:path) => {
        /// Where the kernel enters the program: on an empty stack, with the startup block's address in x1.
        #[unsafe(no_mangle)]
        #[unsafe(naked)]
        unsafe extern "C" fn _start(_: usize, startup: usize) -> ! {
            ::core::arch::naked_asm!("mov x0, x1", "mov x29, xzr", "bl {start}", "udf #0", start = sym $start)
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
            ::core::arch::naked_asm!("mov x0, x1", "mov x29, xzr", "bl {start}", "udf #0", start = sym $start)
        }
    };
}
