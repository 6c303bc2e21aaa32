//! Queues of threads, linked through the threads themselves: every operation takes constant time and
//! no memory.

use crate::thread::{Thread, ThreadId, Threads};
use veridian_port::Port;

/// A thread's place in a queue.
#[derive(Clone, Copy, Debug, Default)]
pub struct Links {
    next: Option<ThreadId>,
    previous: Option<ThreadId>,
}

/// Which of a thread's two pairs of links a queue uses.
pub trait LinkField {
    /// The links of a thread.
    fn of<P: Port>(thread: &mut Thread<P>) -> &mut Links;
}

/// Queues of threads that are ready or wait for an object.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByObject;

/// Queues of threads whose wait ends at a time.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByTime;

impl LinkField for ByObject {
    #[inline]
    fn of<P: Port>(thread: &mut Thread<P>) -> &mut Links {
        &mut thread.links
    }
}

impl LinkField for ByTime {
    #[inline]
    fn of<P: Port>(thread: &mut Thread<P>) -> &mut Links {
        &mut thread.timer_links
    }
}

/// A first-in, first-out queue of threads. A thread is in at most one queue of each kind of link.
#[derive(Clone, Copy, Debug)]
pub struct Queue<L = ByObject> {
    head: Option<ThreadId>,
    tail: Option<ThreadId>,
    links: core::marker::PhantomData<L>,
}

impl<L> Default for Queue<L> {
    fn default() -> Self {
        Self { head: None, tail: None, links: core::marker::PhantomData }
    }
}

impl<L: LinkField> Queue<L> {
    /// The thread that has waited longest.
    #[must_use]
    #[inline]
    pub fn first(&self) -> Option<ThreadId> {
        self.head
    }

    /// The thread behind another one of this queue.
    #[must_use]
    pub fn after<P: Port>(&self, threads: &mut Threads<'_, P>, id: ThreadId) -> Option<ThreadId> {
        L::of(&mut threads[id]).next
    }

    /// Puts a thread at the end.
    #[inline]
    pub fn push<P: Port>(&mut self, threads: &mut Threads<'_, P>, id: ThreadId) {
        *L::of(&mut threads[id]) = Links { next: None, previous: self.tail };
        match self.tail.replace(id) {
            Some(tail) => L::of(&mut threads[tail]).next = Some(id),
            None => self.head = Some(id),
        }
    }

    /// Puts a thread at the front: it was interrupted, not done.
    pub fn push_front<P: Port>(&mut self, threads: &mut Threads<'_, P>, id: ThreadId) {
        *L::of(&mut threads[id]) = Links { next: self.head, previous: None };
        match self.head.replace(id) {
            Some(head) => L::of(&mut threads[head]).previous = Some(id),
            None => self.tail = Some(id),
        }
    }

    /// Takes the thread that has waited longest.
    #[inline]
    pub fn pop<P: Port>(&mut self, threads: &mut Threads<'_, P>) -> Option<ThreadId> {
        let id = self.head?;
        let next = L::of(&mut threads[id]).next;
        self.head = next;
        match next {
            Some(next) => L::of(&mut threads[next]).previous = None,
            None => self.tail = None,
        }
        Some(id)
    }

    /// Takes a thread that is somewhere in this queue.
    pub fn remove<P: Port>(&mut self, threads: &mut Threads<'_, P>, id: ThreadId) {
        let Links { next, previous } = *L::of(&mut threads[id]);
        match previous {
            Some(previous) => L::of(&mut threads[previous]).next = next,
            None => self.head = next,
        }
        match next {
            Some(next) => L::of(&mut threads[next]).previous = previous,
            None => self.tail = previous,
        }
    }
}
