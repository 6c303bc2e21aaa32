//! Page tables as numbers: modes, indexes, entries, and which page size fits.

/// Where the kernel sees memory.
pub const PHYSICAL_MAP: u64 = 0xffff_ffc0_0000_0000;
/// The kernel's heap.
pub const HEAP: u64 = 0xffff_ffe0_0000_0000;
/// Stacks of the harts but the first, each above an unmapped page, with what is kept of the hart above it.
pub const STACKS: u64 = 0xffff_fff0_0000_0000;
/// Where the kernel sees the registers of the devices that it drives itself.
pub const DEVICES: u64 = 0xffff_fff8_0000_0000;
/// The kernel's image: physical addresses plus this.
pub const IMAGE: u64 = 0xffff_ffff_0000_0000;

/// Memory above this is not used: the kernel would not see it.
pub const MEMORY_END: u64 = HEAP - PHYSICAL_MAP;
/// Devices above this cannot be the kernel's own.
pub const DEVICES_END: u64 = 0xffff_ffff_8000_0000 - DEVICES;
/// What entries of all modes can name ends here.
pub const PHYSICAL_END: u64 = 1 << 56;

/// Bytes of a page.
pub const PAGE: u64 = 0x1000;
/// Entries of a table.
pub const ENTRIES: usize = 512;

/// Levels of tables, from the one that maps 4 KiB pages.
pub const PAGES: u32 = 0;
/// The level whose entries can map 2 MiB.
pub const LARGE: u32 = 1;
/// The level whose entries can map 1 GiB.
pub const GIANT: u32 = 2;

/// How many bits of an address are translated. The kernel's own addresses are the same in all modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Three levels, 39 bits.
    Sv39,
    /// Four levels, 48 bits.
    Sv48,
}

impl Mode {
    /// The level of the root.
    #[must_use]
    pub const fn root(self) -> u32 {
        match self {
            Self::Sv39 => 2,
            Self::Sv48 => 3,
        }
    }

    /// Bits of an address that are translated.
    #[must_use]
    pub const fn address_bits(self) -> u32 {
        12 + 9 * (self.root() + 1)
    }

    /// User addresses end here: half of all that are translated.
    #[must_use]
    pub const fn user_end(self) -> u64 {
        1 << (self.address_bits() - 1)
    }

    /// The register `satp` for a root table.
    #[must_use]
    pub const fn satp(self, root: u64) -> u64 {
        let mode = match self {
            Self::Sv39 => 8,
            Self::Sv48 => 9,
        };
        mode << 60 | root >> 12
    }
}

/// The root table that a `satp` names.
#[must_use]
#[inline]
pub const fn root_of(satp: u64) -> u64 {
    satp << 20 >> 8
}

const VALID: u64 = 1;
const READ: u64 = 1 << 1;
const WRITE: u64 = 1 << 2;
const EXECUTE: u64 = 1 << 3;
const USER: u64 = 1 << 4;
const GLOBAL: u64 = 1 << 5;
/// Accessed and dirty from the start: nobody asks, and some processors fault where they are clear.
const USED: u64 = 0b11 << 6;
/// The first of two bits that are software's: device registers. The machine itself knows where they are.
const DEVICE: u64 = 1 << 8;

/// What may be done with a mapping, beyond reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whether user mode may use it; otherwise it is the kernel's, in every address space.
    pub user: bool,
    /// Stores.
    pub write: bool,
    /// Instruction fetches.
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

const fn number(physical: u64) -> u64 {
    physical >> 12 << 10
}

const fn physical(entry: u64) -> u64 {
    entry << 10 >> 20 << 12
}

/// The entry that maps memory, of any level.
#[must_use]
pub const fn leaf(physical: u64, access: Access) -> u64 {
    let mut entry = number(physical) | VALID | READ | USED;
    entry |= if access.user { USER } else { GLOBAL };
    // Whatever is writable is never executable, whoever asks.
    if access.write {
        entry |= WRITE;
    } else if access.execute {
        entry |= EXECUTE;
    }
    if access.device {
        entry |= DEVICE;
    }
    entry
}

/// What an entry of [`PAGES`] maps, and how; `None` for nothing.
#[must_use]
pub const fn mapped(entry: u64) -> Option<(u64, Access)> {
    if entry & VALID == 0 {
        return None;
    }
    let access = Access {
        user: entry & USER != 0,
        write: entry & WRITE != 0,
        execute: entry & EXECUTE != 0,
        device: entry & DEVICE != 0,
    };
    Some((physical(entry), access))
}

/// The entry that points to a table; what may be done is up to the leaves.
#[must_use]
pub const fn table(physical: u64) -> u64 {
    number(physical) | VALID
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
#[inline]
pub const fn link(entry: u64) -> Link {
    if entry & VALID == 0 {
        Link::Empty
    } else if entry & (READ | EXECUTE) != 0 {
        Link::Page
    } else {
        Link::Table(physical(entry))
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
    fn an_address_is_cut_into_indexes() {
        let address = 0xffff_8000_0000_0000 | 3 << 30 | 5 << 21 | 7 << 12 | 9;
        assert_eq!([3, GIANT, LARGE, PAGES].map(|level| index(address, level)), [256, 3, 5, 7]);
    }

    #[test]
    fn the_kernels_addresses_are_in_the_upper_half_of_every_mode() {
        let areas = [PHYSICAL_MAP, HEAP, DEVICES, IMAGE + 0x8020_0000];
        assert_eq!(areas.map(|start| index(start, Mode::Sv39.root())), [256, 384, 480, 510]);
        assert_eq!(areas.map(|start| index(start, Mode::Sv48.root())), [511; 4]);
        assert_eq!((Mode::Sv39.user_end(), Mode::Sv48.user_end()), (1 << 38, 1 << 47));
    }

    #[test]
    fn the_root_table_is_found_again_in_its_register() {
        for mode in [Mode::Sv39, Mode::Sv48] {
            assert_eq!(root_of(mode.satp(0x8012_3000)), 0x8012_3000);
            assert_eq!(root_of(mode.satp(PHYSICAL_END - PAGE)), PHYSICAL_END - PAGE);
        }
        assert_eq!(Mode::Sv39.satp(0x8000_0000) >> 60, 8);
        assert_eq!(Mode::Sv48.satp(0x8000_0000) >> 60, 9);
    }

    #[test]
    fn entries_carry_their_rights() {
        assert_eq!(leaf(0x5000, Access::EXECUTE), 0x1400 | 0b1110_1011);
        assert_eq!(leaf(0x5000, Access::READ), 0x1400 | 0b1110_0011);
        assert_eq!(leaf(0x20_0000, Access::WRITE), 0x8_0000 | 0b1110_0111);
        let user = Access { user: true, write: false, execute: true, device: false };
        assert_eq!(leaf(0x5000, user), 0x1400 | 0b1101_1011);
        assert_eq!(table(0x7000), 0x1c01);
    }

    #[test]
    fn entries_are_read_as_they_were_made() {
        assert_eq!(mapped(0), None);
        for bits in 0..16 {
            let (user, write) = (bits & 1 != 0, bits & 2 != 0);
            let access = Access { user, write, execute: bits & 4 != 0 && !write, device: bits & 8 != 0 };
            assert_eq!(mapped(leaf(0x5000, access)), Some((0x5000, access)));
            assert_eq!(mapped(leaf(PHYSICAL_END - PAGE, access)), Some((PHYSICAL_END - PAGE, access)));
        }
    }

    #[test]
    fn nothing_is_writable_and_executable() {
        for bits in 0..16 {
            let access =
                Access { user: bits & 1 != 0, write: bits & 2 != 0, execute: bits & 4 != 0, device: bits & 8 != 0 };
            let entry = leaf(0x5000, access);
            assert!(entry & WRITE == 0 || entry & EXECUTE == 0, "{access:?}");
        }
    }

    #[test]
    fn links_tell_tables_from_pages() {
        assert_eq!(link(0), Link::Empty);
        assert_eq!(link(table(0x7000)), Link::Table(0x7000));
        assert_eq!(link(leaf(0x20_0000, Access::EXECUTE)), Link::Page);
    }

    #[test]
    fn the_largest_page_that_fits_is_used() {
        let giant = 1 << 30;
        assert_eq!(fitting(PHYSICAL_MAP, 0, giant, GIANT), GIANT);
        assert_eq!(fitting(PHYSICAL_MAP, 0, giant, LARGE), LARGE);
        assert_eq!(fitting(PHYSICAL_MAP, 0, giant - 1, GIANT), LARGE);
        assert_eq!(fitting(PHYSICAL_MAP + PAGE, PAGE, giant, GIANT), PAGES);
    }
}
