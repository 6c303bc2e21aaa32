//! Page tables as numbers: indexes, entries, and which page size fits.

/// Where the kernel sees memory.
pub const PHYSICAL_MAP: u64 = 0xffff_8000_0000_0000;
/// The kernel's heap.
pub const HEAP: u64 = 0xffff_c000_0000_0000;
/// Kernel stacks, each above an unmapped page.
pub const STACKS: u64 = 0xffff_e000_0000_0000;
/// Registers of the devices that the kernel drives itself.
pub const DEVICES: u64 = 0xffff_f000_0000_0000;
/// The kernel's image: physical addresses plus this.
pub const IMAGE: u64 = 0xffff_ffff_8000_0000;

/// Bytes of a page.
pub const PAGE: u64 = 0x1000;
/// Entries of a table.
pub const ENTRIES: usize = 512;

/// Levels of tables, from the one that maps 4 KiB pages to the root.
pub const PAGES: u32 = 0;
/// The level whose entries can map 2 MiB.
pub const LARGE: u32 = 1;
/// The level whose entries can map 1 GiB, where the processor has that.
pub const GIANT: u32 = 2;
/// The level of the root.
pub const ROOT: u32 = 3;

const PRESENT: u64 = 1;
const WRITE: u64 = 1 << 1;
const USER: u64 = 1 << 2;
/// Write-through and cache-disable together: uncached.
const UNCACHED: u64 = 0b11 << 3;
const BIG: u64 = 1 << 7;
const GLOBAL: u64 = 1 << 8;
const NO_EXECUTE: u64 = 1 << 63;
const ADDRESS: u64 = 0x000f_ffff_ffff_f000;

/// What may be done with a mapping, beyond reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whether user mode may use it; otherwise it is the kernel's, in every address space.
    pub user: bool,
    /// Stores.
    pub write: bool,
    /// Instruction fetches.
    pub execute: bool,
    /// Uncached.
    pub device: bool,
}

impl Access {
    /// The kernel's constants.
    pub const READ: Self = Self { user: false, write: false, execute: false, device: false };
    /// The kernel's data.
    pub const WRITE: Self = Self { user: false, write: true, execute: false, device: false };
    /// The kernel's code.
    pub const EXECUTE: Self = Self { user: false, write: false, execute: true, device: false };
    /// Devices that the kernel drives.
    pub const DEVICE: Self = Self { user: false, write: true, execute: false, device: true };
}

/// Bytes that an entry of a level maps.
#[must_use]
pub const fn span(level: u32) -> u64 {
    PAGE << (9 * level)
}

/// Index of an address in its table of a level.
#[must_use]
pub const fn index(address: u64, level: u32) -> usize {
    (address >> (12 + 9 * level)) as usize & (ENTRIES - 1)
}

/// The entry that maps memory at a level.
#[must_use]
pub const fn leaf(physical: u64, level: u32, access: Access) -> u64 {
    let mut entry = physical & ADDRESS | PRESENT;
    if access.user {
        entry |= USER;
    } else {
        entry |= GLOBAL;
    }
    // Whatever is writable is never executable, whoever asks.
    if access.write {
        entry |= WRITE;
    }
    if access.write || !access.execute {
        entry |= NO_EXECUTE;
    }
    if access.device {
        entry |= UNCACHED;
    }
    if level != PAGES {
        entry |= BIG;
    }
    entry
}

/// What an entry of [`PAGES`] maps, and how; `None` for nothing.
#[must_use]
pub const fn mapped(entry: u64) -> Option<(u64, Access)> {
    if entry & PRESENT == 0 {
        return None;
    }
    let access = Access {
        user: entry & USER != 0,
        write: entry & WRITE != 0,
        execute: entry & NO_EXECUTE == 0,
        device: entry & UNCACHED != 0,
    };
    Some((entry & ADDRESS, access))
}

/// The entry that points to a table; what may be done is up to the leaves.
#[must_use]
pub const fn table(physical: u64, user: bool) -> u64 {
    physical & ADDRESS | PRESENT | WRITE | if user { USER } else { 0 }
}

/// What an entry that should point to a table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Nothing is mapped.
    Empty,
    /// A table, at this physical address.
    Table(u64),
    /// A large page is mapped there.
    Page,
}

/// Reads an entry of a level above [`PAGES`].
#[must_use]
pub const fn link(entry: u64) -> Link {
    if entry & PRESENT == 0 {
        Link::Empty
    } else if entry & BIG != 0 {
        Link::Page
    } else {
        Link::Table(entry & ADDRESS)
    }
}

/// The largest level, up to `largest`, whose pages fit at the start of a run.
#[must_use]
pub fn fitting(address: u64, physical: u64, size: u64, largest: u32) -> u32 {
    (1..=largest)
        .rev()
        .find(|level| (address | physical).is_multiple_of(span(*level)) && size >= span(*level))
        .unwrap_or(PAGES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_cut_into_four_indexes() {
        let address = 0xffff_8000_0000_0000 | 3 << 30 | 5 << 21 | 7 << 12 | 9;
        assert_eq!([ROOT, GIANT, LARGE, PAGES].map(|level| index(address, level)), [256, 3, 5, 7]);
        assert_eq!(
            [PHYSICAL_MAP, HEAP, STACKS, DEVICES, IMAGE].map(|start| index(start, ROOT)),
            [256, 384, 448, 480, 511]
        );
    }

    #[test]
    fn spans_are_those_of_the_processor() {
        assert_eq!([PAGES, LARGE, GIANT].map(span), [4 << 10, 2 << 20, 1 << 30]);
    }

    #[test]
    fn entries_carry_their_rights() {
        assert_eq!(leaf(0x5000, PAGES, Access::EXECUTE), 0x5101);
        assert_eq!(leaf(0x5000, PAGES, Access::READ), 1 << 63 | 0x5101);
        assert_eq!(leaf(0x20_0000, LARGE, Access::WRITE), 1 << 63 | 0x20_0183);
        assert_eq!(leaf(0xfee0_0000, PAGES, Access::DEVICE), 1 << 63 | 0xfee0_011b);
        let user = Access { user: true, write: false, execute: true, device: false };
        assert_eq!(leaf(0x5000, PAGES, user), 0x5005);
        assert_eq!((table(0x7000, true), table(0x7000, false)), (0x7007, 0x7003));
    }

    #[test]
    fn entries_are_read_as_they_were_made() {
        assert_eq!(mapped(0), None);
        for bits in 0..16 {
            let (user, write) = (bits & 1 != 0, bits & 2 != 0);
            let access = Access { user, write, execute: bits & 4 != 0 && !write, device: bits & 8 != 0 };
            assert_eq!(mapped(leaf(0x5000, PAGES, access)), Some((0x5000, access)));
        }
    }

    #[test]
    fn nothing_is_writable_and_executable() {
        for bits in 0..16 {
            let access =
                Access { user: bits & 1 != 0, write: bits & 2 != 0, execute: bits & 4 != 0, device: bits & 8 != 0 };
            let entry = leaf(0x5000, PAGES, access);
            assert!(entry & WRITE == 0 || entry & NO_EXECUTE != 0, "{access:?}");
        }
    }

    #[test]
    fn links_tell_tables_from_pages() {
        assert_eq!(link(0), Link::Empty);
        assert_eq!(link(table(0x7000, true)), Link::Table(0x7000));
        assert_eq!(link(leaf(0x20_0000, LARGE, Access::WRITE)), Link::Page);
    }

    #[test]
    fn the_largest_page_that_fits_is_used() {
        let giant = 1 << 30;
        assert_eq!(fitting(PHYSICAL_MAP, 0, giant, GIANT), GIANT);
        assert_eq!(fitting(PHYSICAL_MAP, 0, giant, LARGE), LARGE);
        assert_eq!(fitting(PHYSICAL_MAP, 0, giant - 1, GIANT), LARGE);
        assert_eq!(fitting(PHYSICAL_MAP + PAGE, PAGE, giant, GIANT), PAGES);
        assert_eq!(fitting(PHYSICAL_MAP, PAGE, giant, GIANT), PAGES);
    }
}
