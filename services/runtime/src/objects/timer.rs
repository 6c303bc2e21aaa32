//! Timers.

use super::kernel_kind;
use crate::{Result, Token, system};

/// A moment that comes once each time it is armed. It arrives as a bit of a notification.
#[derive(Debug)]
pub struct Timer {
    token: Token,
}

kernel_kind!(
    Timer,
    TimerRights,
    timer { arm = ARM },
    |granted| Self { token: granted.token }
);

impl Timer {
    /// Lets it come once so many nanoseconds from now, at the tick after them; 0 disarms it. What it was armed for before
    /// counts no more. Returns the nanoseconds that were left of that: with 0 it was not armed, or its bit is set
    /// already. Needs the right `arm`.
    pub fn arm(&self, nanoseconds: u64) -> Result<u64> {
        Ok(system::timer_arm(self.token, nanoseconds)?)
    }

    /// Lets it come no more. Returns as [`Timer::arm`] does. Needs the right `arm`.
    pub fn disarm(&self) -> Result<u64> {
        self.arm(0)
    }
}
