//! Notifications: 64 bits that signals set and waiters take.

use crate::arena::Id;
use crate::endpoint::Endpoint;
use crate::queue::Queue;
use crate::system::System;
use crate::thread::{State, ThreadId};
use veridian_abi::{Error, Kind, rights};
use veridian_port::{Port, Registers, Resume};

/// A notification.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notification {
    /// Bits that nobody has taken yet.
    pub bits: u64,
    /// Threads that wait for bits.
    pub waiters: Queue,
    /// The endpoint whose receivers get its bits as well.
    pub endpoint: Option<Id<Endpoint>>,
}

impl<P: Port> System<'_, P> {
    /// Sets bits and wakes the one who has waited longest.
    #[inline]
    pub(crate) fn signal(&mut self, id: Id<Notification>, bits: u64) {
        let notification = &mut self.notifications[id];
        notification.bits |= bits;
        let bits = notification.bits;
        if bits == 0 || notification.waiters.first().is_none() && notification.endpoint.is_none() {
            return;
        }
        self.hand_over(id, bits);
    }

    #[inline(never)]
    fn hand_over(&mut self, id: Id<Notification>, bits: u64) {
        let taken = if let Some(waiter) = self.notifications[id].waiters.pop(&mut self.threads) {
            self.wake_with(waiter, Registers { token: bits, ..Registers::default() });
            true
        } else if let Some(endpoint) = self.notifications[id].endpoint {
            self.deliver_bits(endpoint, bits)
        } else {
            false
        };
        if taken {
            self.notifications[id].bits = 0;
        }
    }

    /// `wait`: takes all bits, waiting for the first.
    pub(crate) fn wait(&mut self, me: ThreadId, token: u64, timeout: u64) -> Resume<P::Context> {
        let entry = match self.capabilities.validate(me.index(), token, Kind::Notification, rights::notification::WAIT)
        {
            Ok(entry) => entry,
            Err(error) => return self.fail(me, error),
        };
        let Some(id) = self.notifications.id(entry.object()) else {
            return self.fail(me, Error::BadToken);
        };
        let bits = core::mem::take(&mut self.notifications[id].bits);
        if bits != 0 {
            return self.answer(me, Registers { token: bits, ..Registers::default() });
        }
        if Self::polls(timeout) {
            return self.fail(me, Error::TimedOut);
        }
        self.notifications[id].waiters.push(&mut self.threads, me);
        self.block(me, State::Waiting(id), timeout)
    }
}
