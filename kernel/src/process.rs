//! The life of components, and of threads made at run time: who stops one, who learns how it ended, and how it starts
//! anew.
//!
//! A start anew takes steps, each of a bounded length, so that nobody waits long for the kernel: its
//! capabilities go one by one, with all that was derived from them; then its private pages get the
//! content that they had at boot; then its capabilities are made again; then it runs.

use crate::boot::{Origin, fill};
use crate::capability::{Lost, Object};
use crate::ending::Ending;
use crate::memory::filled_at_once;
use crate::system::System;
use crate::table::is_private;
use crate::thread::{State, Thread};
use veridian_abi::{CapabilityRecord, ComponentRecord, Error, MappingRecord, limits, rights};
use veridian_port::{FaultKind, PhysicalAddress, Port, Registers, Resume, UserAddress};

/// How a component ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exit {
    /// It has not.
    #[default]
    None,
    /// It said so, with this code.
    Normal(u32),
    /// It faulted, and nobody let it go on.
    Crash(FaultKind),
    /// Somebody with the right to do so stopped it.
    Stopped,
}

impl Exit {
    /// As `process_wait` tells it; `None` while it has not ended.
    #[must_use]
    pub fn word(self) -> Option<u64> {
        Some(match self {
            Self::None => return None,
            Self::Normal(code) => limits::EXIT_NORMAL << 32 | u64::from(code),
            Self::Crash(kind) => limits::EXIT_CRASH << 32 | kind as u64,
            Self::Stopped => limits::EXIT_STOPPED << 32,
        })
    }
}

/// How far a start anew has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Restart {
    /// None is under way.
    #[default]
    None,
    /// Slots from this one on have still to be emptied.
    Slots(u32),
    /// Of the component's mappings from this one on, pages have still to be filled, the first of them from this one on.
    Pages {
        /// Number among the component's mappings.
        mapping: u32,
        /// Number in the mapping.
        page: u32,
    },
    /// Capabilities from this one on have still to be made.
    Capabilities(u32),
}

/// The component or thread that a token names, if it is not the caller.
pub(crate) fn find<'m, P: Port>(me: &Thread<'m, P>, token: u64, right: u16) -> Result<&'m Thread<'m, P>, Error> {
    let entry = me.table.lookup(token)?;
    let Object::Process(process) = entry.object() else {
        return Err(Error::WrongKind);
    };
    entry.require(right)?;
    if core::ptr::eq(process, me) { Err(Error::BadArgument) } else { Ok(process) }
}

impl<'m, P: Port> System<'m, P> {
    /// `process_wait`: waits until a component has ended.
    pub(crate) fn process_wait(&mut self, me: &'m Thread<'m, P>, token: u64, timeout: u64) -> Resume<P::Context> {
        let process = match find(me, token, rights::process::WAIT) {
            Ok(process) => process,
            Err(error) => return self.fail(me, error),
        };
        // As long as threads of it could run, nobody is told.
        if let Some(exit) = process.exit.get().word()
            && !matches!(process.ending.get(), Ending::Made(_))
        {
            return self.answer(me, Registers { token: exit, ..Registers::default() });
        }
        if timeout == 0 {
            return self.fail(me, Error::TimedOut);
        }
        process.watchers.push(me);
        self.block(me, State::AwaitingEnd(process), timeout)
    }

    /// `process_stop`: ends a component, a step at a time.
    #[inline(never)]
    pub(crate) fn process_stop(&mut self, me: &Thread<'m, P>, token: u64) -> Result<u64, Error> {
        let process = find(me, token, rights::process::STOP)?;
        process.restart.set(Restart::None);
        if self.finish(process) { Ok(0) } else { Err(Error::Unfinished) }
    }

    /// `process_restart`: one step of starting a component anew.
    #[inline(never)]
    pub(crate) fn process_restart(&mut self, me: &Thread<'m, P>, token: u64) -> Result<u64, Error> {
        let process = find(me, token, rights::process::RESTART)?;
        let origin = self.origin.ok_or(Error::BadArgument)?;
        let record = origin.table.get::<ComponentRecord>(process.index()).ok_or(Error::BadArgument)?;
        if !self.finish(process) {
            return Err(Error::Unfinished);
        }
        let next = match process.restart.get() {
            Restart::None => Restart::Slots(0),
            Restart::Slots(first) => self.empty_slots(process, first),
            Restart::Pages { mapping, page } => self.fill_pages(process, &origin, &record, mapping, page),
            Restart::Capabilities(first) => return self.make_capabilities(process, &origin, &record, first),
        };
        process.restart.set(next);
        Err(Error::Unfinished)
    }

    /// Acts on what is lost with a capability.
    #[inline(never)]
    pub(crate) fn lose(&mut self, lost: Lost<'m, P>) {
        match lost {
            Lost::Server(endpoint) => self.orphan(endpoint),
            Lost::Mapping(mapping) => self.unmap(&mapping),
            Lost::Timer(timer) => {
                self.deadlines.disarm(timer);
            }
            Lost::Object(object, pool) => self.unmake(object, pool),
        }
    }

    /// Takes a thread out of whatever queue it is in.
    pub(crate) fn leave_queues(&mut self, thread: &'m Thread<'m, P>) {
        match thread.state.get() {
            State::Ready => self.home(thread).scheduler.remove(thread),
            State::Running if !core::ptr::eq(self.home(thread), self.core) => self.park(self.home(thread)),
            State::Receiving(endpoint) => endpoint.receivers.remove(thread),
            State::Sending(endpoint) => endpoint.senders.remove(thread),
            State::Waiting(notification) => notification.waiters.remove(thread),
            State::AwaitingEnd(process) => process.watchers.remove(thread),
            State::AwaitingReply(server) | State::AwaitingSlowReply(server) => {
                thread.counters.slow();
                server.settle_with(thread);
            }
            State::Stopped | State::Running => {}
            State::Sleeping | State::Exhausted | State::Blocked | State::Unscheduled => {}
        }
        self.home(thread).timers.cancel(thread);
    }

    fn empty_slots(&mut self, process: &'m Thread<'m, P>, first: u32) -> Restart {
        for slot in first..first.saturating_add(limits::STEP as u32) {
            let Some(entry) = process.table.entries().get(slot as usize) else {
                process.table.restart(1);
                return Restart::Pages { mapping: 0, page: 0 };
            };
            let held = !entry.is_free();
            if !self.empty_slot(entry) {
                return Restart::Slots(slot);
            }
            entry.renew();
            if held {
                return Restart::Slots(slot + 1);
            }
        }
        Restart::Slots(first.saturating_add(limits::STEP as u32))
    }

    fn fill_pages(
        &mut self,
        process: &'m Thread<'m, P>,
        origin: &Origin<'m, P>,
        component: &ComponentRecord,
        mut mapping: u32,
        mut page: u32,
    ) -> Restart {
        for _ in 0..filled_at_once(&self.port) {
            if mapping == component.mappings {
                return Restart::Capabilities(0);
            }
            let record = origin.table.get::<MappingRecord>(component.first_mapping + mapping);
            match record.filter(|record| is_private(record) && page < record.pages) {
                Some(record) => {
                    self.fill_page(process, origin, &record, page);
                    page += 1;
                }
                None => (mapping, page) = (mapping + 1, 0),
            }
        }
        Restart::Pages { mapping, page }
    }

    fn fill_page(&mut self, process: &Thread<'m, P>, origin: &Origin<'m, P>, record: &MappingRecord, page: u32) {
        let offset = u64::from(page) * self.port.page_size();
        let address = UserAddress(record.address + offset);
        if let Some((frame, _)) = self.port.find_page(process.space.get(), address) {
            fill(&mut self.port, record, PhysicalAddress(origin.source(record).0 + offset), frame);
        }
    }

    fn make_capabilities(
        &mut self,
        process: &'m Thread<'m, P>,
        origin: &Origin<'m, P>,
        component: &ComponentRecord,
        first: u32,
    ) -> Result<u64, Error> {
        let left = component.capabilities.saturating_sub(first);
        let count = left.min(limits::STEP as u32);
        for (_, record) in origin.table.range::<CapabilityRecord>(component.first_capability + first, count) {
            if let Some(grant) = origin.storage.grant(&record) {
                process.table.create(&grant)?;
            }
        }
        if count < left {
            process.restart.set(Restart::Capabilities(first + count));
            return Err(Error::Unfinished);
        }
        process.restart.set(Restart::None);
        process.exit.set(Exit::None);
        origin.start(process, component);
        self.make_ready(process);
        Ok(0)
    }
}

#[cfg(test)]
mod tests;
