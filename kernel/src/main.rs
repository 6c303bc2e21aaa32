//! The kernel binary: ties the pure kernel to the port of the target, and nothing else.
#![no_std]
#![no_main]

use core::cell::UnsafeCell;
use core::fmt::{self, Write};
use core::mem::MaybeUninit;
use core::panic::PanicInfo;
use veridian_kernel::boot::{Builder, Origin, Sizes, Storage};
use veridian_kernel::frames::{Area, Chunk, Frames, Place};
use veridian_kernel::outline::Outline;
use veridian_kernel::system::System;
use veridian_kernel::table::{Refusal, Table, refuse};
use veridian_port::{Answer, BootInfo, Fault, PhysicalAddress, Port, Resume};

#[cfg(target_arch = "aarch64")]
use veridian_aarch64::Machine;
#[cfg(target_arch = "riscv64")]
use veridian_riscv64::Machine;
#[cfg(target_arch = "x86_64")]
use veridian_x86_64::Machine;

type Context = <Machine as Port>::Context;

/// Code that the machine powers off with when the boot table is refused.
const REFUSED: u8 = 100;
/// Code that it powers off with when the kernel itself fails.
const BROKEN: u8 = 102;

/// The one system of this machine. Only upcalls touch it, which the port makes one at a time.
struct Global(UnsafeCell<MaybeUninit<System<'static, Machine>>>);

// SAFETY: the port enters the kernel with interrupts off and on one core alone, so that no two upcalls
// overlap.
unsafe impl Sync for Global {}

#[unsafe(export_name = "KERNEL_SYSTEM")]
static SYSTEM: Global = Global(UnsafeCell::new(MaybeUninit::uninit()));

/// For debuggers, who find it by its name; the linker script keeps it.
#[used]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".outline")]
static KERNEL_OUTLINE: Outline = Outline::of::<Machine>();

/// The system, for the length of one upcall.
///
/// # Safety
/// `kernel_main` has filled `SYSTEM`, and no other reference from here is alive.
#[inline(always)]
unsafe fn system() -> &'static mut System<'static, Machine> {
    // SAFETY: filled, and exclusively ours, as the caller promises.
    unsafe { (*SYSTEM.0.get()).assume_init_mut() }
}

/// Builds the system and chooses the first thread.
#[unsafe(no_mangle)]
extern "C" fn kernel_main(boot: &'static BootInfo) -> Resume<Context> {
    let Some(mut port) = Machine::take() else {
        halt_for_ever();
    };
    let table = match Table::parse(boot.table) {
        Ok(table) => table,
        Err(refusal) => refused(&mut port, refusal),
    };
    let header = table.header();
    if table.page_size() != port.page_size() {
        refused(&mut port, Refusal { record: "header", index: 0, field: "page_size", why: "not this machine's" });
    }
    let mut log = Log(&mut port);
    let written = writeln!(
        log,
        "veridian {} {} abi {:08x} graph {:08x}",
        env!("CARGO_PKG_VERSION"),
        Machine::ARCHITECTURE,
        header.abi >> 32,
        header.graph >> 32,
    );
    debug_assert!(written.is_ok());
    build(port, &table, boot);
    // SAFETY: `build` has filled the system, and its own reference is gone.
    let system = unsafe { system() };
    system.port.start_tick();
    system.run_next()
}

/// Fills `SYSTEM`, or refuses the table.
fn build(mut port: Machine, table: &Table<'static>, boot: &'static BootInfo) {
    let mut heap = match Heap::new(&mut port, table, boot) {
        Ok(heap) => heap,
        Err(refusal) => refused(&mut port, refusal),
    };
    let sizes = Sizes::of(table);
    let storage = Storage {
        threads: heap.take(sizes.components),
        entries: heap.take(sizes.slots),
        endpoints: heap.take(sizes.endpoints),
        notifications: heap.take(sizes.notifications),
        regions: heap.take(sizes.regions),
        pools: heap.take(sizes.pools),
        spare_regions: heap.take(sizes.spare_regions),
        interrupts: heap.take(sizes.interrupts),
        ports: heap.take(sizes.ports),
        dma: heap.take(sizes.dma),
    };
    // SAFETY: this is the only access before `kernel_main` returns; the cell is valid for writes.
    let system = unsafe { (*SYSTEM.0.get()).write(System::new(port, storage.threads)) };
    let image = boot.table_physical;
    let origin = Origin { table: *table, image, storage };
    let built = Builder { origin, frames: &mut heap.frames }.build(system);
    if let Err(refusal) = built {
        refused(&mut system.port, refusal);
    }
    system.frames = Some(heap.frames);
}

/// The kernel's heap while objects are set aside from it: it only grows.
struct Heap {
    next: *mut u8,
    end: *mut u8,
    frames: Frames<'static>,
}

impl Heap {
    fn new(port: &mut Machine, table: &Table<'_>, boot: &'static BootInfo) -> Result<Self, Refusal> {
        let out_of_memory = || refuse("header", 0, "size", "the machine has too little memory");
        let page = port.page_size();
        let (chunks, areas) = Frames::sizes(boot.memory, boot.nodes, page);
        let bytes = areas * size_of::<Area>() + chunks * size_of::<Chunk>();
        let bytes = bytes.next_multiple_of(page as usize);
        // The allocator's own storage comes from the end of the first range that is large enough.
        let mut memory = [veridian_port::MemoryRange::default(); MAX_RANGES];
        let mut count = 0;
        let mut storage = None;
        for (to, from) in memory.iter_mut().zip(boot.memory) {
            *to = *from;
            count += 1;
            if storage.is_none() && to.size > bytes as u64 {
                to.size -= bytes as u64;
                storage = Some(PhysicalAddress(to.start.0 + to.size));
            }
        }
        let Some(storage) = storage else {
            return out_of_memory();
        };
        let start = port.window(storage).cast::<Area>();
        // SAFETY: the range is free memory that was just taken out of what the allocator gets, mapped by
        // the port's window, aligned to a page and long enough for both; nobody else refers to it. Both
        // are made of words alike, so that the second is aligned behind the first.
        let (areas, chunks) = unsafe {
            let behind = start.add(areas).cast::<Chunk>();
            (array(start, areas, Area::EMPTY), array(behind, chunks, Chunk::TAKEN))
        };
        let ranges = memory.get(..count).unwrap_or(&[]);
        let mut frames = Frames::new(chunks, areas, ranges, boot.nodes, page);
        let page = page as usize;
        let pages = heap_bytes(&Sizes::of(table)).div_ceil(page);
        let Some(next) = port.map_heap(pages, &mut || frames.allocate(Place::NORMAL)) else {
            return out_of_memory();
        };
        Ok(Self { next, end: next.wrapping_add(pages * page), frames })
    }

    /// Sets aside `count` objects. Empty where the heap ends, which `heap_bytes` rules out.
    fn take<T: Default>(&mut self, count: usize) -> &'static [T] {
        let start = self.next.wrapping_add(self.next.align_offset(align_of::<T>()));
        let end = start.wrapping_add(count * size_of::<T>());
        if end > self.end {
            return &[];
        }
        self.next = end;
        let start = start.cast::<T>();
        for index in 0..count {
            // SAFETY: `start .. end` lies in the heap, which is mapped, and belongs to nobody else.
            unsafe { start.add(index).write(T::default()) };
        }
        // SAFETY: all `count` objects were just written, in memory that nobody else refers to and that
        // is never given back.
        unsafe { core::slice::from_raw_parts(start, count) }
    }
}

/// Memory as an array.
///
/// # Safety
/// It is aligned, mapped, `count` values long, and nobody else's for ever.
unsafe fn array<T: Copy>(start: *mut T, count: usize, value: T) -> &'static mut [T] {
    for index in 0..count {
        // SAFETY: as the caller says.
        unsafe { start.add(index).write(value) };
    }
    // SAFETY: as the caller says, and just filled.
    unsafe { core::slice::from_raw_parts_mut(start, count) }
}

/// Ranges of free memory that are used at most.
const MAX_RANGES: usize = 32;

/// Bytes that `Heap::take` needs for everything, alignment included.
fn heap_bytes(sizes: &Sizes) -> usize {
    const fn bytes<T>(_: &[T], count: usize) -> usize {
        count * size_of::<T>() + align_of::<T>()
    }
    // An empty store names the type of each field, so that none can be counted as another.
    let Storage { threads, entries, endpoints, notifications, regions, pools, spare_regions, interrupts, ports, dma } =
        Storage::<'_, Machine>::default();
    bytes(threads, sizes.components)
        + bytes(entries, sizes.slots)
        + bytes(endpoints, sizes.endpoints)
        + bytes(notifications, sizes.notifications)
        + bytes(regions, sizes.regions)
        + bytes(pools, sizes.pools)
        + bytes(spare_regions, sizes.spare_regions)
        + bytes(interrupts, sizes.interrupts)
        + bytes(ports, sizes.ports)
        + bytes(dma, sizes.dma)
}

/// Tries the fast path of `call`.
#[unsafe(no_mangle)]
extern "C" fn kernel_fast_call(token: u64, word: u64, a: u64, _: u64, _: u64, c: u64) -> *const Context {
    // SAFETY: an upcall of the port, after `kernel_main`; this is the only reference in it.
    unsafe { system() }.fast_call(token, word, a, c).context
}

/// Tries the fast path of `reply_receive`.
#[unsafe(no_mangle)]
extern "C" fn kernel_fast_reply_receive(token: u64, word: u64, a: u64, _: u64, b: u64, c: u64) -> *const Context {
    // SAFETY: as above.
    unsafe { system() }.fast_reply_receive(token, word, a, b, c).context
}

/// Serves a system call that may block or carries a message.
#[unsafe(no_mangle)]
extern "C" fn kernel_message_call(token: u64, word: u64, a: u64, _: u64, b: u64, c: u64) -> Resume<Context> {
    // SAFETY: as above.
    unsafe { system() }.message_call(token, word, a, b, c)
}

/// Serves any other system call.
#[unsafe(no_mangle)]
extern "C" fn kernel_simple_call(token: u64, word: u64, a: u64, _: u64, b: u64, c: u64) -> Answer {
    // SAFETY: as above.
    unsafe { system() }.simple_call(token, word, a, b, c)
}

/// Goes on after a simple call that made somebody more urgent ready.
#[unsafe(no_mangle)]
extern "C" fn kernel_reschedule() -> Resume<Context> {
    // SAFETY: as above.
    unsafe { system() }.reschedule()
}

/// Serves a device interrupt.
#[unsafe(no_mangle)]
extern "C" fn kernel_interrupt(line: u32) -> Resume<Context> {
    // SAFETY: as above.
    unsafe { system() }.interrupt(line)
}

/// Serves the scheduler's tick.
#[unsafe(no_mangle)]
extern "C" fn kernel_tick() -> Resume<Context> {
    // SAFETY: as above.
    unsafe { system() }.tick()
}

/// Serves a fault of the running thread.
#[unsafe(no_mangle)]
extern "C" fn kernel_fault(fault: &Fault) -> Resume<Context> {
    // SAFETY: as above.
    unsafe { system() }.fault(fault)
}

/// The debug console, for `write!`.
struct Log<'p>(&'p mut Machine);

impl fmt::Write for Log<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.write_log(text);
        Ok(())
    }
}

fn refused(port: &mut Machine, refusal: Refusal) -> ! {
    let written = writeln!(Log(port), "veridian: boot table refused: {refusal}");
    debug_assert!(written.is_ok());
    port.power_off(REFUSED)
}

fn halt_for_ever() -> ! {
    loop {
        core::hint::spin_loop();
    }
}

/// A failed assertion of the kernel itself: one line, then off.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    // SAFETY: the kernel has stopped; nothing else uses the port any more.
    let mut port = unsafe { Machine::steal() };
    let written = writeln!(Log(&mut port), "veridian: fatal: {info}");
    debug_assert!(written.is_ok());
    port.power_off(BROKEN)
}
