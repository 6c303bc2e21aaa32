//! A process made at run time has what it was given, and nothing of it is left when it goes.

use super::*;
use crate::process::Exit;
use crate::scheduler::EMPTY;
use crate::testing::{TestPort, World};
use veridian_abi::{Kind, system_calls};
use veridian_port::{PageFlags, PhysicalAddress};

const ADDRESS: u64 = limits::DYNAMIC_BASE;
const TEXT: u64 = limits::PROGRAM_BASE;

struct Test {
    world: World,
    pool: u64,
}

impl Test {
    /// Component 0 has a pool with all rights, runs, and has a page of code.
    fn new() -> Self {
        let mut world = World::with_pool(2, 40);
        let grant = Grant { object: Object::MemoryPool(&world.storage.pools[0]), rights: 7, badge: 0 };
        let pool = world.thread(0).table.create(&grant).expect("a free slot");
        world.thread(0).set_priority(120);
        let flags = PageFlags { write: false, execute: true, device: false };
        world.system.port.pages.insert((1, TEXT), (PhysicalAddress(0x5000), flags));
        world.run(0);
        Self { world, pool }
    }

    fn call(&mut self, number: u64, token: u64, arguments: [u64; 3]) -> Result<u64, Error> {
        let [a, b, c] = arguments;
        let answer = self.world.system.simple_call(token, number, a, b, c);
        match answer.word as u8 {
            0 => Ok(answer.value),
            code => Err(Error::from_code(code).expect("an error of the ABI")),
        }
    }

    fn thread_of(&self, token: u64) -> &'static Thread<'static, TestPort> {
        match self.world.thread(0).table.lookup(token).expect("a capability").object() {
            Object::Process(thread) => thread,
            _ => panic!("not a thread"),
        }
    }

    fn space_of(&self, token: u64) -> &'static AddressSpace<'static, TestPort> {
        match self.world.thread(0).table.lookup(token).expect("a capability").object() {
            Object::AddressSpace(space) => space,
            _ => panic!("not an address space"),
        }
    }

    fn drop(&mut self, token: u64) -> usize {
        for step in 1..100 {
            match self.call(system_calls::CAPABILITY_DROP, token, [0; 3]) {
                Ok(_) => return step,
                Err(error) => assert_eq!(error, Error::Unfinished),
            }
        }
        panic!("it never ends");
    }
}

#[test]
fn a_process_has_what_it_was_given_and_all_comes_back() {
    let mut test = Test::new();
    let before = test.world.free();
    let endpoint = test.call(system_calls::CREATE_CAPABILITY, test.pool, [Kind::Endpoint as u64, 7, 0]).unwrap();
    let region = test.call(system_calls::ALLOCATE_FRAMES, test.pool, [2, 0, 0]).unwrap();
    let space = test.call(system_calls::CREATE_ADDRESS_SPACE, test.pool, [0; 3]).unwrap();
    let narrow = u64::from(rights::endpoint::CALL);
    let given = test.call(system_calls::CAPABILITY_GRANT, space, [endpoint, narrow, 0]).unwrap();
    let all = limits::MAP_READ | limits::MAP_WRITE;
    test.call(system_calls::MAP_SHARED_REGION, space, [region, ADDRESS, all]).unwrap();
    test.call(system_calls::SHARE_PAGES, space, [TEXT, 1, 0]).unwrap();
    let thread = test.call(system_calls::CREATE_THREAD, test.pool, [space, 0, 0]).unwrap();
    test.call(system_calls::START_THREAD, thread, [TEXT, ADDRESS + 0x2000, 5]).unwrap();
    test.call(system_calls::SCHEDULE_THREAD, thread, [130, 0, 0]).unwrap();

    let process = test.thread_of(thread);
    let entry = process.table.lookup(given).expect("what it was given");
    assert_eq!((entry.rights(), entry.badge()), (rights::endpoint::CALL, 7));
    assert!(process.table.lookup(endpoint).is_err(), "its maker's token means nothing to it");
    assert!(test.world.system.port.pages.contains_key(&(process.space.get(), TEXT)));
    assert!(test.world.system.port.pages[&(process.space.get(), ADDRESS)].1.write);
    assert!(matches!(process.state.get(), crate::thread::State::Ready));

    test.drop(space);
    assert_eq!(process.exit.get(), Exit::Stopped);
    assert_eq!(test.world.system.core.scheduler.top(), EMPTY);
    assert_eq!(
        test.call(system_calls::START_THREAD, thread, [TEXT, ADDRESS, 0]),
        Err(Error::PeerGone),
        "its address space is gone"
    );
    for token in [thread, endpoint, region] {
        test.drop(token);
    }
    assert_eq!(test.world.free(), before);
    assert_eq!(test.world.system.port.pages.len(), 1, "its page of code alone");
}

#[test]
fn a_step_of_taking_a_space_down_empties_one_slot() {
    let mut test = Test::new();
    let endpoint = test.call(system_calls::CREATE_CAPABILITY, test.pool, [Kind::Endpoint as u64, 7, 0]).unwrap();
    let space = test.call(system_calls::CREATE_ADDRESS_SPACE, test.pool, [0; 3]).unwrap();
    let table = &test.space_of(space).table;
    let held = || table.entries().iter().filter(|entry| !entry.is_free()).count();
    for _ in 0..limits::MADE_SLOTS {
        test.call(system_calls::CAPABILITY_GRANT, space, [endpoint, 0, 0]).unwrap();
    }
    for left in (0..limits::MADE_SLOTS as usize).rev() {
        assert_eq!(test.call(system_calls::CAPABILITY_DROP, space, [0; 3]), Err(Error::Unfinished));
        assert_eq!(held(), left);
    }
    test.drop(space);
}

#[test]
fn a_thread_shares_its_makers_table_and_ends_with_it() {
    let mut test = Test::new();
    let thread = test.call(system_calls::CREATE_THREAD, test.pool, [0; 3]).unwrap();
    test.call(system_calls::START_THREAD, thread, [TEXT, ADDRESS, 0]).unwrap();
    test.call(system_calls::SCHEDULE_THREAD, thread, [120, 0, 0]).unwrap();
    let mate = test.thread_of(thread);
    // What it makes is in the table of both.
    test.world.system.enter(mate);
    let made = test.call(system_calls::CREATE_CAPABILITY, test.pool, [Kind::Notification as u64, 0, 0]).unwrap();
    assert!(test.world.thread(0).table.lookup(made).is_ok());
    test.world.run(0);
    let me = test.world.thread(0);
    test.world.system.end(me, Exit::Normal(3));
    assert_eq!(mate.exit.get(), Exit::Stopped);
    assert!(!me.table.home().is_live());
}

#[test]
fn who_drops_the_thread_that_it_is_does_not_go_on() {
    let mut test = Test::new();
    let thread = test.call(system_calls::CREATE_THREAD, test.pool, [0; 3]).unwrap();
    test.call(system_calls::START_THREAD, thread, [TEXT, ADDRESS, 0]).unwrap();
    let mate = test.thread_of(thread);
    test.world.system.enter(mate);
    let answer = test.world.system.simple_call(thread, system_calls::CAPABILITY_DROP, 0, 0, 0);
    assert_eq!(answer.word, veridian_port::Answer::RESCHEDULE);
    assert!(test.world.system.reschedule().context.is_null(), "nobody is ready");
    assert!(test.world.system.core.current.get().is_none());
}

#[test]
fn what_is_made_does_not_travel() {
    let mut test = Test::new();
    let space = test.call(system_calls::CREATE_ADDRESS_SPACE, test.pool, [0; 3]).unwrap();
    let thread = test.call(system_calls::CREATE_THREAD, test.pool, [space, 0, 0]).unwrap();
    for token in [space, thread] {
        assert_eq!(test.call(system_calls::CAPABILITY_GRANT, space, [token, 0, 0]), Err(Error::WrongKind));
    }
    let endpoint = test.call(system_calls::CREATE_CAPABILITY, test.pool, [Kind::Endpoint as u64, 0, 0]).unwrap();
    let objects = [space, thread, endpoint].map(|token| test.world.thread(0).table.lookup(token).unwrap().object());
    assert!(objects.iter().all(|object| !object.travels()));
    assert!(Object::<TestPort>::Endpoint(&test.world.storage.endpoints[0]).travels());
}

#[test]
fn what_cannot_be_is_refused_and_costs_nothing() {
    let mut test = Test::new();
    let before = test.world.free();
    let space = test.call(system_calls::CREATE_ADDRESS_SPACE, test.pool, [0; 3]).unwrap();
    let mut call = |number, token, arguments| test.call(number, token, arguments);
    let bad = Err(Error::BadArgument);
    assert_eq!(call(system_calls::CREATE_CAPABILITY, space, [1, 0, 0]), Err(Error::WrongKind));
    assert_eq!(call(system_calls::SHARE_PAGES, space, [TEXT + 1, 1, 0]), bad);
    assert_eq!(call(system_calls::SHARE_PAGES, space, [TEXT, 2, 0]), bad, "the second page is not mapped");
    assert_eq!(call(system_calls::SHARE_PAGES, space, [ADDRESS, 1, 0]), bad);
    assert_eq!(call(system_calls::SHARE_PAGES, space, [TEXT, u64::MAX, 0]), bad);
    assert_eq!(call(system_calls::MAP_SHARED_REGION, space, [0, TEXT, 1]), Err(Error::BadToken));
    let pool = test.pool;
    let thread = test.call(system_calls::CREATE_THREAD, pool, [space, 0, 0]).unwrap();
    let mut call = |number, token, arguments| test.call(number, token, arguments);
    assert_eq!(call(system_calls::SCHEDULE_THREAD, thread, [130, 0, 0]), bad, "it does not know where to begin");
    assert_eq!(call(system_calls::START_THREAD, thread, [limits::USER_END, ADDRESS, 0]), bad);
    assert_eq!(call(system_calls::START_THREAD, thread, [TEXT, ADDRESS + 8, 0]), bad);
    assert_eq!(call(system_calls::START_THREAD, thread, [TEXT, ADDRESS, 0]), Ok(0));
    assert_eq!(call(system_calls::SCHEDULE_THREAD, thread, [119, 0, 0]), bad, "more urgent than its maker");
    assert_eq!(call(system_calls::SCHEDULE_THREAD, thread, [200, 0, 0]), bad);
    assert_eq!(call(system_calls::WAKE_THREAD, thread, [0; 3]), bad, "it waits for nothing");
    assert_eq!(call(system_calls::PROCESS_RESTART, thread, [0; 3]), bad, "no boot table has it");
    test.drop(space);
    test.drop(thread);
    assert_eq!(test.world.free(), before);
}

#[test]
fn a_process_whose_threads_keep_making_others_is_taken_down_all_the_same() {
    let mut test = Test::new();
    let before = test.world.free();
    let space = test.call(system_calls::CREATE_ADDRESS_SPACE, test.pool, [0; 3]).unwrap();
    // The slot of the first one is empty while the second one still can be used.
    let [_, pool] = [0, 1].map(|_| test.call(system_calls::CAPABILITY_GRANT, space, [test.pool, 7, 0]).unwrap());
    let [gone, threads @ ..] = [0, 1, 2].map(|_| {
        let token = test.call(system_calls::CREATE_THREAD, test.pool, [space, 0, 0]).unwrap();
        test.call(system_calls::START_THREAD, token, [TEXT, ADDRESS, 0]).unwrap();
        token
    });
    // So that the next one is in front of them.
    test.drop(gone);
    let table = &test.space_of(space).table;
    let all = test.world.system.made_threads();
    let lives = |thread: &&Thread<'static, TestPort>| {
        thread.exit.get() == Exit::None && thread.maker.get().is_some() && core::ptr::eq(thread.table.home(), table)
    };
    let mut made = 0;
    while let Err(error) = test.call(system_calls::CAPABILITY_DROP, space, [0; 3]) {
        assert_eq!(error, Error::Unfinished);
        for thread in all.iter().filter(lives) {
            let other = test.world.system.made_call(thread, system_calls::CREATE_THREAD, pool, 0, 0, 0);
            made += usize::from(other.is_ok());
            // And to fill a slot that has been emptied.
            if test.space_of(space).emptied.get() > 0 {
                let endpoint = Kind::Endpoint as u64;
                let _ = test.world.system.made_call(thread, system_calls::CREATE_CAPABILITY, pool, endpoint, 0, 0);
            }
        }
    }
    assert_eq!((made, table.threads(), all.iter().filter(lives).count()), (1, 0, 0));
    for token in threads {
        test.drop(token);
    }
    assert_eq!(test.world.free()[2..], before[2..]);
}

#[test]
fn nobody_takes_a_thread_for_the_one_that_was_there_before() {
    let mut test = Test::new();
    let caller = test.world.thread(1);
    caller.set_priority(110);
    let all = u16::MAX;
    // One of the boot table, and one of the pool: whoever goes has received at both.
    let made = test.call(system_calls::CREATE_CAPABILITY, test.pool, [Kind::Endpoint as u64, 0, 0]).unwrap();
    let Object::Endpoint(of_pool) = test.world.thread(0).table.lookup(made).expect("a capability").object() else {
        panic!("not an endpoint");
    };
    let endpoints = [&test.world.storage.endpoints[0], of_pool];
    let ends = endpoints.map(|endpoint| {
        let grant = Grant { object: Object::Endpoint(endpoint), rights: all, badge: 0 };
        [0, 1].map(|holder| test.world.thread(holder).table.create(&grant).expect("a free slot"))
    });
    let begin = |test: &mut Test| {
        let token = test.call(system_calls::CREATE_THREAD, test.pool, [0; 3]).unwrap();
        test.call(system_calls::START_THREAD, token, [TEXT, ADDRESS, 0]).unwrap();
        test.call(system_calls::SCHEDULE_THREAD, token, [130, 0, 0]).unwrap();
        (token, test.thread_of(token))
    };
    // Gone, and ended alone, to begin anew.
    for goes in [true, false] {
        let (token, first) = begin(&mut test);
        for [own, _] in ends {
            let _ = test.world.system.receive(first, own, 0);
        }
        assert!(endpoints.iter().all(|endpoint| endpoint.server().is_some_and(|server| core::ptr::eq(server, first))));
        test.world.run(0);
        let second = if goes {
            test.drop(token);
            begin(&mut test).1
        } else {
            test.call(system_calls::PROCESS_STOP, token, [0; 3]).unwrap();
            test.call(system_calls::START_THREAD, token, [TEXT, ADDRESS, 0]).unwrap();
            test.call(system_calls::SCHEDULE_THREAD, token, [130, 0, 0]).unwrap();
            first
        };
        assert!(core::ptr::eq(first, second), "the slab gave another one");
        for (endpoint, [_, theirs]) in endpoints.iter().zip(ends) {
            assert!(endpoint.server().is_none());
            let _ = test.world.system.call(caller, theirs, 0, limits::FOREVER, 0);
            assert!(matches!(caller.state.get(), crate::thread::State::Sending(_)));
            assert_eq!(second.level.get(), 130, "lent by whoever it has nothing to do with");
            test.world.system.leave_queues(caller);
        }
        test.world.run(0);
    }
}

#[test]
fn who_waits_at_an_object_that_goes_is_told() {
    let mut test = Test::new();
    let endpoint = test.call(system_calls::CREATE_CAPABILITY, test.pool, [Kind::Endpoint as u64, 0, 0]).unwrap();
    let thread = test.call(system_calls::CREATE_THREAD, test.pool, [0; 3]).unwrap();
    test.call(system_calls::START_THREAD, thread, [TEXT, ADDRESS, 0]).unwrap();
    test.call(system_calls::SCHEDULE_THREAD, thread, [130, 0, 0]).unwrap();
    let mate = test.thread_of(thread);
    test.world.system.enter(mate);
    let _ = test.world.system.receive(mate, endpoint, limits::FOREVER);
    test.world.run(0);
    test.drop(endpoint);
    assert!(matches!(mate.state.get(), crate::thread::State::Ready));
    assert_eq!(veridian_port::Context::registers(&mate.context).get().word, Error::PeerGone as u64);
}
