//! What the cores of the kernel agree by: their one lock, and what one asks of another. Apart from the kernel, so that
//! the model checker of interleavings can run it: `RUSTFLAGS="--cfg loom" cargo test -p veridian-lock`.
#![cfg_attr(not(test), no_std)]
#![cfg_attr(not(test), forbid(unsafe_code))]

mod atomic;
#[cfg(all(test, loom))]
mod interleavings;
mod lock;
mod requests;

pub use lock::Lock;
pub use requests::Requests;
