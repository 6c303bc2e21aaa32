//! The UART driver: the same for both ways to reach the registers, with an input ring and the clients'
//! lines, which need no device.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

mod lines;
mod ring;
mod uart;

pub use lines::{LINE, Lines};
pub use ring::Ring;
pub use uart::{Registers, Uart};
