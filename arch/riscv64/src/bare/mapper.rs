//! Page tables in memory.

use crate::paging::{self, Access, DEVICES, ENTRIES, Link, PAGE, PAGES, PHYSICAL_MAP};
use core::arch::asm;
use veridian_port::{FrameSource, MapError, PhysicalAddress};

/// Where the kernel sees physical memory.
#[inline]
pub(super) fn window(physical: u64) -> *mut u8 {
    core::ptr::with_exposed_provenance_mut((PHYSICAL_MAP + physical) as usize)
}

/// Where the kernel sees the registers of a device of its own.
#[inline]
pub(super) fn device(physical: u64) -> *mut u8 {
    core::ptr::with_exposed_provenance_mut((DEVICES + physical) as usize)
}

/// Fills words with zeroes: whole lines of 256 bytes.
///
/// # Safety
/// They are memory, nobody refers to what is in them, and `bytes` is a multiple of 256 and not 0.
#[inline]
unsafe fn clear(start: *mut u8, bytes: u64) {
    // SAFETY: the caller says that the memory is ours.
    unsafe {
        asm!(
            "2:",
            ".set word, 0",
            ".rept 32",
            "sd zero, word({to})",
            ".set word, word + 8",
            ".endr",
            "addi {to}, {to}, 256",
            "bne {to}, {end}, 2b",
            to = inout(reg) start => _,
            end = in(reg) start.wrapping_add(bytes as usize),
            options(nostack),
        );
    }
}

/// Copies words: whole lines of 256 bytes.
///
/// # Safety
/// As for [`clear`]; nobody writes to `from` meanwhile, and the two do not overlap.
#[inline]
unsafe fn copy_words(from: *const u8, to: *mut u8, bytes: u64) {
    // SAFETY: the caller says that the memory is ours.
    unsafe {
        asm!(
            "2:",
            ".set word, 0",
            ".rept 8",
            "ld {a}, word({from})",
            "ld {b}, word + 8({from})",
            "ld {c}, word + 16({from})",
            "ld {d}, word + 24({from})",
            "sd {a}, word({to})",
            "sd {b}, word + 8({to})",
            "sd {c}, word + 16({to})",
            "sd {d}, word + 24({to})",
            ".set word, word + 32",
            ".endr",
            "addi {from}, {from}, 256",
            "addi {to}, {to}, 256",
            "bne {to}, {end}, 2b",
            from = inout(reg) from => _,
            to = inout(reg) to => _,
            end = in(reg) to.wrapping_add(bytes as usize),
            a = out(reg) _,
            b = out(reg) _,
            c = out(reg) _,
            d = out(reg) _,
            options(nostack),
        );
    }
}

/// Fills a frame with zeroes.
///
/// # Safety
/// It is memory, mapped by the window, and nobody refers to what is in it.
#[inline]
pub(super) unsafe fn zero(frame: u64) {
    // SAFETY: the caller says that the frame is ours.
    unsafe { clear(window(frame), PAGE) };
}

/// Copies a frame.
///
/// # Safety
/// As for [`zero`], for `to`; nobody writes to `from` meanwhile.
#[inline]
pub(super) unsafe fn copy(from: u64, to: u64) {
    // SAFETY: the caller says that the frames are valid; two frames do not overlap.
    unsafe { copy_words(window(from), window(to), PAGE) };
}

/// Copies the start of one frame to the start of another.
///
/// # Safety
/// As for [`copy`]; `bytes` are a page at most.
pub(super) unsafe fn copy_bytes(from: u64, to: u64, bytes: usize) {
    /// Bytes that are copied in the fewest instructions.
    const LINE: usize = 256;
    let whole = bytes / LINE * LINE;
    let (rest, end) = (window(from + whole as u64).cast::<u8>(), window(to + whole as u64).cast::<u8>());
    // SAFETY: the caller says that the frames are valid and hold so many bytes; two frames do not overlap.
    unsafe {
        if whole > 0 {
            copy_words(window(from), window(to), whole as u64);
        }
        core::ptr::copy_nonoverlapping(rest, end, bytes - whole);
    }
}

/// Gives a new root table the kernel's half of another.
///
/// # Safety
/// `from` is a root table, and `to` as for [`zero`].
pub(super) unsafe fn copy_kernel_half(from: u64, to: u64) {
    // SAFETY: both halves lie in their frames, which the caller says are valid and distinct.
    unsafe {
        clear(window(to), PAGE / 2);
        copy_words(window(from + PAGE / 2), window(to + PAGE / 2), PAGE / 2);
    }
}

/// Changes the tables under one root.
pub(super) struct Mapper<'f> {
    root: u64,
    /// Level of the root.
    top: u32,
    frames: FrameSource<'f>,
}

impl<'f> Mapper<'f> {
    /// # Safety
    /// `root` is a root table of level `top` that nobody else changes meanwhile, and whatever `frames`
    /// gives is memory that nobody else uses, mapped by the window.
    pub(super) unsafe fn new(root: u64, top: u32, frames: FrameSource<'f>) -> Self {
        Self { root, top, frames }
    }

    /// Maps a run of pages, with pages as large as fit and no larger than those of level `largest`.
    /// `None` where frames ran dry, or where a large page is in the way.
    ///
    /// # Safety
    /// Nobody uses the addresses yet, or what is mapped there already is mapped the same way; what is
    /// mapped writable or executable is not used otherwise.
    pub(super) unsafe fn map(
        &mut self,
        address: u64,
        physical: u64,
        size: u64,
        access: Access,
        largest: u32,
    ) -> Option<()> {
        let mut done = 0;
        while done < size {
            let start = address + done;
            let level = paging::fitting(start, physical + done, size - done, largest);
            let table = self.table(start, level)?;
            let span = paging::span(level);
            let first = paging::index(start, level);
            let count = ((size - done) / span).min((ENTRIES - first) as u64) as usize;
            let mut entry = paging::leaf(physical + done, access);
            for index in first..first + count {
                // SAFETY: the index is below `ENTRIES`; the table is ours.
                unsafe { table.add(index).write_volatile(entry) };
                entry += span >> 2;
            }
            done += span * count as u64;
        }
        Some(())
    }

    /// Maps one page.
    ///
    /// # Safety
    /// As for [`Mapper::map`].
    pub(super) unsafe fn map_page(&mut self, address: u64, physical: u64, access: Access) -> Option<()> {
        let table = self.table(address, PAGES)?;
        // SAFETY: the index is below `ENTRIES`; the table is ours.
        unsafe { table.add(paging::index(address, PAGES)).write_volatile(paging::leaf(physical, access)) };
        Some(())
    }

    /// Maps one page where none is mapped yet.
    ///
    /// # Safety
    /// As for [`Mapper::map`].
    pub(super) unsafe fn map_new_page(&mut self, address: u64, physical: u64, access: Access) -> Result<(), MapError> {
        let table = self.table(address, PAGES).ok_or(MapError::NoFrames)?;
        // SAFETY: the index is below `ENTRIES`; the table is ours.
        unsafe {
            let entry = table.add(paging::index(address, PAGES));
            if paging::mapped(entry.read()).is_some() {
                return Err(MapError::Occupied);
            }
            entry.write_volatile(paging::leaf(physical, access));
        }
        Ok(())
    }

    /// The table of a level that maps an address; those that are missing are made.
    pub(super) fn table(&mut self, address: u64, level: u32) -> Option<*mut u64> {
        let mut table = window(self.root).cast::<u64>();
        for above in (level + 1..=self.top).rev() {
            // SAFETY: the index is below `ENTRIES`; the table is ours, as the maker of this said.
            let slot = unsafe { table.add(paging::index(address, above)) };
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
        // SAFETY: the frame is new; the slot is an entry of one of our tables. The processor never sees the
        // table before it is empty.
        unsafe {
            zero(frame);
            slot.write_volatile(paging::table(frame));
        }
        Some(frame)
    }
}

/// The entry that maps one page, where the tables reach that far.
///
/// # Safety
/// `root` is a root table of level `top` that nobody else changes meanwhile.
pub(super) unsafe fn find(root: u64, top: u32, address: u64) -> Option<*mut u64> {
    let mut table = window(root).cast::<u64>();
    for level in (PAGES + 1..=top).rev() {
        // SAFETY: the index is below `ENTRIES`; all tables under the root are the caller's.
        match paging::link(unsafe { table.add(paging::index(address, level)).read() }) {
            Link::Table(next) => table = window(next).cast(),
            Link::Page | Link::Empty => return None,
        }
    }
    // SAFETY: as above.
    Some(unsafe { table.add(paging::index(address, PAGES)) })
}

/// The first address behind an unmapped one that the tables do not rule out.
///
/// # Safety
/// As for [`find`].
pub(super) unsafe fn behind_hole(root: u64, top: u32, address: u64) -> u64 {
    let mut table = window(root).cast::<u64>();
    let mut hole = PAGE;
    for level in (PAGES + 1..=top).rev() {
        // SAFETY: the index is below `ENTRIES`; all tables under the root are the caller's.
        match paging::link(unsafe { table.add(paging::index(address, level)).read() }) {
            Link::Table(next) => table = window(next).cast(),
            Link::Page | Link::Empty => {
                hole = paging::span(level);
                break;
            }
        }
    }
    (address & !(hole - 1)) + hole
}

/// Takes a table of user addresses with no table below it out of a space: its frame, which nothing points to any
/// more. `None` where there is none but the root.
///
/// # Safety
/// As for [`find`].
pub(super) unsafe fn take_table(root: u64, top: u32) -> Option<u64> {
    let mut table = window(root).cast::<u64>();
    let mut found = None;
    // The other half of the root is the kernel's.
    let mut entries = ENTRIES / 2;
    for _ in PAGES..top {
        let below = (0..entries).find_map(|index| {
            // SAFETY: the index is below `ENTRIES`; all tables under the root are the caller's.
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
        entries = ENTRIES;
    }
    let (slot, frame) = found?;
    // SAFETY: the slot is an entry of one of those tables.
    unsafe { slot.write_volatile(0) };
    Some(frame)
}
