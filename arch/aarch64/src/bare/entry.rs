//! Every way into the kernel and out of it, in assembly.
//!
//! In user mode the kernel's stack pointer is at the core's own block, right above the kernel stack.
//! Whoever enters starts there, and whoever leaves abandons what is below. All threads' state is in
//! their contexts.
//!
//! A system call takes the token in x0, the word in x1, further arguments in x2, x4 and x5, and message
//! words in x19–x26; it answers with the word in x0, the token in x1, and b and c in x4 and x5, which is also
//! how a context has them. Nothing of the kernel's is left in any register on the way out: each is loaded
//! from what the thread is to get, or zeroed. Simple calls keep x19–x29; those with a message lose x27–x29.

use super::block::{BLOCK_SIZE, Block};
use super::{boot, cores, traps};
use crate::context::{KEPT_FLAGS, offsets};
use crate::paging::{self, Granule};
use crate::{Context, syndrome};
use core::arch::global_asm;
use core::cell::UnsafeCell;
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
}

unsafe extern "C" {
    /// Where another core begins, without address translation.
    pub(super) static core_start: u8;

    /// Makes `root` the table of the kernel's half, and `empty` that of user addresses; `text` is the
    /// physical address of the image. Whoever calls it sees to it that the one maps the kernel's image as
    /// the present one does, and that the other maps nothing. `TCR_EL1` becomes `kernel_control` with the
    /// one and `control` with the other.
    pub(super) fn enter_kernel_tables(root: u64, text: u64, empty: u64, kernel_control: u64, control: u64);
}

/// Bytes of a kernel stack.
pub(super) const STACK_SIZE: usize = 0x4000;
/// Bytes of what is never mapped: the largest page.
pub(super) const GUARD_SIZE: usize = Granule::LARGE.page() as usize;

/// The first core's kernel stack: a page that is never mapped, the stack, and the core's block above it. The linker script
/// lets it begin at such a page.
#[repr(C, align(4096))]
struct Stack {
    guard: [u8; GUARD_SIZE],
    stack: [u8; STACK_SIZE],
    block: [u8; BLOCK_SIZE],
}

struct Memory<T>(UnsafeCell<T>);

// SAFETY: stack and block belong to one core, which enters the kernel with interrupts off. Rust reaches the block
// only as the kernel's, from when that has put it there.
unsafe impl<T> Sync for Memory<T> {}

#[unsafe(link_section = ".bss.stack")]
static STACK: Memory<Stack> = Memory(UnsafeCell::new(Stack { guard: [0; _], stack: [0; _], block: [0; _] }));

/// Where the first core's block is.
pub(super) fn first_block() -> *mut u8 {
    // SAFETY: only the field's address is made.
    unsafe { (&raw mut (*STACK.0.get()).block).cast() }
}

/// Stack for what may come when the usual one is broken.
#[repr(C, align(16))]
struct Emergency([u8; 2048]);

static EMERGENCY: Memory<Emergency> = Memory(UnsafeCell::new(Emergency([0; _])));

/// Address of the page below the kernel stack.
pub(super) fn guard() -> u64 {
    STACK.0.get().addr() as u64
}

// The loader jumps to the first instruction of the image with the physical address of the device tree in
// x0 and without address translation. The code maps the GiB of memory that it lies in, as it is and where
// the kernel sees memory, and the image where it is linked, and goes on up there.
global_asm!(
    r#"
    .section .boot_tables, "aw", @nobits
    .align 12
boot_tables:
    .skip 5 * 4096

    .section .text.boot, "ax", @progbits
    .global image_start, core_start
image_start:
    b 1f
    .long 0
    // From a multiple of 2 MiB on; how much, the maker of the boot file fills in; pages as the boot table says,
    // anywhere.
    .quad 0, 0, 0x8
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .long 0
    .quad table_offset

1:  mov x22, x0
    bl to_kernel_level
    mrs x21, cntvct_el0
    adr x23, image_start
    adrp x24, boot_tables
    // Roots of both halves, the tables of GiBs of memory and of the image, and that of the image's 2 MiB pages.
    add x10, x24, #0x1000
    add x11, x24, #0x2000
    add x12, x24, #0x3000
    add x13, x24, #0x4000
    orr x9, x11, #3
    str x9, [x24]
    str x9, [x10, #256 * 8]
    orr x9, x12, #3
    str x9, [x10, #511 * 8]
    orr x9, x13, #3
    str x9, [x12, #510 * 8]
    mov x16, #0x701
    lsr x14, x23, #30
    lsl x15, x14, #30
    orr x15, x15, x16
    str x15, [x11, x14, lsl #3]
    orr x15, x23, x16
    mov x9, #8
2:  str x15, [x13], #8
    add x15, x15, #0x200, lsl #12
    subs x9, x9, #1
    b.ne 2b

    ldr x25, =3f
    // From here on a core that is started later does the same: the tables are in x24, and it goes on at x25.
    // Memory of kind 0 is ordinary, of kind 1 device registers.
enable_translation:
    add x10, x24, #0x1000
    mov x9, #0xff
    msr mair_el1, x9
    ldr x9, ={TRANSLATION}
    mrs x14, id_aa64mmfr0_el1
    // Pages of 4 KiB are what this begins with.
    tbnz x14, #31, 9f
    and x15, x14, #0xf
    mov x16, #5
    cmp x15, x16
    csel x15, x15, x16, lo
    orr x9, x9, x15, lsl #32
    ubfx x15, x14, #4, #4
    cmp x15, #2
    cset x15, eq
    orr x9, x9, x15, lsl #36
    msr tcr_el1, x9
    msr ttbr0_el1, x24
    msr ttbr1_el1, x10
    dsb sy
    tlbi vmalle1
    ic iallu
    dsb sy
    isb
    ldr x9, ={CONTROL}
    msr sctlr_el1, x9
    isb
    br x25

    // The firmware jumps here with another core, with the address of its block in x0.
core_start:
    mov x22, x0
    adr x23, image_start
    adrp x24, boot_tables
    ldr x25, =core_high
    b enable_translation

9:  wfe
    b 9b

    // Goes on at its caller in the kernel's level, EL1, where a loader or the firmware has left the processor in a
    // hypervisor's: nothing is kept from the kernel there, and nothing comes back here. Loses x9.
to_kernel_level:
    mrs x9, CurrentEL
    cmp x9, #4
    b.eq 4f
    cmp x9, #8
    b.ne 9b
    // 64 bits below; the timers, floating point, and whatever else can be kept from them are theirs.
    mov x9, #1 << 31
    msr hcr_el2, x9
    mov x9, #3
    msr cnthctl_el2, x9
    msr cntvoff_el2, xzr
    mov x9, #0x33ff
    msr cptr_el2, x9
    msr hstr_el2, xzr
    msr vttbr_el2, xzr
    mrs x9, midr_el1
    msr vpidr_el2, x9
    mrs x9, mpidr_el1
    msr vmpidr_el2, x9
    // All counters of events, where there are some.
    mrs x9, id_aa64dfr0_el1
    ubfx x9, x9, #8, #4
    sub x9, x9, #1
    cmp x9, #14
    b.hs 2f
    mrs x9, pmcr_el0
    ubfx x9, x9, #11, #5
    msr mdcr_el2, x9
    // The registers of an interrupt controller of version 3, which are not everywhere: by their numbers.
2:  mrs x9, id_aa64pfr0_el1
    ubfx x9, x9, #24, #4
    cbz x9, 2f
    mrs x9, S3_4_C12_C9_5
    orr x9, x9, #0xf
    msr S3_4_C12_C9_5, x9
    isb
    msr S3_4_C12_C11_0, xzr
    // Traps of single registers, where there are such.
2:  mrs x9, id_aa64mmfr0_el1
    lsr x9, x9, #56
    tst x9, #0xf
    b.eq 2f
    msr S3_4_C1_C1_4, xzr
    msr S3_4_C1_C1_5, xzr
    msr S3_4_C1_C1_6, xzr
    msr S3_4_C3_C1_4, xzr
    msr S3_4_C3_C1_5, xzr
2:  ldr x9, ={UNTRANSLATED}
    msr sctlr_el1, x9
    mov x9, #0x3c5
    msr spsr_el2, x9
    msr elr_el2, x30
    eret
4:  ret

    // Called by its physical address, so that no translation that it needs changes meanwhile.
switch_tables:
    msr ttbr1_el1, x2
    isb
    tlbi vmalle1
    dsb nsh
    isb
    msr tcr_el1, x3
    isb
    msr ttbr1_el1, x0
    isb
    ret
    .ltorg

    .section .text.entry, "ax", @progbits
    .global enter_kernel_tables, resume, vectors
3:  adrp x9, {STACK}
    add x9, x9, :lo12:{STACK}
    add x9, x9, #{BLOCK} / 4096, lsl #12
    mov sp, x9
    adrp x9, vectors
    add x9, x9, :lo12:vectors
    msr vbar_el1, x9
    mov x0, x22
    mov x1, x23
    mov x2, x21
    bl {boot}
    b resume

    // The final tables first: the block is on no others.
core_high:
    adrp x9, vectors
    add x9, x9, :lo12:vectors
    msr vbar_el1, x9
    adrp x9, {ROOTS}
    add x9, x9, :lo12:{ROOTS}
    ldp x0, x2, [x9]
    ldp x3, x4, [x9, #16]
    mov x1, x23
    bl enter_kernel_tables
    mov sp, x22
    mov x0, x22
    bl {core_boot}
    b resume

enter_kernel_tables:
    ldr x9, =switch_tables
    ldr x10, =image_start
    sub x9, x9, x10
    add x9, x9, x1
    mov x11, x30
    blr x9
    msr ttbr0_el1, x2
    isb
    tlbi vmalle1
    dsb nsh
    isb
    msr tcr_el1, x4
    // Nothing that is writable is executed. Where the kernel can be kept from user memory, it is from
    // each entry on.
    mrs x9, sctlr_el1
    orr x9, x9, #1 << 19
    mrs x10, id_aa64mmfr1_el1
    tst x10, #0xf << 20
    b.eq 2f
    and x9, x9, #~(1 << 23)
2:  msr sctlr_el1, x9
    isb
    tlbi vmalle1
    dsb nsh
    isb
    ret x11
    .ltorg
    "#,
    boot = sym boot::boot,
    core_boot = sym cores::core_boot,
    ROOTS = sym cores::ROOTS,
    STACK = sym STACK,
    BLOCK = const offset_of!(Stack, block),
    TRANSLATION = const TRANSLATION,
    CONTROL = const CONTROL,
    UNTRANSLATED = const UNTRANSLATED,
);

/// Both halves have 48 bits, tables that are cached as memory is, and pages of 4 KiB until the boot table has been
/// looked at.
const TRANSLATION: u64 = 16 | 0x35 << 8 | (16 | 0x35 << 8) << 16 | 0b10 << 30;

/// Translation, caches and checks of the stack pointer on; what has always been on, and user memory open
/// to the kernel until it is known whether it can be closed.
const CONTROL: u64 = UNTRANSLATED | 1 << 12 | 1 << 4 | 1 << 3 | 1 << 2 | 1;

/// What has always been on alone.
const UNTRANSLATED: u64 = 0x30d0_0800;

global_asm!(
    r#"
    .section .text.entry, "ax", @progbits

    // Zeroes what the kernel leaves in registers, and what the caller had in those that are no message.
    .macro forget_temporaries
    ldp x5, x6, [sp, #{ZEROES}]
    ldp x7, x8, [sp, #{ZEROES}]
    ldp x9, x10, [sp, #{ZEROES}]
    ldp x11, x12, [sp, #{ZEROES}]
    ldp x13, x14, [sp, #{ZEROES}]
    ldp x15, x16, [sp, #{ZEROES}]
    ldp x17, x18, [sp, #{ZEROES}]
    ldp x27, x28, [sp, #{ZEROES}]
    ldp x29, x30, [sp, #{ZEROES}]
    .endm

    // Leaves user mode's stack and program counter in the current context, for message calls.
    .macro leave_user
    mrs x16, elr_el1
    mrs x17, sp_el0
    ldr x6, [sp, #{CURRENT}]
    stp x16, x17, [x6, #{PC}]
    .endm

    // Makes the thread in x0 the one to return to, at the end of its call.
    .macro become
    str x0, [sp, #{CURRENT}]
    ldp x16, x17, [x0, #{PC}]
    msr elr_el1, x16
    msr sp_el0, x17
    msr spsr_el1, xzr
    .endm

    .align 6
fast:
    leave_user
    stp x0, x1, [sp, #{TOKEN}]
    tbnz w1, #0, fast_reply_receive
    // `call` has no argument b.
    stp x2, x5, [sp, #{SCRATCH}]
    ldr x16, [sp, #{FAST_CALL}]
    mov x3, sp
    blr x16
    cbz x0, declined_call
    become
    ldp x1, x0, [sp, #{TOKEN}]
    ldp x2, x3, [sp, #{ZEROES}]
    ldr x4, [sp, #{B}]
    forget_temporaries
    eret

    .align 6
fast_reply_receive:
    stp x2, x4, [sp, #{A}]
    str x5, [sp, #{C}]
    ldr x16, [sp, #{FAST_REPLY_RECEIVE}]
    mov x3, sp
    blr x16
    cbz x0, declined
    become
    ldr x0, [sp, #{TOKEN} + 8]
    ldp x1, x2, [sp, #{ZEROES}]
    ldp x3, x4, [sp, #{ZEROES}]
    forget_temporaries
    eret

declined_call:
    ldp x0, x1, [sp, #{TOKEN}]
    ldp x2, x5, [sp, #{SCRATCH}]
    b 2f
declined:
    ldp x0, x1, [sp, #{TOKEN}]
    ldp x2, x4, [sp, #{A}]
    ldr x5, [sp, #{C}]
    b 2f

    .align 6
message_call:
    leave_user
2:  stp x19, x20, [sp]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    mov x3, sp
    bl {kernel_message_call}

    // x0 and x1 are a Resume.
resume:
    cbz x1, restore
    become
    ldp x19, x20, [x1]
    ldp x21, x22, [x1, #16]
    ldp x23, x24, [x1, #32]
    ldp x25, x26, [x1, #48]
    forget_temporaries
    ldp x4, x5, [x1, #{B}]
    ldp x1, x0, [x1, #{TOKEN}]
    ldp x2, x3, [sp, #{ZEROES}]
    eret

    // A simple call that made somebody more urgent ready: its caller is stopped as by an interrupt right
    // behind it, because it loses fewer registers than a message call.
reschedule:
    and x0, x0, #~(1 << 63)
    ldr x16, [sp, #{CURRENT}]
    stp x19, x20, [x16]
    stp x21, x22, [x16, #16]
    stp x23, x24, [x16, #32]
    stp x25, x26, [x16, #48]
    stp x1, x0, [x16, #{TOKEN}]
    stp xzr, xzr, [x16, #{A}]
    stp xzr, xzr, [x16, #{C}]
    stp xzr, xzr, [x16, #{OTHERS}]
    stp xzr, xzr, [x16, #{OTHERS} + 16]
    stp xzr, xzr, [x16, #{OTHERS} + 32]
    stp xzr, xzr, [x16, #{OTHERS} + 48]
    stp xzr, xzr, [x16, #{OTHERS} + 64]
    stp xzr, xzr, [x16, #{OTHERS} + 80]
    stp xzr, x27, [x16, #{OTHERS} + 96]
    stp x28, x29, [x16, #{OTHERS} + 112]
    str xzr, [x16, #{OTHERS} + 128]
    mrs x6, elr_el1
    mrs x7, sp_el0
    stp x6, x7, [x16, #{PC}]
    mov x9, #1
    stp xzr, x9, [x16, #{FLAGS}]
    stp x19, x20, [sp]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x1, x0, [sp, #{TOKEN}]
    stp xzr, xzr, [sp, #{A}]
    str xzr, [sp, #{C}]
    mov x0, sp
    bl {kernel_reschedule}
    cbz x1, restore
    ldr x2, [x0, #{INTERRUPTED}]
    cbz x2, resume

restore:
    cbz x0, idle
    str x0, [sp, #{CURRENT}]
    ldp x2, x3, [x0, #{PC}]
    ldr x4, [x0, #{FLAGS}]
    and x4, x4, #{KEPT_FLAGS}
    msr elr_el1, x2
    msr sp_el0, x3
    msr spsr_el1, x4
    str xzr, [x0, #{INTERRUPTED}]
    ldp x19, x20, [x0]
    ldp x21, x22, [x0, #16]
    ldp x23, x24, [x0, #32]
    ldp x25, x26, [x0, #48]
    ldp x2, x4, [x0, #{A}]
    ldp x5, x3, [x0, #{C}]
    ldp x6, x7, [x0, #{OTHERS}]
    ldp x8, x9, [x0, #{OTHERS} + 16]
    ldp x10, x11, [x0, #{OTHERS} + 32]
    ldp x12, x13, [x0, #{OTHERS} + 48]
    ldp x14, x15, [x0, #{OTHERS} + 64]
    ldp x16, x17, [x0, #{OTHERS} + 80]
    ldp x18, x27, [x0, #{OTHERS} + 96]
    ldp x28, x29, [x0, #{OTHERS} + 112]
    ldr x30, [x0, #{OTHERS} + 128]
    ldp x1, x0, [x0, #{TOKEN}]
    eret

    // Whatever ends the wait does not come back here but by `resume`.
idle:
    msr daifclr, #2
2:  wfi
    b 2b

    // All of user mode's state to the current context, which is then in x0; x16 and x17 are in the core's block.
    .macro save_user
    ldr x16, [sp, #{CURRENT}]
    stp x19, x20, [x16]
    stp x21, x22, [x16, #16]
    stp x23, x24, [x16, #32]
    stp x25, x26, [x16, #48]
    stp x1, x0, [x16, #{TOKEN}]
    stp x2, x4, [x16, #{A}]
    stp x5, x3, [x16, #{C}]
    stp x6, x7, [x16, #{OTHERS}]
    stp x8, x9, [x16, #{OTHERS} + 16]
    stp x10, x11, [x16, #{OTHERS} + 32]
    stp x12, x13, [x16, #{OTHERS} + 48]
    stp x14, x15, [x16, #{OTHERS} + 64]
    ldp x6, x7, [sp, #{SCRATCH}]
    stp x6, x7, [x16, #{OTHERS} + 80]
    stp x18, x27, [x16, #{OTHERS} + 96]
    stp x28, x29, [x16, #{OTHERS} + 112]
    str x30, [x16, #{OTHERS} + 128]
    mrs x6, elr_el1
    mrs x7, sp_el0
    stp x6, x7, [x16, #{PC}]
    mrs x8, spsr_el1
    mov x9, #1
    stp x8, x9, [x16, #{FLAGS}]
    mov x0, x16
    .endm

fault:
    save_user
    mov x1, sp
    bl {user_fault}
    b resume

interrupt:
    save_user
    mov x1, sp
    bl {user_interrupt}
    b resume

idle_interrupt:
    mov x0, sp
    bl {idle_interrupt}
    b resume

kernel_exception:
    adrp x9, {EMERGENCY}
    add x9, x9, :lo12:{EMERGENCY}
    add x9, x9, #{EMERGENCY_SIZE}
    mov sp, x9
    bl {kernel_trap}

    .macro vector handler
    .align 7
    b \handler
    .endm

    .align 11
vectors:
    .rept 5
    vector kernel_exception
    .endr
    vector idle_interrupt
    vector kernel_exception
    vector kernel_exception

    // From user mode: a system call, most of the time.
    .align 7
    stp x16, x17, [sp, #{SCRATCH}]
    mrs x16, esr_el1
    lsr x17, x16, #26
    cmp x17, #{SYSTEM_CALL}
    b.ne fault
    tst w1, #0xfe
    b.eq fast
    and w17, w1, #0xff
    cmp w17, #{BLOCKING_LIMIT}
    b.lo message_call
    mov x3, sp
    bl {kernel_simple_call}
    tbnz x0, #63, reschedule
    ldp x2, x3, [sp, #{ZEROES}]
    ldp x4, x5, [sp, #{ZEROES}]
    ldp x6, x7, [sp, #{ZEROES}]
    ldp x8, x9, [sp, #{ZEROES}]
    ldp x10, x11, [sp, #{ZEROES}]
    ldp x12, x13, [sp, #{ZEROES}]
    ldp x14, x15, [sp, #{ZEROES}]
    ldp x16, x17, [sp, #{ZEROES}]
    ldp x18, x30, [sp, #{ZEROES}]
    eret

    .align 7
    stp x16, x17, [sp, #{SCRATCH}]
    b interrupt

    .rept 6
    vector kernel_exception
    .endr
    "#,
    kernel_simple_call = sym kernel_simple_call,
    kernel_message_call = sym kernel_message_call,
    kernel_reschedule = sym kernel_reschedule,
    user_fault = sym traps::user_fault,
    user_interrupt = sym traps::user_interrupt,
    idle_interrupt = sym traps::idle_interrupt,
    kernel_trap = sym traps::kernel_trap,
    EMERGENCY = sym EMERGENCY,
    EMERGENCY_SIZE = const size_of::<Emergency>(),
    SYSTEM_CALL = const syndrome::SYSTEM_CALL,
    BLOCKING_LIMIT = const veridian_abi::BLOCKING_LIMIT,
    CURRENT = const offset_of!(Block, calls.current),
    SCRATCH = const offset_of!(Block, scratch),
    ZEROES = const offset_of!(Block, zeroes),
    FAST_CALL = const offset_of!(Block, calls.fast_call),
    FAST_REPLY_RECEIVE = const offset_of!(Block, calls.fast_reply_receive),
    TOKEN = const offsets::TOKEN,
    A = const offsets::A,
    B = const offsets::B,
    C = const offsets::C,
    PC = const offsets::PC,
    FLAGS = const offsets::FLAGS,
    INTERRUPTED = const offsets::INTERRUPTED,
    OTHERS = const offsets::OTHERS,
    KEPT_FLAGS = const KEPT_FLAGS,
);

// The assembly above takes these for granted.
const _: () = assert!(offset_of!(Block, calls.registers) == 0);
const _: () = assert!(offset_of!(Stack, block).is_multiple_of(4096));
const _: () = assert!(offsets::X3 == offsets::C + 8 && offsets::INTERRUPTED == offsets::FLAGS + 8);
const _: () = assert!(Answer::RESCHEDULE == 1 << 63);
const _: () = assert!(system_calls::CALL == 0 && system_calls::REPLY_RECEIVE == 1);
const _: () = assert!(paging::IMAGE == 0xffff_ffff_8000_0000);
