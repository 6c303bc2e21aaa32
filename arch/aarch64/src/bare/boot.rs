//! From the loader to `kernel_main`: the final page tables first, then everything that needs them.

use super::{cores, cpu, entry, gic, machine, mapper, power, serial, time};
use crate::board::Board;
use crate::context::Context;
use crate::paging::{Access, Granule, IMAGE};
use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::ops::Range;
use mapper::{Mapper, window};
use veridian_abi::Header;
use veridian_device_tree::{DeviceTree, Ranges};
use veridian_port::log::Piece::{Hex, Text};
use veridian_port::{BootInfo, MemoryRange, Nodes, PhysicalAddress, Resume};

unsafe extern "C" {
    // Only the addresses of these mean something.
    static __rodata_start: u8;
    static __data_start: u8;
    static __bss_end: u8;
    static __kept_end: u8;
    static __kernel_end: u8;
}

/// Bytes of the memory that the tables of `image_start` map, and where they start: at a multiple of that.
const BOOT_MAP: u64 = 1 << 30;
/// Ranges of free memory that are told at most.
const MAX_FREE: usize = 32;

/// Physical addresses of the kernel's image.
struct Image {
    text: u64,
    rodata: u64,
    data: u64,
    /// Nothing is mapped here, so that a stack that is too long is found out.
    guard: u64,
    bss_end: u64,
    /// What follows is needed no more once the final tables are loaded, up to
    kept_end: u64,
    /// where the boot table begins.
    end: u64,
}

impl Image {
    fn new(text: u64) -> Self {
        let [rodata, data, bss_end, kept_end, end] = [
            &raw const __rodata_start,
            &raw const __data_start,
            &raw const __bss_end,
            &raw const __kept_end,
            &raw const __kernel_end,
        ]
        .map(|symbol| symbol.addr() as u64 - IMAGE + text);
        Self { text, rodata, data, guard: entry::guard() - IMAGE + text, bss_end, kept_end, end }
    }
}

/// Frames for tables, from the end of the memory that the kernel lies in. They are all in what the boot
/// tables map, so that they can be filled before the final tables are loaded.
struct Pool {
    granule: Granule,
    next: u64,
    floor: u64,
}

impl Pool {
    fn take(&mut self) -> Option<PhysicalAddress> {
        let frame = self.next.checked_sub(self.granule.page()).filter(|frame| *frame >= self.floor)?;
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

/// First Rust code, on the loader's memory: builds the final tables, switches to them, sets the devices
/// up and goes on with what the kernel says. `tree` is the physical address of the device tree, `text`
/// that of the image, and `entered` what the counter said when the kernel was entered.
pub(super) extern "C" fn boot(tree: u64, text: u64, entered: u64) -> Resume<Context> {
    time::start(entered);
    let features = cpu::protect();
    let image = Image::new(text);
    let reach = text & !(BOOT_MAP - 1)..(text & !(BOOT_MAP - 1)) + BOOT_MAP;
    // Until a board is known there is no console: nobody can be told why there is none.
    // SAFETY: called once; nothing else refers to it.
    let (free, nodes, told) = unsafe { &mut *TOLD.0.get() };
    let board = device_tree(&reach, tree).and_then(|tree| Board::read(&tree, nodes).ok());
    let Some(board) = board else {
        power::fatal(&[Text("no board that this kernel knows")]);
    };
    let (table, memory_end, granule) = find_table(&board, &image, &reach, features.memory);
    let page = granule.page();
    let mut pool = Pool { granule, next: memory_end, floor: table.end };
    let tables = build_tables(&board, &image, &mut pool).zip(pool.take());
    let Some((root, PhysicalAddress(empty))) = tables else {
        power::fatal(&[Text("no memory left for page tables")]);
    };
    let upper = granule.for_kernel(cpu::translation_control());
    let lower = granule.for_user(upper);
    // SAFETY: the new tables map the image as the present ones do, all memory, and the devices; the frame
    // is the pool's own.
    unsafe {
        mapper::zero(empty, page);
        entry::enter_kernel_tables(root, image.text, empty, upper, lower);
    }
    let board = machine::set_board(board);
    machine::set_platform(machine::Platform { root, granule, features });
    cores::find(board, image.text, [root, empty, upper, lower]);
    serial::start();
    if table.is_empty() {
        power::fatal(&[Text("no memory at "), Hex(image.end), Text(", where the boot table should be")]);
    }
    gic::start(board);
    let mut rest: Ranges<MAX_FREE> = Ranges::default();
    board.memory.iter().for_each(|range| rest.push(range));
    for taken in [image.text..image.kept_end, table.clone(), pool.next..memory_end, 0..page] {
        rest.remove(&taken);
    }
    rest.align(page);
    let mut count = 0;
    for (to, range) in free.iter_mut().zip(rest.iter()) {
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
        physical_end: PhysicalAddress(features.physical_end),
    });
    // SAFETY: everything is set up; interrupts are off, and this is the kernel stack.
    unsafe { entry::kernel_main(told) }
}

/// Memory that the boot tables map.
fn boot_memory(reach: &Range<u64>, address: u64, length: usize) -> Option<&'static [u8]> {
    let end = address.checked_add(length as u64)?;
    // SAFETY: all of `reach` is mapped, the loader's structures stay until the kernel gives memory away,
    // and no code refers to them otherwise.
    (address >= reach.start && end <= reach.end)
        .then(|| unsafe { core::slice::from_raw_parts(window(address).cast_const(), length) })
}

fn device_tree(reach: &Range<u64>, address: u64) -> Option<DeviceTree<'static>> {
    let size = DeviceTree::size(boot_memory(reach, address, DeviceTree::HEADER)?)?;
    DeviceTree::read(boot_memory(reach, address, size)?)
}

/// Where the boot table lies (nowhere, where there is no memory), where the memory ends that it and the kernel lie
/// in, and what pages have: what the table says, if the processor has that and the kernel's own devices begin at
/// such a page. Else it is for the kernel to refuse the table, in the usual way.
fn find_table(board: &Board, image: &Image, reach: &Range<u64>, features: u64) -> (Range<u64>, u64, Granule) {
    let start = image.end;
    let small = Granule::SMALL.page();
    let memory = board.memory.iter().find(|range| range.contains(&start));
    let end = memory.map_or(start, |memory| memory.end.min(reach.end)) & !(small - 1);
    let Some(bytes) = boot_memory(reach, start, small as usize).filter(|_| end > start) else {
        return (start..start, end, Granule::SMALL);
    };
    let wanted = Header::read(bytes, 0).and_then(|header| Granule::of(header.page_size.into()));
    let granule = wanted.filter(|granule| granule.is_in(features) && board.begins_pages(granule.page()));
    let granule = granule.unwrap_or(Granule::SMALL);
    let end = end & !(granule.page() - 1);
    (start..start + veridian_port::table_size(bytes, end - start, granule.page()), end, granule)
}

/// The kernel's half of every address space.
fn build_tables(board: &Board, image: &Image, pool: &mut Pool) -> Option<u64> {
    let PhysicalAddress(root) = pool.take()?;
    let page = pool.granule.page();
    let granule = pool.granule;
    // SAFETY: the frames are the pool's own; nobody uses the new tables before they are complete. All
    // of the image is mapped as its sections ask, and where all memory is seen it is not writable.
    unsafe {
        mapper::zero(root, page);
        let mut frames = || pool.take();
        let mut mapper = Mapper::new(granule, root, &mut frames);
        let mut memory = board.all_memory.clone();
        memory.align(page);
        for Range { start, end } in memory.iter() {
            let fixed = start.max(image.text)..end.min(image.data);
            let parts = if fixed.start < fixed.end {
                [(start..fixed.start, Access::WRITE), (fixed.clone(), Access::READ), (fixed.end..end, Access::WRITE)]
            } else {
                [(start..end, Access::WRITE), (0..0, Access::READ), (0..0, Access::READ)]
            };
            for (part, access) in parts {
                mapper.map(window(part.start).addr() as u64, part.start, part.end - part.start, access)?;
            }
        }
        for (start, end, access) in [
            (image.text, image.rodata, Access::EXECUTE),
            (image.rodata, image.data, Access::READ),
            (image.data, image.guard, Access::WRITE),
            (image.guard + entry::GUARD_SIZE as u64, image.bss_end, Access::WRITE),
        ] {
            mapper.map(IMAGE + start - image.text, start, end - start, access)?;
        }
        mapper.map(serial::REGISTERS, board.console.start, page, Access::DEVICE)?;
        for (address, Range { start, end }) in gic::registers(board) {
            mapper.map(address, start, (end - start).next_multiple_of(page), Access::DEVICE)?;
        }
    }
    Some(root)
}
