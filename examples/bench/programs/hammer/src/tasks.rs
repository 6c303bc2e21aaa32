//! What the hammer does, and how long the longest of its calls kept the kernel.

use crate::Needs;
use crate::figures::{least_of_stub, long, null, timed};
use crate::sample::{self, Sampler};
use veridian::abi::{limits, rights, system_calls};
use veridian::prelude::*;
use veridian::{Token, arch, system};

/// How many tasks there are, numbered from 1.
pub const TASKS: u64 = 7;

/// Pages of the largest region that there is.
const PAGES: u64 = limits::MAX_RUN_PAGES;
/// Capabilities that the hammer's table has room for besides.
const CHILDREN: u64 = 12;
/// Slots of an address space that are filled.
const FILLED: u64 = limits::MADE_SLOTS;
/// Threads that the pool has.
const THREADS: usize = 8;
/// Bytes that one page table maps, of the smallest pages.
const TABLE: u64 = 1 << 21;
/// Priority of threads that never run, since the hammer does.
const LATER: u8 = 9;

/// Pages of a program that cannot be written, as many as one call shares.
#[repr(align(4096))]
struct Pages([u8; (limits::STEP * limits::PAGE_SIZE) as usize]);

static SHARED: Pages = Pages([1; _]);

/// Whoever does the tasks.
pub struct Hammer<'n> {
    needs: &'n Needs,
    pool: Token,
    /// What a call takes in user mode.
    stub: u32,
    longest: u32,
}

impl<'n> Hammer<'n> {
    /// One that has what it needs.
    pub fn new(needs: &'n Needs) -> Result<Self> {
        Ok(Self { needs, pool: needs.pool.token(), stub: least_of_stub()? - null()?, longest: 0 })
    }

    /// Does a task once. Returns the instructions of the longest call.
    pub fn longest_of(&mut self, task: u64) -> Result<u32> {
        self.longest = 0;
        match task {
            1 => self.memory(),
            2 => self.revocation(),
            3 => self.address_space(),
            4 => self.threads(),
            5 => self.call(system_calls::PROCESS_RESTART, self.needs.victim.token(), [0; 3]).map(drop),
            6 => self.message(),
            _ => self.census(),
        }?;
        Ok(self.longest)
    }

    /// Makes a call with all its steps.
    fn call(&mut self, number: u64, token: Token, arguments: [u64; 3]) -> Result<u64> {
        loop {
            let (instructions, result) = timed(number, token, arguments);
            self.longest = self.longest.max(instructions - self.stub);
            match result {
                Err(SystemError::Unfinished) => {}
                result => return Ok(result?),
            }
        }
    }

    fn take(&mut self) -> Result<Token> {
        self.call(system_calls::ALLOCATE_FRAMES, self.pool, [PAGES, 0, 0]).map(Token)
    }

    fn give_back(&mut self, region: Token) -> Result<()> {
        self.call(system_calls::FREE_FRAMES, region, [0; 3]).map(drop)
    }

    fn drop(&mut self, capability: Token) -> Result<()> {
        self.call(system_calls::CAPABILITY_DROP, capability, [0; 3]).map(drop)
    }

    /// The largest region, mapped and unmapped.
    fn memory(&mut self) -> Result<()> {
        let region = self.take()?;
        let flags = limits::MAP_READ | limits::MAP_WRITE;
        self.call(system_calls::MAP_PAGE, region, [limits::DYNAMIC_BASE, flags, self.pool.0])?;
        self.call(system_calls::UNMAP_PAGE, region, [0; 3])?;
        self.give_back(region)
    }

    /// A region that is mapped through each of the capabilities that were derived.
    fn revocation(&mut self) -> Result<()> {
        let region = self.take()?;
        for child in 0..CHILDREN {
            let read = rights::shared_region::READ.into();
            let token = self.call(system_calls::CAPABILITY_DERIVE, region, [read, 0, 0])?;
            let place = [limits::DYNAMIC_BASE + child * TABLE, limits::MAP_READ, self.pool.0];
            self.call(system_calls::MAP_PAGE, Token(token), place)?;
        }
        self.call(system_calls::CAPABILITY_REVOKE, region, [0; 3])?;
        self.give_back(region)
    }

    /// An address space with as much in it as it holds.
    fn address_space(&mut self) -> Result<()> {
        let region = self.take()?;
        let space = Token(self.call(system_calls::CREATE_ADDRESS_SPACE, self.pool, [0; 3])?);
        self.call(system_calls::SHARE_PAGES, space, [SHARED.0.as_ptr().addr() as u64, limits::STEP, 0])?;
        for slot in 0..FILLED {
            let place = [region.0, limits::DYNAMIC_BASE + slot * TABLE, limits::MAP_READ];
            self.call(system_calls::MAP_SHARED_REGION, space, place)?;
        }
        let thread = Token(self.call(system_calls::CREATE_THREAD, self.pool, [space.0, 0, 0])?);
        self.drop(space)?;
        self.drop(thread)?;
        self.give_back(region)
    }

    /// Threads that could run, and end.
    fn threads(&mut self) -> Result<()> {
        let mut threads = [Token::NONE; THREADS];
        for thread in &mut threads {
            *thread = Token(self.call(system_calls::CREATE_THREAD, self.pool, [0; 3])?);
            self.call(system_calls::START_THREAD, *thread, [limits::DYNAMIC_BASE, limits::DYNAMIC_BASE, 0])?;
            self.call(system_calls::SCHEDULE_THREAD, *thread, [LATER.into(), 0, 0])?;
        }
        threads.into_iter().try_for_each(|thread| self.drop(thread))
    }

    /// A message as long as they get, and its reply.
    fn message(&mut self) -> Result<()> {
        let message = long(limits::MESSAGE_BUFFER_SIZE);
        self.longest = sample::call(Sampler::Kernel, &message, self.needs.server.token());
        Ok(())
    }

    /// All that there is.
    fn census(&mut self) -> Result<()> {
        let mut cursor = 0;
        loop {
            let start = arch::cycles();
            cursor = system::census_read(self.needs.census.token(), cursor)?.1;
            self.longest = self.longest.max(arch::cycles().wrapping_sub(start) as u32);
            if cursor == 0 {
                return Ok(());
            }
        }
    }
}
