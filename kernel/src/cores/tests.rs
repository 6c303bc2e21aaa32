//! Several cores, played one after the other: each enters the kernel when a test says so.

use super::Core;
use crate::capability::{Grant, Object};
use crate::process::Exit;
use crate::system::System;
use crate::testing::{TestPort, World};
use crate::thread::State;
use veridian_abi::{Error, limits, rights, system_calls};
use veridian_port::{Answer, Context, PageFlags, PhysicalAddress, Port, Registers, UserAddress};

type TestCore = &'static Core<'static, TestPort>;

const FOREVER: u64 = limits::FOREVER;

/// Two threads on the first core, 0 and 1, and one on the second, 2.
fn two_cores() -> (World, TestCore, TestCore) {
    let mut world = World::new(3, 8);
    let first = world.system.core;
    let second = world.add_core();
    world.thread(2).set_home(second);
    for thread in 0..3 {
        world.thread(thread).set_priority(100);
        world.thread(thread).space.set(thread as u32 + 1);
    }
    (world, first, second)
}

impl World {
    /// Lets a core be the one in the kernel.
    fn enter_kernel(&mut self, core: TestCore) -> &mut System<'static, TestPort> {
        self.system.core = core;
        &mut self.system
    }

    fn give(&self, owner: usize, object: Object<'static, TestPort>, rights: u16) -> u64 {
        self.thread(owner).table.create(&Grant { object, rights, badge: 0 }).expect("a free slot")
    }

    fn runs(&self, core: TestCore, thread: usize) -> bool {
        core.current.get().is_some_and(|current| core::ptr::eq(current, self.thread(thread)))
    }
}

#[test]
fn an_armed_timer_fires_at_the_tick_of_whichever_core_is_first_and_wakes_a_thread_of_another() {
    let (mut world, first, second) = two_cores();
    let (timer, notification) = (&world.storage.timers[0], &world.storage.notifications[0]);
    timer.bits.set(8);
    timer.notification.set(Some(notification));
    let arm = world.give(0, Object::Timer(timer), rights::timer::ARM);
    let wait = world.give(2, Object::Notification(notification), rights::notification::WAIT);
    world.enter_kernel(second);
    world.run(2);
    let _ = world.system.message_call(wait, system_calls::WAIT, FOREVER, 0, 0);
    world.enter_kernel(first);
    world.run(0);
    assert_eq!(world.system.simple_call(arm, system_calls::TIMER_ARM, 500, 0, 0), Answer { word: 0, value: 0 });
    world.system.port.now = 500;
    let _ = world.enter_kernel(first).tick();
    assert!(world.runs(first, 0) && world.system.deadlines.is_empty());
    assert!(matches!(world.thread(2).state.get(), State::Ready));
    assert_eq!(
        (world.system.port.interrupted.as_slice(), world.thread(2).context.registers().get().token),
        (&[1][..], 8)
    );
    let _ = world.enter_kernel(second).tick();
    assert!(world.runs(second, 2));
}

#[test]
fn a_call_crosses_to_the_core_of_its_server_and_back() {
    let (mut world, first, second) = two_cores();
    let endpoint = Object::Endpoint(&world.storage.endpoints[0]);
    let call = world.give(0, endpoint, rights::endpoint::CALL);
    let receive = world.give(2, endpoint, rights::endpoint::RECEIVE);
    world.enter_kernel(second);
    world.run(2);
    let _ = world.system.message_call(receive, system_calls::RECEIVE, FOREVER, 0, 0);
    assert!(second.current.get().is_none() && second.block.space.get().is_none(), "nobody runs, in no space");

    world.enter_kernel(first);
    world.run(0);
    let message = [1, 2, 3, 4, 5, 6, 7, 8];
    let word = 64 << 8 | system_calls::CALL;
    assert!(first.fast_call(call, word, FOREVER, 0).context.is_null(), "it leaves other cores alone");
    first.block.calls.registers.message.set(message);
    let _ = world.system.message_call(call, word, FOREVER, 0, 0);
    assert_eq!(world.system.port.interrupted, [1]);
    assert!(matches!(world.thread(0).state.get(), State::AwaitingSlowReply(_)));
    assert!(first.current.get().is_none());

    let _ = world.enter_kernel(second).resume_interrupted();
    assert!(world.runs(second, 2));
    let Registers { b: reply, message: received, .. } = world.thread(2).context.registers().get();
    assert_eq!(received, message);
    let word = 8 << 8 | system_calls::REPLY_RECEIVE;
    assert!(second.fast_reply_receive(receive, word, FOREVER, reply, 0).context.is_null());
    second.block.calls.registers.message.set([9; 8]);
    let _ = world.system.message_call(receive, word, FOREVER, reply, 0);
    assert_eq!(world.system.port.interrupted, [1, 0]);
    let _ = world.enter_kernel(first).resume_interrupted();
    assert!(world.runs(first, 0));
    assert_eq!(world.thread(0).context.registers().get().message, [9; 8]);
}

#[test]
fn a_core_is_interrupted_only_for_somebody_more_urgent_than_what_runs_there() {
    let (mut world, first, second) = two_cores();
    world.enter_kernel(second);
    world.run(2);
    world.enter_kernel(first);
    for (thread, priority, interrupts) in [(0, 101, 0), (1, 99, 1)] {
        world.thread(thread).set_home(second);
        world.thread(thread).set_priority(priority);
        world.system.make_ready(world.thread(thread));
        assert_eq!(world.system.port.interrupted.len(), interrupts);
    }
    let _ = world.enter_kernel(second).resume_interrupted();
    assert!(world.runs(second, 1));
    assert!(first.current.get().is_none());
}

#[test]
fn a_thread_is_stopped_while_it_runs_on_another_core() {
    let (mut world, first, second) = two_cores();
    let process = Object::Process(world.thread(2));
    let stop = world.give(0, process, rights::process::STOP | rights::process::WAIT);
    world.enter_kernel(second);
    world.run(2);
    world.enter_kernel(first);
    world.run(0);
    assert_eq!(world.system.simple_call(stop, system_calls::PROCESS_STOP, 0, 0, 0).word, 0);
    assert_eq!(world.system.port.interrupted, [1]);
    assert_eq!(second.block.forgotten.get(), 1, "it had entered the kernel before this one went on");
    assert_eq!(world.thread(2).exit.get(), Exit::Stopped);
    let own: *const _ = &raw const world.thread(2).context;
    let saved = second.block.calls.current.get();
    assert!(!saved.is_null() && saved != own, "nothing of it is saved any more");
    // Whatever brought the other core into the kernel finds nobody to do it for.
    let _ = world.enter_kernel(second);
    assert_eq!(world.system.simple_call(0, system_calls::CLOCK, 0, 0, 0).word, Answer::RESCHEDULE);
    for resume in [world.system.message_call(0, system_calls::EXIT, 0, 0, 0), world.system.reschedule()] {
        assert!(resume.context.is_null() && resume.registers.is_null());
    }
    assert_eq!(world.thread(2).exit.get(), Exit::Stopped);
}

#[test]
fn a_reply_from_a_server_that_ended_on_another_core_never_comes() {
    let (mut world, first, second) = two_cores();
    let endpoint = Object::Endpoint(&world.storage.endpoints[0]);
    let call = world.give(2, endpoint, rights::endpoint::CALL);
    let _ = world.give(0, endpoint, rights::endpoint::RECEIVE);
    world.enter_kernel(second);
    world.run(2);
    let _ = world.system.message_call(call, system_calls::CALL, FOREVER, 0, 0);
    world.enter_kernel(first);
    world.run(0);
    let _ = world.system.message_call(0, system_calls::EXIT, 0, 0, 0);
    assert_eq!(world.system.port.interrupted, [1]);
    assert_eq!(world.thread(2).context.registers().get().word, Error::PeerGone as u64);
    let _ = world.enter_kernel(second).resume_interrupted();
    assert!(world.runs(second, 2));
}

#[test]
fn only_cores_in_an_address_space_forget_what_goes_from_it() {
    let (mut world, first, second) = two_cores();
    let flags = PageFlags { write: true, execute: false, device: false };
    let mapped = world.system.port.map_page(3, UserAddress(0x1000), PhysicalAddress(0x1000), flags, &mut || None);
    assert!(mapped.is_ok());
    world.enter_kernel(second);
    world.run(2);
    world.enter_kernel(first);
    world.run(0);
    world.system.forget_elsewhere(2);
    world.system.forget_elsewhere(1);
    assert!(world.system.port.interrupted.is_empty(), "nobody else is in these two");
    world.system.forget_elsewhere(3);
    assert_eq!((second.block.forgotten.get(), first.block.forgotten.get()), (1, 0));
    assert_eq!(world.system.port.interrupted, [1]);
}
