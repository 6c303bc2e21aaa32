//! What runs on the bare machine only.
#![allow(unsafe_code, reason = "these modules are the processor's registers, tables and devices")]

mod block;
mod boot;
mod console;
mod cores;
mod cpu;
mod entry;
pub mod machine;
mod mapper;
mod once;
mod plic;
mod power;
mod sbi;
mod time;
mod traps;
