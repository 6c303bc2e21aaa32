//! Threads: what the kernel keeps of each while it runs or waits.

use crate::capability::Table;
use crate::cores::Core;
use crate::ending::Ending;
use crate::endpoint::Endpoint;
use crate::heap::Place;
use crate::memory::Pool;
use crate::metrics::Counters;
use crate::notification::Notification;
use crate::process::{Exit, Restart};
use crate::queue::{Links, Queue};
use crate::scheduler;
use crate::slab::Slabbed;
use core::cell::Cell;
use veridian_port::{Fault, PhysicalAddress, Port};

/// What a thread is doing. Tools read its number from outside of the machine.
#[repr(u64)]
pub enum State<'m, P: Port> {
    /// It has ended, or faulted without anybody to help, or has not been told where to begin.
    Stopped,
    /// It is in the scheduler's queues.
    Ready,
    /// It runs.
    Running,
    /// It waits in an endpoint's queue of receivers.
    Receiving(&'m Endpoint<'m, P>),
    /// It waits in an endpoint's queue of senders.
    Sending(&'m Endpoint<'m, P>),
    /// It waits for a reply from another thread, for ever.
    AwaitingReply(&'m Thread<'m, P>),
    /// It waits for a reply that the fast path must not give: its wait may end by time, or is a fault's.
    AwaitingSlowReply(&'m Thread<'m, P>),
    /// It waits in a notification's queue.
    Waiting(&'m Notification<'m, P>),
    /// It waits for the end of another thread.
    AwaitingEnd(&'m Thread<'m, P>),
    /// It waits for time to pass.
    Sleeping,
    /// It has run for as long as it may in this period, and waits for the next.
    Exhausted,
    /// Somebody blocked it: it goes on when woken, or when its time has come.
    Blocked,
    /// It is off the processor until somebody schedules it.
    Unscheduled,
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

/// A thread. A component has one from the start, with a capability table, and others if it makes some.
pub struct Thread<'m, P: Port> {
    /// What it is doing.
    pub state: Cell<State<'m, P>>,
    /// The address space that it runs in.
    pub space: Cell<P::Space>,
    /// What it may do.
    pub table: Table<'m, P>,
    /// Its core, as long as its wait does not end by time: all that the fast path has to compare.
    pub near: Cell<Option<&'m Core<'m, P>>>,
    /// In the queue of whatever it waits for.
    pub links: Links<'m, P>,
    /// Tick at which its wait ends; 0 when it waits for ever.
    pub deadline: Cell<u64>,
    /// The token that answers its current call: its number among all threads plus one in bits 0–31, so
    /// that no token is 0, and the number of the call in 32–63.
    pub reply: Cell<u64>,
    /// Its own priority: 0–199, lower is more urgent.
    pub priority: Cell<u8>,
    /// The level of its own priority.
    pub own_level: Cell<u8>,
    /// The level that it is scheduled at: its own, or that of a caller it works for, if that is more urgent.
    pub level: Cell<u8>,
    /// The level that it falls back to with the fast path's reply: its own, or that of somebody else who waits
    /// for it, if that is more urgent.
    pub floor: Cell<u8>,
    /// Levels that it is more urgent than its priority says, for having waited.
    pub boost: Cell<u8>,
    /// The caller whose message it took last; the fast path may reply to it as long as its state says so.
    pub caller: Cell<Option<&'m Thread<'m, P>>>,
    /// Callers to whom it owes a reply that the fast path must not give.
    pub owed: Queue<'m, P>,
    /// How often it has ended, so that nobody takes one of its lives for another.
    pub life: Cell<u64>,
    /// The endpoint that it received from last.
    pub serves: Cell<Option<&'m Endpoint<'m, P>>>,
    /// Whether the endpoint capability that it last received with lets it pass capabilities back.
    pub may_delegate: Cell<bool>,
    /// Ticks left of its time slice.
    pub slice: Cell<u32>,
    /// Ticks that it may run in each period; 0 for no limit.
    pub budget: Cell<u16>,
    /// Ticks of a period.
    pub period: Cell<u16>,
    /// Ticks that it has run in this period.
    pub spent: Cell<u16>,
    /// Tick at which its period ends.
    pub period_end: Cell<u64>,
    /// How the message was sent that it waits to be rid of.
    pub outgoing: Cell<Outgoing>,
    /// The core that it runs on.
    pub home: Cell<Option<&'m Core<'m, P>>>,
    /// Frame of its message buffer, if it has one.
    pub buffer: Cell<Option<PhysicalAddress>>,
    /// When it sent that message, in nanoseconds since boot; only while messages are traced.
    pub sent: Cell<u64>,
    /// What is counted of it.
    pub counters: Counters,
    /// In a heap of its core's timers, while its wait ends by time.
    pub place: Place<'m, P>,
    /// Whether that is the heap of those that are as urgent as real-time threads.
    pub urgent: Cell<bool>,
    /// Endpoint that is told of its faults.
    pub supervisor: Cell<Option<&'m Endpoint<'m, P>>>,
    /// Badge of those messages.
    pub fault_badge: Cell<u32>,
    /// The fault that its supervisor has still to decide on.
    pub fault: Cell<Option<Fault>>,
    /// How it ended, if it has.
    pub exit: Cell<Exit>,
    /// How far its end has come.
    pub ending: Cell<Ending>,
    /// Threads that wait for its end.
    pub watchers: Queue<'m, P>,
    /// How far its start anew has come.
    pub restart: Cell<Restart>,
    /// What it was made of; none for those of the boot table.
    pub pool: Cell<Option<&'m Pool<'m, P>>>,
    /// The table of who made it, with which it ends.
    pub maker: Cell<Option<&'m Table<'m, P>>>,
    next_free: Cell<Option<&'m Thread<'m, P>>>,
    /// Its processor state while it does not run.
    pub context: P::Context,
}

impl<P: Port> Default for Thread<'_, P> {
    fn default() -> Self {
        Self {
            state: Cell::new(State::Stopped),
            space: Cell::default(),
            table: Table::default(),
            near: Cell::default(),
            links: Links::default(),
            deadline: Cell::default(),
            reply: Cell::default(),
            priority: Cell::default(),
            own_level: Cell::default(),
            level: Cell::default(),
            floor: Cell::default(),
            boost: Cell::default(),
            caller: Cell::default(),
            owed: Queue::default(),
            life: Cell::default(),
            serves: Cell::default(),
            may_delegate: Cell::default(),
            slice: Cell::default(),
            budget: Cell::default(),
            period: Cell::default(),
            spent: Cell::default(),
            period_end: Cell::default(),
            outgoing: Cell::default(),
            home: Cell::default(),
            buffer: Cell::default(),
            sent: Cell::default(),
            counters: Counters::default(),
            place: Place::default(),
            urgent: Cell::default(),
            supervisor: Cell::default(),
            fault_badge: Cell::default(),
            fault: Cell::default(),
            exit: Cell::default(),
            ending: Cell::default(),
            watchers: Queue::default(),
            restart: Cell::default(),
            pool: Cell::default(),
            maker: Cell::default(),
            next_free: Cell::default(),
            context: P::Context::default(),
        }
    }
}

impl<'m, P: Port> Slabbed<'m> for Thread<'m, P> {
    fn next_free(&self) -> &Cell<Option<&'m Self>> {
        &self.next_free
    }
}

impl<'m, P: Port> Thread<'m, P> {
    /// Gives it a priority, with a fresh slice.
    pub fn set_priority(&self, priority: u8) {
        self.priority.set(priority);
        self.own_level.set(scheduler::level(priority));
        self.boost.set(0);
        self.floor.set(self.own_level.get());
        self.level.set(self.own_level.get());
        self.slice.set(scheduler::slice(priority));
    }

    /// Gives it a budget of so many ticks in each period; none for 0.
    pub fn set_budget(&self, budget: u16, period: u16) {
        self.budget.set(budget);
        self.period.set(period);
        self.spent.set(0);
        self.period_end.set(0);
    }

    /// Charges it a tick that it has run, at this tick of the clock. Returns whether its budget is used up.
    pub fn charge_tick(&self, now: u64) -> bool {
        if self.budget.get() == 0 {
            return false;
        }
        if now > self.period_end.get() {
            self.spent.set(0);
            self.period_end.set(now - 1 + u64::from(self.period.get()));
        }
        self.spent.set(self.spent.get() + 1);
        self.spent.get() >= self.budget.get()
    }

    /// Gives it, and its table, an address space.
    pub fn set_space(&self, space: P::Space) {
        self.space.set(space);
        self.table.space.set(space);
    }

    /// Says which of all threads it is.
    pub fn set_index(&self, index: u32) {
        self.reply.set(u64::from(index) + 1);
        self.table.set_owner(index);
    }

    /// Says which core it runs on.
    pub fn set_home(&self, core: &'m Core<'m, P>) {
        self.home.set(Some(core));
        self.near.set(Some(core));
    }

    /// Its number among all threads.
    #[must_use]
    pub fn index(&self) -> u32 {
        (self.reply.get() as u32).wrapping_sub(1)
    }

    /// Numbers a new call of this thread. Returns the token that answers it.
    #[inline(always)]
    pub fn next_reply_token(&self) -> u64 {
        let token = self.reply.get().wrapping_add(1 << 32);
        self.reply.set(token);
        token
    }

    /// The thread that a reply token would answer, if the token is that of its current call.
    #[inline(always)]
    pub fn of_reply(threads: &'m [Self], token: u64) -> Option<&'m Self> {
        let index = (token as u32).wrapping_sub(1);
        threads.get(index as usize).filter(|thread| thread.reply.get() == token)
    }

    /// The thread whose reply it waits for.
    pub fn server(&self) -> Option<&'m Self> {
        match self.state.get() {
            State::AwaitingReply(server) | State::AwaitingSlowReply(server) => Some(server),
            _ => None,
        }
    }

    /// Makes it as urgent as a caller, if that is more urgent.
    #[inline(always)]
    pub fn inherit(&self, caller: &Thread<'m, P>) {
        self.level.set(self.level.get().min(caller.level.get()));
    }

    /// Makes it only as urgent as it is without the caller that the fast path replies to.
    #[inline(always)]
    pub fn disinherit(&self) {
        self.level.set(self.floor.get());
    }

    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        matches!(self.state.get(), State::Running)
    }
}
