//! The end of threads and of endpoints, of which others learn a few at a time.
//!
//! A thread that ends stops at once. What follows from it has no bound: threads that a component made end with it,
//! everybody who waits for it gets an answer, and so does whoever waits where nobody else serves. That is done in
//! steps: one for whoever has caused it, the others for whoever comes next, at each tick if not before. Nobody learns
//! that a component has ended as long as any of its threads could run, and what has ended is not used again before
//! all have been told.

use crate::capability::{Entry, Object};
use crate::endpoint::Endpoint;
use crate::process::Exit;
use crate::scheduler;
use crate::system::System;
use crate::thread::{State, Thread};
use veridian_abi::{Error, limits};
use veridian_port::{Port, Registers};

/// Threads that are looked at where one is counted that ends.
const LOOKS: usize = 16;

/// How far an end has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// It has not ended, or everybody has been told.
    #[default]
    None,
    /// Of all threads that can be made, those from this one on may still have to end with it.
    Made(u32),
    /// It is over, and they are being told who wait for it.
    Told,
}

impl<'m, P: Port> System<'m, P> {
    /// Ends a thread. Whoever waits for an answer from it gets `PeerGone`, and so does whoever waits at an
    /// endpoint that only it served; threads whose fault it had still to decide on end with it.
    pub(crate) fn end(&mut self, thread: &'m Thread<'m, P>, exit: Exit) {
        self.mark_ended(thread, exit);
        self.settle();
    }

    /// Ends a thread if it has not ended yet: a step of it. Returns whether everybody has been told.
    #[inline(never)]
    pub(crate) fn finish(&mut self, thread: &'m Thread<'m, P>) -> bool {
        if thread.exit.get() == Exit::None {
            self.mark_ended(thread, Exit::Stopped);
        }
        if thread.ending.get() != Ending::None {
            self.settle();
        }
        thread.ending.get() == Ending::None
    }

    /// Stops a thread for good. [`System::settle`] must follow.
    fn mark_ended(&mut self, thread: &'m Thread<'m, P>, exit: Exit) {
        let server = thread.server();
        self.leave_queues(thread);
        thread.state.set(State::Stopped);
        thread.fault.set(None);
        thread.exit.set(exit);
        thread.level.set(scheduler::GONE);
        thread.stop_serving();
        if let Some(server) = server {
            self.refresh(server);
        }
        thread.ending.set(Ending::Made(0));
        self.ended.push(thread);
    }

    /// Does a step of what follows from all ends so far.
    #[inline(never)]
    pub(crate) fn settle(&mut self) {
        for _ in 0..limits::STEP {
            if let Some(endpoint) = self.orphans.take() {
                self.empty_orphan(endpoint);
            } else if let Some(thread) = self.ended.first() {
                match thread.ending.get() {
                    Ending::Made(next) => thread.ending.set(self.end_made(thread, next as usize)),
                    Ending::None | Ending::Told => self.tell(thread),
                }
            } else {
                return;
            }
        }
    }

    /// Ends one of the threads that end with a thread, from the one with this number on.
    fn end_made(&mut self, thread: &'m Thread<'m, P>, first: usize) -> Ending {
        // A component ends with its first thread, and with it whatever it made.
        let made = if thread.maker.get().is_none() { self.made_threads() } else { &[] };
        let behind = first + LOOKS;
        for (next, other) in (1..).zip(made).skip(first).take(LOOKS) {
            let maker = other.maker.get().filter(|maker| core::ptr::eq(*maker, &raw const thread.table));
            if maker.is_some() && other.exit.get() == Exit::None {
                self.mark_ended(other, Exit::Stopped);
                return Ending::Made(next);
            }
        }
        if behind < made.len() {
            return Ending::Made(behind as u32);
        }
        thread.table.end(&mut |lost| self.lose(lost));
        Ending::Told
    }

    /// Tells one of those who wait for a thread that has ended, the first in the queue of those.
    fn tell(&mut self, thread: &'m Thread<'m, P>) {
        if let Some(caller) = thread.fast_caller().or(thread.owed.first()) {
            self.desert(caller);
        } else if let Some(watcher) = thread.watchers.pop() {
            let exit = thread.exit.get().word().unwrap_or(0);
            self.wake_with(watcher, Registers { token: exit, ..Registers::default() });
        }
        if thread.fast_caller().or(thread.owed.first()).or(thread.watchers.first()).is_none() {
            thread.caller.set(None);
            thread.ending.set(Ending::None);
            self.ended.pop();
        }
    }

    /// A thread's message will never be answered. [`System::settle`] must follow.
    fn desert(&mut self, thread: &'m Thread<'m, P>) {
        match thread.fault.get() {
            Some(fault) => self.mark_ended(thread, Exit::Crash(fault.kind)),
            None => {
                if let Some(server) = thread.server() {
                    server.settle_with(thread);
                }
                self.wake(thread, Error::PeerGone as u64);
            }
        }
    }

    /// Nobody serves an endpoint any more. [`System::settle`] must follow.
    pub(crate) fn orphan(&mut self, endpoint: &'m Endpoint<'m, P>) {
        if endpoint.senders.first().is_some() && !endpoint.orphaned.replace(true) {
            self.orphans.put(endpoint);
        }
    }

    /// Tells one of those who wait at an endpoint that nobody serves, unless somebody does again.
    fn empty_orphan(&mut self, endpoint: &'m Endpoint<'m, P>) {
        if endpoint.servers.get() == 0 && self.desert_sender(endpoint) {
            self.orphans.put(endpoint);
        } else {
            endpoint.orphaned.set(false);
        }
    }

    /// Tells whoever has waited longest to be rid of a message there. Returns whether there was somebody.
    fn desert_sender(&mut self, endpoint: &Endpoint<'m, P>) -> bool {
        let Some(sender) = endpoint.senders.pop() else {
            return false;
        };
        // It is no longer in the queue that its state names.
        sender.state.set(State::Stopped);
        self.desert(sender);
        true
    }

    /// Lets go what was made out of a pool, before its only capability goes: a step of it. Returns whether nobody
    /// waits for it any more.
    pub(crate) fn let_go(&mut self, entry: &'m Entry<'m, P>) -> bool {
        if entry.is_derived() || entry.object().pool().is_none() {
            return true;
        }
        if let Object::AddressSpace(space) = entry.object() {
            return self.take_down(space);
        }
        if entry.revoke(limits::STEP, &mut |lost| self.lose(lost)) >= limits::STEP {
            return false;
        }
        match entry.object() {
            Object::Process(thread) => self.finish(thread),
            Object::Endpoint(endpoint) => {
                for _ in 0..limits::STEP {
                    if !self.desert_sender(endpoint) {
                        let Some(receiver) = endpoint.receivers.pop() else {
                            break;
                        };
                        self.wake(receiver, Error::PeerGone as u64);
                    }
                }
                let waits = endpoint.senders.first().or(endpoint.receivers.first());
                waits.is_none() && !endpoint.orphaned.get()
            }
            Object::Notification(notification) => {
                for _ in 0..limits::STEP {
                    let Some(waiter) = notification.waiters.pop() else {
                        break;
                    };
                    self.wake(waiter, Error::PeerGone as u64);
                }
                notification.waiters.first().is_none()
            }
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests;
