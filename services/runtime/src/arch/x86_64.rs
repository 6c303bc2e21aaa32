//! x86_64: `syscall` with the token in rdi, the word in rsi, further arguments in rdx, r8 and r9, and
//! message words in rax, rbx, rbp, r10 and r12–r15.

use super::Frame;
use core::arch::{asm, naked_asm};
use core::mem::offset_of;

/// Makes a system call that may block or carry a message: all registers of `frame` go in and come back.
pub fn message_call(frame: &mut Frame) {
    // SAFETY: the stub reads and writes nothing but the frame and restores what the C calling
    // convention preserves; no system call touches memory of its caller.
    unsafe { message_stub(frame) }
}

#[unsafe(naked)]
unsafe extern "C" fn message_stub(frame: *mut Frame) {
    naked_asm!(
        "push rbx",
        "push rbp",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "push rdi",
        "mov rcx, rdi",
        "mov rax, [rcx]",
        "mov rbx, [rcx + 8]",
        "mov rbp, [rcx + 16]",
        "mov r10, [rcx + 24]",
        "mov r12, [rcx + 32]",
        "mov r13, [rcx + 40]",
        "mov r14, [rcx + 48]",
        "mov r15, [rcx + 56]",
        "mov rdi, [rcx + {token}]",
        "mov rsi, [rcx + {word}]",
        "mov rdx, [rcx + {a}]",
        "mov r8, [rcx + {b}]",
        "mov r9, [rcx + {c}]",
        "syscall",
        // The kernel clobbers rcx anyway, so that it can hold the frame again.
        "pop rcx",
        "mov [rcx], rax",
        "mov [rcx + 8], rbx",
        "mov [rcx + 16], rbp",
        "mov [rcx + 24], r10",
        "mov [rcx + 32], r12",
        "mov [rcx + 40], r13",
        "mov [rcx + 48], r14",
        "mov [rcx + 56], r15",
        "mov [rcx + {token}], rdi",
        "mov [rcx + {word}], rsi",
        "mov [rcx + {a}], rdx",
        "mov [rcx + {b}], r8",
        "mov [rcx + {c}], r9",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbp",
        "pop rbx",
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
            "syscall",
            inlateout("rsi") word => status,
            inlateout("rdi") token => value,
            inlateout("rdx") a => _,
            inlateout("r8") b => _,
            inlateout("r9") c => _,
            lateout("rax") _,
            lateout("r10") _,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    (status, value)
}

/// Stops the component with a fault that its supervisor is told of.
pub fn fault() -> ! {
    // SAFETY: the undefined instruction ends this thread; nothing runs after it.
    unsafe { asm!("ud2", options(noreturn, nomem, nostack)) }
}

/// The processor's cycle counter. Under QEMU's `-icount shift=0` it counts instructions.
#[inline(always)]
#[must_use]
pub fn cycles() -> u64 {
    // SAFETY: rdtsc reads a counter.
    unsafe { core::arch::x86_64::_rdtsc() }
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
            ::core::arch::naked_asm!("xor ebp, ebp", "call {start}", "ud2", start = sym $start)
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
            ::core::arch::naked_asm!("xor ebp, ebp", "call {start}", "ud2", start = sym $start)
        }
    };
}
