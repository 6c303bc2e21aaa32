//! What is counted, against what happens.

use super::*;
use crate::trace::{Event, Trace};

impl World {
    fn switches(&self) -> u64 {
        self.storage.threads.iter().map(|thread| thread.switches()).fold(0, u64::wrapping_add)
    }

    /// A call of the client and its reply, for which `SERVER` waits when it begins and when it ends.
    fn round(&mut self, client: u64, server: u64, timeout: u64) {
        self.call(system_calls::CALL, Registers { a: timeout, ..ask([0; 8], client) });
        assert!(self.is_current(SERVER), "the server runs at once");
        let b = self.results().b;
        self.call(system_calls::REPLY_RECEIVE, Registers { b, ..listen(server) });
        assert!(self.is_current(CLIENT));
    }
}

#[test]
fn a_call_and_its_reply_are_two_switches_on_and_off_the_fast_path() {
    let ring: &'static [Event] = (0..64).map(|_| Event::default()).collect::<Vec<_>>().leak();
    extern "C" fn nobody() {}
    two_switches(Trace::default());
    two_switches(Trace::new(ring, nobody));
}

fn two_switches(trace: Trace<'static>) {
    let (mut world, client, server) = client_and_server();
    world.system.start_tracing(trace);
    world.system.storage = world.storage;
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    world.run(CLIENT);
    let start = world.switches();
    for round in 1..=9 {
        // Not for ever: the slow path there and back.
        let timeout = if round % 3 == 0 { 1_000_000_000 } else { FOREVER };
        world.round(client, server, timeout);
        assert_eq!(world.switches() - start, 2 * round);
        assert_eq!(world.thread(CLIENT).calls(), round);
    }
    assert_eq!(world.system.trace.answered, if world.system.trace.is_on() { 9 } else { 0 });
}

#[test]
fn a_call_that_is_never_answered_is_one_switch_to_its_server_and_one_back() {
    let (mut world, client, server) = client_and_server();
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    world.run(CLIENT);
    let start = world.switches();
    world.call(system_calls::CALL, ask([0; 8], client));
    assert!(world.is_current(SERVER));
    assert_eq!(world.switches() - start, 1);
    world.call(system_calls::EXIT, Registers::default());
    assert!(world.is_current(CLIENT), "told that its server is gone");
    assert_eq!(world.results().word as u8, Error::PeerGone as u8);
    assert_eq!(world.switches() - start, 2);
}

#[test]
fn one_way_messages_faults_and_ticks_are_counted_with_their_component() {
    let mut world = World::new(3, 8);
    let sender = world.grant(CLIENT, world.endpoint(0), rights::endpoint::SEND, 7);
    let server = world.grant(SERVER, world.endpoint(0), rights::endpoint::RECEIVE, 0);
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    world.run(CLIENT);
    world.call(system_calls::SEND, Registers { token: sender, a: FOREVER, ..Registers::default() });
    world.run(CLIENT);
    let ticked = world.system.tick();
    assert!(!ticked.context.is_null());
    let counters = &world.thread(CLIENT).counters;
    assert_eq!((counters.sent.get(), counters.ticks.get(), world.thread(CLIENT).calls()), (1, 1, 0));
    world.run(CLIENT);
    world.system.fault(&Fault { kind: FaultKind::Memory, address: 0, instruction: 0, code: 0 });
    assert_eq!(counters.faults.get(), 1);
}

#[test]
fn metrics_are_told_to_whoever_may_read_them_and_of_what_there_is() {
    let mut world = World::new(3, 8);
    let token = world.grant(CLIENT, Object::Metrics, rights::metrics::READ, 0);
    let weak = world.grant(CLIENT, Object::Metrics, 0b10, 0);
    let other = world.endpoint(0);
    let wrong = world.grant(CLIENT, other, rights::endpoint::CALL, 0);
    world.run(CLIENT);
    let mut ask = |token: u64, kind: u64, index: u64| {
        world.call(system_calls::KERNEL_METRICS, Registers { token, a: kind | index << 32, ..Registers::default() });
        let results = world.results();
        (results.word as u8, results.message)
    };
    let (status, [_, threads, cores, ..]) = ask(token, limits::METRICS_SYSTEM, 0);
    assert_eq!((status, threads, cores), (0, 3, 1));
    assert_eq!(ask(token, limits::METRICS_COMPONENT, 2).0, 0);
    assert_eq!(ask(token, limits::METRICS_CORE, 0).0, 0);
    for (kind, index) in [
        (limits::METRICS_SYSTEM, 1),
        (limits::METRICS_COMPONENT, 3),
        (limits::METRICS_CORE, 1),
        (limits::METRICS_CORE, u64::from(u32::MAX)),
        (limits::METRICS_POOL, 0),
        (4, 0),
    ] {
        assert_eq!(ask(token, kind, index).0, Error::BadArgument as u8, "{kind} {index}");
    }
    assert_eq!(ask(weak, limits::METRICS_SYSTEM, 0).0, Error::MissingRight as u8);
    assert_eq!(ask(wrong, limits::METRICS_SYSTEM, 0).0, Error::WrongKind as u8);
}
