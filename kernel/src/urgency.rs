//! How urgent a thread is: as its priority says, a little more for a moment after it woke, and as urgent as
//! whoever waits for it.
//!
//! A server is as urgent as the most urgent of itself, of the callers that it owes a reply, and of those who
//! wait at the endpoint that it received from last. It owes at most one reply that the fast path may give, and
//! that caller's is the only level that is in `level` alone; all others are in `floor` as well, to which the
//! fast path falls back when it replies.

use crate::endpoint::Endpoint;
use crate::scheduler;
use crate::system::System;
use crate::thread::{State, Thread};
use veridian_port::Port;

impl<'m, P: Port> Thread<'m, P> {
    /// The caller to which the fast path may reply for it, if there is one.
    pub(crate) fn fast_caller(&self) -> Option<&'m Self> {
        self.caller
            .get()
            .filter(|caller| matches!(caller.state.get(), State::AwaitingReply(server) if core::ptr::eq(server, self)))
    }

    /// Lets a caller wait for its reply.
    pub(crate) fn owe(&'m self, caller: &'m Self, fast: bool) {
        if fast {
            caller.state.set(State::AwaitingReply(self));
            self.caller.set(Some(caller));
        } else {
            caller.state.set(State::AwaitingSlowReply(self));
            self.owed.push(caller);
            self.floor.set(self.floor.get().min(caller.level.get()));
        }
        self.inherit(caller);
    }

    /// It goes on to receive at an endpoint. If it has not replied, the fast path cannot do so from now on.
    pub(crate) fn serve_at(&'m self, endpoint: &'m Endpoint<'m, P>) {
        endpoint.set_server(Some(self));
        self.serves.set(Some(endpoint));
        if let Some(caller) = self.fast_caller() {
            self.owe(caller, false);
        }
    }

    /// A caller of it does not wait for a reply any more.
    pub(crate) fn settle_with(&self, caller: &'m Self) {
        if matches!(caller.state.get(), State::AwaitingSlowReply(_)) {
            self.owed.remove(caller);
        }
    }

    /// It has ended: nobody lends it anything any more, at whatever endpoint it has received.
    pub(crate) fn stop_serving(&self) {
        self.serves.set(None);
        self.life.set(self.life.get() + 1);
    }

    /// The level that it falls back to when it has replied to the caller that the fast path may reply to.
    fn fallback(&self) -> u8 {
        let mut level = self.own_level.get();
        let mut at = self.owed.first();
        while let Some(caller) = at {
            level = level.min(caller.level.get());
            at = self.owed.after(caller);
        }
        let waiting = self.serves.get().filter(|endpoint| endpoint.is_served_by(self));
        // Its queue is in order of urgency.
        waiting.and_then(|endpoint| endpoint.senders.first()).map_or(level, |sender| level.min(sender.level.get()))
    }

    /// Notes its floor anew. Returns the level that it should have.
    pub(crate) fn reckon(&self) -> u8 {
        let floor = self.fallback();
        self.floor.set(floor);
        self.fast_caller().map_or(floor, |caller| floor.min(caller.level.get()))
    }

    /// Makes it a little more urgent for having waited, if it is interactive.
    pub(crate) fn boost(&self) {
        if scheduler::is_interactive(self.priority.get()) {
            self.boost.set(scheduler::BOOST);
            self.rise();
        }
    }

    fn rise(&self) {
        self.own_level.set(scheduler::boosted(self.priority.get(), self.boost.get()));
        self.floor.set(self.floor.get().min(self.own_level.get()));
        self.level.set(self.level.get().min(self.own_level.get()));
    }
}

impl<'m, P: Port> Endpoint<'m, P> {
    /// Whether a thread is the one that received here last.
    fn is_served_by(&self, thread: &Thread<'m, P>) -> bool {
        self.server().is_some_and(|server| core::ptr::eq(server, thread))
    }
}

impl<'m, P: Port> System<'m, P> {
    /// Looks anew at who waits for a thread, since one of them does not any more.
    pub(crate) fn refresh(&mut self, thread: &'m Thread<'m, P>) {
        if matches!(thread.state.get(), State::Stopped) {
            return;
        }
        self.set_level(thread, thread.reckon());
    }

    fn set_level(&mut self, thread: &'m Thread<'m, P>, level: u8) {
        if thread.level.get() == level {
            return;
        }
        match thread.state.get() {
            State::Ready => {
                self.home(thread).scheduler.remove(thread);
                thread.level.set(level);
                self.make_ready(thread);
            }
            State::Sending(endpoint) => {
                endpoint.senders.remove(thread);
                thread.level.set(level);
                endpoint.senders.insert(thread);
            }
            _ => thread.level.set(level),
        }
    }

    /// Makes a thread at least this urgent until it replies, and with it whoever it waits for: a message of
    /// somebody so urgent waits for it.
    pub(crate) fn raise(&mut self, mut thread: &'m Thread<'m, P>, level: u8) {
        // Ends, since every step makes a thread more urgent than it was.
        let mut fast = false;
        loop {
            if !fast {
                thread.floor.set(thread.floor.get().min(level));
            }
            if level >= thread.level.get() || matches!(thread.state.get(), State::Stopped) {
                return;
            }
            self.set_level(thread, level);
            (thread, fast) = match thread.state.get() {
                State::AwaitingReply(server) => (server, true),
                State::AwaitingSlowReply(server) => (server, false),
                State::Sending(endpoint) => match endpoint.server() {
                    Some(server) => (server, false),
                    None => return,
                },
                _ => return,
            };
        }
    }

    /// A tick that a thread ran: what it got for having waited wears off.
    pub(crate) fn wear_off(&mut self, thread: &'m Thread<'m, P>) {
        let left = thread.boost.get();
        if left > 0 {
            thread.boost.set(left - 1);
            thread.own_level.set(scheduler::boosted(thread.priority.get(), left - 1));
            self.refresh(thread);
        }
    }
}

#[cfg(test)]
mod tests;
