//! Memory that is taken while the program runs.

use super::{AddressSpace, Notification, Process, SharedRegion, kernel_kind};
use crate::needs::Granted;
use crate::startup::dynamic_base;
use crate::{Error, Need, Result, Token, page_size, system};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use veridian_abi::{Error as SystemError, Kind, limits, rights};

/// A budget of memory: regions are taken from it, mapped, passed on, and given back.
#[derive(Debug)]
pub struct MemoryPool {
    token: Token,
}

kernel_kind!(
    MemoryPool,
    MemoryPoolRights,
    memory_pool { allocate = ALLOCATE, create = CREATE, spawn = SPAWN },
    |granted| Self { token: granted.token }
);

/// Bytes from one place for a region to the next: the largest region, and a page that stays unmapped.
fn place_size() -> u64 {
    (limits::MAX_RUN_PAGES + 1) * page_size()
}

/// Places that are taken: a bit each. So many regions can be mapped at the same time.
static PLACES: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];

fn take_place() -> Option<u64> {
    for (word, places) in (0u64..).zip(&PLACES) {
        let taken = places.load(Relaxed);
        let free = taken.trailing_ones();
        if free < u64::BITS {
            places.store(taken | 1 << free, Relaxed);
            return Some(dynamic_base() + (word * 64 + u64::from(free)) * place_size());
        }
    }
    None
}

fn leave_place(address: u64) {
    let place = (address - dynamic_base()) / place_size();
    if let Some(places) = PLACES.get((place / 64) as usize) {
        places.fetch_and(!(1 << (place % 64)), Relaxed);
    }
}

impl MemoryPool {
    /// Takes zeroed memory of up to 64 pages and maps it, readable and writable. Needs the right `allocate`.
    pub fn take(&self, pages: u64) -> Result<SharedRegion> {
        let token = system::allocate_frames(self.token, pages)?;
        match self.map(token, pages) {
            Ok(region) => Ok(region),
            Err(error) => {
                system::free_frames(token)?;
                Err(error)
            }
        }
    }

    /// Maps a region of so many pages that somebody passed a capability to, with what that allows. Page
    /// tables are charged to this pool. Needs the right `allocate`.
    pub fn map(&self, region: Token, pages: u64) -> Result<SharedRegion> {
        let address = take_place().ok_or(Error::System(SystemError::NoMemory))?;
        let write = region.rights() & rights::shared_region::WRITE != 0;
        let flags = limits::MAP_READ | if write { limits::MAP_WRITE } else { 0 };
        if let Err(error) = system::map_page(region, address, flags, self.token) {
            leave_place(address);
            return Err(error.into());
        }
        let size = (pages * page_size()) as usize;
        Ok(SharedRegion::from_granted(Granted { token: region, address: address as usize, size }))
    }

    /// Makes an endpoint, whose messages say `badge`, and a capability to it with all rights. Needs the right
    /// `create`.
    pub fn endpoint(&self, badge: u32) -> Result<Token> {
        Ok(system::create_capability(self.token, Kind::Endpoint, badge)?)
    }

    /// Makes a notification. Needs the right `create`.
    pub fn notification(&self) -> Result<Notification> {
        Ok(Notification::from_token(system::create_capability(self.token, Kind::Notification, 0)?))
    }

    /// Makes an address space for a new process. Needs the right `spawn`.
    pub fn address_space(&self) -> Result<AddressSpace> {
        Ok(AddressSpace::from_token(system::create_address_space(self.token)?))
    }

    /// Makes a thread, in an address space or in the program's own, on the core of whoever calls. Needs the right
    /// `spawn`.
    pub fn thread(&self, space: Option<&AddressSpace>) -> Result<Process> {
        self.thread_of(space, None)
    }

    /// As [`MemoryPool::thread`], on a core that the pool's definition lists.
    pub fn thread_on(&self, core: u32, space: Option<&AddressSpace>) -> Result<Process> {
        self.thread_of(space, Some(core))
    }

    fn thread_of(&self, space: Option<&AddressSpace>, core: Option<u32>) -> Result<Process> {
        let space = space.map_or(Token::NONE, AddressSpace::token);
        Ok(Process::from_token(system::create_thread(self.token, space, core)?))
    }

    /// Takes a region out of the address space; others keep what they have of it.
    pub fn unmap(&self, region: SharedRegion) -> Result<Token> {
        let token = region.token();
        system::unmap_page(token)?;
        leave_place(region.address());
        Ok(token)
    }

    /// Gives memory back that [`MemoryPool::take`] took. Whoever else had it mapped has it no longer.
    pub fn give_back(&self, region: SharedRegion) -> Result<()> {
        system::free_frames(region.token())?;
        leave_place(region.address());
        Ok(())
    }
}
