//! The kernel's one lock: whoever has drawn the lowest number has it, so that nobody waits longer than for
//! every other core once.
//!
//! The holder may wait for another core (`requests.rs`) that waits for the lock: so whoever waits does
//! meanwhile what it is asked for.

use crate::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
    pause,
};

/// See the module.
pub struct Lock {
    /// The number that the next one draws.
    next: AtomicU32,
    /// The number whose turn it is.
    serving: AtomicU32,
}

impl Default for Lock {
    fn default() -> Self {
        Self::new()
    }
}

impl Lock {
    crate::atomic::const_unless_loom! {
        /// A lock that nobody has.
        #[must_use]
        pub fn new() -> Self {
            Self { next: AtomicU32::new(0), serving: AtomicU32::new(0) }
        }
    }

    /// Takes the lock if nobody has it or waits for it.
    #[inline(always)]
    pub fn try_acquire(&self) -> bool {
        let turn = self.serving.load(Acquire);
        // Whoever drew this number last has given the lock back, which was just seen.
        self.next.compare_exchange(turn, turn.wrapping_add(1), Relaxed, Relaxed).is_ok()
    }

    /// Takes the lock as soon as everybody has had it who came before, and calls `meanwhile` again and again.
    pub fn acquire(&self, mut meanwhile: impl FnMut()) {
        let turn = self.next.fetch_add(1, Relaxed);
        while self.serving.load(Acquire) != turn {
            meanwhile();
            pause();
        }
    }

    /// Gives the lock back; its holder alone may.
    #[inline(always)]
    pub fn release(&self) {
        self.serving.store(self.serving.load(Relaxed).wrapping_add(1), Release);
    }
}
