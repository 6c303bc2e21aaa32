//! Memory at run time: pools that components take regions from, map them, pass them on, and give back.
//!
//! A region is mapped through one capability to it, at one place: that mapping goes when the capability
//! does, wherever the capability was passed. When the capability that `allocate_frames` made goes, all that
//! was derived from it has gone before, and the frames are the pool's again. Page tables that a mapping
//! takes are charged to a pool for good.

use crate::capability::{Entry, Grant, Object};
use crate::frames::{Frames, Place};
use crate::system::System;
use crate::thread::Thread;
use core::cell::Cell;
use veridian_abi::{Error, limits, rights};
use veridian_port::{MapError, PageFlags, PhysicalAddress, Port, UserAddress};

/// Memory that components may map: a run of frames.
pub struct Region<'m> {
    /// Its first byte.
    pub start: Cell<PhysicalAddress>,
    /// Its length.
    pub pages: Cell<u32>,
    /// Where it goes back to; none for those of the boot table.
    pub pool: Cell<Option<&'m Pool<'m>>>,
    next: Cell<Option<&'m Region<'m>>>,
}

impl Default for Region<'_> {
    fn default() -> Self {
        Self { start: Cell::default(), pages: Cell::new(0), pool: Cell::new(None), next: Cell::new(None) }
    }
}

/// A budget of memory.
pub struct Pool<'m> {
    /// Frames that may still be taken.
    pub available: Cell<u32>,
    /// Where they are taken from.
    pub place: Cell<Place>,
    /// Regions that are not in use.
    free: Cell<Option<&'m Region<'m>>>,
}

impl Default for Pool<'_> {
    fn default() -> Self {
        Self { available: Cell::new(0), place: Cell::new(Place::NORMAL), free: Cell::new(None) }
    }
}

impl<'m> Pool<'m> {
    /// Gives it a region that is not in use.
    pub fn put(&'m self, region: &'m Region<'m>) {
        region.pool.set(Some(self));
        region.next.set(self.free.replace(Some(region)));
    }

    fn take(&self) -> Option<&'m Region<'m>> {
        let region = self.free.get()?;
        self.free.set(region.next.get());
        Some(region)
    }

    /// Takes one frame for good.
    fn spend(&self, frames: &mut Frames<'_>) -> Option<PhysicalAddress> {
        let left = self.available.get().checked_sub(1)?;
        let frame = frames.allocate(self.place.get())?;
        self.available.set(left);
        Some(frame)
    }
}

/// A region that a component has mapped through one of its capabilities.
pub struct Mapping<'m> {
    /// Number of the component's thread.
    pub owner: u32,
    /// What is mapped.
    pub region: &'m Region<'m>,
    /// The first page's number: its address in pages.
    pub page: u32,
}

#[inline(always)]
fn pool<'m, P: Port>(me: &Thread<'m, P>, token: u64) -> Result<&'m Pool<'m>, Error> {
    let entry = me.table.lookup(token)?;
    let Object::MemoryPool(pool) = entry.object() else {
        return Err(Error::WrongKind);
    };
    entry.require(rights::memory_pool::ALLOCATE)?;
    Ok(pool)
}

#[inline(always)]
fn region<'m, P: Port>(me: &Thread<'m, P>, token: u64) -> Result<(&'m Entry<'m, P>, &'m Region<'m>), Error> {
    let entry = me.table.lookup(token)?;
    let Object::SharedRegion(region) = entry.object() else {
        return Err(Error::WrongKind);
    };
    Ok((entry, region))
}

fn page<P: Port>(port: &P, address: u64, number: u32) -> UserAddress {
    UserAddress(address + u64::from(number) * port.page_size())
}

impl<'m, P: Port> System<'m, P> {
    /// `allocate_frames`: takes zeroed frames from a pool. Returns the token of a capability to them.
    #[inline(never)]
    pub(crate) fn allocate_frames(&mut self, me: &Thread<'m, P>, token: u64, pages: u64) -> Result<u64, Error> {
        let pool = pool(me, token)?;
        let count = u32::try_from(pages).unwrap_or(u32::MAX);
        if count == 0 || u64::from(count) > limits::MAX_RUN_PAGES {
            return Err(Error::BadArgument);
        }
        let left = pool.available.get().checked_sub(count).ok_or(Error::NoMemory)?;
        let frames = self.frames.as_mut().ok_or(Error::NoMemory)?;
        let region = pool.take().ok_or(Error::NoMemory)?;
        let Some(start) = frames.allocate_run(pool.place.get(), count as usize) else {
            pool.put(region);
            return Err(Error::NoMemory);
        };
        pool.available.set(left);
        region.start.set(start);
        region.pages.set(count);
        let rights = rights::shared_region::READ | rights::shared_region::WRITE;
        let made = me.table.create(&Grant { object: Object::SharedRegion(region), rights, badge: 0 });
        if made.is_err() {
            self.give_back(region);
        } else {
            for number in 0..u64::from(count) {
                self.port.zero_frame(PhysicalAddress(start.0 + number * self.port.page_size()));
            }
        }
        made
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
        let write = match flags {
            limits::MAP_READ => false,
            flags if flags == limits::MAP_READ | limits::MAP_WRITE => true,
            _ => return Err(Error::BadArgument),
        };
        let needed = if write { rights::shared_region::WRITE } else { 0 };
        entry.require(rights::shared_region::READ | needed)?;
        let pool = pool(me, charge)?;
        let pages = region.pages.get();
        if u64::from(pages) > limits::MAX_RUN_PAGES || entry.mapped_page().is_some() {
            return Err(Error::BadArgument);
        }
        let last = limits::DYNAMIC_END - u64::from(pages) * self.port.page_size();
        if !address.is_multiple_of(self.port.page_size()) || !(limits::DYNAMIC_BASE..=last).contains(&address) {
            return Err(Error::BadArgument);
        }
        let space = me.space.get();
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
                return Err(if error == MapError::Occupied { Error::BadArgument } else { Error::NoMemory });
            }
        }
        entry.set_mapped_page((address / self.port.page_size()) as u32);
        Ok(0)
    }

    /// `unmap_page`: takes the mapping away that was made through a capability.
    #[inline(never)]
    pub(crate) fn unmap_page(&mut self, me: &Thread<'m, P>, token: u64) -> Result<u64, Error> {
        let (entry, region) = region(me, token)?;
        let page = entry.mapped_page().ok_or(Error::BadArgument)?;
        entry.set_mapped_page(0);
        self.unmap(&Mapping { owner: me.index(), region, page });
        Ok(0)
    }

    /// Takes away what a capability mapped.
    pub(crate) fn unmap(&mut self, mapping: &Mapping<'m>) {
        let Some(owner) = self.threads.get(mapping.owner as usize) else {
            return;
        };
        let address = u64::from(mapping.page) * self.port.page_size();
        for number in 0..mapping.region.pages.get() {
            self.port.unmap_page(owner.space.get(), page(&self.port, address, number));
        }
        self.forget_elsewhere(owner.space.get());
    }

    /// Nobody has a capability to a region of a pool any more.
    pub(crate) fn give_back(&mut self, region: &'m Region<'m>) {
        let (Some(pool), Some(frames)) = (region.pool.get(), self.frames.as_mut()) else {
            return;
        };
        frames.free(region.start.get(), region.pages.get() as usize);
        pool.available.set(pool.available.get() + region.pages.get());
        pool.put(region);
    }
}

#[cfg(test)]
mod tests;
