//! System calls as threads see them, and a random storm of them against the invariants.

use crate::capability::{Grant, Object};
use crate::process::Exit;
use crate::scheduler::EMPTY;
use crate::testing::{Random, TestPort, World};
use crate::thread::{State, Thread};
use veridian_abi::{Error, limits, rights, system_calls};
use veridian_port::{Context, Fault, FaultKind, Registers, Resume};

mod metrics;
mod trace;

pub(crate) const FOREVER: u64 = limits::FOREVER;
pub(crate) const CLIENT: usize = 0;
pub(crate) const SERVER: usize = 1;

impl World {
    pub(crate) fn grant(&self, owner: usize, object: Object<'static, TestPort>, rights: u16, badge: u32) -> u64 {
        self.thread(owner).table.create(&Grant { object, rights, badge }).expect("a free slot")
    }

    pub(crate) fn endpoint(&self, index: usize) -> Object<'static, TestPort> {
        Object::Endpoint(&self.storage.endpoints[index])
    }

    pub(crate) fn notification(&self, index: usize) -> Object<'static, TestPort> {
        Object::Notification(&self.storage.notifications[index])
    }

    /// Makes a system call as the running thread, as a port does: the fast path first.
    pub(crate) fn call(&mut self, number: u64, registers: Registers) {
        let Registers { token, word, a, b, c, message } = registers;
        let word = word & !0xff | number;
        let system = &mut self.system;
        let core = system.core;
        core.block.calls.registers.set(registers);
        let mut resume = match number {
            system_calls::CALL => core.fast_call(token, word, a, c),
            system_calls::REPLY_RECEIVE => core.fast_reply_receive(token, word, a, b, c),
            _ => Resume::IDLE,
        };
        if resume.context.is_null() {
            assert_eq!(core.block.calls.registers.get(), registers, "a declined call changes nothing");
            resume = system.message_call(token, word, a, b, c);
        } else {
            let Registers { token, word, b, .. } = core.block.calls.registers.get();
            let (token, b) = if number == system_calls::CALL { (token, b) } else { (0, 0) };
            core.block.calls.registers.set(Registers { message, token, word, a: 0, b, c: 0 });
            resume.registers = core.block.calls.registers.as_ptr();
        }
        self.system.port.results = resume.registers;
    }

    /// What the running thread finds in its registers.
    pub(crate) fn results(&self) -> Registers {
        let core = self.system.core;
        let me = core.current.get().expect("somebody runs");
        if core::ptr::eq(self.system.port.results, core.block.calls.registers.as_ptr()) {
            core.block.calls.registers.get()
        } else {
            me.context.registers().get()
        }
    }

    pub(crate) fn is_current(&self, index: usize) -> bool {
        self.system.core.current.get().is_some_and(|thread| core::ptr::eq(thread, self.thread(index)))
    }
}

pub(crate) fn client_and_server() -> (World, u64, u64) {
    let world = World::new(3, 8);
    let client = world.grant(CLIENT, world.endpoint(0), rights::endpoint::CALL | 0b11_0000, 7);
    let server = world.grant(SERVER, world.endpoint(0), rights::endpoint::RECEIVE, 0);
    (world, client, server)
}

pub(crate) fn ask(words: [u64; 8], token: u64) -> Registers {
    Registers { message: words, token, word: 64 << 8 | 5 << 16, a: FOREVER, ..Registers::default() }
}

pub(crate) fn listen(token: u64) -> Registers {
    Registers { token, a: FOREVER, ..Registers::default() }
}

#[test]
fn a_call_carries_words_badge_and_rights_and_the_reply_comes_back_once() {
    let (mut world, client, server) = client_and_server();
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    world.run(CLIENT);
    world.call(system_calls::CALL, ask([1, 2, 3, 4, 5, 6, 7, 8], client));
    assert!(world.is_current(SERVER), "the server runs at once");
    let got = world.results();
    assert_eq!(got.message, [1, 2, 3, 4, 5, 6, 7, 8]);
    let granted = u64::from(rights::endpoint::CALL | 0b11_0000);
    assert_eq!((got.token, got.word), (7, 64 << 8 | 5 << 16 | granted << 32 | limits::ORIGIN_CALL << 48));
    let reply = Registers { message: [9; 8], word: 8 << 8, b: got.b, ..listen(server) };
    world.call(system_calls::REPLY_RECEIVE, reply);
    assert!(world.is_current(CLIENT));
    assert_eq!((world.results().message, world.results().word), ([9; 8], 8 << 8));
    world.run(SERVER);
    world.call(system_calls::REPLY, Registers { b: got.b, ..Registers::default() });
    assert_eq!(world.results().word, Error::BadReply as u64, "a reply token works once");
}

#[test]
fn the_slow_path_delivers_the_same_as_the_fast_one() {
    let mut seen = Vec::new();
    // A timeout, however long, takes the slow path.
    for timeout in [FOREVER, FOREVER - 1] {
        let (mut world, client, server) = client_and_server();
        world.run(SERVER);
        world.call(system_calls::RECEIVE, listen(server));
        world.run(CLIENT);
        world.call(system_calls::CALL, Registers { a: timeout, ..ask([3; 8], client) });
        assert!(world.is_current(SERVER));
        let Registers { message, token, word, .. } = world.results();
        seen.push((message, token, word));
    }
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn only_the_server_that_was_called_can_reply() {
    let (mut world, client, server) = client_and_server();
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    world.run(CLIENT);
    world.call(system_calls::CALL, ask([0; 8], client));
    let reply = world.results().b;
    let own = world.grant(2, world.endpoint(0), rights::endpoint::RECEIVE, 0);
    world.run(2);
    world.call(system_calls::REPLY, Registers { b: reply, ..Registers::default() });
    assert_eq!(world.results().word, Error::BadReply as u64);
    world.call(system_calls::REPLY_RECEIVE, Registers { b: reply, ..listen(own) });
    assert_eq!(world.results().word, Error::BadReply as u64);
}

#[test]
fn a_call_times_out_in_the_queue_and_at_the_server() {
    for server_takes_it in [false, true] {
        let (mut world, client, server) = client_and_server();
        world.run(CLIENT);
        let call = Registers { a: 3 * limits::TICK_NANOSECONDS, ..ask([0; 8], client) };
        world.call(system_calls::CALL, call);
        let mut reply = 0;
        if server_takes_it {
            world.run(SERVER);
            world.call(system_calls::RECEIVE, listen(server));
            reply = world.results().b;
            assert_ne!(reply, 0);
        }
        for _ in 0..5 {
            let _ = world.system.tick();
        }
        let thread = world.thread(CLIENT);
        assert_eq!(thread.context.registers().get().word, Error::TimedOut as u64);
        assert!(matches!(thread.state.get(), State::Ready | State::Running));
        if server_takes_it {
            world.run(SERVER);
            world.call(system_calls::REPLY, Registers { b: reply, ..Registers::default() });
            assert_eq!(world.results().word, Error::BadReply as u64);
        }
    }
}

#[test]
fn a_reply_in_time_ends_the_timeout() {
    let (mut world, client, server) = client_and_server();
    world.run(CLIENT);
    world.call(system_calls::CALL, Registers { a: limits::TICK_NANOSECONDS, ..ask([0; 8], client) });
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    let reply = Registers { message: [4; 8], word: 8 << 8, b: world.results().b, ..listen(server) };
    world.call(system_calls::REPLY_RECEIVE, reply);
    for _ in 0..4 {
        let _ = world.system.tick();
    }
    let got = world.thread(CLIENT).context.registers().get();
    assert_eq!((got.word, got.message, world.thread(CLIENT).deadline.get()), (8 << 8, [4; 8], 0));
}

#[test]
fn a_capability_travels_only_with_the_right_to_delegate() {
    for delegate in [false, true] {
        let mut world = World::new(2, 8);
        let extra = if delegate { rights::endpoint::DELEGATE } else { 0 };
        let client = world.grant(CLIENT, world.endpoint(0), rights::endpoint::CALL | extra, 1);
        let gift = world.grant(CLIENT, world.notification(0), rights::notification::SIGNAL, 3);
        let server = world.grant(SERVER, world.endpoint(0), rights::endpoint::RECEIVE, 0);
        world.run(SERVER);
        world.call(system_calls::RECEIVE, listen(server));
        world.run(CLIENT);
        world.call(system_calls::CALL, Registers { c: gift, ..ask([0; 8], client) });
        if !delegate {
            assert_eq!(world.results().word, Error::MissingRight as u64);
            continue;
        }
        let received = world.thread(SERVER).context.registers().get().c;
        let theirs = &world.thread(SERVER).table;
        assert_eq!(theirs.lookup(received).map(|entry| entry.rights()), Ok(rights::notification::SIGNAL));
        let parent = world.thread(CLIENT).table.lookup(gift).expect("the giver keeps its own");
        assert_eq!(parent.revoke(u64::MAX, &mut |_| ()), 1);
        assert_eq!(theirs.lookup(received).err(), Some(Error::StaleToken));
    }
}

#[test]
fn whoever_waits_for_a_server_learns_that_it_ended() {
    let (mut world, client, server) = client_and_server();
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    world.run(CLIENT);
    world.call(system_calls::CALL, ask([0; 8], client));
    world.call(system_calls::EXIT, Registers::default());
    assert_eq!(world.thread(CLIENT).context.registers().get().word, Error::PeerGone as u64);
    assert!(world.is_current(CLIENT));
}

#[test]
fn whoever_waits_at_an_endpoint_learns_that_nobody_serves_it_any_more() {
    let (mut world, client, server) = client_and_server();
    let served = world.grant(SERVER, world.endpoint(0), rights::endpoint::RECEIVE, 0);
    world.run(CLIENT);
    world.call(system_calls::CALL, ask([0; 8], client));
    world.run(SERVER);
    let caller = world.thread(CLIENT);
    for (token, gone) in [(served, false), (server, true)] {
        assert_eq!(world.system.simple_call(token, system_calls::CAPABILITY_DROP, 0, 0, 0).word & 0xff, 0);
        assert_eq!(matches!(caller.state.get(), State::Ready), gone);
    }
    assert_eq!(caller.context.registers().get().word, Error::PeerGone as u64);
    world.run(CLIENT);
    world.call(system_calls::CALL, ask([0; 8], client));
    assert_eq!(world.results().word, Error::PeerGone as u64, "nor does anybody wait for one to come");
}

#[test]
fn an_end_is_told_to_who_may_know_and_ended_by_who_may() {
    let (mut world, ..) = client_and_server();
    let process = Object::Process(world.thread(SERVER));
    let watch = world.grant(CLIENT, process, rights::process::WAIT, 0);
    let stop = world.grant(CLIENT, process, rights::process::STOP, 0);
    let own = world.grant(CLIENT, Object::Process(world.thread(CLIENT)), rights::process::STOP, 0);
    world.run(CLIENT);
    let refused = Error::MissingRight as u64;
    assert_eq!(world.system.simple_call(watch, system_calls::PROCESS_STOP, 0, 0, 0).word, refused);
    let refused = Error::BadArgument as u64;
    assert_eq!(world.system.simple_call(own, system_calls::PROCESS_STOP, 0, 0, 0).word, refused);
    world.call(system_calls::PROCESS_WAIT, Registers { a: 0, ..listen(watch) });
    assert_eq!(world.results().word, Error::TimedOut as u64);
    world.call(system_calls::PROCESS_WAIT, listen(watch));
    world.run(SERVER);
    world.call(system_calls::EXIT, Registers { token: 3, ..Registers::default() });
    assert_eq!(world.thread(CLIENT).context.registers().get().token, limits::EXIT_NORMAL << 32 | 3);
    assert_eq!(world.system.simple_call(stop, system_calls::PROCESS_STOP, 0, 0, 0).word, 0);
    world.call(system_calls::PROCESS_WAIT, listen(watch));
    assert_eq!(world.results().token, limits::EXIT_NORMAL << 32 | 3, "who has ended cannot be stopped");
}

#[test]
fn a_chain_of_supervisors_ends_with_its_last() {
    const LENGTH: usize = 2_000;
    let mut world = World::new(LENGTH, 2);
    let fault = Fault { kind: FaultKind::Memory, address: 0, instruction: 0, code: 0 };
    for index in 0..LENGTH {
        world.grant(index, world.endpoint(index), rights::endpoint::RECEIVE, 0);
        world.thread(index).supervisor.set(world.storage.endpoints.get(index + 1));
    }
    for index in 0..LENGTH - 1 {
        world.run(index);
        let _ = world.system.fault(&fault);
    }
    world.run(LENGTH - 1);
    let _ = world.system.fault(&fault);
    let ended = || world.storage.threads.iter().filter(|thread| thread.exit.get() != Exit::None).count();
    for _ in 0..LENGTH {
        let before = ended();
        let _ = world.system.tick();
        assert!(ended() - before <= limits::STEP as usize, "a few at a time");
    }
    assert!(world.storage.threads.iter().all(|thread| thread.exit.get() == Exit::Crash(FaultKind::Memory)));
}

#[test]
fn a_server_is_as_urgent_as_its_caller_until_it_replies() {
    let (mut world, client, server) = client_and_server();
    world.thread(SERVER).set_priority(150);
    world.thread(CLIENT).set_priority(20);
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    world.run(CLIENT);
    world.call(system_calls::CALL, ask([0; 8], client));
    assert_eq!(world.thread(SERVER).level.get(), 20);
    let reply = world.results().b;
    world.call(system_calls::REPLY, Registers { b: reply, ..Registers::default() });
    assert_eq!(world.thread(SERVER).level.get(), crate::scheduler::level(150));
    assert!(world.is_current(CLIENT), "the caller is more urgent than its server");
}

#[test]
fn whoever_waits_in_a_queue_lends_its_urgency_all_the_way_down() {
    // 0 calls 1, which serves 2 by calling 3.
    let mut world = World::new(4, 8);
    let grant = |world: &World, owner, endpoint, right| world.grant(owner, world.endpoint(endpoint), right, 0);
    let urgent = grant(&world, 0, 0, rights::endpoint::CALL);
    let patient = grant(&world, 2, 0, rights::endpoint::CALL);
    let middle = grant(&world, 1, 0, rights::endpoint::RECEIVE);
    let onward = grant(&world, 1, 1, rights::endpoint::CALL);
    let last = grant(&world, 3, 1, rights::endpoint::RECEIVE);
    for (index, priority) in [(0, 10), (1, 110), (2, 150), (3, 199)] {
        world.thread(index).set_priority(priority);
    }
    let level = |world: &World, index| world.thread(index).level.get();
    world.run(3);
    world.call(system_calls::RECEIVE, listen(last));
    world.run(1);
    world.call(system_calls::RECEIVE, listen(middle));
    world.run(2);
    world.call(system_calls::CALL, ask([0; 8], patient));
    let first = world.results().b;
    world.call(system_calls::CALL, ask([0; 8], onward));
    assert!(world.is_current(3));
    let second = world.results().b;
    world.system.make_ready(world.thread(3));
    world.run(0);
    world.call(system_calls::CALL, ask([0; 8], urgent));
    assert_eq!((level(&world, 1), level(&world, 3)), (10, 10));
    assert!(world.is_current(3), "it is queued anew where its urgency belongs");
    world.call(system_calls::REPLY, Registers { b: second, ..Registers::default() });
    assert!(world.is_current(1), "who replied is as urgent as itself again");
    assert_eq!(level(&world, 3), crate::scheduler::level(199));
    world.call(system_calls::REPLY_RECEIVE, Registers { b: first, ..listen(middle) });
    assert!(world.is_current(1) && level(&world, 1) == 10, "the urgent call is next");
}

#[test]
fn a_budget_is_never_exceeded_in_a_period() {
    let mut world = World::new(2, 2);
    let greedy = world.thread(0);
    greedy.set_priority(5);
    greedy.set_budget(3, 10);
    world.thread(1).set_priority(150);
    for thread in world.storage.threads {
        world.system.make_ready(thread);
    }
    let _ = world.system.run_next();
    let mut ran = Vec::new();
    for _ in 0..1_000 {
        ran.push(usize::from(world.is_current(0)));
        let _ = world.system.tick();
    }
    assert!(ran.windows(10).all(|period| period.iter().sum::<usize>() <= 2 * 3), "{ran:?}");
    let share = ran.iter().sum::<usize>();
    assert!((250..=310).contains(&share), "{share} of 1000 ticks");
    // Ended while it waits for its next period, it does not come back.
    while world.is_current(0) {
        let _ = world.system.tick();
    }
    world.system.end(greedy, Exit::Stopped);
    for _ in 0..30 {
        let _ = world.system.tick();
        assert!(world.is_current(1));
    }
}

#[test]
fn bits_wait_for_a_taker_and_go_to_one_taker_alone() {
    let mut world = World::new(2, 4);
    let signal = world.grant(CLIENT, world.notification(1), rights::notification::SIGNAL, 0);
    let wait = world.grant(SERVER, world.notification(1), rights::notification::WAIT, 0);
    world.run(CLIENT);
    for bit in [1, 4] {
        assert_eq!(world.system.simple_call(signal, system_calls::SIGNAL, bit, 0, 0).word, 0);
    }
    world.run(SERVER);
    world.call(system_calls::WAIT, listen(wait));
    assert_eq!(world.results().token, 5);
    world.call(system_calls::WAIT, Registers { a: 0, ..listen(wait) });
    assert_eq!(world.results().word, Error::TimedOut as u64);
}

#[test]
fn a_fault_is_a_message_and_its_reply_decides() {
    for (label, stopped) in [(limits::FAULT_REPLY_RESUME, false), (limits::FAULT_REPLY_STOP, true)] {
        let mut world = World::new(2, 4);
        let server = world.grant(SERVER, world.endpoint(1), rights::endpoint::RECEIVE, 0);
        let faulty = world.thread(CLIENT);
        faulty.supervisor.set(Some(&world.storage.endpoints[1]));
        faulty.fault_badge.set(0x8000_0000);
        world.run(CLIENT);
        let fault = Fault { kind: FaultKind::Memory, address: 0xdead, instruction: 0x40_1000, code: 0 };
        let _ = world.system.fault(&fault);
        world.run(SERVER);
        world.call(system_calls::RECEIVE, listen(server));
        let got = world.results();
        assert_eq!(got.message[..3], [limits::FAULT_MEMORY, 0xdead, 0x40_1000]);
        assert_eq!((got.token, got.word >> 48), (0x8000_0000, limits::ORIGIN_FAULT));
        // The fast path must not answer it: there is no message to bring to the faulty thread.
        world.call(system_calls::REPLY_RECEIVE, Registers { word: label << 16, b: got.b, ..listen(server) });
        assert_eq!(matches!(faulty.state.get(), State::Stopped), stopped);
        assert_eq!(faulty.fault.get(), None);
    }
}

#[test]
fn a_supervisor_and_who_it_lets_go_on_run_in_turns_but_for_somebody_more_urgent() {
    let (mut world, _, server) = client_and_server();
    let fault = Fault { kind: FaultKind::Memory, address: 5, instruction: 6, code: 7 };
    world.thread(CLIENT).supervisor.set(Some(&world.storage.endpoints[0]));
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    let resume = |reply| Registers { b: reply, ..listen(server) };
    for turn in 0..3 {
        world.run(CLIENT);
        world.system.port.results = world.system.fault(&fault).registers;
        assert!(world.is_current(SERVER), "turn {turn}");
        let told = world.results();
        assert_eq!(told.message[..4], [FaultKind::Memory as u64, 5, 6, 7]);
        assert_eq!(told.word >> 48, limits::ORIGIN_FAULT);
        world.call(system_calls::REPLY_RECEIVE, resume(told.b));
        assert!(world.is_current(CLIENT), "turn {turn}");
        world.run(SERVER);
        world.call(system_calls::REPLY, Registers { b: told.b, ..Registers::default() });
        assert_eq!(world.results().word, Error::BadReply as u64, "a reply token works once");
        world.call(system_calls::RECEIVE, listen(server));
    }
    // Somebody more urgent is ready: who goes on is queued.
    world.run(CLIENT);
    world.system.port.results = world.system.fault(&fault).registers;
    let told = world.results();
    let urgent = world.thread(2);
    urgent.set_priority(0);
    world.thread(CLIENT).set_priority(150);
    urgent.state.set(State::Ready);
    world.system.core.scheduler.push(urgent);
    world.call(system_calls::REPLY_RECEIVE, resume(told.b));
    assert!(world.is_current(2), "the most urgent runs");
    assert!(matches!(world.thread(CLIENT).state.get(), State::Ready));
    assert!(matches!(world.thread(SERVER).state.get(), State::Receiving(_)));
}

#[test]
fn port_accesses_stay_in_their_range() {
    let mut world = World::new(1, 4);
    let range = &world.storage.ports[0];
    range.first.set(0x3f8);
    range.count.set(8);
    let token = world.grant(CLIENT, Object::IoPorts(range), rights::io_ports::READ | rights::io_ports::WRITE, 0);
    world.run(CLIENT);
    let bad = Error::BadArgument as u64;
    let accesses =
        [(0, 1, 0), (7, 1, 0), (8, 1, bad), (7, 2, bad), (4, 4, 0), (5, 4, bad), (0, 3, bad), (u64::MAX, 1, bad)];
    for (offset, width, status) in accesses {
        assert_eq!(world.system.simple_call(token, system_calls::PORT_READ, offset, width, 0).word, status);
        assert_eq!(world.system.simple_call(token, system_calls::PORT_WRITE, offset, width, 1).word, status);
    }
    assert_eq!(world.system.simple_call(token, system_calls::PORT_WRITE, 0, 1, 256).word, bad);
    assert_eq!(world.system.port.written, [(0x3f8, 1, 1), (0x3ff, 1, 1), (0x3fc, 4, 1)]);
}

#[test]
fn an_interrupt_wakes_its_driver_and_an_acknowledgement_unmasks_it() {
    let mut world = World::new(1, 4);
    let interrupt = &world.storage.interrupts[0];
    interrupt.line.set(4);
    interrupt.bits.set(0x10);
    interrupt.notification.set(Some(&world.storage.notifications[0]));
    world.system.storage = world.storage;
    let wait = world.grant(CLIENT, world.notification(0), rights::notification::WAIT, 0);
    let line = world.grant(CLIENT, Object::Interrupt(interrupt), rights::interrupt::ACKNOWLEDGE, 0);
    world.run(CLIENT);
    world.call(system_calls::WAIT, listen(wait));
    assert!(world.system.core.current.get().is_none());
    let _ = world.system.interrupt(5);
    assert!(world.system.core.current.get().is_none(), "nobody owns line 5");
    let _ = world.system.interrupt(4);
    assert_eq!(world.thread(CLIENT).context.registers().get().token, 0x10);
    assert_eq!(world.system.simple_call(line, system_calls::INTERRUPT_ACKNOWLEDGE, 0, 0, 0).word, 0);
    assert_eq!(world.system.port.unmasked, [4]);
}

type TestThread = Thread<'static, TestPort>;

/// Every thread is where its state says, and in one place alone.
fn check_invariants(world: &World) {
    let mut queued = vec![0; world.storage.threads.len()];
    let mut walk = |first: Option<&'static TestThread>,
                    next: &dyn Fn(&'static TestThread) -> Option<&'static TestThread>,
                    fits: &dyn Fn(State<'static, TestPort>) -> bool| {
        let mut at = first;
        while let Some(thread) = at {
            assert!(fits(thread.state.get()), "a thread is queued where it does not wait");
            queued[thread.reply.get() as u32 as usize - 1] += 1;
            at = next(thread);
        }
    };
    for endpoint in world.storage.endpoints {
        let (senders, receivers) = (&endpoint.senders, &endpoint.receivers);
        assert!(senders.first().is_none() || receivers.first().is_none(), "senders and receivers wait at once");
        walk(
            senders.first(),
            &|thread| senders.after(thread),
            &|state| matches!(state, State::Sending(at) if core::ptr::eq(at, endpoint)),
        );
        walk(
            receivers.first(),
            &|thread| receivers.after(thread),
            &|state| matches!(state, State::Receiving(at) if core::ptr::eq(at, endpoint)),
        );
    }
    for process in world.storage.threads {
        let watchers = &process.watchers;
        assert!(watchers.first().is_none() || process.exit.get() == Exit::None, "nobody tells of an end");
        walk(
            watchers.first(),
            &|thread| watchers.after(thread),
            &|state| matches!(state, State::AwaitingEnd(of) if core::ptr::eq(of, process)),
        );
        let owed = &process.owed;
        walk(
            owed.first(),
            &|thread| owed.after(thread),
            &|state| matches!(state, State::AwaitingSlowReply(server) if core::ptr::eq(server, process)),
        );
    }
    for notification in world.storage.notifications {
        let waiters = &notification.waiters;
        assert!(waiters.first().is_none() || notification.bits.get() == 0, "bits wait although somebody wants them");
        walk(
            waiters.first(),
            &|thread| waiters.after(thread),
            &|state| matches!(state, State::Waiting(at) if core::ptr::eq(at, notification)),
        );
    }
    let mut ready = 0;
    for (thread, queued) in world.storage.threads.iter().zip(queued) {
        let state = thread.state.get();
        let ended = thread.exit.get() != Exit::None;
        assert!(ended || thread.level.get() <= crate::scheduler::level(thread.priority.get()), "urgency is never lost");
        let waits = matches!(
            state,
            State::Sending(_)
                | State::Receiving(_)
                | State::Waiting(_)
                | State::AwaitingEnd(_)
                | State::AwaitingSlowReply(_)
        );
        assert_eq!(queued, usize::from(waits));
        // Those made at run time, and those that nobody has made yet, have also to be told where to begin.
        assert!(matches!(state, State::Stopped) == ended || thread.pool.get().is_some() && !ended);
        if let State::Sending(endpoint) = state {
            assert!(endpoint.servers.get() > 0, "nobody will ever take the message");
            let behind = endpoint.senders.after(thread);
            assert!(behind.is_none_or(|behind| behind.level.get() >= thread.level.get()), "not in order of urgency");
        }
        ready += usize::from(matches!(state, State::Ready));
        assert_eq!(thread.is_running(), world.system.core.current.get().is_some_and(|me| core::ptr::eq(me, thread)));
        if let Some(server) = thread.server() {
            assert!(!matches!(server.state.get(), State::Stopped), "nobody answers any more");
            assert!(server.level.get() <= thread.level.get(), "a server is less urgent than its caller");
            let fast = matches!(state, State::AwaitingReply(_));
            assert!(!fast || server.caller.get().is_some_and(|caller| core::ptr::eq(caller, thread)));
            assert!(fast || server.floor.get() <= thread.level.get(), "a reply to another would forget it");
        }
    }
    assert_eq!(ready == 0, world.system.core.scheduler.top() == EMPTY);
    match world.system.core.current.get() {
        Some(me) => assert!(!world.system.is_preempted(me), "somebody more urgent is ready"),
        None => assert_eq!(ready, 0, "idle although somebody is ready"),
    }
}

/// Makes one random system call as the running thread, or lets it fault.
fn storm(world: &mut World, random: &mut Random, tokens: &mut Vec<u64>, replies: &[u64]) {
    let token = tokens[random.below(tokens.len() as u64) as usize];
    match random.below(48) {
        // Ending threads is left to rarer draws, ending the machine to other tests.
        system_calls::EXIT | system_calls::PROCESS_STOP if random.below(10) > 0 => {}
        system_calls::POWER_OFF | system_calls::POWER_RESET => {}
        number @ 0..16 => {
            let capability = if random.below(4) == 0 { tokens[random.below(tokens.len() as u64) as usize] } else { 0 };
            let registers = Registers {
                message: [random.next(); 8],
                token,
                word: random.below(70) << 8 | random.below(3) << 16,
                a: [0, FOREVER, FOREVER, limits::TICK_NANOSECONDS * random.below(5)][random.below(4) as usize],
                b: replies[random.below(replies.len() as u64) as usize],
                c: capability,
            };
            world.call(number, registers);
        }
        34 => {
            let fault = Fault { kind: FaultKind::Other, address: 0, instruction: 0, code: 0 };
            let _ = world.system.fault(&fault);
        }
        number => {
            // The calls about objects made at run time have numbers of their own.
            let number = if number < 36 { number } else { number - 36 + system_calls::CREATE_CAPABILITY };
            let other = tokens[random.below(tokens.len() as u64) as usize];
            let page = limits::DYNAMIC_BASE + random.below(4) * limits::PAGE_SIZE;
            let choices = [random.next(), random.below(200), other, 0, page, 1, 2];
            let mut any = || choices[random.below(7) as usize];
            let (a, b, c) = (any(), any(), any());
            let answer = world.system.simple_call(token, number, a, b, c);
            if answer.value >> 32 != 0 && tokens.len() < 60 {
                tokens.push(answer.value);
            }
            if answer.word & veridian_port::Answer::RESCHEDULE != 0 {
                let _ = world.system.reschedule();
            }
        }
    }
}

#[test]
fn a_storm_of_system_calls_keeps_every_invariant() {
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let mut world = World::with_pool(5, 20);
        let mut tokens = Vec::new();
        for owner in 0..5 {
            world.thread(owner).set_priority(random.below(200) as u8);
            world.thread(owner).supervisor.set(world.storage.endpoints.get(random.below(8) as usize));
            for _ in 0..4 {
                let index = random.below(3) as usize;
                let (object, rights) = match random.below(4) {
                    3 => (Object::Process(world.thread(random.below(5) as usize)), 31),
                    0 => (world.notification(index), 3),
                    _ => (world.endpoint(index), 0xffff),
                };
                tokens.push(world.grant(owner, object, rights & random.next() as u16 | 1, owner as u32));
            }
        }
        let pool = world.storage.pools.first().expect("a pool");
        for owner in 0..3 {
            tokens.push(world.grant(owner, Object::MemoryPool(pool), 7, 0));
        }
        let (endpoint, notification) = (&world.storage.endpoints[0], &world.storage.notifications[0]);
        endpoint.notification.set(Some(notification));
        notification.endpoint.set(Some(endpoint));
        for thread in &world.storage.threads[..5] {
            world.system.make_ready(thread);
        }
        let _ = world.system.run_next();
        let mut replies = vec![0];
        for _ in 0..600 {
            if world.system.core.current.get().is_none() || random.below(8) == 0 {
                let _ = world.system.tick();
            } else {
                let reply = world.results().b;
                if reply != 0 {
                    replies.insert(0, reply);
                    replies.truncate(6);
                }
                storm(&mut world, &mut random, &mut tokens, &replies);
            }
            check_invariants(&world);
        }
    }
}
