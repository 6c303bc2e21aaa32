//! Interrupt lines: each signals one notification, and stays masked until its driver acknowledges it.

use crate::arena::Id;
use crate::notification::Notification;
use crate::system::System;
use veridian_abi::limits;
use veridian_port::{Port, Resume};

/// A line that a driver owns.
#[derive(Clone, Copy, Debug, Default)]
pub struct Interrupt {
    /// Global number of the line.
    pub line: u32,
    /// Bits that it sets.
    pub bits: u64,
    /// Where it sets them.
    pub notification: Option<Id<Notification>>,
}

/// Which interrupt a line is.
pub type Lines = [Option<Id<Interrupt>>; limits::MAX_LINES as usize];

impl<P: Port> System<'_, P> {
    /// A device wants attention. Its line is masked.
    pub fn interrupt(&mut self, line: u32) -> Resume<P::Context> {
        if let Some(Some(id)) = self.lines.get(line as usize).copied() {
            let Interrupt { bits, notification, .. } = self.interrupts[id];
            if let Some(notification) = notification {
                self.signal(notification, bits);
            }
        }
        self.resume_interrupted()
    }
}
