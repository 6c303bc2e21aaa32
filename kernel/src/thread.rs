//! Threads: what the kernel keeps of each while it runs or waits.

use crate::capability::Table;
use crate::endpoint::Endpoint;
use crate::notification::Notification;
use crate::queue::Links;
use crate::scheduler;
use core::cell::Cell;
use veridian_port::{Fault, Port};

/// What a thread is doing.
pub enum State<'m, P: Port> {
    /// It has ended, or faulted without anybody to help.
    Stopped,
    /// It is in the scheduler's queues.
    Ready,
    /// It runs.
    Running,
    /// It waits in an endpoint's queue of receivers.
    Receiving(&'m Endpoint<'m, P>),
    /// It waits in an endpoint's queue of senders.
    Sending(&'m Endpoint<'m, P>),
    /// It waits for a reply from another thread.
    AwaitingReply(&'m Thread<'m, P>),
    /// It waits in a notification's queue.
    Waiting(&'m Notification<'m, P>),
    /// It waits for time to pass.
    Sleeping,
}

impl<P: Port> Clone for State<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Port> Copy for State<'_, P> {}

/// How a message that waits in a queue was sent. The message itself is in the sender's context.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// Badge of the capability that it was sent with.
    pub badge: u32,
    /// Rights of that capability.
    pub rights: u16,
    /// The ABI's `ORIGIN_*`.
    pub origin: u8,
}

/// A thread. A component has one, and one capability table.
pub struct Thread<'m, P: Port> {
    /// What it is doing.
    pub state: Cell<State<'m, P>>,
    /// The address space that it runs in.
    pub space: Cell<P::Space>,
    /// What it may do.
    pub table: Table<'m, P>,
    /// In the queue of whatever it waits for.
    pub links: Links<'m, P>,
    /// Tick at which its wait ends; 0 when it waits for ever.
    pub deadline: Cell<u64>,
    /// Its number among all threads.
    pub index: Cell<u32>,
    /// Number of its current call, which reply tokens repeat.
    pub sequence: Cell<u16>,
    /// Its own priority: 0–199, lower is more urgent.
    pub priority: Cell<u8>,
    /// The level of its own priority.
    pub own_level: Cell<u8>,
    /// The level that it is scheduled at: its own, or that of a caller it works for, if that is more urgent.
    pub level: Cell<u8>,
    /// Whether the endpoint capability that it last received with lets it pass capabilities back.
    pub may_delegate: Cell<bool>,
    /// Ticks left of its time slice.
    pub slice: Cell<u32>,
    /// How the message was sent that it waits to be rid of.
    pub outgoing: Cell<Outgoing>,
    /// In a bucket of the timers.
    pub timer_links: Links<'m, P>,
    /// Endpoint that is told of its faults.
    pub supervisor: Cell<Option<&'m Endpoint<'m, P>>>,
    /// Badge of those messages.
    pub fault_badge: Cell<u32>,
    /// The fault that its supervisor has still to decide on.
    pub fault: Cell<Option<Fault>>,
    /// Its processor state while it does not run.
    pub context: P::Context,
}

impl<P: Port> Default for Thread<'_, P> {
    fn default() -> Self {
        Self {
            state: Cell::new(State::Stopped),
            space: Cell::default(),
            table: Table::default(),
            links: Links::default(),
            deadline: Cell::default(),
            index: Cell::default(),
            sequence: Cell::default(),
            priority: Cell::default(),
            own_level: Cell::default(),
            level: Cell::default(),
            may_delegate: Cell::default(),
            slice: Cell::default(),
            outgoing: Cell::default(),
            timer_links: Links::default(),
            supervisor: Cell::default(),
            fault_badge: Cell::default(),
            fault: Cell::default(),
            context: P::Context::default(),
        }
    }
}

/// Marks every reply token, so that none is 0.
const REPLY: u64 = 1 << 16;
/// Marks those that the fast path must leave alone: the caller's wait may end by time, or is a fault.
const SLOW: u64 = 1 << 17;

impl<'m, P: Port> Thread<'m, P> {
    /// Gives it a priority, with a fresh slice.
    pub fn set_priority(&self, priority: u8) {
        self.priority.set(priority);
        self.own_level.set(scheduler::level(priority));
        self.level.set(self.own_level.get());
        self.slice.set(scheduler::slice(priority));
    }

    /// Numbers a new call of this thread. Returns the token that answers it: the thread in bits 0–31,
    /// the number of the call in 32–47, marks above.
    #[inline(always)]
    pub fn next_reply_token(&self) -> u64 {
        self.sequence.set(self.sequence.get().wrapping_add(1));
        u64::from(self.index.get()) | self.reply_seal() << 32
    }

    /// The upper half of the token of a call that the fast path may answer.
    #[inline(always)]
    pub fn reply_seal(&self) -> u64 {
        u64::from(self.sequence.get()) | REPLY
    }

    /// The mark for a token that only the slow path may answer, for as long as this call lasts.
    pub fn slow_mark(&self) -> u64 {
        if self.deadline.get() != 0 || self.fault.get().is_some() { SLOW << 32 } else { 0 }
    }

    /// Whether a reply token is that of this thread's current call.
    pub fn is_current_call(&self, reply: u64) -> bool {
        reply >> 32 & !SLOW == self.reply_seal()
    }

    /// Whether it waits for `server` to reply.
    #[inline(always)]
    pub fn awaits(&self, server: &Thread<'m, P>) -> bool {
        matches!(self.state.get(), State::AwaitingReply(thread) if core::ptr::eq(thread, server))
    }

    /// Makes it as urgent as a caller, if that is more urgent.
    #[inline(always)]
    pub fn inherit(&self, caller: &Thread<'m, P>) {
        self.level.set(self.level.get().min(caller.level.get()));
    }

    /// Makes it only as urgent as it is itself.
    #[inline(always)]
    pub fn disinherit(&self) {
        self.level.set(self.own_level.get());
    }

    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        matches!(self.state.get(), State::Running)
    }
}
