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
    enter(sampler, &message.words, word, server, &mut 0)
}

/// Makes a system call that may block; `reply` is the reply token that goes in, and the one that comes. Returns the
/// difference of the readings.
pub fn blocking(sampler: Sampler, word: u64, token: Token, reply: &mut u64) -> u32 {
    enter(sampler, &[0; 8], word, token, reply)
}

fn enter(sampler: Sampler, words: &[u64; 8], word: u64, token: Token, reply: &mut u64) -> u32 {
    let stub = match sampler {
        Sampler::Kernel => kernel_call,
        Sampler::Nothing => no_call,
    };
    // SAFETY: both read eight words, write one to `reply`, and restore what the C calling convention preserves.
    unsafe { stub(words, word, token, reply) }
}

/// Yields so many times. Returns the least difference of the readings around one.
#[inline(never)]
pub fn yields(sampler: Sampler, times: u32) -> u32 {
    (0..times).fold(u32::MAX, |least, _| least.min(blocking(sampler, system_calls::YIELD_CPU, Token::NONE, &mut 0)))
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
