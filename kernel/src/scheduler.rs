//! The ready queues: choice in constant time over 200 priorities.
//!
//! Real time (0–99): fixed priority, first in first out, until it blocks. Interactive (100–139): round
//! robin within a priority, a little more urgent for a moment after a wait. Batch (140–199): one queue for all,
//! in which the priority sets the length of the slice, so that each gets its share of what the others leave; who
//! wakes goes on with what is left of its slice.

use crate::queue::Queue;
use crate::thread::Thread;
use core::cell::Cell;
use veridian_abi::limits;
use veridian_port::Port;

/// Levels of the ready queues: one a priority, and one for all of batch.
const LEVELS: usize = limits::BATCH_FIRST as usize + 1;
const WORDS: usize = LEVELS.div_ceil(64);

/// Ticks of an interactive slice: 10 ms.
const INTERACTIVE_SLICE: u32 = 10;

/// Level that a priority is queued at; lower runs first.
#[must_use]
#[inline(always)]
pub fn level(priority: u8) -> u8 {
    priority.min(limits::BATCH_FIRST as u8)
}

/// Levels that an interactive thread is more urgent when it wakes, one less with each tick that it runs.
pub const BOOST: u8 = 4;

/// Whether a priority is an interactive one.
#[must_use]
pub fn is_interactive(priority: u8) -> bool {
    (limits::INTERACTIVE_FIRST..=limits::INTERACTIVE_LAST).contains(&u64::from(priority))
}

/// Level of a thread of a priority that is so much more urgent for having waited: never one of another class.
#[must_use]
pub fn boosted(priority: u8, boost: u8) -> u8 {
    if is_interactive(priority) {
        priority.saturating_sub(boost).max(limits::INTERACTIVE_FIRST as u8)
    } else {
        level(priority)
    }
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
#[repr(C)]
pub struct Scheduler<'m, P: Port> {
    /// The most urgent level that has a thread; `EMPTY` when none has.
    top: Cell<u8>,
    /// Bit `i` of word `w`: level `64 w + i` has a thread.
    occupied: Cell<[u64; WORDS]>,
    /// Whether a batch thread woke, and has to go before the one that runs: it has not had its share.
    woken: Cell<bool>,
    queues: [Queue<'m, P>; LEVELS],
}

/// More than any level: nothing is ready.
pub const EMPTY: u8 = GONE - 1;

/// The level of a thread that has ended: less urgent than if nothing is ready, so that a system call in which
/// the caller itself ends does not return to it.
pub const GONE: u8 = u8::MAX;

impl<P: Port> Default for Scheduler<'_, P> {
    fn default() -> Self {
        Self {
            queues: [const { Queue::new() }; LEVELS],
            occupied: Cell::new([0; WORDS]),
            top: Cell::new(EMPTY),
            woken: Cell::new(false),
        }
    }
}

impl<'m, P: Port> Scheduler<'m, P> {
    /// The most urgent level at which a thread is ready; [`EMPTY`] when none is.
    #[must_use]
    #[inline(always)]
    pub fn top(&self) -> u8 {
        self.top.get()
    }

    /// Makes a thread ready behind the others of its level.
    #[inline(always)]
    pub fn push(&self, thread: &'m Thread<'m, P>) {
        let level = thread.level.get();
        if let Some(queue) = self.queues.get(usize::from(level)) {
            // Behind another one, the level is known to have threads.
            let first = queue.first().is_none();
            queue.push(thread);
            if first {
                self.occupy(level);
            }
        }
    }

    /// Makes a thread ready before the others of its level: it was preempted.
    pub fn push_front(&self, thread: &'m Thread<'m, P>) {
        let level = thread.level.get();
        if let Some(queue) = self.queues.get(usize::from(level)) {
            queue.push_front(thread);
            self.occupy(level);
        }
    }

    /// Makes a thread ready that has waited. In batch it goes on with what is left of its slice before the others
    /// do: who waits now and then gets its share as well, and no more, since a slice that is used up is followed by
    /// those of all others.
    pub fn push_woken(&self, thread: &'m Thread<'m, P>) {
        if u64::from(thread.level.get()) == limits::BATCH_FIRST {
            self.push_front(thread);
            self.woken.set(true);
        } else {
            self.push(thread);
        }
    }

    /// At a tick: takes the batch thread that woke, if it is to go before `running`, which then is the next.
    pub fn change_to_woken(&self, running: &'m Thread<'m, P>) -> Option<&'m Thread<'m, P>> {
        let batch = limits::BATCH_FIRST as u8;
        if running.level.get() != batch || self.top() != batch || !self.woken.take() {
            return None;
        }
        let woken = self.pop();
        self.push_front(running);
        woken
    }

    /// Takes the thread that should run next.
    #[inline(always)]
    pub fn pop(&self) -> Option<&'m Thread<'m, P>> {
        let level = self.top.get();
        let queue = self.queues.get(usize::from(level))?;
        let thread = queue.pop();
        self.vacate(level, queue);
        if u64::from(level) == limits::BATCH_FIRST {
            // Who woke is first in the queue.
            self.woken.set(false);
        }
        thread
    }

    /// Takes a thread that is ready out of its queue.
    pub fn remove(&self, thread: &'m Thread<'m, P>) {
        let level = thread.level.get();
        if let Some(queue) = self.queues.get(usize::from(level)) {
            queue.remove(thread);
            self.vacate(level, queue);
        }
    }

    /// Notes that a level is empty, if it is.
    #[inline(always)]
    fn vacate(&self, level: u8, queue: &Queue<'m, P>) {
        if queue.first().is_none() {
            let mut occupied = self.occupied.get();
            if let Some(word) = occupied.get_mut(usize::from(level / 64)) {
                *word &= !(1 << (level % 64));
            }
            self.occupied.set(occupied);
            self.top.set(find_top(occupied));
        }
    }

    fn occupy(&self, level: u8) {
        let mut occupied = self.occupied.get();
        if let Some(word) = occupied.get_mut(usize::from(level / 64)) {
            *word |= 1 << (level % 64);
        }
        self.occupied.set(occupied);
        self.top.set(self.top.get().min(level));
    }
}

fn find_top(occupied: [u64; WORDS]) -> u8 {
    let mut base = 0;
    for word in occupied {
        if word != 0 {
            return base + word.trailing_zeros() as u8;
        }
        base += 64;
    }
    EMPTY
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, TestPort, threads};
    use std::collections::VecDeque;

    #[test]
    fn the_most_urgent_runs_first_and_equals_in_order() {
        let all = threads(50);
        let scheduler = Scheduler::default();
        let mut model: Vec<VecDeque<&Thread<'_, TestPort>>> = vec![VecDeque::new(); LEVELS];
        let mut random = Random::new(3);
        let mut idle: Vec<_> = all.iter().collect();
        for _ in 0..20_000 {
            if random.below(10) == 0 {
                let ready: Vec<_> = model.iter().flatten().copied().collect();
                if !ready.is_empty() {
                    let thread = ready[random.below(ready.len() as u64) as usize];
                    scheduler.remove(thread);
                    model[usize::from(thread.level.get())].retain(|other| !core::ptr::eq(*other, thread));
                    idle.push(thread);
                }
            } else if !idle.is_empty() && random.below(2) == 0 {
                let thread = idle.swap_remove(random.below(idle.len() as u64) as usize);
                let priority = random.below(200) as u8;
                thread.set_priority(priority);
                if random.below(3) == 0 {
                    scheduler.push_front(thread);
                    model[usize::from(level(priority))].push_front(thread);
                } else {
                    scheduler.push(thread);
                    model[usize::from(level(priority))].push_back(thread);
                }
            } else {
                let expected = model.iter_mut().find_map(VecDeque::pop_front);
                assert_eq!(scheduler.pop().map(core::ptr::from_ref), expected.map(core::ptr::from_ref));
                idle.extend(expected);
            }
            let top = model.iter().position(|queue| !queue.is_empty());
            assert_eq!(scheduler.top(), top.map_or(EMPTY, |level| level as u8));
        }
    }

    #[test]
    fn a_boost_is_bounded_and_stays_in_its_class() {
        for priority in 0..200 {
            assert_eq!(boosted(priority, 0), level(priority));
            for boost in 0..=BOOST {
                let level = boosted(priority, boost);
                assert!(level <= super::level(priority) && super::level(priority) - level <= boost);
                assert_eq!(is_interactive(level), is_interactive(priority));
            }
        }
        assert_eq!((boosted(100, BOOST), boosted(102, BOOST), boosted(139, BOOST)), (100, 100, 135));
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
