//! Where a frame may lie: in which of three zones, and near which node's cores.

use veridian_abi::limits;
use veridian_port::PhysicalAddress;

/// Bytes of [`Zone::Dma`].
const DMA_SIZE: u64 = 16 << 20;
/// Where [`Zone::Normal`] ends.
const NORMAL_END: u64 = 4 << 30;

/// How an address must be for whoever uses the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

    /// The lowest zone that an address is in, and the first address that is in a higher one, where memory
    /// starts at `base`.
    pub(super) fn of(address: PhysicalAddress, base: PhysicalAddress) -> (Self, PhysicalAddress) {
        let dma_end = base.0 / DMA_SIZE * DMA_SIZE + DMA_SIZE;
        let (zone, end) = match address.0 {
            at if at < dma_end => (Self::Dma, dma_end),
            at if at < NORMAL_END => (Self::Normal, NORMAL_END),
            _ => (Self::High, u64::MAX),
        };
        (zone, PhysicalAddress(end))
    }
}

/// Where memory is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// In this zone or below.
    pub zone: Zone,
    /// On this node if it has any left, else on the nearest that has.
    pub node: u8,
}

impl Place {
    /// Anywhere below 4 GiB, first on node 0.
    pub const NORMAL: Self = Self { zone: Zone::Normal, node: 0 };

    /// Zones that it may be in, but for the lowest, which is taken last of all: the best first.
    pub(super) fn upper(self) -> &'static [Zone] {
        match self.zone {
            Zone::Dma => &[],
            Zone::Normal => &[Zone::Normal],
            Zone::High => &[Zone::High, Zone::Normal],
        }
    }
}

/// Number of the area of a node's memory in a zone.
pub(super) fn area(node: u8, zone: Zone) -> usize {
    usize::from(node) * ZONES + zone as usize
}

/// Zones of a node.
pub(super) const ZONES: usize = 3;
