//! Page tables in memory, and frames.

use super::cpu::read;
use crate::paging::{self, Access, Granule, Link, PAGES, PHYSICAL_MAP};
use core::arch::asm;
use veridian_port::{FrameSource, MapError, PhysicalAddress};

/// Where the kernel sees physical memory.
#[inline]
pub(super) fn window(physical: u64) -> *mut u8 {
    core::ptr::with_exposed_provenance_mut((PHYSICAL_MAP + physical) as usize)
}

/// Fills a frame of so many bytes with zeroes.
///
/// # Safety
/// It is memory, mapped by the window, and nobody refers to what is in it.
pub(super) unsafe fn zero(frame: u64, size: u64) {
    const FORBIDDEN: u64 = 1 << 4;
    let kind = read!("dczid_el0");
    let block = 4 << (kind & 0xf);
    // SAFETY: the caller says that the frame is ours; blocks divide it where they are no larger.
    unsafe {
        let start = window(frame);
        if kind & FORBIDDEN == 0 && block <= size {
            asm!(
                "2:",
                "dc zva, {at}",
                "add {at}, {at}, {block}",
                "cmp {at}, {end}",
                "b.lo 2b",
                at = inout(reg) start => _,
                block = in(reg) block,
                end = in(reg) start.wrapping_add(size as usize),
                options(nostack),
            );
        } else {
            asm!(
                "2:",
                "stp xzr, xzr, [{at}], #16",
                "stp xzr, xzr, [{at}], #16",
                "cmp {at}, {end}",
                "b.lo 2b",
                at = inout(reg) start => _,
                end = in(reg) start.wrapping_add(size as usize),
                options(nostack),
            );
        }
    }
}

/// Copies a frame of so many bytes.
///
/// # Safety
/// As for [`zero`], for `to`; nobody writes to `from` meanwhile.
pub(super) unsafe fn copy(from: u64, to: u64, size: u64) {
    let start = window(from);
    // SAFETY: the caller says that the frames are valid; two frames do not overlap.
    unsafe {
        asm!(
            "2:",
            "ldp {a}, {b}, [{from}], #16",
            "ldp {c}, {d}, [{from}], #16",
            "stp {a}, {b}, [{to}], #16",
            "stp {c}, {d}, [{to}], #16",
            "cmp {from}, {end}",
            "b.lo 2b",
            from = inout(reg) start => _,
            to = inout(reg) window(to) => _,
            end = in(reg) start.wrapping_add(size as usize),
            a = out(reg) _, b = out(reg) _, c = out(reg) _, d = out(reg) _,
            options(nostack),
        );
    }
}

/// Copies the start of one frame to the start of another.
///
/// # Safety
/// As for [`copy`]; `bytes` are a page at most.
pub(super) unsafe fn copy_bytes(from: u64, to: u64, bytes: usize) {
    /// Bytes that are copied in the fewest instructions.
    const LINE: usize = 32;
    let whole = bytes / LINE * LINE;
    let (rest, end) = (window(from + whole as u64).cast::<u8>(), window(to + whole as u64).cast::<u8>());
    // SAFETY: the caller says that the frames are valid and hold so many bytes; two frames do not overlap.
    unsafe {
        if whole > 0 {
            copy(from, to, whole as u64);
        }
        core::ptr::copy_nonoverlapping(rest, end, bytes - whole);
    }
}

/// Changes the tables under one root.
pub(super) struct Mapper<'f> {
    granule: Granule,
    root: u64,
    frames: FrameSource<'f>,
}

impl<'f> Mapper<'f> {
    /// # Safety
    /// `root` is a root table of this granule that nobody else changes meanwhile, and whatever `frames`
    /// gives is memory that nobody else uses, mapped by the window.
    pub(super) unsafe fn new(granule: Granule, root: u64, frames: FrameSource<'f>) -> Self {
        Self { granule, root, frames }
    }

    /// Maps a run of pages, with pages as large as fit. `None` where frames ran dry, or where a large
    /// page is in the way.
    ///
    /// # Safety
    /// Nobody uses the addresses yet, or what is mapped there already is mapped the same way; what is
    /// mapped writable or executable is not used otherwise.
    pub(super) unsafe fn map(&mut self, address: u64, physical: u64, size: u64, access: Access) -> Option<()> {
        let mut done = 0;
        while done < size {
            let start = address + done;
            let level = self.granule.fitting(start, physical + done, size - done);
            let table = self.table(start, level)?;
            let span = self.granule.span(level);
            let first = self.granule.index(start, level);
            let count = ((size - done) / span).min((self.granule.entries() - first) as u64) as usize;
            let mut entry = paging::leaf(physical + done, level, access);
            for index in first..first + count {
                // SAFETY: the index is one of the table's; the table is ours.
                unsafe { table.add(index).write_volatile(entry) };
                entry += span;
            }
            done += span * count as u64;
        }
        Some(())
    }

    /// The table of a level that maps an address; those that are missing are made.
    #[inline(always)]
    fn table(&mut self, address: u64, level: u32) -> Option<*mut u64> {
        let mut table = window(self.root).cast::<u64>();
        for above in (level + 1..=self.granule.root()).rev() {
            // SAFETY: the index is one of the table's; the table is ours, as the maker of this said.
            let slot = unsafe { table.add(self.granule.index(address, above)) };
            // SAFETY: as above.
            let next = match paging::link(unsafe { slot.read() }) {
                Link::Table(next) => next,
                Link::Page => return None,
                Link::Empty => self.add_table(slot)?,
            };
            table = window(next).cast();
        }
        Some(table)
    }

    /// Makes a table that an entry points to from now on.
    #[cold]
    #[inline(never)]
    fn add_table(&mut self, slot: *mut u64) -> Option<u64> {
        let PhysicalAddress(frame) = (self.frames)()?;
        // SAFETY: the frame is new; the slot is an entry of one of our tables. The processor must not see
        // the table before it is empty.
        unsafe {
            zero(frame, self.granule.page());
            super::cpu::publish_tables();
            slot.write_volatile(paging::table(frame));
        }
        Some(frame)
    }
}

/// The entry that maps one page, where the tables reach that far.
///
/// # Safety
/// `root` is a root table of this granule that nobody else changes meanwhile.
pub(super) unsafe fn find(granule: Granule, root: u64, address: u64) -> Option<*mut u64> {
    let mut table = window(root).cast::<u64>();
    for level in (1..=granule.root()).rev() {
        // SAFETY: the index is one of the table's; all tables under the root are the caller's.
        match paging::link(unsafe { table.add(granule.index(address, level)).read() }) {
            Link::Table(next) => table = window(next).cast(),
            Link::Page | Link::Empty => return None,
        }
    }
    // SAFETY: as above.
    Some(unsafe { table.add(granule.index(address, PAGES)) })
}

/// The first address behind an unmapped one that the tables do not rule out.
///
/// # Safety
/// As for [`find`].
pub(super) unsafe fn behind_hole(granule: Granule, root: u64, address: u64) -> u64 {
    let mut table = window(root).cast::<u64>();
    let mut hole = granule.page();
    for level in (1..=granule.root()).rev() {
        // SAFETY: the index is one of the table's; all tables under the root are the caller's.
        match paging::link(unsafe { table.add(granule.index(address, level)).read() }) {
            Link::Table(next) => table = window(next).cast(),
            Link::Page | Link::Empty => {
                hole = granule.span(level);
                break;
            }
        }
    }
    (address & !(hole - 1)) + hole
}

/// Maps one page where none is mapped yet.
///
/// # Safety
/// As for [`Mapper::new`] and [`Mapper::map`].
pub(super) unsafe fn map_page(
    granule: Granule,
    root: u64,
    address: u64,
    physical: u64,
    access: Access,
    frames: FrameSource<'_>,
) -> Result<(), MapError> {
    // SAFETY: the caller promises what is asked for. What most machines have goes apart: numbers that are known
    // beforehand take fewer instructions.
    unsafe {
        if granule == Granule::SMALL {
            map_in(Granule::SMALL, root, address, physical, access, frames)
        } else {
            map_in(granule, root, address, physical, access, frames)
        }
    }
}

/// # Safety
/// As for [`map_page`].
#[inline(always)]
unsafe fn map_in(
    granule: Granule,
    root: u64,
    address: u64,
    physical: u64,
    access: Access,
    frames: FrameSource<'_>,
) -> Result<(), MapError> {
    // SAFETY: the caller promises what `new` asks for; the index is one of the table's, the table is ours.
    unsafe {
        let table = Mapper::new(granule, root, frames).table(address, PAGES).ok_or(MapError::NoFrames)?;
        let entry = table.add(granule.index(address, PAGES));
        if paging::mapped(entry.read()).is_some() {
            return Err(MapError::Occupied);
        }
        entry.write_volatile(paging::leaf(physical, PAGES, access));
    }
    Ok(())
}

/// Takes a table of user addresses with no table below it out of a space: its frame, which nothing points to any
/// more. `None` where there is none but the root.
///
/// # Safety
/// As for [`find`].
pub(super) unsafe fn take_table(granule: Granule, root: u64) -> Option<u64> {
    let mut table = window(root).cast::<u64>();
    let mut found = None;
    for _ in 1..=granule.root() {
        let below = (0..granule.page() as usize / size_of::<u64>()).find_map(|index| {
            // SAFETY: the index is one of the table's; all tables under the root are the caller's.
            let slot = unsafe { table.add(index) };
            // SAFETY: as above.
            match paging::link(unsafe { slot.read() }) {
                Link::Table(next) => Some((slot, next)),
                Link::Page | Link::Empty => None,
            }
        });
        let Some((_, next)) = below else {
            break;
        };
        found = below;
        table = window(next).cast();
    }
    let (slot, frame) = found?;
    // SAFETY: the slot is an entry of one of those tables.
    unsafe { slot.write_volatile(0) };
    Some(frame)
}
