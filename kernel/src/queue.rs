//! Queues of threads, linked through the threads themselves: every operation takes constant time and
//! no memory.

use crate::thread::Thread;
use core::cell::Cell;
use veridian_port::Port;

/// A thread's place in a queue.
pub struct Links<'m, P: Port> {
    next: Cell<Option<&'m Thread<'m, P>>>,
    previous: Cell<Option<&'m Thread<'m, P>>>,
}

impl<P: Port> Default for Links<'_, P> {
    fn default() -> Self {
        Self { next: Cell::new(None), previous: Cell::new(None) }
    }
}

/// A first-in, first-out queue of threads. A thread is in at most one queue.
pub struct Queue<'m, P: Port> {
    head: Cell<Option<&'m Thread<'m, P>>>,
    tail: Cell<Option<&'m Thread<'m, P>>>,
}

impl<P: Port> Default for Queue<'_, P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Port> Queue<'_, P> {
    /// A queue of nobody.
    #[must_use]
    pub const fn new() -> Self {
        Self { head: Cell::new(None), tail: Cell::new(None) }
    }
}

impl<'m, P: Port> Queue<'m, P> {
    /// The thread that has waited longest.
    #[must_use]
    #[inline(always)]
    pub fn first(&self) -> Option<&'m Thread<'m, P>> {
        self.head.get()
    }

    /// The thread behind another one of this queue.
    #[must_use]
    pub fn after(&self, thread: &'m Thread<'m, P>) -> Option<&'m Thread<'m, P>> {
        thread.links.next.get()
    }

    /// Puts a thread at the end.
    #[inline(always)]
    pub fn push(&self, thread: &'m Thread<'m, P>) {
        let links = &thread.links;
        let tail = self.tail.replace(Some(thread));
        links.next.set(None);
        links.previous.set(tail);
        match tail {
            Some(tail) => tail.links.next.set(Some(thread)),
            None => self.head.set(Some(thread)),
        }
    }

    /// Puts a thread at the front: it was interrupted, not done.
    pub fn push_front(&self, thread: &'m Thread<'m, P>) {
        let links = &thread.links;
        let head = self.head.replace(Some(thread));
        links.previous.set(None);
        links.next.set(head);
        match head {
            Some(head) => head.links.previous.set(Some(thread)),
            None => self.tail.set(Some(thread)),
        }
    }

    /// Puts a thread in front of all that are less urgent than it, in a queue that is kept in this order.
    pub fn insert(&self, thread: &'m Thread<'m, P>) {
        let mut before = self.tail.get();
        while let Some(other) = before.filter(|other| other.level.get() > thread.level.get()) {
            before = other.links.previous.get();
        }
        let Some(before) = before else {
            return self.push_front(thread);
        };
        let Some(next) = before.links.next.get() else {
            return self.push(thread);
        };
        let links = &thread.links;
        links.previous.set(Some(before));
        links.next.set(Some(next));
        before.links.next.set(Some(thread));
        next.links.previous.set(Some(thread));
    }

    /// Takes the thread that has waited longest.
    #[inline(always)]
    pub fn pop(&self) -> Option<&'m Thread<'m, P>> {
        let thread = self.head.get()?;
        let next = thread.links.next.get();
        self.head.set(next);
        match next {
            Some(next) => next.links.previous.set(None),
            None => self.tail.set(None),
        }
        Some(thread)
    }

    /// Takes a thread that is somewhere in this queue.
    pub fn remove(&self, thread: &'m Thread<'m, P>) {
        let links = &thread.links;
        let (next, previous) = (links.next.get(), links.previous.get());
        match previous {
            Some(previous) => previous.links.next.set(next),
            None => self.head.set(next),
        }
        match next {
            Some(next) => next.links.previous.set(previous),
            None => self.tail.set(previous),
        }
    }
}
