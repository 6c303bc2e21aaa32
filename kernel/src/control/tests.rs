//! What becomes of a thread in the hands of others, from each thing that it can be doing.

use super::*;
use crate::capability::Grant;
use crate::scheduler::EMPTY;
use crate::testing::{TestPort, World};
use veridian_abi::system_calls;

/// Components 0, which runs and may do everything with component 1, and 1, which is ready.
fn world() -> (World, u64, &'static Thread<'static, TestPort>) {
    let mut world = World::new(2, 8);
    let other = world.thread(1);
    let token = world.thread(0).table.create(&Grant { object: Object::Process(other), rights: 31, badge: 0 });
    for index in 0..2 {
        world.thread(index).set_priority(120);
    }
    world.run(0);
    world.system.make_ready(other);
    (world, token.expect("a free slot"), other)
}

fn call(world: &mut World, number: u64, token: u64, a: u64) -> Result<u64, Error> {
    let answer = world.system.simple_call(token, number, a, 0, 0);
    Error::from_code(answer.word as u8).map_or(Ok(answer.value), Err)
}

fn status(thread: &Thread<'_, TestPort>) -> u64 {
    thread.context.registers().get().word
}

#[test]
fn one_that_is_unscheduled_is_off_until_it_is_scheduled() {
    let (mut world, token, other) = world();
    call(&mut world, system_calls::UNSCHEDULE_THREAD, token, 0).unwrap();
    assert_eq!(world.system.core.scheduler.top(), EMPTY);
    assert_eq!(call(&mut world, system_calls::WAKE_THREAD, token, 0), Err(Error::BadArgument));
    call(&mut world, system_calls::SCHEDULE_THREAD, token, 139).unwrap();
    assert_eq!((other.priority.get(), world.system.core.scheduler.top()), (139, 139));
    assert_eq!(call(&mut world, system_calls::SCHEDULE_THREAD, token, 119), Err(Error::BadArgument));
}

#[test]
fn what_it_waits_for_ends_and_says_so() {
    for number in [system_calls::UNSCHEDULE_THREAD, system_calls::WAKE_THREAD] {
        let (mut world, token, other) = world();
        world.system.core.scheduler.remove(other);
        world.system.enter(other);
        let _ = world.system.block(other, State::Sleeping, 5 * limits::TICK_NANOSECONDS);
        world.run(0);
        call(&mut world, number, token, 0).unwrap();
        assert_eq!(status(other), Error::Interrupted as u64);
        assert_eq!(other.deadline.get(), 0, "its time does not come any more");
        assert_eq!(matches!(other.state.get(), State::Ready), number == system_calls::WAKE_THREAD);
    }
}

#[test]
fn one_that_is_blocked_goes_on_when_woken_or_when_its_time_has_come() {
    for woken in [true, false] {
        let (mut world, token, other) = world();
        let me = world.thread(0);
        let _ = world.system.block_thread(me, token, 2 * limits::TICK_NANOSECONDS);
        assert!(matches!(other.state.get(), State::Blocked));
        if woken {
            call(&mut world, system_calls::WAKE_THREAD, token, 0).unwrap();
        } else {
            (0..4).for_each(|_| drop(world.system.tick()));
        }
        assert!(matches!(other.state.get(), State::Ready));
    }
}

#[test]
fn who_has_a_budget_makes_nobody_urgent() {
    let (mut world, token, _) = world();
    world.thread(0).set_priority(10);
    world.thread(0).set_budget(1, 10);
    assert_eq!(call(&mut world, system_calls::SCHEDULE_THREAD, token, 10), Err(Error::BadArgument));
    assert_eq!(call(&mut world, system_calls::SCHEDULE_THREAD, token, 100), Ok(0));
}
