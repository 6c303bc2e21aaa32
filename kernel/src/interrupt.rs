//! Interrupt lines: each signals one notification, and stays masked until its driver acknowledges it.

use crate::notification::Notification;
use crate::system::System;
use core::cell::Cell;
use veridian_abi::limits;
use veridian_port::{Port, Resume};

/// A line that a driver owns.
pub struct Interrupt<'m, P: Port> {
    /// Global number of the line.
    pub line: Cell<u32>,
    /// Bits that it sets.
    pub bits: Cell<u64>,
    /// The core of the component that waits for it.
    pub core: Cell<u32>,
    /// Where it sets them.
    pub notification: Cell<Option<&'m Notification<'m, P>>>,
}

impl<P: Port> Default for Interrupt<'_, P> {
    fn default() -> Self {
        Self { line: Cell::new(0), bits: Cell::new(0), core: Cell::new(0), notification: Cell::new(None) }
    }
}

/// Which interrupt a line is.
pub struct Lines<'m, P: Port>([Option<&'m Interrupt<'m, P>>; limits::MAX_LINES as usize]);

impl<P: Port> Default for Lines<'_, P> {
    fn default() -> Self {
        Self([None; limits::MAX_LINES as usize])
    }
}

impl<'m, P: Port> Lines<'m, P> {
    /// Lets a line be this interrupt.
    pub fn set(&mut self, line: u32, interrupt: &'m Interrupt<'m, P>) {
        if let Some(entry) = self.0.get_mut(line as usize) {
            *entry = Some(interrupt);
        }
    }

    fn get(&self, line: u32) -> Option<&'m Interrupt<'m, P>> {
        self.0.get(line as usize).copied().flatten()
    }
}

impl<P: Port> System<'_, P> {
    /// A device wants attention. Its line is masked.
    pub fn interrupt(&mut self, line: u32) -> Resume<P::Context> {
        if let Some(interrupt) = self.lines.get(line)
            && let Some(notification) = interrupt.notification.get()
        {
            self.signal(notification, interrupt.bits.get());
        }
        self.resume_interrupted()
    }
}
