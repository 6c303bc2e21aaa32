//! The word that goes with a message: number of the system call, length, label; on the way out status,
//! length, label, the sender's rights and where the message came from.

use veridian_abi::{Error, limits};

/// Bytes that a message has, as its word says.
#[must_use]
#[inline(always)]
pub const fn length(word: u64) -> u64 {
    word >> 8 & 0xff
}

/// The label that the sender chose: a method, or the outcome of one.
#[must_use]
#[inline(always)]
pub const fn label(word: u64) -> u64 {
    word >> 16 & 0xffff
}

/// Bytes that a message has in its sender's buffer, by its word and its first message word; `None` for one
/// that is in the registers alone.
///
/// # Errors
/// `BadArgument` for a length that no message has.
pub const fn buffered(word: u64, first: u64) -> Result<Option<u64>, Error> {
    if fits(word) {
        Ok(None)
    } else if length(word) == limits::MESSAGE_LONG && first <= limits::MESSAGE_BUFFER_SIZE {
        Ok(Some(first))
    } else {
        Err(Error::BadArgument)
    }
}

/// Whether a message of that length fits the registers.
#[must_use]
#[inline(always)]
pub const fn fits(word: u64) -> bool {
    // The length where it lies in the word: an instruction less for most processors.
    word & 0xff00 <= (limits::MESSAGE_WORDS * 8) << 8
}

/// The word that a receiver gets: length and label from the sender, rights and origin from the kernel.
#[must_use]
#[inline(always)]
pub const fn received(word: u64, rights: u16, origin: u64) -> u64 {
    word & 0xffff_ff00 | (rights as u64) << 32 | origin << 48
}

/// The word that a caller gets with the reply.
#[must_use]
#[inline(always)]
pub const fn replied(word: u64) -> u64 {
    word & 0xffff_ff00
}
