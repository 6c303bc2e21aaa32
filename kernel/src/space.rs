//! Address spaces made at run time: what a new process lives in, with a capability table of its own.
//!
//! What is in the table was put there by whoever made the space, so that a process has nothing that its maker
//! has not. No code comes into being: what is executed there are pages of the maker's program, which nobody
//! can write. When the space goes, its threads end, its capabilities are dropped, and its page tables are the
//! pool's again, in steps of bounded length. Its root table, and the number that a processor knows it by, are
//! set aside at boot and used again.

use crate::capability::{Entry, Grant, Object, Table};
use crate::memory::{map_error, pool, region, writable};
use crate::slab::Slabbed;
use crate::system::System;
use crate::thread::Thread;
use core::cell::Cell;
use veridian_abi::{Error, limits, rights};
use veridian_port::{Port, UserAddress};

/// Threads that one step of taking a space down looks at.
const LOOKS: usize = 256;
/// Page tables that one step of taking a space down takes out: to find one, whole tables are looked through.
const TABLES: usize = 2;

/// An address space and its capability table.
pub struct AddressSpace<'m, P: Port> {
    /// The table, which knows the space itself and its pool.
    pub table: Table<'m, P>,
    /// Whether it is being taken down.
    pub(crate) closing: Cell<bool>,
    /// Threads before this one, of all that can be made, do not live there, while it is being taken down.
    pub(crate) searched: Cell<u32>,
    /// Slots before this one are empty, while it is being taken down.
    pub(crate) emptied: Cell<u32>,
    next_free: Cell<Option<&'m AddressSpace<'m, P>>>,
}

impl<P: Port> Default for AddressSpace<'_, P> {
    fn default() -> Self {
        Self {
            table: Table::default(),
            closing: Cell::new(false),
            searched: Cell::new(0),
            emptied: Cell::new(0),
            next_free: Cell::new(None),
        }
    }
}

impl<'m, P: Port> Slabbed<'m> for AddressSpace<'m, P> {
    fn next_free(&self) -> &Cell<Option<&'m Self>> {
        &self.next_free
    }
}

/// The address space that a token names, or why the call is refused.
pub(crate) fn find<'m, P: Port>(me: &Thread<'m, P>, token: u64, right: u16) -> Result<&'m AddressSpace<'m, P>, Error> {
    let entry = me.table.lookup(token)?;
    let Object::AddressSpace(space) = entry.object() else {
        return Err(Error::WrongKind);
    };
    entry.require(right)?;
    if space.closing.get() { Err(Error::PeerGone) } else { Ok(space) }
}

impl<'m, P: Port> System<'m, P> {
    /// `create_address_space`: makes one out of a pool.
    pub(crate) fn create_address_space(&self, me: &Thread<'m, P>, token: u64) -> Result<u64, Error> {
        let pool = pool(me, token, rights::memory_pool::SPAWN)?;
        // One process deep: taking a space down never takes down another one within.
        if me.table.home().pool.get().is_some() {
            return Err(Error::BadArgument);
        }
        let space = pool.spaces.take().ok_or(Error::NoMemory)?;
        space.table.restart(0);
        let rights = rights::address_space::MAP | rights::address_space::GRANT | rights::address_space::SPAWN;
        let made = me.table.create(&Grant { object: Object::AddressSpace(space), rights, badge: 0 });
        if made.is_err() {
            pool.spaces.put(space);
        }
        made
    }

    /// `capability_grant`: gives the table of an address space a child of a capability.
    pub(crate) fn capability_grant(
        &self,
        me: &Thread<'m, P>,
        token: u64,
        capability: u64,
        rights: u64,
    ) -> Result<u64, Error> {
        let space = find(me, token, rights::address_space::GRANT)?;
        let parent = me.table.lookup(capability)?;
        match parent.object() {
            Object::AddressSpace(_) => return Err(Error::WrongKind),
            Object::Process(thread) if thread.pool.get().is_some() => return Err(Error::WrongKind),
            _ => {}
        }
        parent.derive(&space.table, u16::try_from(rights).map_err(|_| Error::MissingRight)?)
    }

    /// `map_shared_region`: maps a region in another address space.
    pub(crate) fn map_shared_region(
        &mut self,
        me: &Thread<'m, P>,
        token: u64,
        capability: u64,
        address: u64,
        flags: u64,
    ) -> Result<u64, Error> {
        let space = find(me, token, rights::address_space::MAP)?;
        let (parent, region) = region(me, capability)?;
        let write = writable(flags)?;
        let rights = rights::shared_region::READ | if write { rights::shared_region::WRITE } else { 0 };
        parent.require(rights)?;
        let pages = u64::from(region.pages.get());
        self.check_range(address, pages, limits::MAX_RUN_PAGES)?;
        self.require_clean(region)?;
        let pool = space.table.pool.get().ok_or(Error::NoMemory)?;
        let child = parent.derive(&space.table, rights)?;
        let entry = space.table.lookup(child)?;
        let placed = self.map_region(space.table.space.get(), address, region, write, pool);
        match placed {
            Ok(()) => entry.set_mapped_page((address / self.port.page_size()) as u32),
            Err(error) => {
                self.empty_slot(entry);
                return Err(error);
            }
        }
        Ok(child)
    }

    /// `share_pages`: maps pages of the caller's program, which it cannot write, in another address space.
    pub(crate) fn share_pages(
        &mut self,
        me: &Thread<'m, P>,
        token: u64,
        address: u64,
        pages: u64,
    ) -> Result<u64, Error> {
        let space = find(me, token, rights::address_space::MAP)?;
        self.check_range(address, pages, limits::STEP)?;
        // All else in a component's own space is mapped from boot on and for ever.
        let end = address + pages * self.port.page_size();
        let lasts = end <= limits::DYNAMIC_BASE || address >= limits::DYNAMIC_END;
        if me.table.home().pool.get().is_some() || !lasts {
            return Err(Error::BadArgument);
        }
        let pool = space.table.pool.get().ok_or(Error::NoMemory)?;
        let (from, to) = (me.space.get(), space.table.space.get());
        for number in 0..pages {
            let address = UserAddress(address + number * self.port.page_size());
            let found = self.port.find_page(from, address).filter(|(_, flags)| !flags.write && !flags.device);
            let (frame, flags) = found.ok_or(Error::BadArgument)?;
            let frames = self.frames.as_mut().ok_or(Error::NoMemory)?;
            let mapped = self.port.map_page(to, address, frame, flags, &mut || pool.spend(frames));
            mapped.map_err(map_error)?;
        }
        Ok(0)
    }

    /// Fails unless so many pages at an address, `most` at most, lie where pages may be mapped.
    fn check_range(&self, address: u64, pages: u64, most: u64) -> Result<(), Error> {
        let first =
            limits::USER_BASE..=self.port.user_end().0.saturating_sub(pages.saturating_mul(self.port.page_size()));
        let runs = 1..=most;
        if address.is_multiple_of(self.port.page_size()) && first.contains(&address) && runs.contains(&pages) {
            Ok(())
        } else {
            Err(Error::BadArgument)
        }
    }

    /// Drops the capability in a slot, if there is one, with all that was derived from it: a step of it.
    /// Returns whether the slot is empty.
    #[inline(never)]
    pub(crate) fn empty_slot(&mut self, entry: &'m Entry<'m, P>) -> bool {
        let empty = entry.is_free() || self.let_go(entry) && entry.delete(limits::STEP, &mut |lost| self.lose(lost));
        self.settle();
        empty
    }

    /// Ends the threads of an address space that is taken down: a step of it. Returns whether there are none.
    fn end_inhabitants(&mut self, space: &AddressSpace<'m, P>) -> bool {
        let made = self.made_threads();
        let first = space.searched.get() as usize;
        for (next, thread) in (1..).zip(made).skip(first).take(LOOKS) {
            if core::ptr::eq(thread.table.home(), &raw const space.table) {
                if self.finish(thread) {
                    // It may have to wait for who made it until it goes, and must not start again elsewhere.
                    thread.table.share(None);
                    space.searched.set(next);
                }
                return false;
            }
            space.searched.set(next);
        }
        if (space.searched.get() as usize) < made.len() {
            return false;
        }
        // They may have made others meanwhile.
        let none = space.table.threads() == 0;
        if !none {
            space.searched.set(0);
        }
        none
    }

    /// One step of taking an address space down. Returns whether nothing of it is left.
    pub(crate) fn take_down(&mut self, space: &'m AddressSpace<'m, P>) -> bool {
        space.closing.set(true);
        if !self.end_inhabitants(space) {
            return false;
        }
        while let Some(entry) = space.table.entries().get(space.emptied.get() as usize) {
            let held = !entry.is_free();
            if !self.empty_slot(entry) {
                return false;
            }
            entry.renew();
            space.emptied.set(space.emptied.get() + 1);
            if held {
                return false;
            }
        }
        let (Some(pool), Some(frames)) = (space.table.pool.get(), self.frames.as_mut()) else {
            return true;
        };
        let root = space.table.space.get();
        let cleared = self.port.clear_space(root, TABLES, &mut |frame| {
            frames.free(frame, 1);
            pool.available.set(pool.available.get() + 1);
        });
        self.forget_elsewhere(root);
        cleared
    }
}

#[cfg(test)]
mod tests;
