//! Threads in the order in which their waits end: a leftist heap, linked through the threads themselves.
//!
//! The way down from any of them by its right children is as many threads long as their number has bits, at most,
//! and no other way down is ever gone. The way up is gone for as long as ranks change, and each of these is one
//! more than the one below it. So putting a thread in, and taking out any, needs so few steps, and no memory.

use crate::thread::Thread;
use core::cell::Cell;
use veridian_port::Port;

/// A thread's place in a heap.
pub struct Place<'m, P: Port> {
    above: Cell<Option<&'m Thread<'m, P>>>,
    left: Cell<Option<&'m Thread<'m, P>>>,
    right: Cell<Option<&'m Thread<'m, P>>>,
    /// Threads on the way down by right children, this one included. That of a left child is no less than that of
    /// the right one.
    rank: Cell<u8>,
}

impl<P: Port> Default for Place<'_, P> {
    fn default() -> Self {
        Self { above: Cell::new(None), left: Cell::new(None), right: Cell::new(None), rank: Cell::new(0) }
    }
}

/// Threads of which none is above another one whose deadline comes earlier.
pub struct Heap<'m, P: Port> {
    first: Cell<Option<&'m Thread<'m, P>>>,
}

impl<P: Port> Default for Heap<'_, P> {
    fn default() -> Self {
        Self { first: Cell::new(None) }
    }
}

impl<'m, P: Port> Heap<'m, P> {
    /// The thread whose deadline comes first. Among those of one tick a more urgent one is preferred, by the levels
    /// that they had when they came together.
    #[must_use]
    pub fn first(&self) -> Option<&'m Thread<'m, P>> {
        self.first.get()
    }

    /// Puts a thread in, which is in no heap.
    pub fn insert(&self, thread: &'m Thread<'m, P>) {
        thread.place.rank.set(1);
        self.first.set(join(self.first.get(), Some(thread)));
    }

    /// Takes out a thread of this heap.
    #[inline(never)]
    pub fn remove(&self, thread: &'m Thread<'m, P>) {
        let place = &thread.place;
        let rest = join(place.left.take(), place.right.take());
        let above = place.above.take();
        let Some(parent) = above else {
            return self.first.set(rest);
        };
        let own = &parent.place;
        let is_left = own.left.get().is_some_and(|left| core::ptr::eq(left, thread));
        if is_left { &own.left } else { &own.right }.set(rest);
        if let Some(rest) = rest {
            rest.place.above.set(above);
        }
        let mut changed = above;
        while let Some(thread) = changed.filter(|thread| balance(thread)) {
            changed = thread.place.above.get();
        }
    }
}

/// Makes one heap of two. Returns its first thread, which is below no other.
#[inline(never)]
fn join<'m, P: Port>(
    mut one: Option<&'m Thread<'m, P>>,
    mut other: Option<&'m Thread<'m, P>>,
) -> Option<&'m Thread<'m, P>> {
    let order = |thread: &Thread<'m, P>| (thread.deadline.get(), thread.level.get());
    let mut last: Option<&'m Thread<'m, P>> = None;
    // Down the right children of both, always on with the one that comes first.
    while let (Some(first), Some(second)) = (one, other) {
        let (first, second) = if order(second) < order(first) { (second, first) } else { (first, second) };
        if let Some(last) = last {
            last.place.right.set(Some(first));
        }
        first.place.above.set(last);
        last = Some(first);
        (one, other) = (first.place.right.get(), Some(second));
    }
    let mut root = one.or(other);
    if let Some(rest) = root {
        rest.place.above.set(last);
    }
    if let Some(last) = last {
        last.place.right.set(root);
    }
    while let Some(thread) = last {
        balance(thread);
        root = last;
        last = thread.place.above.get();
    }
    root
}

/// Gives a thread the rank that follows from those of its children, the lower of which becomes the right one.
/// Returns whether it had another one.
fn balance<P: Port>(thread: &Thread<'_, P>) -> bool {
    #[cfg(test)]
    tests::STEPS.set(tests::STEPS.get() + 1);
    let Place { left, right, rank, .. } = &thread.place;
    let of = |child: &Cell<Option<&Thread<'_, P>>>| child.get().map_or(0, |child| child.place.rank.get());
    if of(left) < of(right) {
        left.swap(right);
    }
    let new = of(right) + 1;
    rank.replace(new) != new
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::testing::{Random, TestPort, threads};

    thread_local! {
        /// Threads whose rank was looked at, as often as they were: one for each that a way leads by.
        pub(crate) static STEPS: Cell<u64> = const { Cell::new(0) };
    }

    type TestThread = Thread<'static, TestPort>;

    /// Counts the threads below one, itself included, and checks that all are in order.
    fn count(thread: Option<&'static TestThread>, above: Option<&'static TestThread>) -> usize {
        let Some(thread) = thread else {
            return 0;
        };
        let Place { left, right, rank, .. } = &thread.place;
        let of = |child: Option<&TestThread>| child.map_or(0, |child| child.place.rank.get());
        assert_eq!(thread.place.above.get().map(core::ptr::from_ref), above.map(core::ptr::from_ref));
        assert!(above.is_none_or(|above| above.deadline.get() <= thread.deadline.get()));
        assert!(of(left.get()) >= of(right.get()));
        assert_eq!(rank.get(), of(right.get()) + 1);
        1 + count(left.get(), Some(thread)) + count(right.get(), Some(thread))
    }

    #[test]
    fn it_is_in_order_whatever_comes_and_goes_and_every_change_takes_few_steps() {
        for seed in 0..20 {
            let mut random = Random::new(seed);
            let all = threads(1 << (1 + seed % 9));
            let most = u64::from(usize::BITS - all.len().leading_zeros());
            let heap = Heap::default();
            let (mut outside, mut inside): (Vec<&TestThread>, Vec<&TestThread>) = (all.iter().collect(), Vec::new());
            for _ in 0..2_000 {
                STEPS.set(0);
                if random.below(5) < 3 && !outside.is_empty() {
                    let thread = outside.swap_remove(random.below(outside.len() as u64) as usize);
                    thread.deadline.set(random.below(50));
                    thread.level.set(random.below(140) as u8);
                    heap.insert(thread);
                    inside.push(thread);
                } else if !inside.is_empty() {
                    let thread = inside.swap_remove(random.below(inside.len() as u64) as usize);
                    heap.remove(thread);
                    outside.push(thread);
                }
                // Down both ways to be joined, and up from there.
                assert!(STEPS.get() <= 3 * most, "{} steps among {}", STEPS.get(), all.len());
                assert_eq!(count(heap.first(), None), inside.len());
            }
            let mut last = 0;
            while let Some(first) = heap.first() {
                assert!(first.deadline.get() >= last);
                last = first.deadline.get();
                heap.remove(first);
            }
        }
    }

    #[test]
    fn of_one_tick_the_more_urgent_comes_first() {
        let all = threads(200);
        let heap = Heap::default();
        let mut random = Random::new(5);
        for thread in all {
            thread.deadline.set(random.below(4));
            thread.level.set(random.below(140) as u8);
            heap.insert(thread);
        }
        let order: Vec<_> = core::iter::from_fn(|| {
            let first = heap.first()?;
            heap.remove(first);
            Some((first.deadline.get(), first.level.get()))
        })
        .collect();
        assert_eq!(order.len(), all.len());
        assert!(order.is_sorted());
    }
}
