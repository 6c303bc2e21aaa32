//! Addresses, page permissions, and what the port found at boot.

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
    /// Memory and devices by physical address end here; nothing above may be mapped.
    pub physical_end: PhysicalAddress,
}
