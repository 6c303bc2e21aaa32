//! Faults: a component that cannot go on becomes a message to its supervisor, which decides.

use crate::process::Exit;
use crate::system::System;
use crate::thread::{Outgoing, State};
use veridian_abi::limits;
use veridian_port::{Fault, Port, Resume};

impl<P: Port> System<'_, P> {
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
        let Some(endpoint) = me.supervisor.get().filter(|endpoint| endpoint.servers.get() != 0) else {
            self.end(me, Exit::Crash(fault.kind));
            return self.run_next();
        };
        me.fault.set(Some(*fault));
        self.trace_sent(me);
        me.outgoing.set(Outgoing { badge: me.fault_badge.get(), rights: 0, origin: limits::ORIGIN_FAULT as u8 });
        match endpoint.receivers.pop() {
            Some(receiver) => match self.take_message(me, receiver) {
                Ok(registers) => self.wake_with(receiver, registers),
                Err(_) => self.end(me, Exit::Crash(fault.kind)),
            },
            None => {
                me.state.set(State::Sending(endpoint));
                endpoint.senders.push(me);
            }
        }
        self.run_next()
    }
}
