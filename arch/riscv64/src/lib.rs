//! The kernel's port to RISC-V 64: machines that boot by OpenSBI and have a PLIC.
//!
//! What can be wrong in a thought (page-table entries, the device tree, causes of traps) is safe code
//! that is tested on any host. What touches the processor is in small modules that are allowed
//! `unsafe`, and only there when the target is the bare machine.
#![cfg_attr(target_os = "none", no_std)]
#![deny(unsafe_code)]

pub mod clock;
pub mod context;
pub mod paging;
pub mod platform;
pub mod trap;

#[cfg(target_os = "none")]
mod bare;

#[cfg(target_os = "none")]
pub use bare::machine::Machine;
pub use context::Context;
