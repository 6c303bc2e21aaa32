//! Address spaces of processes that a program makes.

use super::SharedRegion;
use crate::{Result, SystemError, Token, page_size, system};

/// An address space that was made out of a pool, with a capability table of its own. Dropping its capability
/// ends the threads in it.
#[derive(Debug)]
pub struct AddressSpace {
    token: Token,
}

/// Lies among the program's constants.
static CONSTANT: u8 = 1;
/// Lies among those that hold addresses.
static ADDRESS: &u8 = &CONSTANT;

impl AddressSpace {
    /// The handle of a capability that was made at run time.
    #[must_use]
    pub const fn from_token(token: Token) -> Self {
        Self { token }
    }

    /// The capability behind this handle.
    #[must_use]
    pub const fn token(&self) -> Token {
        self.token
    }

    /// Gives its table a child of a capability with the same or fewer rights. Returns the child's token there.
    /// Needs the right `grant`.
    pub fn grant(&self, capability: Token, rights: u16) -> Result<Token> {
        Ok(system::capability_grant(self.token, capability, rights)?)
    }

    /// Maps a region at an address of it; `flags` are the ABI's `MAP_*`. Needs the right `map`.
    pub fn map(&self, region: &SharedRegion, address: u64, flags: u64) -> Result<Token> {
        Ok(system::map_shared_region(self.token, region.token(), address, flags)?)
    }

    /// Gives it the program that runs: code and constants, but nothing that can be written, so that what runs
    /// there can use no static variable. Needs the right `map`.
    pub fn share_program(&self) -> Result<()> {
        let code = (Self::share_program as fn(&Self) -> Result<()>) as usize;
        let constants = [(&raw const CONSTANT).addr(), (&raw const ADDRESS).addr()];
        let page = page_size();
        let mut count = 0;
        // Segments lie side by side, or apart. Each ends where a page can be written, or nothing is mapped.
        for place in [code, constants[0], constants[1]] {
            let first = place as u64 / page * page;
            count += self.share_from(first, page)?;
            count += self.share_from(first.wrapping_sub(page), page.wrapping_neg())?;
        }
        if count == 0 { Err(SystemError::BadArgument.into()) } else { Ok(()) }
    }

    /// Shares pages from one on until there is none that can be, or that is not shared yet. Returns how many.
    fn share_from(&self, first: u64, step: u64) -> Result<u64> {
        let mut count = 0_u64;
        loop {
            match system::share_pages(self.token, first.wrapping_add(count.wrapping_mul(step)), 1) {
                Ok(()) => count += 1,
                Err(SystemError::BadArgument) => return Ok(count),
                Err(error) => return Err(error.into()),
            }
        }
    }
}
