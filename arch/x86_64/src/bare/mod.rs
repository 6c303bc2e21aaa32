//! What runs on the bare machine only.
#![allow(unsafe_code, reason = "these modules are the processor's registers, tables and devices")]

mod apic;
mod block;
mod boot;
mod cores;
mod cpu;
mod descriptors;
mod entry;
pub mod machine;
mod mapper;
mod once;
mod power;
mod serial;
mod time;
mod traps;
