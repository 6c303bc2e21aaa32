//! The whole state of the kernel, and how it changes from one thread to another.

use crate::boot::{Origin, Storage};
use crate::cores::Core;
use crate::deadlines::Deadlines;
use crate::endpoint::Endpoint;
use crate::frames::Frames;
use crate::metrics::count;
use crate::process::Exit;
use crate::queue::Queue;
use crate::recorder::Recorder;
use crate::scheduler;
use crate::slab::Slab;
use crate::thread::{State, Thread};
use crate::trace::Trace;
use veridian_abi::{Error, limits, system_calls};
use veridian_port::{Block, Context, Port, Registers, Resume};

/// Everything that the kernel knows. Whoever has it has the kernel's lock.
pub struct System<'m, P: Port> {
    /// The core that has entered the kernel.
    pub core: &'m Core<'m, P>,
    /// Every core, as many as there are.
    pub cores: [Option<&'m Core<'m, P>>; limits::MAX_CORES as usize],
    /// One thread a component, and behind them those that are made at run time.
    pub threads: &'m [Thread<'m, P>],
    /// The processor and the board.
    pub port: P,
    /// Armed timers.
    pub deadlines: Deadlines<'m, P>,
    /// What components are started from.
    pub origin: Option<Origin<'m, P>>,
    /// Memory that is free.
    pub frames: Option<Frames<'m>>,
    /// Threads that have ended, of which others have still to be told.
    pub(crate) ended: Queue<'m, P>,
    /// Endpoints that nobody serves, of which those who wait there have still to be told.
    pub(crate) orphans: Slab<'m, Endpoint<'m, P>>,
    /// What messages there were, for a debugger.
    pub trace: Trace<'m>,
    /// Every object that there is, for the census.
    pub storage: Storage<'m, P>,
    /// Where used rights are noted, if they are.
    pub(crate) recorder: Option<Recorder<'m>>,
}

impl<'m, P: Port> System<'m, P> {
    /// A system in which nothing runs yet, on one core.
    #[must_use]
    pub fn new(port: P, core: &'m Core<'m, P>, threads: &'m [Thread<'m, P>]) -> Self {
        let mut cores = [None; limits::MAX_CORES as usize];
        let [first, ..] = &mut cores;
        *first = Some(core);
        Self {
            port,
            core,
            cores,
            threads,
            deadlines: Deadlines::default(),
            origin: None,
            frames: None,
            ended: Queue::default(),
            orphans: Slab::default(),
            trace: Trace::default(),
            storage: Storage::default(),
            recorder: None,
        }
    }

    /// Serves a system call that may block or carries a message. The message is in the port's registers.
    pub fn message_call(&mut self, token: u64, word: u64, a: u64, b: u64, c: u64) -> Resume<P::Context> {
        let Some(me) = self.core.current.get() else {
            return self.run_next();
        };
        if self.recorder.is_some() {
            self.record(me, token, word, b, c);
        }
        match word & 0xff {
            system_calls::CALL => self.call(me, token, word, a, c),
            system_calls::REPLY_RECEIVE => self.reply_receive(me, token, word, a, b, c),
            system_calls::RECEIVE => self.receive(me, token, a),
            system_calls::SEND => self.send(me, token, word, a, c),
            system_calls::REPLY => self.reply(me, word, b, c),
            system_calls::WAIT => self.wait(me, token, a),
            system_calls::PROCESS_WAIT => self.process_wait(me, token, a),
            system_calls::SLEEP => self.block(me, State::Sleeping, a),
            system_calls::YIELD_CPU => {
                me.context.registers().set(Registers::default());
                me.slice.set(scheduler::slice(me.priority.get()));
                // It is this core's: no other one has to be told.
                me.state.set(State::Ready);
                self.core.scheduler.push(me);
                self.run_next()
            }
            system_calls::BLOCK_THREAD => self.block_thread(me, token, a),
            system_calls::CENSUS_READ => self.census_read(me, token, a),
            system_calls::KERNEL_METRICS => self.kernel_metrics(me, token, a),
            system_calls::EXIT => {
                self.end(me, Exit::Normal(token as u32));
                self.run_next()
            }
            _ => self.fail(me, Error::BadCall),
        }
    }

    /// From now on every message takes the slow path, where it can be seen.
    pub(crate) fn decline_fast(&self) {
        self.cores.iter().flatten().for_each(|core| core.timers.decline_fast());
    }

    /// Lets a blocked thread go on with a status and nothing else.
    pub(crate) fn wake(&mut self, thread: &'m Thread<'m, P>, status: u64) {
        self.wake_with(thread, Registers { word: status, ..Registers::default() });
    }

    /// Lets a blocked thread go on with these results.
    #[inline(never)]
    pub(crate) fn wake_with(&mut self, thread: &'m Thread<'m, P>, registers: Registers) {
        self.home(thread).timers.cancel(thread);
        thread.context.registers().set(registers);
        if matches!(thread.state.get(), State::Waiting(_) | State::Sleeping | State::AwaitingEnd(_)) {
            thread.boost();
        }
        Self::set_ready(thread);
        let home = self.home(thread);
        home.scheduler.push_woken(thread);
        self.tell_home(home, thread);
    }

    /// Queues a thread behind its equals, on its core.
    pub(crate) fn make_ready(&mut self, thread: &'m Thread<'m, P>) {
        Self::set_ready(thread);
        let home = self.home(thread);
        home.scheduler.push(thread);
        self.tell_home(home, thread);
    }

    /// Says that a thread could run: whatever it waited for is over.
    fn set_ready(thread: &Thread<'m, P>) {
        if thread.server().is_some() {
            thread.counters.slow();
        }
        thread.state.set(State::Ready);
    }

    /// Lets a thread's core know that the thread is ready.
    fn tell_home(&mut self, home: &'m Core<'m, P>, thread: &'m Thread<'m, P>) {
        if !core::ptr::eq(home, self.core) {
            self.poke(home, thread);
        }
    }

    /// Ends the current thread's system call with an error.
    pub(crate) fn fail(&mut self, me: &'m Thread<'m, P>, error: Error) -> Resume<P::Context> {
        self.answer(me, Registers { word: error as u64, ..Registers::default() })
    }

    /// Ends the current thread's system call with these results, unless somebody more urgent is ready.
    #[inline(never)]
    pub(crate) fn answer(&mut self, me: &'m Thread<'m, P>, registers: Registers) -> Resume<P::Context> {
        if self.is_preempted(me) {
            me.context.registers().set(registers);
            return self.preempt(me);
        }
        let own = self.core.block.registers();
        own.set(registers);
        Resume { context: &raw const me.context, registers: own.as_ptr() }
    }

    /// Whether a more urgent thread than this one is ready.
    #[inline]
    pub(crate) fn is_preempted(&self, me: &Thread<'m, P>) -> bool {
        self.core.scheduler.top() < me.level.get()
    }

    /// Puts the running thread back, first of its level, unless it has just ended, and runs the most urgent one.
    fn preempt(&mut self, me: &'m Thread<'m, P>) -> Resume<P::Context> {
        if !me.is_running() {
            return self.run_next();
        }
        me.state.set(State::Ready);
        self.core.scheduler.push_front(me);
        self.run_next()
    }

    /// Runs the most urgent thread, or waits for an interrupt when there is none.
    #[inline(never)]
    pub fn run_next(&mut self) -> Resume<P::Context> {
        let Some(thread) = self.core.scheduler.pop() else {
            self.core.current.set(None);
            self.core.block.leave_space();
            return Resume::IDLE;
        };
        self.go_on_with(thread)
    }

    /// Runs a thread that has become ready: at once, past the queues, where it is of this core and more urgent than
    /// all that are in them.
    pub(crate) fn switch_to(&mut self, thread: &'m Thread<'m, P>) -> Resume<P::Context> {
        if core::ptr::eq(self.home(thread), self.core) && thread.level.get() < self.core.scheduler.top() {
            return self.go_on_with(thread);
        }
        self.make_ready(thread);
        self.run_next()
    }

    #[inline(always)]
    fn go_on_with(&mut self, thread: &'m Thread<'m, P>) -> Resume<P::Context> {
        self.enter(thread);
        resume(thread)
    }

    /// Makes a thread the one that runs, in its address space.
    pub(crate) fn enter(&mut self, thread: &'m Thread<'m, P>) {
        self.core.current.set(Some(thread));
        count(&thread.counters.switches, 1);
        thread.state.set(State::Running);
        self.core.block.switch_space(thread.space.get());
    }

    /// Goes on with an interrupted thread, or with a more urgent one.
    pub fn resume_interrupted(&mut self) -> Resume<P::Context> {
        match self.core.current.get() {
            Some(me) if me.is_running() && !self.is_preempted(me) => {
                Resume { context: &raw const me.context, registers: core::ptr::null() }
            }
            Some(me) if me.is_running() => self.preempt(me),
            _ => self.run_next(),
        }
    }

    /// A simple system call made somebody more urgent ready; the port has the caller's registers.
    pub fn reschedule(&mut self) -> Resume<P::Context> {
        match self.core.current.get() {
            Some(me) => {
                me.context.registers().set(self.core.block.registers().get());
                // Where nobody is more urgent any more, all of its state is in its context nonetheless.
                if self.is_preempted(me) { self.preempt(me) } else { resume(me) }
            }
            None => self.run_next(),
        }
    }

    /// The scheduler's tick: ends waits and time slices.
    pub fn tick(&mut self) -> Resume<P::Context> {
        self.port.ticked();
        let timers = &self.core.timers;
        timers.advance();
        let now = timers.now();
        self.end_waits();
        self.settle();
        if !self.deadlines.is_empty() {
            self.fire();
        }
        self.trace.tick(now);
        let ticks = self.core.current.get().map_or(&self.core.idle_ticks, |me| &me.counters.ticks);
        count(ticks, 1);
        if let Some(me) = self.core.current.get() {
            if me.charge_tick(now) && me.is_running() {
                return self.exhaust(me);
            }
            self.wear_off(me);
            let left = me.slice.get().saturating_sub(1);
            me.slice.set(left);
            if left == 0 {
                me.slice.set(scheduler::slice(me.priority.get()));
                if me.is_running() && self.core.scheduler.top() <= me.level.get() {
                    self.make_ready(me);
                    return self.run_next();
                }
            }
            if me.is_running()
                && let Some(woken) = self.core.scheduler.change_to_woken(me)
            {
                me.state.set(State::Ready);
                return self.go_on_with(woken);
            }
        }
        self.resume_interrupted()
    }

    /// The running thread has used its budget up: it goes on in the next period.
    fn exhaust(&mut self, me: &'m Thread<'m, P>) -> Resume<P::Context> {
        me.state.set(State::Exhausted);
        // Its period may end with this tick, whose waits have ended already.
        let timers = &self.core.timers;
        timers.arm_at(me, me.period_end.get().max(timers.now()) + 1);
        self.run_next()
    }

    /// A thread's wait is over without what it waited for.
    pub(crate) fn end_wait(&mut self, thread: &'m Thread<'m, P>) {
        let status = match thread.state.get() {
            State::Receiving(Endpoint { receivers: queue, .. }) | State::Sending(Endpoint { senders: queue, .. }) => {
                queue.remove(thread);
                Error::TimedOut as u64
            }
            State::Waiting(notification) => {
                notification.waiters.remove(thread);
                Error::TimedOut as u64
            }
            State::AwaitingEnd(process) => {
                process.watchers.remove(thread);
                Error::TimedOut as u64
            }
            State::AwaitingReply(server) | State::AwaitingSlowReply(server) => {
                server.settle_with(thread);
                self.wake(thread, Error::TimedOut as u64);
                return self.refresh(server);
            }
            State::Sleeping => 0,
            // It was interrupted, and goes on there.
            State::Exhausted | State::Blocked => return self.make_ready(thread),
            State::Stopped | State::Unscheduled | State::Ready | State::Running => return,
        };
        self.wake(thread, status);
    }

    /// Blocks the running thread in a state, until woken or for so long.
    #[inline(never)]
    pub(crate) fn block(&mut self, me: &'m Thread<'m, P>, state: State<'m, P>, timeout: u64) -> Resume<P::Context> {
        me.state.set(state);
        self.core.timers.arm(me, timeout);
        self.run_next()
    }
}

/// Goes on with a thread from what its context holds.
fn resume<P: Port>(thread: &Thread<'_, P>) -> Resume<P::Context> {
    let context = &thread.context;
    let registers = if context.interrupted() { core::ptr::null() } else { context.registers().as_ptr() };
    Resume { context: &raw const *context, registers }
}

#[cfg(test)]
pub(crate) mod tests;
