//! Physical memory: one bit a frame, three zones.

use veridian_abi::limits;
use veridian_port::{MemoryRange, PhysicalAddress};

/// Bytes of [`Zone::Dma`].
const DMA_SIZE: u64 = 16 << 20;
/// Where [`Zone::Normal`] ends.
const NORMAL_END: u64 = 4 << 30;

/// Where a frame may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// The first 16 MiB of the machine's memory: on a PC, what old devices reach.
    Dma,
    /// Below 4 GiB.
    Normal,
    /// Anywhere.
    High,
}

impl Zone {
    /// The zone of an ABI code; `None` for an unknown one.
    #[must_use]
    pub fn from_code(code: u32) -> Option<Self> {
        match u64::from(code) {
            limits::ZONE_DMA => Some(Self::Dma),
            limits::ZONE_NORMAL => Some(Self::Normal),
            limits::ZONE_HIGH => Some(Self::High),
            _ => None,
        }
    }

    /// First and end frame of what is the zone's own, before it falls back on the zone below, where memory
    /// starts at the frame `base`, and a frame has 2^`shift` bytes.
    fn frames(self, base: usize, shift: u32) -> (usize, usize) {
        let dma_size = (DMA_SIZE >> shift) as usize;
        let dma_end = base / dma_size * dma_size + dma_size;
        let normal_end = ((NORMAL_END >> shift) as usize).max(dma_end);
        match self {
            Self::Dma => (0, dma_end),
            Self::Normal => (dma_end, normal_end),
            Self::High => (normal_end, usize::MAX),
        }
    }

    const fn below(self) -> Option<Self> {
        match self {
            Self::Dma => None,
            Self::Normal => Some(Self::Dma),
            Self::High => Some(Self::Normal),
        }
    }
}

/// The frame allocator.
pub struct Frames<'m> {
    /// Bit set: the frame is free.
    free: &'m mut [u64],
    /// First frame that has a bit, a multiple of 64: memory need not start at address 0.
    base: usize,
    /// A frame has 2 to the power of this many bytes.
    shift: u32,
    available: usize,
    /// No frame below this is free: where the next search starts.
    hint: [usize; 3],
}

impl<'m> Frames<'m> {
    /// How many words of storage cover memory from the lowest of these ranges to the end of the highest,
    /// in frames of `page` bytes.
    #[must_use]
    pub fn words(ranges: &[MemoryRange], page: u64) -> usize {
        let shift = page.trailing_zeros();
        let end = ranges.iter().map(|range| frame(range.start.0.saturating_add(range.size), shift).div_ceil(64)).max();
        end.unwrap_or(0) - Self::base(ranges, shift) / 64
    }

    fn base(ranges: &[MemoryRange], shift: u32) -> usize {
        ranges.iter().map(|range| frame(range.start.0, shift) / 64 * 64).min().unwrap_or(0)
    }

    /// An allocator of frames of `page` bytes, a power of two, over zeroed storage, to which all of these
    /// ranges belong.
    pub fn new(free: &'m mut [u64], ranges: &[MemoryRange], page: u64) -> Self {
        let shift = page.trailing_zeros();
        let base = Self::base(ranges, shift);
        let hint = [Zone::Dma, Zone::Normal, Zone::High].map(|zone| zone.frames(base, shift).0.max(base));
        let mut frames = Self { free, base, shift, available: 0, hint };
        for range in ranges {
            frames.set_range(frame(range.start.0, shift), frame(range.start.0.saturating_add(range.size), shift));
        }
        frames
    }

    /// Free frames.
    #[must_use]
    pub fn available(&self) -> usize {
        self.available
    }

    /// Takes one frame of a zone, or of one below it. Its contents are whatever they were.
    pub fn allocate(&mut self, zone: Zone) -> Option<PhysicalAddress> {
        self.allocate_run(zone, 1)
    }

    /// Takes frames that lie side by side. Returns the first byte.
    pub fn allocate_run(&mut self, zone: Zone, count: usize) -> Option<PhysicalAddress> {
        let mut at = Some(zone);
        while let Some(zone) = at {
            if let Some(first) = self.find(zone, count) {
                for index in first..first + count {
                    self.take(index);
                }
                if count == 1
                    && let Some(hint) = self.hint.get_mut(zone as usize)
                {
                    *hint = first + 1;
                }
                return Some(PhysicalAddress((first as u64) << self.shift));
            }
            at = zone.below();
        }
        None
    }

    /// Gives frames back. Frames that are free already, or not memory, are left alone.
    pub fn free(&mut self, start: PhysicalAddress, count: usize) {
        let first = frame(start.0, self.shift);
        self.set_range(first, first.saturating_add(count));
        for (zone, hint) in [Zone::Dma, Zone::Normal, Zone::High].into_iter().zip(&mut self.hint) {
            let (low, high) = zone.frames(self.base, self.shift);
            if (low..high).contains(&first) {
                *hint = (*hint).min(first);
            }
        }
    }

    fn find(&self, zone: Zone, count: usize) -> Option<usize> {
        let (low, high) = zone.frames(self.base, self.shift);
        let end = high.min(self.base + self.free.len() * 64);
        let mut run = 0;
        let mut index = self.hint.get(zone as usize).copied().unwrap_or(low).max(low).max(self.base);
        while index < end {
            let word = self.free.get((index - self.base) / 64).copied().unwrap_or(0);
            if word == 0 {
                run = 0;
                index = (index / 64 + 1) * 64;
                continue;
            }
            if word >> (index % 64) & 1 == 0 {
                run = 0;
            } else {
                run += 1;
                if run == count {
                    return Some(index + 1 - count);
                }
            }
            index += 1;
        }
        None
    }

    fn take(&mut self, index: usize) {
        if let Some(word) = self.free.get_mut((index - self.base) / 64) {
            *word &= !(1 << (index % 64));
            self.available -= 1;
        }
    }

    /// Frees what is not free of these frames, a word at a time.
    fn set_range(&mut self, first: usize, end: usize) {
        let mut index = first.max(self.base);
        while index < end {
            let bits = (64 - index % 64).min(end - index);
            let mask = (u64::MAX >> (64 - bits)) << (index % 64);
            if let Some(word) = self.free.get_mut((index - self.base) / 64) {
                self.available += (mask & !*word).count_ones() as usize;
                *word |= mask;
            }
            index += bits;
        }
    }
}

const fn frame(address: u64, shift: u32) -> usize {
    (address >> shift) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;
    use std::collections::BTreeSet;

    const RANGES: [MemoryRange; 2] = [
        MemoryRange { start: PhysicalAddress(0x1000), size: 0x9_e000 },
        MemoryRange { start: PhysicalAddress(0x20_0000), size: 0x1800_0000 },
    ];

    #[test]
    fn frames_never_overlap_and_all_come_back() {
        let mut frames =
            Frames::new(vec![0; Frames::words(&RANGES, limits::PAGE_SIZE)].leak(), &RANGES, limits::PAGE_SIZE);
        let total = frames.available();
        assert_eq!(total, 0x9e + 0x18000);
        let mut random = Random::new(5);
        let mut held: Vec<(PhysicalAddress, usize)> = Vec::new();
        let mut taken: BTreeSet<u64> = BTreeSet::new();
        for _ in 0..4_000 {
            if random.below(5) < 3 {
                let count = 1 + random.below(40) as usize;
                let zone = [Zone::Dma, Zone::Normal, Zone::High][random.below(3) as usize];
                if let Some(start) = frames.allocate_run(zone, count) {
                    for index in 0..count as u64 {
                        let address = start.0 + index * limits::PAGE_SIZE;
                        assert!(RANGES.iter().any(|r| address >= r.start.0 && address < r.start.0 + r.size));
                        assert!(zone != Zone::Dma || address < 16 << 20);
                        assert!(taken.insert(address), "{address:#x} given twice");
                    }
                    held.push((start, count));
                }
            } else if !held.is_empty() {
                let (start, count) = held.swap_remove(random.below(held.len() as u64) as usize);
                frames.free(start, count);
                for index in 0..count as u64 {
                    taken.remove(&(start.0 + index * limits::PAGE_SIZE));
                }
            }
            assert_eq!(frames.available() + taken.len(), total);
        }
        for (start, count) in held {
            frames.free(start, count);
        }
        assert_eq!(frames.available(), total);
    }

    #[test]
    fn memory_that_starts_high_needs_no_storage_for_what_is_below() {
        let ranges = [MemoryRange { start: PhysicalAddress(0x8000_1000), size: 3 * limits::PAGE_SIZE }];
        assert_eq!(Frames::words(&ranges, limits::PAGE_SIZE), 1);
        let mut frames = Frames::new(vec![0; 1].leak(), &ranges, limits::PAGE_SIZE);
        assert_eq!(frames.allocate(Zone::Dma), Some(PhysicalAddress(0x8000_1000)));
        assert_eq!(frames.allocate_run(Zone::High, 2), Some(PhysicalAddress(0x8000_2000)));
        frames.free(PhysicalAddress(0x8000_1000), 1);
        frames.free(PhysicalAddress(0x1000), 1);
        assert_eq!(frames.available(), 1);
        assert_eq!(frames.allocate(Zone::Normal), Some(PhysicalAddress(0x8000_1000)));
        assert_eq!((frames.available(), frames.allocate(Zone::High)), (0, None));
    }

    #[test]
    fn memory_runs_out_cleanly() {
        let ranges = [MemoryRange { start: PhysicalAddress(0), size: 3 * limits::PAGE_SIZE }];
        let mut frames = Frames::new(vec![0; 1].leak(), &ranges, limits::PAGE_SIZE);
        assert_eq!(frames.allocate_run(Zone::High, 4), None);
        assert!((0..3).all(|_| frames.allocate(Zone::Normal).is_some()));
        assert_eq!(frames.allocate(Zone::High), None);
        frames.free(PhysicalAddress(0x1000), 1);
        frames.free(PhysicalAddress(0x1000), 1);
        assert_eq!(frames.allocate(Zone::Dma), Some(PhysicalAddress(0x1000)));
        assert_eq!(frames.available(), 0);
    }

    #[test]
    fn frames_are_as_large_as_pages() {
        const PAGE: u64 = limits::MAX_PAGE_SIZE;
        let ranges = [MemoryRange { start: PhysicalAddress(0x4000_0000), size: 300 * PAGE }];
        assert_eq!(Frames::words(&ranges, PAGE), 5);
        let mut frames = Frames::new(vec![0; 5].leak(), &ranges, PAGE);
        assert_eq!(frames.available(), 300);
        assert_eq!(frames.allocate_run(Zone::Dma, 256), Some(PhysicalAddress(0x4000_0000)));
        assert_eq!(frames.allocate(Zone::Dma), None);
        assert_eq!(frames.allocate_run(Zone::High, 2), Some(PhysicalAddress(0x4100_0000)));
        assert_eq!(frames.allocate(Zone::High), Some(PhysicalAddress(0x4102_0000)));
        frames.free(PhysicalAddress(0x4001_0000), 2);
        assert_eq!(frames.allocate_run(Zone::Dma, 2), Some(PhysicalAddress(0x4001_0000)));
    }
}
