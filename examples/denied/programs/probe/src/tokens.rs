//! The tokens that the probe tries: those it holds, and what can be made up from them.

use crate::Needs;
use veridian::abi::Kind;
use veridian::prelude::*;
use veridian::{Token, system};

/// Capabilities that the probe holds at most.
const MOST: usize = 32;

/// What the probe holds, and the token of somebody else.
pub struct Held {
    tokens: [Option<(Kind, Token)>; MOST],
    /// A token that is good in the bystander's table.
    pub foreign: Token,
}

impl Held {
    /// What it was granted, and one object of each kind that is only made at run time.
    pub fn new(needs: &Needs) -> Result<Self> {
        let mut held = Self { tokens: [None; MOST], foreign: Token(needs.bystander.ask(0)?.token) };
        for token in [
            needs.door.token(),
            needs.bystander.token(),
            needs.bell.token(),
            needs.line.token(),
            needs.timer.token(),
            needs.registers.token(),
            needs.buffer.token(),
            needs.area.token(),
            needs.power.token(),
            needs.census.token(),
            needs.metrics.token(),
            needs.neighbour.token(),
            needs.pool.token(),
            system::allocate_frames(needs.pool.token(), 1)?,
            system::create_address_space(needs.pool.token())?,
        ] {
            held.add(token)?;
        }
        if let Some(ports) = &needs.ports {
            held.add(ports.token())?;
        }
        Ok(held)
    }

    fn add(&mut self, token: Token) -> Result<()> {
        let kind = system::capability_validate(token, 0)?;
        *self.tokens.iter_mut().find(|place| place.is_none()).ok_or(SystemError::TableFull)? = Some((kind, token));
        Ok(())
    }

    fn all(&self, kind: Kind) -> impl Iterator<Item = Token> {
        self.tokens.iter().flatten().filter(move |(of, _)| *of == kind).map(|(_, token)| *token)
    }

    /// A capability to an object of this kind, with these rights.
    pub fn with(&self, kind: Kind, rights: u16) -> Option<Token> {
        self.all(kind).find(|token| token.rights() & rights == rights)
    }

    /// A capability to an object of this kind.
    pub fn of(&self, kind: Kind) -> Option<Token> {
        self.all(kind).next()
    }
}

/// A token that was good until its capability was dropped.
pub fn stale(parent: Token) -> Result<Token, SystemError> {
    let child = system::capability_derive(parent, parent.rights())?;
    system::capability_drop(child)?;
    Ok(child)
}

/// A token that was good until its parent was revoked.
pub fn revoked(ancestor: Token) -> Result<Token, SystemError> {
    let parent = system::capability_derive(ancestor, ancestor.rights())?;
    let child = system::capability_derive(parent, parent.rights())?;
    system::capability_revoke(parent)?;
    system::capability_drop(parent)?;
    Ok(child)
}

/// A capability to the same object without some rights.
pub fn without(parent: Token, rights: u16) -> Result<Token, SystemError> {
    system::capability_derive(parent, parent.rights() & !rights)
}

/// Tokens that nobody gave, made up from one that somebody did.
pub fn forged(held: Token) -> [(&'static str, Token); 5] {
    [
        ("forged: every bit set", Token(u64::MAX)),
        ("forged: slot beyond the table", Token::new(4095, held.generation(), held.rights())),
        ("forged: empty slot", Token::new(held.slot() + 20, held.generation(), held.rights())),
        ("forged: later generation", Token::new(held.slot(), held.generation() + 1, held.rights())),
        ("forged: every right added", held.with_rights(u16::MAX)),
    ]
}
