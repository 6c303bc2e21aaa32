//! Slabs: kernel objects of one type that are made and given back at run time.
//!
//! A pool has one slab a type, with as many objects as its definition allows, set aside at boot. An object
//! never becomes one of another type, so that a plain reference to it stays a reference to its type; the
//! threads of all slabs lie in one slice, by which reply tokens find them; and whoever may make ten objects can
//! make ten, whatever others do. Making and giving back take constant time.

use core::cell::Cell;

/// What can be in a slab: it has room for a link while nobody has it.
pub trait Slabbed<'m>: Sized {
    /// The next free object.
    fn next_free(&self) -> &Cell<Option<&'m Self>>;
}

/// Objects of one type of which some are free.
pub struct Slab<'m, T> {
    free: Cell<Option<&'m T>>,
}

impl<T> Default for Slab<'_, T> {
    fn default() -> Self {
        Self { free: Cell::new(None) }
    }
}

impl<'m, T: Slabbed<'m>> Slab<'m, T> {
    /// Gives it an object that nobody refers to.
    pub fn put(&self, object: &'m T) {
        object.next_free().set(self.free.replace(Some(object)));
    }

    /// Takes an object, in the state in which it was given; `None` where all are in use.
    pub fn take(&self) -> Option<&'m T> {
        let object = self.free.get()?;
        self.free.set(object.next_free().take());
        Some(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    #[derive(Default)]
    struct Thing<'m> {
        next: Cell<Option<&'m Thing<'m>>>,
        owner: Cell<Option<u64>>,
    }

    impl<'m> Slabbed<'m> for Thing<'m> {
        fn next_free(&self) -> &Cell<Option<&'m Self>> {
            &self.next
        }
    }

    #[test]
    fn nobody_gets_what_another_has_and_all_come_back() {
        for seed in 0..100 {
            let mut random = Random::new(seed);
            let count = 1 + random.below(20) as usize;
            let things: &'static [Thing<'static>] = (0..count).map(|_| Thing::default()).collect::<Vec<_>>().leak();
            let slab = Slab::default();
            things.iter().for_each(|thing| slab.put(thing));
            let mut held: Vec<&Thing<'_>> = Vec::new();
            for step in 0..500 {
                if random.below(2) == 0 {
                    match slab.take() {
                        Some(thing) => {
                            assert_eq!(thing.owner.replace(Some(step)), None, "two owners");
                            held.push(thing);
                        }
                        None => assert_eq!(held.len(), count, "one is lost"),
                    }
                } else if !held.is_empty() {
                    let thing = held.swap_remove(random.below(held.len() as u64) as usize);
                    thing.owner.set(None);
                    slab.put(thing);
                }
            }
            held.drain(..).for_each(|thing| slab.put(thing));
            assert_eq!(core::iter::from_fn(|| slab.take()).count(), count);
        }
    }
}
