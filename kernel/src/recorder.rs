//! Which of the rights that the boot table grants are used: noted in pages behind the table, where whoever can
//! read the machine's memory finds them. Only a table that names such pages has it done, and then the fast
//! path is off.
//!
//! A right counts as used when a call that needs it passes the check of rights, whatever comes of it. What is
//! done through a derived capability counts for the one of the boot table that it comes from. Memory that a
//! capability gives is not mapped before its holder touches it, so that the first access is seen, and the
//! first store.

use crate::capability::Entry;
use crate::message;
use crate::system::System;
use crate::thread::Thread;
use core::cell::Cell;
use veridian_abi::{
    CapabilityRecord, ComponentRecord, Kind, MappingRecord, RecordHeader, RecordNote, limits, rights, system_calls,
};
use veridian_port::{Fault, FaultKind, PageFlags, PhysicalAddress, Port, UserAddress};

const WORD: usize = size_of::<u64>();
/// The word of the header that counts what was lost.
const LOST: usize = 4;
const NOTES: usize = RecordHeader::SIZE / WORD;
const NOTE: usize = RecordNote::SIZE / WORD;
/// Steps from a capability to the one of the boot table that are followed.
const DEPTH: usize = 64;

/// Where used rights are noted.
pub struct Recorder<'m> {
    /// The pages, from the header on.
    words: &'m [Cell<u64>],
    /// Capabilities of the boot table.
    capabilities: u32,
}

impl<'m> Recorder<'m> {
    /// Notes in these words, which are as many as the table's check asks for.
    #[must_use]
    pub fn new(words: &'m [Cell<u64>], capabilities: u32) -> Self {
        Self { words, capabilities }
    }

    fn add(&self, word: usize, bits: u64) {
        if let Some(cell) = self.words.get(word) {
            cell.set(cell.get() | bits);
        }
    }

    fn note(&self, capability: u32, rights: u16, labels: u64) {
        let at = NOTES + capability as usize * NOTE;
        self.add(at, u64::from(rights));
        self.add(at + 1, labels);
    }

    fn lose(&self) {
        if let Some(cell) = self.words.get(LOST) {
            cell.set(cell.get().saturating_add(1));
        }
    }

    /// Where the capability is kept that a component last received with, its number plus one.
    fn received(&self, component: u32) -> Option<&'m Cell<u64>> {
        self.words.get(NOTES + self.capabilities as usize * NOTE + component as usize)
    }
}

/// Whether a mapping is of memory that a capability gives.
pub(crate) fn is_granted(mapping: &MappingRecord) -> bool {
    kind(mapping).is_some()
}

fn kind(mapping: &MappingRecord) -> Option<Kind> {
    match u64::from(mapping.source) {
        limits::SOURCE_REGION => Some(Kind::SharedRegion),
        limits::SOURCE_DMA => Some(Kind::Dma),
        limits::SOURCE_MMIO => Some(Kind::Mmio),
        _ => None,
    }
}

impl<'m, P: Port> System<'m, P> {
    /// From now on, notes which rights are used.
    pub fn start_recording(&mut self, recorder: Recorder<'m>) {
        self.recorder = Some(recorder);
        self.decline_fast();
    }

    /// Notes the rights that a system call is about to use.
    #[cold]
    #[inline(never)]
    pub(crate) fn record(&self, me: &Thread<'m, P>, token: u64, word: u64, b: u64, c: u64) {
        let number = word & 0xff;
        match number {
            system_calls::CALL | system_calls::SEND => {
                let delegate = if c == 0 { 0 } else { rights::endpoint::DELEGATE };
                if let Some((Kind::Endpoint, right)) = system_calls::needs(number) {
                    let labels = 1 << message::label(word).min(63);
                    self.uses(me, token, Kind::Endpoint, right, delegate, labels);
                }
                return;
            }
            system_calls::REPLY | system_calls::REPLY_RECEIVE if c != 0 => self.replies_with_capability(me),
            system_calls::MAP_PAGE => {
                let write = if b & limits::MAP_WRITE == 0 { 0 } else { rights::shared_region::WRITE };
                self.uses(me, token, Kind::SharedRegion, rights::shared_region::READ, write, 0);
                self.uses(me, c, Kind::MemoryPool, rights::memory_pool::ALLOCATE, 0, 0);
                return;
            }
            system_calls::DMA_ADDRESS => {
                // What the device does with the address is not seen.
                self.uses(me, token, Kind::Dma, 0, rights::dma::READ | rights::dma::WRITE, 0);
                return;
            }
            _ => {}
        }
        let Some((kind, right)) = system_calls::needs(number) else {
            return;
        };
        let used = self.uses(me, token, kind, right, 0, 0);
        if matches!(number, system_calls::RECEIVE | system_calls::REPLY_RECEIVE)
            && let (Some(capability), Some(recorder)) = (used, &self.recorder)
            && let Some(received) = recorder.received(me.index())
        {
            received.set(u64::from(capability) + 1);
        }
    }

    /// Notes `needed`, and what it has of `also`, if a token names a capability of that kind that has all of
    /// `needed`. Returns the number of the boot table's capability that it comes from.
    fn uses(&self, me: &Thread<'m, P>, token: u64, kind: Kind, needed: u16, also: u16, labels: u64) -> Option<u32> {
        let entry = me.table.lookup(token).ok()?;
        if entry.object().kind() != Some(kind) || entry.require(needed).is_err() {
            return None;
        }
        let capability = self.origin_of(entry)?;
        self.recorder.as_ref()?.note(capability, needed | also & entry.rights(), labels);
        Some(capability)
    }

    /// A reply that passes a capability uses the right to do so of the endpoint that was last received from.
    fn replies_with_capability(&self, me: &Thread<'m, P>) {
        if let Some(recorder) = &self.recorder
            && let Some(received) = recorder.received(me.index())
            && let Some(capability) = u32::try_from(received.get()).ok().and_then(|number| number.checked_sub(1))
            && me.may_delegate.get()
        {
            recorder.note(capability, rights::endpoint::DELEGATE, 0);
        }
    }

    /// The number of the boot table's capability that an entry is, or was derived from.
    fn origin_of(&self, entry: &'m Entry<'m, P>) -> Option<u32> {
        let mut at = entry;
        for _ in 0..DEPTH {
            let Some(parent) = at.parent() else {
                return self.number(at);
            };
            at = parent;
        }
        self.recorder.as_ref()?.lose();
        None
    }

    /// The number of an entry among the boot table's capabilities, while it is as it was at boot.
    fn number(&self, entry: &'m Entry<'m, P>) -> Option<u32> {
        let table = entry.table()?;
        let component = self.origin?.table.get::<ComponentRecord>(table.owner())?;
        let slot = u32::try_from(table.slot(entry)).ok()?;
        let first = u64::from(entry.generation()) == limits::FIRST_GENERATION;
        (first && slot < component.capabilities).then_some(component.first_capability + slot)
    }

    /// A thread accessed memory that may be a capability's, and not mapped for this only so that the access is
    /// seen. Returns whether it is mapped now. An access that is no load is found out by its second fault.
    #[cold]
    #[inline(never)]
    pub(crate) fn touch(&mut self, me: &Thread<'m, P>, fault: &Fault) -> bool {
        self.mapping_of_fault(me, fault).is_some_and(|(component, mapping, write)| {
            let page = self.port.page_size();
            let number = (fault.address - mapping.address) / page;
            let address = UserAddress(mapping.address + number * page);
            let Some(origin) = self.origin else {
                return false;
            };
            let physical = PhysicalAddress(origin.source(&mapping).0 + number * page);
            let flags = PageFlags { write, execute: false, device: u64::from(mapping.source) == limits::SOURCE_MMIO };
            let space = me.space.get();
            if write {
                self.port.unmap_page(space, address);
            }
            // The page tables have been there since boot.
            let mapped = self.port.map_page(space, address, physical, flags, &mut || None).is_ok();
            self.note_access(&component, &mapping, write);
            mapped
        })
    }

    /// The mapping of a capability's memory in which a fault lies that mapping it mends, and whether that
    /// takes mapping it writable.
    fn mapping_of_fault(&self, me: &Thread<'m, P>, fault: &Fault) -> Option<(ComponentRecord, MappingRecord, bool)> {
        if fault.kind != FaultKind::Memory || fault.address >= limits::USER_END {
            return None;
        }
        let table = &self.origin.as_ref()?.table;
        let component = table.get::<ComponentRecord>(me.table.home().owner())?;
        let (_, mapping) =
            table.range::<MappingRecord>(component.first_mapping, component.mappings).find(|(_, mapping)| {
                let size = u64::from(mapping.pages) * self.port.page_size();
                is_granted(mapping) && (mapping.address..mapping.address + size).contains(&fault.address)
            })?;
        let writable = u64::from(mapping.flags) & limits::MAP_WRITE != 0;
        match self.port.find_page(me.space.get(), UserAddress(fault.address & !(self.port.page_size() - 1))) {
            None => Some((component, mapping, false)),
            Some((_, flags)) => (writable && !flags.write).then_some((component, mapping, true)),
        }
    }

    /// Notes an access in every capability that allows it: which of several to one object was meant cannot be
    /// told.
    fn note_access(&self, component: &ComponentRecord, mapping: &MappingRecord, write: bool) {
        let (Some(recorder), Some(origin), Some(kind)) = (&self.recorder, &self.origin, kind(mapping)) else {
            return;
        };
        let (read, store) = match kind {
            Kind::SharedRegion => (rights::shared_region::READ, rights::shared_region::WRITE),
            Kind::Dma => (rights::dma::READ, rights::dma::WRITE),
            _ => (rights::mmio::READ, rights::mmio::WRITE),
        };
        let used = if write { store } else { read };
        let held = origin.table.range::<CapabilityRecord>(component.first_capability, component.capabilities);
        for (number, record) in held {
            if record.kind == kind as u16 && record.object == mapping.object && record.rights & used != 0 {
                recorder.note(number, used, 0);
            }
        }
    }
}

#[cfg(test)]
mod tests;
