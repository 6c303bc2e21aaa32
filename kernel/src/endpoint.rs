//! Endpoints: call, reply, send and receive.
//!
//! `call` and `reply_receive` first try the fast path: the other side is ready, nobody waits by time,
//! no capability travels. Then the message stays in the port's registers and the processor goes
//! straight to the other side. Everything else takes the slow path below, with the same checks.

use crate::arena::Id;
use crate::message;
use crate::notification::Notification;
use crate::queue::Queue;
use crate::scheduler;
use crate::system::System;
use crate::thread::{Outgoing, State, ThreadId};
use veridian_abi::{Error, Kind, limits, rights};
use veridian_port::{Context, Port, Registers, Resume};

/// A place where messages meet. At most one of the two queues has threads.
#[derive(Clone, Copy, Debug, Default)]
pub struct Endpoint {
    /// Threads that wait to be rid of a message.
    pub senders: Queue,
    /// Threads that wait for a message.
    pub receivers: Queue,
    /// A notification whose bits are delivered to receivers as well.
    pub notification: Option<Id<Notification>>,
}

impl<P: Port> System<'_, P> {
    /// `call`: sends a message and waits for the reply.
    #[inline]
    pub(crate) fn call(
        &mut self,
        me: ThreadId,
        token: u64,
        word: u64,
        timeout: u64,
        capability: u64,
    ) -> Resume<P::Context> {
        let entry = match self.capabilities.validate(me.index(), token, Kind::Endpoint, rights::endpoint::CALL) {
            Ok(entry) => entry,
            Err(error) => return self.fail(me, error),
        };
        let (granted, badge) = (entry.rights(), entry.badge());
        let Some(endpoint) = self.endpoints.id(entry.object()) else {
            return self.fail(me, Error::BadToken);
        };
        let receiver = self.endpoints[endpoint].receivers.first();
        if let Some(server) = receiver
            && capability == 0
            && timeout == limits::FOREVER
            && message::fits(word)
            && self.threads[server].deadline == 0
        {
            self.endpoints[endpoint].receivers.pop(&mut self.threads);
            let caller = &mut self.threads[me];
            caller.state = State::AwaitingReply(server);
            let effective = caller.effective;
            let reply = self.next_reply_token(me);
            let thread = &mut self.threads[server];
            // The server works for its caller now, and is as urgent.
            thread.effective = thread.effective.min(effective);
            self.enter(server);
            let registers = self.port.registers();
            registers.token = u64::from(badge);
            registers.word = message::received(word, granted, limits::ORIGIN_CALL);
            registers.a = 0;
            registers.b = reply;
            registers.c = 0;
            return self.resume_with_port_registers(server);
        }
        let outgoing = Outgoing { badge, rights: granted, origin: limits::ORIGIN_CALL as u8 };
        self.transmit(me, endpoint, outgoing, word, timeout, capability)
    }

    /// `reply_receive`: answers one call and waits for the next message.
    #[inline]
    pub(crate) fn reply_receive(
        &mut self,
        me: ThreadId,
        token: u64,
        word: u64,
        timeout: u64,
        reply: u64,
        capability: u64,
    ) -> Resume<P::Context> {
        let entry = match self.capabilities.validate(me.index(), token, Kind::Endpoint, rights::endpoint::RECEIVE) {
            Ok(entry) => entry,
            Err(error) => return self.fail(me, error),
        };
        let may_delegate = entry.rights() & rights::endpoint::DELEGATE != 0;
        let Some(endpoint) = self.endpoints.id(entry.object()) else {
            return self.fail(me, Error::BadToken);
        };
        if capability == 0
            && timeout == limits::FOREVER
            && message::fits(word)
            && let Some(caller) = self.threads.id(reply as u32)
        {
            let thread = &self.threads[caller];
            let place = &self.endpoints[endpoint];
            if thread.state == State::AwaitingReply(me)
                && thread.reply_seal() == reply >> 32
                && thread.deadline == 0
                && thread.fault.is_none()
                && place.senders.first().is_none()
                && place.notification.is_none_or(|notification| self.notifications[notification].bits == 0)
                && self.scheduler.top() >= scheduler::level(thread.effective)
            {
                let server = &mut self.threads[me];
                server.state = State::Receiving(endpoint);
                server.effective = server.priority;
                server.may_delegate = may_delegate;
                self.endpoints[endpoint].receivers.push(&mut self.threads, me);
                self.enter(caller);
                let registers = self.port.registers();
                registers.token = 0;
                registers.word = message::replied(word);
                registers.a = 0;
                registers.b = 0;
                registers.c = 0;
                return self.resume_with_port_registers(caller);
            }
        }
        self.reply_receive_slow(me, endpoint, may_delegate, word, timeout, reply, capability)
    }

    #[expect(clippy::too_many_arguments, reason = "the registers of one system call")]
    #[inline(never)]
    fn reply_receive_slow(
        &mut self,
        me: ThreadId,
        endpoint: Id<Endpoint>,
        may_delegate: bool,
        word: u64,
        timeout: u64,
        reply: u64,
        capability: u64,
    ) -> Resume<P::Context> {
        if reply != 0 {
            // The capability passed with a reply is judged by what the server receives with now.
            self.threads[me].may_delegate = may_delegate;
            if let Err(error) = self.answer_call(me, word, reply, capability) {
                return self.fail(me, error);
            }
        }
        self.receive_at(me, endpoint, may_delegate, timeout)
    }

    /// `receive`: waits for a message.
    pub(crate) fn receive(&mut self, me: ThreadId, token: u64, timeout: u64) -> Resume<P::Context> {
        let entry = match self.capabilities.validate(me.index(), token, Kind::Endpoint, rights::endpoint::RECEIVE) {
            Ok(entry) => entry,
            Err(error) => return self.fail(me, error),
        };
        let may_delegate = entry.rights() & rights::endpoint::DELEGATE != 0;
        match self.endpoints.id(entry.object()) {
            Some(endpoint) => self.receive_at(me, endpoint, may_delegate, timeout),
            None => self.fail(me, Error::BadToken),
        }
    }

    fn receive_at(
        &mut self,
        me: ThreadId,
        endpoint: Id<Endpoint>,
        may_delegate: bool,
        timeout: u64,
    ) -> Resume<P::Context> {
        self.threads[me].may_delegate = may_delegate;
        if let Some(notification) = self.endpoints[endpoint].notification {
            let bits = core::mem::take(&mut self.notifications[notification].bits);
            if bits != 0 {
                return self.answer(me, notification_message(bits));
            }
        }
        while let Some(sender) = self.endpoints[endpoint].senders.pop(&mut self.threads) {
            match self.take_message(sender, me) {
                Ok(registers) => return self.answer(me, registers),
                Err(error) => self.wake(sender, error as u64),
            }
        }
        if Self::polls(timeout) {
            return self.fail(me, Error::TimedOut);
        }
        self.endpoints[endpoint].receivers.push(&mut self.threads, me);
        let thread = &mut self.threads[me];
        thread.effective = thread.priority;
        self.block(me, State::Receiving(endpoint), timeout)
    }

    /// `send`: waits until somebody has the message.
    pub(crate) fn send(
        &mut self,
        me: ThreadId,
        token: u64,
        word: u64,
        timeout: u64,
        capability: u64,
    ) -> Resume<P::Context> {
        let entry = match self.capabilities.validate(me.index(), token, Kind::Endpoint, rights::endpoint::SEND) {
            Ok(entry) => entry,
            Err(error) => return self.fail(me, error),
        };
        let outgoing = Outgoing { badge: entry.badge(), rights: entry.rights(), origin: limits::ORIGIN_SEND as u8 };
        match self.endpoints.id(entry.object()) {
            Some(endpoint) => self.transmit(me, endpoint, outgoing, word, timeout, capability),
            None => self.fail(me, Error::BadToken),
        }
    }

    /// `reply`: answers one call.
    pub(crate) fn reply(&mut self, me: ThreadId, word: u64, reply: u64, capability: u64) -> Resume<P::Context> {
        match self.answer_call(me, word, reply, capability) {
            Ok(()) => self.answer(me, Registers::default()),
            Err(error) => self.fail(me, error),
        }
    }

    #[inline(never)]
    fn transmit(
        &mut self,
        me: ThreadId,
        endpoint: Id<Endpoint>,
        outgoing: Outgoing,
        word: u64,
        timeout: u64,
        capability: u64,
    ) -> Resume<P::Context> {
        if !message::fits(word) {
            return self.fail(me, Error::BadArgument);
        }
        if capability != 0 {
            if outgoing.rights & rights::endpoint::DELEGATE == 0 {
                return self.fail(me, Error::MissingRight);
            }
            if let Err(error) = self.capabilities.lookup(me.index(), capability) {
                return self.fail(me, error);
            }
        }
        let message = self.port.registers().message;
        self.save(me, Registers { message, word, c: capability, ..Registers::default() });
        self.threads[me].outgoing = outgoing;
        let calls = u64::from(outgoing.origin) == limits::ORIGIN_CALL;
        let Some(receiver) = self.endpoints[endpoint].receivers.pop(&mut self.threads) else {
            if Self::polls(timeout) {
                return self.fail(me, Error::TimedOut);
            }
            self.endpoints[endpoint].senders.push(&mut self.threads, me);
            return self.block(me, State::Sending(endpoint), timeout);
        };
        match self.take_message(me, receiver) {
            Ok(registers) => self.wake_with(receiver, registers),
            Err(error) => {
                self.endpoints[endpoint].receivers.push_front(&mut self.threads, receiver);
                return self.fail(me, error);
            }
        }
        if calls {
            self.timers.arm(&mut self.threads, me, timeout);
            self.run_next()
        } else {
            self.answer(me, Registers::default())
        }
    }

    /// Takes what a sender left in its context, for `receiver`: what it gets in its registers. The
    /// sender then waits for the reply, or goes on. On an error the sender is to be told; nothing has
    /// changed.
    pub(crate) fn take_message(&mut self, sender: ThreadId, receiver: ThreadId) -> Result<Registers, Error> {
        let Outgoing { badge, rights, origin } = self.threads[sender].outgoing;
        let mut registers = if let Some(fault) = self.threads[sender].fault {
            let mut words = [0; 8];
            for (word, value) in words.iter_mut().zip([fault.kind as u64, fault.address, fault.instruction, fault.code])
            {
                *word = value;
            }
            Registers { message: words, word: 32 << 8, ..Registers::default() }
        } else {
            *self.threads[sender].context.registers()
        };
        if registers.c != 0 {
            let parent = self.capabilities.lookup(sender.index(), registers.c)?;
            let rights = self.capabilities.entry(parent).rights();
            registers.c = self.capabilities.derive(parent, receiver.index(), rights)?;
        }
        registers.token = u64::from(badge);
        registers.word = message::received(registers.word, rights, u64::from(origin));
        if u64::from(origin) == limits::ORIGIN_SEND {
            if self.current == Some(sender) {
                return Ok(registers);
            }
            self.wake(sender, 0);
        } else {
            self.threads[sender].state = State::AwaitingReply(receiver);
            registers.b = self.next_reply_token(sender);
            let urgency = self.threads[sender].effective;
            let thread = &mut self.threads[receiver];
            thread.effective = thread.effective.min(urgency);
        }
        Ok(registers)
    }

    /// Gives a reply to whoever waits for it, and makes it ready.
    fn answer_call(&mut self, me: ThreadId, word: u64, reply: u64, capability: u64) -> Result<(), Error> {
        let caller = self.threads.id(reply as u32).ok_or(Error::BadReply)?;
        let thread = &self.threads[caller];
        if thread.state != State::AwaitingReply(me) || thread.reply_seal() != reply >> 32 {
            return Err(Error::BadReply);
        }
        if !message::fits(word) {
            return Err(Error::BadArgument);
        }
        let mut c = 0;
        if capability != 0 {
            if !self.threads[me].may_delegate {
                return Err(Error::MissingRight);
            }
            let parent = self.capabilities.lookup(me.index(), capability)?;
            let rights = self.capabilities.entry(parent).rights();
            c = self.capabilities.derive(parent, caller.index(), rights)?;
        }
        let server = &mut self.threads[me];
        server.effective = server.priority;
        if self.threads[caller].fault.take().is_some() {
            if message::label(word) == limits::FAULT_REPLY_RESUME {
                self.make_ready(caller);
            } else {
                self.stop(caller);
            }
            return Ok(());
        }
        let message = self.port.registers().message;
        self.wake_with(caller, Registers { message, word: message::replied(word), c, ..Registers::default() });
        Ok(())
    }

    /// Numbers a new call of this thread. Returns the token that answers it.
    #[inline]
    fn next_reply_token(&mut self, id: ThreadId) -> u64 {
        let thread = &mut self.threads[id];
        thread.sequence = thread.sequence.wrapping_add(1);
        thread.reply_token(id)
    }

    /// Hands a notification's bits to a receiver of the endpoint that it is bound to, if one waits.
    pub(crate) fn deliver_bits(&mut self, endpoint: Id<Endpoint>, bits: u64) -> bool {
        let Some(receiver) = self.endpoints[endpoint].receivers.pop(&mut self.threads) else {
            return false;
        };
        self.wake_with(receiver, notification_message(bits));
        true
    }
}

fn notification_message(bits: u64) -> Registers {
    let mut message = [0; 8];
    message[0] = bits;
    Registers { message, word: 8 << 8 | limits::ORIGIN_NOTIFICATION << 48, ..Registers::default() }
}
