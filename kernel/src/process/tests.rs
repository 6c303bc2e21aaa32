//! A component that starts anew has what it had at boot, and nothing of it is left elsewhere.

use super::*;
use crate::boot::{Builder, Sizes, Storage};
use crate::capability::Grant;
use crate::table::{Table, tests::whole};
use crate::testing::{TestPort, World};
use veridian_abi::Kind;
use veridian_port::{MemoryRange, Nodes};

/// A system of the table that the tests of tables use: component 0 has a supervisor's place, component 1
/// holds power, a region, ports.
fn boot() -> System<'static, TestPort> {
    let table = Table::parse(whole().leak()).expect("a whole table");
    let World { mut system, storage } = World::of(&Sizes::of(&table));
    let memory = [MemoryRange { start: PhysicalAddress(0x10_0000), size: 64 * limits::PAGE_SIZE }];
    let frames = &mut crate::frames::tests::frames(&memory, &Nodes::ONE);
    let origin = Origin { table, image: PhysicalAddress(0x20_0000), storage };
    Builder { origin, frames }.build(&mut system).expect("enough memory");
    system
}

/// What a thread's table holds, by token.
fn held(thread: &Thread<'static, TestPort>) -> Vec<(u64, Kind)> {
    let slots = (0..19).flat_map(|slot| (0..3).map(move |generation| slot | generation << 32));
    slots
        .flat_map(|name| (0..8u64).map(move |rights| name | rights << 48))
        .filter_map(|token| Some((token, thread.table.lookup(token).ok()?.object().kind()?)))
        .collect()
}

/// Restarts component 1 as component 0, a step at a time. Returns how many steps it took.
fn restart(system: &mut System<'static, TestPort>, token: u64) -> usize {
    for step in 1..1_000 {
        match system.process_restart(&system.threads[0], token) {
            Ok(_) => return step,
            Err(error) => assert_eq!(error, Error::Unfinished),
        }
    }
    panic!("it never ends");
}

#[test]
fn it_has_what_it_had_at_boot() {
    let mut system = boot();
    let (supervisor, worker) = (&system.threads[0], &system.threads[1]);
    let filled = system.port.filled.clone();
    let before = held(worker);
    assert_eq!(before.len(), 3);
    let storage: Storage<'_, TestPort> = system.origin.expect("set at boot").storage;
    let all = rights::process::WAIT | rights::process::RESTART;
    let grant = Grant { object: Object::Process(worker), rights: all, badge: 0 };
    let token = supervisor.table.create(&grant).expect("a free slot");
    // It derives what it holds, gives some away, gets some, and has dropped a slot.
    let own = worker.table.lookup(before[0].0).expect("held");
    for _ in 0..10 {
        own.derive(&worker.table, own.rights()).expect("a free slot");
        own.derive(&supervisor.table, own.rights()).expect("a free slot");
    }
    let given = supervisor.table.lookup(token).expect("held");
    given.derive(&worker.table, rights::process::WAIT).expect("a free slot");
    assert!(worker.table.lookup(before[1].0).expect("held").delete(64, &mut |_| ()));
    let others = held(supervisor).len();
    system.port.filled.clear();
    assert!(restart(&mut system, token) > 2, "it is done in steps");
    assert_eq!(held(worker), before);
    assert_eq!(held(supervisor).len(), others - 10, "nothing derived from its capabilities is left");
    assert!(matches!(worker.state.get(), State::Ready));
    assert_eq!(worker.exit.get(), Exit::None);
    // Its private pages, and no others, are as they were made.
    let again: Vec<_> = filled.iter().filter(|frame| system.port.filled.contains(frame)).collect();
    assert_eq!(again.len(), system.port.filled.len());
    assert_eq!(again.len(), 5, "one page of data and four of stack");
    let shared = storage.regions[0].start.get();
    assert!(system.port.filled.iter().all(|(frame, _)| *frame != shared));
    // And so it goes any number of times.
    restart(&mut system, token);
    assert_eq!(held(worker), before);
}

#[test]
fn a_start_anew_that_is_broken_off_leaves_it_ended() {
    let mut system = boot();
    let (supervisor, worker) = (&system.threads[0], &system.threads[1]);
    let rights = rights::process::STOP | rights::process::RESTART;
    let grant = Grant { object: Object::Process(worker), rights, badge: 0 };
    let token = supervisor.table.create(&grant).expect("a free slot");
    for steps in 1..4 {
        for _ in 0..steps {
            assert_eq!(system.process_restart(supervisor, token), Err(Error::Unfinished));
        }
        assert_eq!(system.process_stop(supervisor, token), Ok(0));
        assert_eq!((worker.exit.get(), worker.restart.get()), (Exit::Stopped, Restart::None));
    }
    restart(&mut system, token);
    assert_eq!(held(worker).len(), 3);
}
