//! Reads a flattened device tree (Devicetree Specification, version 17 of the format) in one pass and
//! without memory of its own. A damaged tree ends early; it never makes the reader fail.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

mod node;
mod numa;
mod ranges;

pub use node::{Node, Nodes};
pub use numa::read_numa;
pub use ranges::Ranges;

use core::ops::Range;

/// A tree whose header makes sense.
#[derive(Clone, Copy, Debug)]
pub struct DeviceTree<'t> {
    reserved: &'t [u8],
    structure: &'t [u8],
    strings: &'t [u8],
}

impl<'t> DeviceTree<'t> {
    /// Bytes of the header.
    pub const HEADER: usize = 40;
    const MAGIC: u32 = 0xd00d_feed;
    /// The oldest version that this reader understands what it reads of.
    const COMPATIBLE: u32 = 16;
    const LARGEST: u32 = 16 << 20;

    /// Bytes of the whole tree, of which the first [`DeviceTree::HEADER`] are given; `None` where that is
    /// no tree.
    #[must_use]
    pub fn size(header: &[u8]) -> Option<usize> {
        let (magic, size, oldest) = (cell(header, 0)?, cell(header, 4)?, cell(header, 24)?);
        (magic == Self::MAGIC && oldest <= Self::COMPATIBLE && size <= Self::LARGEST && size as usize >= Self::HEADER)
            .then_some(size as usize)
    }

    /// The tree in these bytes, as many as [`DeviceTree::size`] says.
    #[must_use]
    pub fn read(bytes: &'t [u8]) -> Option<Self> {
        Self::size(bytes)?;
        let block = |offset: usize, length: Option<usize>| {
            let from = bytes.get(cell(bytes, offset)? as usize..)?;
            match length {
                Some(at) => from.get(..cell(bytes, at)? as usize),
                None => Some(from),
            }
        };
        Some(Self { structure: block(8, Some(36))?, strings: block(12, Some(32))?, reserved: block(16, None)? })
    }

    /// Memory that the firmware keeps, as the block of reservations says; `/reserved-memory` may hold more.
    pub fn reserved(&self) -> impl Iterator<Item = Range<u64>> + use<'t> {
        let (entries, _) = self.reserved.as_chunks::<16>();
        let entries = entries.iter().map(|entry| (number(entry.get(..8)), number(entry.get(8..))));
        entries
            .take_while(|(start, size)| *start != 0 || *size != 0)
            .map(|(start, size)| start..start.saturating_add(size))
    }

    /// All nodes, each before its children.
    #[must_use]
    pub fn nodes(&self) -> Nodes<'t> {
        Nodes::new(self.structure, self.strings)
    }
}

/// The 32-bit big-endian number at an offset.
#[must_use]
#[inline]
pub fn cell(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(offset..)?.first_chunk()?))
}

/// A big-endian number of any length up to 8 bytes; 0 where there is none.
fn number(bytes: Option<&[u8]>) -> u64 {
    bytes.unwrap_or(&[]).iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "one range may be all that there is")]
mod tests;
