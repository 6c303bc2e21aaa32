//! The tokens that the probe tries: those it holds, and what can be made up from them.

use crate::Needs;
use veridian::abi::Kind;
use veridian::prelude::*;
use veridian::{Token, system};

/// What the probe holds of each kind, and the token of somebody else.
pub struct Held {
    endpoint: Token,
    client: Token,
    bell: Token,
    line: Token,
    /// Where the machine has ports.
    ports: Option<Token>,
    buffer: Token,
    area: Token,
    power: Token,
    census: Token,
    neighbour: Token,
    pool: Token,
    /// A token that is good in the bystander's table.
    pub foreign: Token,
}

impl Held {
    pub fn new(needs: &Needs) -> Result<Self> {
        Ok(Self {
            endpoint: needs.door.token(),
            client: needs.bystander.token(),
            bell: needs.bell.token(),
            line: needs.line.token(),
            ports: needs.ports.as_ref().map(IoPorts::token),
            buffer: needs.buffer.token(),
            area: needs.area.token(),
            power: needs.power.token(),
            census: needs.census.token(),
            neighbour: needs.neighbour.token(),
            pool: needs.pool.token(),
            foreign: Token(needs.bystander.ask(0)?.token),
        })
    }

    /// A capability to an object of this kind; for endpoints the end that `call` and `send` take, or
    /// the one that receives.
    pub fn of_kind(&self, kind: Kind, receives: bool) -> Option<Token> {
        match kind {
            Kind::Endpoint if receives => Some(self.endpoint),
            Kind::Endpoint => Some(self.client),
            Kind::Notification => Some(self.bell),
            Kind::SharedRegion => Some(self.area),
            Kind::Interrupt => Some(self.line),
            Kind::IoPorts => self.ports,
            Kind::Mmio => None,
            Kind::Dma => Some(self.buffer),
            Kind::Power => Some(self.power),
            Kind::Census => Some(self.census),
            Kind::Process => Some(self.neighbour),
            Kind::MemoryPool => Some(self.pool),
        }
    }

    /// A capability to an object of another kind.
    pub const fn of_another_kind(&self, kind: Kind) -> Token {
        match kind {
            Kind::Notification => self.line,
            _ => self.bell,
        }
    }
}

/// A token that was good until its capability was dropped.
pub fn stale(parent: Token) -> Result<Token, SystemError> {
    let child = system::capability_derive(parent, parent.rights())?;
    system::capability_drop(child)?;
    Ok(child)
}

/// A token that was good until its parent was revoked.
pub fn revoked(parent: Token) -> Result<Token, SystemError> {
    let child = system::capability_derive(parent, parent.rights())?;
    system::capability_revoke(parent)?;
    Ok(child)
}

/// A capability to the same object without any right.
pub fn narrowed(parent: Token) -> Result<Token, SystemError> {
    system::capability_derive(parent, 0)
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
