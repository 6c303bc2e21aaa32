//! Builds the system from the boot table: every object, every capability, every address space. Nothing
//! is made later that a component did not get here.

use crate::capability::{Entry, Grant, Table as CapabilityTable};
use crate::endpoint::Endpoint;
use crate::frames::{Frames, Zone};
use crate::interrupt::Interrupt;
use crate::notification::Notification;
use crate::scheduler;
use crate::simple::{DmaBuffer, PortRange};
use crate::system::System;
use crate::table::{Refusal, Table, is_private, refuse};
use crate::thread::Thread;
use veridian_abi::{
    CapabilityRecord, ComponentRecord, DmaRecord, EndpointRecord, InterruptRecord, Kind, MappingRecord, MmioRecord,
    NotificationRecord, PortsRecord, RegionRecord, ZoneRecord, limits,
};
use veridian_port::{Context, MemoryRange, PageFlags, PhysicalAddress, Port, UserAddress};

/// How many objects of each kind the shell has to set memory aside for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Threads and capability tables.
    pub components: usize,
    /// Slots of all tables.
    pub slots: usize,
    /// Endpoints.
    pub endpoints: usize,
    /// Notifications.
    pub notifications: usize,
    /// Shared regions.
    pub regions: usize,
    /// Interrupts.
    pub interrupts: usize,
    /// Port ranges.
    pub ports: usize,
    /// Buffers for devices.
    pub dma: usize,
}

impl Sizes {
    /// What a table asks for.
    #[must_use]
    pub fn of(table: &Table<'_>) -> Self {
        Self {
            components: table.count::<ComponentRecord>() as usize,
            slots: table.all::<ComponentRecord>().map(|(_, component)| component.slots as usize).sum(),
            endpoints: table.count::<EndpointRecord>() as usize,
            notifications: table.count::<NotificationRecord>() as usize,
            regions: table.count::<RegionRecord>() as usize,
            interrupts: table.count::<InterruptRecord>() as usize,
            ports: table.count::<PortsRecord>() as usize,
            dma: table.count::<DmaRecord>() as usize,
        }
    }
}

/// Memory that the shell has set aside, of the lengths in [`Sizes`].
pub struct Storage<'m, P: Port> {
    /// One a component.
    pub threads: &'m mut [Thread<P>],
    /// One a component.
    pub tables: &'m mut [CapabilityTable],
    /// Slots of all tables.
    pub entries: &'m mut [Entry],
    /// Endpoints.
    pub endpoints: &'m mut [Endpoint],
    /// Notifications.
    pub notifications: &'m mut [Notification],
    /// Where each shared region is; needed while building alone.
    pub regions: &'m mut [PhysicalAddress],
    /// Interrupts.
    pub interrupts: &'m mut [Interrupt],
    /// Port ranges.
    pub ports: &'m mut [PortRange],
    /// Buffers for devices.
    pub dma: &'m mut [DmaBuffer],
}

const NONE: u32 = limits::NONE as u32;
const OUT_OF_MEMORY: &str = "the machine has too little memory";

impl<'m, P: Port> System<'m, P> {
    /// A system without threads.
    #[must_use]
    pub fn new(port: P, storage: Storage<'m, P>) -> (Self, &'m mut [PhysicalAddress]) {
        let system = Self {
            port,
            threads: crate::arena::Arena::new(storage.threads),
            capabilities: crate::capability::Capabilities::new(storage.entries, storage.tables),
            endpoints: crate::arena::Arena::new(storage.endpoints),
            notifications: crate::arena::Arena::new(storage.notifications),
            interrupts: crate::arena::Arena::new(storage.interrupts),
            lines: [None; limits::MAX_LINES as usize],
            ports: crate::arena::Arena::new(storage.ports),
            dma: crate::arena::Arena::new(storage.dma),
            scheduler: scheduler::Scheduler::default(),
            timers: crate::timer::Timers::default(),
            current: None,
        };
        (system, storage.regions)
    }

    /// Makes everything that the table lists. `image` is where the table starts in physical memory.
    pub fn build(
        &mut self,
        table: &Table<'_>,
        image: PhysicalAddress,
        regions: &mut [PhysicalAddress],
        frames: &mut Frames<'_>,
    ) -> Result<(), Refusal> {
        self.build_objects(table)?;
        for ((index, record), region) in table.all::<RegionRecord>().zip(regions.iter_mut()) {
            *region = self.run(table, record.zone, record.pages, frames, "regions", index)?;
        }
        for (index, record) in table.all::<DmaRecord>() {
            let address = self.run(table, record.zone, record.pages, frames, "dma", index)?;
            if let Some(id) = self.dma.id(index) {
                self.dma[id] = DmaBuffer { address };
            }
        }
        for (index, component) in table.all::<ComponentRecord>() {
            self.build_capabilities(table, index, &component)?;
            self.build_space(table, image, regions, frames, index, &component)?;
        }
        Ok(())
    }

    fn build_objects(&mut self, table: &Table<'_>) -> Result<(), Refusal> {
        for (index, record) in table.all::<NotificationRecord>() {
            if let Some(id) = self.notifications.id(index) {
                self.notifications[id].bits = record.initial;
            }
        }
        for (index, record) in table.all::<EndpointRecord>() {
            let (Some(endpoint), Some(notification)) =
                (self.endpoints.id(index), self.notifications.id(record.notification))
            else {
                continue;
            };
            if self.notifications[notification].endpoint.replace(endpoint).is_some() {
                return refuse("endpoints", index, "notification", "already bound to another endpoint");
            }
            self.endpoints[endpoint].notification = Some(notification);
        }
        for (index, record) in table.all::<PortsRecord>() {
            if let (Some(id), Ok(first)) = (self.ports.id(index), u16::try_from(record.first)) {
                self.ports[id] = PortRange { first, count: record.count };
            }
        }
        for (index, record) in table.all::<MmioRecord>() {
            let range = MemoryRange {
                start: PhysicalAddress(record.address),
                size: u64::from(record.pages) * limits::PAGE_SIZE,
            };
            if !self.port.is_device_range(range) {
                return refuse("mmio", index, "address", "memory, or registers that the kernel uses itself");
            }
        }
        for (index, record) in table.all::<InterruptRecord>() {
            let Some(id) = self.interrupts.id(index) else { continue };
            let level = u64::from(record.trigger) == limits::TRIGGER_LEVEL;
            if !self.port.configure_interrupt(record.line, level) {
                return refuse("interrupts", index, "line", "this machine has no such line");
            }
            self.interrupts[id] = Interrupt {
                line: record.line,
                bits: record.bits,
                notification: self.notifications.id(record.notification),
            };
            if let Some(line) = self.lines.get_mut(record.line as usize) {
                *line = Some(id);
            }
            self.port.unmask_interrupt(record.line);
        }
        Ok(())
    }

    /// Zeroed frames side by side.
    fn run(
        &mut self,
        table: &Table<'_>,
        zone: u32,
        pages: u32,
        frames: &mut Frames<'_>,
        record: &'static str,
        index: u32,
    ) -> Result<PhysicalAddress, Refusal> {
        let Some(start) = frames.allocate_run(zone_of(table, zone), pages as usize) else {
            return refuse(record, index, "pages", OUT_OF_MEMORY);
        };
        for page in 0..u64::from(pages) {
            self.port.zero_frame(PhysicalAddress(start.0 + page * limits::PAGE_SIZE));
        }
        Ok(start)
    }

    fn build_capabilities(
        &mut self,
        table: &Table<'_>,
        index: u32,
        component: &ComponentRecord,
    ) -> Result<(), Refusal> {
        if self.capabilities.create_table(index, component.slots).is_none() {
            return refuse("components", index, "slots", "more than was set aside");
        }
        for (number, record) in table.range::<CapabilityRecord>(component.first_capability, component.capabilities) {
            let Some(kind) = Kind::from_code(record.kind) else {
                return refuse("capabilities", number, "kind", "no such kind of object");
            };
            let grant = Grant { kind, object: record.object, rights: record.rights, badge: record.badge };
            if self.capabilities.create(index, grant).is_err() {
                return refuse("capabilities", number, "slot", "no free slot");
            }
        }
        Ok(())
    }

    fn build_space(
        &mut self,
        table: &Table<'_>,
        image: PhysicalAddress,
        regions: &[PhysicalAddress],
        frames: &mut Frames<'_>,
        index: u32,
        component: &ComponentRecord,
    ) -> Result<(), Refusal> {
        let zone = zone_of(table, component.zone);
        let Some(space) = self.port.create_space(&mut || frames.allocate(Zone::Normal)) else {
            return refuse("components", index, "zone", OUT_OF_MEMORY);
        };
        for (number, mapping) in table.range::<MappingRecord>(component.first_mapping, component.mappings) {
            let flags = u64::from(mapping.flags);
            let flags = PageFlags {
                write: flags & limits::MAP_WRITE != 0,
                execute: flags & limits::MAP_EXECUTE != 0,
                device: flags & limits::MAP_DEVICE != 0,
            };
            let base = self.source(table, &mapping, image, regions);
            for page in 0..u64::from(mapping.pages) {
                let source = PhysicalAddress(base.0 + page * limits::PAGE_SIZE);
                let mapped = self.page(&mapping, source, zone, frames).and_then(|physical| {
                    let address = UserAddress(mapping.address + page * limits::PAGE_SIZE);
                    self.port.map_page(space, address, physical, flags, &mut || frames.allocate(Zone::Normal))
                });
                if mapped.is_none() {
                    return refuse("mappings", number, "pages", OUT_OF_MEMORY);
                }
            }
        }
        let Some(id) = self.threads.id(index) else {
            return refuse("components", index, "slots", "more than was set aside");
        };
        let priority = u8::try_from(component.priority).unwrap_or(u8::MAX);
        let supervisor = if component.supervisor == NONE { None } else { self.endpoints.id(component.supervisor) };
        self.threads[id] = Thread {
            context: P::Context::new(UserAddress(component.entry), UserAddress(component.stack), component.startup),
            space,
            priority,
            effective: priority,
            slice: scheduler::slice(priority),
            supervisor,
            fault_badge: component.badge,
            ..Thread::default()
        };
        self.make_ready(id);
        Ok(())
    }

    /// Where a mapping's first page comes from; zero pages come from nowhere.
    fn source(
        &self,
        table: &Table<'_>,
        mapping: &MappingRecord,
        image: PhysicalAddress,
        regions: &[PhysicalAddress],
    ) -> PhysicalAddress {
        let base = match u64::from(mapping.source) {
            limits::SOURCE_IMAGE => image.0,
            limits::SOURCE_REGION => regions.get(mapping.object as usize).map_or(0, |region| region.0),
            limits::SOURCE_DMA => self.dma.id(mapping.object).map_or(0, |id| self.dma[id].address.0),
            limits::SOURCE_MMIO => table.get::<MmioRecord>(mapping.object).map_or(0, |range| range.address),
            _ => 0,
        };
        PhysicalAddress(base + mapping.offset)
    }

    /// The frame for one page: a private copy, a zeroed frame, or the source itself.
    fn page(
        &mut self,
        mapping: &MappingRecord,
        source: PhysicalAddress,
        zone: Zone,
        frames: &mut Frames<'_>,
    ) -> Option<PhysicalAddress> {
        if !is_private(mapping) {
            return Some(source);
        }
        let frame = frames.allocate(zone)?;
        if u64::from(mapping.source) == limits::SOURCE_IMAGE {
            self.port.copy_frame(source, frame);
        } else {
            self.port.zero_frame(frame);
        }
        Some(frame)
    }
}

fn zone_of(table: &Table<'_>, index: u32) -> Zone {
    table.get::<ZoneRecord>(index).and_then(|zone| Zone::from_code(zone.kind)).unwrap_or(Zone::Normal)
}
