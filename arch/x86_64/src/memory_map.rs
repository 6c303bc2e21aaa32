//! What the boot loader says of memory, and what of it is free.

use crate::paging::PAGE;
use core::ops::Range;
use veridian_port::{MemoryRange, PhysicalAddress};

/// Entries of the map that are looked at; what is behind them is not used.
const MAX_ENTRIES: usize = 64;
/// Ranges of free memory that are told at most.
pub const MAX_FREE: usize = 32;
/// Type of an entry that is ordinary memory.
const MEMORY: u32 = 1;

/// The PVH start information, as far as the kernel uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartInfo {
    /// Physical address of the ACPI root pointer, or 0.
    pub rsdp: u64,
    /// Physical address of the memory map.
    pub map: u64,
    /// Its bytes.
    pub map_size: usize,
}

impl StartInfo {
    /// Bytes of the structure.
    pub const SIZE: usize = 56;
    const MAGIC: u32 = 0x336e_c578;

    /// Decodes it; `None` where it is not one with a memory map.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (magic, version) = (word(bytes, 0)?, word(bytes, 4)?);
        let entries = (word(bytes, 48)? as usize).min(MAX_ENTRIES);
        (magic == Self::MAGIC && version >= 1 && entries > 0).then_some(Self {
            rsdp: long(bytes, 32)?,
            map: long(bytes, 40)?,
            map_size: entries * Entry::SIZE,
        })
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    start: u64,
    end: u64,
    kind: u32,
}

impl Entry {
    const SIZE: usize = 24;
    const EMPTY: Self = Self { start: 0, end: 0, kind: 0 };
}

/// The memory map.
#[derive(Clone, Debug)]
pub struct MemoryMap {
    entries: [Entry; MAX_ENTRIES],
    count: usize,
}

impl MemoryMap {
    /// A map of nothing.
    pub const EMPTY: Self = Self { entries: [Entry::EMPTY; MAX_ENTRIES], count: 0 };

    /// Decodes the loader's map.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let mut map = Self::EMPTY;
        for (to, from) in map.entries.iter_mut().zip(bytes.chunks_exact(Entry::SIZE)) {
            let (Some(start), Some(size), Some(kind)) = (long(from, 0), long(from, 8), word(from, 16)) else {
                break;
            };
            *to = Entry { start, end: start.saturating_add(size), kind };
            map.count += 1;
        }
        map
    }

    fn entries(&self) -> &[Entry] {
        self.entries.get(..self.count).unwrap_or(&[])
    }

    /// Whole pages of ordinary memory, entry by entry.
    pub fn memory(&self) -> impl Iterator<Item = Range<u64>> {
        let memory = self.entries().iter().filter(|entry| entry.kind == MEMORY);
        memory.map(|entry| align_up(entry.start)..align_down(entry.end)).filter(|range| range.start < range.end)
    }

    /// Whether a page is ordinary memory.
    #[must_use]
    pub fn is_memory(&self, page: u64) -> bool {
        self.memory().any(|range| range.contains(&page))
    }

    /// Whether the map says anything of a range: memory, or what the firmware keeps.
    #[must_use]
    pub fn mentions(&self, range: &Range<u64>) -> bool {
        self.entries().iter().any(|entry| entry.start < range.end && range.start < entry.end)
    }

    /// Fills `free` with what is memory and not in `taken`, and returns how many ranges that are. The
    /// first page is never free, so that no frame has the address 0.
    pub fn free(&self, taken: &[Range<u64>], free: &mut [MemoryRange; MAX_FREE]) -> usize {
        let mut count = 0;
        for (position, range) in self.memory().enumerate() {
            let mut cursor = range.start.max(PAGE);
            while cursor < range.end {
                let firmware = self.entries().iter().filter(|entry| entry.kind != MEMORY && entry.start < entry.end);
                let firmware = firmware.map(|entry| align_down(entry.start)..align_up(entry.end));
                // Two entries may claim the same memory: it is given once.
                let obstacles = firmware.chain(self.memory().take(position)).chain(taken.iter().cloned());
                let mut end = range.end;
                let mut inside = None;
                for obstacle in obstacles {
                    if obstacle.contains(&cursor) {
                        inside = Some(obstacle.end);
                    } else if obstacle.start > cursor {
                        end = end.min(obstacle.start);
                    }
                }
                if let Some(next) = inside {
                    cursor = next;
                    continue;
                }
                let Some(to) = free.get_mut(count) else {
                    return count;
                };
                *to = MemoryRange { start: PhysicalAddress(cursor), size: end - cursor };
                count += 1;
                cursor = end;
            }
        }
        count
    }
}

fn word(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

fn long(bytes: &[u8], offset: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

const fn align_down(address: u64) -> u64 {
    address & !(PAGE - 1)
}

const fn align_up(address: u64) -> u64 {
    align_down(address.saturating_add(PAGE - 1))
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "one range may be all that is free")]
mod tests {
    use super::*;

    fn map(entries: &[(u64, u64, u32)]) -> MemoryMap {
        let mut bytes = std::vec::Vec::new();
        for (start, size, kind) in entries {
            bytes.extend(start.to_le_bytes());
            bytes.extend(size.to_le_bytes());
            bytes.extend(kind.to_le_bytes());
            bytes.extend([0; 4]);
        }
        MemoryMap::read(&bytes)
    }

    fn free(map: &MemoryMap, taken: &[Range<u64>]) -> std::vec::Vec<Range<u64>> {
        let mut free = [MemoryRange::default(); MAX_FREE];
        let count = map.free(taken, &mut free);
        free[..count].iter().map(|range| range.start.0..range.start.0 + range.size).collect()
    }

    /// As QEMU's q35 with 64 MiB tells it.
    fn q35() -> MemoryMap {
        map(&[
            (0, 0x9_fc00, 1),
            (0x9_fc00, 0x400, 2),
            (0xf_0000, 0x1_0000, 2),
            (0x10_0000, 0x3ed_f000, 1),
            (0x3fd_f000, 0x2_1000, 2),
            (0xb000_0000, 0x1000_0000, 2),
        ])
    }

    #[test]
    fn free_memory_leaves_out_the_first_page_the_firmware_and_what_is_taken() {
        assert_eq!(
            free(&q35(), &[0x10_0000..0x18_0000, 0x3fd_0000..0x3fd_f000]),
            [0x1000..0x9_f000, 0x18_0000..0x3fd_0000]
        );
    }

    #[test]
    fn entries_that_overlap_are_given_once_and_the_firmware_wins() {
        let map = map(&[(0x10_0000, 0x10_0000, 1), (0x18_0000, 0x10_0000, 1), (0x1a_0800, 0x10, 4)]);
        assert_eq!(free(&map, &[]), [0x10_0000..0x1a_0000, 0x1a_1000..0x20_0000, 0x20_0000..0x28_0000]);
    }

    #[test]
    fn parts_of_pages_and_entries_past_the_end_of_all_addresses_do_no_harm() {
        assert_eq!(free(&map(&[(0x1800, 0x1000, 1), (0x5001, 0xffe, 1)]), &[]), []);
        assert_eq!(free(&map(&[(u64::MAX - 0x1fff, u64::MAX, 1)]), &[]), [u64::MAX - 0x1fff..u64::MAX - 0xfff]);
    }

    #[test]
    fn more_ranges_than_there_is_room_for_are_left_out() {
        let taken: std::vec::Vec<_> = (0..100).map(|index| (0x10_0000 + index * 0x2000, 0x1000)).collect();
        let taken: std::vec::Vec<_> = taken.iter().map(|(start, size)| *start..start + size).collect();
        assert_eq!(free(&q35(), &taken).len(), MAX_FREE);
    }

    #[test]
    fn devices_are_what_the_map_does_not_mention() {
        assert!(!q35().mentions(&(0xfed0_0000..0xfed0_1000)));
        assert!(q35().mentions(&(0xb000_0000..0xb000_1000)));
        assert!(q35().mentions(&(0x9_f000..0xa_0000)));
        assert!(!q35().mentions(&(0xa_0000..0xc_0000)));
        assert!(q35().is_memory(0x10_0000) && !q35().is_memory(0xf_0000));
    }

    #[test]
    fn start_information_is_checked() {
        let mut bytes = [0; StartInfo::SIZE];
        bytes[..4].copy_from_slice(&0x336e_c578_u32.to_le_bytes());
        bytes[4] = 1;
        bytes[32] = 0x50;
        bytes[40] = 0x60;
        bytes[48] = 2;
        assert_eq!(StartInfo::read(&bytes), Some(StartInfo { rsdp: 0x50, map: 0x60, map_size: 48 }));
        assert_eq!(StartInfo::read(&bytes[..50]), None);
        bytes[4] = 0;
        assert_eq!(StartInfo::read(&bytes), None);
        bytes[4] = 1;
        bytes[0] = 0;
        assert_eq!(StartInfo::read(&bytes), None);
    }
}
