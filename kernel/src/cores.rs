//! Processor cores: what the kernel keeps of each, and how one asks another for something.
//!
//! One lock lets one core at a time change what all of them share. The core that has it may read and change
//! what the kernel keeps of any other; the other finds it changed when it gets the lock. For two things that
//! is not enough, since a core in user mode does not look: it must stop running a thread that has ended, and
//! forget translations of addresses that have gone. Then the holder of the lock posts a request, interrupts
//! the core, and waits: the core has saved its thread's state when it acknowledges, and cannot leave the
//! kernel before it gets the lock.

use crate::scheduler::Scheduler;
use crate::system::System;
use crate::thread::Thread;
use crate::timer::Timers;
use core::cell::Cell;
use veridian_lock::{Lock, Requests};
use veridian_port::{Block, Port};

/// What the kernel keeps of a core. In this order, so that the fast path reaches what it needs by offsets that
/// fit in an instruction.
#[repr(C)]
pub struct Core<'m, P: Port> {
    /// The port's own part, which its entry code finds first.
    pub block: P::Block,
    /// The thread that runs here.
    pub current: Cell<Option<&'m Thread<'m, P>>>,
    /// All threads of all cores.
    pub threads: Cell<&'m [Thread<'m, P>]>,
    /// The lock that this core takes in the kernel; none as long as there is no other core.
    pub lock: Cell<Option<&'m Lock>>,
    /// Which core it is.
    pub index: u32,
    /// Threads that could run here.
    pub scheduler: Scheduler<'m, P>,
    /// Threads of this core whose wait ends by time.
    pub timers: Timers<'m, P>,
    /// Ticks that found no thread running.
    pub idle_ticks: Cell<u64>,
    /// What other cores ask of it.
    pub requests: Requests,
    /// Where its entry code saves what is left of a thread that another core has taken from it.
    spare: P::Context,
}

impl<'m, P: Port> Core<'m, P> {
    /// A core on which nothing runs yet.
    #[must_use]
    pub fn new(index: u32, threads: &'m [Thread<'m, P>]) -> Self {
        Self {
            block: P::Block::default(),
            current: Cell::new(None),
            threads: Cell::new(threads),
            lock: Cell::new(None),
            index,
            scheduler: Scheduler::default(),
            timers: Timers::default(),
            idle_ticks: Cell::new(0),
            requests: Requests::new(),
            spare: P::Context::default(),
        }
    }

    /// Takes the lock where there is one, and does meanwhile what its holder asks for.
    #[inline(always)]
    pub fn acquire(&self) {
        if let Some(lock) = self.lock.get()
            && !lock.try_acquire()
        {
            self.wait_for(lock);
        }
    }

    #[cold]
    #[inline(never)]
    fn wait_for(&self, lock: &Lock) {
        lock.acquire(|| self.serve_requests());
    }

    /// Gives the lock to whoever waits for it.
    #[inline(always)]
    pub fn release(&self) {
        if let Some(lock) = self.lock.get() {
            lock.release();
        }
    }

    /// Does what another core has asked for. The state of the thread that runs here is saved, or is about to
    /// be dropped, so that it can be stopped as well.
    pub fn serve_requests(&self) {
        if let Some(request) = self.requests.pending() {
            self.block.forget_space();
            self.requests.acknowledge(request);
        }
    }
}

impl<'m, P: Port> System<'m, P> {
    /// The core that a thread runs on.
    #[inline]
    pub(crate) fn home(&self, thread: &Thread<'m, P>) -> &'m Core<'m, P> {
        thread.home.get().unwrap_or(self.core)
    }

    /// Another core's thread is ready: lets that core see to it, if it is more urgent than what runs there.
    #[cold]
    #[inline(never)]
    pub(crate) fn poke(&mut self, core: &'m Core<'m, P>, thread: &Thread<'m, P>) {
        if core.current.get().is_none_or(|running| thread.level.get() < running.level.get()) {
            self.port.interrupt_core(core.index);
        }
    }

    /// Takes the thread that runs on another core from it. When this returns, that core is in the kernel, and all
    /// that it has still to save goes where nobody looks.
    #[cold]
    #[inline(never)]
    pub(crate) fn park(&mut self, core: &'m Core<'m, P>) {
        core.requests.post();
        self.port.interrupt_core(core.index);
        core.requests.wait();
        core.current.set(None);
        core.block.set_current(&raw const core.spare);
    }

    /// Makes every other core forget the translations of an address space. Only those are asked that run in it:
    /// whoever leaves one forgets it.
    #[inline(never)]
    pub(crate) fn forget_elsewhere(&mut self, space: P::Space) {
        if P::FORGETS_EVERYWHERE || self.core.lock.get().is_none() {
            return;
        }
        let here = self.core;
        let runs = |core: &&'m Core<'m, P>| {
            !core::ptr::eq(*core, here) && core.current.get().is_some_and(|thread| thread.space.get() == space)
        };
        let cores = self.cores;
        for core in cores.iter().flatten().copied().filter(runs) {
            core.requests.post();
            self.port.interrupt_core(core.index);
        }
        for core in cores.iter().flatten().copied().filter(runs) {
            core.requests.wait();
        }
    }
}

#[cfg(test)]
mod tests;
