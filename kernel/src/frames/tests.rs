//! Against a model: a set of the frames that are free. And what must hold of the lists whatever happened.

use super::*;
use crate::testing::Random;
use std::collections::{BTreeMap, BTreeSet};
use veridian_abi::limits::{MAX_PAGE_SIZE, PAGE_SIZE as PAGE};

/// Two nodes whose memory is interleaved, with holes, edges in the middle of chunks, and all three zones.
const RANGES: [MemoryRange; 4] = [
    MemoryRange { start: PhysicalAddress(0x1000), size: 0x9_e000 },
    MemoryRange { start: PhysicalAddress(0x20_0000), size: 0x01e0_0000 },
    MemoryRange { start: PhysicalAddress(0xff00_3000), size: 0x00ff_d000 },
    MemoryRange { start: PhysicalAddress(0x1_0000_0000), size: 0x0100_1000 },
];
const PLACES: [Place; 4] = [
    Place { zone: Zone::Dma, node: 1 },
    Place::NORMAL,
    Place { zone: Zone::Normal, node: 1 },
    Place { zone: Zone::High, node: 0 },
];

fn nodes() -> &'static Nodes {
    let mut nodes = Nodes::ONE;
    for (start, size, node) in [(0, 0x0180_0000, 0), (0x0180_0000, 0xff00_0000, 1), (0x1_0080_0000, 1 << 40, 0)] {
        nodes.add_memory(MemoryRange { start: PhysicalAddress(start), size }, node);
    }
    Box::leak(Box::new(nodes))
}

/// An allocator on storage of its own.
pub fn frames(ranges: &[MemoryRange], nodes: &'static Nodes) -> Frames<'static> {
    frames_of(ranges, nodes, PAGE)
}

fn frames_of(ranges: &[MemoryRange], nodes: &'static Nodes, page: u64) -> Frames<'static> {
    let (chunks, areas) = Frames::sizes(ranges, nodes, page);
    Frames::new(vec![Chunk::TAKEN; chunks].leak(), vec![Area::EMPTY; areas].leak(), ranges, nodes, page)
}

fn frame(address: PhysicalAddress) -> usize {
    (address.0 / PAGE) as usize
}

fn address(frame: usize) -> PhysicalAddress {
    PhysicalAddress(frame as u64 * PAGE)
}

impl Frames<'_> {
    /// All free frames, with the area and the list that each is known by; everything that must hold is checked.
    fn audit(&self) -> BTreeMap<usize, (usize, u8)> {
        let mut free = BTreeMap::new();
        let mut listed = BTreeSet::new();
        for (number, area) in self.areas.iter().enumerate() {
            let before = free.len();
            for list in 0..LISTS as u8 {
                let (mut at, mut previous) = (area.heads[usize::from(list)], NONE);
                assert_eq!(area.filled >> list & 1 != 0, at != NONE, "the word tells of list {list}");
                while at != NONE {
                    let chunk = self.chunks[at as usize];
                    let first = at as usize + self.base;
                    assert!(listed.insert(at), "chunk {first} hangs in two lists");
                    assert_eq!((chunk.list, usize::from(chunk.area), chunk.previous), (list, number, previous));
                    let own: Vec<usize> = if list < BLOCKS {
                        assert_eq!(bits::list(chunk.free), list);
                        (0..CHUNK).filter(|bit| chunk.free >> bit & 1 != 0).map(|bit| first * CHUNK + bit).collect()
                    } else {
                        self.audit_block(first, chunk);
                        (first * CHUNK..(first + chunk.block()) * CHUNK).collect()
                    };
                    for frame in own {
                        assert!(free.insert(frame, (number, list)).is_none(), "frame {frame} is free twice");
                    }
                    (previous, at) = (at, chunk.next);
                }
            }
            assert_eq!(area.available, free.len() - before, "of area {number}");
        }
        for (index, chunk) in (0..).zip(self.chunks.iter()) {
            assert_eq!(chunk.list != NOWHERE, listed.contains(&index));
            assert!(chunk.list < BLOCKS || chunk.free == 0, "only an open chunk has bits");
        }
        free
    }

    fn audit_block(&self, first: usize, chunk: Chunk) {
        let size = chunk.block();
        assert!(first.is_multiple_of(size));
        for inner in first + 1..first + size {
            let inner = self.chunk(inner).expect("memory");
            assert_eq!((inner.list, inner.free, inner.area), (NOWHERE, 0, chunk.area), "inside of a block");
        }
        let half = self.chunk(first ^ size);
        let whole = half.is_some_and(|half| half.block() == size && half.area == chunk.area);
        assert!(!whole || usize::from(chunk.list) == LISTS - 1, "two halves at {first} are not one block");
    }
}

/// What a place may be given, from the best to the last: node and zone of the memory at an address.
fn expected(place: Place) -> Vec<(u8, Zone)> {
    let upper = [Zone::High, Zone::Normal].into_iter().filter(|zone| *zone <= place.zone);
    let order = [place.node, 1 - place.node];
    let mut all: Vec<_> = order.iter().flat_map(|node| upper.clone().map(|zone| (*node, zone))).collect();
    all.extend(order.map(|node| (node, Zone::Dma)));
    all
}

fn is(frame: usize) -> (u8, Zone) {
    let at = frame as u64 * PAGE;
    let zone = match at {
        0..0x100_0000 => Zone::Dma,
        0x100_0000..0x1_0000_0000 => Zone::Normal,
        _ => Zone::High,
    };
    (u8::from((0x0180_0000..0x1_0080_0000).contains(&at)), zone)
}

fn all_frames() -> BTreeSet<usize> {
    RANGES.iter().flat_map(|range| frame(range.start)..frame(end(range))).collect()
}

#[test]
fn frames_never_overlap_come_from_the_best_area_and_all_come_back_as_they_were() {
    for seed in 1..=4 {
        let mut frames = frames(&RANGES, nodes());
        let whole = frames.audit();
        assert_eq!(whole.keys().copied().collect::<BTreeSet<_>>(), all_frames());
        let mut random = Random::new(seed);
        let mut free = all_frames();
        let mut held: Vec<(PhysicalAddress, usize)> = Vec::new();
        for step in 0..4_000 {
            let full = step % 2_000 > 1_300;
            if random.below(5) < if full { 1 } else { 3 } {
                let most = [1, 8, 64, 64, 3_000][random.below(5) as usize];
                let count = 1 + random.below(most) as usize;
                let place = PLACES[random.below(4) as usize];
                let before: Vec<_> = frames.areas.iter().map(|area| area.available).collect();
                let Some(start) = frames.allocate_run(place, count) else { continue };
                let run = frame(start)..frame(start) + count;
                assert!(run.clone().all(|frame| free.remove(&frame)), "{run:?} is not all free memory");
                let got = is(run.start);
                assert!(run.clone().all(|frame| is(frame) == got), "{run:?} lies in two areas");
                let better = expected(place);
                let rank = better.iter().position(|one| *one == got).expect("a zone that was asked for");
                if count == 1 {
                    let passed = better[..rank].iter().map(|(node, zone)| before[area(*node, *zone)]);
                    assert_eq!(passed.sum::<usize>(), 0, "something better was left than {got:?} for {place:?}");
                }
                held.push((start, count));
            } else if !held.is_empty() {
                let (start, count) = held.swap_remove(random.below(held.len() as u64) as usize);
                // Part of a run may come back before the rest.
                let part = random.below(count as u64 + 1) as usize;
                frames.free(start, part);
                let rest = address(frame(start) + part);
                frames.free(rest, count - part);
                free.extend(frame(start)..frame(start) + count);
            }
            assert_eq!(frames.available(), free.len());
            if step % 500 == 0 {
                assert_eq!(frames.audit().into_keys().collect::<BTreeSet<_>>(), free);
            }
        }
        for (start, count) in held {
            frames.free(start, count);
        }
        assert_eq!(frames.audit(), whole, "blocks are what they were at the start");
    }
}

#[test]
fn every_frame_can_be_taken_alone_and_the_blocks_are_there_again() {
    let mut frames = frames(&RANGES, nodes());
    let whole = frames.audit();
    let high = Place { zone: Zone::High, node: 0 };
    let mut taken = BTreeSet::new();
    let mut ranks = Vec::new();
    while let Some(start) = frames.allocate(high) {
        assert!(taken.insert(frame(start)));
        ranks.push(expected(high).iter().position(|one| *one == is(frame(start))));
    }
    assert_eq!(taken, all_frames());
    assert!(ranks.is_sorted(), "each area is used up before the next");
    // Every second first, so that nothing is whole until the end.
    for parity in [0, 1] {
        taken.iter().filter(|frame| *frame % 2 == parity).for_each(|frame| frames.free(address(*frame), 1));
    }
    assert_eq!(frames.audit(), whole);
}

#[test]
fn how_many_steps_a_small_run_takes_depends_neither_on_size_nor_on_scatter() {
    for megabytes in [64_u64, 4096] {
        let ranges = [MemoryRange { start: PhysicalAddress(0x4000_0000), size: megabytes << 20 }];
        let mut frames = frames(&ranges, &Nodes::ONE);
        let all: Vec<_> = core::iter::from_fn(|| frames.allocate(Place { zone: Zone::High, node: 0 })).collect();
        // One frame of each four is free: no run of two, but as many chunks to look at as there can be.
        all.iter().filter(|start| frame(**start).is_multiple_of(4)).for_each(|start| frames.free(*start, 1));
        let time = std::time::Instant::now();
        for _ in 0..10_000 {
            assert_eq!(frames.allocate_run(Place::NORMAL, 2), None);
            let start = frames.allocate(Place::NORMAL).expect("a quarter is free");
            frames.free(start, 1);
        }
        // Looking through all 16,384 chunks each time would take minutes in a test build.
        assert!(time.elapsed().as_secs() < 5, "{:?} with {megabytes} MiB", time.elapsed());
    }
}

#[test]
fn a_run_that_no_block_holds_is_found_in_blocks_side_by_side() {
    let ranges = [MemoryRange { start: PhysicalAddress(0x8000_0000), size: 60 << 20 }];
    let mut frames = frames(&ranges, &Nodes::ONE);
    let whole = frames.audit();
    // 16 MiB are the zone's `dma`; the rest makes blocks of 16, 16 and smaller ones.
    let count = (40 << 20) / PAGE as usize + 3;
    let start = frames.allocate_run(Place::NORMAL, count).expect("44 MiB are free");
    assert_eq!(start, PhysicalAddress(0x8100_0000));
    assert_eq!(frames.allocate_run(Place::NORMAL, count), None);
    frames.audit();
    frames.free(start, count);
    assert_eq!(frames.audit(), whole);
    assert_eq!(frames.allocate_run(Place::NORMAL, 1 << 40), None);
}

#[test]
fn memory_that_starts_high_needs_no_storage_for_what_is_below() {
    let ranges = [MemoryRange { start: PhysicalAddress(0x8000_1000), size: 3 * PAGE }];
    assert_eq!(Frames::sizes(&ranges, &Nodes::ONE, PAGE), (1, ZONES));
    let mut frames = frames(&ranges, &Nodes::ONE);
    let dma = Place { zone: Zone::Dma, node: 0 };
    assert_eq!(frames.allocate(dma), Some(PhysicalAddress(0x8000_1000)));
    assert_eq!(frames.allocate_run(Place { zone: Zone::High, node: 7 }, 2), Some(PhysicalAddress(0x8000_2000)));
    frames.free(PhysicalAddress(0x8000_1000), 1);
    frames.free(PhysicalAddress(0x1000), 1);
    assert_eq!(frames.available(), 1);
    assert_eq!(frames.allocate(Place::NORMAL), Some(PhysicalAddress(0x8000_1000)));
    assert_eq!((frames.available(), frames.allocate(dma)), (0, None));
}

#[test]
fn memory_runs_out_cleanly() {
    let ranges = [MemoryRange { start: PhysicalAddress(0), size: 3 * PAGE }];
    let mut frames = frames(&ranges, &Nodes::ONE);
    assert_eq!(frames.allocate_run(Place::NORMAL, 4), None);
    // Which list a run of three is in does not say whether it is one of three; it is looked at.
    assert_eq!(frames.allocate_run(Place::NORMAL, 3), Some(PhysicalAddress(0)));
    frames.free(PhysicalAddress(0), 3);
    assert!((0..3).all(|_| frames.allocate(Place::NORMAL).is_some()));
    assert_eq!(frames.allocate(Place::NORMAL), None);
    frames.free(PhysicalAddress(0x1000), 1);
    assert_eq!(frames.allocate(Place { zone: Zone::Dma, node: 0 }), Some(PhysicalAddress(0x1000)));
    assert_eq!(frames.available(), 0);
    assert_eq!(Frames::sizes(&[], &Nodes::ONE, PAGE), (0, ZONES));
}

#[test]
fn frames_are_as_large_as_pages() {
    let ranges = [MemoryRange { start: PhysicalAddress(0x4000_0000), size: 300 * MAX_PAGE_SIZE }];
    assert_eq!(Frames::sizes(&ranges, &Nodes::ONE, MAX_PAGE_SIZE), (5, ZONES));
    let mut frames = frames_of(&ranges, &Nodes::ONE, MAX_PAGE_SIZE);
    let dma = Place { zone: Zone::Dma, node: 0 };
    assert_eq!(frames.available(), 300);
    assert_eq!(frames.allocate_run(dma, 256), Some(PhysicalAddress(0x4000_0000)));
    assert_eq!(frames.allocate(dma), None);
    assert_eq!(frames.allocate_run(Place::NORMAL, 2), Some(PhysicalAddress(0x4100_0000)));
    assert_eq!(frames.allocate(Place::NORMAL), Some(PhysicalAddress(0x4102_0000)));
    frames.free(PhysicalAddress(0x4001_0000), 2);
    assert_eq!(frames.allocate_run(dma, 2), Some(PhysicalAddress(0x4001_0000)));
    frames.audit();
}
