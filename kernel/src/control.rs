//! Threads in the hands of others: where one begins, how urgent it is, whether it runs at all.
//!
//! A thread that is unscheduled is off the processor until somebody schedules it, and waits for nothing. One
//! that is blocked goes on where it was, when it is woken or when its time has come.

use crate::capability::Object;
use crate::process::{Exit, find};
use crate::system::System;
use crate::thread::{State, Thread};
use veridian_abi::{Error, limits, rights};
use veridian_port::{Context, Port, Registers, Resume, UserAddress};

impl<'m, P: Port> System<'m, P> {
    /// `start_thread`: says where a thread made at run time begins.
    pub(crate) fn start_thread(
        &mut self,
        me: &Thread<'m, P>,
        token: u64,
        entry: u64,
        stack: u64,
        argument: u64,
    ) -> Result<u64, Error> {
        let thread = find(me, token, rights::process::RESTART)?;
        let end = self.port.user_end().0;
        let stopped = matches!(thread.state.get(), State::Stopped);
        if thread.pool.get().is_none() || !stopped || entry >= end || stack > end || !stack.is_multiple_of(16) {
            return Err(Error::BadArgument);
        }
        if thread.table.entries().is_empty() || thread.maker.get().is_some_and(|maker| self.is_over(maker)) {
            return Err(Error::PeerGone);
        }
        if thread.exit.get() != Exit::None && !self.finish(thread) {
            return Err(Error::Unfinished);
        }
        if thread.exit.replace(Exit::None) != Exit::None {
            thread.table.begin();
        }
        thread.set_priority(thread.priority.get());
        thread.context.start(UserAddress(entry), UserAddress(stack), argument);
        thread.state.set(State::Unscheduled);
        Ok(0)
    }

    /// `schedule_thread`: gives a thread a priority, and lets it run.
    pub(crate) fn schedule_thread(&mut self, me: &Thread<'m, P>, token: u64, priority: u64) -> Result<u64, Error> {
        let thread = find(me, token, rights::process::SCHEDULE)?;
        let priority = u8::try_from(priority).map_err(|_| Error::BadArgument)?;
        // Who has a budget must not get around it with a thread that has none.
        let budgeted = me.budget.get() != 0 && u64::from(priority) <= limits::REALTIME_LAST;
        if u64::from(priority) > limits::BATCH_LAST || priority < me.priority.get() || budgeted || !begun(thread) {
            return Err(Error::BadArgument);
        }
        let ready = matches!(thread.state.get(), State::Ready);
        if ready {
            self.home(thread).scheduler.remove(thread);
        }
        // Whoever it works for still lends it its own.
        let lent = if thread.level.get() < thread.own_level.get() { thread.level.get() } else { u8::MAX };
        thread.set_priority(priority);
        thread.level.set(thread.level.get().min(lent));
        match thread.state.get() {
            State::Ready | State::Unscheduled => self.make_ready(thread),
            // Somebody else may be more urgent there now.
            State::Running => self.port.interrupt_core(self.home(thread).index),
            _ => {}
        }
        Ok(0)
    }

    /// `unschedule_thread`: takes a thread off the processor.
    pub(crate) fn unschedule_thread(&mut self, me: &Thread<'m, P>, token: u64) -> Result<u64, Error> {
        let thread = find(me, token, rights::process::SCHEDULE)?;
        if !begun(thread) {
            return Err(Error::BadArgument);
        }
        self.leave_queues(thread);
        if waits(thread) {
            thread.context.registers().set(interrupted());
        }
        thread.state.set(State::Unscheduled);
        Ok(0)
    }

    /// `block_thread`: blocks a thread that could run, or the caller.
    pub(crate) fn block_thread(&mut self, me: &'m Thread<'m, P>, token: u64, timeout: u64) -> Resume<P::Context> {
        let found = me.table.lookup(token).and_then(|entry| match entry.object() {
            Object::Process(thread) => entry.require(rights::process::BLOCK).map(|()| thread),
            _ => Err(Error::WrongKind),
        });
        let thread = match found {
            Ok(thread) => thread,
            Err(error) => return self.fail(me, error),
        };
        if core::ptr::eq(thread, me) {
            me.context.registers().set(Registers::default());
            return self.block(me, State::Blocked, timeout);
        }
        if !matches!(thread.state.get(), State::Ready | State::Running) {
            return self.fail(me, Error::BadArgument);
        }
        self.leave_queues(thread);
        thread.state.set(State::Blocked);
        self.home(thread).timers.arm(thread, timeout);
        self.answer(me, Registers::default())
    }

    /// `wake_thread`: lets a thread go on that is blocked, or ends what it waits for.
    pub(crate) fn wake_thread(&mut self, me: &Thread<'m, P>, token: u64) -> Result<u64, Error> {
        let thread = find(me, token, rights::process::BLOCK)?;
        let waits = waits(thread);
        if !begun(thread) || !waits && !matches!(thread.state.get(), State::Blocked) {
            return Err(Error::BadArgument);
        }
        self.leave_queues(thread);
        if waits {
            thread.context.registers().set(interrupted());
        }
        self.make_ready(thread);
        Ok(0)
    }
}

/// Whether a thread was told where to begin, and no supervisor has to decide on a fault of it.
fn begun<P: Port>(thread: &Thread<'_, P>) -> bool {
    !matches!(thread.state.get(), State::Stopped) && thread.fault.get().is_none()
}

/// Whether it is in a system call that waits for something.
fn waits<P: Port>(thread: &Thread<'_, P>) -> bool {
    !matches!(
        thread.state.get(),
        State::Stopped | State::Ready | State::Running | State::Exhausted | State::Blocked | State::Unscheduled
    )
}

fn interrupted() -> Registers {
    Registers { word: Error::Interrupted as u64, ..Registers::default() }
}

#[cfg(test)]
mod tests;
