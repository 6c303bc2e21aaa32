//! Waits that end by time. Arming and cancelling take as many steps as the number of waits has bits, and so does
//! ending one; a tick ends so many at most.

use crate::heap::Heap;
use crate::system::System;
use crate::thread::Thread;
use core::cell::Cell;
use veridian_abi::limits;
use veridian_port::Port;

/// Waits of real-time threads, and of others, that a tick ends at most: neither have to wait for the others.
const ENDED: u64 = limits::STEP / 2;

/// All threads whose wait ends by time.
pub struct Timers<'m, P: Port> {
    /// Those that were as urgent as real-time threads when their waits began.
    urgent: Heap<'m, P>,
    others: Heap<'m, P>,
    /// Ticks since boot, counted from 1, since a deadline of 0 means none.
    now: Cell<u64>,
    /// Whether waits for ever count as waits that end by time, at the last tick that there is.
    always: Cell<bool>,
}

impl<P: Port> Default for Timers<'_, P> {
    fn default() -> Self {
        Self { urgent: Heap::default(), others: Heap::default(), now: Cell::new(1), always: Cell::new(false) }
    }
}

impl<'m, P: Port> Timers<'m, P> {
    /// Lets a thread's wait end after so many nanoseconds, rounded up to whole ticks, so that it never
    /// ends early. `limits::FOREVER` arms nothing.
    pub fn arm(&self, thread: &'m Thread<'m, P>, nanoseconds: u64) {
        if nanoseconds == limits::FOREVER {
            if self.always.get() {
                self.arm_at(thread, u64::MAX);
            }
            return;
        }
        // One more, because the current tick has partly gone by.
        self.arm_at(thread, self.now() + nanoseconds.div_ceil(limits::TICK_NANOSECONDS) + 1);
    }

    /// Lets every wait end by time, if only at the last tick that there is. The fast path declines such waits, so
    /// that from now on every message takes the slow one, where it can be seen.
    pub fn decline_fast(&self) {
        self.always.set(true);
    }

    /// Ticks since boot, from 1.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.now.get()
    }

    /// Lets a thread's wait end at a tick to come.
    #[inline(never)]
    pub fn arm_at(&self, thread: &'m Thread<'m, P>, tick: u64) {
        thread.deadline.set(tick);
        thread.near.set(None);
        thread.urgent.set(u64::from(thread.level.get()) <= limits::REALTIME_LAST);
        self.heap(thread).insert(thread);
    }

    /// Forgets a thread's deadline, if it has one.
    #[inline]
    pub fn cancel(&self, thread: &'m Thread<'m, P>) {
        if thread.deadline.take() != 0 {
            thread.near.set(thread.home.get());
            self.heap(thread).remove(thread);
        }
    }

    /// The heap that a thread was put in.
    fn heap(&self, thread: &Thread<'m, P>) -> &Heap<'m, P> {
        if thread.urgent.get() { &self.urgent } else { &self.others }
    }

    /// Counts a tick.
    pub fn advance(&self) {
        self.now.set(self.now() + 1);
    }

    /// Takes the thread out of a heap whose deadline came first, if it has come.
    fn expired(&self, heap: &Heap<'m, P>) -> Option<&'m Thread<'m, P>> {
        let first = heap.first().filter(|first| first.deadline.get() <= self.now())?;
        self.cancel(first);
        Some(first)
    }
}

impl<'m, P: Port> System<'m, P> {
    /// Ends the waits whose time has come, at most so many that a tick stays short. The others end with the next.
    pub(crate) fn end_waits(&mut self) {
        let timers = &self.core.timers;
        for heap in [&timers.urgent, &timers.others] {
            for _ in 0..ENDED {
                let Some(thread) = timers.expired(heap) else {
                    break;
                };
                self.end_wait(thread);
            }
        }
    }
}

#[cfg(test)]
mod tests;
