//! A device of the board that nobody else uses, and that interrupts when it is told to: by a store where it can.

#[cfg_attr(target_arch = "x86_64", path = "device/hpet.rs")]
#[cfg_attr(target_arch = "aarch64", path = "device/pl031.rs")]
#[cfg_attr(target_arch = "riscv64", path = "device/goldfish.rs")]
mod board;

pub use board::{lower, prepare, raise};
