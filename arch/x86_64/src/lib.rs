//! The kernel's port to x86_64: machines that boot by PVH and have a local and an I/O APIC.
//!
//! What can be wrong in a thought (page-table entries, firmware tables, memory ranges, clock rates) is
//! safe code that is tested on any host. What touches the processor is in small modules that are
//! allowed `unsafe`, and only there when the target is the bare machine.
#![cfg_attr(target_os = "none", no_std)]
#![deny(unsafe_code)]

pub mod acpi;
pub mod clock;
pub mod context;
pub mod local_apic;
pub mod memory_map;
pub mod paging;

#[cfg(target_os = "none")]
mod bare;

#[cfg(target_os = "none")]
pub use bare::machine::Machine;
pub use context::Context;
