//! The trace, as a debugger finds it.

use super::*;
use crate::trace::{Event, Trace, WORDS};
use core::cell::Cell;
use std::thread_local;

thread_local! {
    static TOLD: Cell<u32> = const { Cell::new(0) };
}

extern "C" fn tell() {
    TOLD.set(TOLD.get() + 1);
}

fn traced(length: usize) -> (World, u64, u64) {
    let (mut world, client, server) = client_and_server();
    let ring: &'static [Event] = (0..length).map(|_| Event::default()).collect::<Vec<_>>().leak();
    world.system.start_tracing(Trace::new(ring, tell));
    world.system.storage = world.storage;
    TOLD.set(0);
    (world, client, server)
}

/// A call and its reply.
fn round(world: &mut World, client: u64, server: u64) {
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    world.run(CLIENT);
    let word = 64 << 8 | 5 << 16;
    let fast = world.system.core.fast_call(client, word, FOREVER, 0);
    assert!(fast.context.is_null(), "the fast path leaves a call alone that is traced");
    world.call(system_calls::CALL, ask([1, 2, 3, 4, 5, 6, 7, 8], client));
    assert!(world.is_current(SERVER), "the server runs at once");
    let reply = world.results().b;
    let fast = world.system.core.fast_reply_receive(server, 8 << 8, FOREVER, reply, 0);
    assert!(fast.context.is_null(), "and its reply");
    world.call(system_calls::REPLY_RECEIVE, Registers { message: [9; 8], b: reply, word: 8 << 8, ..listen(server) });
    assert!(world.is_current(CLIENT));
    assert_eq!(world.results().message[0], 9);
}

fn event(world: &World, index: usize) -> [u64; WORDS] {
    world.system.trace.event(index).expect("an event")
}

#[test]
fn calls_and_replies_are_traced_and_behave_as_ever() {
    let (mut world, client, server) = traced(8);
    round(&mut world, client, server);
    assert_eq!((world.system.trace.count, world.system.trace.told), (2, 0));
    let [_, _, threads, what, word, token, message @ ..] = event(&world, 0);
    assert_eq!((threads, what), ((SERVER as u64) << 32 | CLIENT as u64, limits::TRACE_MESSAGE));
    assert_eq!((word >> 8 & 0xff, word >> 16 & 0xffff, word >> 48), (64, 5, limits::ORIGIN_CALL));
    assert_eq!(message, [1, 2, 3, 4, 5, 6, 7, 8]);
    let [_, _, threads, what, word, replied, message @ ..] = event(&world, 1);
    assert_eq!(threads, (CLIENT as u64) << 32 | SERVER as u64);
    assert_eq!((what as u32, what >> 32), (limits::TRACE_REPLY as u32, limits::NONE));
    assert_eq!((word >> 8 & 0xff, replied, message), (8, token, [9; 8]));
    assert_eq!(world.system.trace.answered, 1);
}

#[test]
fn a_full_ring_is_told_of_before_anything_in_it_is_lost() {
    let (mut world, client, server) = traced(4);
    for _ in 0..6 {
        round(&mut world, client, server);
    }
    let Trace { count, told, .. } = world.system.trace;
    assert_eq!((count, told, TOLD.get()), (12, 8, 2));
}

#[test]
fn what_there_is_is_told_of_after_a_while() {
    let (mut world, client, server) = traced(64);
    round(&mut world, client, server);
    for _ in 0..200 {
        world.system.tick();
    }
    assert_eq!((world.system.trace.told, TOLD.get()), (2, 1), "once: there is nothing new afterwards");
}

#[test]
fn nothing_is_traced_that_was_not_asked_for() {
    let (mut world, client, server) = client_and_server();
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    world.run(CLIENT);
    world.call(system_calls::CALL, ask([0; 8], client));
    assert_eq!(world.thread(SERVER).deadline.get(), 0, "it waits for ever");
    assert_eq!(world.system.trace.count, 0);
}
