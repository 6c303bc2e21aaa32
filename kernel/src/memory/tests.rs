//! What a pool gives comes back, however it goes; nothing stays mapped that nobody may use.

use super::*;
use crate::boot::Sizes;
use crate::testing::{Random, TestPort, World};
use std::collections::BTreeSet;
use veridian_port::{MemoryRange, Nodes};

const OWNER: usize = 0;
const PAGES: u32 = 100;
const REGIONS: usize = 8;
const ALL: u64 = limits::MAP_READ | limits::MAP_WRITE;

struct Test {
    world: World,
    pool: u64,
}

impl Test {
    fn new() -> Self {
        let sizes = Sizes {
            threads: 3,
            slots: 60,
            endpoints: 0,
            notifications: 0,
            spaces: 0,
            regions: 0,
            pools: 1,
            spare_regions: REGIONS,
            interrupts: 0,
            timers: 0,
            ports: 0,
            dma: 0,
            trace: 0,
        };
        let mut world = World::of(&sizes);
        for (index, (thread, own)) in (1..).zip(world.storage.threads.iter().zip(world.storage.entries.chunks(20))) {
            thread.table.set_slots(own);
            thread.set_space(index);
        }
        let memory = [MemoryRange { start: PhysicalAddress(0x100_0000), size: 256 * limits::PAGE_SIZE }];
        world.system.frames = Some(crate::frames::tests::frames(&memory, &Nodes::ONE));
        let pool = &world.storage.pools[0];
        pool.available.set(PAGES);
        for region in world.storage.spare_regions {
            region.pool.set(Some(pool));
            pool.regions.put(region);
        }
        let grant = Grant { object: Object::MemoryPool(pool), rights: rights::memory_pool::ALLOCATE, badge: 0 };
        let pool = world.thread(OWNER).table.create(&grant).expect("a free slot");
        Self { world, pool }
    }

    fn me(&self, index: usize) -> &'static Thread<'static, TestPort> {
        self.world.thread(index)
    }

    fn allocate(&mut self, pages: u64) -> Result<u64, Error> {
        let (me, pool) = (self.me(OWNER), self.pool);
        self.world.system.allocate_frames(me, pool, pages)
    }

    fn map(&mut self, token: u64, address: u64, flags: u64) -> Result<u64, Error> {
        let (me, pool) = (self.me(OWNER), self.pool);
        self.world.system.map_page(me, token, address, flags, pool)
    }

    fn drop(&mut self, index: usize, token: u64) {
        let me = self.me(index);
        let entry = me.table.lookup(token).expect("held");
        assert!(entry.delete(u64::MAX, &mut |lost| self.world.system.lose(lost)));
    }

    fn left(&self) -> (u32, usize) {
        let frames = self.world.system.frames.as_ref().expect("set above");
        (self.world.storage.pools[0].available.get(), frames.available())
    }
}

#[test]
fn a_pool_gives_no_more_than_it_has_and_gets_all_back() {
    let mut test = Test::new();
    let full = test.left();
    assert_eq!(test.allocate(0), Err(Error::BadArgument));
    assert_eq!(test.allocate(65), Err(Error::BadArgument));
    let first = test.allocate(64).expect("64 of 100");
    assert_eq!(test.allocate(37), Err(Error::NoMemory));
    let second = test.allocate(36).expect("the rest");
    assert_eq!(test.left(), (0, full.1 - 100));
    test.drop(OWNER, first);
    test.drop(OWNER, second);
    assert_eq!(test.left(), full);
    let tokens: Vec<u64> = (0..REGIONS).map(|_| test.allocate(1).expect("a region")).collect();
    assert_eq!(test.allocate(1), Err(Error::NoMemory), "there are no more regions");
    tokens.into_iter().for_each(|token| test.drop(OWNER, token));
    assert_eq!(test.left(), full);
    // Without a slot for the capability nothing is taken.
    while test.me(OWNER).table.lookup(test.pool).expect("held").derive(&test.me(OWNER).table, 0).is_ok() {}
    assert_eq!(test.allocate(1), Err(Error::TableFull));
    assert_eq!(test.left(), full);
}

#[test]
fn a_mapping_is_where_nothing_was_and_allows_what_the_capability_does() {
    let mut test = Test::new();
    let token = test.allocate(2).expect("enough");
    let base = limits::DYNAMIC_BASE;
    for (address, flags) in [
        (base + 1, ALL),
        (base - limits::PAGE_SIZE, ALL),
        (limits::DYNAMIC_END - limits::PAGE_SIZE, ALL),
        (u64::MAX - 0xfff, ALL),
        (base, limits::MAP_WRITE),
        (base, ALL | limits::MAP_EXECUTE),
        (base, 0),
    ] {
        assert_eq!(test.map(token, address, flags), Err(Error::BadArgument), "{address:#x} {flags}");
    }
    let me = test.me(OWNER);
    let readable =
        me.table.lookup(token).expect("held").derive(&me.table, rights::shared_region::READ).expect("a slot");
    assert_eq!(test.map(readable, base, ALL), Err(Error::MissingRight));
    assert_eq!(test.map(token, base, ALL), Ok(0));
    assert_eq!(test.map(token, base + 0x10_0000, ALL), Err(Error::BadArgument), "it is mapped already");
    assert_eq!(test.map(readable, base + limits::PAGE_SIZE, limits::MAP_READ), Err(Error::BadArgument), "overlap");
    assert_eq!(test.map(readable, base + 2 * limits::PAGE_SIZE, limits::MAP_READ), Ok(0));
    let writable = test.world.system.port.pages.values().filter(|(_, flags)| flags.write).count();
    assert_eq!((test.world.system.port.pages.len(), writable), (4, 2));
    assert_eq!(test.world.system.unmap_page(me, readable), Ok(0));
    assert_eq!(test.world.system.unmap_page(me, readable), Err(Error::BadArgument));
    assert_eq!(test.world.system.port.pages.len(), 2);
}

#[test]
fn nothing_is_mapped_that_is_free_and_all_comes_back() {
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let mut test = Test::new();
        let full = test.left();
        let mut held: Vec<(usize, u64)> = Vec::new();
        for _ in 0..200 {
            match random.below(5) {
                0 => held.extend(test.allocate(1 + random.below(30)).map(|token| (OWNER, token))),
                1 if !held.is_empty() => {
                    let (from, token) = held[random.below(held.len() as u64) as usize];
                    let to = random.below(3) as usize;
                    let entry = test.me(from).table.lookup(token).expect("held");
                    held.extend(entry.derive(&test.me(to).table, entry.rights()).map(|token| (to, token)));
                }
                2 | 3 if !held.is_empty() => {
                    let (owner, token) = held[random.below(held.len() as u64) as usize];
                    let address = limits::DYNAMIC_BASE + random.below(64) * limits::PAGE_SIZE;
                    let me = test.me(owner);
                    // Others are charged to a pool of their own; here the owner's stands for it.
                    let entry = test.me(OWNER).table.lookup(test.pool).expect("held");
                    if let Ok(charge) = entry.derive(&me.table, rights::memory_pool::ALLOCATE) {
                        let _ = test.world.system.map_page(me, token, address, limits::MAP_READ, charge);
                        test.drop(owner, charge);
                    }
                }
                _ if !held.is_empty() => {
                    let (owner, token) = held.swap_remove(random.below(held.len() as u64) as usize);
                    test.drop(owner, token);
                    held.retain(|(owner, token)| test.world.thread(*owner).table.lookup(*token).is_ok());
                }
                _ => {}
            }
            let mut alive = BTreeSet::new();
            for (owner, token) in &held {
                let me = test.me(*owner);
                let (_, region) = region(me, *token).expect("a region");
                for number in 0..u64::from(region.pages.get()) {
                    alive.insert((me.space.get(), region.start.get().0 + number * limits::PAGE_SIZE));
                }
            }
            for ((space, _), (frame, _)) in &test.world.system.port.pages {
                assert!(alive.contains(&(*space, frame.0)), "a page that nobody may use is mapped");
            }
        }
        while let Some((owner, token)) = held.pop() {
            if test.me(owner).table.lookup(token).is_ok() {
                test.drop(owner, token);
            }
        }
        assert!(test.world.system.port.pages.is_empty());
        assert_eq!(test.left(), full);
    }
}

#[test]
fn a_region_is_zeroed_whole_and_in_steps_before_it_is_mapped() {
    let mut test = Test::new();
    let most = filled_at_once(&test.world.system.port) as usize;
    let token = test.allocate(64).expect("enough");
    assert_eq!(test.world.system.port.filled.len(), most, "a step of it");
    for step in 2.. {
        let mapped = test.map(token, limits::DYNAMIC_BASE, ALL);
        if mapped.is_ok() {
            break;
        }
        assert_eq!(mapped, Err(Error::Unfinished));
        assert_eq!(test.world.system.port.filled.len(), step * most);
        assert!(test.world.system.port.pages.is_empty(), "nothing is mapped yet");
    }
    let zeroed: BTreeSet<u64> = test.world.system.port.filled.iter().map(|(frame, _)| frame.0).collect();
    let mapped: BTreeSet<u64> = test.world.system.port.pages.values().map(|(frame, _)| frame.0).collect();
    assert_eq!((zeroed.len(), test.world.system.port.filled.len()), (64, 64));
    assert_eq!(zeroed, mapped);
}

#[test]
fn a_step_of_revoking_counts_what_was_mapped() {
    let mut test = Test::new();
    let token = test.allocate(24).expect("enough");
    let me = test.me(OWNER);
    let entry = me.table.lookup(token).expect("held");
    for number in 0..6 {
        let child = entry.derive(&me.table, rights::shared_region::READ).expect("a slot");
        let place = limits::DYNAMIC_BASE + number * 24 * limits::PAGE_SIZE;
        while test.map(child, place, limits::MAP_READ) == Err(Error::Unfinished) {}
    }
    // Capabilities of 25 each: a second one is begun, since the first has not used the step up.
    for left in [4, 2, 0] {
        entry.revoke(limits::STEP, &mut |lost| test.world.system.lose(lost));
        assert_eq!(test.world.system.port.pages.len(), left * 24);
    }
    assert!(!entry.has_descendants());
}
