//! The fast path: a call to a server that waits, and a reply to a caller that waits.
//!
//! The message does not move at all: it is in registers that this code leaves alone. Whatever is out of
//! the ordinary (a wait that ends by time, another core, a capability that travels, somebody more urgent, a refusal of
//! any kind) is left to the slow path in `endpoint.rs`, which checks everything again: here, nothing has
//! changed before the last check has passed.

use crate::cores::Core;
use crate::message;
use crate::thread::{State, Thread};
use veridian_abi::{limits, rights};
use veridian_port::{Block, Port, Resume};

impl<'m, P: Port> Core<'m, P> {
    /// `call` to a server that waits. No context in what it returns: it declined.
    #[inline(always)]
    pub fn fast_call(&'m self, token: u64, word: u64, timeout: u64, capability: u64) -> Resume<P::Context> {
        let server = if plain(timeout, capability) { self.fast_send(token, word) } else { None };
        self.go_on(server)
    }

    /// `reply_receive` to a caller that waits. No context in what it returns: it declined.
    #[inline(always)]
    pub fn fast_reply_receive(
        &'m self,
        token: u64,
        word: u64,
        timeout: u64,
        reply: u64,
        capability: u64,
    ) -> Resume<P::Context> {
        let caller = if plain(timeout, capability) { self.fast_reply(token, word, reply) } else { None };
        self.go_on(caller)
    }

    #[inline(always)]
    fn go_on(&'m self, thread: Option<&'m Thread<'m, P>>) -> Resume<P::Context> {
        let Some(thread) = thread else {
            return Resume::IDLE;
        };
        self.current.set(Some(thread));
        thread.state.set(State::Running);
        self.block.switch_space(thread.space.get());
        Resume { context: &raw const thread.context, registers: core::ptr::null() }
    }

    #[inline(always)]
    fn fast_send(&'m self, token: u64, word: u64) -> Option<&'m Thread<'m, P>> {
        let me = self.current.get()?;
        let (entry, endpoint) = me.table.endpoint(token, rights::endpoint::CALL)?;
        let server = endpoint.receivers.first()?;
        if !server.near.get().is_some_and(|near| core::ptr::eq(near, self)) || !message::fits(word) {
            return None;
        }
        endpoint.receivers.pop();
        me.state.set(State::AwaitingReply(server));
        server.inherit(me);
        server.caller.set(Some(me));
        let registers = self.block.registers();
        registers.token.set(u64::from(entry.badge()));
        registers.word.set(message::received(word, (token >> 48) as u16, limits::ORIGIN_CALL));
        registers.b.set(me.next_reply_token());
        Some(server)
    }

    #[inline(always)]
    fn fast_reply(&'m self, token: u64, word: u64, reply: u64) -> Option<&'m Thread<'m, P>> {
        let me = self.current.get()?;
        let (_, endpoint) = me.table.endpoint(token, rights::endpoint::RECEIVE)?;
        let caller = Thread::of_reply(self.threads.get(), reply)?;
        if !matches!(caller.state.get(), State::AwaitingReply(server) if core::ptr::eq(server, me))
            || !message::fits(word)
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
        self.block.registers().word.set(message::replied(word));
        Some(caller)
    }
}

/// Whether the wait is for ever and no capability travels. One branch for both: the timeout is all ones
/// and the capability zero.
#[inline(always)]
fn plain(timeout: u64, capability: u64) -> bool {
    !timeout | capability == 0
}
