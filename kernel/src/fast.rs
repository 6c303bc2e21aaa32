//! The fast path: a call to a server that waits, and a reply to a caller that waits.
//!
//! The message does not move at all: it is in registers that this code leaves alone. Whatever is out of
//! the ordinary (a wait that ends by time, a capability that travels, somebody more urgent, a refusal of
//! any kind) is left to the slow path in `endpoint.rs`, which checks everything again: here, nothing has
//! changed before the last check has passed.

use crate::message;
use crate::system::System;
use crate::thread::{State, Thread};
use veridian_abi::{limits, rights, system_calls};
use veridian_port::{Port, Resume};

impl<'m, P: Port> System<'m, P> {
    /// Tries the fast path. No context in what it returns: it declined.
    #[inline(always)]
    pub fn fast_call(
        &mut self,
        token: u64,
        word: u64,
        timeout: u64,
        reply: u64,
        capability: u64,
    ) -> Resume<P::Context> {
        // One branch for both: the timeout is all ones and there is no capability.
        if !timeout | capability != 0 || !message::fits(word) {
            return Resume::IDLE;
        }
        let thread = match word & 0xff {
            system_calls::CALL => self.fast_send(token, word),
            system_calls::REPLY_RECEIVE => self.fast_reply(token, word, reply),
            _ => None,
        };
        match thread {
            Some(thread) => {
                self.current = Some(thread);
                thread.state.set(State::Running);
                self.port.switch_space(thread.space.get());
                Resume { context: &raw const thread.context, registers: core::ptr::null() }
            }
            None => Resume::IDLE,
        }
    }

    #[inline(always)]
    fn fast_send(&mut self, token: u64, word: u64) -> Option<&'m Thread<'m, P>> {
        let me = self.current?;
        let (entry, endpoint) = me.table.endpoint(token, rights::endpoint::CALL)?;
        let server = endpoint.receivers.first()?;
        if server.deadline.get() != 0 {
            return None;
        }
        endpoint.receivers.pop();
        me.state.set(State::AwaitingReply(server));
        server.inherit(me);
        let registers = self.port.registers();
        registers.token = u64::from(entry.badge());
        registers.word = message::received(word, (token >> 48) as u16, limits::ORIGIN_CALL);
        registers.b = me.next_reply_token();
        Some(server)
    }

    #[inline(always)]
    fn fast_reply(&mut self, token: u64, word: u64, reply: u64) -> Option<&'m Thread<'m, P>> {
        let me = self.current?;
        let (_, endpoint) = me.table.endpoint(token, rights::endpoint::RECEIVE)?;
        let caller = self.threads.get(reply as u32 as usize)?;
        if !caller.awaits(me)
            || caller.reply_seal() != reply >> 32
            || endpoint.senders.first().is_some()
            || endpoint.notification.get().is_some_and(|notification| notification.bits.get() != 0)
            || self.scheduler.top() < caller.level.get()
        {
            return None;
        }
        me.state.set(State::Receiving(endpoint));
        me.disinherit();
        me.may_delegate.set(token >> 48 & u64::from(rights::endpoint::DELEGATE) != 0);
        endpoint.receivers.push(me);
        let registers = self.port.registers();
        registers.token = 0;
        registers.word = message::replied(word);
        registers.b = 0;
        Some(caller)
    }
}
