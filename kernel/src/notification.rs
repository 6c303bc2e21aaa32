//! Notifications: 64 bits that signals set and waiters take.

use crate::capability::Object;
use crate::endpoint::Endpoint;
use crate::memory::Pool;
use crate::queue::Queue;
use crate::slab::Slabbed;
use crate::system::System;
use crate::thread::{State, Thread};
use core::cell::Cell;
use veridian_abi::{Error, rights};
use veridian_port::{Port, Registers, Resume};

/// A notification.
pub struct Notification<'m, P: Port> {
    /// Bits that nobody has taken yet.
    pub bits: Cell<u64>,
    /// Threads that wait for bits.
    pub waiters: Queue<'m, P>,
    /// The endpoint whose receivers get its bits as well.
    pub endpoint: Cell<Option<&'m Endpoint<'m, P>>>,
    /// What it was made of; none for those of the boot table.
    pub pool: Cell<Option<&'m Pool<'m, P>>>,
    next_free: Cell<Option<&'m Notification<'m, P>>>,
}

impl<'m, P: Port> Slabbed<'m> for Notification<'m, P> {
    fn next_free(&self) -> &Cell<Option<&'m Self>> {
        &self.next_free
    }
}

impl<P: Port> Default for Notification<'_, P> {
    fn default() -> Self {
        Self {
            bits: Cell::new(0),
            waiters: Queue::default(),
            endpoint: Cell::new(None),
            pool: Cell::new(None),
            next_free: Cell::new(None),
        }
    }
}

/// The notification that a token names, or why the call is refused.
#[inline(always)]
pub(crate) fn find<'m, P: Port>(me: &Thread<'m, P>, token: u64, rights: u16) -> Result<&'m Notification<'m, P>, Error> {
    let entry = me.table.lookup(token)?;
    let Object::Notification(notification) = entry.object() else {
        return Err(Error::WrongKind);
    };
    entry.require(rights)?;
    Ok(notification)
}

impl<'m, P: Port> System<'m, P> {
    /// Sets bits and wakes the one who has waited longest.
    #[inline(always)]
    pub(crate) fn signal(&mut self, notification: &'m Notification<'m, P>, bits: u64) {
        let bits = notification.bits.get() | bits;
        notification.bits.set(bits);
        if bits != 0 && (notification.waiters.first().is_some() || notification.endpoint.get().is_some()) {
            self.hand_over(notification, bits);
        }
    }

    #[inline(never)]
    fn hand_over(&mut self, notification: &'m Notification<'m, P>, bits: u64) {
        let taken = if let Some(waiter) = notification.waiters.pop() {
            self.wake_with(waiter, Registers { token: bits, ..Registers::default() });
            true
        } else {
            notification.endpoint.get().is_some_and(|endpoint| self.deliver_bits(endpoint, bits))
        };
        if taken {
            notification.bits.set(0);
        }
    }

    /// `wait`: takes all bits, waiting for the first.
    pub(crate) fn wait(&mut self, me: &'m Thread<'m, P>, token: u64, timeout: u64) -> Resume<P::Context> {
        let notification = match find(me, token, rights::notification::WAIT) {
            Ok(notification) => notification,
            Err(error) => return self.fail(me, error),
        };
        let bits = notification.bits.take();
        if bits != 0 {
            return self.answer(me, Registers { token: bits, ..Registers::default() });
        }
        if timeout == 0 {
            return self.fail(me, Error::TimedOut);
        }
        notification.waiters.push(me);
        self.block(me, State::Waiting(notification), timeout)
    }
}
