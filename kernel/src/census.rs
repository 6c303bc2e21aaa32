//! The census: what every component holds, and every address space made at run time, read from what the
//! kernel obeys — the capability tables and the page tables as they are now — and not from the boot table.
//!
//! One call tells one record and does a bounded amount of work, so that whoever reads the census keeps
//! nobody waiting. The system goes on between two calls: the census of a system that changes meanwhile
//! is one of several moments.

use crate::capability::{Entry, Object, Table};
use crate::memory::Region;
use crate::metrics::census_state;
use crate::space::AddressSpace;
use crate::system::System;
use crate::thread::Thread;
use veridian_abi::{Error, limits, rights};
use veridian_port::{PageFlags, PhysicalAddress, Port, Registers, Resume, UserAddress};

/// Slots, pages or holes that one call looks at.
const SHARE: usize = 64;
/// Stands for "no parent".
const NO_PARENT: u64 = u64::MAX;

/// Where to go on. Whatever a caller sends for one is a place in the census or its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cursor {
    /// A component, or an address space made at run time, which count on behind the components.
    holder: usize,
    part: Part,
    /// Slot, or number of a page.
    position: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Holder = 0,
    Capabilities = 1,
    Mappings = 2,
}

impl Cursor {
    const PART_BITS: u32 = 4;
    const POSITION_BITS: u32 = 40;

    fn decode(value: u64) -> Option<Self> {
        let part = match value & ((1 << Self::PART_BITS) - 1) {
            0 => Part::Holder,
            1 => Part::Capabilities,
            2 => Part::Mappings,
            _ => return None,
        };
        let position = value >> Self::PART_BITS & ((1 << Self::POSITION_BITS) - 1);
        Some(Self { holder: (value >> (Self::PART_BITS + Self::POSITION_BITS)) as usize, part, position })
    }

    fn encode(self) -> u64 {
        (self.holder as u64) << (Self::PART_BITS + Self::POSITION_BITS)
            | self.position << Self::PART_BITS
            | self.part as u64
    }
}

/// Whoever has a capability table and an address space.
enum Holder<'m, P: Port> {
    /// By its first thread.
    Component(&'m Thread<'m, P>),
    /// Made at run time, or set aside for it.
    Space(&'m AddressSpace<'m, P>),
}

impl<'m, P: Port> Holder<'m, P> {
    fn table(&self) -> &'m Table<'m, P> {
        match self {
            Self::Component(thread) => &thread.table,
            Self::Space(space) => &space.table,
        }
    }
}

/// One thing that is told: a `CENSUS_*` kind, and the words behind the holder's number.
type Record = (u64, [u64; 5]);

const NOTHING: Record = (limits::CENSUS_NOTHING, [0; 5]);

impl<'m, P: Port> System<'m, P> {
    /// Tells one record of the census. Needs the right `read` on it.
    pub(crate) fn census_read(&mut self, me: &'m Thread<'m, P>, token: u64, cursor: u64) -> Resume<P::Context> {
        match self.census(me, token, cursor) {
            Ok(registers) => self.answer(me, registers),
            Err(error) => self.fail(me, error),
        }
    }

    fn census(&self, me: &Thread<'m, P>, token: u64, cursor: u64) -> Result<Registers, Error> {
        let entry = me.table.lookup(token)?;
        if !matches!(entry.object(), Object::Census) {
            return Err(Error::WrongKind);
        }
        entry.require(rights::census::READ)?;
        let at = Cursor::decode(cursor).ok_or(Error::BadArgument)?;
        let holder = self.holder(at.holder).ok_or(Error::BadArgument)?;
        let table = holder.table();
        let start = |part| Cursor { part, position: 0, ..at };
        let (record, next) = match at.part {
            Part::Holder => {
                let record = match holder {
                    Holder::Component(thread) => self.component(thread),
                    Holder::Space(space) => self.space(space),
                };
                (record, Some(start(Part::Capabilities)))
            }
            Part::Capabilities => {
                let (record, next) = self.capability(table, at.position);
                (record, Some(next.map_or(start(Part::Mappings), |position| Cursor { position, ..at })))
            }
            Part::Mappings => {
                let (record, next) = self.mapping(table.space.get(), at.position);
                let behind = Cursor { holder: at.holder + 1, part: Part::Holder, position: 0 };
                let behind = self.holder(behind.holder).map(|_| behind);
                (record, next.map(|position| Cursor { position, ..at }).or(behind))
            }
        };
        let (kind, [first, second, third, fourth, fifth]) = record;
        Ok(Registers {
            message: [at.holder as u64, first, second, third, fourth, fifth, 0, 0],
            token: next.map_or(0, Cursor::encode),
            word: kind << 16,
            ..Registers::default()
        })
    }

    fn holder(&self, number: usize) -> Option<Holder<'m, P>> {
        // Threads behind the first of each component are made at run time, and hold nothing of their own.
        let components = self.first_made();
        match number.checked_sub(components) {
            None => self.threads.get(number).map(Holder::Component),
            Some(space) => self.storage.spaces.get(space).map(Holder::Space),
        }
    }

    fn space(&self, space: &AddressSpace<'m, P>) -> Record {
        let table = &space.table;
        let number = index(self.storage.spaces, space);
        (limits::CENSUS_SPACE, [number, table.entries().len() as u64, u64::from(table.threads()), 0, 0])
    }

    fn component(&self, thread: &Thread<'m, P>) -> Record {
        let supervisor =
            thread.supervisor.get().map_or(limits::NONE, |endpoint| index(self.storage.endpoints, endpoint));
        let state = census_state(thread);
        let words = [
            u64::from(thread.priority.get()),
            thread.table.entries().len() as u64,
            supervisor,
            u64::from(thread.fault_badge.get()),
            state,
        ];
        (limits::CENSUS_COMPONENT, words)
    }

    /// The first capability from a slot on, and the slot to go on with; `None` at the table's end.
    fn capability(&self, table: &Table<'m, P>, position: u64) -> (Record, Option<u64>) {
        let entries = table.entries();
        let first = usize::try_from(position).unwrap_or(usize::MAX).min(entries.len());
        for (slot, entry) in entries.iter().enumerate().skip(first).take(SHARE) {
            let Some(kind) = entry.object().kind() else {
                continue;
            };
            let words = [
                slot as u64,
                kind as u64 | u64::from(entry.rights()) << 16 | u64::from(entry.generation()) << 32,
                self.object(entry.object()),
                u64::from(entry.badge()),
                entry.parent().and_then(place).unwrap_or(NO_PARENT),
            ];
            return ((limits::CENSUS_CAPABILITY, words), Some(slot as u64 + 1));
        }
        let next = first + SHARE;
        (NOTHING, (next < entries.len()).then_some(next as u64))
    }

    /// The number of an object among those of its kind.
    pub(crate) fn object(&self, object: Object<'m, P>) -> u64 {
        match object {
            Object::Endpoint(endpoint) => index(self.storage.endpoints, endpoint),
            Object::Notification(notification) => index(self.storage.notifications, notification),
            Object::SharedRegion(region) => self.region(region),
            Object::MemoryPool(pool) => index(self.storage.pools, pool),
            Object::Mmio(number) => number as u64,
            Object::Interrupt(interrupt) => index(self.storage.interrupts, interrupt),
            Object::Timer(timer) => index(self.storage.timers, timer),
            Object::IoPorts(range) => index(self.storage.ports, range),
            Object::Dma(buffer) => index(self.storage.dma, buffer),
            Object::Process(thread) => u64::from(thread.index()),
            Object::AddressSpace(space) => index(self.storage.spaces, space),
            Object::None | Object::Power | Object::Census | Object::Metrics => 0,
        }
    }

    /// Regions that were taken from a pool count on behind those of the boot table.
    fn region(&self, region: &Region<'m, P>) -> u64 {
        let number = index(self.storage.regions, region);
        let declared = self.storage.regions.len() as u64;
        if number < declared { number } else { declared + index(self.storage.spare_regions, region) }
    }

    /// The first run of mapped pages from a page on: side by side in both spaces and mapped alike. And the
    /// page to go on with; `None` at the end of user space.
    fn mapping(&self, space: P::Space, position: u64) -> (Record, Option<u64>) {
        let page = self.port.page_size();
        let end = self.port.user_end().0;
        let mut address = UserAddress(position.saturating_mul(page).max(limits::USER_BASE).min(end));
        let mut run: Option<Run> = None;
        for _ in 0..SHARE {
            if address.0 >= end {
                return (run.map_or(NOTHING, Run::record), None);
            }
            let found = self.port.find_page(space, address);
            match (&mut run, found) {
                (Some(run), Some(page)) if run.takes(page, self.port.page_size()) => run.pages += 1,
                (Some(_), _) => break,
                (None, Some((physical, flags))) => run = Some(Run { address, physical, flags, pages: 1 }),
                (None, None) => {
                    address = self.port.skip_hole(space, address);
                    continue;
                }
            }
            address = UserAddress(address.0 + page);
        }
        (run.map_or(NOTHING, Run::record), Some(address.0 / page))
    }
}

/// The slot of an entry in bits 0–31, its holder in 32–63.
fn place<'m, P: Port>(entry: &Entry<'m, P>) -> Option<u64> {
    let table = entry.table()?;
    Some(table.slot(entry) | u64::from(table.owner()) << 32)
}

/// Pages side by side.
struct Run {
    address: UserAddress,
    physical: PhysicalAddress,
    flags: PageFlags,
    pages: u64,
}

impl Run {
    fn takes(&self, (physical, flags): (PhysicalAddress, PageFlags), page: u64) -> bool {
        physical.0 == self.physical.0 + self.pages * page && flags == self.flags
    }

    fn record(self) -> Record {
        let PageFlags { write, execute, device } = self.flags;
        let flag = |set: bool, flag: u64| if set { flag } else { 0 };
        let flags = limits::MAP_READ
            | flag(write, limits::MAP_WRITE)
            | flag(execute, limits::MAP_EXECUTE)
            | flag(device, limits::MAP_DEVICE);
        (limits::CENSUS_MAPPING, [self.address.0, self.pages, flags, self.physical.0, 0])
    }
}

/// The number of an object in the slice that it lies in.
fn index<T>(all: &[T], one: &T) -> u64 {
    let offset = core::ptr::from_ref(one).addr().wrapping_sub(all.as_ptr().addr());
    (offset / size_of::<T>()) as u64
}

impl<'m, P: Port> Table<'m, P> {
    /// Which of its slots an entry is.
    pub(crate) fn slot(&self, entry: &Entry<'m, P>) -> u64 {
        index(self.entries(), entry)
    }
}

#[cfg(test)]
mod tests;
