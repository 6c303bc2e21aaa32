//! Fixed arrays of kernel objects and the identifiers into them.

use core::fmt;
use core::marker::PhantomData;
use core::num::NonZeroU32;
use core::ops::{Index, IndexMut};

/// Identifies one object of an arena. `Option<Id<T>>` takes four bytes.
pub struct Id<T> {
    /// Index plus one.
    number: NonZeroU32,
    kind: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// The identifier of an index; `None` only for the last 32-bit number, which no arena reaches.
    #[must_use]
    #[inline]
    pub const fn new(index: u32) -> Option<Self> {
        match NonZeroU32::new(index.wrapping_add(1)) {
            Some(number) => Some(Self { number, kind: PhantomData }),
            None => None,
        }
    }

    /// The index in the arena.
    #[must_use]
    #[inline]
    pub const fn index(self) -> u32 {
        self.number.get() - 1
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl<T> Eq for Id<T> {}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{}", self.index())
    }
}

/// All objects of one kind. `K` is what identifiers are typed by, where `T` itself would be unwieldy.
pub struct Arena<'m, T, K = T> {
    items: &'m mut [T],
    kind: PhantomData<fn() -> K>,
}

impl<'m, T, K> Arena<'m, T, K> {
    /// An arena over memory that the shell has set aside.
    pub fn new(items: &'m mut [T]) -> Self {
        Self { items, kind: PhantomData }
    }

    /// How many objects there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The object of an untrusted index.
    #[must_use]
    #[inline]
    pub fn id(&self, index: u32) -> Option<Id<K>> {
        if (index as usize) < self.items.len() { Id::new(index) } else { None }
    }

    /// Every identifier, in order.
    pub fn ids(&self) -> impl Iterator<Item = Id<K>> + use<T, K> {
        (0..u32::try_from(self.items.len()).unwrap_or(u32::MAX)).filter_map(Id::new)
    }
}

/// Identifiers come from `id` and stay valid, since arenas neither shrink nor move: the bounds check
/// here never fails, and stands for memory safety alone.
impl<T, K> Index<Id<K>> for Arena<'_, T, K> {
    type Output = T;

    #[inline]
    fn index(&self, id: Id<K>) -> &T {
        &self.items[id.index() as usize]
    }
}

impl<T, K> IndexMut<Id<K>> for Arena<'_, T, K> {
    #[inline]
    fn index_mut(&mut self, id: Id<K>) -> &mut T {
        &mut self.items[id.index() as usize]
    }
}
