//! The census against the tables that it reads.

use super::{Cursor, Part};
use crate::capability::{Grant, Object};
use crate::testing::World;
use veridian_abi::{Error, Kind, limits, rights, system_calls};
use veridian_port::{PageFlags, PhysicalAddress, Port, Registers, UserAddress};

const READER: usize = 0;

fn census_token(world: &World) -> u64 {
    let grant = Grant { object: Object::Census, rights: rights::census::READ, badge: 0 };
    world.thread(READER).table.create(&grant).expect("a free slot")
}

fn ask(world: &mut World, token: u64, cursor: u64) -> Registers {
    world.run(READER);
    world.system.message_call(token, system_calls::CENSUS_READ, cursor, 0, 0);
    world.system.core.block.calls.registers.get()
}

/// Every record: its kind and words.
fn all(world: &mut World, token: u64) -> Vec<(u64, [u64; 8])> {
    let mut records = Vec::new();
    let mut cursor = 0;
    for _ in 0..10_000 {
        let Registers { token: next, word, message, .. } = ask(world, token, cursor);
        assert_eq!(word & 0xff, 0);
        if word >> 16 != limits::CENSUS_NOTHING {
            records.push((word >> 16, message));
        }
        if next == 0 {
            return records;
        }
        cursor = next;
    }
    panic!("it never ends");
}

fn world() -> World {
    let mut world = World::new(3, 200);
    world.system.storage = world.storage;
    for (index, thread) in world.storage.threads.iter().enumerate() {
        thread.set_space(index as u32 + 1);
    }
    world
}

#[test]
fn a_cursor_is_what_it_was() {
    for holder in [0, 1, 2 * limits::MAX_OBJECTS as usize] {
        for part in [Part::Holder, Part::Capabilities, Part::Mappings] {
            for position in [0, 1, limits::USER_END / limits::PAGE_SIZE] {
                let cursor = Cursor { holder, part, position };
                assert_eq!(Cursor::decode(cursor.encode()), Some(cursor));
            }
        }
    }
}

#[test]
fn it_takes_the_right_to_read_and_a_cursor_that_is_one() {
    let mut world = world();
    let token = census_token(&world);
    let power = world.thread(READER).table.create(&Grant { object: Object::Power, rights: 1, badge: 0 }).expect("free");
    let bare = world.thread(READER).table.create(&Grant { object: Object::Census, rights: 0, badge: 0 }).expect("free");
    let status = |world: &mut World, token, cursor| ask(world, token, cursor).word & 0xff;
    assert_eq!(status(&mut world, token, 0), 0);
    assert_eq!(status(&mut world, power, 0), Error::WrongKind as u64);
    assert_eq!(status(&mut world, bare, 0), Error::MissingRight as u64);
    assert_eq!(status(&mut world, 77, 0), Error::BadToken as u64);
    for cursor in [3, 15, 3 << 44, u64::MAX] {
        assert_eq!(status(&mut world, token, cursor), Error::BadArgument as u64, "{cursor:#x}");
    }
    // Any other is a place, however far behind the end.
    for position in [1 << 20, (1 << 40) - 1] {
        for part in [1, 2] {
            assert_eq!(status(&mut world, token, position << 4 | part), 0);
        }
    }
}

#[test]
fn it_tells_each_capability_with_what_it_was_derived_from() {
    let mut world = world();
    let token = census_token(&world);
    let region = Grant { object: Object::Mmio(7), rights: 3, badge: 0 };
    let endpoint = Grant { object: Object::Endpoint(&world.storage.endpoints[2]), rights: 0b1_0100, badge: 9 };
    world.thread(1).table.create(&region).expect("a free slot");
    let parent = world.thread(1).table.create(&endpoint).expect("a free slot");
    let to = &world.thread(2).table;
    let dropped = world.thread(1).table.lookup(parent).expect("just made").derive(to, 0b100).expect("free");
    to.lookup(dropped).expect("just made").delete(8, &mut |_| ());
    world.thread(1).table.lookup(parent).expect("just made").derive(to, 0b1_0000).expect("free");
    let held: Vec<_> = all(&mut world, token)
        .into_iter()
        .filter(|(kind, words)| *kind == limits::CENSUS_CAPABILITY && words[0] != READER as u64)
        .map(|(_, words)| words[..6].to_vec())
        .collect();
    let of = |kind: Kind, rights: u64, generation: u64| kind as u64 | rights << 16 | generation << 32;
    assert_eq!(
        held,
        [
            vec![1, 0, of(Kind::Mmio, 3, 1), 7, 0, u64::MAX],
            vec![1, 1, of(Kind::Endpoint, 0b1_0100, 1), 2, 9, u64::MAX],
            vec![2, 0, of(Kind::Endpoint, 0b1_0000, 2), 2, 9, 1 << 32 | 1],
        ]
    );
}

#[test]
fn it_tells_what_the_page_tables_map_and_nothing_else() {
    let mut world = world();
    let token = census_token(&world);
    let code = PageFlags { write: false, execute: true, device: false };
    let data = PageFlags { write: true, execute: false, device: false };
    let mut map = |space, address, physical, flags| {
        let (address, physical) = (UserAddress(address), PhysicalAddress(physical));
        world.system.port.map_page(space, address, physical, flags, &mut || None).expect("mapped");
    };
    for page in 0..100 {
        map(2, 0x40_0000 + page * 0x1000, 0x10_0000 + page * 0x1000, code);
    }
    map(2, 0x46_4000, 0x16_4000, data);
    map(2, 0x46_5000, 0x20_0000, data);
    map(2, limits::USER_END - 0x1000, 0x30_0000, data);
    map(3, 0x50_0000, 0x40_0000, data);
    world.system.port.unmap_page(3, UserAddress(0x50_0000)).expect("it was mapped");
    let mapped: Vec<_> = all(&mut world, token)
        .into_iter()
        .filter(|(kind, _)| *kind == limits::CENSUS_MAPPING)
        .map(|(_, words)| words[..5].to_vec())
        .collect();
    let (read, write, execute) = (limits::MAP_READ, limits::MAP_WRITE, limits::MAP_EXECUTE);
    assert_eq!(
        mapped,
        [
            // One call tells no more than its share.
            vec![1, 0x40_0000, 63, read | execute, 0x10_0000],
            vec![1, 0x43_f000, 37, read | execute, 0x13_f000],
            vec![1, 0x46_4000, 1, read | write, 0x16_4000],
            vec![1, 0x46_5000, 1, read | write, 0x20_0000],
            vec![1, limits::USER_END - 0x1000, 1, read | write, 0x30_0000],
        ]
    );
}

#[test]
fn it_tells_every_component_once_in_order() {
    let mut world = world();
    let token = census_token(&world);
    world.thread(1).set_priority(120);
    world.thread(1).supervisor.set(Some(&world.storage.endpoints[1]));
    world.thread(1).fault_badge.set(0x8000_0001);
    let told: Vec<_> =
        all(&mut world, token).into_iter().filter(|(kind, _)| *kind == limits::CENSUS_COMPONENT).collect();
    assert_eq!(told.iter().map(|(_, words)| words[0]).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(told[1].1[1..6], [120, 200, 1, 0x8000_0001, limits::CENSUS_STATE_STOPPED]);
    assert_eq!(told[2].1[3], limits::NONE);
}

#[test]
fn it_tells_what_is_in_address_spaces_made_at_run_time() {
    let mut world = World::with_pool(2, 16);
    let token = census_token(&world);
    let pool = Grant { object: Object::MemoryPool(&world.storage.pools[0]), rights: u16::MAX, badge: 0 };
    let pool = world.thread(1).table.create(&pool).expect("a free slot");
    let bell = Grant { object: Object::Notification(&world.storage.notifications[1]), rights: 3, badge: 0 };
    let bell = world.thread(1).table.create(&bell).expect("a free slot");
    let page = PageFlags { write: true, execute: false, device: false };
    let mut call = |number, token, a, b, c| {
        world.run(1);
        world.system.made_call(world.thread(1), number, token, a, b, c).expect("it may")
    };
    let space = call(system_calls::CREATE_ADDRESS_SPACE, pool, 0, 0, 0);
    let given = call(system_calls::CAPABILITY_GRANT, space, bell, u64::from(rights::notification::WAIT), 0);
    call(system_calls::CREATE_THREAD, pool, space, 0, 0);
    let made = world.storage.spaces.iter().find(|space| space.table.threads() == 1).expect("the one with a thread");
    let (number, root) = (u64::from(made.table.owner() - 2), made.table.space.get());
    let (address, physical) = (UserAddress(0x50_0000), PhysicalAddress(0x80_0000));
    world.system.port.map_page(root, address, physical, page, &mut || Some(PhysicalAddress(0))).expect("mapped");
    // What a process passes on comes from there as well.
    let child = made.table.lookup(given).expect("just given").derive(&world.thread(0).table, 0).expect("free");
    let all = all(&mut world, token);
    let behind = all.iter().filter(|(_, words)| words[0] >= 2).map(|(kind, words)| (*kind, words[..6].to_vec()));
    let behind: Vec<_> = behind.collect();
    let slots = limits::MADE_SLOTS;
    let space = |number: u64, threads| (limits::CENSUS_SPACE, vec![2 + number, number, slots, threads, 0, 0]);
    let wait = Kind::Notification as u64 | u64::from(rights::notification::WAIT) << 16 | 1 << 32;
    let mut expected: Vec<_> = (0..3).map(|other| space(other, u64::from(other == number))).collect();
    let held = vec![2 + number, 0, wait, 1, 0, 1 << 32 | (bell & 0xffff_ffff)];
    let flags = limits::MAP_READ | limits::MAP_WRITE;
    let mapped = vec![2 + number, address.0, 1, flags, physical.0, 0];
    let at = number as usize + 1;
    expected.splice(at..at, [(limits::CENSUS_CAPABILITY, held), (limits::CENSUS_MAPPING, mapped)]);
    assert_eq!(behind, expected);
    let passed = all.iter().find(|(_, words)| words[0] == 0 && words[1] == child & 0xffff_ffff).expect("it is held");
    assert_eq!(passed.1[5], (2 + number) << 32 | (given & 0xffff_ffff));
}
