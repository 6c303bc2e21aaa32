//! The Veridian microkernel, without the thin shell (`main.rs`) that ties it to a processor.
//!
//! - Everything that a component may do is a capability in its own table, made from the boot table.
//!   There is no root task and no ambient authority.
//! - The kernel has no names, no ELF parser, no paths. What synth can compute, it computes; the kernel
//!   checks every field of it all the same.
//! - One kernel stack a core; the kernel never blocks and runs with interrupts off. A system call ends
//!   by saying which thread goes on (`Resume`). One core at a time changes anything: it has the lock.
//! - No `unsafe` here: objects live as long as the kernel does, refer to one another by plain references,
//!   and keep what changes in cells.
//! - A message of up to 64 bytes stays in the processor's registers from sender to receiver.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

pub mod boot;
pub mod capability;
pub mod census;
pub mod control;
pub mod cores;
pub mod create;
pub mod deadlines;
pub mod ending;
pub mod endpoint;
pub mod fast;
pub mod fault;
pub mod frames;
pub mod heap;
pub mod interrupt;
pub mod memory;
pub mod message;
pub mod metrics;
pub mod notification;
pub mod outline;
pub mod process;
pub mod queue;
pub mod recorder;
pub mod scheduler;
pub mod simple;
pub mod slab;
pub mod space;
pub mod system;
pub mod table;
pub mod thread;
pub mod timer;
pub mod trace;
mod urgency;

#[cfg(test)]
mod testing;
