//! The kernel binary: ties the pure kernel to the port of the target, and nothing else.
#![no_std]
#![no_main]

use core::cell::{Cell, UnsafeCell};
use core::mem::MaybeUninit;
use core::panic::PanicInfo;
use veridian_abi::{CapabilityRecord, system_calls};
use veridian_kernel::boot::{Builder, Origin, Sizes, Storage};
use veridian_kernel::cores;
use veridian_kernel::frames::{Area, Chunk, Frames, Place};
use veridian_kernel::outline::Outline;
use veridian_kernel::recorder::Recorder;
use veridian_kernel::system::System;
use veridian_kernel::table::{Refusal, Table};
use veridian_kernel::thread::Thread;
use veridian_kernel::trace::{Event, Trace};
use veridian_lock::Lock;
use veridian_port::log::{self, Piece};
use veridian_port::{Answer, Block, BootInfo, Fault, PhysicalAddress, Port, Resume};

#[cfg(target_arch = "aarch64")]
use veridian_aarch64::Machine;
#[cfg(target_arch = "riscv64")]
use veridian_riscv64::Machine;
#[cfg(target_arch = "x86_64")]
use veridian_x86_64::Machine;

type Context = <Machine as Port>::Context;
type Core = cores::Core<'static, Machine>;

const _: () = assert!(size_of::<Core>() <= Machine::CORE_SIZE);

/// Code that the machine powers off with when the boot table is refused.
const REFUSED: u8 = 100;
/// Code that it powers off with when the kernel itself fails.
const BROKEN: u8 = 102;

/// What every core shares. Only upcalls touch it, each while its core has the lock.
struct Global(UnsafeCell<MaybeUninit<System<'static, Machine>>>);

// SAFETY: whoever uses it has `LOCK`, or is the only core that there is, and has interrupts off: no two upcalls
// overlap.
unsafe impl Sync for Global {}

#[unsafe(export_name = "KERNEL_SYSTEM")]
static SYSTEM: Global = Global(UnsafeCell::new(MaybeUninit::uninit()));

/// For debuggers, who find it by its name; the linker script keeps it.
#[used]
#[unsafe(no_mangle)]
#[unsafe(link_section = ".outline")]
static KERNEL_OUTLINE: Outline = Outline::of::<Machine>();

static LOCK: Lock = Lock::new();

/// Does something with the system as this core, while no other core does.
#[inline(always)]
fn serve<R>(core: &'static Core, work: impl FnOnce(&mut System<'static, Machine>) -> R) -> R {
    core.acquire();
    let result = serve_alone(core, work);
    core.release();
    result
}

/// As [`serve`], where this core has the lock, or there is no other core.
#[inline(always)]
fn serve_alone<R>(core: &'static Core, work: impl FnOnce(&mut System<'static, Machine>) -> R) -> R {
    // SAFETY: upcalls come after `kernel_main` has filled it. No other core is here, and no upcall comes in another
    // one, so that no other reference is alive.
    let system = unsafe { (*SYSTEM.0.get()).assume_init_mut() };
    system.core = core;
    work(system)
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
    let line = [
        Piece::Text(concat!("veridian ", env!("CARGO_PKG_VERSION"), " ")),
        Piece::Text(Machine::ARCHITECTURE),
        Piece::Text(" abi "),
        Piece::Word((header.abi >> 32) as u32),
        Piece::Text(" graph "),
        Piece::Word((header.graph >> 32) as u32),
        Piece::Text("\n"),
    ];
    log::write(&mut |text| port.write_log(text), &line);
    let system = build(port, &table, boot);
    system.port.start_tick();
    let resume = system.run_next();
    system.core.release();
    resume
}

/// A core other than the first begins.
#[unsafe(no_mangle)]
extern "C" fn kernel_core_main(core: &'static Core) -> Resume<Context> {
    serve(core, |system| {
        system.port.start_tick();
        system.run_next()
    })
}

/// Fills `SYSTEM`, or refuses the table.
fn build(mut port: Machine, table: &Table<'static>, boot: &'static BootInfo) -> &'static mut System<'static, Machine> {
    let mut heap = match Heap::new(&mut port, table, boot) {
        Ok(heap) => heap,
        Err(refusal) => refused(&mut port, refusal),
    };
    let sizes = Sizes::of(table);
    let storage = Storage {
        threads: heap.take(sizes.threads),
        entries: heap.take(sizes.slots),
        endpoints: heap.take(sizes.endpoints),
        notifications: heap.take(sizes.notifications),
        spaces: heap.take(sizes.spaces),
        regions: heap.take(sizes.regions),
        pools: heap.take(sizes.pools),
        spare_regions: heap.take(sizes.spare_regions),
        interrupts: heap.take(sizes.interrupts),
        timers: heap.take(sizes.timers),
        ports: heap.take(sizes.ports),
        dma: heap.take(sizes.dma),
    };
    let trace = Trace::new(heap.take(sizes.trace), kernel_trace_tell);
    let count = port.cores();
    let Some(first) = make_core(&mut port, &mut heap, 0, storage.threads) else {
        refused(&mut port, out_of_memory());
    };
    // SAFETY: this is the only access before `kernel_main` returns, since other cores wait for the lock until then;
    // the cell is valid for writes.
    let system = unsafe { (*SYSTEM.0.get()).write(System::new(port, first, storage.threads)) };
    start_cores(system, &mut heap, count);
    let image = boot.table_physical;
    let header = table.header();
    let origin = Origin { table: *table, image, storage };
    let built = Builder { origin, frames: &mut heap.frames }.build(system);
    if let Err(refusal) = built {
        refused(&mut system.port, refusal);
    }
    system.frames = Some(heap.frames);
    if header.record != 0 {
        let start = system.port.window(PhysicalAddress(image.0 + header.record)).cast::<Cell<u64>>();
        let words = (header.size - header.record) as usize / size_of::<u64>();
        // SAFETY: these pages of the boot file lie behind all that the table names, as its check has made sure:
        // in memory that is mapped by the window and given to nobody.
        let words = unsafe { core::slice::from_raw_parts(start, words) };
        system.start_recording(Recorder::new(words, table.count::<CapabilityRecord>()));
    }
    system.start_tracing(trace);
    system
}

/// Sets a core aside.
fn make_core(
    port: &mut Machine,
    heap: &mut Heap,
    index: u32,
    threads: &'static [Thread<'static, Machine>],
) -> Option<&'static Core> {
    let near = Place { node: heap.frames.node_of(port.processor(index)), ..Place::NORMAL };
    let place = port.map_core(index, &mut || heap.frames.allocate(near))?.cast::<Core>();
    // SAFETY: the memory is this core's, large enough as was asserted above, aligned to a page, and nobody else
    // refers to it.
    let core = unsafe {
        place.write(Core::new(index, threads));
        &*place
    };
    core.block.settle();
    Some(core)
}

/// Starts every other core of the machine. They wait for the lock, which this one has.
fn start_cores(system: &mut System<'static, Machine>, heap: &mut Heap, count: u32) {
    let first = system.core;
    if count < 2 {
        return;
    }
    LOCK.acquire(|| {});
    first.lock.set(Some(&LOCK));
    first.block.share();
    for (index, place) in (0..count).zip(&mut system.cores).skip(1) {
        let Some(core) = make_core(&mut system.port, heap, index, system.threads) else {
            return;
        };
        core.lock.set(Some(&LOCK));
        core.block.share();
        if system.port.start_core(index) {
            *place = Some(core);
        }
    }
}

/// The kernel's heap while objects are set aside from it: it only grows.
struct Heap {
    next: *mut u8,
    end: *mut u8,
    frames: Frames<'static>,
}

fn out_of_memory() -> Refusal {
    Refusal { record: "header", index: 0, field: "size", why: "the machine has too little memory" }
}

impl Heap {
    fn new(port: &mut Machine, table: &Table<'_>, boot: &'static BootInfo) -> Result<Self, Refusal> {
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
            return Err(out_of_memory());
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
            return Err(out_of_memory());
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
    let Storage {
        threads,
        entries,
        endpoints,
        notifications,
        spaces,
        regions,
        pools,
        spare_regions,
        interrupts,
        timers,
        ports,
        dma,
    } = Storage::<'_, Machine>::default();
    bytes(threads, sizes.threads)
        + bytes(entries, sizes.slots)
        + bytes(endpoints, sizes.endpoints)
        + bytes(notifications, sizes.notifications)
        + bytes(spaces, sizes.spaces)
        + bytes(regions, sizes.regions)
        + bytes(pools, sizes.pools)
        + bytes(spare_regions, sizes.spare_regions)
        + bytes(interrupts, sizes.interrupts)
        + bytes(timers, sizes.timers)
        + bytes(ports, sizes.ports)
        + bytes(dma, sizes.dma)
        + bytes::<Event>(&[], sizes.trace)
}

/// Tries the fast path of `call`.
#[unsafe(no_mangle)]
extern "C" fn kernel_fast_call(token: u64, word: u64, a: u64, core: &'static Core, _: u64, c: u64) -> *const Context {
    core.fast_call(token, word, a, c).context
}

/// Tries the fast path of `reply_receive`.
#[unsafe(no_mangle)]
extern "C" fn kernel_fast_reply_receive(
    token: u64,
    word: u64,
    a: u64,
    core: &'static Core,
    b: u64,
    c: u64,
) -> *const Context {
    core.fast_reply_receive(token, word, a, b, c).context
}

/// As `kernel_fast_call`, where there are other cores. Where one of them has the lock, this declines: the caller may
/// have been stopped before it is this core's turn, which the slow path finds out.
#[unsafe(no_mangle)]
extern "C" fn kernel_shared_fast_call(
    token: u64,
    word: u64,
    a: u64,
    core: &'static Core,
    _: u64,
    c: u64,
) -> *const Context {
    if !LOCK.try_acquire() {
        return core::ptr::null();
    }
    let context = core.fast_call(token, word, a, c).context;
    LOCK.release();
    context
}

/// As `kernel_fast_reply_receive`, where there are other cores.
#[unsafe(no_mangle)]
extern "C" fn kernel_shared_fast_reply_receive(
    token: u64,
    word: u64,
    a: u64,
    core: &'static Core,
    b: u64,
    c: u64,
) -> *const Context {
    if !LOCK.try_acquire() {
        return core::ptr::null();
    }
    let context = core.fast_reply_receive(token, word, a, b, c).context;
    LOCK.release();
    context
}

/// Serves a system call that may block or carries a message.
#[unsafe(no_mangle)]
extern "C" fn kernel_message_call(
    token: u64,
    word: u64,
    a: u64,
    core: &'static Core,
    b: u64,
    c: u64,
) -> Resume<Context> {
    serve(core, |system| system.message_call(token, word, a, b, c))
}

/// Serves any other system call.
#[unsafe(no_mangle)]
extern "C" fn kernel_simple_call(token: u64, word: u64, a: u64, core: &'static Core, b: u64, c: u64) -> Answer {
    if word & 0xff == system_calls::NULL {
        return Answer { word: 0, value: 0 };
    }
    if core.lock.get().is_some() {
        return shared_simple_call(token, word, a, core, b, c);
    }
    serve_alone(core, |system| system.simple_call(token, word, a, b, c))
}

// Apart, so that a lone core does not pay for it.
#[inline(never)]
fn shared_simple_call(token: u64, word: u64, a: u64, core: &'static Core, b: u64, c: u64) -> Answer {
    serve(core, |system| system.simple_call(token, word, a, b, c))
}

/// Goes on after a simple call that made somebody more urgent ready.
#[unsafe(no_mangle)]
extern "C" fn kernel_reschedule(core: &'static Core) -> Resume<Context> {
    serve(core, System::reschedule)
}

/// Serves a device interrupt.
#[unsafe(no_mangle)]
extern "C" fn kernel_interrupt(line: u32, core: &'static Core) -> Resume<Context> {
    serve(core, |system| system.interrupt(line))
}

/// Serves the scheduler's tick.
#[unsafe(no_mangle)]
extern "C" fn kernel_tick(core: &'static Core) -> Resume<Context> {
    serve(core, System::tick)
}

/// Serves another core.
#[unsafe(no_mangle)]
extern "C" fn kernel_poke(core: &'static Core) -> Resume<Context> {
    core.serve_requests();
    serve(core, System::resume_interrupted)
}

/// Serves a fault of the running thread.
#[unsafe(no_mangle)]
extern "C" fn kernel_fault(fault: &Fault, core: &'static Core) -> Resume<Context> {
    serve(core, |system| system.fault(fault))
}

/// Here a debugger with a breakpoint takes the events of the trace. It is there for nothing else.
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn kernel_trace_tell() {
    core::hint::black_box(());
}

#[cold]
#[inline(never)]
fn refused(port: &mut Machine, refusal: Refusal) -> ! {
    let mut console = |text: &str| port.write_log(text);
    log::write(&mut console, &[Piece::Text("veridian: boot table refused: ")]);
    log::write(&mut console, &refusal.pieces());
    log::write(&mut console, &[Piece::Text("\n")]);
    port.power_off(REFUSED)
}

fn halt_for_ever() -> ! {
    loop {
        core::hint::spin_loop();
    }
}

/// A failed assertion of the kernel itself: one line, then off. What it says is told where it is a text without numbers;
/// where it is always is.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    // SAFETY: the kernel has stopped; nothing else uses the port any more.
    let mut port = unsafe { Machine::steal() };
    let (file, line) = info.location().map_or(("", 0), |location| (location.file(), location.line()));
    let why = info.message().as_str().unwrap_or_default();
    let pieces =
        [Piece::Text(file), Piece::Text(":"), Piece::Decimal(line.into()), Piece::Text(": "), Piece::Text(why)];
    log::fatal(&mut |text| port.write_log(text), &pieces);
    port.power_off(BROKEN)
}
