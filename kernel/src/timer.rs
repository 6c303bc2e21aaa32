//! Waits that end by time: a wheel of buckets, one a tick, so that arming and cancelling take constant
//! time and a tick looks only at the threads of its own bucket.

use crate::queue::{ByTime, Queue};
use crate::thread::{ThreadId, Threads};
use veridian_abi::limits;
use veridian_port::Port;

const BUCKETS: usize = 256;

/// All threads whose wait ends by time.
pub struct Timers {
    buckets: [Queue<ByTime>; BUCKETS],
    /// Ticks since boot, counted from 1, since a deadline of 0 means none.
    now: u64,
}

impl Default for Timers {
    fn default() -> Self {
        Self { buckets: [Queue::default(); BUCKETS], now: 1 }
    }
}

fn bucket(deadline: u64) -> usize {
    (deadline % BUCKETS as u64) as usize
}

impl Timers {
    /// Lets a thread's wait end after so many nanoseconds, rounded up to whole ticks, so that it never
    /// ends early. `limits::FOREVER` arms nothing.
    pub fn arm<P: Port>(&mut self, threads: &mut Threads<'_, P>, id: ThreadId, nanoseconds: u64) {
        if nanoseconds == limits::FOREVER {
            return;
        }
        // One more, because the current tick has partly gone by.
        let deadline = self.now + nanoseconds.div_ceil(limits::TICK_NANOSECONDS) + 1;
        threads[id].deadline = deadline;
        if let Some(queue) = self.buckets.get_mut(bucket(deadline)) {
            queue.push(threads, id);
        }
    }

    /// Forgets a thread's deadline, if it has one.
    #[inline]
    pub fn cancel<P: Port>(&mut self, threads: &mut Threads<'_, P>, id: ThreadId) {
        let deadline = core::mem::take(&mut threads[id].deadline);
        if deadline != 0
            && let Some(queue) = self.buckets.get_mut(bucket(deadline))
        {
            queue.remove(threads, id);
        }
    }

    /// Counts a tick.
    pub fn advance(&mut self) {
        self.now += 1;
    }

    /// Takes one thread whose deadline has come; call until there is none.
    pub fn expired<P: Port>(&mut self, threads: &mut Threads<'_, P>) -> Option<ThreadId> {
        let queue = self.buckets.get(bucket(self.now))?;
        let mut at = queue.first();
        while let Some(id) = at {
            if threads[id].deadline <= self.now {
                self.cancel(threads, id);
                return Some(id);
            }
            at = queue.after(threads, id);
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
        let mut all = threads(40);
        let mut timers = Timers::default();
        let mut model: BTreeMap<u32, u64> = BTreeMap::new();
        let mut random = Random::new(11);
        for now in 1..5_000u64 {
            for id in all.ids() {
                match random.below(20) {
                    0 if !model.contains_key(&id.index()) => {
                        let ticks = random.below(600);
                        timers.arm(&mut all, id, ticks * limits::TICK_NANOSECONDS);
                        model.insert(id.index(), now + ticks + 1);
                    }
                    1 => {
                        timers.cancel(&mut all, id);
                        model.remove(&id.index());
                    }
                    _ => {}
                }
            }
            timers.advance();
            let mut due: Vec<u32> = model.iter().filter(|(_, at)| **at == now + 1).map(|(id, _)| *id).collect();
            let mut fired = Vec::new();
            while let Some(id) = timers.expired(&mut all) {
                fired.push(id.index());
            }
            fired.sort_unstable();
            due.sort_unstable();
            assert_eq!(fired, due, "tick {now}");
            model.retain(|_, at| *at != now + 1);
        }
    }

    #[test]
    fn for_ever_never_ends() {
        let mut all = threads(1);
        let mut timers = Timers::default();
        let id = all.id(0).expect("one thread");
        timers.arm(&mut all, id, limits::FOREVER);
        assert_eq!(all[id].deadline, 0);
    }
}
