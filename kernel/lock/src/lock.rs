//! The kernel's one lock: whoever finds it free takes it, so that it is never kept for a core that is not there (a
//! virtual one that its host does not run). Whoever has tried for long draws a number, and as long as there are
//! numbers nobody else takes it: so everybody waits only so long.
//!
//! The holder may wait for another core (`requests.rs`) that waits for the lock: so whoever waits does
//! meanwhile what it is asked for.

use crate::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
    pause,
};

/// Looks at a lock that is taken, after which a number is drawn.
const PATIENCE: u32 = if cfg!(all(test, loom)) { 1 } else { 1 << 20 };

/// See the module.
pub struct Lock {
    /// 1 while somebody has it.
    held: AtomicU32,
    /// The number that is drawn next.
    drawn: AtomicU32,
    /// The number whose turn it is; nobody waits for his where that is `drawn`.
    served: AtomicU32,
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
            Self { held: AtomicU32::new(0), drawn: AtomicU32::new(0), served: AtomicU32::new(0) }
        }
    }

    /// Takes the lock if it is free and nobody has waited for long.
    #[inline(always)]
    pub fn try_acquire(&self) -> bool {
        self.drawn.load(Relaxed) == self.served.load(Relaxed) && self.take()
    }

    #[inline(always)]
    fn take(&self) -> bool {
        self.held.swap(1, Acquire) == 0
    }

    /// Takes the lock as soon as it can be had, and calls `meanwhile` again and again.
    pub fn acquire(&self, mut meanwhile: impl FnMut()) {
        for _ in 0..PATIENCE {
            if self.try_acquire() {
                return;
            }
            meanwhile();
            pause();
        }
        let turn = self.drawn.fetch_add(1, Relaxed);
        while self.served.load(Acquire) != turn || self.held.load(Acquire) != 0 || !self.take() {
            meanwhile();
            pause();
        }
        self.served.store(turn.wrapping_add(1), Release);
    }

    /// Gives the lock back; its holder alone may.
    #[inline(always)]
    pub fn release(&self) {
        self.held.store(0, Release);
    }
}
