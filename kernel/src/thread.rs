//! Threads: what the kernel keeps of each while it runs or waits.

use crate::arena::{Arena, Id};
use crate::endpoint::Endpoint;
use crate::notification::Notification;
use crate::queue::Links;
use veridian_port::{Fault, Port};

/// Types identifiers of threads, whatever the port.
pub enum ThreadTag {}

/// Identifies a thread. A component has one thread and one table, all of the same index.
pub type ThreadId = Id<ThreadTag>;

/// All threads.
pub type Threads<'m, P> = Arena<'m, Thread<P>, ThreadTag>;

/// What a thread is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// It has ended, or faulted without anybody to help.
    #[default]
    Stopped,
    /// It is in the scheduler's queues.
    Ready,
    /// It runs.
    Running,
    /// It waits in an endpoint's queue of receivers.
    Receiving(Id<Endpoint>),
    /// It waits in an endpoint's queue of senders.
    Sending(Id<Endpoint>),
    /// It waits for a reply from another thread.
    AwaitingReply(ThreadId),
    /// It waits in a notification's queue.
    Waiting(Id<Notification>),
    /// It waits for time to pass.
    Sleeping,
}

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

/// A thread.
pub struct Thread<P: Port> {
    /// Its processor state while it does not run.
    pub context: P::Context,
    /// The address space that it runs in.
    pub space: P::Space,
    /// What it is doing.
    pub state: State,
    /// Its own priority: 0–199, lower is more urgent.
    pub priority: u8,
    /// What it is scheduled by: its own, or that of a caller it works for, if that is more urgent.
    pub effective: u8,
    /// Whether the endpoint capability that it last received with lets it pass capabilities back.
    pub may_delegate: bool,
    /// Number of its current call, which reply tokens repeat; never 0.
    pub sequence: u16,
    /// Ticks left of its time slice.
    pub slice: u32,
    /// How the message was sent that it waits to be rid of.
    pub outgoing: Outgoing,
    /// In the queue of whatever it waits for.
    pub links: Links,
    /// In a bucket of the timers.
    pub timer_links: Links,
    /// Tick at which its wait ends; 0 when it waits for ever.
    pub deadline: u64,
    /// Endpoint that is told of its faults.
    pub supervisor: Option<Id<Endpoint>>,
    /// Badge of those messages.
    pub fault_badge: u32,
    /// The fault that its supervisor has still to decide on.
    pub fault: Option<Fault>,
}

impl<P: Port> Default for Thread<P> {
    fn default() -> Self {
        Self {
            context: P::Context::default(),
            space: P::Space::default(),
            state: State::Stopped,
            priority: 0,
            effective: 0,
            may_delegate: false,
            sequence: 1,
            slice: 0,
            outgoing: Outgoing::default(),
            links: Links::default(),
            timer_links: Links::default(),
            deadline: 0,
            supervisor: None,
            fault_badge: 0,
            fault: None,
        }
    }
}

impl<P: Port> Thread<P> {
    /// The token with which the thread's current call is answered: the thread in bits 0–31, the number
    /// of the call in 32–47, and a mark that no such token is 0.
    #[must_use]
    #[inline]
    pub fn reply_token(&self, id: ThreadId) -> u64 {
        u64::from(id.index()) | self.reply_seal() << 32
    }

    /// The upper half of that token.
    #[must_use]
    #[inline]
    pub fn reply_seal(&self) -> u64 {
        u64::from(self.sequence) | 1 << 16
    }
}
