//! Memory at run time: pools that components take regions from, map them, pass them on, and give back.
//!
//! A region is mapped through one capability to it, at one place: that mapping goes when the capability
//! does, wherever the capability was passed. When the capability that `allocate_frames` made goes, all that
//! was derived from it has gone before, and the frames are the pool's again. Page tables that a mapping
//! takes are charged to a pool for good.

use crate::capability::{Entry, Grant, Object};
use crate::endpoint::Endpoint;
use crate::frames::{Frames, Place};
use crate::notification::Notification;
use crate::slab::{Slab, Slabbed};
use crate::space::AddressSpace;
use crate::system::System;
use crate::thread::Thread;
use core::cell::Cell;
use veridian_abi::{Error, limits, rights};
use veridian_port::{MapError, PageFlags, PhysicalAddress, Port, UserAddress};

/// Memory that components may map: a run of frames.
pub struct Region<'m, P: Port> {
    /// Its first byte.
    pub start: Cell<PhysicalAddress>,
    /// Its length.
    pub pages: Cell<u32>,
    /// Where it goes back to; none for those of the boot table.
    pub pool: Cell<Option<&'m Pool<'m, P>>>,
    /// Pages at its start that have still to be zeroed before anybody can map it.
    dirty: Cell<u32>,
    next_free: Cell<Option<&'m Region<'m, P>>>,
}

impl<'m, P: Port> Slabbed<'m> for Region<'m, P> {
    fn next_free(&self) -> &Cell<Option<&'m Self>> {
        &self.next_free
    }
}

impl<P: Port> Default for Region<'_, P> {
    fn default() -> Self {
        Self {
            start: Cell::default(),
            pages: Cell::new(0),
            pool: Cell::new(None),
            dirty: Cell::new(0),
            next_free: Cell::new(None),
        }
    }
}

/// A budget of memory, and of objects.
pub struct Pool<'m, P: Port> {
    /// Frames that may still be taken.
    pub available: Cell<u32>,
    /// Where they are taken from.
    pub place: Cell<Place>,
    /// A bit for each core that threads made of it may be put on.
    pub cores: Cell<u32>,
    /// Regions that are not in use.
    pub regions: Slab<'m, Region<'m, P>>,
    /// Endpoints that are not in use.
    pub endpoints: Slab<'m, Endpoint<'m, P>>,
    /// Notifications that are not in use.
    pub notifications: Slab<'m, Notification<'m, P>>,
    /// Address spaces that are not in use.
    pub spaces: Slab<'m, AddressSpace<'m, P>>,
    /// Threads that are not in use.
    pub threads: Slab<'m, Thread<'m, P>>,
}

impl<P: Port> Default for Pool<'_, P> {
    fn default() -> Self {
        Self {
            available: Cell::new(0),
            place: Cell::new(Place::NORMAL),
            cores: Cell::new(0),
            regions: Slab::default(),
            endpoints: Slab::default(),
            notifications: Slab::default(),
            spaces: Slab::default(),
            threads: Slab::default(),
        }
    }
}

impl<P: Port> Pool<'_, P> {
    /// Takes one frame, for a page table.
    pub(crate) fn spend(&self, frames: &mut Frames<'_>) -> Option<PhysicalAddress> {
        let left = self.available.get().checked_sub(1)?;
        let frame = frames.allocate(self.place.get())?;
        self.available.set(left);
        Some(frame)
    }
}

/// Bytes that one step of a call fills, or a page where that is larger.
const FILL: u64 = 0x8000;

/// Pages that one step of a call fills.
pub(crate) fn filled_at_once<P: Port>(port: &P) -> u32 {
    ((FILL / port.page_size()) as u32).max(1)
}

/// A region that is mapped through a capability.
pub struct Mapping<'m, P: Port> {
    /// Where.
    pub space: P::Space,
    /// What is mapped.
    pub region: &'m Region<'m, P>,
    /// The first page's number: its address in pages.
    pub page: u32,
}

/// The pool that a token names, or why the call is refused.
#[inline(always)]
pub(crate) fn pool<'m, P: Port>(me: &Thread<'m, P>, token: u64, right: u16) -> Result<&'m Pool<'m, P>, Error> {
    let entry = me.table.lookup(token)?;
    let Object::MemoryPool(pool) = entry.object() else {
        return Err(Error::WrongKind);
    };
    entry.require(right)?;
    Ok(pool)
}

/// A capability to a region, found by its token.
pub(crate) type Found<'m, P> = (&'m Entry<'m, P>, &'m Region<'m, P>);

/// The region that a token names.
#[inline(always)]
pub(crate) fn region<'m, P: Port>(me: &Thread<'m, P>, token: u64) -> Result<Found<'m, P>, Error> {
    let entry = me.table.lookup(token)?;
    let Object::SharedRegion(region) = entry.object() else {
        return Err(Error::WrongKind);
    };
    Ok((entry, region))
}

/// Whether mapping flags allow writing; an error for those that no region can be mapped with.
pub(crate) fn writable(flags: u64) -> Result<bool, Error> {
    match flags {
        limits::MAP_READ => Ok(false),
        flags if flags == limits::MAP_READ | limits::MAP_WRITE => Ok(true),
        _ => Err(Error::BadArgument),
    }
}

/// What a system call answers where a page cannot be mapped.
pub(crate) fn map_error(error: MapError) -> Error {
    if error == MapError::Occupied { Error::BadArgument } else { Error::NoMemory }
}

fn page<P: Port>(port: &P, address: u64, number: u32) -> UserAddress {
    UserAddress(address + u64::from(number) * port.page_size())
}

impl<'m, P: Port> System<'m, P> {
    /// `allocate_frames`: takes zeroed frames from a pool. Returns the token of a capability to them.
    #[inline(never)]
    pub(crate) fn allocate_frames(&mut self, me: &Thread<'m, P>, token: u64, pages: u64) -> Result<u64, Error> {
        let pool = pool(me, token, rights::memory_pool::ALLOCATE)?;
        let count = u32::try_from(pages).unwrap_or(u32::MAX);
        if count == 0 || u64::from(count) > limits::MAX_RUN_PAGES {
            return Err(Error::BadArgument);
        }
        let left = pool.available.get().checked_sub(count).ok_or(Error::NoMemory)?;
        let frames = self.frames.as_mut().ok_or(Error::NoMemory)?;
        let region = pool.regions.take().ok_or(Error::NoMemory)?;
        let Some(start) = frames.allocate_run(pool.place.get(), count as usize) else {
            pool.regions.put(region);
            return Err(Error::NoMemory);
        };
        pool.available.set(left);
        region.start.set(start);
        region.pages.set(count);
        region.dirty.set(count);
        let rights = rights::shared_region::READ | rights::shared_region::WRITE;
        let made = me.table.create(&Grant { object: Object::SharedRegion(region), rights, badge: 0 });
        if made.is_err() {
            self.give_back(region);
        } else {
            // What is left is zeroed when it is to be mapped.
            self.clean(region);
        }
        made
    }

    /// Zeroes a step of what of a region has still to be zeroed.
    #[inline(never)]
    fn clean(&mut self, region: &Region<'m, P>) {
        let dirty = region.dirty.get();
        let left = dirty.saturating_sub(filled_at_once(&self.port));
        for number in left..dirty {
            self.port.zero_frame(PhysicalAddress(region.start.get().0 + u64::from(number) * self.port.page_size()));
        }
        region.dirty.set(left);
    }

    /// Why a region cannot be mapped through a capability now.
    #[cold]
    #[inline(never)]
    fn not_mapped(&mut self, entry: &Entry<'m, P>, region: &Region<'m, P>) -> Result<u64, Error> {
        if entry.badge() == 0 {
            self.require_clean(region)?;
        }
        Err(Error::BadArgument)
    }

    /// Fails with `Unfinished`, after a step, as long as a region has to be zeroed.
    pub(crate) fn require_clean(&mut self, region: &Region<'m, P>) -> Result<(), Error> {
        if region.dirty.get() == 0 {
            return Ok(());
        }
        self.clean(region);
        Err(Error::Unfinished)
    }

    /// `map_page`: maps a region at an address of the caller's, where nothing is mapped.
    #[inline(never)]
    pub(crate) fn map_page(
        &mut self,
        me: &Thread<'m, P>,
        token: u64,
        address: u64,
        flags: u64,
        charge: u64,
    ) -> Result<u64, Error> {
        let (entry, region) = region(me, token)?;
        let write = writable(flags)?;
        let needed = if write { rights::shared_region::WRITE } else { 0 };
        entry.require(rights::shared_region::READ | needed)?;
        let pool = pool(me, charge, rights::memory_pool::ALLOCATE)?;
        let pages = region.pages.get();
        // It is a region's, whose badge is where it is mapped.
        if u64::from(pages) > limits::MAX_RUN_PAGES || entry.badge() | region.dirty.get() != 0 {
            return self.not_mapped(entry, region);
        }
        let last = limits::DYNAMIC_END - u64::from(pages) * self.port.page_size();
        if !address.is_multiple_of(self.port.page_size()) || !(limits::DYNAMIC_BASE..=last).contains(&address) {
            return Err(Error::BadArgument);
        }
        // In a space made at run time they go back to the pool that it was made of.
        let pool = me.table.home().pool.get().unwrap_or(pool);
        self.map_region(me.space.get(), address, region, write, pool)?;
        entry.set_mapped_page((address / self.port.page_size()) as u32);
        Ok(0)
    }

    /// Maps a region in a space, where nothing is mapped yet; nothing of it on an error.
    #[inline(always)]
    pub(crate) fn map_region(
        &mut self,
        space: P::Space,
        address: u64,
        region: &Region<'m, P>,
        write: bool,
        pool: &Pool<'m, P>,
    ) -> Result<(), Error> {
        let pages = region.pages.get();
        let frames = self.frames.as_mut().ok_or(Error::NoMemory)?;
        let flags = PageFlags { write, execute: false, device: false };
        let size = self.port.page_size();
        for number in 0..pages {
            let offset = u64::from(number) * size;
            let frame = PhysicalAddress(region.start.get().0 + offset);
            let mapped =
                self.port.map_page(space, UserAddress(address + offset), frame, flags, &mut || pool.spend(frames));
            if let Err(error) = mapped {
                for number in 0..number {
                    self.port.unmap_page(space, page(&self.port, address, number));
                }
                return Err(map_error(error));
            }
        }
        Ok(())
    }

    /// `unmap_page`: takes the mapping away that was made through a capability.
    #[inline(never)]
    pub(crate) fn unmap_page(&mut self, me: &Thread<'m, P>, token: u64) -> Result<u64, Error> {
        let (entry, region) = region(me, token)?;
        let page = entry.mapped_page().ok_or(Error::BadArgument)?;
        entry.set_mapped_page(0);
        self.unmap(&Mapping { space: me.space.get(), region, page });
        Ok(0)
    }

    /// Takes away what a capability mapped.
    pub(crate) fn unmap(&mut self, mapping: &Mapping<'m, P>) {
        let address = u64::from(mapping.page) * self.port.page_size();
        for number in 0..mapping.region.pages.get() {
            self.port.unmap_page(mapping.space, page(&self.port, address, number));
        }
        self.forget_elsewhere(mapping.space);
    }

    /// Nobody has a capability to a region of a pool any more.
    pub(crate) fn give_back(&mut self, region: &'m Region<'m, P>) {
        let (Some(pool), Some(frames)) = (region.pool.get(), self.frames.as_mut()) else {
            return;
        };
        frames.free(region.start.get(), region.pages.get() as usize);
        pool.available.set(pool.available.get() + region.pages.get());
        pool.regions.put(region);
    }
}

#[cfg(test)]
mod tests;
