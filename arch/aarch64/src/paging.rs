//! Page tables as numbers: indexes, entries, and which page size fits. Pages of 4 KiB, addresses of 48 bits.

/// Where the kernel sees memory.
pub const PHYSICAL_MAP: u64 = 0xffff_8000_0000_0000;
/// The kernel's heap.
pub const HEAP: u64 = 0xffff_c000_0000_0000;
/// Registers of the devices that the kernel drives itself.
pub const DEVICES: u64 = 0xffff_f000_0000_0000;
/// Where the kernel's image begins.
pub const IMAGE: u64 = 0xffff_ffff_8000_0000;

/// Bytes of a page.
pub const PAGE: u64 = 0x1000;
/// Entries of a table.
pub const ENTRIES: usize = 512;

/// Levels of tables, from the one that maps 4 KiB pages to the root.
pub const PAGES: u32 = 0;
/// The level whose entries can map 2 MiB.
pub const LARGE: u32 = 1;
/// The level whose entries can map 1 GiB.
pub const GIANT: u32 = 2;
/// The level of the root.
pub const ROOT: u32 = 3;

const PRESENT: u64 = 1;
/// At [`PAGES`] what makes an entry a page; above, what makes it a table.
const TABLE: u64 = 1 << 1;
/// Second of the kinds of memory that the kernel sets up: device registers, in order, each access one.
const DEVICE: u64 = 1 << 2;
const USER: u64 = 1 << 6;
const READ_ONLY: u64 = 1 << 7;
/// All cores see the same.
const SHARED: u64 = 0b11 << 8;
const ACCESSED: u64 = 1 << 10;
/// Of one address space alone.
const NOT_GLOBAL: u64 = 1 << 11;
const KERNEL_NO_EXECUTE: u64 = 1 << 53;
const USER_NO_EXECUTE: u64 = 1 << 54;
const ADDRESS: u64 = 0x0000_ffff_ffff_f000;

/// What may be done with a mapping, beyond reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whether user mode may use it; otherwise it is the kernel's.
    pub user: bool,
    /// Stores.
    pub write: bool,
    /// Instruction fetches, by whom it belongs to.
    pub execute: bool,
    /// Device registers.
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
    let mut entry = physical & ADDRESS | PRESENT | SHARED | ACCESSED;
    // Neither side executes what belongs to the other, and nobody what is writable, whoever asks.
    let executable = access.execute && !access.write;
    if !(access.user && executable) {
        entry |= USER_NO_EXECUTE;
    }
    if access.user || !executable {
        entry |= KERNEL_NO_EXECUTE;
    }
    if access.user {
        entry |= USER | NOT_GLOBAL;
    }
    if !access.write {
        entry |= READ_ONLY;
    }
    if access.device {
        entry |= DEVICE;
    }
    if level == PAGES {
        entry |= TABLE;
    }
    entry
}

/// What an entry of [`PAGES`] maps, and how; `None` for nothing.
#[must_use]
pub const fn mapped(entry: u64) -> Option<(u64, Access)> {
    if entry & PRESENT == 0 {
        return None;
    }
    let user = entry & USER != 0;
    let access = Access {
        user,
        write: entry & READ_ONLY == 0,
        execute: entry & if user { USER_NO_EXECUTE } else { KERNEL_NO_EXECUTE } == 0,
        device: entry & DEVICE != 0,
    };
    Some((entry & ADDRESS, access))
}

/// The entry that points to a table; what may be done is up to the leaves.
#[must_use]
pub const fn table(physical: u64) -> u64 {
    physical & ADDRESS | PRESENT | TABLE
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
    } else if entry & TABLE == 0 {
        Link::Page
    } else {
        Link::Table(entry & ADDRESS)
    }
}

/// The largest level whose pages fit at the start of a run.
#[must_use]
pub fn fitting(address: u64, physical: u64, size: u64) -> u32 {
    (1..=GIANT)
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
        assert_eq!([PHYSICAL_MAP, HEAP, DEVICES, IMAGE].map(|start| index(start, ROOT)), [256, 384, 480, 511]);
        assert_eq!(index(IMAGE, GIANT), 510);
    }

    #[test]
    fn spans_are_those_of_the_processor() {
        assert_eq!([PAGES, LARGE, GIANT].map(span), [4 << 10, 2 << 20, 1 << 30]);
    }

    #[test]
    fn entries_carry_their_rights() {
        const NEITHER: u64 = 0b11 << 53;
        assert_eq!(leaf(0x5000, PAGES, Access::EXECUTE), 1 << 54 | 0x5783);
        assert_eq!(leaf(0x5000, PAGES, Access::READ), NEITHER | 0x5783);
        assert_eq!(leaf(0x20_0000, LARGE, Access::WRITE), NEITHER | 0x20_0701);
        assert_eq!(leaf(0x900_0000, PAGES, Access::DEVICE), NEITHER | 0x900_0707);
        let user = Access { user: true, write: false, execute: true, device: false };
        assert_eq!(leaf(0x5000, PAGES, user), 1 << 53 | 0x5fc3);
        assert_eq!(table(0x7000), 0x7003);
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
    fn nothing_is_writable_and_executable_and_nothing_of_one_side_is_executed_by_the_other() {
        for bits in 0..16 {
            let access =
                Access { user: bits & 1 != 0, write: bits & 2 != 0, execute: bits & 4 != 0, device: bits & 8 != 0 };
            let entry = leaf(0x5000, PAGES, access);
            let (by_user, by_kernel) = (entry & USER_NO_EXECUTE == 0, entry & KERNEL_NO_EXECUTE == 0);
            assert!(entry & READ_ONLY != 0 || !(by_user || by_kernel), "{access:?}");
            assert!(!by_user || access.user, "{access:?}");
            assert!(!by_kernel || !access.user, "{access:?}");
        }
    }

    #[test]
    fn links_tell_tables_from_pages() {
        assert_eq!(link(0), Link::Empty);
        assert_eq!(link(table(0x7000)), Link::Table(0x7000));
        assert_eq!(link(leaf(0x20_0000, LARGE, Access::WRITE)), Link::Page);
    }

    #[test]
    fn the_largest_page_that_fits_is_used() {
        let giant = 1 << 30;
        assert_eq!(fitting(PHYSICAL_MAP, 0, giant), GIANT);
        assert_eq!(fitting(PHYSICAL_MAP, 0, giant - 1), LARGE);
        assert_eq!(fitting(PHYSICAL_MAP + PAGE, PAGE, giant), PAGES);
        assert_eq!(fitting(PHYSICAL_MAP, PAGE, giant), PAGES);
    }
}
