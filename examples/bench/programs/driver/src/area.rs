//! What driver and hammer tell each other while both run.

use core::sync::atomic::AtomicU64;
use veridian::SharedRegion;

/// What lies at the start of the region that they share.
#[repr(C)]
pub struct Area {
    /// What the hammer is to do.
    pub task: AtomicU64,
    /// The cycle counter, as the hammer read it last.
    pub read: AtomicU64,
}

/// What the hammer does when it does nothing but read the counter.
pub const NOTHING: u64 = 0;

/// The start of the region.
pub fn area(region: &SharedRegion) -> &Area {
    // SAFETY: the region is mapped for good, readable and writable, begins with a page, and holds zeroes at first;
    // whoever uses it does so by atomics.
    unsafe { &*core::ptr::with_exposed_provenance(region.address() as usize) }
}
