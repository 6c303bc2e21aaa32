//! Waits that end by time: a wheel of buckets, one a tick, so that arming and cancelling take constant
//! time and a tick looks only at the threads of its own bucket.

use crate::queue::{ByTime, Queue};
use crate::thread::Thread;
use core::cell::Cell;
use veridian_abi::limits;
use veridian_port::Port;

const BUCKETS: usize = 256;

/// All threads whose wait ends by time.
pub struct Timers<'m, P: Port> {
    buckets: [Queue<'m, P, ByTime>; BUCKETS],
    /// Ticks since boot, counted from 1, since a deadline of 0 means none.
    now: Cell<u64>,
    /// Whether waits for ever count as waits that end by time, at the last tick that there is.
    always: Cell<bool>,
}

impl<P: Port> Default for Timers<'_, P> {
    fn default() -> Self {
        Self { buckets: [const { Queue::new() }; BUCKETS], now: Cell::new(1), always: Cell::new(false) }
    }
}

fn bucket(deadline: u64) -> usize {
    (deadline % BUCKETS as u64) as usize
}

impl<'m, P: Port> Timers<'m, P> {
    /// Lets a thread's wait end after so many nanoseconds, rounded up to whole ticks, so that it never
    /// ends early. `limits::FOREVER` arms nothing.
    pub fn arm(&self, thread: &'m Thread<'m, P>, nanoseconds: u64) {
        if nanoseconds == limits::FOREVER {
            if self.always.get() {
                self.arm_at(thread, u64::MAX);
            }
            return;
        }
        // One more, because the current tick has partly gone by.
        self.arm_at(thread, self.now() + nanoseconds.div_ceil(limits::TICK_NANOSECONDS) + 1);
    }

    /// Lets every wait end by time, if only at the last tick that there is. The fast path declines such waits, so
    /// that from now on every message takes the slow one, where it can be seen.
    pub fn decline_fast(&self) {
        self.always.set(true);
    }

    /// Ticks since boot, from 1.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.now.get()
    }

    /// Lets a thread's wait end at a tick to come.
    pub fn arm_at(&self, thread: &'m Thread<'m, P>, tick: u64) {
        thread.deadline.set(tick);
        thread.near.set(None);
        if let Some(queue) = self.buckets.get(bucket(tick)) {
            queue.push(thread);
        }
    }

    /// Forgets a thread's deadline, if it has one.
    #[inline]
    pub fn cancel(&self, thread: &'m Thread<'m, P>) {
        let deadline = thread.deadline.take();
        if deadline != 0
            && let Some(queue) = self.buckets.get(bucket(deadline))
        {
            thread.near.set(thread.home.get());
            queue.remove(thread);
        }
    }

    /// Counts a tick.
    pub fn advance(&self) {
        self.now.set(self.now() + 1);
    }

    /// Takes one thread whose deadline has come; call until there is none.
    pub fn expired(&self) -> Option<&'m Thread<'m, P>> {
        let queue = self.buckets.get(bucket(self.now()))?;
        let mut at = queue.first();
        while let Some(thread) = at {
            if thread.deadline.get() <= self.now() {
                self.cancel(thread);
                return Some(thread);
            }
            at = queue.after(thread);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, threads};
    use std::collections::BTreeMap;

    #[test]
    fn waits_end_at_their_tick_and_not_before() {
        let all = threads(40);
        let timers = Timers::default();
        let mut model: BTreeMap<u32, u64> = BTreeMap::new();
        let mut random = Random::new(11);
        for now in 1..5_000u64 {
            for thread in all {
                let index = thread.reply.get() as u32;
                match random.below(20) {
                    0 if !model.contains_key(&index) => {
                        let ticks = random.below(600);
                        timers.arm(thread, ticks * limits::TICK_NANOSECONDS);
                        model.insert(index, now + ticks + 1);
                    }
                    1 => {
                        timers.cancel(thread);
                        model.remove(&index);
                    }
                    _ => {}
                }
            }
            timers.advance();
            let mut due: Vec<u32> = model.iter().filter(|(_, at)| **at == now + 1).map(|(id, _)| *id).collect();
            let mut fired = Vec::new();
            while let Some(thread) = timers.expired() {
                fired.push(thread.reply.get() as u32);
            }
            fired.sort_unstable();
            due.sort_unstable();
            assert_eq!(fired, due, "tick {now}");
            model.retain(|_, at| *at != now + 1);
        }
    }

    #[test]
    fn for_ever_never_ends() {
        let all = threads(1);
        let timers = Timers::default();
        timers.arm(&all[0], limits::FOREVER);
        assert_eq!(all[0].deadline.get(), 0);
    }
}
