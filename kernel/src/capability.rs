//! Capability tables and the derivation tree.
//!
//! A token is the seed's 64 bits: identifier in 0–31 (the slot in its holder's own table), generation
//! in 32–47, rights in 48–63. It is only a name: all three parts are compared with the holder's table,
//! so that a guessed token, or one seen elsewhere, is worth nothing.
//!
//! Every entry is a node of a derivation tree: a child has at most its parent's rights, and goes when
//! the parent is revoked, wherever it was passed. Deleting an entry raises its slot's generation, so
//! that old tokens stay dead; a slot whose generation would wrap is retired for ever.

use crate::arena::{Arena, Id};
use veridian_abi::{Error, Kind};

/// A capability, or a free slot, of some component's table.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entry {
    /// Generation in bits 0–15, rights in 16–31: the upper half of the token.
    seal: u32,
    /// Code of the object's kind; 0 for a free slot.
    kind: u16,
    /// Index of the object in the arena of its kind.
    object: u32,
    /// What receivers of messages sent with it see.
    badge: u32,
    /// Which table the slot belongs to, for giving it back.
    owner: u32,
    parent: Option<Id<Entry>>,
    child: Option<Id<Entry>>,
    /// Next sibling; next free slot for a free one.
    next: Option<Id<Entry>>,
    previous: Option<Id<Entry>>,
}

impl Entry {
    /// What the capability allows.
    #[must_use]
    #[inline]
    pub const fn rights(&self) -> u16 {
        (self.seal >> 16) as u16
    }

    /// What receivers of messages sent with it see.
    #[must_use]
    #[inline]
    pub const fn badge(&self) -> u32 {
        self.badge
    }

    /// Index of the object in the arena of its kind.
    #[must_use]
    #[inline]
    pub const fn object(&self) -> u32 {
        self.object
    }

    /// Kind of the object; `None` for a free slot.
    #[must_use]
    #[inline]
    pub const fn kind(&self) -> Option<Kind> {
        Kind::from_code(self.kind)
    }

    /// Whether it is to an object of `kind` and carries all of `rights`.
    #[inline]
    fn check(&self, kind: Kind, rights: u16) -> Result<(), Error> {
        if self.kind != kind as u16 {
            return Err(Error::WrongKind);
        }
        if self.rights() & rights != rights {
            return Err(Error::MissingRight);
        }
        Ok(())
    }
}

/// One component's part of the arena of entries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Table {
    first: u32,
    slots: u32,
    free: Option<Id<Entry>>,
}

/// What a new capability is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Kind of the object.
    pub kind: Kind,
    /// Index of the object in the arena of its kind.
    pub object: u32,
    /// What it allows.
    pub rights: u16,
    /// What receivers of messages sent with it see.
    pub badge: u32,
}

const GENERATION: u32 = 0xffff;

/// The tables of all components.
pub struct Capabilities<'m> {
    entries: Arena<'m, Entry>,
    tables: &'m mut [Table],
    taken: u32,
}

impl<'m> Capabilities<'m> {
    /// Empty tables over memory that the shell has set aside.
    pub fn new(entries: &'m mut [Entry], tables: &'m mut [Table]) -> Self {
        Self { entries: Arena::new(entries), tables, taken: 0 }
    }

    /// Gives component `owner` a table of so many slots. `None` where the arena ends.
    pub fn create_table(&mut self, owner: u32, slots: u32) -> Option<()> {
        let first = self.taken;
        let end = first.checked_add(slots)?;
        if end as usize > self.entries.len() {
            return None;
        }
        let mut free = None;
        for index in (first..end).rev() {
            let id = self.entries.id(index)?;
            self.entries[id] =
                Entry { seal: veridian_abi::limits::FIRST_GENERATION as u32, owner, next: free, ..Entry::default() };
            free = Some(id);
        }
        *self.tables.get_mut(owner as usize)? = Table { first, slots, free };
        self.taken = end;
        Some(())
    }

    /// Puts a capability into the next free slot of a table that has seen no deletion: the boot
    /// table's slots come in order. Returns the slot's number.
    pub fn create(&mut self, owner: u32, grant: Grant) -> Result<u64, Error> {
        let id = self.take_slot(owner)?;
        self.fill(id, grant, None);
        Ok(self.token(id))
    }

    /// The capability that a token names in a component's table.
    #[inline]
    pub fn lookup(&self, owner: u32, token: u64) -> Result<Id<Entry>, Error> {
        let table = self.tables.get(owner as usize).ok_or(Error::BadToken)?;
        let slot = token as u32;
        if slot >= table.slots {
            return Err(Error::BadToken);
        }
        let id = self.entries.id(table.first + slot).ok_or(Error::BadToken)?;
        let entry = &self.entries[id];
        if entry.seal == (token >> 32) as u32 && entry.kind != 0 {
            return Ok(id);
        }
        Err(Self::mismatch(entry, (token >> 32) as u32))
    }

    /// A capability of one kind with certain rights.
    #[inline]
    pub fn validate(&self, owner: u32, token: u64, kind: Kind, rights: u16) -> Result<&Entry, Error> {
        let entry = &self.entries[self.lookup(owner, token)?];
        entry.check(kind, rights)?;
        Ok(entry)
    }

    #[cold]
    fn mismatch(entry: &Entry, seal: u32) -> Error {
        // Rights tell nothing of age: only a token of an earlier generation was ever good here.
        if seal & GENERATION < entry.seal & GENERATION && seal & GENERATION != 0 {
            Error::StaleToken
        } else {
            Error::BadToken
        }
    }

    /// The entry behind an identifier.
    #[must_use]
    #[inline]
    pub fn entry(&self, id: Id<Entry>) -> &Entry {
        &self.entries[id]
    }

    /// The token by which the holder of an entry names it.
    #[must_use]
    pub fn token(&self, id: Id<Entry>) -> u64 {
        let entry = &self.entries[id];
        let first = self.tables.get(entry.owner as usize).map_or(0, |table| table.first);
        u64::from(id.index().wrapping_sub(first)) | u64::from(entry.seal) << 32
    }

    /// Makes a child of an entry in the table of `owner`, with `rights`, which must not exceed the
    /// parent's. Returns its token there.
    pub fn derive(&mut self, parent: Id<Entry>, owner: u32, rights: u16) -> Result<u64, Error> {
        let from = self.entries[parent];
        if rights & !from.rights() != 0 {
            return Err(Error::MissingRight);
        }
        let kind = from.kind().ok_or(Error::BadToken)?;
        let id = self.take_slot(owner)?;
        self.fill(id, Grant { kind, object: from.object, rights, badge: from.badge }, Some(parent));
        Ok(self.token(id))
    }

    /// Deletes everything that was derived from an entry. Returns how many that were.
    pub fn revoke(&mut self, id: Id<Entry>) -> u64 {
        let mut deleted = 0;
        let mut at = id;
        loop {
            // Leaves first, so that no entry ever outlives its parent.
            if let Some(child) = self.entries[at].child {
                at = child;
                continue;
            }
            if at == id {
                return deleted;
            }
            let parent = self.entries[at].parent.unwrap_or(id);
            self.delete_leaf(at);
            deleted += 1;
            at = parent;
        }
    }

    /// Revokes an entry and deletes it.
    pub fn drop_entry(&mut self, id: Id<Entry>) {
        self.revoke(id);
        self.delete_leaf(id);
    }

    fn take_slot(&mut self, owner: u32) -> Result<Id<Entry>, Error> {
        let table = self.tables.get_mut(owner as usize).ok_or(Error::TableFull)?;
        let id = table.free.ok_or(Error::TableFull)?;
        table.free = self.entries[id].next;
        Ok(id)
    }

    fn fill(&mut self, id: Id<Entry>, grant: Grant, parent: Option<Id<Entry>>) {
        let sibling = parent.and_then(|parent| self.entries[parent].child.replace(id));
        if let Some(sibling) = sibling {
            self.entries[sibling].previous = Some(id);
        }
        let entry = &mut self.entries[id];
        entry.seal = entry.seal & GENERATION | u32::from(grant.rights) << 16;
        entry.kind = grant.kind as u16;
        entry.object = grant.object;
        entry.badge = grant.badge;
        entry.parent = parent;
        entry.child = None;
        entry.next = sibling;
        entry.previous = None;
    }

    fn delete_leaf(&mut self, id: Id<Entry>) {
        let Entry { parent, next, previous, seal, owner, .. } = self.entries[id];
        match previous {
            Some(previous) => self.entries[previous].next = next,
            None => {
                if let Some(parent) = parent {
                    self.entries[parent].child = next;
                }
            }
        }
        if let Some(next) = next {
            self.entries[next].previous = previous;
        }
        let generation = seal & GENERATION;
        self.entries[id] = Entry { seal: generation, owner, ..Entry::default() };
        if generation < GENERATION {
            self.entries[id].seal = generation + 1;
            if let Some(table) = self.tables.get_mut(owner as usize) {
                self.entries[id].next = table.free.replace(id);
            }
        }
    }
}

#[cfg(test)]
mod tests;
