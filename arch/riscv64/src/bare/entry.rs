//! Every way into the kernel and out of it, in assembly.
//!
//! In user mode the register `sscratch` holds the address of the core's block, which is also the top of
//! the kernel stack; in the kernel it is 0, so that a fault of the kernel's own is known. Whoever enters
//! starts at the stack's top, and whoever leaves abandons what is on it. All threads' state is in their
//! contexts. The kernel runs with interrupts off, even while it waits for one.
//!
//! | register | in | out |
//! |---|---|---|
//! | `a1` | number (0–7), length in bytes (8–15), label (16–31) | status |
//! | `a0` | capability token | value or badge |
//! | `a2` | timeout, or first argument | |
//! | `a4` | reply token, or second argument | reply token |
//! | `a5` | capability to pass on, or third argument | capability received |
//! | `s4`–`s11` | message words 0–7 | message words 0–7 |
//!
//! All other registers but the stack pointer come back as zeroes after a system call that may block;
//! after any other `gp`, `tp` and `s0`–`s11` are as they were. Nothing of the kernel's is left in any
//! register on the way out: each is loaded from what the thread is to get, or zeroed.

use super::block::{Block, FIRST};
use super::{boot, cores, traps};
use crate::Context;
use crate::context::offsets;
use core::arch::global_asm;
use core::mem::offset_of;
use veridian_abi::system_calls;
use veridian_port::{Answer, BootInfo, Fault, Resume};

#[allow(improper_ctypes, reason = "one compiler builds both sides, with one layout for BootInfo")]
unsafe extern "C" {
    /// The kernel's own start. The other upcalls may be made only after it has returned, each by the
    /// core that entered the kernel, with interrupts off, on the kernel stack, never one in another.
    pub(super) fn kernel_main(boot: &'static BootInfo) -> Resume<Context>;
    /// The start of a core but the first, which then makes upcalls as the first one does.
    pub(super) fn kernel_core_main(core: *const Block) -> Resume<Context>;
    /// `call`, whose message is still in the caller's registers: the next thread goes on with it there,
    /// or nothing has happened.
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

    // Only its address means something.
    #[link_name = "core_entry"]
    static CORE_ENTRY: u8;
}

/// Where a core but the first enters the kernel: see below.
pub(super) fn core_entry() -> u64 {
    (&raw const CORE_ENTRY).addr() as u64
}

// The firmware jumps to `boot_entry` without paging, with the hart's number in a0 and the device tree's
// address in a1. It maps the GiB that it lies in three times (as it is, where the kernel sees memory,
// and where the kernel is linked) and the device tree's, and goes on up there.
global_asm!(
    r#"
    .section .boot_bss, "aw", @nobits
    .align 12
boot_table:
    .skip 4096

    // Fills lines of 64 bytes with zeroes.
    .macro clear from, to
2:  sd zero, 0(\from)
    sd zero, 8(\from)
    sd zero, 16(\from)
    sd zero, 24(\from)
    sd zero, 32(\from)
    sd zero, 40(\from)
    sd zero, 48(\from)
    sd zero, 56(\from)
    addi \from, \from, 64
    bltu \from, \to, 2b
    .endm

    .section .text.boot, "ax", @progbits
    .global boot_entry
boot_entry:
    // When the kernel was entered: the clock counts from here.
    rdtime a2
    csrw sie, zero
    // Interrupts off, floating point off, user memory out of reach; traps return to user mode.
    li t0, 0xc6722
    csrc sstatus, t0
    lla t0, boot_table
    li t1, 4096
    add t1, t0, t1
    mv t2, t0
    clear t2, t1
    lla t1, boot_entry
    srli t1, t1, 30
    slli t2, t1, 28
    ori t2, t2, 0xcf
    slli t1, t1, 3
    add t3, t0, t1
    sd t2, 0(t3)
    li t4, 256 * 8
    add t3, t3, t4
    sd t2, 0(t3)
    add t3, t0, t4
    sd t2, 254 * 8(t3)
    srli t1, a1, 30
    andi t1, t1, 127
    slli t2, t1, 28
    ori t2, t2, 0xcf
    slli t1, t1, 3
    add t3, t3, t1
    sd t2, 0(t3)
    srli t0, t0, 12
    li t1, 8 << 60
    or t0, t0, t1
    lla t1, 3f
    li t2, {IMAGE}
    add t1, t1, t2
    sfence.vma
    csrw satp, t0
    sfence.vma
    jr t1
3:  csrw sscratch, zero
    lla t0, trap_entry
    csrw stvec, t0
    lla sp, {core}
    lla t0, __bss_start
    lla t1, __bss_end
    clear t0, t1
    call {boot}
    j resume

    // The firmware starts a hart here without paging, with the address of a `Start` in a1. Where the kernel's tables
    // are in force the next instruction is not mapped any more, and the trap that this is goes on up there.
    .global core_entry
    .align 2
core_entry:
    csrw sie, zero
    ld t0, 0(a1)
    ld sp, 8(a1)
    lla t1, 4f
    li t2, {IMAGE}
    add t1, t1, t2
    csrw stvec, t1
    sfence.vma
    csrw satp, t0
    .align 2
4:  csrw sscratch, zero
    // As in `boot_entry`; the trap has left its mark too.
    li t0, 0xc6722
    csrc sstatus, t0
    lla t0, trap_entry
    csrw stvec, t0
    mv a0, sp
    call {begin}
    j resume
    "#,
    core = sym FIRST,
    boot = sym boot::boot,
    begin = sym cores::begin,
    IMAGE = const crate::paging::IMAGE,
);

global_asm!(
    r#"
    .section .alarm, "aw", @nobits
    .align 4
alarm_stack:
    .skip 4096
alarm_stack_top:

    .section .text.entry, "ax", @progbits
    .global trap_entry

    // Zeroes every register that no system call gives back, but for a3.
    .macro zero_scratch
    li ra, 0
    li t0, 0
    li t1, 0
    li t2, 0
    li t3, 0
    li t4, 0
    li t5, 0
    li t6, 0
    li a6, 0
    li a7, 0
    .endm

    // As well those that a thread keeps only over a simple call.
    .macro zero_kept
    li gp, 0
    li tp, 0
    li s0, 0
    li s1, 0
    li s2, 0
    li s3, 0
    .endm

    // Leaves user mode's stack and program counter, behind the instruction, in the current context.
    .macro leave_user
    ld t1, {CURRENT}(sp)
    csrr t2, sepc
    addi t2, t2, 4
    sd t2, {PC}(t1)
    csrrw t2, sscratch, zero
    sd t2, {SP}(t1)
    .endm

    // Before a fast upcall: the arguments, in case that it declines. The message stays where it is.
    .macro keep_arguments
    leave_user
    sd a0, {TOKEN}(sp)
    sd a1, {WORD}(sp)
    sd a2, {A}(sp)
    sd a5, {C}(sp)
    .endm

    // After one: becomes the thread in a0, unless there is none. a0 is left to load.
    .macro enter_user
    beqz a0, declined
    sd a0, {CURRENT}(sp)
    ld t0, {PC}(a0)
    csrw sepc, t0
    csrw sscratch, sp
    ld a1, {WORD}(sp)
    li a2, 0
    li a5, 0
    zero_scratch
    zero_kept
    .endm

    .align 6
trap_entry:
    csrrw sp, sscratch, sp
    beqz sp, in_kernel
    sd t0, {TEMPORARY}(sp)
    csrr t0, scause
    addi t0, t0, -8
    bnez t0, interrupted
    andi t0, a1, 0xff
    beqz t0, fast_call
    addi t0, t0, -{REPLY_RECEIVE}
    beqz t0, fast_reply_receive
    addi t0, t0, {REPLY_RECEIVE} - {BLOCKING_LIMIT}
    bltz t0, message_call

    csrrw t0, sscratch, zero
    mv a3, sp
    sd t0, {TEMPORARY}(sp)
    call {kernel_simple_call}
    bltz a0, reschedule
    csrr t0, sepc
    addi t0, t0, 4
    csrw sepc, t0
    csrw sscratch, sp
    ld sp, {TEMPORARY}(sp)
    mv t0, a0
    mv a0, a1
    mv a1, t0
    li a2, 0
    li a4, 0
    li a3, 0
    li a5, 0
    zero_scratch
    sret

    .align 6
fast_call:
    keep_arguments
    ld t0, {FAST_CALL}(sp)
    mv a3, sp
    jalr t0
    enter_user
    ld a4, {B}(sp)
    mv a3, a0
    ld a0, {TOKEN}(sp)
    ld sp, {SP}(a3)
    li a3, 0
    sret

    .align 6
fast_reply_receive:
    keep_arguments
    sd a4, {B}(sp)
    ld t0, {FAST_REPLY_RECEIVE}(sp)
    mv a3, sp
    jalr t0
    enter_user
    ld sp, {SP}(a0)
    li a0, 0
    li a3, 0
    li a4, 0
    sret

    // `call` has no argument b.
declined:
    ld a0, {TOKEN}(sp)
    ld a1, {WORD}(sp)
    ld a2, {A}(sp)
    ld a4, {B}(sp)
    ld a5, {C}(sp)
    j 2f

    .align 6
message_call:
    leave_user
2:  sd s4, 0(sp)
    sd s5, 8(sp)
    sd s6, 16(sp)
    sd s7, 24(sp)
    sd s8, 32(sp)
    sd s9, 40(sp)
    sd s10, 48(sp)
    sd s11, 56(sp)
    mv a3, sp
    call {kernel_message_call}

    // a0 and a1 are a Resume.
resume:
    beqz a1, restore
    sd a0, {CURRENT}(sp)
    ld t0, {PC}(a0)
    csrw sepc, t0
    csrw sscratch, sp
    ld sp, {SP}(a0)
    ld s4, 0(a1)
    ld s5, 8(a1)
    ld s6, 16(a1)
    ld s7, 24(a1)
    ld s8, 32(a1)
    ld s9, 40(a1)
    ld s10, 48(a1)
    ld s11, 56(a1)
    ld a0, {TOKEN}(a1)
    ld a2, {A}(a1)
    ld a4, {B}(a1)
    ld a5, {C}(a1)
    ld a1, {WORD}(a1)
    li a3, 0
    zero_scratch
    zero_kept
    sret

    // The Answer is in a0 and a1.
reschedule:
    ld t0, {TEMPORARY}(sp)
    slli a0, a0, 1
    srli a0, a0, 1
    sd a0, {WORD}(sp)
    sd a1, {TOKEN}(sp)
    sd zero, {A}(sp)
    sd zero, {B}(sp)
    sd zero, {C}(sp)
    sd s4, 0(sp)
    sd s5, 8(sp)
    sd s6, 16(sp)
    sd s7, 24(sp)
    sd s8, 32(sp)
    sd s9, 40(sp)
    sd s10, 48(sp)
    sd s11, 56(sp)
    ld t1, {CURRENT}(sp)
    sd t0, {SP}(t1)
    csrr t0, sepc
    addi t0, t0, 4
    sd t0, {PC}(t1)
    // As though it had been interrupted behind the call, so that it keeps s0–s3.
    sd s0, {S}(t1)
    sd s1, {S} + 8(t1)
    sd s2, {S} + 16(t1)
    sd s3, {S} + 24(t1)
    sd zero, {RA}(t1)
    sd zero, {GP}(t1)
    sd zero, {TP}(t1)
    sd zero, {T}(t1)
    sd zero, {T} + 8(t1)
    sd zero, {T} + 16(t1)
    sd zero, {T} + 24(t1)
    sd zero, {T} + 32(t1)
    sd zero, {T} + 40(t1)
    sd zero, {T} + 48(t1)
    sd zero, {A3}(t1)
    sd zero, {A6}(t1)
    sd zero, {A7}(t1)
    li t0, 1
    sd t0, {INTERRUPTED}(t1)
    mv a0, sp
    call {kernel_reschedule}
    j resume

restore:
    beqz a0, idle
    sd a0, {CURRENT}(sp)
    sd zero, {INTERRUPTED}(a0)
    ld t0, {PC}(a0)
    csrw sepc, t0
    csrw sscratch, sp
    ld sp, {SP}(a0)
    ld ra, {RA}(a0)
    ld gp, {GP}(a0)
    ld tp, {TP}(a0)
    ld t0, {T}(a0)
    ld t1, {T} + 8(a0)
    ld t2, {T} + 16(a0)
    ld t3, {T} + 24(a0)
    ld t4, {T} + 32(a0)
    ld t5, {T} + 40(a0)
    ld t6, {T} + 48(a0)
    ld s0, {S}(a0)
    ld s1, {S} + 8(a0)
    ld s2, {S} + 16(a0)
    ld s3, {S} + 24(a0)
    ld s4, 0(a0)
    ld s5, 8(a0)
    ld s6, 16(a0)
    ld s7, 24(a0)
    ld s8, 32(a0)
    ld s9, 40(a0)
    ld s10, 48(a0)
    ld s11, 56(a0)
    ld a1, {WORD}(a0)
    ld a2, {A}(a0)
    ld a3, {A3}(a0)
    ld a4, {B}(a0)
    ld a5, {C}(a0)
    ld a6, {A6}(a0)
    ld a7, {A7}(a0)
    ld a0, {TOKEN}(a0)
    sret

    // An interrupt that is pending ends the wait, though none is let in.
idle:
    wfi
    csrr a0, sip
    csrr t0, sie
    and a0, a0, t0
    beqz a0, idle
    mv a1, sp
    call {idle_trap}
    j resume

interrupted:
    ld t0, {CURRENT}(sp)
    sd ra, {RA}(t0)
    sd gp, {GP}(t0)
    sd tp, {TP}(t0)
    sd t1, {T} + 8(t0)
    sd t2, {T} + 16(t0)
    sd t3, {T} + 24(t0)
    sd t4, {T} + 32(t0)
    sd t5, {T} + 40(t0)
    sd t6, {T} + 48(t0)
    sd s0, {S}(t0)
    sd s1, {S} + 8(t0)
    sd s2, {S} + 16(t0)
    sd s3, {S} + 24(t0)
    sd s4, 0(t0)
    sd s5, 8(t0)
    sd s6, 16(t0)
    sd s7, 24(t0)
    sd s8, 32(t0)
    sd s9, 40(t0)
    sd s10, 48(t0)
    sd s11, 56(t0)
    sd a0, {TOKEN}(t0)
    sd a1, {WORD}(t0)
    sd a2, {A}(t0)
    sd a3, {A3}(t0)
    sd a4, {B}(t0)
    sd a5, {C}(t0)
    sd a6, {A6}(t0)
    sd a7, {A7}(t0)
    ld t1, {TEMPORARY}(sp)
    sd t1, {T}(t0)
    csrr t1, sepc
    sd t1, {PC}(t0)
    csrrw t1, sscratch, zero
    sd t1, {SP}(t0)
    li t1, 1
    sd t1, {INTERRUPTED}(t0)
    csrr a0, scause
    csrr a1, stval
    mv a2, t0
    mv a3, sp
    call {user_trap}
    j resume

    // The stack may be what is wrong.
in_kernel:
    csrw sscratch, zero
    lla sp, alarm_stack_top
    csrr a0, scause
    csrr a1, stval
    csrr a2, sepc
    call {kernel_trap}
    unimp
    "#,
    kernel_simple_call = sym kernel_simple_call,
    kernel_message_call = sym kernel_message_call,
    kernel_reschedule = sym kernel_reschedule,
    user_trap = sym traps::user_trap,
    idle_trap = sym traps::idle_trap,
    kernel_trap = sym traps::kernel_trap,
    BLOCKING_LIMIT = const veridian_abi::BLOCKING_LIMIT,
    REPLY_RECEIVE = const system_calls::REPLY_RECEIVE,
    CURRENT = const offset_of!(Block, calls.current),
    TEMPORARY = const offset_of!(Block, temporary),
    FAST_CALL = const offset_of!(Block, calls.fast_call),
    FAST_REPLY_RECEIVE = const offset_of!(Block, calls.fast_reply_receive),
    PC = const offsets::PC,
    SP = const offsets::SP,
    RA = const offsets::RA,
    GP = const offsets::GP,
    TP = const offsets::TP,
    T = const offsets::T,
    S = const offsets::S,
    A3 = const offsets::A3,
    A6 = const offsets::A6,
    A7 = const offsets::A7,
    INTERRUPTED = const offsets::INTERRUPTED,
    TOKEN = const offsets::TOKEN,
    WORD = const offsets::WORD,
    A = const offsets::A,
    B = const offsets::B,
    C = const offsets::C,
);

// The assembly above takes these for granted.
const _: () = assert!(offset_of!(Block, calls.registers) == 0);
const _: () = assert!(Answer::RESCHEDULE == 1 << 63);
const _: () = assert!(system_calls::CALL == 0 && system_calls::REPLY_RECEIVE == 1);
