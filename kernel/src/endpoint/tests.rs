//! Messages that the registers do not hold, and capabilities that travel with fewer rights.

use crate::system::tests::{CLIENT, FOREVER, SERVER, ask, client_and_server, listen};
use crate::testing::World;
use veridian_abi::{Error, limits, rights, system_calls};
use veridian_port::{Context, PhysicalAddress, Registers};

const CLIENTS: PhysicalAddress = PhysicalAddress(0x1000);
const SERVERS: PhysicalAddress = PhysicalAddress(0x2000);

fn with_buffers(client: bool, server: bool) -> (World, u64, u64) {
    let (world, call, serve) = client_and_server();
    world.thread(CLIENT).buffer.set(client.then_some(CLIENTS));
    world.thread(SERVER).buffer.set(server.then_some(SERVERS));
    (world, call, serve)
}

fn long(bytes: u64, registers: Registers) -> Registers {
    let [_, rest @ ..] = registers.message;
    let [b, c, d, e, f, g, h] = rest;
    Registers { message: [bytes, b, c, d, e, f, g, h], word: limits::MESSAGE_LONG << 8 | 5 << 16, ..registers }
}

#[test]
fn a_long_message_is_copied_with_its_own_length_there_and_back() {
    for queued in [false, true] {
        let (mut world, client, server) = with_buffers(true, true);
        if queued {
            world.run(CLIENT);
            world.call(system_calls::CALL, long(3000, ask([7; 8], client)));
            assert_eq!(world.system.port.copied, [], "not before somebody takes it");
            world.run(SERVER);
            world.call(system_calls::RECEIVE, listen(server));
        } else {
            world.run(SERVER);
            world.call(system_calls::RECEIVE, listen(server));
            world.run(CLIENT);
            world.call(system_calls::CALL, long(3000, ask([7; 8], client)));
        }
        assert!(world.is_current(SERVER));
        let got = world.results();
        assert_eq!((got.message, got.word >> 8 & 0xff), ([3000, 7, 7, 7, 7, 7, 7, 7], limits::MESSAGE_LONG));
        world.call(system_calls::REPLY_RECEIVE, long(65, Registers { b: got.b, ..listen(server) }));
        assert!(world.is_current(CLIENT));
        assert_eq!((world.results().message[0], world.results().word), (65, limits::MESSAGE_LONG << 8 | 5 << 16));
        assert_eq!(world.system.port.copied, [(CLIENTS, SERVERS, 3000), (SERVERS, CLIENTS, 65)]);
    }
}

#[test]
fn a_long_message_is_sent_one_way_as_well() {
    let (mut world, _, server) = with_buffers(true, true);
    let send = world.grant(CLIENT, world.endpoint(0), rights::endpoint::SEND, 1);
    world.run(CLIENT);
    world.call(system_calls::SEND, long(limits::MESSAGE_BUFFER_SIZE, ask([0; 8], send)));
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    assert_eq!(world.system.port.copied, [(CLIENTS, SERVERS, limits::MESSAGE_BUFFER_SIZE)]);
}

#[test]
fn no_length_goes_beyond_the_buffer() {
    let (mut world, client, _) = with_buffers(true, true);
    world.run(CLIENT);
    for bytes in [limits::MESSAGE_BUFFER_SIZE + 1, u64::MAX] {
        world.call(system_calls::CALL, long(bytes, ask([0; 8], client)));
        assert_eq!(world.results().word, Error::BadArgument as u64, "{bytes}");
    }
    for length in 65..limits::MESSAGE_LONG {
        world.call(system_calls::CALL, Registers { word: length << 8, ..ask([100; 8], client) });
        assert_eq!(world.results().word, Error::BadArgument as u64, "{length}");
    }
    assert_eq!(world.system.port.copied, []);
}

#[test]
fn without_a_buffer_on_both_sides_nothing_arrives_and_the_server_waits_on() {
    for (client_has, server_has) in [(false, true), (true, false), (false, false)] {
        let (mut world, client, server) = with_buffers(client_has, server_has);
        world.run(SERVER);
        world.call(system_calls::RECEIVE, listen(server));
        world.run(CLIENT);
        world.call(system_calls::CALL, long(100, ask([0; 8], client)));
        assert_eq!(world.results().word, Error::NoBuffer as u64);
        // From the queue as well: the next message is taken instead.
        world.call(system_calls::CALL, ask([1; 8], client));
        let reply = world.results().b;
        world.call(system_calls::REPLY, long(100, Registers { b: reply, ..Registers::default() }));
        assert_eq!(world.results().word, Error::NoBuffer as u64);
        world.call(system_calls::REPLY, Registers { b: reply, ..Registers::default() });
        assert_eq!(world.results().word, 0, "the reply token is still good");
        assert_eq!(world.system.port.copied, []);
    }
}

#[test]
fn a_queued_message_for_a_server_without_a_buffer_gives_way_to_the_next() {
    let (mut world, client, server) = with_buffers(true, false);
    let other = world.grant(2, world.endpoint(0), rights::endpoint::CALL, 2);
    world.run(CLIENT);
    world.call(system_calls::CALL, long(100, ask([0; 8], client)));
    world.run(2);
    world.call(system_calls::CALL, ask([9; 8], other));
    world.run(SERVER);
    world.call(system_calls::RECEIVE, listen(server));
    assert_eq!(world.results().message, [9; 8]);
    assert_eq!(world.thread(CLIENT).context.registers().get().word, Error::NoBuffer as u64);
}

#[test]
fn a_capability_travels_with_those_of_its_rights_that_its_token_has() {
    let both = rights::notification::SIGNAL | rights::notification::WAIT;
    let narrowed = |token: u64, rights: u16| token & !(0xffff << 48) | u64::from(rights) << 48;
    for (passed, expected) in [
        (both, Ok(both)),
        (rights::notification::WAIT, Ok(rights::notification::WAIT)),
        (0, Ok(0)),
        (both | 1 << 9, Err(Error::MissingRight)),
    ] {
        for reply in [false, true] {
            let (mut world, client, server) = client_and_server();
            let delegating = rights::endpoint::CALL | rights::endpoint::DELEGATE;
            let client = if reply { client } else { world.grant(CLIENT, world.endpoint(0), delegating, 1) };
            let serving = rights::endpoint::RECEIVE | rights::endpoint::DELEGATE;
            let server = if reply { world.grant(SERVER, world.endpoint(0), serving, 0) } else { server };
            let (giver, taker) = if reply { (SERVER, CLIENT) } else { (CLIENT, SERVER) };
            let gift = narrowed(world.grant(giver, world.notification(0), both, 3), passed);
            world.run(SERVER);
            world.call(system_calls::RECEIVE, listen(server));
            world.run(CLIENT);
            world.call(system_calls::CALL, Registers { c: if reply { 0 } else { gift }, ..ask([0; 8], client) });
            if reply {
                let b = world.results().b;
                world.call(system_calls::REPLY, Registers { b, c: gift, ..Registers::default() });
            }
            match expected {
                Ok(rights) => {
                    let received = world.thread(taker).context.registers().get().c;
                    let received = if received == 0 { world.results().c } else { received };
                    let entry = world.thread(taker).table.lookup(received);
                    assert_eq!(entry.map(|entry| entry.rights()), Ok(rights));
                }
                Err(error) => assert_eq!(world.results().word, error as u64),
            }
        }
    }
}

#[test]
fn a_token_of_another_generation_or_slot_passes_nothing() {
    let (mut world, _, _) = client_and_server();
    let call = rights::endpoint::CALL | rights::endpoint::DELEGATE;
    let client = world.grant(CLIENT, world.endpoint(0), call, 1);
    let gift = world.grant(CLIENT, world.notification(0), rights::notification::SIGNAL, 3);
    world.run(CLIENT);
    for (token, error) in
        [(gift + (1 << 32), Error::BadToken), (gift + 1, Error::BadToken), (gift | 0xffff_ffff, Error::BadToken)]
    {
        world.call(system_calls::CALL, Registers { c: token, a: FOREVER, ..ask([0; 8], client) });
        assert_eq!(world.results().word, error as u64, "{token:#x}");
    }
}
