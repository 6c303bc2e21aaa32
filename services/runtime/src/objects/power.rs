//! The power switch.

use super::kernel_kind;
use crate::{Result, Token, system};

/// The machine's power switch.
#[derive(Debug)]
pub struct Power {
    token: Token,
}

kernel_kind!(
    Power,
    PowerRights,
    power { off = OFF, reset = RESET },
    |granted| Self { token: granted.token }
);

impl Power {
    /// Powers the machine off with a code of 0–127; returns only where that is refused. Needs the right
    /// `off`.
    pub fn off(&self, code: u8) -> Result<()> {
        Ok(system::power_off(self.token, code.into())?)
    }

    /// Resets the machine; returns only where that is refused. Needs the right `reset`.
    pub fn reset(&self) -> Result<()> {
        Ok(system::power_reset(self.token)?)
    }
}
