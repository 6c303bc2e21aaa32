//! Physical memory: small runs from a bitmap, large ones from buddy blocks, in one allocator.
//!
//! Memory is cut into chunks of 64 frames, and chunks belong to areas: a zone of a node each. A free frame
//! is known in one place alone. Either its chunk is open, then a bit of the chunk's word says it; or its
//! chunk is free as a whole, then it is part of a block of 2^k chunks, aligned to its size, of which the
//! first chunk alone says so. The last frame of a chunk to come back turns it into a block, and two blocks
//! that can be one always are.
//!
//! Chunks and blocks that have something to give hang in the lists of their area by how many frames side by
//! side they have, in powers of two: lists 0–5 hold open chunks, the others blocks. A word for each area
//! says which lists are not empty. So the smallest that is sure to be large enough is found at once, and all
//! but the largest runs take and give back in as many steps as there are lists, however much memory there
//! is and however scattered. Only a run of more than 64 frames that no block holds looks through all
//! chunks, for blocks side by side; the boot table alone asks for so many.

mod bits;
mod zone;

pub use zone::{Place, Zone};

use veridian_port::{MemoryRange, Nodes, PhysicalAddress};
use zone::{ZONES, area};

/// Frames of a chunk: bits of a word.
const CHUNK: usize = 64;
/// The list of blocks of one chunk; list `n` holds runs of 2^n frames.
const BLOCKS: u8 = 6;
/// Lists of an area. The largest block is one of 8 GiB.
const LISTS: usize = 22;
/// A chunk that is in no list.
const NOWHERE: u8 = u8::MAX;
/// No chunk.
const NONE: u32 = u32::MAX;
/// Open chunks that are looked at for a run that they may or may not have.
const LOOK: usize = 4;

/// What is known of 64 frames.
#[derive(Clone, Copy, Debug)]
pub struct Chunk {
    /// Bit set: the frame is free. 0 in a block.
    free: u64,
    next: u32,
    previous: u32,
    /// The list that it is in.
    list: u8,
    area: u8,
}

impl Chunk {
    /// Nothing of it is free.
    pub const TAKEN: Self = Self { free: 0, next: NONE, previous: NONE, list: NOWHERE, area: 0 };
}

/// What is free in a zone of a node.
#[derive(Clone, Copy, Debug)]
pub struct Area {
    /// Bit set: the list of that number is not empty.
    filled: u32,
    heads: [u32; LISTS],
    available: usize,
}

impl Area {
    /// Nothing.
    pub const EMPTY: Self = Self { filled: 0, heads: [NONE; LISTS], available: 0 };
}

/// The frame allocator.
pub struct Frames<'m> {
    chunks: &'m mut [Chunk],
    areas: &'m mut [Area],
    /// Number of the first chunk: memory need not start at address 0.
    base: usize,
    /// A frame has 2 to the power of this many bytes.
    shift: u32,
    nodes: &'m Nodes,
}

impl<'m> Frames<'m> {
    /// Chunks of frames of `page` bytes from the lowest of these ranges to the end of the highest, and areas:
    /// what storage is for.
    #[must_use]
    pub fn sizes(ranges: &[MemoryRange], nodes: &Nodes, page: u64) -> (usize, usize) {
        let shift = page.trailing_zeros();
        let end = ranges.iter().map(|range| frame(end(range), shift).div_ceil(CHUNK)).max();
        (end.unwrap_or(0).saturating_sub(Self::base(ranges, shift)), nodes.count() * ZONES)
    }

    fn base(ranges: &[MemoryRange], shift: u32) -> usize {
        ranges.iter().map(|range| frame(range.start, shift) / CHUNK).min().unwrap_or(0)
    }

    /// An allocator that has all of these ranges to give, in frames of `page` bytes, a power of two, over
    /// storage of [`Chunk::TAKEN`] and [`Area::EMPTY`].
    #[cold]
    pub fn new(
        chunks: &'m mut [Chunk],
        areas: &'m mut [Area],
        ranges: &[MemoryRange],
        nodes: &'m Nodes,
        page: u64,
    ) -> Self {
        let shift = page.trailing_zeros();
        let mut frames = Self { chunks, areas, base: Self::base(ranges, shift), shift, nodes };
        let base = frames.address(frames.base * CHUNK);
        for range in ranges {
            let (mut at, end) = (frame(range.start, shift), frame(end(range), shift));
            while at < end {
                // A chunk is all of the node and zone that its first frame is of.
                let start = at / CHUNK * CHUNK;
                let (zone, zone_end) = Zone::of(frames.address(start), base);
                let (node, node_end) = nodes.of_memory(frames.address(start));
                let node_end = frame(node_end, shift) / CHUNK * CHUNK;
                let stop = end.min(frame(zone_end, shift)).min(node_end.max(start + CHUNK));
                let own = area(node, zone) as u8;
                if own != 0 {
                    for chunk in at / CHUNK..stop.div_ceil(CHUNK) {
                        if let Some(chunk) = frames.chunks.get_mut(chunk - frames.base) {
                            chunk.area = own;
                        }
                    }
                }
                frames.free(frames.address(at), stop - at);
                at = stop;
            }
        }
        frames
    }

    /// Free frames.
    #[must_use]
    pub fn available(&self) -> usize {
        self.areas.iter().map(|area| area.available).sum()
    }

    /// The node that a core is near, by the processor's own number of it.
    #[must_use]
    pub fn node_of(&self, processor: u64) -> u8 {
        self.nodes.of_core(processor)
    }

    /// Takes one frame. Its contents are whatever they were.
    #[inline(never)]
    pub fn allocate(&mut self, place: Place) -> Option<PhysicalAddress> {
        let Some(frame) = self.take_one(area(place.node, place.zone)) else {
            return self.allocate_run(place, 1);
        };
        Some(self.address(frame))
    }

    /// Takes frames that lie side by side, at least one. Returns the first byte.
    #[inline(never)]
    pub fn allocate_run(&mut self, place: Place, count: usize) -> Option<PhysicalAddress> {
        let own = self.take_on(place.node, place.upper(), count);
        own.or_else(|| self.take_elsewhere(place, count)).map(|frame| self.address(frame))
    }

    /// Gives frames back that were taken, and are not free.
    #[inline(never)]
    pub fn free(&mut self, start: PhysicalAddress, count: usize) {
        let mut at = frame(start, self.shift);
        let end = at.saturating_add(count);
        if let Some(area) = self.chunk(at / CHUNK).and_then(|chunk| self.areas.get_mut(usize::from(chunk.area))) {
            area.available += count;
        }
        while at < end {
            let bits = (CHUNK - at % CHUNK).min(end - at);
            if bits == CHUNK {
                self.put_chunks(at / CHUNK, end / CHUNK);
                at = end / CHUNK * CHUNK;
            } else {
                let free = self.chunk(at / CHUNK).map_or(0, |chunk| chunk.free);
                self.set_free(at / CHUNK, free | bits::low(bits) << (at % CHUNK));
                at += bits;
            }
        }
    }

    /// What [`Self::take`] does in most cases, in fewer instructions: a frame of an open chunk that stays in its list.
    fn take_one(&mut self, number: usize) -> Option<usize> {
        let area = self.areas.get_mut(number)?;
        let index = *area.heads.get(area.filled.trailing_zeros() as usize)?;
        let chunk = self.chunks.get_mut(index as usize)?;
        let left = chunk.free & chunk.free.wrapping_sub(1);
        if bits::list(left) != chunk.list {
            return None;
        }
        let bit = chunk.free.trailing_zeros() as usize;
        chunk.free = left;
        area.available -= 1;
        Some((index as usize + self.base) * CHUNK + bit)
    }

    /// Takes a run out of some zones of a node.
    fn take_on(&mut self, node: u8, zones: &[Zone], count: usize) -> Option<usize> {
        zones.iter().find_map(|zone| self.take(area(node, *zone), count))
    }

    /// Takes a run that the node itself has not: from the nearest that has. What only the lowest zone has is
    /// left for those that need it, as long as there is anything else.
    #[cold]
    fn take_elsewhere(&mut self, place: Place, count: usize) -> Option<usize> {
        let nodes = self.nodes;
        let mut all = [place.upper(), &[Zone::Dma]].into_iter();
        all.find_map(|zones| nodes.nearest(place.node).find_map(|node| self.take_on(node, zones, count)))
    }

    /// Takes a run out of one area; returns its first frame.
    #[inline(never)]
    fn take(&mut self, number: usize, count: usize) -> Option<usize> {
        let area = self.areas.get_mut(number)?;
        let sure = if count == 1 { 0 } else { count.next_power_of_two().trailing_zeros() };
        let fitting = area.filled & u32::MAX.checked_shl(sure).unwrap_or(0);
        let list = fitting.trailing_zeros();
        let Some(&first) = area.heads.get(list as usize) else {
            return if count > CHUNK { self.take_adjacent(number, count) } else { self.take_luckily(number, count) };
        };
        let first = first as usize + self.base;
        if list < u32::from(BLOCKS) {
            return self.take_bits(first, count);
        }
        area.available -= count;
        self.unlink(first);
        self.open(first, first + (1 << (list - u32::from(BLOCKS))), count);
        Some(first * CHUNK)
    }

    /// Takes a run out of an open chunk, if that has it.
    #[inline(never)]
    fn take_bits(&mut self, number: usize, count: usize) -> Option<usize> {
        let chunk = self.chunks.get(number.wrapping_sub(self.base))?;
        let (free, bit) = (chunk.free, bits::run(chunk.free, count)?);
        self.areas.get_mut(usize::from(chunk.area))?.available -= count;
        self.set_free(number, free & !(bits::low(count) << bit));
        Some(number * CHUNK + bit)
    }

    /// Takes a run of less than 64 frames from an open chunk that has more than half of it side by side.
    #[cold]
    fn take_luckily(&mut self, number: usize, count: usize) -> Option<usize> {
        let list = count.checked_ilog2()?;
        let mut at = *self.areas.get(number)?.heads.get(list as usize)?;
        (0..LOOK).find_map(|_| {
            let (number, chunk) = (at as usize + self.base, self.chunks.get(at as usize)?);
            at = chunk.next;
            self.take_bits(number, count)
        })
    }

    /// Takes a run of more than 64 frames from blocks that lie side by side.
    #[cold]
    fn take_adjacent(&mut self, number: usize, count: usize) -> Option<usize> {
        let (mut start, mut at) = (self.base, self.base);
        while let Some(chunk) = self.chunk(at) {
            if usize::from(chunk.area) != number || chunk.block() == 0 {
                at += 1;
                start = at;
                continue;
            }
            at += chunk.block();
            if at - start >= count.div_ceil(CHUNK) {
                self.areas.get_mut(number)?.available -= count;
                let mut block = start;
                while block < at {
                    let size = self.chunk(block)?.block();
                    self.unlink(block);
                    block += size;
                }
                self.open(start, at, count);
                return Some(start * CHUNK);
            }
        }
        None
    }

    /// Of the chunks `first..end`, which are in no list, leaves the first `count` frames taken and frees the others.
    fn open(&mut self, first: usize, end: usize, count: usize) {
        let behind = first + count.div_ceil(CHUNK);
        self.put_chunks(behind, end);
        let used = count % CHUNK;
        if used != 0 {
            self.set_free(behind - 1, !bits::low(used));
        }
    }

    /// Says which frames of a chunk are free, which is no part of a block.
    #[inline(never)]
    fn set_free(&mut self, number: usize, free: u64) {
        let Some(chunk) = self.chunk(number) else { return };
        let list = bits::list(free);
        if chunk.list != list {
            self.unlink(number);
            if list == BLOCKS {
                return self.put_block(number, 0);
            }
            self.link(number, list);
        }
        if let Some(chunk) = self.chunks.get_mut(number.wrapping_sub(self.base)) {
            chunk.free = free;
        }
    }

    /// Frees whole chunks: as few blocks as they make.
    #[inline(never)]
    fn put_chunks(&mut self, mut first: usize, end: usize) {
        while first < end {
            let order = first.trailing_zeros().min((end - first).ilog2()).min(LISTS as u32 - 1 - u32::from(BLOCKS));
            self.put_block(first, order as u8);
            first += 1 << order;
        }
    }

    /// Frees a block, which becomes one with its other half if that is free, and so on.
    #[inline(never)]
    fn put_block(&mut self, mut first: usize, mut order: u8) {
        let Some(own) = self.chunk(first).map(|chunk| chunk.area) else { return };
        while usize::from(BLOCKS + order) < LISTS - 1 {
            let half = first ^ 1 << order;
            if !self.chunk(half).is_some_and(|chunk| chunk.list == BLOCKS + order && chunk.area == own) {
                break;
            }
            self.unlink(half);
            first = first.min(half);
            order += 1;
        }
        self.link(first, BLOCKS + order);
    }

    /// Hangs a chunk that is in no list into one; into none for [`NOWHERE`].
    #[inline(never)]
    fn link(&mut self, number: usize, list: u8) {
        let index = number.wrapping_sub(self.base);
        if let Some(chunk) = self.chunks.get_mut(index)
            && let Some(area) = self.areas.get_mut(usize::from(chunk.area))
            && let Some(head) = area.heads.get_mut(usize::from(list))
        {
            *chunk = Chunk { free: 0, next: *head, previous: NONE, list, area: chunk.area };
            let next = core::mem::replace(head, index as u32);
            area.filled |= 1 << list;
            if let Some(next) = self.chunks.get_mut(next as usize) {
                next.previous = index as u32;
            }
        }
    }

    /// Takes a chunk out of its list, if it is in one. Nothing of it is free then.
    #[inline(never)]
    fn unlink(&mut self, number: usize) {
        let Some(chunk) = self.chunks.get_mut(number.wrapping_sub(self.base)) else { return };
        let Chunk { next, previous, list, area, .. } = *chunk;
        *chunk = Chunk { area, ..Chunk::TAKEN };
        if let Some(next) = self.chunks.get_mut(next as usize) {
            next.previous = previous;
        }
        if let Some(previous) = self.chunks.get_mut(previous as usize) {
            previous.next = next;
        } else if let Some(area) = self.areas.get_mut(usize::from(area))
            && let Some(head) = area.heads.get_mut(usize::from(list))
        {
            *head = next;
            if next == NONE {
                area.filled &= !(1 << list);
            }
        }
    }

    const fn address(&self, frame: usize) -> PhysicalAddress {
        PhysicalAddress((frame as u64) << self.shift)
    }

    fn chunk(&self, number: usize) -> Option<Chunk> {
        self.chunks.get(number.wrapping_sub(self.base)).copied()
    }
}

impl Chunk {
    /// Chunks of the block that begins here; 0 where none does.
    fn block(&self) -> usize {
        if self.list == NOWHERE || self.list < BLOCKS { 0 } else { 1 << (self.list - BLOCKS) }
    }
}

const fn frame(address: PhysicalAddress, shift: u32) -> usize {
    (address.0 >> shift) as usize
}

/// First byte behind a range.
const fn end(range: &MemoryRange) -> PhysicalAddress {
    PhysicalAddress(range.start.0.saturating_add(range.size))
}

#[cfg(test)]
pub(crate) mod tests;
