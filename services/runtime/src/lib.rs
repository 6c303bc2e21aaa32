//! What a Veridian program is written with.
//!
//! A program declares what it needs with [`program!`], reaches every need as a typed field, and holds
//! no other authority: there is nothing ambient to call, not even an output.
//!
//! ```ignore
//! #![no_std]
//! #![no_main]
//! use veridian::prelude::*;
//!
//! program! {
//!     needs {
//!         log: Console { write },
//!     }
//! }
//!
//! fn main(needs: Needs) -> Result<()> {
//!     log!(needs.log, "ready");
//!     Ok(())
//! }
//! ```
#![cfg_attr(not(test), no_std)]

// Rendered interfaces name this crate by its path, inside of it as well.
extern crate self as veridian;

pub mod arch;
mod buffer;
mod codec;
mod error;
pub mod interfaces;
mod log;
pub mod needs;
mod objects;
#[cfg(target_os = "none")]
mod panic;
pub mod prelude;
mod server;
pub mod startup;
pub mod system;
mod text;
mod timeout;
mod token;

pub use codec::{Message, Reader, Writer};
pub use error::{Error, Result};
pub use log::{line, set_program_name};
pub use needs::{Interface, Need, Right};
pub use objects::{
    AddressSpace, Census, Client, ClientEnd, ComponentMetrics, CoreMetrics, Dma, Interrupt, IoPorts, KernelMetrics,
    MemoryPool, Metrics, Mmio, Notification, Power, Process, ProcessExit, ReadBytes, Record, Register, Serve,
    SharedRegion, Timer, WriteBytes,
};
pub use server::{Caller, Dispatch, Fault, FaultReply, Received, serve};
pub use startup::page_size;
pub use text::{Bytes, Text};
pub use timeout::Timeout;
pub use token::{ReplyToken, Token};
pub use veridian_abi as abi;
pub use veridian_abi::Error as SystemError;
pub use veridian_program_macro::program;
