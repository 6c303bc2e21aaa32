//! Endpoints: call, reply, send and receive, whatever the circumstances. See `fast.rs` for the common case.

use crate::capability::{Entry, Object};
use crate::fault;
use crate::memory::Pool;
use crate::message;
use crate::metrics::count;
use crate::notification::Notification;
use crate::process::Exit;
use crate::queue::Queue;
use crate::slab::Slabbed;
use crate::system::System;
use crate::thread::{Outgoing, State, Thread};
use core::cell::Cell;
use veridian_abi::{Error, limits, rights};
use veridian_port::{Block, Context, PhysicalAddress, Port, Registers, Resume};

/// A place where messages meet. At most one of the two queues has threads.
pub struct Endpoint<'m, P: Port> {
    /// Threads that wait for a message.
    pub receivers: Queue<'m, P>,
    /// Threads that wait to be rid of a message, the most urgent first.
    pub senders: Queue<'m, P>,
    /// A notification whose bits are delivered to receivers as well.
    pub notification: Cell<Option<&'m Notification<'m, P>>>,
    /// Capabilities of living components that let their holder receive.
    pub servers: Cell<u32>,
    /// The thread that received here last, and in which of its lives.
    server: Cell<Option<(&'m Thread<'m, P>, u64)>>,
    /// What it was made of; none for those of the boot table.
    pub pool: Cell<Option<&'m Pool<'m, P>>>,
    /// Whether it is among those that nobody serves, and where those who wait have still to be told.
    pub(crate) orphaned: Cell<bool>,
    next_free: Cell<Option<&'m Endpoint<'m, P>>>,
}

impl<'m, P: Port> Slabbed<'m> for Endpoint<'m, P> {
    fn next_free(&self) -> &Cell<Option<&'m Self>> {
        &self.next_free
    }
}

impl<'m, P: Port> Endpoint<'m, P> {
    /// The thread that received here last: who will take what waits. None where it has ended since.
    #[must_use]
    pub fn server(&self) -> Option<&'m Thread<'m, P>> {
        self.server.get().filter(|(thread, life)| thread.life.get() == *life).map(|(thread, _)| thread)
    }

    /// Notes that a thread receives here now, or that nobody does.
    pub fn set_server(&self, thread: Option<&'m Thread<'m, P>>) {
        self.server.set(thread.map(|thread| (thread, thread.life.get())));
    }

    /// One capability that lets its holder receive is gone. Returns whether it was the last.
    pub fn lose_server(&self) -> bool {
        let left = self.servers.get().saturating_sub(1);
        self.servers.set(left);
        left == 0
    }
}

impl<P: Port> Default for Endpoint<'_, P> {
    fn default() -> Self {
        Self {
            receivers: Queue::default(),
            senders: Queue::default(),
            notification: Cell::new(None),
            servers: Cell::new(0),
            server: Cell::new(None),
            pool: Cell::new(None),
            orphaned: Cell::new(false),
            next_free: Cell::new(None),
        }
    }
}

/// A capability to an endpoint, found by its token.
type Found<'m, P> = (&'m Entry<'m, P>, &'m Endpoint<'m, P>);

/// The endpoint that a token names, or why the call is refused.
fn find<'m, P: Port>(me: &Thread<'m, P>, token: u64, rights: u16) -> Result<Found<'m, P>, Error> {
    let entry = me.table.lookup(token)?;
    let Object::Endpoint(endpoint) = entry.object() else {
        return Err(Error::WrongKind);
    };
    entry.require(rights)?;
    Ok((entry, endpoint))
}

impl<'m, P: Port> System<'m, P> {
    /// `call`: sends a message and waits for the reply.
    pub(crate) fn call(
        &mut self,
        me: &'m Thread<'m, P>,
        token: u64,
        word: u64,
        timeout: u64,
        capability: u64,
    ) -> Resume<P::Context> {
        match find(me, token, rights::endpoint::CALL) {
            Ok(found) => self.transmit(me, found, limits::ORIGIN_CALL, word, timeout, capability),
            Err(error) => self.fail(me, error),
        }
    }

    /// `send`: waits until somebody has the message.
    pub(crate) fn send(
        &mut self,
        me: &'m Thread<'m, P>,
        token: u64,
        word: u64,
        timeout: u64,
        capability: u64,
    ) -> Resume<P::Context> {
        match find(me, token, rights::endpoint::SEND) {
            Ok(found) => self.transmit(me, found, limits::ORIGIN_SEND, word, timeout, capability),
            Err(error) => self.fail(me, error),
        }
    }

    /// `receive`: waits for a message.
    pub(crate) fn receive(&mut self, me: &'m Thread<'m, P>, token: u64, timeout: u64) -> Resume<P::Context> {
        match find(me, token, rights::endpoint::RECEIVE) {
            Ok(found) => self.receive_at(me, found, timeout),
            Err(error) => self.fail(me, error),
        }
    }

    /// `reply_receive`: answers one call and waits for the next message.
    pub(crate) fn reply_receive(
        &mut self,
        me: &'m Thread<'m, P>,
        token: u64,
        word: u64,
        timeout: u64,
        reply: u64,
        capability: u64,
    ) -> Resume<P::Context> {
        let found = match find(me, token, rights::endpoint::RECEIVE) {
            Ok(found) => found,
            Err(error) => return self.fail(me, error),
        };
        if let Some(faulted) = self.resumed(me, found.1, word, timeout, reply, capability) {
            me.may_delegate.set(found.0.require(rights::endpoint::DELEGATE).is_ok());
            return self.switch_to(faulted);
        }
        if reply != 0
            && let Err(error) = self.answer_call(me, word, reply, capability)
        {
            return self.fail(me, error);
        }
        self.receive_at(me, found, timeout)
    }

    /// `reply`: answers one call.
    pub(crate) fn reply(
        &mut self,
        me: &'m Thread<'m, P>,
        word: u64,
        reply: u64,
        capability: u64,
    ) -> Resume<P::Context> {
        match self.answer_call(me, word, reply, capability) {
            Ok(()) => self.answer(me, Registers::default()),
            Err(error) => self.fail(me, error),
        }
    }

    fn receive_at(&mut self, me: &'m Thread<'m, P>, found: Found<'m, P>, timeout: u64) -> Resume<P::Context> {
        let (entry, endpoint) = found;
        me.may_delegate.set(entry.require(rights::endpoint::DELEGATE).is_ok());
        me.serve_at(endpoint);
        self.refresh(me);
        if let Some(notification) = endpoint.notification.get() {
            let bits = notification.bits.take();
            if bits != 0 {
                return self.answer(me, notification_message(bits));
            }
        }
        while let Some(sender) = endpoint.senders.pop() {
            match self.take_message(sender, me) {
                Ok(registers) => {
                    self.refresh(me);
                    return self.answer(me, registers);
                }
                Err(error) => self.wake(sender, error as u64),
            }
        }
        self.refresh(me);
        if timeout == 0 {
            return self.fail(me, Error::TimedOut);
        }
        endpoint.receivers.push(me);
        self.block(me, State::Receiving(endpoint), timeout)
    }

    fn transmit(
        &mut self,
        me: &'m Thread<'m, P>,
        (entry, endpoint): Found<'m, P>,
        origin: u64,
        word: u64,
        timeout: u64,
        capability: u64,
    ) -> Resume<P::Context> {
        let message = self.core.block.registers().message.get();
        if let Err(error) = may_send(me, entry, word, message, capability) {
            return self.fail(me, error);
        }
        me.context.registers().set(Registers { message, word, c: capability, ..Registers::default() });
        me.outgoing.set(Outgoing { badge: entry.badge(), rights: entry.rights(), origin: origin as u8 });
        self.trace_sent(me);
        let Some(receiver) = endpoint.receivers.pop() else {
            if endpoint.servers.get() == 0 {
                return self.fail(me, Error::PeerGone);
            }
            if timeout == 0 {
                return self.fail(me, Error::TimedOut);
            }
            endpoint.senders.insert(me);
            if let Some(server) = endpoint.server() {
                self.raise(server, me.level.get());
            }
            return self.block(me, State::Sending(endpoint), timeout);
        };
        if origin == limits::ORIGIN_CALL {
            // Before the message is taken: the state says whether the wait can end by time.
            self.core.timers.arm(me, timeout);
        }
        match self.take_message(me, receiver) {
            Ok(registers) => self.wake_with(receiver, registers),
            Err(error) => {
                self.core.timers.cancel(me);
                endpoint.receivers.push_front(receiver);
                return self.fail(me, error);
            }
        }
        if origin == limits::ORIGIN_CALL { self.run_next() } else { self.answer(me, Registers::default()) }
    }

    /// Takes what a sender left in its context, for `receiver`: what it gets in its registers. The
    /// sender then waits for the reply, or goes on. On an error the sender is to be told; nothing has
    /// changed.
    pub(crate) fn take_message(
        &mut self,
        sender: &'m Thread<'m, P>,
        receiver: &'m Thread<'m, P>,
    ) -> Result<Registers, Error> {
        let Outgoing { badge, rights, origin } = sender.outgoing.get();
        let mut registers = match sender.fault.get() {
            Some(fault) => fault::message(&fault),
            None => sender.context.registers().get(),
        };
        let copy = find_buffers(sender, registers.word, registers.message, receiver)?;
        if registers.c != 0 {
            registers.c = pass(sender, registers.c, receiver)?;
        }
        if let Some(Copy { from, to, bytes }) = copy {
            self.port.copy_bytes(from, to, bytes);
        }
        registers.token = u64::from(badge);
        registers.word = message::received(registers.word, rights, u64::from(origin));
        let calls = u64::from(origin) != limits::ORIGIN_SEND;
        if calls {
            registers.b = sender.next_reply_token();
        }
        self.trace_message(sender, receiver, &registers);
        if calls {
            sender.counters.slow();
            // What the fast reply would not look at: another core, or an end of the wait.
            let plain = sender.near.get().is_some_and(|near| core::ptr::eq(near, self.home(receiver)))
                && sender.fault.get().is_none();
            receiver.owe(sender, plain);
        } else {
            count(&sender.counters.sent, 1);
            if !sender.is_running() {
                self.wake(sender, 0);
            }
        }
        Ok(registers)
    }

    /// Gives a reply to whoever waits for it, and makes it ready.
    fn answer_call(&mut self, me: &'m Thread<'m, P>, word: u64, reply: u64, capability: u64) -> Result<(), Error> {
        let caller = Thread::of_reply(self.threads, reply)
            .filter(|caller| caller.server().is_some_and(|server| core::ptr::eq(server, me)))
            .ok_or(Error::BadReply)?;
        let message = self.core.block.registers().message.get();
        let copy = find_buffers(me, word, message, caller)?;
        let mut c = 0;
        if capability != 0 {
            if !me.may_delegate.get() {
                return Err(Error::MissingRight);
            }
            c = pass(me, capability, caller)?;
        }
        if let Some(Copy { from, to, bytes }) = copy {
            self.port.copy_bytes(from, to, bytes);
        }
        self.trace_reply(me, caller, word, reply);
        let Some(fault) = caller.fault.take() else {
            me.settle_with(caller);
            self.wake_with(caller, Registers { message, word: message::replied(word), c, ..Registers::default() });
            self.refresh(me);
            return Ok(());
        };
        if message::label(word) == limits::FAULT_REPLY_RESUME {
            me.settle_with(caller);
            self.make_ready(caller);
            self.refresh(me);
        } else {
            self.end(caller, Exit::Crash(fault.kind));
        }
        Ok(())
    }

    /// Hands a notification's bits to a receiver of the endpoint that it is bound to, if one waits.
    pub(crate) fn deliver_bits(&mut self, endpoint: &'m Endpoint<'m, P>, bits: u64) -> bool {
        let Some(receiver) = endpoint.receivers.pop() else {
            return false;
        };
        receiver.boost();
        self.wake_with(receiver, notification_message(bits));
        true
    }
}

/// Gives `to` a child of the capability that `token` names in `from`'s table. Returns its token there.
fn pass<'m, P: Port>(from: &Thread<'m, P>, token: u64, to: &'m Thread<'m, P>) -> Result<u64, Error> {
    let (parent, rights) = from.table.narrow(token)?;
    if !parent.object().travels() {
        return Err(Error::WrongKind);
    }
    parent.derive(&to.table, rights)
}

/// Whether a message may be sent as it is, whoever will receive it.
fn may_send<'m, P: Port>(
    me: &Thread<'m, P>,
    entry: &Entry<'m, P>,
    word: u64,
    message: [u64; 8],
    capability: u64,
) -> Result<(), Error> {
    let [first, ..] = message;
    if message::buffered(word, first)?.is_some() && me.buffer.get().is_none() {
        return Err(Error::NoBuffer);
    }
    if capability != 0 {
        entry.require(rights::endpoint::DELEGATE)?;
        me.table.narrow(capability)?;
    }
    Ok(())
}

/// Bytes to copy from one message buffer to another.
struct Copy {
    from: PhysicalAddress,
    to: PhysicalAddress,
    bytes: u64,
}

/// What to copy for a message from one thread to another; nothing for one that is in the registers alone.
fn find_buffers<'m, P: Port>(
    from: &Thread<'m, P>,
    word: u64,
    message: [u64; 8],
    to: &Thread<'m, P>,
) -> Result<Option<Copy>, Error> {
    let [first, ..] = message;
    let Some(bytes) = message::buffered(word, first)? else {
        return Ok(None);
    };
    let (Some(from), Some(to)) = (from.buffer.get(), to.buffer.get()) else {
        return Err(Error::NoBuffer);
    };
    Ok(Some(Copy { from, to, bytes }))
}

fn notification_message(bits: u64) -> Registers {
    let mut message = [0; 8];
    message[0] = bits;
    Registers { message, word: 8 << 8 | limits::ORIGIN_NOTIFICATION << 48, ..Registers::default() }
}

#[cfg(test)]
mod tests;
