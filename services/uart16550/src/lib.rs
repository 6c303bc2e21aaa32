//! The parts of the UART driver that need no device: the input ring and the clients' lines.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

mod lines;
mod ring;

pub use lines::{LINE, Lines};
pub use ring::Ring;
