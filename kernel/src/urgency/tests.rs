//! What a thread's level is while others wait for it.

use crate::scheduler::{self, BOOST};
use crate::system::tests::{CLIENT, SERVER, ask, client_and_server, listen};
use crate::testing::{Random, World};
use crate::thread::State;
use veridian_abi::{Error, limits, rights, system_calls};
use veridian_port::Registers;

fn level(world: &World, index: usize) -> u8 {
    world.thread(index).level.get()
}

/// A server at 130 with clients at 120, 110, 100, …, all of them at its endpoint.
fn server_with_clients(clients: usize) -> (World, u64, Vec<u64>) {
    let world = World::new(clients + 1, 16);
    let server = world.grant(0, world.endpoint(0), rights::endpoint::RECEIVE, 0);
    world.thread(0).set_priority(130);
    let tokens = (1..=clients)
        .map(|index| {
            world.thread(index).set_priority(130 - 10 * index as u8);
            world.grant(index, world.endpoint(0), rights::endpoint::CALL, index as u32)
        })
        .collect();
    (world, server, tokens)
}

fn receive(world: &mut World, server: u64) -> u64 {
    world.run(0);
    world.call(system_calls::RECEIVE, listen(server));
    world.results().b
}

fn call(world: &mut World, index: usize, token: u64) {
    world.run(index);
    world.call(system_calls::CALL, ask([0; 8], token));
}

#[test]
fn a_server_that_holds_several_callers_stays_as_urgent_as_the_rest_of_them() {
    // In every order of the replies, the level is that of the most urgent who still waits.
    for order in [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]] {
        let (mut world, server, tokens) = server_with_clients(3);
        let mut replies = Vec::new();
        for (index, token) in (1..).zip(tokens) {
            // It waits, so that the message takes the fast path, and goes on to receive without a reply.
            world.run(0);
            world.call(system_calls::RECEIVE, listen(server));
            call(&mut world, index, token);
            assert!(world.is_current(0));
            replies.push(world.results().b);
            assert_eq!(level(&world, 0), 130 - 10 * index as u8);
        }
        let mut left = vec![1, 2, 3];
        for index in order {
            world.run(0);
            world.call(system_calls::REPLY, Registers { b: replies[index - 1], ..Registers::default() });
            left.retain(|other| *other != index);
            let most = left.iter().map(|index| 130 - 10 * *index as u8).min().unwrap_or(130);
            assert_eq!(level(&world, 0), most, "{order:?} after {index}");
        }
    }
}

#[test]
fn the_fast_reply_falls_back_to_whom_the_server_still_owes() {
    let (mut world, server, tokens) = server_with_clients(2);
    world.run(0);
    world.call(system_calls::RECEIVE, listen(server));
    call(&mut world, 1, tokens[0]);
    world.call(system_calls::RECEIVE, listen(server));
    call(&mut world, 2, tokens[1]);
    let reply = world.results().b;
    assert_eq!(level(&world, 0), 110);
    world.call(system_calls::REPLY_RECEIVE, Registers { b: reply, ..listen(server) });
    assert!(world.is_current(2));
    assert_eq!(level(&world, 0), 120, "the first caller still waits");
}

#[test]
fn a_caller_that_gives_up_or_ends_lends_nothing_any_more() {
    for ends in [false, true] {
        let (mut world, server, tokens) = server_with_clients(2);
        for (index, token) in [(1, tokens[0]), (2, tokens[1])] {
            world.run(index);
            let timeout = if index == 2 && !ends { limits::TICK_NANOSECONDS } else { limits::FOREVER };
            world.call(system_calls::CALL, Registers { a: timeout, ..ask([0; 8], token) });
        }
        for _ in 0..2 {
            receive(&mut world, server);
        }
        assert_eq!(level(&world, 0), 110);
        if ends {
            world.system.end(world.thread(2), crate::process::Exit::Normal(0));
        } else {
            world.thread(0).slice.set(100);
            for _ in 0..3 {
                let _ = world.system.tick();
            }
            assert!(matches!(world.thread(2).state.get(), State::Ready | State::Running));
        }
        assert_eq!(level(&world, 0), 120);
    }
}

#[test]
fn the_most_urgent_in_a_queue_is_served_first_and_the_rest_lend_theirs() {
    let (mut world, server, tokens) = server_with_clients(3);
    world.run(0);
    world.call(system_calls::RECEIVE, Registers { token: server, ..Registers::default() });
    assert_eq!(world.results().word, Error::TimedOut as u64);
    for (index, token) in (1..).zip(&tokens) {
        call(&mut world, index, *token);
        assert_eq!(level(&world, 0), 130 - 10 * index as u8);
    }
    for index in (1..=3).rev() {
        let reply = receive(&mut world, server);
        assert_eq!(world.results().token, index, "the last to come is the most urgent");
        assert_eq!(level(&world, 0), 130 - 10 * index as u8);
        world.call(system_calls::REPLY, Registers { b: reply, ..Registers::default() });
        assert_eq!(level(&world, 0), 140 - 10 * index as u8, "of the queue, or its own");
    }
}

#[test]
fn a_server_that_ends_leaves_nobody_behind() {
    let (mut world, server, tokens) = server_with_clients(3);
    for (index, token) in (1..).zip(&tokens) {
        call(&mut world, index, *token);
    }
    for _ in 0..2 {
        receive(&mut world, server);
    }
    world.run(0);
    world.call(system_calls::EXIT, Registers::default());
    for index in 1..=3 {
        let thread = world.thread(index);
        assert!(matches!(thread.state.get(), State::Ready | State::Running), "{index}");
        let word = veridian_port::Context::registers(&thread.context).get().word;
        assert_eq!(word, Error::PeerGone as u64);
    }
    assert!(world.thread(0).owed.first().is_none());
}

#[test]
fn a_boost_comes_with_waking_and_goes_with_ticks() {
    let (mut world, _, _) = client_and_server();
    let bell = world.grant(CLIENT, world.notification(0), rights::notification::WAIT, 0);
    let ring = world.grant(SERVER, world.notification(0), rights::notification::SIGNAL, 0);
    world.thread(CLIENT).set_priority(120);
    world.thread(SERVER).set_priority(119);
    world.run(CLIENT);
    world.call(system_calls::WAIT, listen(bell));
    world.run(SERVER);
    let answer = world.system.simple_call(ring, system_calls::SIGNAL, 1, 0, 0);
    assert_eq!(level(&world, CLIENT), 120 - BOOST);
    assert_ne!(answer.word, 0, "it is more urgent than who woke it");
    let _ = world.system.reschedule();
    assert!(world.is_current(CLIENT));
    for left in (0..BOOST).rev() {
        assert!(world.is_current(CLIENT));
        let _ = world.system.tick();
        assert_eq!(level(&world, CLIENT), 120 - left);
    }
    assert!(!world.is_current(CLIENT), "the other one is more urgent again");
}

/// Threads of all classes wake, run and tick at random: nobody is ever more than the boost above its priority,
/// nor in another class, as long as nobody waits for it.
#[test]
fn boosts_stay_within_their_bounds() {
    let mut random = Random::new(5);
    for _ in 0..50 {
        let mut world = World::new(6, 4);
        for index in 0..6 {
            world.thread(index).set_priority(random.below(200) as u8);
        }
        for index in 1..6 {
            world.system.make_ready(world.thread(index));
        }
        world.run(0);
        for _ in 0..400 {
            if world.system.core.current.get().is_some() && random.below(3) == 0 {
                let ticks = random.below(4);
                let sleep = Registers { a: ticks * limits::TICK_NANOSECONDS, ..Registers::default() };
                world.call(system_calls::SLEEP, sleep);
            } else {
                let _ = world.system.tick();
            }
            for index in 0..6 {
                let thread = world.thread(index);
                let priority = thread.priority.get();
                let (plain, level) = (scheduler::level(priority), thread.level.get());
                assert!(level <= plain && plain - level <= BOOST);
                assert_eq!(scheduler::is_interactive(level), scheduler::is_interactive(priority));
                assert!(scheduler::is_interactive(priority) || level == plain);
            }
        }
    }
}

/// What a batch thread does: it runs for so many ticks, then waits for so many; for ever, or as long as it can.
#[derive(Clone, Copy)]
struct Habit {
    priority: u8,
    runs: u64,
    waits: u64,
}

/// Ticks that each thread of these habits ran, of so many.
fn ticks_of(habits: &[Habit], ticks: u64) -> Vec<u64> {
    let mut world = World::new(habits.len(), 4);
    for (index, habit) in habits.iter().enumerate() {
        world.thread(index).set_priority(habit.priority);
        world.system.make_ready(world.thread(index));
    }
    let _ = world.system.run_next();
    let mut ran = vec![0; habits.len()];
    let mut burst = vec![0; habits.len()];
    for _ in 0..ticks {
        if let Some(me) = world.system.core.current.get() {
            let index = me.index() as usize;
            ran[index] += 1;
            burst[index] += 1;
            let Habit { runs, waits, .. } = habits[index];
            let _ = world.system.tick();
            let goes_on = world.system.core.current.get().is_some_and(|now| core::ptr::eq(now, me));
            if waits > 0 && burst[index] >= runs && goes_on {
                burst[index] = 0;
                // A sleep lasts a tick longer than it says, since the current one has partly gone by.
                let sleep = Registers { a: (waits - 1) * limits::TICK_NANOSECONDS, ..Registers::default() };
                world.call(system_calls::SLEEP, sleep);
            }
        } else {
            let _ = world.system.tick();
        }
    }
    ran
}

const ALWAYS: Habit = Habit { priority: 140, runs: 1, waits: 0 };

#[test]
fn batch_threads_that_never_wait_share_by_their_priorities() {
    let mut random = Random::new(9);
    for _ in 0..30 {
        let habits: Vec<_> =
            (0..2 + random.below(5)).map(|_| Habit { priority: 140 + random.below(55) as u8, ..ALWAYS }).collect();
        let weights: Vec<_> = habits.iter().map(|habit| 200 - u64::from(habit.priority)).collect();
        let (all, ticks) = (weights.iter().sum::<u64>(), 20_000);
        for (ran, weight) in ticks_of(&habits, ticks).into_iter().zip(weights) {
            // Within a round of its share.
            assert!(ran.abs_diff(ticks * weight / all) <= 2 * weight, "{ran} of {ticks} for {weight} of {all}");
        }
    }
}

#[test]
fn a_batch_thread_that_waits_now_and_then_gets_its_share_and_no_more() {
    let ticks = 60_000;
    for priority in [140, 150, 170, 185, 190] {
        for (runs, waits) in [(1, 1), (2, 1), (1, 3), (5, 2), (9, 1), (3, 30)] {
            let own = Habit { priority, runs, waits };
            let ran = ticks_of(&[own, ALWAYS], ticks);
            let weight = 200 - u64::from(priority);
            let (share, wish) = (ticks * weight / (weight + 60), ticks * runs / (runs + waits));
            let fair = share.min(wish);
            assert!(ran[0] * 100 >= fair * 75, "{priority} {runs} {waits}: {} of {fair}", ran[0]);
            assert!(ran[0] * 100 <= fair * 110, "{priority} {runs} {waits}: {} of {fair}", ran[0]);
            assert_eq!(ran[0] + ran[1], ticks, "nobody idles while somebody could run");
        }
    }
}
