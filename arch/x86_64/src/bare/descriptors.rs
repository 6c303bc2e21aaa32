//! Segment and task-state tables of each core, and the interrupt table of all.

use super::{apic, entry};
use core::arch::asm;
use core::cell::UnsafeCell;
use veridian_abi::limits;

/// The kernel's code segment; its data segment follows.
pub(super) const KERNEL_CODE: u16 = 0x08;
/// From here on `sysret` finds the user's segments: 32-bit code, data, 64-bit code.
pub(super) const USER_BASE: u16 = 0x18;
/// The user's data segment.
pub(super) const USER_DATA: u16 = (USER_BASE + 8) | 3;
/// The user's code segment.
pub(super) const USER_CODE: u16 = (USER_BASE + 16) | 3;
const TASK: u16 = 0x30;

const VECTORS: usize = 256;
const BREAKPOINT: usize = 3;

#[repr(C, packed(4))]
struct TaskState {
    reserved: u32,
    /// Stack for entry to the kernel; the rings between are not used.
    kernel_stack: u64,
    unused: [u64; 3],
    /// Stacks of their own for what may come when the usual one is broken.
    interrupt_stacks: [u64; 7],
    reserved_2: [u16; 5],
    /// No port may be used in user mode: the map lies behind the segment's end.
    port_map: u16,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Gate {
    low: u64,
    high: u64,
}

/// What each core has for itself.
#[repr(C, align(16))]
struct Tables {
    segments: [u64; 8],
    task: TaskState,
}

const SEGMENTS: [u64; 6] = [
    0,
    0x00af_9b00_0000_ffff,
    0x00cf_9300_0000_ffff,
    // There is no 32-bit user mode: the segment that `sysret` would take for it is missing.
    0,
    0x00cf_f300_0000_ffff,
    0x00af_f900_0000_ffff,
];

struct Cell<T>(UnsafeCell<T>);

// SAFETY: Rust touches it in `load` alone: the gates on the first core before there is another, the tables each on
// their own core. From then on only the processor reads it.
unsafe impl<T> Sync for Cell<T> {}

static GATES: Cell<[Gate; VECTORS]> = Cell(UnsafeCell::new([Gate { low: 0, high: 0 }; VECTORS]));

static TABLES: [Cell<Tables>; limits::MAX_CORES as usize] = [const {
    Cell(UnsafeCell::new(Tables {
        segments: [0; 8],
        task: TaskState {
            reserved: 0,
            kernel_stack: 0,
            unused: [0; 3],
            interrupt_stacks: [0; 7],
            reserved_2: [0; 5],
            port_map: 0,
        },
    }))
}; _];

/// Tops of a core's stacks.
#[derive(Clone, Copy)]
pub(super) struct Stacks {
    pub(super) kernel: u64,
    pub(super) double_fault: u64,
    /// For what no code can hold off.
    pub(super) alarm: u64,
}

#[repr(C, packed)]
struct Pointer {
    limit: u16,
    base: u64,
}

/// Fills the gates, which all cores share.
fn fill_gates() {
    // SAFETY: the first core calls this once, before the processor knows the table.
    let gates = unsafe { &mut *GATES.0.get() };
    for (vector, gate) in gates.iter_mut().enumerate() {
        let handler = entry::stub(vector as u64);
        let stack: u64 = match vector {
            apic::DOUBLE_FAULT => 1,
            apic::NON_MASKABLE | apic::MACHINE_CHECK => 2,
            _ => 0,
        };
        // Only a breakpoint may be asked for by an instruction of user mode.
        let privilege: u64 = if vector == BREAKPOINT { 3 } else { 0 };
        let kind = 0x8e | privilege << 5;
        gate.low =
            handler & 0xffff | u64::from(KERNEL_CODE) << 16 | stack << 32 | kind << 40 | (handler >> 16 & 0xffff) << 48;
        gate.high = handler >> 32;
    }
}

/// Fills a core's tables and makes its processor use them.
///
/// # Safety
/// Called once by each core, during its boot, the first one first, with stacks that nobody else uses.
pub(super) unsafe fn load(core: u32, stacks: Stacks) {
    let Some(tables) = TABLES.get(core as usize) else {
        return;
    };
    if core == 0 {
        fill_gates();
    }
    // SAFETY: called once; the processor does not know the tables yet.
    let tables = unsafe { &mut *tables.0.get() };
    tables.task.kernel_stack = stacks.kernel;
    tables.task.interrupt_stacks = [stacks.double_fault, stacks.alarm, 0, 0, 0, 0, 0];
    tables.task.port_map = size_of::<TaskState>() as u16;
    let task = (&raw const tables.task).addr() as u64;
    let limit = size_of::<TaskState>() as u64 - 1;
    let [a, b, c, d, e, f] = SEGMENTS;
    let low = limit | (task & 0xff_ffff) << 16 | 0x89 << 40 | (task >> 24 & 0xff) << 56;
    tables.segments = [a, b, c, d, e, f, low, task >> 32];
    let gates = Pointer { limit: (VECTORS * size_of::<Gate>()) as u16 - 1, base: GATES.0.get().addr() as u64 };
    let segments =
        Pointer { limit: size_of_val(&tables.segments) as u16 - 1, base: tables.segments.as_ptr().addr() as u64 };
    // SAFETY: the tables are filled and stay; the new kernel code segment is like the old one.
    unsafe {
        asm!(
            "lgdt [{segments}]",
            "lidt [{gates}]",
            "push {code}",
            "lea {scratch}, [rip + 2f]",
            "push {scratch}",
            "retfq",
            "2:",
            "mov ss, {data:e}",
            "mov ds, {null:e}",
            "mov es, {null:e}",
            "mov fs, {null:e}",
            "mov gs, {null:e}",
            "ltr {task:x}",
            segments = in(reg) &segments,
            gates = in(reg) &gates,
            code = const KERNEL_CODE,
            data = in(reg) u32::from(KERNEL_CODE + 8),
            null = in(reg) 0,
            task = in(reg) TASK,
            scratch = out(reg) _,
        );
    }
}
