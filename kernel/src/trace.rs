//! The trace: every message that somebody receives, and every reply, for a debugger on the outside.
//!
//! A boot table that asks for it makes the kernel trace; then no message takes the fast path, which has no
//! instruction for it: see `Timers::decline_fast`.
//!
//! Events lie in a ring. When it is full, when some time has passed and before the machine is powered off, the kernel
//! calls a function that does nothing (`kernel_trace_tell`). A debugger that has a breakpoint there loses no event;
//! without one, the ring has the last of them.

use crate::capability::Object;
use crate::message;
use crate::system::System;
use crate::thread::{State, Thread};
use core::cell::Cell;
use veridian_abi::limits;
use veridian_port::{Block, Port, Registers};

/// Words of an event, in the order in which `synth/trace/ring.ts` reads them: time of it, and time that the message, or
/// the call that this replies to, was sent, in nanoseconds since boot; sender (bits 0–31) and receiver (32–63); `TRACE_*`
/// (0–31) and endpoint (32–63), all ones where there is none; the message's word as its receiver gets it; reply token;
/// the message.
pub const WORDS: usize = 14;

/// One event.
#[derive(Default)]
#[repr(transparent)]
pub struct Event(Cell<[u64; WORDS]>);

/// Ticks after which a debugger is told of what there is.
const PATIENCE: u64 = 64;

/// Where events go.
pub struct Trace<'m> {
    /// The ring; empty while the kernel does not trace.
    pub(crate) ring: &'m [Event],
    /// Events so far.
    pub(crate) count: u64,
    /// Of which a debugger was told.
    pub(crate) told: u64,
    /// Calls that were answered, and the time from sending each to its reply, in nanoseconds, summed up.
    pub(crate) answered: u64,
    pub(crate) latency: u64,
    tell: extern "C" fn(),
}

extern "C" fn nobody() {}

impl Default for Trace<'_> {
    fn default() -> Self {
        Self { ring: &[], count: 0, told: 0, answered: 0, latency: 0, tell: nobody }
    }
}

impl<'m> Trace<'m> {
    /// One that fills this ring and calls `tell` for whoever empties it.
    #[must_use]
    pub fn new(ring: &'m [Event], tell: extern "C" fn()) -> Self {
        Self { ring, tell, ..Self::default() }
    }

    /// Whether messages are traced.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.ring.is_empty()
    }

    /// Tells of every event so far.
    pub(crate) fn tell(&mut self) {
        if self.told != self.count {
            (self.tell)();
            self.told = self.count;
        }
    }

    #[cfg(test)]
    pub(crate) fn event(&self, index: usize) -> Option<[u64; WORDS]> {
        self.ring.get(index).map(|event| event.0.get())
    }

    /// At a tick: tells of events, now and then.
    pub(crate) fn tick(&mut self, now: u64) {
        if now.is_multiple_of(PATIENCE) {
            self.tell();
        }
    }

    fn push(&mut self, event: [u64; WORDS]) {
        let length = self.ring.len() as u64;
        if self.count - self.told >= length {
            self.tell();
        }
        if let Some(place) = self.count.checked_rem(length).and_then(|index| self.ring.get(index as usize)) {
            place.0.set(event);
            self.count += 1;
        }
    }
}

impl<'m, P: Port> System<'m, P> {
    /// From now on, traces every message, if there is a ring to do so.
    pub fn start_tracing(&mut self, trace: Trace<'m>) {
        if trace.is_on() {
            self.decline_fast();
        }
        self.trace = trace;
    }

    /// Notes that a thread sends a message now.
    pub(crate) fn trace_sent(&mut self, me: &Thread<'m, P>) {
        if self.trace.is_on() {
            me.sent.set(self.port.now());
        }
    }

    /// Traces a message that `to` is about to receive, with these registers, before either's state changes.
    pub(crate) fn trace_message(&mut self, from: &Thread<'m, P>, to: &Thread<'m, P>, registers: &Registers) {
        if !self.trace.is_on() {
            return;
        }
        // One of the two waits at the endpoint.
        let endpoint = match (from.state.get(), to.state.get()) {
            (State::Sending(endpoint), _) | (_, State::Receiving(endpoint)) => self.object(Object::Endpoint(endpoint)),
            _ => limits::NONE,
        };
        self.trace_event(from, to, limits::TRACE_MESSAGE | endpoint << 32, registers, from.sent.get());
    }

    /// Traces the reply that `to` is about to get for the call that a token names; its message is in the port's registers.
    pub(crate) fn trace_reply(&mut self, from: &Thread<'m, P>, to: &Thread<'m, P>, word: u64, token: u64) {
        if !self.trace.is_on() {
            return;
        }
        let sent = to.sent.get();
        self.trace.answered += 1;
        self.trace.latency += self.port.now().saturating_sub(sent);
        let message = self.core.block.registers().message.get();
        let registers = Registers { message, word: message::replied(word), b: token, ..Registers::default() };
        self.trace_event(from, to, limits::TRACE_REPLY | limits::NONE << 32, &registers, sent);
    }

    fn trace_event(&mut self, from: &Thread<'m, P>, to: &Thread<'m, P>, what: u64, registers: &Registers, sent: u64) {
        let threads = u64::from(from.index()) | u64::from(to.index()) << 32;
        let mut event = [0; WORDS];
        let (head, message) = event.split_at_mut(WORDS - registers.message.len());
        head.copy_from_slice(&[self.port.now(), sent, threads, what, registers.word, registers.b]);
        message.copy_from_slice(&registers.message);
        self.trace.push(event);
    }
}
