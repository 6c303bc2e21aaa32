//! The moment at which a thread goes on that has waited.

#[cfg_attr(target_arch = "x86_64", path = "moment/x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "moment/aarch64.rs")]
#[cfg_attr(target_arch = "riscv64", path = "moment/riscv64.rs")]
mod arch;

use veridian::abi::{limits, system_calls};
use veridian::{Notification, Token};

/// Waits for a notification. Returns the cycle counter at the first instruction behind the system call.
pub fn notified(notification: &Notification) -> u64 {
    // SAFETY: it changes nothing that the C calling convention preserves, and no memory but its stack.
    unsafe { arch::after(notification.token(), system_calls::WAIT, limits::FOREVER) }
}

/// Sleeps until the scheduler's next tick. Returns the cycle counter at the first instruction behind the system call.
pub fn next_tick() -> u64 {
    // SAFETY: as above.
    unsafe { arch::after(Token::NONE, system_calls::SLEEP, 0) }
}
