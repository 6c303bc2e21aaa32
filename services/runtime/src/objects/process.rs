//! Components as what ends and starts anew.

use super::kernel_kind;
use crate::{Result, Timeout, Token, system};
use veridian_abi::limits;

/// A component of the system, or a thread made at run time, as something that runs, ends and can be started anew.
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
    process { wait = WAIT, stop = STOP, restart = RESTART, schedule = SCHEDULE, block = BLOCK },
    |granted| Self { token: granted.token }
);

impl Process {
    /// The handle of a capability that was made or passed at run time.
    #[must_use]
    pub const fn from_token(token: Token) -> Self {
        Self { token }
    }

    /// Says where a thread that was made at run time begins: at an entry that [`crate::thread_entry!`] defines, with
    /// `argument`, on a stack that ends at `stack`. It runs when it is scheduled. Needs the right `restart`.
    ///
    /// # Safety
    /// Where it runs, the stack is mapped and nobody else's, and `entry` and all that it uses is there.
    pub unsafe fn start(&self, entry: unsafe extern "C" fn() -> !, stack: u64, argument: u64) -> Result<()> {
        Ok(system::start_thread(self.token, entry as usize as u64, stack, argument)?)
    }

    /// Gives it a priority, no more urgent than the caller's own, and lets it run. Needs the right `schedule`.
    pub fn schedule(&self, priority: u8) -> Result<()> {
        Ok(system::schedule_thread(self.token, priority)?)
    }

    /// Takes it off the processor until it is scheduled; what it waits for ends with `Interrupted`. Needs the
    /// right `schedule`.
    pub fn unschedule(&self) -> Result<()> {
        Ok(system::unschedule_thread(self.token)?)
    }

    /// Blocks it, if it could run, until it is woken or for a time; it can be the caller. Needs the right `block`.
    pub fn block(&self, time: Timeout) -> Result<()> {
        Ok(system::block_thread(self.token, time)?)
    }

    /// Lets it go on that is blocked; anything else that it waits for ends with `Interrupted`. Needs the right
    /// `block`.
    pub fn wake(&self) -> Result<()> {
        Ok(system::wake_thread(self.token)?)
    }

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
