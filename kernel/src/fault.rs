//! Faults: a component that cannot go on becomes a message to its supervisor, which decides.

use crate::system::System;
use crate::thread::{Outgoing, State};
use veridian_abi::limits;
use veridian_port::{Fault, Port, Resume};

impl<P: Port> System<'_, P> {
    /// The running thread faulted; its context is complete. It waits, as in a call, for its supervisor's
    /// reply: `FAULT_REPLY_RESUME` lets it try again, any other label ends it. Without a supervisor it
    /// ends now.
    pub fn fault(&mut self, fault: &Fault) -> Resume<P::Context> {
        let Some(me) = self.current else {
            return self.run_next();
        };
        let Some(endpoint) = self.threads[me].supervisor else {
            self.stop(me);
            return self.run_next();
        };
        let thread = &mut self.threads[me];
        thread.fault = Some(*fault);
        thread.outgoing = Outgoing { badge: thread.fault_badge, rights: 0, origin: limits::ORIGIN_FAULT as u8 };
        match self.endpoints[endpoint].receivers.pop(&mut self.threads) {
            Some(receiver) => match self.take_message(me, receiver) {
                Ok(registers) => self.wake_with(receiver, registers),
                Err(_) => self.stop(me),
            },
            None => {
                self.threads[me].state = State::Sending(endpoint);
                self.endpoints[endpoint].senders.push(&mut self.threads, me);
            }
        }
        self.run_next()
    }
}
