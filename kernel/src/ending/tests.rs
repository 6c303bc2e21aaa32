//! Everybody who waits for what ends is told, a few at a time, and nobody too early.

use super::*;
use crate::capability::Grant;
use crate::testing::{Random, TestPort, World};
use veridian_abi::{Kind, rights, system_calls};
use veridian_port::Context;

const TEXT: u64 = limits::PROGRAM_BASE;
const MOST: usize = limits::STEP as usize;

type TestThread = Thread<'static, TestPort>;

/// Whether a thread is in a call that waits.
fn waits(thread: &TestThread) -> bool {
    let queued = matches!(thread.state.get(), State::Sending(_) | State::Receiving(_) | State::Waiting(_));
    queued || thread.server().is_some() || matches!(thread.state.get(), State::AwaitingEnd(_))
}

fn grant(world: &World, owner: usize, object: Object<'static, TestPort>, rights: u16) -> u64 {
    world.thread(owner).table.create(&Grant { object, rights, badge: 0 }).expect("a free slot")
}

/// Makes a thread, as component 0, that could run. Returns its token.
fn make(world: &mut World, pool: u64) -> Result<u64, Error> {
    let me = world.thread(0);
    let mut call = |number, token, a, b| world.system.made_call(me, number, token, a, b, 0);
    let token = call(system_calls::CREATE_THREAD, pool, 0, 0)?;
    call(system_calls::START_THREAD, token, TEXT, 0)?;
    call(system_calls::SCHEDULE_THREAD, token, 130, 0)?;
    Ok(token)
}

/// Component 0 may make many threads of a pool; the one behind it may do everything to it.
fn maker(components: usize, slots: usize, made: usize) -> (World, u64, u64) {
    let world = World::with_pool_of(components, slots, made);
    world.thread(0).set_priority(120);
    let pool = grant(&world, 0, Object::MemoryPool(&world.storage.pools[0]), u16::MAX);
    let process = grant(&world, 1, Object::Process(world.thread(0)), u16::MAX);
    (world, pool, process)
}

#[test]
fn whoever_waits_is_told_when_no_thread_of_it_can_run_and_no_step_tells_many() {
    const WAIT: usize = 100;
    const MADE: usize = 300;
    let (mut world, pool, process) = maker(2 + 3 * WAIT, MADE + 8, 2 * MADE);
    for _ in 0..MADE {
        make(&mut world, pool).expect("there is another");
    }
    let endpoint = Object::Endpoint(&world.storage.endpoints[0]);
    let serve = grant(&world, 0, endpoint, rights::endpoint::RECEIVE);
    // One third waits for replies, one to be received, one for the end.
    for index in 2..2 + 3 * WAIT {
        let thread = world.thread(index);
        let token = match index % 3 {
            2 => grant(&world, index, Object::Process(world.thread(0)), rights::process::WAIT),
            _ => grant(&world, index, endpoint, rights::endpoint::CALL),
        };
        world.run(index);
        let _ = match index % 3 {
            2 => world.system.process_wait(thread, token, limits::FOREVER),
            _ => world.system.call(thread, token, 0, limits::FOREVER, 0),
        };
        if index % 3 == 1 {
            world.run(0);
            let _ = world.system.receive(world.thread(0), serve, limits::FOREVER);
        }
    }
    let told = |world: &World| (2..2 + 3 * WAIT).filter(|index| !waits(world.thread(*index))).count();
    let made: Vec<_> = world.system.made_threads().iter().filter(|thread| thread.maker.get().is_some()).collect();
    assert_eq!((told(&world), made.len()), (0, MADE));
    let boss = world.thread(1);
    world.run(1);
    let mut steps = 0;
    loop {
        let (before, running) = (told(&world), made.iter().filter(|thread| thread.exit.get() == Exit::None).count());
        let result = world.system.process_stop(boss, process);
        steps += 1;
        let left = made.iter().filter(|thread| thread.exit.get() == Exit::None).count();
        let now = told(&world);
        assert!(now - before <= MOST && running - left <= MOST, "too much in one step");
        assert!(now == 0 || left == 0, "told too early");
        world.system.core.current.set(Some(boss));
        let _ = world.system.process_wait(boss, process, 0);
        let known = world.system.core.block.calls.registers.get().word == 0;
        assert_eq!(known, left == 0, "asked too early");
        match result {
            Ok(_) => break,
            Err(error) => assert_eq!(error, Error::Unfinished),
        }
        assert!(steps < 100, "it never ends");
        assert_eq!(make(&mut world, pool), Err(Error::PeerGone), "no other one comes to be meanwhile");
    }
    assert!(steps > (2 * WAIT + MADE) / MOST);
    // What is left concerns threads that ended with it, and the endpoint that they served.
    for _ in 0..100 {
        let before = told(&world);
        let _ = world.system.tick();
        assert!(told(&world) - before <= MOST, "too much in one tick");
    }
    for index in 2..2 + 3 * WAIT {
        let registers = world.thread(index).context.registers().get();
        let expected = match index % 3 {
            2 => (0, limits::EXIT_STOPPED << 32),
            _ => (Error::PeerGone as u64, 0),
        };
        assert_eq!((registers.word, registers.token), expected, "{index}");
    }
    assert!(world.storage.threads.iter().all(|thread| thread.ending.get() == Ending::None));
}

#[test]
fn without_anybody_who_goes_on_with_it_ticks_do() {
    const WAIT: usize = 200;
    let mut world = World::new(1 + WAIT, 2);
    for index in 1..=WAIT {
        let token = grant(&world, index, Object::Process(world.thread(0)), rights::process::WAIT);
        world.run(index);
        let _ = world.system.process_wait(world.thread(index), token, limits::FOREVER);
    }
    world.run(0);
    world.system.end(world.thread(0), Exit::Normal(7));
    world.system.core.current.set(None);
    let told = |world: &World| (1..=WAIT).filter(|index| !waits(world.thread(*index))).count();
    let mut before = told(&world);
    for _ in 0..WAIT / MOST + 1 {
        let _ = world.system.tick();
        assert!(told(&world) - before <= MOST);
        before = told(&world);
    }
    assert_eq!(before, WAIT);
}

#[test]
fn whoever_serves_an_endpoint_again_gets_what_still_waits_there() {
    const WAIT: usize = 100;
    let mut world = World::new(2 + WAIT, 4);
    let endpoint = &world.storage.endpoints[0];
    let serve = grant(&world, 0, Object::Endpoint(endpoint), rights::endpoint::RECEIVE);
    for index in 2..2 + WAIT {
        let token = grant(&world, index, Object::Endpoint(endpoint), rights::endpoint::CALL);
        world.run(index);
        let _ = world.system.call(world.thread(index), token, 0, limits::FOREVER, 0);
    }
    world.run(0);
    let entry = world.thread(0).table.lookup(serve).expect("held");
    assert!(world.system.empty_slot(entry));
    let sends = |thread: &TestThread| matches!(thread.state.get(), State::Sending(_));
    let waiting = |world: &World| (2..2 + WAIT).filter(|index| sends(world.thread(*index))).count();
    assert_eq!(waiting(&world), WAIT - MOST, "a step of them is told");
    // From now on nobody is turned away any more.
    world.thread(1).table.begin();
    let serve = grant(&world, 1, Object::Endpoint(endpoint), rights::endpoint::RECEIVE);
    world.system.core.current.set(None);
    for _ in 0..10 {
        let _ = world.system.tick();
    }
    let left = waiting(&world);
    assert!(left == WAIT - MOST && !endpoint.orphaned.get());
    for served in 1..=left {
        world.run(1);
        let _ = world.system.receive(world.thread(1), serve, 0);
        assert_eq!(waiting(&world), left - served);
    }
    // And whoever comes when it has gone again is refused at once.
    assert!(world.system.empty_slot(world.thread(1).table.lookup(serve).expect("held")));
    assert_eq!(endpoint.servers.get(), 0);
}

#[test]
fn what_was_made_is_not_used_again_before_all_who_wait_there_are_told() {
    const WAIT: usize = 100;
    for kind in [Kind::Endpoint, Kind::Notification] {
        let (mut world, pool, _) = maker(2, WAIT + 8, WAIT);
        let before = world.free();
        let me = world.thread(0);
        let made = world.system.made_call(me, system_calls::CREATE_CAPABILITY, pool, kind as u64, 0, 0).expect("one");
        let tokens: Vec<_> = (0..WAIT).map(|_| make(&mut world, pool).expect("there is another")).collect();
        for thread in world.system.made_threads() {
            world.system.leave_queues(thread);
            world.system.enter(thread);
            let _ = match kind {
                Kind::Endpoint => world.system.receive(thread, made, limits::FOREVER),
                _ => world.system.wait(thread, made, limits::FOREVER),
            };
        }
        world.run(0);
        let waiting = |world: &World| world.system.made_threads().iter().filter(|thread| waits(thread)).count();
        for step in 1.. {
            let result = world.system.simple_call(made, system_calls::CAPABILITY_DROP, 0, 0, 0).word as u8;
            assert_eq!(waiting(&world), WAIT.saturating_sub(step * MOST));
            assert_eq!(result == 0, waiting(&world) == 0);
            if result == 0 {
                break;
            }
            assert_ne!(world.free(), before, "given back too early");
        }
        let told = |thread: &TestThread| thread.context.registers().get().word == Error::PeerGone as u64;
        assert!(world.system.made_threads().iter().all(told));
        for token in tokens {
            while !world.system.empty_slot(world.thread(0).table.lookup(token).expect("held")) {}
        }
        assert_eq!(world.free(), before);
    }
}

#[test]
fn a_component_whose_threads_keep_making_others_ends_all_the_same() {
    const MADE: usize = 200;
    for seed in 0..20 {
        let mut random = Random::new(seed);
        let (mut world, pool, process) = maker(2, MADE + 8, MADE);
        let tokens: Vec<_> = (0..MADE / 2).map(|_| make(&mut world, pool).expect("there is another")).collect();
        let boss = world.thread(1);
        world.run(1);
        while let Err(error) = world.system.process_stop(boss, process) {
            assert_eq!(error, Error::Unfinished);
            // Those that still run try to bring others to life, new ones and ended ones.
            for thread in world.system.made_threads() {
                if matches!(thread.state.get(), State::Ready) {
                    let old = tokens[random.below(tokens.len() as u64) as usize];
                    let _ = world.system.made_call(thread, system_calls::CREATE_THREAD, pool, 0, 0, 0);
                    let _ = world.system.made_call(thread, system_calls::START_THREAD, old, TEXT, 0, 0);
                    let _ = world.system.made_call(thread, system_calls::SCHEDULE_THREAD, old, 130, 0, 0);
                }
            }
        }
        assert!(world.system.made_threads().iter().all(|thread| matches!(thread.state.get(), State::Stopped)));
        // Their own ends are settled as well, sooner or later.
        for _ in 0..100 {
            let _ = world.system.tick();
        }
        assert_eq!(world.thread(0).table.threads(), 0);
    }
}
