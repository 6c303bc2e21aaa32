//! From the loader to `kernel_main`: the final page tables first, then everything that needs them.

use super::cores::Area;
use super::{apic, cores, cpu, descriptors, entry, machine, mapper, power, serial, time};
use crate::acpi::Acpi;
use crate::context::Context;
use crate::memory_map::{MAX_FREE, MemoryMap, StartInfo};
use crate::paging::{self, Access, GIANT, IMAGE, LARGE, PAGE, PAGES, PHYSICAL_MAP};
use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::ops::Range;
use mapper::{Mapper, window};
use veridian_port::log::Piece::{Decimal, Hex, Text};
use veridian_port::{BootInfo, MemoryRange, Nodes, PhysicalAddress, Resume};

unsafe extern "C" {
    // Only the addresses of these mean something.
    static __text_start: u8;
    static __rodata_start: u8;
    static __data_start: u8;
    static __bss_end: u8;
    static __kept_end: u8;
    static __kernel_end: u8;
}

/// What the tables of `pvh_entry` map.
const BOOT_MAP_END: u64 = 1 << 30;
/// Physical addresses of the kernel's image.
struct Image {
    text: u64,
    rodata: u64,
    data: u64,
    bss_end: u64,
    /// What follows is needed no more once the final tables are loaded, up to
    kept_end: u64,
    /// where the boot table begins.
    end: u64,
}

impl Image {
    fn new() -> Self {
        let [text, rodata, data, bss_end, kept_end, end] = [
            &raw const __text_start,
            &raw const __rodata_start,
            &raw const __data_start,
            &raw const __bss_end,
            &raw const __kept_end,
            &raw const __kernel_end,
        ]
        .map(|symbol| symbol.addr() as u64 - IMAGE);
        Self { text, rodata, data, bss_end, kept_end, end }
    }
}

/// Frames for tables and stacks, from the end of the memory that the kernel lies in. They are all
/// below `BOOT_MAP_END`, so that they can be filled before the final tables are loaded.
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
struct Told(UnsafeCell<([MemoryRange; MAX_FREE], Nodes, MaybeUninit<BootInfo>)>);

// SAFETY: written once during boot, while one core runs; only read from then on.
unsafe impl Sync for Told {}

static TOLD: Told = Told(UnsafeCell::new((
    [MemoryRange { start: PhysicalAddress(0), size: 0 }; MAX_FREE],
    Nodes::ONE,
    MaybeUninit::uninit(),
)));

/// First Rust code: on the loader's memory map builds the final tables and switches to them. `entered`
/// is what the processor's counter said when the kernel was entered.
pub(super) extern "C" fn boot(start_info: u32, entered: u64) -> ! {
    time::set_entered(entered);
    serial::start();
    let Some(features) = cpu::protect() else {
        power::fatal(&[Text("this processor lacks no-execute pages or system calls")]);
    };
    let info = boot_memory(start_info.into(), StartInfo::SIZE).and_then(StartInfo::read);
    let Some(info) = info else {
        power::fatal(&[Text("no PVH start information with a memory map at "), Hex(start_info.into())]);
    };
    let Some(bytes) = boot_memory(info.map, info.map_size) else {
        power::fatal(&[Text("the memory map at "), Hex(info.map), Text(" is out of reach")]);
    };
    let map = machine::set_memory(MemoryMap::read(bytes));
    let image = Image::new();
    let (table, memory_end) = find_table(map, &image);
    let mut pool = Pool { next: memory_end, floor: table.end };
    let root = build_tables(map, &image, features, &mut pool);
    let Some(root) = root else {
        power::fatal(&[
            Text("no memory left for page tables behind a boot table of "),
            Decimal(table.end - table.start),
            Text(" bytes"),
        ]);
    };
    // SAFETY: the new tables map the image as the present ones do, and the stack.
    unsafe { entry::enter_kernel_space(root, Area::of(0).block(), pool.next, info.rsdp) }
}

/// Memory that the boot tables map.
fn boot_memory(address: u64, length: usize) -> Option<&'static [u8]> {
    let end = address.checked_add(length as u64)?;
    // SAFETY: the first GiB is mapped, the loader's structures stay until the kernel gives memory
    // away, and no code refers to them otherwise.
    (address != 0 && end <= BOOT_MAP_END)
        .then(|| unsafe { core::slice::from_raw_parts(window(address).cast_const(), length) })
}

/// Where the boot table lies, and where the memory ends that it and the kernel lie in.
fn find_table(map: &MemoryMap, image: &Image) -> (Range<u64>, u64) {
    let start = image.end;
    let memory = map.memory().find(|range| range.contains(&start));
    let end = memory.map_or(0, |memory| memory.end.min(BOOT_MAP_END));
    let Some(bytes) = boot_memory(start, PAGE as usize).filter(|_| end > start) else {
        power::fatal(&[Text("no memory at "), Hex(start), Text(", where the boot table should be")]);
    };
    (start..start + veridian_port::table_size(bytes, end - start, PAGE), end)
}

/// The kernel's address space, and the processor's tables.
fn build_tables(map: &MemoryMap, image: &Image, features: cpu::Features, pool: &mut Pool) -> Option<u64> {
    let largest = if features.giant_pages { GIANT } else { LARGE };
    let PhysicalAddress(root) = pool.take()?;
    // SAFETY: the frames are the pool's own; nobody uses the new tables before they are complete. All
    // of the image is mapped as its sections ask, and where all memory is seen it is not writable.
    unsafe {
        mapper::zero(root);
        let mut frames = || pool.take();
        let mut mapper = Mapper::new(root, &mut frames);
        for Range { start, end } in map.memory() {
            let fixed = start.max(image.text)..end.min(image.data);
            let parts = if fixed.start < fixed.end {
                [(start..fixed.start, Access::WRITE), (fixed.clone(), Access::READ), (fixed.end..end, Access::WRITE)]
            } else {
                [(start..end, Access::WRITE), (0..0, Access::READ), (0..0, Access::READ)]
            };
            for (part, access) in parts {
                mapper.map(PHYSICAL_MAP + part.start, part.start, part.end - part.start, access, largest)?;
            }
        }
        for (start, end, access) in [
            (image.text, image.rodata, Access::EXECUTE),
            (image.rodata, image.data, Access::READ),
            (image.data, image.bss_end, Access::WRITE),
        ] {
            mapper.map(IMAGE + start, start, end - start, access, LARGE)?;
        }
        let local = cpu::read_msr(cpu::msr::APIC_BASE) & (features.physical_end - 1) & !(PAGE - 1);
        mapper.map(apic::LOCAL, local, PAGE, Access::DEVICE, PAGES)?;
        // Address spaces share the tables below the root: those of the heap must exist before them.
        mapper.table(paging::HEAP, GIANT, false)?;
    }
    // SAFETY: as above.
    unsafe { Area::of(0).map(root, &mut || pool.take())? };
    Some(root)
}

/// On the final tables and the kernel stack: the processor, the firmware's tables, the devices.
/// `enter_kernel_space` calls it.
pub(super) extern "C" fn boot_high(root: u64, pool: u64, root_pointer: u64) -> Resume<Context> {
    // SAFETY: called once; stacks and block were mapped for this.
    unsafe {
        descriptors::load(0, Area::of(0).stacks());
        entry::start(core::ptr::with_exposed_provenance(Area::of(0).block() as usize));
    }
    let Some(map) = machine::memory() else {
        power::fatal(&[Text("the memory map is lost")]);
    };
    let Some(features) = cpu::protect() else {
        power::fatal(&[Text("this processor has changed")]);
    };
    let image = Image::new();
    let (table, _) = find_table(map, &image);
    let memory_end =
        map.memory().find(|range| range.contains(&image.end)).map_or(0, |range| range.end.min(BOOT_MAP_END));
    let mut pool = Pool { next: pool, floor: table.end };
    // SAFETY: called once; nothing else refers to it.
    let (free, nodes, told) = unsafe { &mut *TOLD.0.get() };
    let acpi = machine::set_acpi(Acpi::read(root_pointer, nodes, &mut |address, length| {
        firmware(root, &mut pool, map, features.physical_end, address, length)
    }));
    let io_apic = acpi.io_apic.map(|found| found.address);
    if let Some(address) = io_apic {
        // SAFETY: the frames are the pool's own; the address is the controller's, as the firmware says.
        let mapped = unsafe { mapper::map_page(root, apic::IO, address, Access::DEVICE, &mut || pool.take()) };
        if mapped.is_none() {
            power::fatal(&[Text("no memory left to map the interrupt controller")]);
        }
    }
    let pins = if io_apic.is_some() { apic::pins() } else { 0 };
    apic::start(pins);
    cores::find(acpi);
    machine::set_platform(machine::Platform { root, physical_end: features.physical_end, pins, clocks: time::start() });
    let taken = [image.text..image.kept_end, table.clone(), pool.next..memory_end, cores::TRAMPOLINE];
    let count = map.free(&taken, free);
    let told = told.write(BootInfo {
        // SAFETY: the table lies in memory that is mapped and given to nobody.
        table: unsafe {
            core::slice::from_raw_parts(window(table.start).cast_const(), (table.end - table.start) as usize)
        },
        table_physical: PhysicalAddress(table.start),
        memory: free.get(..count).unwrap_or(&[]),
        nodes,
        physical_end: PhysicalAddress(features.physical_end),
    });
    // SAFETY: everything is set up; interrupts are off, and this is the kernel stack.
    unsafe { entry::kernel_main(told) }
}

/// Maps what the firmware left in memory, to be read.
fn firmware(
    root: u64,
    pool: &mut Pool,
    map: &MemoryMap,
    physical_end: u64,
    address: u64,
    length: usize,
) -> Option<&'static [u8]> {
    let end = address.checked_add(length as u64).filter(|end| address != 0 && *end <= physical_end)?;
    for page in (address & !(PAGE - 1)..end).step_by(PAGE as usize) {
        if !map.is_memory(page) {
            // SAFETY: the frames are the pool's own; the page is not the kernel's memory, and mapped
            // here only, to be read.
            unsafe { mapper::map_page(root, PHYSICAL_MAP + page, page, Access::READ, &mut || pool.take())? };
        }
    }
    // SAFETY: all pages are mapped, and stay as the firmware left them until the kernel gives memory away.
    Some(unsafe { core::slice::from_raw_parts(window(address).cast_const(), length) })
}
