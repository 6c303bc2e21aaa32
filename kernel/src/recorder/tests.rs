//! What is used is noted, and nothing else is.

use super::*;
use crate::boot::{Builder, Origin, Sizes};
use crate::capability::{Grant, Object};
use crate::table::{
    Table,
    tests::{said, whole},
};
use crate::testing::{TestPort, World};
use crate::thread::State;
use std::vec::Vec;
use veridian_abi::Header;
use veridian_port::{Context, MemoryRange, Nodes, Registers};

const CLIENT: usize = 0;
const PAGE: u64 = limits::PAGE_SIZE;
const IMAGE: u64 = 0x20_0000;
/// Where the header names the pages: its last field.
const RECORD: core::ops::Range<usize> = Header::SIZE - 8..Header::SIZE;
/// Capabilities of the table: of its first component, then of its second.
const ENDPOINT: usize = 0;
const REGION: usize = 1;
const PORTS: usize = 2;
const OTHER_REGION: usize = 4;

struct Recorded {
    world: World,
    words: &'static [Cell<u64>],
}

/// The system of the table that the tests of tables use, with a page to note in.
fn boot() -> Recorded {
    let mut bytes = whole();
    bytes[24..32].copy_from_slice(&(4 * PAGE).to_le_bytes());
    bytes[RECORD].copy_from_slice(&(3 * PAGE).to_le_bytes());
    bytes.resize(4 * PAGE as usize, 0);
    let table = Table::parse(bytes.leak()).expect("a whole table");
    let mut world = World::of(&Sizes::of(&table));
    let memory = [MemoryRange { start: PhysicalAddress(0x10_0000), size: 64 * PAGE }];
    let frames = &mut crate::frames::tests::frames(&memory, &Nodes::ONE);
    let origin = Origin { table, image: PhysicalAddress(IMAGE), storage: world.storage };
    Builder { origin, frames }.build(&mut world.system).expect("enough memory");
    let words = (0..PAGE as usize / WORD).map(|_| Cell::new(0)).collect::<Vec<_>>().leak();
    world.system.start_recording(Recorder::new(words, table.count::<CapabilityRecord>()));
    Recorded { world, words }
}

impl Recorded {
    /// Rights and labels of each capability of which any were used.
    fn used(&self) -> Vec<(usize, u16, u64)> {
        let notes = self.words[NOTES..NOTES + 6 * NOTE].chunks(NOTE).enumerate();
        notes
            .map(|(number, note)| (number, note[0].get() as u16, note[1].get()))
            .filter(|(_, rights, labels)| *rights != 0 || *labels != 0)
            .collect()
    }

    fn token(&self, slot: u32, rights: u16) -> u64 {
        u64::from(slot) | limits::FIRST_GENERATION << 32 | u64::from(rights) << 48
    }

    fn fault(&mut self, address: u64) -> bool {
        let me = self.world.thread(CLIENT);
        let fault = Fault { kind: FaultKind::Memory, address, instruction: 0, code: 0 };
        self.world.system.touch(me, &fault)
    }
}

#[test]
fn a_call_uses_its_right_and_tells_its_method() {
    let mut test = boot();
    let endpoint = test.token(0, rights::endpoint::CALL);
    test.world.run(CLIENT);
    test.world.system.message_call(endpoint, system_calls::CALL | 5 << 16, 0, 0, 0);
    assert_eq!(test.used(), [(ENDPOINT, rights::endpoint::CALL, 1 << 5)]);
    test.world.system.message_call(endpoint, system_calls::CALL | 900 << 16, 0, 0, 0);
    assert_eq!(test.used(), [(ENDPOINT, rights::endpoint::CALL, 1 << 5 | 1 << 63)]);
}

#[test]
fn what_is_refused_for_lack_of_a_right_uses_nothing() {
    let mut test = boot();
    let ports = test.token(2, rights::io_ports::READ);
    test.world.run(CLIENT);
    for (token, call) in [
        (ports, system_calls::PORT_WRITE),
        (ports, system_calls::SIGNAL),
        (ports + 1, system_calls::PORT_READ),
        (test.token(0, rights::endpoint::CALL), system_calls::CAPABILITY_VALIDATE),
    ] {
        let _ = test.world.system.simple_call(token, call, 0, 1, 0);
    }
    test.world.system.message_call(test.token(0, rights::endpoint::CALL), system_calls::SEND, 0, 0, 0);
    assert_eq!(test.used(), []);
    // A call that is allowed counts, whatever comes of it.
    let _ = test.world.system.simple_call(ports, system_calls::PORT_READ, 1 << 20, 1, 0);
    assert_eq!(test.used(), [(PORTS, rights::io_ports::READ, 0)]);
}

#[test]
fn a_derived_capability_counts_for_what_it_comes_from() {
    let mut test = boot();
    let own = test.world.thread(CLIENT).table.lookup(test.token(2, rights::io_ports::READ)).expect("held");
    let other = test.world.thread(1);
    let mut token = own.derive(&other.table, rights::io_ports::READ).expect("a free slot");
    test.world.run(1);
    let _ = test.world.system.simple_call(token, system_calls::PORT_READ, 0, 1, 0);
    assert_eq!(test.used(), [(PORTS, rights::io_ports::READ, 0)]);
    // One that took too many steps is counted as lost.
    let test = boot();
    let own = test.world.thread(CLIENT).table.lookup(own_token(&test)).expect("held");
    let entries: Vec<Entry<'_, TestPort>> = (0..2 * DEPTH).map(|_| Entry::default()).collect();
    let table: &'static crate::capability::Table<'_, TestPort> = Box::leak(Box::default());
    table.set_slots(entries.leak());
    token = own.derive(table, rights::io_ports::READ).expect("a free slot");
    for _ in 1..DEPTH {
        token = table.lookup(token).expect("held").derive(table, rights::io_ports::READ).expect("a free slot");
    }
    assert_eq!(test.world.system.origin_of(table.lookup(token).expect("held")), None);
    assert_eq!((test.used(), test.words[LOST].get()), (Vec::new(), 1));
    let me = test.world.thread(CLIENT);
    assert_eq!(test.world.system.uses(me, own_token(&test), Kind::IoPorts, rights::io_ports::READ, 0, 0), Some(2));
}

fn own_token(test: &Recorded) -> u64 {
    test.token(2, rights::io_ports::READ)
}

#[test]
fn memory_is_mapped_when_it_is_touched_and_writable_when_it_is_written() {
    let mut test = boot();
    let space = test.world.thread(CLIENT).space.get();
    let region = limits::REGIONS_BASE;
    let flags = |test: &Recorded| {
        test.world.system.port.find_page(space, UserAddress(region + PAGE)).map(|(_, flags)| flags.write)
    };
    assert_eq!(flags(&test), None, "nothing is mapped before");
    assert!(test.fault(region + PAGE + 8));
    assert_eq!((flags(&test), test.used()), (Some(false), vec![(REGION, rights::shared_region::READ, 0)]));
    assert!(test.fault(region + PAGE + 8));
    let both = rights::shared_region::READ | rights::shared_region::WRITE;
    assert_eq!((flags(&test), test.used()), (Some(true), vec![(REGION, both, 0)]));
    // Mapped as its rights allow, a third fault is the component's own, as are those elsewhere.
    for address in [region + PAGE, region + 2 * PAGE, 0x40_0000, limits::STACK_TOP - 8, 8, u64::MAX] {
        assert!(!test.fault(address), "{address:#x}");
    }
    let frame = test.world.storage.regions[0].start.get().0 + PAGE;
    let found = test.world.system.port.find_page(space, UserAddress(region + PAGE));
    assert_eq!(found.map(|(frame, _)| frame), Some(PhysicalAddress(frame)));
    assert!(!test.used().iter().any(|(number, ..)| *number == OTHER_REGION));
}

#[test]
fn the_fast_path_is_off() {
    for recorded in [false, true] {
        let mut world = World::new(2, 8);
        if recorded {
            world.system.start_recording(Recorder::new(&[], 0));
        }
        let grant = |rights| Grant { object: Object::Endpoint(&world.storage.endpoints[0]), rights, badge: 0 };
        let server = world.thread(1).table.create(&grant(rights::endpoint::RECEIVE)).expect("a free slot");
        let client = world.thread(0).table.create(&grant(rights::endpoint::CALL)).expect("a free slot");
        world.run(1);
        world.system.message_call(server, system_calls::RECEIVE, limits::FOREVER, 0, 0);
        world.run(0);
        let core = world.system.core;
        let fast = core.fast_call(client, system_calls::CALL, limits::FOREVER, 0);
        assert_eq!(fast.context.is_null(), recorded);
        if recorded {
            world.system.message_call(client, system_calls::CALL, limits::FOREVER, 0, 0);
        }
        let server_thread = world.thread(1);
        assert!(core.current.get().is_some_and(|thread| core::ptr::eq(thread, server_thread)));
        let reply =
            if recorded { server_thread.context.registers().get().b } else { core.block.calls.registers.get().b };
        let fast = core.fast_reply_receive(server, system_calls::REPLY_RECEIVE, limits::FOREVER, reply, 0);
        assert_eq!(fast.context.is_null(), recorded);
        core.block.calls.registers.set(Registers::default());
        if recorded {
            world.system.message_call(server, system_calls::REPLY_RECEIVE, limits::FOREVER, reply, 0);
            assert!(matches!(world.thread(0).state.get(), State::Ready | State::Running), "it has its reply");
        }
    }
}

#[test]
fn a_reply_that_passes_a_capability_uses_the_right_of_the_endpoint_received_from() {
    let mut test = boot();
    let me = test.world.thread(CLIENT);
    let recorder = test.world.system.recorder.as_ref().expect("set above");
    recorder.received(me.index()).expect("a word each").set(1);
    me.may_delegate.set(true);
    test.world.run(CLIENT);
    test.world.system.message_call(0, system_calls::REPLY, 0, 1, 7);
    assert_eq!(test.used(), [(ENDPOINT, rights::endpoint::DELEGATE, 0)]);
    me.may_delegate.set(false);
    let mut test = boot();
    test.world.run(CLIENT);
    test.world.system.message_call(0, system_calls::REPLY, 0, 1, 7);
    assert_eq!(test.used(), []);
}

#[test]
fn tables_whose_pages_for_it_are_wrong_are_refused() {
    let parse = |size: u64, record: u64| {
        let mut bytes = whole();
        bytes[24..32].copy_from_slice(&size.to_le_bytes());
        bytes[RECORD].copy_from_slice(&record.to_le_bytes());
        bytes.resize(4 * PAGE as usize, 0);
        Table::parse(bytes.leak()).err().map(said)
    };
    assert_eq!(parse(4 * PAGE, 3 * PAGE), None);
    for (record, why) in [
        (3 * PAGE + 8, "header[0].record: not on a page boundary behind the payload"),
        (PAGE / 2, "header[0].record: not on a page boundary behind the payload"),
        (5 * PAGE, "header[0].record: beyond the end of the table"),
        (4 * PAGE, "header[0].record: too few pages"),
        (2 * PAGE, "mappings[1].offset: outside the payload"),
    ] {
        assert_eq!(parse(4 * PAGE, record).as_deref(), Some(why));
    }
}
