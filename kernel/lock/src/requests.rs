//! What other cores ask of one: to enter the kernel, and to forget what it remembers of an address space.
//!
//! Requests are numbered. Only the holder of the lock posts one, and it waits for the acknowledgement before it
//! gives the lock back, so that there is never more than one.

use crate::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
    pause,
};

/// See the module.
pub struct Requests {
    posted: AtomicU32,
    acknowledged: AtomicU32,
}

impl Default for Requests {
    fn default() -> Self {
        Self::new()
    }
}

impl Requests {
    crate::atomic::const_unless_loom! {
        /// Nothing is asked for.
        #[must_use]
        pub fn new() -> Self {
            Self { posted: AtomicU32::new(0), acknowledged: AtomicU32::new(0) }
        }
    }

    /// Asks. What was written before is seen by whoever acknowledges.
    pub fn post(&self) {
        self.posted.store(self.posted.load(Relaxed).wrapping_add(1), Release);
    }

    /// Waits for the acknowledgement of what was posted. What was written before that is seen afterwards.
    pub fn wait(&self) {
        while self.acknowledged.load(Acquire) != self.posted.load(Relaxed) {
            pause();
        }
    }

    /// The number of a request that has not been acknowledged.
    #[must_use]
    pub fn pending(&self) -> Option<u32> {
        let posted = self.posted.load(Acquire);
        (posted != self.acknowledged.load(Relaxed)).then_some(posted)
    }

    /// Says that what this number asks for is done.
    pub fn acknowledge(&self, request: u32) {
        self.acknowledged.store(request, Release);
    }
}
