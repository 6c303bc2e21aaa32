//! Every way into the kernel and out of it, in assembly.
//!
//! GS is the core's own block while the kernel runs, and null in user mode. There is one kernel stack
//! a core, which ends where the block begins: whoever enters starts at its top, and whoever leaves abandons
//! what is on it. All threads' state is in their contexts.
//!
//! A system call clobbers rcx, r11 and the flags. Nothing of the kernel's is left in any register on
//! the way out: each is loaded from what the thread is to get, or zeroed.

use super::block::Block;
use super::descriptors::{KERNEL_CODE, USER_BASE, USER_CODE, USER_DATA};
use super::{boot, cores, cpu, cpu::msr, traps};
use crate::context::{KEPT_FLAGS, USER_FLAGS, offsets};
use crate::{Context, paging};
use core::arch::global_asm;
use core::mem::offset_of;
use veridian_abi::system_calls;
use veridian_port::{Answer, BootInfo, Fault, Resume};

#[allow(improper_ctypes, reason = "one compiler builds both sides, with one layout for BootInfo")]
unsafe extern "C" {
    /// The kernel's own start. The other upcalls may be made only after it has returned, each by the
    /// core that entered the kernel, with interrupts off, on the kernel stack, never one in another.
    pub(super) fn kernel_main(boot: &'static BootInfo) -> Resume<Context>;
    /// The start of another core.
    pub(super) fn kernel_core_main(core: *const Block) -> Resume<Context>;
    /// `call`, whose message is still in the caller's registers, but for rax and r10, which are in the
    /// block: the next thread goes on with it there, or nothing has happened.
    pub(super) fn kernel_fast_call(token: u64, word: u64, a: u64, core: *const Block, _: u64, c: u64)
    -> *const Context;
    /// The same for `reply_receive`.
    pub(super) fn kernel_fast_reply_receive(
        token: u64,
        word: u64,
        a: u64,
        core: *const Block,
        b: u64,
        c: u64,
    ) -> *const Context;
    /// Both where other cores run.
    pub(super) fn kernel_shared_fast_call(
        token: u64,
        word: u64,
        a: u64,
        core: *const Block,
        _: u64,
        c: u64,
    ) -> *const Context;
    pub(super) fn kernel_shared_fast_reply_receive(
        token: u64,
        word: u64,
        a: u64,
        core: *const Block,
        b: u64,
        c: u64,
    ) -> *const Context;
    /// A system call that may block: its message words are in the block.
    fn kernel_message_call(token: u64, word: u64, a: u64, core: *const Block, b: u64, c: u64) -> Resume<Context>;
    /// Any other system call.
    fn kernel_simple_call(token: u64, word: u64, a: u64, core: *const Block, b: u64, c: u64) -> Answer;
    /// After a simple call that made a more urgent thread ready.
    fn kernel_reschedule(core: *const Block) -> Resume<Context>;
    /// A device's interrupt, whose line is masked.
    pub(super) fn kernel_interrupt(line: u32, core: *const Block) -> Resume<Context>;
    /// The scheduler's tick.
    pub(super) fn kernel_tick(core: *const Block) -> Resume<Context>;
    /// Another core's interrupt.
    pub(super) fn kernel_poke(core: *const Block) -> Resume<Context>;
    /// A fault of the current thread, all of whose state is in its context.
    pub(super) fn kernel_fault(fault: &Fault, core: *const Block) -> Resume<Context>;

    static interrupt_vectors: [u8; 0];
    fn system_call_entry();
}

/// Vectors of exceptions, some of which come with an error code. All others are interrupts, which have none.
pub(super) const EXCEPTIONS: u64 = 32;
/// Bytes of an exception's stub, and of an interrupt's.
const EXCEPTION_SIZE: u64 = 16;
const INTERRUPT_SIZE: u64 = 8;

/// Address of a vector's stub.
pub(super) fn stub(vector: u64) -> u64 {
    let interrupts = vector.saturating_sub(EXCEPTIONS);
    let offset = (vector - interrupts) * EXCEPTION_SIZE + interrupts * INTERRUPT_SIZE;
    (&raw const interrupt_vectors).addr() as u64 + offset
}

/// Lets system calls in, on this core.
///
/// # Safety
/// Called once on each core, during its boot, with segments loaded; `block` is where its block is, or will be
/// before anything enters the kernel, and its kernel stack ends there.
pub(super) unsafe fn start(block: *const Block) {
    // Not even one flag of user mode reaches the kernel.
    const CLEARED: u64 = 0xffff_fffd;
    let segments = u64::from(USER_BASE | 3) << 48 | u64::from(KERNEL_CODE) << 32;
    // SAFETY: nothing can enter the kernel yet; all of these registers exist where system calls do.
    unsafe {
        cpu::write_msr(msr::GS_BASE, block.expose_provenance() as u64);
        cpu::write_msr(msr::KERNEL_GS_BASE, 0);
        cpu::write_msr(msr::STAR, segments);
        cpu::write_msr(msr::LSTAR, system_call_entry as *const () as u64);
        cpu::write_msr(msr::FMASK, CLEARED);
    }
}

// The loader jumps to `pvh_entry` in 32-bit mode without paging, with the address of the start
// information in ebx. It maps the first GiB three times (as it is, where the kernel sees memory, and
// where the kernel is linked) and goes on up there.
global_asm!(
    r#"
    .section .note.pvh, "a", @note
    .align 4
    .long 4, 8, 18
    .asciz "Xen"
    .quad pvh_entry_physical

    .section .boot_tables, "aw", @nobits
    .align 4096
    .global boot_tables, boot_stack_top
boot_tables:
    .skip 3 * 4096

    .section .boot_bss, "aw", @nobits
    .align 4096
    .skip 2 * 4096
boot_stack_top:

    .section .text.boot, "ax", @progbits
    .global boot_gdt, boot_gdt_pointer, boot_long_mode, pvh_entry
    .align 8
boot_gdt:
    .quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff
boot_gdt_pointer:
    .word 23
    .long boot_gdt_physical

    .code32
pvh_entry:
    cli
    cld
    // When the kernel was entered: the clock counts from here. Nothing below touches esi and ebp.
    rdtsc
    mov esi, eax
    mov ebp, edx
    mov edi, offset boot_tables_physical
    xor eax, eax
    mov ecx, 2 * 1024
    rep stosd
    mov eax, 0x83
2:  mov [edi], eax
    mov dword ptr [edi + 4], 0
    add edi, 8
    add eax, 0x200000
    cmp eax, 0x40000083
    jne 2b
    mov edi, offset boot_tables_physical
    lea eax, [edi + 0x1003]
    mov [edi], eax
    mov [edi + 256 * 8], eax
    mov [edi + 511 * 8], eax
    lea eax, [edi + 0x2003]
    mov [edi + 0x1000], eax
    mov [edi + 0x1000 + 510 * 8], eax
    mov cr3, edi
    mov eax, cr4
    or eax, 0x20
    mov cr4, eax
    mov ecx, 0xc0000080
    rdmsr
    or eax, 0x100
    wrmsr
    mov eax, cr0
    or eax, 0x80000001
    mov cr0, eax
    lgdt [boot_gdt_pointer_physical]
    mov esp, offset boot_stack_physical
    mov eax, offset boot_long_mode_physical
    push 8
    push eax
    retf

    .code64
boot_long_mode:
    mov rax, offset boot_upper
    jmp rax
boot_upper:
    mov eax, 0x10
    mov ds, eax
    mov es, eax
    mov ss, eax
    mov rsp, offset boot_stack_top
    mov rdi, offset __bss_start
    mov rcx, offset __bss_end
    sub rcx, rdi
    shr rcx, 3
    xor eax, eax
    rep stosq
    // What the change of mode left in the upper halves is not defined.
    mov esi, esi
    shl rbp, 32
    or rsi, rbp
    xor ebp, ebp
    mov edi, ebx
    call {boot}
    ud2
    "#,
    boot = sym boot::boot,
);

// Another core begins in 16-bit mode at a copy of `core_trampoline` in the first MiB, and goes on in 64-bit mode at
// once, on the tables of `pvh_entry`.
global_asm!(
    r#"
    .section .text.boot, "ax", @progbits
    .global core_trampoline, core_trampoline_end, core_long_mode
    .code16
core_trampoline:
    cli
    cld
    // lgdt cs:[...] with a base of 32 bits.
    .byte 0x66, 0x2e, 0x0f, 0x01, 0x16
    .word 2f - core_trampoline
    mov eax, 0x20
    mov cr4, eax
    mov eax, offset boot_tables_physical
    mov cr3, eax
    mov ecx, 0xc0000080
    rdmsr
    or eax, 0x900
    wrmsr
    mov eax, 0x80000011
    mov cr0, eax
    // jmp 8:core_long_mode_physical
    .byte 0x66, 0xea
    .long core_long_mode_physical
    .word 8
2:  .word 23
    .long boot_gdt_physical
core_trampoline_end:

    .code64
core_long_mode:
    mov rax, offset core_upper
    jmp rax
core_upper:
    mov eax, 0x10
    mov ds, eax
    mov es, eax
    mov ss, eax
    mov rax, [rip + {ROOT}]
    mov cr3, rax
    mov rsp, [rip + {BLOCK}]
    mov rdi, rsp
    call {core_boot}
    jmp resume
    "#,
    core_boot = sym cores::core_boot,
    ROOT = sym cores::ROOT,
    BLOCK = sym cores::BLOCK,
);

unsafe extern "C" {
    pub(super) static core_trampoline: u8;
    pub(super) static core_trampoline_end: u8;
}

unsafe extern "C" {
    /// Switches to the final tables (`root`) and the kernel stack, finishes booting there with the
    /// other arguments, and goes on with what the kernel says. Whoever calls it must have mapped both.
    pub(super) fn enter_kernel_space(root: u64, stack: u64, pool: u64, root_pointer: u64) -> !;
}

global_asm!(
    r#"
    .section .text.entry, "ax", @progbits
    .global enter_kernel_space, system_call_entry, interrupt_vectors

enter_kernel_space:
    mov cr3, rdi
    mov rsp, rsi
    mov rsi, rdx
    mov rdx, rcx
    call {boot_high}
    jmp resume

    .align 64
system_call_entry:
    swapgs
    cmp sil, {REPLY_RECEIVE}
    jb fast_call
    je fast_reply_receive
    cmp sil, {BLOCKING_LIMIT}
    jb message_call
    mov r11, rsp
    mov rsp, gs:[{OWN}]
    push r11
    push rcx
    mov rcx, gs:[{OWN}]
    call {kernel_simple_call}
    test rax, rax
    js reschedule
    pop rcx
    pop rsp
    mov rsi, rax
    mov rdi, rdx
    xor eax, eax
    xor edx, edx
    xor r8d, r8d
    xor r9d, r9d
    xor r10d, r10d
    mov r11d, {USER_FLAGS}
    swapgs
    sysretq

    // Leaves user mode's stack and program counter in the current context, for message calls; rcx is the block.
    .macro leave_user
    mov r11, gs:[{CURRENT}]
    mov [r11 + {RIP}], rcx
    mov rcx, gs:[{OWN}]
    mov [r11 + {RSP}], rsp
    mov rsp, rcx
    mov gs:[0], rax
    mov gs:[24], r10
    .endm

    // Before a fast upcall: the arguments, in case that it declines. The message words but rax and r10
    // stay where they are.
    .macro keep_arguments
    leave_user
    mov gs:[{TOKEN}], rdi
    mov gs:[{WORD}], rsi
    mov gs:[{A}], rdx
    mov gs:[{C}], r9
    .endm

    // After one: becomes the thread in rax, unless there is none.
    .macro enter_user
    test rax, rax
    jz declined
    mov gs:[{CURRENT}], rax
    mov rcx, [rax + {RIP}]
    mov rsp, [rax + {RSP}]
    mov rax, gs:[0]
    mov r10, gs:[24]
    mov rsi, gs:[{WORD}]
    xor edx, edx
    xor r9d, r9d
    mov r11d, {USER_FLAGS}
    swapgs
    sysretq
    .endm

    .align 64
fast_call:
    keep_arguments
    call qword ptr gs:[{FAST_CALL}]
    mov rdi, gs:[{TOKEN}]
    mov r8, gs:[{B}]
    enter_user

    .align 64
fast_reply_receive:
    keep_arguments
    mov gs:[{B}], r8
    call qword ptr gs:[{FAST_REPLY_RECEIVE}]
    xor edi, edi
    xor r8d, r8d
    enter_user

    // `call` has no argument b.
declined:
    mov rcx, rsp
    mov rdi, gs:[{TOKEN}]
    mov rsi, gs:[{WORD}]
    mov rdx, gs:[{A}]
    mov r8, gs:[{B}]
    mov r9, gs:[{C}]
    jmp 2f

    .align 64
message_call:
    leave_user
2:  mov gs:[8], rbx
    mov gs:[16], rbp
    mov gs:[32], r12
    mov gs:[40], r13
    mov gs:[48], r14
    mov gs:[56], r15
    call {kernel_message_call}

    // rax and rdx are a Resume.
resume:
    test rdx, rdx
    jz restore
    mov gs:[{CURRENT}], rax
    mov rcx, [rax + {RIP}]
    mov rsp, [rax + {RSP}]
    mov rbx, [rdx + 8]
    mov rbp, [rdx + 16]
    mov r10, [rdx + 24]
    mov r12, [rdx + 32]
    mov r13, [rdx + 40]
    mov r14, [rdx + 48]
    mov r15, [rdx + 56]
    mov rdi, [rdx + {TOKEN}]
    mov rsi, [rdx + {WORD}]
    mov r8, [rdx + {B}]
    mov r9, [rdx + {C}]
    mov rax, [rdx]
    mov rdx, [rdx + {A}]
    mov r11d, {USER_FLAGS}
    swapgs
    sysretq

reschedule:
    btr rax, 63
    mov gs:[{WORD}], rax
    mov gs:[{TOKEN}], rdx
    xor eax, eax
    mov gs:[0], rax
    mov gs:[8], rbx
    mov gs:[16], rbp
    mov gs:[24], rax
    mov gs:[32], r12
    mov gs:[40], r13
    mov gs:[48], r14
    mov gs:[56], r15
    mov gs:[{A}], rax
    mov gs:[{B}], rax
    mov gs:[{C}], rax
    mov r11, gs:[{CURRENT}]
    pop [r11 + {RIP}]
    pop [r11 + {RSP}]
    mov rdi, rsp
    call {kernel_reschedule}
    jmp resume

restore:
    mov rsp, gs:[{OWN}]
    test rax, rax
    jz idle
    mov gs:[{CURRENT}], rax
    mov qword ptr [rax + {INTERRUPTED}], 0
    mov rcx, [rax + {RFLAGS}]
    and ecx, {KEPT_FLAGS}
    or ecx, {USER_FLAGS}
    push {USER_DATA}
    push [rax + {RSP}]
    push rcx
    push {USER_CODE}
    push [rax + {RIP}]
    mov rbx, [rax + 8]
    mov rbp, [rax + 16]
    mov r10, [rax + 24]
    mov r12, [rax + 32]
    mov r13, [rax + 40]
    mov r14, [rax + 48]
    mov r15, [rax + 56]
    mov rdi, [rax + {TOKEN}]
    mov rsi, [rax + {WORD}]
    mov rdx, [rax + {A}]
    mov r8, [rax + {B}]
    mov r9, [rax + {C}]
    mov rcx, [rax + {RCX}]
    mov r11, [rax + {R11}]
    mov rax, [rax]
    swapgs
    iretq

    // Whatever ends the wait does not come back here but by `resume`.
idle:
    sti
2:  hlt
    jmp 2b

    .align 16
interrupt_vectors:
    .set vector, 0
    .rept {EXCEPTIONS}
    .align {EXCEPTION_SIZE}
    .if (vector != 8) && (vector != 10) && (vector != 11) && (vector != 12) && (vector != 13) && (vector != 14) && (vector != 17) && (vector != 21) && (vector != 29) && (vector != 30)
    push 0
    .endif
    push vector
    jmp interrupt
    .set vector, vector + 1
    .endr
    .rept 256 - {EXCEPTIONS}
    .align {INTERRUPT_SIZE}
    // push, of the number as a byte with a sign.
    .byte 0x6a, vector
    jmp device_interrupt
    .set vector, vector + 1
    .endr

    // As after an exception: with an error code, which stands for nothing, and without the sign.
device_interrupt:
    push [rsp]
    and qword ptr [rsp], 0xff

    // On the stack: vector, error code, rip, cs, flags, rsp, ss.
interrupt:
    // User mode's flags for direction and access checks are still set.
    push 2
    popfq
    test byte ptr [rsp + 24], 3
    jz interrupt_in_kernel
    swapgs
    push r11
    mov r11, gs:[{CURRENT}]
    mov [r11], rax
    mov [r11 + 8], rbx
    mov [r11 + 16], rbp
    mov [r11 + 24], r10
    mov [r11 + 32], r12
    mov [r11 + 40], r13
    mov [r11 + 48], r14
    mov [r11 + 56], r15
    mov [r11 + {TOKEN}], rdi
    mov [r11 + {WORD}], rsi
    mov [r11 + {A}], rdx
    mov [r11 + {B}], r8
    mov [r11 + {C}], r9
    mov [r11 + {RCX}], rcx
    pop [r11 + {R11}]
    pop rdi
    pop rsi
    pop [r11 + {RIP}]
    pop rax
    pop [r11 + {RFLAGS}]
    pop [r11 + {RSP}]
    mov qword ptr [r11 + {INTERRUPTED}], 1
    mov rsp, gs:[{OWN}]
    mov rdx, r11
    mov rcx, rsp
    call {user_trap}
    jmp resume

interrupt_in_kernel:
    pop rdi
    pop rsi
    mov rdx, [rsp]
    and rsp, -16
    cmp edi, {EXCEPTIONS}
    jb 2f
    // The kernel lets interrupts in only while it waits for one.
    mov rsp, gs:[{OWN}]
    mov rsi, rsp
    call {idle_trap}
    jmp resume
2:  call {kernel_trap}
    ud2
    "#,
    boot_high = sym boot::boot_high,
    kernel_simple_call = sym kernel_simple_call,
    kernel_message_call = sym kernel_message_call,
    kernel_reschedule = sym kernel_reschedule,
    user_trap = sym traps::user_trap,
    idle_trap = sym traps::idle_trap,
    kernel_trap = sym traps::kernel_trap,
    EXCEPTIONS = const EXCEPTIONS,
    EXCEPTION_SIZE = const EXCEPTION_SIZE,
    INTERRUPT_SIZE = const INTERRUPT_SIZE,
    BLOCKING_LIMIT = const veridian_abi::BLOCKING_LIMIT,
    REPLY_RECEIVE = const system_calls::REPLY_RECEIVE,
    OWN = const offset_of!(Block, own),
    CURRENT = const offset_of!(Block, calls.current),
    FAST_CALL = const offset_of!(Block, calls.fast_call),
    FAST_REPLY_RECEIVE = const offset_of!(Block, calls.fast_reply_receive),
    RIP = const offsets::RIP,
    RSP = const offsets::RSP,
    RFLAGS = const offsets::RFLAGS,
    RCX = const offsets::RCX,
    R11 = const offsets::R11,
    INTERRUPTED = const offsets::INTERRUPTED,
    TOKEN = const offsets::TOKEN,
    WORD = const offsets::WORD,
    A = const offsets::A,
    B = const offsets::B,
    C = const offsets::C,
    USER_FLAGS = const USER_FLAGS,
    KEPT_FLAGS = const KEPT_FLAGS,
    USER_DATA = const USER_DATA,
    USER_CODE = const USER_CODE,
);

// The assembly above takes these for granted.
const _: () = assert!(offset_of!(Block, calls.registers) == 0);
const _: () = assert!(Answer::RESCHEDULE == 1 << 63);
const _: () = assert!(system_calls::CALL == 0 && system_calls::REPLY_RECEIVE == 1);
const _: () = assert!(paging::IMAGE == 0xffff_ffff_8000_0000);
