//! Counters, and the call that tells them.
//!
//! A call and a reply on the fast path count nothing: what they do is worked out of what is there anyway.
//! The number of a thread's current call says how many it has made. Each of them goes to its server and
//! comes back, two switches of threads, but for what the slow path did, which counts that.

use crate::capability::Object;
use crate::system::System;
use crate::thread::{State, Thread};
use core::cell::Cell;
use veridian_abi::{Error, limits, rights};
use veridian_port::{Port, Registers, Resume};

/// What is counted of a thread.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Counters {
    /// Times that the scheduler let it run, less the calls, replies and broken calls of the slow path.
    pub(crate) switches: Cell<u64>,
    /// Ticks that found it running.
    pub(crate) ticks: Cell<u64>,
    /// One-way messages that somebody received.
    pub(crate) sent: Cell<u64>,
    /// Faults.
    pub(crate) faults: Cell<u64>,
}

/// Adds to a counter, which wraps.
pub(crate) fn count(counter: &Cell<u64>, more: u64) {
    counter.set(counter.get().wrapping_add(more));
}

impl Counters {
    /// The slow path sent a call, or ended one.
    pub(crate) fn slow(&self) {
        count(&self.switches, u64::MAX);
    }
}

impl<P: Port> Thread<'_, P> {
    /// Calls that somebody received, faults that a supervisor was told of among them. Wraps at 2^32.
    pub(crate) fn calls(&self) -> u64 {
        self.reply.get() >> 32
    }

    /// Switches of a core's thread: to this one by the scheduler, and those of its calls, there and back.
    pub(crate) fn switches(&self) -> u64 {
        let outstanding = u64::from(self.server().is_some());
        self.counters.switches.get().wrapping_add(2 * self.calls()).wrapping_sub(outstanding)
    }
}

impl<'m, P: Port> System<'m, P> {
    /// `kernel_metrics`: tells one record. Needs the right `read`.
    pub(crate) fn kernel_metrics(&mut self, me: &'m Thread<'m, P>, token: u64, which: u64) -> Resume<P::Context> {
        match self.metrics(me, token, which) {
            Ok(message) => self.answer(me, Registers { message, word: 64 << 8, ..Registers::default() }),
            Err(error) => self.fail(me, error),
        }
    }

    fn metrics(&self, me: &Thread<'m, P>, token: u64, which: u64) -> Result<[u64; 8], Error> {
        let entry = me.table.lookup(token)?;
        if !matches!(entry.object(), Object::Metrics) {
            return Err(Error::WrongKind);
        }
        entry.require(rights::metrics::READ)?;
        let index = (which >> 32) as usize;
        let words = match which & u64::from(u32::MAX) {
            limits::METRICS_SYSTEM if index == 0 => Some([
                self.port.now(),
                self.threads.len() as u64,
                self.cores.iter().flatten().count() as u64,
                self.storage.pools.len() as u64,
                self.frames.as_ref().map_or(0, |frames| frames.available() as u64),
                self.trace.answered,
                self.trace.latency,
                0,
            ]),
            limits::METRICS_COMPONENT => self.threads.get(index).map(|thread| {
                let Counters { ticks, sent, faults, .. } = &thread.counters;
                let core = u64::from(self.home(thread).index);
                let state = census_state(thread);
                [thread.switches(), thread.calls(), sent.get(), faults.get(), ticks.get(), state, core, 0]
            }),
            limits::METRICS_CORE => self
                .cores
                .get(index)
                .and_then(|core| *core)
                .map(|core| [core.timers.now() - 1, core.idle_ticks.get(), 0, 0, 0, 0, 0, 0]),
            limits::METRICS_POOL => {
                self.storage.pools.get(index).map(|pool| [u64::from(pool.available.get()), 0, 0, 0, 0, 0, 0, 0])
            }
            _ => None,
        };
        words.ok_or(Error::BadArgument)
    }
}

/// The `CENSUS_STATE_*` of a thread.
pub(crate) fn census_state<P: Port>(thread: &Thread<'_, P>) -> u64 {
    match thread.state.get() {
        State::Stopped => limits::CENSUS_STATE_STOPPED,
        State::Ready | State::Running => limits::CENSUS_STATE_READY,
        _ => limits::CENSUS_STATE_BLOCKED,
    }
}
