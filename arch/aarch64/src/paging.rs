//! Page tables as numbers: granules, indexes, entries, and which page size fits. Addresses have 48 bits.

use veridian_abi::limits;

/// Where the kernel sees memory.
pub const PHYSICAL_MAP: u64 = 0xffff_8000_0000_0000;
/// The kernel's heap.
pub const HEAP: u64 = 0xffff_c000_0000_0000;
/// Stacks and blocks of cores that are started later, each stack above an unmapped page.
pub const CORES: u64 = 0xffff_e000_0000_0000;
/// Registers of the devices that the kernel drives itself.
pub const DEVICES: u64 = 0xffff_f000_0000_0000;
/// Where the kernel's image begins.
pub const IMAGE: u64 = 0xffff_ffff_8000_0000;

/// Bits of an address that are translated.
const ADDRESS_BITS: u32 = 48;

/// The level of the tables that map pages; those above count up to [`Granule::root`].
pub const PAGES: u32 = 0;

/// What pages and tables have: 4, 16 or 64 KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granule {
    /// It has two to the power of so many bytes.
    shift: u32,
}

impl Granule {
    /// 4 KiB.
    pub const SMALL: Self = Self { shift: 12 };
    /// 16 KiB.
    pub const MEDIUM: Self = Self { shift: 14 };
    /// 64 KiB.
    pub const LARGE: Self = Self { shift: 16 };

    /// The granule of so many bytes.
    #[must_use]
    pub fn of(bytes: u64) -> Option<Self> {
        [Self::SMALL, Self::MEDIUM, Self::LARGE].into_iter().find(|granule| granule.page() == bytes)
    }

    /// Whether a processor has it, which says so in `ID_AA64MMFR0_EL1`.
    #[must_use]
    pub const fn is_in(self, features: u64) -> bool {
        match self {
            Self::MEDIUM => features >> 20 & 0xf != 0,
            Self::LARGE => features >> 24 & 0xf == 0,
            _ => features >> 28 & 0xf != 0xf,
        }
    }

    /// Bytes of a page, and of a table.
    #[must_use]
    pub const fn page(self) -> u64 {
        1 << self.shift
    }

    /// Bits of an address that choose an entry of a table.
    const fn index_bits(self) -> u32 {
        self.shift - 3
    }

    /// Entries of a table.
    #[must_use]
    pub const fn entries(self) -> usize {
        1 << self.index_bits()
    }

    /// The level of the root, which may use a part of its entries.
    #[must_use]
    pub const fn root(self) -> u32 {
        (ADDRESS_BITS - self.shift - 1) / self.index_bits()
    }

    /// The highest level whose entries can map memory.
    #[must_use]
    pub const fn largest(self) -> u32 {
        if self.shift == Self::SMALL.shift { 2 } else { 1 }
    }

    /// Bytes that an entry of a level maps.
    #[must_use]
    pub const fn span(self, level: u32) -> u64 {
        1 << (self.shift + self.index_bits() * level)
    }

    /// Index of an address in its table of a level.
    #[must_use]
    #[inline(always)]
    pub const fn index(self, address: u64, level: u32) -> usize {
        let address = address & ((1 << ADDRESS_BITS) - 1);
        (address >> (self.shift + self.index_bits() * level)) as usize & (self.entries() - 1)
    }

    /// The largest level whose pages fit at the start of a run.
    #[must_use]
    pub fn fitting(self, address: u64, physical: u64, size: u64) -> u32 {
        (1..=self.largest())
            .rev()
            .find(|level| (address | physical).is_multiple_of(self.span(*level)) && size >= self.span(*level))
            .unwrap_or(PAGES)
    }

    /// A value of `TCR_EL1` with this granule for the kernel's addresses.
    #[must_use]
    pub const fn for_kernel(self, control: u64) -> u64 {
        let code = match self {
            Self::MEDIUM => 0b01,
            Self::LARGE => 0b11,
            _ => 0b10,
        };
        control & !(0b11 << 30) | code << 30
    }

    /// The same for user addresses.
    #[must_use]
    pub const fn for_user(self, control: u64) -> u64 {
        let code = match self {
            Self::MEDIUM => 0b10,
            Self::LARGE => 0b01,
            _ => 0b00,
        };
        control & !(0b11 << 14) | code << 14
    }

    /// User addresses end here: where the ABI says, or a part of a page before it.
    #[must_use]
    pub const fn user_end(self) -> u64 {
        limits::USER_END & !(self.page() - 1)
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Granule; 3] = [Granule::SMALL, Granule::MEDIUM, Granule::LARGE];

    #[test]
    fn an_address_is_cut_into_indexes_of_every_level() {
        let cut = |granule: Granule, address| -> Vec<usize> {
            (PAGES..=granule.root()).rev().map(|level| granule.index(address, level)).collect()
        };
        assert_eq!(cut(Granule::SMALL, PHYSICAL_MAP | 3 << 30 | 5 << 21 | 7 << 12 | 9), [256, 3, 5, 7]);
        assert_eq!(cut(Granule::MEDIUM, PHYSICAL_MAP | 3 << 36 | 5 << 25 | 7 << 14 | 9), [1, 3, 5, 7]);
        assert_eq!(cut(Granule::LARGE, PHYSICAL_MAP | 3 << 42 | 5 << 29 | 7 << 16 | 9), [35, 5, 7]);
        let starts = [PHYSICAL_MAP, HEAP, DEVICES, IMAGE];
        for (granule, indexes) in [(0, [256, 384, 480, 511]), (1, [1, 1, 1, 1]), (2, [32, 48, 60, 63])] {
            let granule: Granule = ALL[granule];
            assert_eq!(starts.map(|start| granule.index(start, granule.root())), indexes);
        }
        assert_eq!(Granule::SMALL.index(IMAGE, 2), 510);
    }

    #[test]
    fn spans_are_those_of_the_processor() {
        assert_eq!([0, 1, 2].map(|level| Granule::SMALL.span(level)), [4 << 10, 2 << 20, 1 << 30]);
        assert_eq!([0, 1, 2].map(|level| Granule::MEDIUM.span(level)), [16 << 10, 32 << 20, 64 << 30]);
        assert_eq!([0, 1].map(|level| Granule::LARGE.span(level)), [64 << 10, 512 << 20]);
        for granule in ALL {
            assert_eq!(granule.entries() as u64 * 8, granule.page());
            let root = granule.span(granule.root());
            assert!(root < 1 << 48 && root * granule.entries() as u64 >= 1 << 48, "{granule:?}");
        }
    }

    #[test]
    fn a_granule_is_used_where_the_processor_has_it() {
        // Cortex-A53, Neoverse N1, Cortex-A76, one with 52 bits in all, and one without the smallest.
        for (features, has) in [
            (0x0000_1122, [true, false, true]),
            (0x0010_1125, [true, true, true]),
            (0x0010_1122, [true, true, true]),
            (0x1020_1126, [true, true, true]),
            (0xff10_1122, [false, true, false]),
        ] {
            assert_eq!(ALL.map(|granule| granule.is_in(features)), has, "{features:#x}");
        }
        assert_eq!([0x1000, 0x4000, 0x1_0000].map(Granule::of), ALL.map(Some));
        assert_eq!([0, 0x2000, 0x2_0000].map(Granule::of), [None; 3]);
    }

    #[test]
    fn the_control_register_has_other_codes_for_each_half() {
        const REST: u64 = 0x2_3510_3510;
        assert_eq!(ALL.map(|granule| granule.for_kernel(REST) ^ REST), [0b10 << 30, 0b01 << 30, 0b11 << 30]);
        assert_eq!(ALL.map(|granule| granule.for_user(REST) ^ REST), [0, 0b10 << 14, 0b01 << 14]);
        assert_eq!(Granule::SMALL.for_kernel(Granule::LARGE.for_kernel(REST)), Granule::SMALL.for_kernel(REST));
        assert_eq!(Granule::SMALL.for_user(Granule::LARGE.for_user(REST)), REST);
    }

    #[test]
    fn user_addresses_end_with_a_whole_page() {
        assert_eq!(ALL.map(Granule::user_end), [0x7fff_ffff_f000, 0x7fff_ffff_c000, 0x7fff_ffff_0000]);
        assert!(ALL.iter().all(|granule| granule.user_end() >= limits::STACK_TOP));
    }

    #[test]
    fn entries_carry_their_rights() {
        const NEITHER: u64 = 0b11 << 53;
        assert_eq!(leaf(0x5000, PAGES, Access::EXECUTE), 1 << 54 | 0x5783);
        assert_eq!(leaf(0x5000, PAGES, Access::READ), NEITHER | 0x5783);
        assert_eq!(leaf(0x20_0000, 1, Access::WRITE), NEITHER | 0x20_0701);
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
        assert_eq!(link(leaf(0x20_0000, 1, Access::WRITE)), Link::Page);
    }

    #[test]
    fn the_largest_page_that_fits_is_used() {
        let giant = 1 << 30;
        let small = Granule::SMALL;
        assert_eq!(small.fitting(PHYSICAL_MAP, 0, giant), 2);
        assert_eq!(small.fitting(PHYSICAL_MAP, 0, giant - 1), 1);
        assert_eq!(small.fitting(PHYSICAL_MAP + 0x1000, 0x1000, giant), PAGES);
        assert_eq!(small.fitting(PHYSICAL_MAP, 0x1000, giant), PAGES);
        assert_eq!(Granule::MEDIUM.fitting(PHYSICAL_MAP, 0, 1 << 40), 1);
        assert_eq!(Granule::LARGE.fitting(PHYSICAL_MAP, 0, 1 << 50), 1);
        assert_eq!(Granule::LARGE.fitting(PHYSICAL_MAP, 0, 1 << 28), PAGES);
    }
}
