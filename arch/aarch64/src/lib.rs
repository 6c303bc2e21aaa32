//! The kernel's port to AArch64: machines that boot as Linux's boot protocol has it, with a device tree,
//! a generic interrupt controller of version 2 or 3, the generic timer and a PL011.
//!
//! What can be wrong in a thought (page-table entries, the device tree, syndromes, clock rates) is safe
//! code that is tested on any host. What touches the processor is in small modules that are allowed
//! `unsafe`, and only there when the target is the bare machine.
#![cfg_attr(target_os = "none", no_std)]
#![deny(unsafe_code)]

pub mod board;
pub mod clock;
pub mod context;
pub mod paging;
pub mod syndrome;

#[cfg(all(target_os = "none", target_arch = "aarch64"))]
mod bare;

#[cfg(all(target_os = "none", target_arch = "aarch64"))]
pub use bare::machine::Machine;
pub use context::Context;
