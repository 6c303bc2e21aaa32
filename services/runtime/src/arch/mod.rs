//! What differs between architectures, behind one small interface: a [`Frame`] of system call
//! registers, `message_call`, `simple_call`, `fault`, `cycles`, and the entry point.

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "riscv64")]
mod riscv64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub use aarch64::{cycles, fault, message_call, simple_call};
#[cfg(target_arch = "riscv64")]
pub use riscv64::{cycles, fault, message_call, simple_call};
#[cfg(target_arch = "x86_64")]
pub use x86_64::{cycles, fault, message_call, simple_call};

/// The registers of a system call by meaning, in the order in which the stub loads and stores them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Frame {
    /// The eight words of a message.
    pub message: [u64; 8],
    /// Argument: capability token. Result: badge or value.
    pub token: u64,
    /// Argument: bits 0–7 number of the system call, 8–15 length in bytes, 16–31 label. Result: bits
    /// 0–7 status, 8–15 length, 16–31 label, 32–47 rights of the sender, 48–55 origin.
    pub word: u64,
    /// Timeout, or the first argument of a simple call.
    pub a: u64,
    /// Reply token, or the second argument.
    pub b: u64,
    /// Capability passed along, or the third argument.
    pub c: u64,
}
