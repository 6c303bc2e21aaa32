//! Interrupt lines: each signals one notification, and stays masked until its driver acknowledges it.

use crate::notification::Notification;
use crate::system::System;
use core::cell::Cell;
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

impl<P: Port> System<'_, P> {
    /// A device wants attention. Its line is masked.
    pub fn interrupt(&mut self, line: u32) -> Resume<P::Context> {
        // In ascending order, as their records are.
        let interrupts = self.storage.interrupts;
        if let Ok(place) = interrupts.binary_search_by_key(&line, |interrupt| interrupt.line.get())
            && let Some(interrupt) = interrupts.get(place)
            && let Some(notification) = interrupt.notification.get()
        {
            self.signal(notification, interrupt.bits.get());
        }
        self.resume_interrupted()
    }
}
