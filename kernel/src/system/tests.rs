//! System calls as threads see them, and a random storm of them against the invariants.

use crate::capability::Grant;
use crate::scheduler::EMPTY;
use crate::testing::{Random, TestPort, run, system};
use crate::thread::{State, ThreadId};
use veridian_abi::{Error, Kind, limits, rights, system_calls};
use veridian_port::{Context, Fault, FaultKind, Registers};

type System = super::System<'static, TestPort>;

const FOREVER: u64 = limits::FOREVER;
const CLIENT: u32 = 0;
const SERVER: u32 = 1;

fn grant(system: &mut System, owner: u32, kind: Kind, object: u32, rights: u16, badge: u32) -> u64 {
    system.capabilities.create(owner, Grant { kind, object, rights, badge }).expect("a free slot")
}

fn thread(system: &System, index: u32) -> ThreadId {
    system.threads.id(index).expect("a thread of the test")
}

/// Makes a system call as the running thread.
fn message_call(system: &mut System, number: u64, registers: Registers) {
    system.port.registers = registers;
    let Registers { token, word, a, b, c, .. } = registers;
    let resume = system.message_call(token, word & !0xff | number, a, b, c);
    system.port.results = resume.registers;
}

/// What the running thread finds in its registers.
fn results(system: &mut System) -> Registers {
    let me = system.current.expect("somebody runs");
    if core::ptr::eq(system.port.results, &raw const system.port.registers) {
        system.port.registers
    } else {
        *system.threads[me].context.registers()
    }
}

fn client_and_server() -> (System, u64, u64) {
    let mut system = system(3, 8);
    let client = grant(&mut system, CLIENT, Kind::Endpoint, 0, rights::endpoint::CALL | 0b11_0000, 7);
    let server = grant(&mut system, SERVER, Kind::Endpoint, 0, rights::endpoint::RECEIVE, 0);
    (system, client, server)
}

fn ask(words: [u64; 8], token: u64) -> Registers {
    Registers { message: words, token, word: 64 << 8 | 5 << 16, a: FOREVER, ..Registers::default() }
}

#[test]
fn a_call_carries_words_badge_and_rights_and_the_reply_comes_back_once() {
    let (mut system, client, server) = client_and_server();
    run(&mut system, SERVER);
    message_call(&mut system, system_calls::RECEIVE, Registers { token: server, a: FOREVER, ..Registers::default() });
    run(&mut system, CLIENT);
    message_call(&mut system, system_calls::CALL, ask([1, 2, 3, 4, 5, 6, 7, 8], client));
    assert_eq!(system.current, Some(thread(&system, SERVER)), "the server runs at once");
    let got = system.port.registers;
    assert_eq!(got.message, [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(got.token, 7);
    let granted = u64::from(rights::endpoint::CALL | 0b11_0000);
    assert_eq!(got.word, 64 << 8 | 5 << 16 | granted << 32 | limits::ORIGIN_CALL << 48);
    let reply =
        Registers { message: [9; 8], token: server, word: 8 << 8, a: FOREVER, b: got.b, ..Registers::default() };
    message_call(&mut system, system_calls::REPLY_RECEIVE, reply);
    assert_eq!(system.current, Some(thread(&system, CLIENT)));
    assert_eq!((system.port.registers.message, system.port.registers.word), ([9; 8], 8 << 8));
    run(&mut system, SERVER);
    message_call(&mut system, system_calls::REPLY, Registers { b: got.b, ..Registers::default() });
    assert_eq!(results(&mut system).word & 0xff, Error::BadReply as u64, "a reply token works once");
}

#[test]
fn only_the_server_that_was_called_can_reply() {
    let (mut system, client, server) = client_and_server();
    run(&mut system, SERVER);
    message_call(&mut system, system_calls::RECEIVE, Registers { token: server, a: FOREVER, ..Registers::default() });
    run(&mut system, CLIENT);
    message_call(&mut system, system_calls::CALL, ask([0; 8], client));
    let reply = system.port.registers.b;
    run(&mut system, 2);
    message_call(&mut system, system_calls::REPLY, Registers { b: reply, ..Registers::default() });
    assert_eq!(results(&mut system).word & 0xff, Error::BadReply as u64);
}

#[test]
fn a_call_times_out_in_the_queue_and_at_the_server() {
    for server_takes_it in [false, true] {
        let (mut system, client, server) = client_and_server();
        run(&mut system, CLIENT);
        let call = Registers { a: 3 * limits::TICK_NANOSECONDS, ..ask([0; 8], client) };
        message_call(&mut system, system_calls::CALL, call);
        let mut reply = 0;
        if server_takes_it {
            run(&mut system, SERVER);
            message_call(
                &mut system,
                system_calls::RECEIVE,
                Registers { token: server, a: FOREVER, ..Registers::default() },
            );
            reply = results(&mut system).b;
            assert_ne!(reply, 0);
        }
        for _ in 0..5 {
            let _ = system.tick();
        }
        let id = thread(&system, CLIENT);
        assert_eq!(system.threads[id].context.registers().word, Error::TimedOut as u64);
        assert!(matches!(system.threads[id].state, State::Ready | State::Running));
        if server_takes_it {
            run(&mut system, SERVER);
            message_call(&mut system, system_calls::REPLY, Registers { b: reply, ..Registers::default() });
            assert_eq!(results(&mut system).word & 0xff, Error::BadReply as u64);
        }
    }
}

#[test]
fn a_capability_travels_only_with_the_right_to_delegate() {
    for delegate in [false, true] {
        let mut system = system(2, 8);
        let extra = if delegate { rights::endpoint::DELEGATE } else { 0 };
        let client = grant(&mut system, CLIENT, Kind::Endpoint, 0, rights::endpoint::CALL | extra, 1);
        let gift = grant(&mut system, CLIENT, Kind::Notification, 0, rights::notification::SIGNAL, 3);
        let server = grant(&mut system, SERVER, Kind::Endpoint, 0, rights::endpoint::RECEIVE, 0);
        run(&mut system, SERVER);
        message_call(
            &mut system,
            system_calls::RECEIVE,
            Registers { token: server, a: FOREVER, ..Registers::default() },
        );
        run(&mut system, CLIENT);
        message_call(&mut system, system_calls::CALL, Registers { c: gift, ..ask([0; 8], client) });
        if !delegate {
            assert_eq!(results(&mut system).word & 0xff, Error::MissingRight as u64);
            continue;
        }
        let id = thread(&system, SERVER);
        let received = system.threads[id].context.registers().c;
        let signal = rights::notification::SIGNAL;
        assert!(system.capabilities.validate(SERVER, received, Kind::Notification, signal).is_ok());
        let parent = system.capabilities.lookup(CLIENT, gift).expect("the giver keeps its own");
        assert_eq!(system.capabilities.revoke(parent), 1);
        assert_eq!(
            system.capabilities.validate(SERVER, received, Kind::Notification, signal).err(),
            Some(Error::StaleToken)
        );
    }
}

#[test]
fn whoever_waits_for_a_server_learns_that_it_ended() {
    let (mut system, client, server) = client_and_server();
    run(&mut system, SERVER);
    message_call(&mut system, system_calls::RECEIVE, Registers { token: server, a: FOREVER, ..Registers::default() });
    run(&mut system, CLIENT);
    message_call(&mut system, system_calls::CALL, ask([0; 8], client));
    message_call(&mut system, system_calls::EXIT, Registers::default());
    let id = thread(&system, CLIENT);
    assert_eq!(system.threads[id].context.registers().word, Error::PeerGone as u64);
    assert_eq!(system.current, Some(id));
}

#[test]
fn a_server_is_as_urgent_as_its_caller_until_it_replies() {
    let (mut system, client, server) = client_and_server();
    let (low, high) = (thread(&system, SERVER), thread(&system, CLIENT));
    (system.threads[low].priority, system.threads[low].effective) = (150, 150);
    (system.threads[high].priority, system.threads[high].effective) = (20, 20);
    run(&mut system, SERVER);
    message_call(&mut system, system_calls::RECEIVE, Registers { token: server, a: FOREVER, ..Registers::default() });
    run(&mut system, CLIENT);
    message_call(&mut system, system_calls::CALL, ask([0; 8], client));
    assert_eq!(system.threads[low].effective, 20);
    let reply = system.port.registers.b;
    message_call(&mut system, system_calls::REPLY, Registers { b: reply, ..Registers::default() });
    assert_eq!(system.threads[low].effective, 150);
    assert_eq!(system.current, Some(high), "the caller is more urgent than its server");
}

#[test]
fn bits_wait_for_a_taker_and_go_to_one_taker_alone() {
    let mut system = system(2, 4);
    let signal = grant(&mut system, CLIENT, Kind::Notification, 1, rights::notification::SIGNAL, 0);
    let wait = grant(&mut system, SERVER, Kind::Notification, 1, rights::notification::WAIT, 0);
    run(&mut system, CLIENT);
    for bit in [1, 4] {
        assert_eq!(system.simple_call(signal, system_calls::SIGNAL, bit, 0, 0).word, 0);
    }
    run(&mut system, SERVER);
    message_call(&mut system, system_calls::WAIT, Registers { token: wait, a: FOREVER, ..Registers::default() });
    assert_eq!(results(&mut system).token, 5);
    message_call(&mut system, system_calls::WAIT, Registers { token: wait, a: 0, ..Registers::default() });
    assert_eq!(results(&mut system).word, Error::TimedOut as u64);
}

#[test]
fn a_fault_is_a_message_and_its_reply_decides() {
    for (label, state) in [(limits::FAULT_REPLY_RESUME, State::Ready), (limits::FAULT_REPLY_STOP, State::Stopped)] {
        let mut system = system(2, 4);
        let server = grant(&mut system, SERVER, Kind::Endpoint, 1, rights::endpoint::RECEIVE, 0);
        let id = thread(&system, CLIENT);
        system.threads[id].supervisor = system.endpoints.id(1);
        system.threads[id].fault_badge = 0x8000_0000;
        run(&mut system, CLIENT);
        let fault = Fault { kind: FaultKind::Memory, address: 0xdead, instruction: 0x40_1000, code: 0 };
        let _ = system.fault(&fault);
        run(&mut system, SERVER);
        message_call(
            &mut system,
            system_calls::RECEIVE,
            Registers { token: server, a: FOREVER, ..Registers::default() },
        );
        let got = results(&mut system);
        assert_eq!(got.message[..3], [limits::FAULT_MEMORY, 0xdead, 0x40_1000]);
        assert_eq!((got.token, got.word >> 48), (0x8000_0000, limits::ORIGIN_FAULT));
        message_call(
            &mut system,
            system_calls::REPLY,
            Registers { word: label << 16, b: got.b, ..Registers::default() },
        );
        assert_eq!(system.threads[id].state, state);
    }
}

#[test]
fn port_accesses_stay_in_their_range() {
    let mut system = system(1, 4);
    let id = system.ports.id(0).expect("one range");
    system.ports[id] = crate::simple::PortRange { first: 0x3f8, count: 8 };
    let token = grant(&mut system, CLIENT, Kind::IoPorts, 0, rights::io_ports::READ | rights::io_ports::WRITE, 0);
    run(&mut system, CLIENT);
    let bad = Error::BadArgument as u64;
    for (offset, width, status) in
        [(0, 1, 0), (7, 1, 0), (8, 1, bad), (7, 2, bad), (4, 4, 0), (5, 4, bad), (0, 3, bad), (u64::MAX, 1, bad)]
    {
        assert_eq!(system.simple_call(token, system_calls::PORT_READ, offset, width, 0).word, status);
        assert_eq!(system.simple_call(token, system_calls::PORT_WRITE, offset, width, 1).word, status);
    }
    assert_eq!(system.simple_call(token, system_calls::PORT_WRITE, 0, 1, 256).word, bad);
    assert_eq!(system.port.written, [(0x3f8, 1, 1), (0x3ff, 1, 1), (0x3fc, 4, 1)]);
}

/// Every thread is where its state says, and in one place alone.
fn check_invariants(system: &mut System) {
    let mut queued = vec![0; system.threads.len()];
    for id in system.endpoints.ids() {
        let endpoint = system.endpoints[id];
        let mut at = endpoint.senders.first();
        assert!(at.is_none() || endpoint.receivers.first().is_none(), "senders and receivers wait at once");
        while let Some(thread) = at {
            assert_eq!(system.threads[thread].state, State::Sending(id));
            queued[thread.index() as usize] += 1;
            at = endpoint.senders.after(&mut system.threads, thread);
        }
        at = endpoint.receivers.first();
        while let Some(thread) = at {
            assert_eq!(system.threads[thread].state, State::Receiving(id));
            queued[thread.index() as usize] += 1;
            at = endpoint.receivers.after(&mut system.threads, thread);
        }
    }
    for id in system.notifications.ids() {
        let notification = system.notifications[id];
        let mut at = notification.waiters.first();
        assert!(at.is_none() || notification.bits == 0, "bits wait although somebody waits for them");
        while let Some(thread) = at {
            assert_eq!(system.threads[thread].state, State::Waiting(id));
            queued[thread.index() as usize] += 1;
            at = notification.waiters.after(&mut system.threads, thread);
        }
    }
    let mut ready = 0;
    for id in system.threads.ids() {
        let thread = &system.threads[id];
        assert!(thread.effective <= thread.priority, "urgency is inherited, never lost");
        let expected = usize::from(matches!(thread.state, State::Sending(_) | State::Receiving(_) | State::Waiting(_)));
        assert_eq!(queued[id.index() as usize], expected, "{:?}", thread.state);
        ready += usize::from(thread.state == State::Ready);
        assert_eq!(thread.state == State::Running, system.current == Some(id));
        if let State::AwaitingReply(server) = thread.state {
            assert_ne!(system.threads[server].state, State::Stopped, "nobody answers any more");
        }
    }
    assert_eq!(ready == 0, system.scheduler.top() == EMPTY);
    if let Some(me) = system.current {
        assert!(!system.preempted(me), "somebody more urgent is ready");
    } else {
        assert_eq!(ready, 0, "idle although somebody is ready");
    }
}

#[test]
fn a_storm_of_system_calls_keeps_every_invariant() {
    for seed in 0..150 {
        let mut random = Random::new(seed);
        let mut system = system(5, 12);
        let mut tokens = Vec::new();
        for owner in 0..5 {
            let id = thread(&system, owner);
            let priority = random.below(200) as u8;
            (system.threads[id].priority, system.threads[id].effective) = (priority, priority);
            system.threads[id].supervisor = system.endpoints.id(random.below(8) as u32);
            for _ in 0..4 {
                let (kind, rights) =
                    if random.below(3) > 0 { (Kind::Endpoint, 0xffff) } else { (Kind::Notification, 3) };
                let object = random.below(3) as u32;
                tokens.push(grant(&mut system, owner, kind, object, rights & random.next() as u16 | 1, owner));
            }
        }
        let bound = system.endpoints.id(0).zip(system.notifications.id(0)).expect("objects of the test");
        system.endpoints[bound.0].notification = Some(bound.1);
        system.notifications[bound.1].endpoint = Some(bound.0);
        for owner in 0..5 {
            let id = thread(&system, owner);
            system.make_ready(id);
        }
        let _ = system.run_next();
        let mut replies = vec![0];
        for _ in 0..600 {
            if system.current.is_none() || random.below(8) == 0 {
                let _ = system.tick();
                check_invariants(&mut system);
                continue;
            }
            replies.push(results(&mut system).b);
            replies.truncate(30);
            let token = tokens[random.below(tokens.len() as u64) as usize];
            let timeout = [0, FOREVER, limits::TICK_NANOSECONDS * random.below(5)][random.below(3) as usize];
            let capability = if random.below(4) == 0 { tokens[random.below(tokens.len() as u64) as usize] } else { 0 };
            let number = random.below(36);
            match number {
                // Ending threads or the machine is left to rarer draws.
                system_calls::EXIT if random.below(10) > 0 => {}
                system_calls::POWER_OFF | system_calls::POWER_RESET => {}
                0..16 => {
                    let registers = Registers {
                        message: [random.next(); 8],
                        token,
                        word: random.below(70) << 8 | random.below(3) << 16,
                        a: timeout,
                        b: replies[random.below(replies.len() as u64) as usize],
                        c: capability,
                    };
                    message_call(&mut system, number, registers);
                }
                34 => {
                    let fault = Fault { kind: FaultKind::Other, address: 0, instruction: 0, code: 0 };
                    let _ = system.fault(&fault);
                }
                _ => {
                    let answer = system.simple_call(token, number, random.next(), random.below(6), random.next());
                    if answer.value != 0 && number == system_calls::CAPABILITY_DERIVE {
                        tokens.push(answer.value);
                    }
                    if answer.word & veridian_port::Answer::RESCHEDULE != 0 {
                        let _ = system.reschedule();
                    }
                }
            }
            check_invariants(&mut system);
        }
    }
}
