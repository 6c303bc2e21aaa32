//! Addresses, page permissions, and what the port found at boot.

use crate::Nodes;

/// A physical address, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhysicalAddress(pub u64);

/// An address of user space, in bytes. Whoever makes one has checked that it is below `USER_END`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserAddress(pub u64);

/// How a user page may be used. Reading is always allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageFlags {
    /// Stores are allowed.
    pub write: bool,
    /// Instruction fetches are allowed; never together with `write`.
    pub execute: bool,
    /// Device registers: uncached, in order.
    pub device: bool,
}

/// Why a page was not mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapError {
    /// A page is mapped there, or none can be.
    Occupied,
    /// There was no frame for a table.
    NoFrames,
}

/// A run of physical memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryRange {
    /// First byte, page-aligned.
    pub start: PhysicalAddress,
    /// Bytes, a multiple of the page size.
    pub size: u64,
}

/// What the port found out before it called `kernel_main`.
#[derive(Clone, Copy, Debug)]
pub struct BootInfo {
    /// The boot table and its payload, from its first byte to the end of the boot file as far as the
    /// port knows it; the kernel checks everything in it.
    pub table: &'static [u8],
    /// Where that is in physical memory; page-aligned.
    pub table_physical: PhysicalAddress,
    /// Free memory: without firmware, kernel, table, payload, and what the port took for itself.
    pub memory: &'static [MemoryRange],
    /// Which of it is near which cores.
    pub nodes: &'static Nodes,
    /// Memory and devices by physical address end here; nothing above may be mapped.
    pub physical_end: PhysicalAddress,
}

/// How much of `room` bytes of memory the boot table at their start takes, given its first bytes. A size
/// that cannot be right is cut to one page of `page` bytes, from which the kernel tells that it is wrong.
#[must_use]
pub fn table_size(first_page: &[u8], room: u64, page: u64) -> u64 {
    let size = veridian_abi::Header::read(first_page, 0).map_or(0, |header| header.size);
    match size.checked_next_multiple_of(page) {
        Some(size) if size != 0 && size <= room => size,
        _ => page,
    }
}

#[cfg(test)]
mod tests {
    use super::table_size;

    #[test]
    fn a_table_is_as_long_as_it_says_where_that_can_be() {
        let header = |size: u64| {
            let mut bytes = [0; veridian_abi::Header::SIZE];
            bytes[24..32].copy_from_slice(&size.to_le_bytes());
            bytes
        };
        let room = 0x10_0000;
        assert_eq!(table_size(&header(0x5000), room, 0x1000), 0x5000);
        assert_eq!(table_size(&header(0x5001), room, 0x1000), 0x6000);
        assert_eq!(table_size(&header(0x10_0000), room, 0x1000), 0x10_0000);
        for absurd in [0, 0x10_0001, u64::MAX, u64::MAX - 0xfff] {
            assert_eq!(table_size(&header(absurd), room, 0x1000), 0x1000, "{absurd:#x}");
        }
        assert_eq!(table_size(&header(0x5001), room, 0x1_0000), 0x1_0000);
        assert_eq!(table_size(&[], room, 0x4000), 0x4000);
    }
}
