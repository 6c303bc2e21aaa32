//! Address spaces of processes that a program makes.

use super::SharedRegion;
use crate::{Result, SystemError, Token, page_size, system};

/// An address space that was made out of a pool, with a capability table of its own. Dropping its capability
/// ends the threads in it.
#[derive(Debug)]
pub struct AddressSpace {
    token: Token,
}

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
        let page = page_size();
        let here = (Self::share_program as fn(&Self) -> Result<()>) as usize as u64 / page * page;
        // The segments lie side by side; they end where a page can be written, or nothing is mapped.
        let mut count = 0;
        for step in [page, page.wrapping_neg()] {
            let mut at = if count == 0 { here } else { here.wrapping_sub(page) };
            loop {
                match system::share_pages(self.token, at, 1) {
                    Ok(()) => count += 1,
                    Err(SystemError::BadArgument) => break,
                    Err(error) => return Err(error.into()),
                }
                at = at.wrapping_add(step);
            }
        }
        if count == 0 { Err(SystemError::BadArgument.into()) } else { Ok(()) }
    }
}
