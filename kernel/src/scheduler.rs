//! The ready queues: choice in constant time over 200 priorities.
//!
//! Real time (0–99): fixed priority, first in first out, until it blocks. Interactive (100–139): round
//! robin within a priority. Batch (140–199): one queue for all, in which the priority sets the length
//! of the slice, so that each gets its share of what the others leave.

use crate::queue::Queue;
use crate::thread::{ThreadId, Threads};
use veridian_abi::limits;
use veridian_port::Port;

/// Levels of the ready queues: one a priority, and one for all of batch.
const LEVELS: usize = limits::BATCH_FIRST as usize + 1;
const WORDS: usize = LEVELS.div_ceil(64);

/// Ticks of an interactive slice: 10 ms.
const INTERACTIVE_SLICE: u32 = 10;

/// Level that a priority is queued at; lower runs first.
#[must_use]
#[inline]
pub fn level(priority: u8) -> u8 {
    priority.min(limits::BATCH_FIRST as u8)
}

/// Ticks after which a thread makes way for the next of its level.
#[must_use]
pub fn slice(priority: u8) -> u32 {
    match u64::from(priority) {
        0..=limits::REALTIME_LAST => u32::MAX,
        limits::INTERACTIVE_FIRST..=limits::INTERACTIVE_LAST => INTERACTIVE_SLICE,
        // From 60 ticks at 140 to 1 tick at 199.
        _ => u32::from(200u8.saturating_sub(priority)).max(1),
    }
}

/// All threads that could run.
pub struct Scheduler {
    queues: [Queue; LEVELS],
    /// Bit `i` of word `w`: level `64 w + i` has a thread.
    occupied: [u64; WORDS],
    /// The most urgent level that has a thread; `EMPTY` when none has.
    top: u8,
}

/// More than any level: nothing is ready.
pub const EMPTY: u8 = u8::MAX;

impl Default for Scheduler {
    fn default() -> Self {
        Self { queues: [Queue::default(); LEVELS], occupied: [0; WORDS], top: EMPTY }
    }
}

impl Scheduler {
    /// The most urgent level at which a thread is ready; [`EMPTY`] when none is.
    #[must_use]
    #[inline]
    pub fn top(&self) -> u8 {
        self.top
    }

    /// Makes a thread ready behind the others of its level.
    pub fn push<P: Port>(&mut self, threads: &mut Threads<'_, P>, id: ThreadId) {
        let level = level(threads[id].effective);
        if let Some(queue) = self.queues.get_mut(usize::from(level)) {
            queue.push(threads, id);
        }
        self.occupy(level);
    }

    /// Makes a thread ready before the others of its level: it was preempted.
    pub fn push_front<P: Port>(&mut self, threads: &mut Threads<'_, P>, id: ThreadId) {
        let level = level(threads[id].effective);
        if let Some(queue) = self.queues.get_mut(usize::from(level)) {
            queue.push_front(threads, id);
        }
        self.occupy(level);
    }

    /// Takes the thread that should run next.
    pub fn pop<P: Port>(&mut self, threads: &mut Threads<'_, P>) -> Option<ThreadId> {
        let level = self.top;
        let queue = self.queues.get_mut(usize::from(level))?;
        let id = queue.pop(threads);
        if queue.first().is_none() {
            if let Some(word) = self.occupied.get_mut(usize::from(level / 64)) {
                *word &= !(1 << (level % 64));
            }
            self.top = self.find_top();
        }
        id
    }

    fn occupy(&mut self, level: u8) {
        if let Some(word) = self.occupied.get_mut(usize::from(level / 64)) {
            *word |= 1 << (level % 64);
        }
        self.top = self.top.min(level);
    }

    fn find_top(&self) -> u8 {
        let mut base = 0;
        for word in self.occupied {
            if word != 0 {
                return base + word.trailing_zeros() as u8;
            }
            base += 64;
        }
        EMPTY
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, threads};
    use std::collections::VecDeque;

    #[test]
    fn the_most_urgent_runs_first_and_equals_in_order() {
        let mut all = threads(50);
        let mut scheduler = Scheduler::default();
        let mut model: Vec<VecDeque<ThreadId>> = vec![VecDeque::new(); LEVELS];
        let mut random = Random::new(3);
        let mut idle: Vec<ThreadId> = all.ids().collect();
        for _ in 0..20_000 {
            if !idle.is_empty() && random.below(2) == 0 {
                let id = idle.swap_remove(random.below(idle.len() as u64) as usize);
                let priority = random.below(200) as u8;
                all[id].effective = priority;
                if random.below(3) == 0 {
                    scheduler.push_front(&mut all, id);
                    model[usize::from(level(priority))].push_front(id);
                } else {
                    scheduler.push(&mut all, id);
                    model[usize::from(level(priority))].push_back(id);
                }
            } else {
                let expected = model.iter_mut().find_map(VecDeque::pop_front);
                assert_eq!(scheduler.pop(&mut all), expected);
                idle.extend(expected);
            }
            let top = model.iter().position(|queue| !queue.is_empty());
            assert_eq!(scheduler.top(), top.map_or(EMPTY, |level| level as u8));
        }
    }

    #[test]
    fn batch_shares_fall_with_the_priority() {
        assert_eq!(slice(99), u32::MAX);
        assert_eq!(slice(100), slice(139));
        for priority in 140..199 {
            assert!(slice(priority) > slice(priority + 1));
        }
        assert_eq!(slice(199), 1);
    }
}
