//! Faults: a component that cannot go on becomes a message to its supervisor, which decides.

use crate::endpoint::Endpoint;
use crate::message;
use crate::metrics::count;
use crate::process::Exit;
use crate::system::System;
use crate::thread::{Outgoing, State, Thread};
use veridian_abi::limits;
use veridian_port::{Context, Fault, Port, Registers, Resume};

impl<'m, P: Port> System<'m, P> {
    /// The running thread faulted; its context is complete. It waits, as in a call, for its supervisor's
    /// reply: `FAULT_REPLY_RESUME` lets it try again, any other label ends it. Without a supervisor it
    /// ends now.
    pub fn fault(&mut self, fault: &Fault) -> Resume<P::Context> {
        let Some(me) = self.core.current.get() else {
            return self.run_next();
        };
        if self.recorder.is_some() && self.touch(me, fault) {
            return self.resume_interrupted();
        }
        count(&me.counters.faults, 1);
        let Some(endpoint) = me.supervisor.get().filter(|endpoint| endpoint.servers.get() != 0) else {
            self.end(me, Exit::Crash(fault.kind));
            return self.run_next();
        };
        me.fault.set(Some(*fault));
        self.trace_sent(me);
        let origin = limits::ORIGIN_FAULT;
        let Some(receiver) = endpoint.receivers.pop() else {
            me.outgoing.set(Outgoing { badge: me.fault_badge.get(), rights: 0, origin: origin as u8 });
            me.state.set(State::Sending(endpoint));
            endpoint.senders.insert(me);
            return self.run_next();
        };
        // As for any message that a receiver waits for, but that nothing of it can be refused.
        let sent = message(fault);
        let registers = Registers {
            token: u64::from(me.fault_badge.get()),
            word: message::received(sent.word, 0, origin),
            b: me.next_reply_token(),
            ..sent
        };
        self.trace_message(me, receiver, &registers);
        me.counters.slow();
        receiver.owe(me, false);
        self.home(receiver).timers.cancel(receiver);
        receiver.context.registers().set(registers);
        self.switch_to(receiver)
    }

    /// The thread whose fault a supervisor has dealt with, where it then waits, for ever, at an endpoint at which
    /// nothing does: both are as they must be for the thread to go on. `None`, and nothing has changed, where
    /// anything else is the case.
    pub(crate) fn resumed(
        &self,
        me: &'m Thread<'m, P>,
        endpoint: &'m Endpoint<'m, P>,
        word: u64,
        timeout: u64,
        reply: u64,
        capability: u64,
    ) -> Option<&'m Thread<'m, P>> {
        let thread = Thread::of_reply(self.threads, reply)?;
        let resumes = thread.fault.get().is_some()
            && !self.trace.is_on()
            && thread.server().is_some_and(|server| core::ptr::eq(server, me))
            && message::label(word) == limits::FAULT_REPLY_RESUME
            && message::fits(word)
            && capability == 0
            && timeout == limits::FOREVER
            && endpoint.senders.first().is_none()
            && endpoint.notification.get().is_none_or(|notification| notification.bits.get() == 0);
        if !resumes {
            return None;
        }
        thread.fault.set(None);
        thread.counters.slow();
        me.settle_with(thread);
        me.serve_at(endpoint);
        endpoint.receivers.push(me);
        me.level.set(me.reckon());
        me.state.set(State::Receiving(endpoint));
        Some(thread)
    }
}

/// What a supervisor is told of a fault.
pub(crate) fn message(fault: &Fault) -> Registers {
    let message = [fault.kind as u64, fault.address, fault.instruction, fault.code, 0, 0, 0, 0];
    Registers { message, word: 32 << 8, ..Registers::default() }
}
