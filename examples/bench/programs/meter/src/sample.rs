//! Single system calls between two readings of the cycle counter.

#[cfg_attr(target_arch = "x86_64", path = "sample/x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "sample/aarch64.rs")]
#[cfg_attr(target_arch = "riscv64", path = "sample/riscv64.rs")]
mod arch;

use arch::{kernel_call, kernel_simple, no_call, no_simple};
use veridian::abi::system_calls;
use veridian::{Message, Token};

/// What stands between the readings.
#[derive(Clone, Copy)]
pub enum Sampler {
    /// The system call.
    Kernel,
    /// The same instructions with a `nop` for the one that enters the kernel.
    Nothing,
}

/// Calls a server with a message. Returns the difference of the readings.
pub fn call(sampler: Sampler, message: &Message, server: Token) -> u32 {
    let word = system_calls::CALL | u64::from(message.length) << 8;
    // SAFETY: both read eight words and restore what the C calling convention preserves.
    unsafe {
        match sampler {
            Sampler::Kernel => kernel_call(&message.words, word, server),
            Sampler::Nothing => no_call(&message.words, word, server),
        }
    }
}

/// Makes a simple system call. Returns the difference of the readings and the call's value.
pub fn simple(sampler: Sampler, number: u64, token: Token, a: u64) -> (u32, u64) {
    let mut value = 0;
    // SAFETY: both write one word to `value` and keep what the C calling convention preserves.
    let instructions = unsafe {
        match sampler {
            Sampler::Kernel => kernel_simple(token, number, a, &mut value),
            Sampler::Nothing => no_simple(token, number, a, &mut value),
        }
    };
    (instructions, value)
}
