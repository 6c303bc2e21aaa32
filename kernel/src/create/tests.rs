//! Whatever threads do with what they make, it all comes back when their tables are emptied.

use super::*;
use crate::scheduler::EMPTY;
use crate::testing::{MADE, Random, TestPort, World};
use crate::thread::State;
use std::collections::BTreeMap;
use veridian_abi::limits;
use veridian_port::{Answer, PageFlags, PhysicalAddress, Registers};

const COMPONENTS: usize = 3;
const TEXT: u64 = limits::PROGRAM_BASE;

/// A token of a capability in the running thread's table.
fn any_token(me: &Thread<'static, TestPort>, random: &mut Random) -> u64 {
    let entries = me.table.entries();
    let held: Vec<_> = (0u64..).zip(entries).filter(|(_, entry)| !entry.is_free()).collect();
    if held.is_empty() {
        return 0;
    }
    let (slot, entry) = held[random.below(held.len() as u64) as usize];
    slot | u64::from(entry.generation()) << 32 | u64::from(entry.rights()) << 48
}

/// One system call of the running thread, with arguments that are often good ones.
fn step(world: &mut World, random: &mut Random, done: &mut BTreeMap<u64, usize>) {
    let Some(me) = world.system.core.current.get() else {
        let _ = world.system.tick();
        return;
    };
    let token = any_token(me, random);
    let page = limits::DYNAMIC_BASE + random.below(6) * limits::PAGE_SIZE;
    let calls = [
        system_calls::CALL,
        system_calls::RECEIVE,
        system_calls::WAIT,
        system_calls::YIELD_CPU,
        system_calls::EXIT,
        system_calls::BLOCK_THREAD,
        system_calls::SIGNAL,
        system_calls::CAPABILITY_DERIVE,
        system_calls::CAPABILITY_REVOKE,
        system_calls::CAPABILITY_DROP,
        system_calls::PROCESS_STOP,
        system_calls::ALLOCATE_FRAMES,
        system_calls::MAP_PAGE,
        system_calls::UNMAP_PAGE,
        system_calls::CREATE_CAPABILITY,
        system_calls::CREATE_ADDRESS_SPACE,
        system_calls::CAPABILITY_GRANT,
        system_calls::MAP_SHARED_REGION,
        system_calls::SHARE_PAGES,
        system_calls::CREATE_THREAD,
        system_calls::START_THREAD,
        system_calls::SCHEDULE_THREAD,
        system_calls::UNSCHEDULE_THREAD,
        system_calls::WAKE_THREAD,
    ];
    let number = calls[random.below(calls.len() as u64) as usize];
    let ends = matches!(number, system_calls::EXIT | system_calls::PROCESS_STOP | system_calls::CAPABILITY_DROP);
    // The components go on, so that there is always somebody to make something.
    if ends && (random.below(4) > 0 || number == system_calls::EXIT && me.maker.get().is_none()) {
        return;
    }
    let (a, b, c) = match number {
        system_calls::CREATE_CAPABILITY => (random.below(4), 0, 0),
        system_calls::ALLOCATE_FRAMES => (1 + random.below(3), 0, 0),
        system_calls::MAP_PAGE => (page, limits::MAP_READ, any_token(me, random)),
        system_calls::MAP_SHARED_REGION => (any_token(me, random), page, limits::MAP_READ),
        system_calls::CAPABILITY_GRANT => (any_token(me, random), random.below(8), 0),
        system_calls::SHARE_PAGES => (TEXT, 1, 0),
        system_calls::CREATE_THREAD => (if random.below(2) == 0 { 0 } else { any_token(me, random) }, 0, 0),
        system_calls::START_THREAD => (TEXT, page, 0),
        system_calls::SCHEDULE_THREAD => (100 + random.below(100), 0, 0),
        system_calls::CAPABILITY_DERIVE => (random.below(8), 0, 0),
        _ => (limits::TICK_NANOSECONDS * random.below(3), 0, 0),
    };
    let status = if number < 16 {
        world.system.core.block.calls.registers.set(Registers { token, word: number, a, b, c, ..Registers::default() });
        let resume = world.system.message_call(token, number, a, b, c);
        if resume.registers.is_null() { 255 } else { 0 }
    } else {
        let answer = world.system.simple_call(token, number, a, b, c);
        if answer.word & Answer::RESCHEDULE != 0 {
            let _ = world.system.reschedule();
        }
        answer.word as u8
    };
    if status == 0 {
        *done.entry(number).or_default() += 1;
    }
}

#[test]
fn whatever_is_made_comes_back() {
    let mut done = BTreeMap::new();
    for seed in 0..40 {
        let mut random = Random::new(seed);
        let mut world = World::with_pool(COMPONENTS, 20);
        let before = world.free();
        let pool = world.storage.pools.first().expect("a pool");
        let flags = PageFlags { write: false, execute: true, device: false };
        for (component, space) in (0..COMPONENTS).zip(1..) {
            let thread = world.thread(component);
            thread.table.create(&Grant { object: Object::MemoryPool(pool), rights: 7, badge: 0 }).expect("a free slot");
            thread.set_priority(120);
            world.system.port.pages.insert((space, TEXT), (PhysicalAddress(0x5000), flags));
            world.system.make_ready(thread);
        }
        let _ = world.system.run_next();
        for _ in 0..3000 {
            step(&mut world, &mut random, &mut done);
            for component in 0..COMPONENTS {
                // Whoever waits for what never comes is let go, so that the storm goes on.
                let thread = world.thread(component);
                if random.below(20) == 0 && thread.server().is_none() && !thread.is_running() {
                    world.system.leave_queues(thread);
                    if thread.exit.get() == Exit::None {
                        world.system.make_ready(thread);
                    }
                }
            }
            if random.below(6) == 0 {
                check(&world);
            }
        }
        for component in 0..COMPONENTS {
            let thread = world.thread(component);
            for entry in thread.table.entries() {
                while !world.system.empty_slot(entry) {}
            }
        }
        // Page tables of the components' own spaces stay.
        let kept = world.system.port.tables.len();
        let [available, frames, objects @ ..] = world.free();
        assert_eq!([available + kept, frames + kept], before[..2]);
        assert_eq!(objects, before[2..]);
        assert!(world.system.port.pages.keys().all(|(space, _)| *space < 100), "something is left of a process");
        for thread in &world.storage.threads[COMPONENTS..] {
            assert!(matches!(thread.state.get(), State::Stopped), "a thread outlives its pool's memory");
        }
    }
    for number in system_calls::CREATE_CAPABILITY..=system_calls::WAKE_THREAD {
        assert!(done.get(&number).is_some_and(|times| *times > 8), "call {number} is hardly ever tried: {done:?}");
    }
}

/// What must hold between any two system calls.
fn check(world: &World) {
    let mut ready = 0;
    for thread in world.storage.threads {
        let state = thread.state.get();
        if let State::Receiving(endpoint) | State::Sending(endpoint) = state {
            assert!(endpoint.receivers.first().is_some() || endpoint.senders.first().is_some(), "in no queue");
        }
        assert!(matches!(state, State::Stopped) || thread.exit.get() == Exit::None, "it runs on after its end");
        if !matches!(state, State::Stopped) {
            let home = thread.table.home();
            let somewhere = world.storage.threads[..COMPONENTS]
                .iter()
                .map(|thread| &raw const thread.table)
                .chain(world.storage.spaces.iter().map(|space| &raw const space.table))
                .any(|table| core::ptr::eq(table, home));
            assert!(somewhere, "it has no table");
        }
        ready += usize::from(matches!(state, State::Ready));
        // Whoever waits for what has ended is about to be told.
        let told = |other: &Thread<'static, TestPort>| {
            other.exit.get() != Exit::None && other.ending.get() == crate::ending::Ending::None
        };
        match state {
            State::AwaitingReply(other) | State::AwaitingSlowReply(other) | State::AwaitingEnd(other) => {
                assert!(!told(other), "it was forgotten");
            }
            State::Sending(endpoint) => assert!(endpoint.servers.get() > 0 || endpoint.orphaned.get(), "it hangs"),
            _ => {}
        }
    }
    assert_eq!(ready == 0, world.system.core.scheduler.top() == EMPTY);
    // No capability names an object that is in its slab: each is counted once.
    let used = |kind: veridian_abi::Kind| {
        let tables = world.storage.entries.iter();
        let roots = tables.filter(|entry| entry.object().kind() == Some(kind) && !entry.is_derived());
        roots.filter(|entry| entry.object().pool().is_some()).count()
    };
    let free = world.free();
    assert_eq!(free[3] + used(veridian_abi::Kind::Endpoint), MADE);
    assert_eq!(free[4] + used(veridian_abi::Kind::Notification), MADE);
    assert_eq!(free[5] + used(veridian_abi::Kind::AddressSpace), MADE);
    assert_eq!(free[6] + used(veridian_abi::Kind::Process), MADE);
}

#[test]
fn a_thread_goes_to_its_makers_core_or_to_one_that_its_pool_allows() {
    let mut world = World::with_pool(2, 16);
    let (second, third) = (world.add_core(), world.add_core());
    let pool = &world.storage.pools[0];
    pool.cores.set(1 << third.index);
    let maker = world.thread(0);
    maker.set_home(second);
    let grant = Grant { object: Object::MemoryPool(pool), rights: rights::memory_pool::SPAWN, badge: 0 };
    let token = maker.table.create(&grant).expect("a free slot");
    let mut made_on = |core| -> Result<u32, Error> {
        let made = world.system.made_call(maker, system_calls::CREATE_THREAD, token, 0, core, 0)?;
        let Object::Process(thread) = maker.table.lookup(made)?.object() else { panic!("a thread") };
        Ok(thread.home.get().expect("a core").index)
    };
    assert_eq!([made_on(0), made_on(2), made_on(3)], [Ok(1), Ok(1), Ok(2)]);
    // The pool does not allow the first core, and there is no fourth.
    for core in [1, 4, 33, 65, u64::MAX] {
        assert_eq!(made_on(core), Err(Error::BadArgument), "{core}");
    }
}
