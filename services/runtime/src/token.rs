//! Capability tokens and reply tokens.

/// Name of a capability: slot in bits 0–31, generation in 32–47, rights in 48–63.
///
/// It is only a name: the kernel looks it up in the holder's own table, so that making one up, or
/// changing its bits, gains nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Token(pub u64);

impl Token {
    /// Stands for "no capability" where one is optional.
    pub const NONE: Self = Self(0);

    /// A token of these parts.
    #[must_use]
    pub const fn new(slot: u32, generation: u16, rights: u16) -> Self {
        Self(slot as u64 | (generation as u64) << 32 | (rights as u64) << 48)
    }

    /// Slot in the holder's table.
    #[must_use]
    pub const fn slot(self) -> u32 {
        self.0 as u32
    }

    /// How often the slot was filled; a stale token has an older one.
    #[must_use]
    pub const fn generation(self) -> u16 {
        (self.0 >> 32) as u16
    }

    /// Rights, whose meaning depends on the kind of object.
    #[must_use]
    pub const fn rights(self) -> u16 {
        (self.0 >> 48) as u16
    }

    /// The same name with other rights: the kernel refuses it, unless they are the ones it knows, but for
    /// passing the capability on with fewer.
    #[must_use]
    pub const fn with_rights(self, rights: u16) -> Self {
        Self::new(self.slot(), self.generation(), rights)
    }
}

/// Names one call that waits for its reply. It works once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct ReplyToken(pub u64);

impl ReplyToken {
    /// Stands for "no reply is expected".
    pub const NONE: Self = Self(0);
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn parts_are_where_the_seed_puts_them() {
        let token = Token::new(0x89ab_cdef, 0x4567, 0x0123);
        assert_eq!(token.0, 0x0123_4567_89ab_cdef);
        assert_eq!((token.slot(), token.generation(), token.rights()), (0x89ab_cdef, 0x4567, 0x0123));
        assert_eq!(token.with_rights(7), Token::new(0x89ab_cdef, 0x4567, 7));
    }
}
