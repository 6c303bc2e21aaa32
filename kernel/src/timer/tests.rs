//! Nobody's wait ends early, every wait ends, and no tick does more than its share.

use super::*;
use crate::heap::tests::STEPS;
use crate::testing::{Random, TestPort, World};
use crate::thread::State;
use std::collections::BTreeMap;
use veridian_abi::system_calls;

/// Waits that the last tick ended: threads that it made ready, off the queues.
fn ended(world: &World) -> Vec<&'static Thread<'static, TestPort>> {
    let scheduler = &world.system.core.scheduler;
    let ended: Vec<_> = core::iter::from_fn(|| scheduler.pop()).collect();
    world.system.core.current.set(None);
    ended
}

/// Lets a thread, which is in no queue, sleep for so many ticks.
fn sleep(world: &mut World, thread: usize, ticks: u64) {
    world.run(thread);
    world.system.message_call(0, system_calls::SLEEP, ticks * limits::TICK_NANOSECONDS, 0, 0);
}

fn tick(world: &mut World) {
    // With nobody running or ready, whoever becomes ready runs.
    world.system.tick();
    if let Some(first) = world.system.core.current.get() {
        world.system.make_ready(first);
    }
}

#[test]
fn waits_end_at_their_tick_and_not_before() {
    let mut world = World::new(30, 1);
    let mut model: BTreeMap<usize, u64> = BTreeMap::new();
    let mut random = Random::new(11);
    for now in 1..5_000u64 {
        for index in 0..30 {
            let thread = world.thread(index);
            match random.below(20) {
                0 if !model.contains_key(&index) => {
                    thread.set_priority(random.below(200) as u8);
                    let ticks = random.below(600);
                    sleep(&mut world, index, ticks);
                    model.insert(index, now + ticks + 1);
                }
                1 if model.remove(&index).is_some() => {
                    world.system.core.timers.cancel(thread);
                    thread.state.set(State::Stopped);
                    assert_eq!(thread.deadline.get(), 0);
                }
                _ => {}
            }
        }
        tick(&mut world);
        let mut fired: Vec<_> = ended(&world).iter().map(|thread| thread.index() as usize).collect();
        fired.sort_unstable();
        let due: Vec<_> = model.iter().filter(|(_, at)| **at == now + 1).map(|(index, _)| *index).collect();
        // Not so many that some are left for the next tick.
        assert!(due.len() <= ENDED as usize);
        assert_eq!(fired, due, "tick {now}");
        model.retain(|_, at| *at != now + 1);
    }
}

#[test]
fn a_tick_takes_no_more_steps_for_a_thousand_waits_that_end_at_once() {
    const WAITS: usize = 1_000;
    let mut world = World::new(WAITS, 1);
    for index in 0..WAITS {
        world.thread(index).set_priority(150);
        sleep(&mut world, index, 3);
    }
    let mut woken = 0;
    for now in 2.. {
        STEPS.set(0);
        tick(&mut world);
        let count = ended(&world).len();
        assert!(count == 0 || now >= 5, "early");
        let left = WAITS - woken;
        assert_eq!(count, if now < 5 { 0 } else { left.min(ENDED as usize) });
        let bits = u64::from(usize::BITS - left.leading_zeros());
        assert!(STEPS.get() <= count as u64 * 3 * bits, "{} steps for {count} of {left}", STEPS.get());
        woken += count;
        if woken == WAITS {
            break;
        }
    }
}

#[test]
fn real_time_waits_do_not_end_later_for_those_of_others_and_the_others_end_too() {
    const CROWD: usize = 200;
    let mut world = World::new(CROWD + 40, 1);
    for index in 0..CROWD {
        world.thread(index).set_priority(100 + (index % 100) as u8);
        sleep(&mut world, index, 0);
    }
    // More of them than a tick ends, each of which sleeps again at once.
    for index in CROWD..CROWD + 40 {
        world.thread(index).set_priority(50 - (index - CROWD) as u8);
        sleep(&mut world, index, 1);
    }
    let (mut others, mut first) = (0, Vec::new());
    for _ in 0..CROWD as u64 / ENDED + 1 {
        tick(&mut world);
        for thread in ended(&world) {
            let index = thread.index() as usize;
            if index < CROWD {
                others += 1;
            } else {
                first.push(index);
                sleep(&mut world, index, 0);
            }
        }
        world.system.core.current.set(None);
    }
    assert_eq!(others, CROWD, "all of them");
    let at_once: Vec<_> = (CROWD..CROWD + 40).rev().take(ENDED as usize).collect();
    assert_eq!(first[..ENDED as usize], at_once, "the most urgent ones at their tick");
    assert!((CROWD..CROWD + 40).all(|index| first.contains(&index)), "none of them waits for ever");
}

#[test]
fn for_ever_never_ends() {
    let world = World::new(1, 1);
    world.system.core.timers.arm(world.thread(0), limits::FOREVER);
    assert_eq!(world.thread(0).deadline.get(), 0);
}
