//! From the firmware to `kernel_main`: the final page tables first, then everything that needs them.

use super::machine::Booted;
use super::{cpu, entry, machine, mapper, plic, power};
use crate::clock::Clock;
use crate::context::Context;
use crate::paging::{self, Access, DEVICES, GIANT, IMAGE, LARGE, Mode, PAGE, PHYSICAL_END, PHYSICAL_MAP};
use crate::platform::Platform;
use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::ops::Range;
use mapper::{Mapper, window};
use veridian_abi::Header;
use veridian_device_tree::DeviceTree;
use veridian_port::log::Piece::{Decimal, Hex, Text};
use veridian_port::{BootInfo, MemoryRange, Nodes, PhysicalAddress, Resume, table_size};

unsafe extern "C" {
    // Only the addresses of these mean something.
    static __text_start: u8;
    static __rodata_start: u8;
    static __data_start: u8;
    static __stack_guard: u8;
    static __stack_end: u8;
    static __kernel_end: u8;
}

/// Ranges of free memory that are told at most.
const MAX_FREE: usize = 32;

/// Physical addresses of the kernel's image.
struct Image {
    text: u64,
    rodata: u64,
    data: u64,
    /// The page below the stack.
    guard: u64,
    /// What follows is needed no more once the final tables are loaded, up to
    stack_end: u64,
    /// where the boot table begins.
    end: u64,
}

impl Image {
    fn new() -> Self {
        let [text, rodata, data, guard, stack_end, end] = [
            &raw const __text_start,
            &raw const __rodata_start,
            &raw const __data_start,
            &raw const __stack_guard,
            &raw const __stack_end,
            &raw const __kernel_end,
        ]
        .map(|symbol| symbol.addr() as u64 - IMAGE);
        Self { text, rodata, data, guard, stack_end, end }
    }
}

/// Frames for tables, from the end of the memory that the kernel lies in: all in the GiB that the first
/// tables map, so that they can be filled before the final ones are loaded.
struct Pool {
    next: u64,
    floor: u64,
}

impl Pool {
    fn take(&mut self) -> Option<PhysicalAddress> {
        let frame = self.next.checked_sub(PAGE).filter(|frame| *frame >= self.floor)?;
        self.next = frame;
        Some(PhysicalAddress(frame))
    }
}

/// What the kernel gets to know; filled once, right before it starts.
struct Told(UnsafeCell<(Platform, [MemoryRange; MAX_FREE], Nodes, MaybeUninit<BootInfo>)>);

// SAFETY: written once during boot, while one hart runs; only read from then on.
unsafe impl Sync for Told {}

static TOLD: Told = Told(UnsafeCell::new((
    Platform::UNKNOWN,
    [MemoryRange { start: PhysicalAddress(0), size: 0 }; MAX_FREE],
    Nodes::ONE,
    MaybeUninit::uninit(),
)));

/// First Rust code, on the tables of `boot_entry`. `entered` is what the timer said there.
pub(super) extern "C" fn boot(hart: u64, tree: u64, entered: u64) -> Resume<Context> {
    // SAFETY: called once; nothing else refers to it.
    let (platform, free, nodes, told) = unsafe { &mut *TOLD.0.get() };
    read_platform(platform, hart, tree, nodes);
    let platform = &*platform;
    if platform.timer == 0 {
        power::fatal(&[Text("the device tree has no timebase-frequency")]);
    }
    let image = Image::new();
    let (table, memory_end, address_bits) = find_table(platform, &image);
    let mode = find_mode(address_bits, platform);
    let mut pool = Pool { next: memory_end, floor: table.end };
    let Some(root) = build_tables(platform, &image, mode, &mut pool) else {
        power::fatal(&[
            Text("no memory left for page tables behind a boot table of "),
            Decimal(table.end - table.start),
            Text(" bytes"),
        ]);
    };
    // SAFETY: the new tables map the image as the present ones do, with the stack.
    unsafe { cpu::load_root(mode.satp(root)) };
    cpu::forget_all();
    let clock = Clock::new(entered, platform.timer.into());
    machine::set_platform(platform);
    machine::set_booted(Booted { root, mode, clock });
    plic::start(0);
    // SAFETY: `boot_entry` has said where traps are served.
    unsafe { cpu::start() };
    let mut memory = platform.memory.clone();
    for taken in [image.text..image.stack_end, table.clone(), pool.next..memory_end] {
        memory.remove(&taken);
    }
    let mut count = 0;
    for (to, range) in free.iter_mut().zip(memory.iter()) {
        *to = MemoryRange { start: PhysicalAddress(range.start), size: range.end - range.start };
        count += 1;
    }
    let told = told.write(BootInfo {
        // SAFETY: the table lies in memory that is mapped and given to nobody.
        table: unsafe {
            core::slice::from_raw_parts(window(table.start).cast_const(), (table.end - table.start) as usize)
        },
        table_physical: PhysicalAddress(table.start),
        memory: free.get(..count).unwrap_or(&[]),
        nodes,
        physical_end: PhysicalAddress(PHYSICAL_END),
    });
    // SAFETY: everything is set up; interrupts are off, and this is the kernel stack.
    unsafe { entry::kernel_main(told) }
}

/// Memory that the first tables map around an address.
fn boot_memory(address: u64, length: usize) -> Option<&'static [u8]> {
    let end = address.checked_add(length as u64)?;
    // SAFETY: the GiB is mapped, what the firmware left there stays until the kernel gives memory away,
    // and no code refers to it otherwise.
    (address != 0 && length != 0 && address >> 30 == (end - 1) >> 30)
        .then(|| unsafe { core::slice::from_raw_parts(window(address).cast_const(), length) })
}

fn read_platform(platform: &mut Platform, hart: u64, address: u64, nodes: &mut Nodes) {
    let tree = boot_memory(address, DeviceTree::HEADER)
        .and_then(DeviceTree::size)
        .and_then(|size| DeviceTree::read(boot_memory(address, size)?));
    match tree {
        Some(tree) => platform.read(&tree, hart, nodes),
        None => power::fatal(&[Text("no device tree at "), Hex(address)]),
    }
}

/// Where the boot table lies, where the memory ends that it and the kernel lie in, and how many bits of
/// an address it says are translated.
fn find_table(platform: &Platform, image: &Image) -> (Range<u64>, u64, u32) {
    let start = image.end;
    let memory = platform.memory.iter().find(|range| range.contains(&start));
    let end = memory.map_or(0, |memory| memory.end.min((start | (paging::span(GIANT) - 1)) + 1));
    let Some(bytes) = boot_memory(start, PAGE as usize).filter(|_| end > start) else {
        power::fatal(&[Text("no memory at "), Hex(start), Text(", where the boot table should be")]);
    };
    let address_bits = Header::read(bytes, 0).map_or(0, |header| header.address_bits);
    (start..start + table_size(bytes, end - start, PAGE), end, address_bits)
}

/// How addresses are translated, if this hart can do so. What the table cannot mean is for the kernel to
/// refuse, in the usual way.
fn find_mode(address_bits: u32, platform: &Platform) -> Mode {
    let mode = if address_bits == 48 { Mode::Sv48 } else { Mode::Sv39 };
    let reached = platform.harts.as_slice().first().map_or(0, |first| first.address_bits);
    if reached < mode.address_bits() {
        power::fatal(&[
            Text("this hart translates "),
            Decimal(reached.into()),
            Text(" bits of an address, and the boot table asks for "),
            Decimal(mode.address_bits().into()),
        ]);
    }
    mode
}

/// The kernel's address space.
fn build_tables(platform: &Platform, image: &Image, mode: Mode, pool: &mut Pool) -> Option<u64> {
    let PhysicalAddress(root) = pool.take()?;
    // SAFETY: the frames are the pool's own; nobody uses the new tables before they are complete. All of
    // the image is mapped as its sections ask, and where all memory is seen it is not writable. Devices
    // are the kernel's own.
    unsafe {
        mapper::zero(root);
        let mut frames = || pool.take();
        let mut mapper = Mapper::new(root, mode.root(), &mut frames);
        for Range { start, end } in platform.memory.iter() {
            let fixed = start.max(image.text)..end.min(image.data);
            let parts = if fixed.start < fixed.end {
                [(start..fixed.start, Access::WRITE), (fixed.clone(), Access::READ), (fixed.end..end, Access::WRITE)]
            } else {
                [(start..end, Access::WRITE), (0..0, Access::READ), (0..0, Access::READ)]
            };
            for (part, access) in parts {
                mapper.map(PHYSICAL_MAP + part.start, part.start, part.end - part.start, access, GIANT)?;
            }
        }
        for (start, end, access) in [
            (image.text, image.rodata, Access::EXECUTE),
            (image.rodata, image.data, Access::READ),
            (image.data, image.guard, Access::WRITE),
            (image.guard + PAGE, image.stack_end, Access::WRITE),
        ] {
            mapper.map(IMAGE + start, start, end - start, access, LARGE)?;
        }
        let uart = platform.uart.map(|uart| uart.address..uart.address + PAGE);
        let test = platform.test.map(|test| test..test + PAGE);
        let plic = platform.plic.as_ref().map(|plic| plic.registers.clone());
        for Range { start, end } in [uart, test, plic].into_iter().flatten() {
            let (start, end) = (start & !(PAGE - 1), end.checked_next_multiple_of(PAGE)?);
            mapper.map(DEVICES + start, start, end - start, Access::DEVICE, LARGE)?;
        }
        // Address spaces share the tables below the root: those of the heap must exist before them.
        mapper.table(paging::HEAP, mode.root() - 1)?;
    }
    Some(root)
}
