//! NUMA nodes: which memory and which cores are near each other, as the firmware says.

use crate::{MemoryRange, PhysicalAddress};

/// Nodes that are told apart, by the firmware's own numbers 0–7; what has another number counts as node 0's.
pub const MAX_NODES: usize = veridian_abi::limits::MAX_NODES as usize;
/// Runs of memory whose node is known; those beyond count as node 0's.
const MAX_RANGES: usize = 16;
/// Cores whose node is known; those beyond count as node 0's.
const MAX_CORES: usize = 64;
/// Distance of nodes of which the firmware does not say another, by the scale that ACPI and device trees share.
const REMOTE: u8 = 20;

/// The nodes of a machine. Whatever nobody said anything of belongs to node 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nodes {
    /// First byte, first byte behind, node.
    ranges: [(u64, u64, u8); MAX_RANGES],
    known_ranges: usize,
    /// The processor's own number, node.
    cores: [(u64, u8); MAX_CORES],
    known_cores: usize,
    /// 0 where nothing was said.
    distances: [[u8; MAX_NODES]; MAX_NODES],
    /// The largest number of a node with memory.
    last: u8,
}

impl Nodes {
    /// A machine all of whose memory is equally near.
    pub const ONE: Self = Self {
        ranges: [(0, 0, 0); MAX_RANGES],
        known_ranges: 0,
        cores: [(0, 0); MAX_CORES],
        known_cores: 0,
        distances: [[0; MAX_NODES]; MAX_NODES],
        last: 0,
    };

    /// Says which node memory belongs to.
    pub fn add_memory(&mut self, range: MemoryRange, node: u32) {
        let Some(node) = known(node) else { return };
        let start = range.start.0;
        if range.size != 0
            && let Some(place) = self.ranges.get_mut(self.known_ranges)
        {
            *place = (start, start.saturating_add(range.size), node);
            self.known_ranges += 1;
            self.last = self.last.max(node);
        }
    }

    /// Says which node a core belongs to, by the processor's own number for it.
    pub fn add_core(&mut self, core: u64, node: u32) {
        if let (Some(node), Some(place)) = (known(node), self.cores.get_mut(self.known_cores)) {
            *place = (core, node);
            self.known_cores += 1;
        }
    }

    /// Says how far one node's memory is from another's cores.
    pub fn set_distance(&mut self, from: u32, to: u32, distance: u8) {
        let row = known(from).and_then(|from| self.distances.get_mut(usize::from(from)));
        if let (Some(row), Some(to)) = (row, known(to))
            && let Some(place) = row.get_mut(usize::from(to))
        {
            *place = distance;
        }
    }

    /// One more than the largest number of a node with memory.
    #[must_use]
    pub fn count(&self) -> usize {
        usize::from(self.last) + 1
    }

    /// Node of a core, by the processor's own number for it.
    #[must_use]
    pub fn of_core(&self, core: u64) -> u8 {
        self.cores
            .get(..self.known_cores)
            .unwrap_or(&[])
            .iter()
            .find(|(number, _)| *number == core)
            .map_or(0, |(_, node)| *node)
    }

    /// Node of the memory at an address, and the first address behind it that may be of another one.
    #[must_use]
    #[inline(never)]
    pub fn of_memory(&self, address: PhysicalAddress) -> (u8, PhysicalAddress) {
        let mut end = u64::MAX;
        for (start, stop, node) in self.ranges.get(..self.known_ranges).unwrap_or(&[]) {
            if (*start..*stop).contains(&address.0) {
                return (*node, PhysicalAddress((*stop).min(end)));
            }
            if *start > address.0 {
                end = end.min(*start);
            }
        }
        (0, PhysicalAddress(end))
    }

    /// All nodes, those that are nearest to one first; among equals the one with the lower number.
    pub fn nearest(&self, node: u8) -> impl Iterator<Item = u8> {
        let mut key = Some(0);
        core::iter::from_fn(move || {
            key = self.next_nearest(node, key?);
            key.map(|key| key as u8)
        })
    }

    /// The smallest key of a node that is larger than another.
    #[cold]
    fn next_nearest(&self, node: u8, before: u16) -> Option<u16> {
        (0..=self.last).map(|other| self.key(node, other)).filter(|key| *key > before).min()
    }

    /// Distance above number. A node is nearer to itself than any other.
    #[inline(never)]
    fn key(&self, from: u8, to: u8) -> u16 {
        let said = self.distances.get(usize::from(from)).and_then(|row| row.get(usize::from(to)));
        let distance = match said {
            _ if from == to => 1,
            Some(0) | None => REMOTE,
            Some(distance) => (*distance).max(2),
        };
        u16::from(distance) << 8 | u16::from(to)
    }
}

fn known(node: u32) -> Option<u8> {
    u8::try_from(node).ok().filter(|node| usize::from(*node) < MAX_NODES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u64, size: u64) -> MemoryRange {
        MemoryRange { start: PhysicalAddress(start), size }
    }

    #[test]
    fn memory_belongs_to_whom_the_firmware_says_and_else_to_node_0() {
        let mut nodes = Nodes::ONE;
        assert_eq!(nodes.of_memory(PhysicalAddress(0x5000)), (0, PhysicalAddress(u64::MAX)));
        nodes.add_memory(range(0x8000, 0x2000), 1);
        nodes.add_memory(range(0x9000, 0x3000), 2);
        nodes.add_memory(range(0x1000, 0), 3);
        nodes.add_memory(range(0x1000, 0x1000), 8);
        nodes.add_memory(range(0x1000, 0x1000), u32::MAX);
        assert_eq!(nodes.count(), 3);
        assert_eq!(nodes.of_memory(PhysicalAddress(0)), (0, PhysicalAddress(0x8000)));
        assert_eq!(nodes.of_memory(PhysicalAddress(0x8000)), (1, PhysicalAddress(0xa000)));
        assert_eq!(nodes.of_memory(PhysicalAddress(0xa000)), (2, PhysicalAddress(0xc000)));
        assert_eq!(nodes.of_memory(PhysicalAddress(0xc000)), (0, PhysicalAddress(u64::MAX)));
    }

    #[test]
    fn more_than_fits_is_left_out() {
        let mut nodes = Nodes::ONE;
        for number in 0..1000_u32 {
            nodes.add_memory(range(u64::from(number) << 20, 1 << 20), number % 8);
            nodes.add_core(number.into(), 1);
        }
        assert_eq!((nodes.of_core(63), nodes.of_core(64)), (1, 0));
        assert_eq!(nodes.of_memory(PhysicalAddress(15 << 20)).0, 7);
        assert_eq!(nodes.of_memory(PhysicalAddress(17 << 20)).0, 0);
        nodes.add_memory(range(u64::MAX - 1, u64::MAX), 1);
    }

    #[test]
    fn the_nearest_come_first_and_itself_before_all() {
        let mut nodes = Nodes::ONE;
        (0..4).for_each(|node| nodes.add_memory(range(u64::from(node) << 20, 1 << 20), node));
        nodes.set_distance(2, 3, 12);
        nodes.set_distance(2, 1, 15);
        nodes.set_distance(2, 2, 200);
        nodes.set_distance(9, 1, 1);
        nodes.set_distance(1, 9, 1);
        assert_eq!(nodes.nearest(2).collect::<Vec<_>>(), [2, 3, 1, 0]);
        assert_eq!(nodes.nearest(0).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(nodes.nearest(7).collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!(Nodes::ONE.nearest(0).collect::<Vec<_>>(), [0]);
    }
}
