//! Timers that components arm, and the deadlines of those that are armed.
//!
//! Deadlines are a binary heap, so that arming, disarming and firing take as many steps as the number of timers has
//! bits, and a tick that nothing is due at takes one look. Its memory is in the timers themselves: the timer with
//! number `n` has room for place `n`, and no more are armed than there are.

use crate::capability::{Entry, Object};
use crate::notification::Notification;
use crate::system::System;
use crate::thread::Thread;
use core::cell::Cell;
use core::ptr;
use veridian_abi::{Error, limits, rights};
use veridian_port::Port;

/// A timer that a component arms.
pub struct Timer<'m, P: Port> {
    /// Bits that it sets.
    pub bits: Cell<u64>,
    /// Where it sets them.
    pub notification: Cell<Option<&'m Notification<'m, P>>>,
    /// The capability that it was armed through; none while it is not armed.
    through: Cell<Option<&'m Entry<'m, P>>>,
    /// When it fires, while it is armed, in nanoseconds since boot.
    deadline: Cell<u64>,
    /// Its place in the heap, while it is armed.
    place: Cell<usize>,
    /// What is at the place of the heap that has this timer's number.
    heaped: Cell<Option<&'m Timer<'m, P>>>,
}

impl<P: Port> Default for Timer<'_, P> {
    fn default() -> Self {
        Self {
            bits: Cell::new(0),
            notification: Cell::new(None),
            through: Cell::new(None),
            deadline: Cell::new(0),
            place: Cell::new(0),
            heaped: Cell::new(None),
        }
    }
}

impl<'m, P: Port> Timer<'m, P> {
    /// Whether it is armed, through this capability.
    #[must_use]
    pub fn is_armed_through(&self, entry: &Entry<'m, P>) -> bool {
        self.through.get().is_some_and(|through| ptr::eq(through, entry))
    }
}

/// Every armed timer, the one that fires next first.
pub struct Deadlines<'m, P: Port> {
    /// All timers that there are: the places of the heap.
    timers: &'m [Timer<'m, P>],
    /// How many are armed.
    armed: Cell<usize>,
}

impl<P: Port> Default for Deadlines<'_, P> {
    fn default() -> Self {
        Self { timers: &[], armed: Cell::new(0) }
    }
}

impl<'m, P: Port> Deadlines<'m, P> {
    /// For these timers and no others, none of which is armed.
    #[must_use]
    pub fn new(timers: &'m [Timer<'m, P>]) -> Self {
        Self { timers, armed: Cell::new(0) }
    }

    /// Whether no timer is armed.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.armed.get() == 0
    }

    /// Lets a timer that is not armed fire at `deadline`, in nanoseconds since boot.
    pub fn arm(&self, timer: &'m Timer<'m, P>, deadline: u64, through: &'m Entry<'m, P>) {
        timer.through.set(Some(through));
        timer.deadline.set(deadline);
        let last = self.armed.get();
        self.armed.set(last + 1);
        self.settle(timer, last);
    }

    /// Lets a timer fire no more. Returns when it would have, if it was armed.
    pub fn disarm(&self, timer: &Timer<'m, P>) -> Option<u64> {
        timer.through.take()?;
        let end = self.armed.get().saturating_sub(1);
        let last = self.at(end);
        self.armed.set(end);
        if let Some(last) = last.filter(|last| !ptr::eq(*last, timer)) {
            self.settle(last, timer.place.get());
        }
        Some(timer.deadline.get())
    }

    /// Disarms one timer whose deadline is not after `now`; call until there is none.
    pub fn expired(&self, now: u64) -> Option<&'m Timer<'m, P>> {
        let first = self.at(0).filter(|first| first.deadline.get() <= now)?;
        self.disarm(first);
        Some(first)
    }

    fn at(&self, place: usize) -> Option<&'m Timer<'m, P>> {
        if place < self.armed.get() { self.timers.get(place)?.heaped.get() } else { None }
    }

    fn put(&self, timer: &'m Timer<'m, P>, place: usize) {
        timer.place.set(place);
        if let Some(room) = self.timers.get(place) {
            room.heaped.set(Some(timer));
        }
    }

    /// Puts a timer at a place, or above it or below it: behind whatever fires earlier.
    fn settle(&self, timer: &'m Timer<'m, P>, mut place: usize) {
        let deadline = timer.deadline.get();
        while let Some(above) = place.checked_sub(1).map(|below| below / 2)
            && let Some(other) = self.at(above).filter(|other| other.deadline.get() > deadline)
        {
            self.put(other, place);
            place = above;
        }
        while let Some(left) = self.at(2 * place + 1) {
            let next = self.at(2 * place + 2).filter(|right| right.deadline < left.deadline).unwrap_or(left);
            if next.deadline.get() >= deadline {
                break;
            }
            let below = next.place.get();
            self.put(next, place);
            place = below;
        }
        self.put(timer, place);
    }
}

impl<'m, P: Port> System<'m, P> {
    /// `timer_arm`: says when a timer fires, or that it does not. Needs the right `arm` on it.
    #[inline(never)]
    pub(crate) fn timer_arm(&mut self, me: &Thread<'m, P>, token: u64, nanoseconds: u64) -> Result<u64, Error> {
        let entry = me.table.lookup(token)?;
        let Object::Timer(timer) = entry.object() else {
            return Err(Error::WrongKind);
        };
        entry.require(rights::timer::ARM)?;
        let now = self.port.now();
        let left = self.deadlines.disarm(timer).map_or(0, |deadline| deadline.saturating_sub(now).max(1));
        if nanoseconds != 0 {
            self.deadlines.arm(timer, now.saturating_add(nanoseconds), entry);
        }
        Ok(left)
    }

    /// Lets timers fire whose time has come: at most so many that a tick stays short. The others follow with the next.
    #[cold]
    #[inline(never)]
    pub(crate) fn fire(&mut self) {
        let now = self.port.now();
        for _ in 0..limits::STEP {
            let Some(timer) = self.deadlines.expired(now) else {
                return;
            };
            if let Some(notification) = timer.notification.get() {
                self.signal(notification, timer.bits.get());
            }
        }
    }
}

#[cfg(test)]
mod tests;
