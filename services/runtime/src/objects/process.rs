//! Components as what ends and starts anew.

use super::kernel_kind;
use crate::{Result, Timeout, Token, system};
use veridian_abi::limits;

/// A component of the system, as something that ends and can be started anew from the boot table.
#[derive(Debug)]
pub struct Process {
    token: Token,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessExit {
    /// It said so, with this code.
    Normal(u32),
    /// It faulted, and nobody let it go on: the ABI's `FAULT_*`.
    Crash(u32),
    /// Somebody with the right to do so stopped it.
    Stopped,
}

impl ProcessExit {
    /// What the kernel tells of an end.
    #[must_use]
    pub const fn from_word(word: u64) -> Self {
        match word >> 32 {
            limits::EXIT_NORMAL => Self::Normal(word as u32),
            limits::EXIT_CRASH => Self::Crash(word as u32),
            _ => Self::Stopped,
        }
    }
}

kernel_kind!(
    Process,
    ProcessRights,
    process { wait = WAIT, stop = STOP, restart = RESTART },
    |granted| Self { token: granted.token }
);

impl Process {
    /// Waits until it has ended. Needs the right `wait`.
    pub fn wait_for_exit(&self, timeout: Timeout) -> Result<ProcessExit> {
        Ok(ProcessExit::from_word(system::process_wait(self.token, timeout)?))
    }

    /// Ends it; nothing happens to one that has ended. Needs the right `stop`.
    pub fn stop(&self) -> Result<()> {
        Ok(system::process_stop(self.token)?)
    }

    /// Ends it, if it has not ended, and starts it anew: memory, capabilities and thread are as they were at
    /// boot. What it derived from its capabilities is gone, wherever it went. Needs the right `restart`.
    pub fn restart(&self) -> Result<()> {
        Ok(system::process_restart(self.token)?)
    }
}
