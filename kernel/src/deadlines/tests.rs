use super::*;
use crate::system::tests::{CLIENT, FOREVER, SERVER, client_and_server};
use crate::testing::{Random, TestPort, World};
use crate::thread::State;
use std::collections::BTreeMap;
use veridian_abi::system_calls;
use veridian_port::{Context, Registers};

type Timers = &'static [Timer<'static, TestPort>];

fn timers(count: usize) -> (Timers, Deadlines<'static, TestPort>, &'static Entry<'static, TestPort>) {
    let timers: Timers = (0..count).map(|_| Timer::default()).collect::<Vec<_>>().leak();
    (timers, Deadlines::new(timers), Box::leak(Box::default()))
}

fn number(timers: Timers, timer: &Timer<'static, TestPort>) -> usize {
    timers.iter().position(|other| ptr::eq(other, timer)).expect("one of these")
}

#[test]
fn each_fires_once_for_each_time_it_is_armed_never_early_and_never_when_disarmed() {
    for seed in 1..40 {
        let mut random = Random::new(seed);
        let (all, deadlines, entry) = timers(random.below(70) as usize + 1);
        let mut model: BTreeMap<usize, u64> = BTreeMap::new();
        let mut now = 0;
        for _ in 0..3_000 {
            let index = random.below(all.len() as u64) as usize;
            match random.below(8) {
                0..=3 => {
                    assert_eq!(deadlines.disarm(&all[index]), model.remove(&index));
                    let deadline = now + random.below(200);
                    deadlines.arm(&all[index], deadline, entry);
                    model.insert(index, deadline);
                }
                4 => assert_eq!(deadlines.disarm(&all[index]), model.remove(&index)),
                5 => {
                    // As a tick that has too much to do: some of those that are due, the earliest first.
                    for _ in 0..random.below(4) {
                        let due = model.values().min().copied().filter(|deadline| *deadline <= now);
                        let fired = deadlines.expired(now);
                        let fired = fired.map(|timer| model.remove(&number(all, timer)).expect("armed"));
                        assert_eq!(fired, due);
                    }
                }
                _ => now += random.below(60),
            }
            assert_eq!(deadlines.is_empty(), model.is_empty());
            for (index, timer) in all.iter().enumerate() {
                assert_eq!(timer.is_armed_through(entry), model.contains_key(&index));
            }
        }
        let mut left: Vec<_> = model.into_values().collect();
        left.sort_unstable();
        let fired: Vec<_> = core::iter::from_fn(|| deadlines.expired(u64::MAX)).collect();
        assert_eq!(fired.iter().map(|timer| timer.deadline.get()).collect::<Vec<_>>(), left);
    }
}

#[test]
fn what_is_done_to_one_timer_moves_as_many_others_as_their_number_has_bits() {
    let (all, deadlines, entry) = timers(4096);
    let bits = 13;
    let few = |work: &dyn Fn()| {
        let before: Vec<_> = all.iter().map(|timer| timer.place.get()).collect();
        work();
        let moved = all.iter().zip(before).filter(|(timer, before)| timer.place.get() != *before).count();
        assert!(moved <= bits, "{moved} moved");
    };
    // Each goes above all others.
    for (timer, deadline) in all.iter().zip((0..4096).rev()) {
        few(&|| deadlines.arm(timer, deadline, entry));
    }
    for timer in all.iter().step_by(97) {
        few(&|| assert!(deadlines.disarm(timer).is_some()));
        few(&|| deadlines.arm(timer, 2048, entry));
    }
    while !deadlines.is_empty() {
        few(&|| assert!(deadlines.expired(u64::MAX).is_some()));
    }
}

const SECOND: u64 = 1_000_000_000;

/// The client may arm all timers, each of which signals a bit of the notification that the server waits for.
fn with_timers() -> (World, u64, u64) {
    let (world, ..) = client_and_server();
    for (bit, timer) in world.storage.timers.iter().enumerate() {
        timer.bits.set(1 << bit);
        timer.notification.set(Some(&world.storage.notifications[0]));
    }
    let timer = world.grant(CLIENT, Object::Timer(&world.storage.timers[0]), rights::timer::ARM, 0);
    let waits = world.grant(SERVER, world.notification(0), rights::notification::WAIT, 0);
    (world, timer, waits)
}

impl World {
    fn arm(&mut self, token: u64, nanoseconds: u64) -> Result<u64, u64> {
        let answer = self.system.simple_call(token, system_calls::TIMER_ARM, nanoseconds, 0, 0);
        if answer.word & 0xff == 0 { Ok(answer.value) } else { Err(answer.word & 0xff) }
    }

    fn tick_at(&mut self, now: u64) {
        self.system.port.now = now;
        self.system.tick();
    }

    fn bits(&self) -> u64 {
        self.storage.notifications[0].bits.get()
    }
}

#[test]
fn a_timer_wakes_whoever_waits_at_the_first_tick_at_which_its_time_has_passed() {
    let (mut world, timer, waits) = with_timers();
    world.run(SERVER);
    world.call(system_calls::WAIT, Registers { token: waits, a: FOREVER, ..Registers::default() });
    world.run(CLIENT);
    world.system.port.now = 100;
    assert_eq!(world.arm(timer, SECOND), Ok(0));
    world.tick_at(SECOND + 99);
    assert!(matches!(world.thread(SERVER).state.get(), State::Waiting(_)));
    world.tick_at(SECOND + 100);
    assert!(!matches!(world.thread(SERVER).state.get(), State::Waiting(_)));
    assert_eq!(world.thread(SERVER).context.registers().get().token, 1);
    world.tick_at(10 * SECOND);
    assert_eq!(world.bits(), 0, "once");
}

#[test]
fn arming_again_replaces_and_zero_disarms() {
    let (mut world, timer, _) = with_timers();
    world.run(CLIENT);
    assert_eq!(world.arm(timer, 2 * SECOND), Ok(0));
    world.system.port.now = SECOND / 2;
    assert_eq!(world.arm(timer, 5 * SECOND), Ok(3 * SECOND / 2));
    world.tick_at(3 * SECOND);
    assert_eq!(world.bits(), 0);
    assert_eq!(world.arm(timer, 0), Ok(5 * SECOND / 2));
    assert_eq!(world.arm(timer, 0), Ok(0));
    world.tick_at(u64::MAX - 1);
    assert_eq!(world.bits(), 0);
    // A time that ends after all others never comes.
    assert_eq!(world.arm(timer, FOREVER), Ok(0));
    world.tick_at(u64::MAX - 1);
    assert_eq!(world.bits(), 0);
}

#[test]
fn only_a_timer_is_armed_and_only_with_the_right() {
    let (mut world, ..) = with_timers();
    let bare = world.grant(CLIENT, Object::Timer(&world.storage.timers[1]), 0, 0);
    let other = world.grant(CLIENT, world.notification(0), rights::notification::SIGNAL, 0);
    world.run(CLIENT);
    assert_eq!(world.arm(bare, 1), Err(Error::MissingRight as u64));
    assert_eq!(world.arm(other, 1), Err(Error::WrongKind as u64));
    assert!(world.system.deadlines.is_empty());
}

#[test]
fn a_timer_is_disarmed_with_the_capability_that_it_was_armed_through_and_no_other() {
    let (mut world, timer, _) = with_timers();
    world.run(CLIENT);
    let derive = |world: &mut World| {
        let answer =
            world.system.simple_call(timer, system_calls::CAPABILITY_DERIVE, u64::from(rights::timer::ARM), 0, 0);
        answer.value
    };
    let child = derive(&mut world);
    world.arm(child, SECOND).expect("armed");
    assert_eq!(world.system.simple_call(timer, system_calls::CAPABILITY_REVOKE, 0, 0, 0).word, 0);
    assert!(world.system.deadlines.is_empty(), "revoked");
    let child = derive(&mut world);
    world.arm(child, SECOND).expect("armed");
    world.arm(timer, 2 * SECOND).expect("armed again, through the parent");
    world.system.simple_call(timer, system_calls::CAPABILITY_REVOKE, 0, 0, 0);
    assert!(!world.system.deadlines.is_empty(), "that one is left");
    world.system.simple_call(timer, system_calls::CAPABILITY_DROP, 0, 0, 0);
    assert!(world.system.deadlines.is_empty(), "dropped");
}

#[test]
fn a_timer_is_disarmed_when_who_armed_it_ends() {
    let (mut world, timer, _) = with_timers();
    world.run(CLIENT);
    world.arm(timer, SECOND).expect("armed");
    world.call(system_calls::EXIT, Registers::default());
    assert!(world.system.deadlines.is_empty());
    world.tick_at(2 * SECOND);
    assert_eq!(world.bits(), 0);
}

#[test]
fn a_tick_fires_a_bounded_number_and_the_next_the_rest() {
    let (mut world, ..) = with_timers();
    let count = limits::STEP as usize + 5;
    let (all, deadlines, entry) = timers(count);
    for (index, timer) in all.iter().enumerate() {
        timer.bits.set(1 << index);
        timer.notification.set(Some(&world.storage.notifications[0]));
        deadlines.arm(timer, index as u64, entry);
    }
    world.system.deadlines = deadlines;
    world.run(CLIENT);
    world.tick_at(SECOND);
    assert_eq!(world.bits(), (1 << limits::STEP) - 1, "those that were due first");
    world.tick_at(SECOND);
    assert_eq!(world.bits(), (1 << count) - 1);
    assert!(world.system.deadlines.is_empty());
}
