//! The whole state of the kernel, and how it changes from one thread to another.

use crate::arena::Arena;
use crate::capability::Capabilities;
use crate::endpoint::Endpoint;
use crate::interrupt::{Interrupt, Lines};
use crate::notification::Notification;
use crate::scheduler::{self, Scheduler};
use crate::simple::{DmaBuffer, PortRange};
use crate::thread::{State, ThreadId, Threads};
use crate::timer::Timers;
use veridian_abi::{Error, system_calls};
use veridian_port::{Context, Port, Registers, Resume};

/// Everything that the kernel knows.
pub struct System<'m, P: Port> {
    /// The processor and the board.
    pub port: P,
    /// One thread a component.
    pub threads: Threads<'m, P>,
    /// One table a component.
    pub capabilities: Capabilities<'m>,
    /// Places where messages meet.
    pub endpoints: Arena<'m, Endpoint>,
    /// Bits that signals set.
    pub notifications: Arena<'m, Notification>,
    /// Interrupt lines that drivers own.
    pub interrupts: Arena<'m, Interrupt>,
    /// Which of them a line is.
    pub lines: Lines,
    /// Port ranges.
    pub ports: Arena<'m, PortRange>,
    /// Buffers for devices.
    pub dma: Arena<'m, DmaBuffer>,
    /// Threads that could run.
    pub scheduler: Scheduler,
    /// Threads whose wait ends by time.
    pub timers: Timers,
    /// The thread that runs.
    pub current: Option<ThreadId>,
}

impl<P: Port> System<'_, P> {
    /// Serves a system call that may block or carries a message. The message is in the port's registers.
    #[inline]
    pub fn message_call(&mut self, token: u64, word: u64, a: u64, b: u64, c: u64) -> Resume<P::Context> {
        let Some(me) = self.current else {
            return Resume::IDLE;
        };
        match word & 0xff {
            system_calls::CALL => self.call(me, token, word, a, c),
            system_calls::REPLY_RECEIVE => self.reply_receive(me, token, word, a, b, c),
            _ => self.other_message_call(me, token, word, a, b, c),
        }
    }

    #[inline(never)]
    fn other_message_call(
        &mut self,
        me: ThreadId,
        token: u64,
        word: u64,
        a: u64,
        b: u64,
        c: u64,
    ) -> Resume<P::Context> {
        match word & 0xff {
            system_calls::RECEIVE => self.receive(me, token, a),
            system_calls::SEND => self.send(me, token, word, a, c),
            system_calls::REPLY => self.reply(me, word, b, c),
            system_calls::WAIT => self.wait(me, token, a),
            system_calls::SLEEP => {
                self.threads[me].state = State::Sleeping;
                self.timers.arm(&mut self.threads, me, a);
                self.run_next()
            }
            system_calls::YIELD_CPU => {
                self.save(me, Registers::default());
                self.threads[me].slice = scheduler::slice(self.threads[me].effective);
                self.make_ready(me);
                self.run_next()
            }
            system_calls::EXIT => {
                self.stop(me);
                self.run_next()
            }
            _ => self.fail(me, Error::BadCall),
        }
    }

    /// Puts results in a thread's own registers, for when it runs again.
    pub(crate) fn save(&mut self, id: ThreadId, registers: Registers) {
        *self.threads[id].context.registers() = registers;
    }

    /// Lets a blocked thread go on with a status and nothing else.
    pub(crate) fn wake(&mut self, id: ThreadId, status: u64) {
        self.wake_with(id, Registers { word: status, ..Registers::default() });
    }

    /// Lets a blocked thread go on with these results.
    pub(crate) fn wake_with(&mut self, id: ThreadId, registers: Registers) {
        self.timers.cancel(&mut self.threads, id);
        self.save(id, registers);
        self.make_ready(id);
    }

    /// Queues a thread behind its equals.
    pub(crate) fn make_ready(&mut self, id: ThreadId) {
        self.threads[id].state = State::Ready;
        self.scheduler.push(&mut self.threads, id);
    }

    /// Ends the current thread's system call with an error.
    #[cold]
    pub(crate) fn fail(&mut self, me: ThreadId, error: Error) -> Resume<P::Context> {
        self.answer(me, Registers { word: error as u64, ..Registers::default() })
    }

    /// Ends the current thread's system call with these results, unless somebody more urgent is ready.
    pub(crate) fn answer(&mut self, me: ThreadId, registers: Registers) -> Resume<P::Context> {
        if self.preempted(me) {
            self.save(me, registers);
            return self.preempt(me);
        }
        *self.port.registers() = registers;
        self.resume_with_port_registers(me)
    }

    /// Goes on as a thread whose system call results are in the port's registers.
    #[inline]
    pub(crate) fn resume_with_port_registers(&mut self, id: ThreadId) -> Resume<P::Context> {
        let registers = core::ptr::from_ref(self.port.registers());
        Resume { context: core::ptr::from_mut(&mut self.threads[id].context), registers }
    }

    /// Whether a more urgent thread than this one is ready.
    #[inline]
    pub(crate) fn preempted(&self, me: ThreadId) -> bool {
        self.scheduler.top() < scheduler::level(self.threads[me].effective)
    }

    /// Puts the running thread back, first of its level, and runs the most urgent one.
    pub(crate) fn preempt(&mut self, me: ThreadId) -> Resume<P::Context> {
        self.threads[me].state = State::Ready;
        self.scheduler.push_front(&mut self.threads, me);
        self.run_next()
    }

    /// Runs the most urgent thread, or waits for an interrupt when there is none.
    pub fn run_next(&mut self) -> Resume<P::Context> {
        let Some(id) = self.scheduler.pop(&mut self.threads) else {
            self.current = None;
            return Resume::IDLE;
        };
        self.enter(id);
        let context = &mut self.threads[id].context;
        let registers =
            if context.interrupted() { core::ptr::null() } else { core::ptr::from_ref(context.registers()) };
        Resume { context: core::ptr::from_mut(context), registers }
    }

    /// Makes a thread the one that runs, in its address space.
    #[inline]
    pub(crate) fn enter(&mut self, id: ThreadId) {
        self.current = Some(id);
        let thread = &mut self.threads[id];
        thread.state = State::Running;
        let space = thread.space;
        self.port.switch_space(space);
    }

    /// Goes on with an interrupted thread, or with a more urgent one.
    pub(crate) fn resume_interrupted(&mut self) -> Resume<P::Context> {
        match self.current {
            Some(me) if self.threads[me].state == State::Running && !self.preempted(me) => {
                Resume { context: core::ptr::from_mut(&mut self.threads[me].context), registers: core::ptr::null() }
            }
            Some(me) if self.threads[me].state == State::Running => self.preempt(me),
            _ => self.run_next(),
        }
    }

    /// A simple system call made somebody more urgent ready; the port has the caller's registers.
    pub fn reschedule(&mut self) -> Resume<P::Context> {
        let Some(me) = self.current else {
            return self.run_next();
        };
        let registers = *self.port.registers();
        self.answer(me, registers)
    }

    /// The scheduler's tick: ends waits and time slices.
    pub fn tick(&mut self) -> Resume<P::Context> {
        self.timers.advance();
        while let Some(id) = self.timers.expired(&mut self.threads) {
            self.end_wait(id);
        }
        if let Some(me) = self.current {
            let thread = &mut self.threads[me];
            thread.slice = thread.slice.saturating_sub(1);
            if thread.slice == 0 {
                thread.slice = scheduler::slice(thread.effective);
                if thread.state == State::Running && self.scheduler.top() <= scheduler::level(thread.effective) {
                    self.make_ready(me);
                    return self.run_next();
                }
            }
        }
        self.resume_interrupted()
    }

    /// A thread's wait is over without what it waited for.
    fn end_wait(&mut self, id: ThreadId) {
        let status = match self.threads[id].state {
            State::Receiving(endpoint) => {
                self.endpoints[endpoint].receivers.remove(&mut self.threads, id);
                Error::TimedOut as u64
            }
            State::Sending(endpoint) => {
                self.endpoints[endpoint].senders.remove(&mut self.threads, id);
                Error::TimedOut as u64
            }
            State::Waiting(notification) => {
                self.notifications[notification].waiters.remove(&mut self.threads, id);
                Error::TimedOut as u64
            }
            State::AwaitingReply(_) => Error::TimedOut as u64,
            State::Sleeping => 0,
            State::Stopped | State::Ready | State::Running => return,
        };
        self.wake(id, status);
    }

    /// Ends a thread for good. Whoever waits for its reply gets `PeerGone`; a thread whose supervisor
    /// it was, with a fault undecided, ends with it.
    pub(crate) fn stop(&mut self, id: ThreadId) {
        self.threads[id].state = State::Stopped;
        for other in self.threads.ids() {
            if self.threads[other].state != State::AwaitingReply(id) {
                continue;
            }
            if self.threads[other].fault.is_some() {
                self.stop_orphan(other);
            } else {
                self.wake(other, Error::PeerGone as u64);
            }
        }
    }

    fn stop_orphan(&mut self, id: ThreadId) {
        self.threads[id].fault = None;
        self.threads[id].state = State::Stopped;
        for other in self.threads.ids() {
            if self.threads[other].state == State::AwaitingReply(id) && self.threads[other].fault.is_none() {
                self.wake(other, Error::PeerGone as u64);
            }
        }
    }

    /// Whether a timeout means "now or not at all".
    pub(crate) fn polls(timeout: u64) -> bool {
        timeout == 0
    }

    /// Blocks the running thread in a state, until woken or for so long.
    pub(crate) fn block(&mut self, me: ThreadId, state: State, timeout: u64) -> Resume<P::Context> {
        debug_assert!(timeout != 0);
        self.threads[me].state = state;
        self.timers.arm(&mut self.threads, me, timeout);
        self.run_next()
    }
}

#[cfg(test)]
mod tests;
