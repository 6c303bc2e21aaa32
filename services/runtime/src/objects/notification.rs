//! Notifications.

use super::kernel_kind;
use crate::{Result, Timeout, Token, system};

/// 64 bits that are set by signals and taken, all at once, by a waiter.
#[derive(Debug)]
pub struct Notification {
    token: Token,
}

kernel_kind!(
    Notification,
    NotificationRights,
    notification { signal = SIGNAL, wait = WAIT },
    |granted| Self { token: granted.token }
);

impl Notification {
    /// The handle of a capability that was made or passed at run time.
    #[must_use]
    pub const fn from_token(token: Token) -> Self {
        Self { token }
    }

    /// Sets bits and wakes a waiter. Needs the right `signal`.
    pub fn signal(&self, bits: u64) -> Result<()> {
        Ok(system::signal(self.token, bits)?)
    }

    /// Waits until bits are set and takes them all. Needs the right `wait`.
    pub fn wait(&self, timeout: Timeout) -> Result<u64> {
        Ok(system::wait(self.token, timeout)?)
    }
}
