//! Builds the system from the boot table: every object, every capability, every address space. Nothing
//! is made later that a component did not get here.

use crate::capability::{Entry, Grant, Object};
use crate::deadlines::{Deadlines, Timer};
use crate::endpoint::Endpoint;
use crate::frames::{Frames, Place, Zone};
use crate::interrupt::Interrupt;
use crate::memory::{Pool, Region};
use crate::notification::Notification;
use crate::recorder::is_granted;
use crate::simple::{DmaBuffer, PortRange};
use crate::slab::{Slab, Slabbed};
use crate::space::AddressSpace;
use crate::system::System;
use crate::table::{Refusal, Table, is_private, refuse};
use crate::thread::Thread;
use veridian_abi::{
    CapabilityRecord, ComponentRecord, DmaRecord, EndpointRecord, InterruptRecord, Kind, MappingRecord, MmioRecord,
    NotificationRecord, PoolRecord, PortsRecord, RegionRecord, TimerRecord, ZoneRecord, limits,
};
use veridian_port::{Context, MemoryRange, PageFlags, PhysicalAddress, Port, UserAddress};

/// How many objects of each kind the shell has to set memory aside for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Threads: one a component, and those of all pools.
    pub threads: usize,
    /// Slots of all tables.
    pub slots: usize,
    /// Endpoints, those of all pools among them.
    pub endpoints: usize,
    /// Notifications, those of all pools among them.
    pub notifications: usize,
    /// Address spaces of all pools.
    pub spaces: usize,
    /// Shared regions.
    pub regions: usize,
    /// Memory pools.
    pub pools: usize,
    /// Regions of all pools.
    pub spare_regions: usize,
    /// Interrupts.
    pub interrupts: usize,
    /// Timers.
    pub timers: usize,
    /// Port ranges.
    pub ports: usize,
    /// Buffers for devices.
    pub dma: usize,
    /// Events of the trace.
    pub trace: usize,
}

impl Sizes {
    /// What a table asks for.
    #[must_use]
    pub fn of(table: &Table<'_>) -> Self {
        let mut made = PoolRecord::default();
        // The table is checked: none of the sums is more than `MAX_OBJECTS`.
        for (_, pool) in table.all::<PoolRecord>() {
            made.endpoints += pool.endpoints;
            made.notifications += pool.notifications;
            made.spaces += pool.spaces;
            made.threads += pool.threads;
        }
        let slots: usize = table.all::<ComponentRecord>().map(|(_, component)| component.slots as usize).sum();
        Self {
            threads: (table.count::<ComponentRecord>() + made.threads) as usize,
            slots: slots + made.spaces as usize * limits::MADE_SLOTS as usize,
            endpoints: (table.count::<EndpointRecord>() + made.endpoints) as usize,
            notifications: (table.count::<NotificationRecord>() + made.notifications) as usize,
            spaces: made.spaces as usize,
            regions: table.count::<RegionRecord>() as usize,
            pools: table.count::<PoolRecord>() as usize,
            spare_regions: table.all::<PoolRecord>().map(|(_, pool)| pool.regions as usize).sum(),
            interrupts: table.count::<InterruptRecord>() as usize,
            timers: table.count::<TimerRecord>() as usize,
            ports: table.count::<PortsRecord>() as usize,
            dma: table.count::<DmaRecord>() as usize,
            trace: table.header().trace as usize,
        }
    }
}

/// Every object, in memory that the shell has set aside, of the lengths in [`Sizes`].
pub struct Storage<'m, P: Port> {
    /// One a component, and behind them those of pools.
    pub threads: &'m [Thread<'m, P>],
    /// Slots of all tables.
    pub entries: &'m [Entry<'m, P>],
    /// Endpoints of the boot table, and behind them those of pools.
    pub endpoints: &'m [Endpoint<'m, P>],
    /// Notifications of the boot table, and behind them those of pools.
    pub notifications: &'m [Notification<'m, P>],
    /// Address spaces of pools.
    pub spaces: &'m [AddressSpace<'m, P>],
    /// Shared regions.
    pub regions: &'m [Region<'m, P>],
    /// Memory pools.
    pub pools: &'m [Pool<'m, P>],
    /// Regions that are taken from pools at run time.
    pub spare_regions: &'m [Region<'m, P>],
    /// Interrupts.
    pub interrupts: &'m [Interrupt<'m, P>],
    /// Timers.
    pub timers: &'m [Timer<'m, P>],
    /// Port ranges.
    pub ports: &'m [PortRange],
    /// Buffers for devices.
    pub dma: &'m [DmaBuffer],
}

const OUT_OF_MEMORY: &str = "the machine has too little memory";
const NO_SUCH_CORE: &str = "this machine has not started that core";

impl<P: Port> Default for Storage<'_, P> {
    fn default() -> Self {
        Self {
            threads: &[],
            entries: &[],
            endpoints: &[],
            notifications: &[],
            spaces: &[],
            regions: &[],
            pools: &[],
            spare_regions: &[],
            interrupts: &[],
            timers: &[],
            ports: &[],
            dma: &[],
        }
    }
}

impl<'m, P: Port> Storage<'m, P> {
    fn object(&self, kind: Kind, index: u32) -> Option<Object<'m, P>> {
        let index = index as usize;
        Some(match kind {
            Kind::Endpoint => Object::Endpoint(self.endpoints.get(index)?),
            Kind::Notification => Object::Notification(self.notifications.get(index)?),
            Kind::SharedRegion => Object::SharedRegion(self.regions.get(index)?),
            Kind::Interrupt => Object::Interrupt(self.interrupts.get(index)?),
            Kind::Timer => Object::Timer(self.timers.get(index)?),
            Kind::IoPorts => Object::IoPorts(self.ports.get(index)?),
            Kind::Mmio => Object::Mmio(index),
            Kind::Dma => Object::Dma(self.dma.get(index)?),
            Kind::Power => Object::Power,
            Kind::Census => Object::Census,
            Kind::Metrics => Object::Metrics,
            Kind::Process => Object::Process(self.threads.get(index)?),
            Kind::MemoryPool => Object::MemoryPool(self.pools.get(index)?),
            // Only made at run time.
            Kind::AddressSpace => return None,
        })
    }

    /// What a capability record of the table stands for.
    pub(crate) fn grant(&self, record: &CapabilityRecord) -> Option<Grant<'m, P>> {
        let object = Kind::from_code(record.kind).and_then(|kind| self.object(kind, record.object))?;
        Some(Grant { object, rights: record.rights, badge: record.badge })
    }
}

impl<P: Port> Clone for Storage<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Port> Copy for Storage<'_, P> {}

/// What every component is started from, at boot and later.
pub struct Origin<'m, P: Port> {
    /// The table, checked.
    pub table: Table<'m>,
    /// Where it starts in physical memory.
    pub image: PhysicalAddress,
    /// The objects that it names.
    pub storage: Storage<'m, P>,
}

impl<P: Port> Clone for Origin<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Port> Copy for Origin<'_, P> {}

impl<'m, P: Port> Origin<'m, P> {
    /// Where a mapping's first page comes from; zero pages come from nowhere.
    pub(crate) fn source(&self, mapping: &MappingRecord) -> PhysicalAddress {
        let object = mapping.object as usize;
        let base = match u64::from(mapping.source) {
            limits::SOURCE_IMAGE => self.image.0,
            limits::SOURCE_REGION => self.storage.regions.get(object).map_or(0, |region| region.start.get().0),
            limits::SOURCE_DMA => self.storage.dma.get(object).map_or(0, |buffer| buffer.address.get().0),
            limits::SOURCE_MMIO => self.table.get::<MmioRecord>(mapping.object).map_or(0, |range| range.address),
            _ => 0,
        };
        PhysicalAddress(base + mapping.offset)
    }

    /// Readies a thread to run from its entry point.
    pub(crate) fn start(&self, thread: &Thread<'m, P>, component: &ComponentRecord) {
        thread.set_priority(u8::try_from(component.priority).unwrap_or(u8::MAX));
        let ticks = |count: u32| u16::try_from(count).unwrap_or(u16::MAX);
        thread.set_budget(ticks(component.budget), ticks(component.period));
        thread.context.start(UserAddress(component.entry), UserAddress(component.stack), component.startup);
    }
}

/// Gives a private page the content that it has at boot; `source` is where its mapping takes it from.
pub(crate) fn fill<P: Port>(port: &mut P, mapping: &MappingRecord, source: PhysicalAddress, frame: PhysicalAddress) {
    if u64::from(mapping.source) == limits::SOURCE_IMAGE {
        port.copy_frame(source, frame);
    } else {
        port.zero_frame(frame);
    }
}

fn fill_slab<'m, T: Slabbed<'m>>(
    slab: &Slab<'m, T>,
    objects: &mut impl Iterator<Item = &'m T>,
    count: u32,
    own: impl Fn(&'m T),
) {
    for object in objects.take(count as usize) {
        own(object);
        slab.put(object);
    }
}

/// What building needs besides the system itself.
pub struct Builder<'b, 'm, P: Port> {
    /// What to build, and from what.
    pub origin: Origin<'m, P>,
    /// Free memory.
    pub frames: &'b mut Frames<'m>,
}

impl<'m, P: Port> Builder<'_, 'm, P> {
    /// Makes everything that the table lists, and readies every component.
    #[cold]
    pub fn build(&mut self, system: &mut System<'m, P>) -> Result<(), Refusal> {
        let origin = self.origin;
        system.storage = origin.storage;
        self.build_devices(system)?;
        self.build_endpoints()?;
        for ((index, record), region) in origin.table.all::<RegionRecord>().zip(origin.storage.regions) {
            region.start.set(self.run(&mut system.port, record.zone, record.pages, "regions", index)?);
            region.pages.set(record.pages);
        }
        for ((index, record), buffer) in origin.table.all::<DmaRecord>().zip(origin.storage.dma) {
            buffer.address.set(self.run(&mut system.port, record.zone, record.pages, "dma", index)?);
        }
        let mut slots = origin.storage.entries;
        for ((index, component), thread) in origin.table.all::<ComponentRecord>().zip(system.threads) {
            let Some((own, rest)) = slots.split_at_checked(component.slots as usize) else {
                return refuse("components", index, "slots", "more than was set aside");
            };
            slots = rest;
            thread.table.set_slots(own);
            thread.set_index(index);
            let Some(core) = system.cores.get(component.core as usize).copied().flatten() else {
                return refuse("components", index, "core", NO_SUCH_CORE);
            };
            thread.set_home(core);
            self.build_capabilities(thread, &component)?;
            let (space, buffer) = self.build_space(&mut system.port, index, &component)?;
            thread.set_space(space);
            thread.buffer.set(buffer);
            thread.supervisor.set(origin.storage.endpoints.get(component.supervisor as usize));
            thread.fault_badge.set(component.badge);
            origin.start(thread, &component);
            system.make_ready(thread);
        }
        self.build_pools(system, slots)?;
        self.start_interrupts(system)?;
        system.origin = Some(origin);
        Ok(())
    }

    /// Fills the slabs of every pool; `slots` are for the tables of their address spaces.
    fn build_pools(&mut self, system: &mut System<'m, P>, mut slots: &'m [Entry<'m, P>]) -> Result<(), Refusal> {
        let Origin { table, storage, .. } = self.origin;
        let mut regions = storage.spare_regions.iter();
        let mut endpoints = storage.endpoints.iter().skip(table.count::<EndpointRecord>() as usize);
        let mut notifications = storage.notifications.iter().skip(table.count::<NotificationRecord>() as usize);
        let mut threads = (0..).zip(storage.threads).skip(table.count::<ComponentRecord>() as usize);
        let mut spaces = (table.count::<ComponentRecord>()..).zip(storage.spaces);
        for ((index, record), pool) in table.all::<PoolRecord>().zip(storage.pools) {
            pool.available.set(record.pages);
            pool.place.set(self.place(record.zone, 0));
            pool.cores.set(record.cores);
            let started = system.cores.iter().take_while(|core| core.is_some()).count();
            if u64::from(record.cores) >> started != 0 {
                return refuse("pools", index, "cores", NO_SUCH_CORE);
            }
            fill_slab(&pool.regions, &mut regions, record.regions, |region| region.pool.set(Some(pool)));
            fill_slab(&pool.endpoints, &mut endpoints, record.endpoints, |endpoint| endpoint.pool.set(Some(pool)));
            fill_slab(&pool.notifications, &mut notifications, record.notifications, |notification| {
                notification.pool.set(Some(pool));
            });
            for (index, thread) in threads.by_ref().take(record.threads as usize) {
                thread.set_index(index);
                thread.pool.set(Some(pool));
                pool.threads.put(thread);
            }
            for (owner, space) in spaces.by_ref().take(record.spaces as usize) {
                let root = system.port.create_space(&mut || self.frames.allocate(Place::NORMAL));
                let (Some(root), Some((own, rest))) = (root, slots.split_at_checked(limits::MADE_SLOTS as usize))
                else {
                    return refuse("pools", index, "spaces", OUT_OF_MEMORY);
                };
                slots = rest;
                space.table.space.set(root);
                space.table.pool.set(Some(pool));
                space.table.set_slots(own);
                space.table.set_owner(owner);
                space.table.restart(0);
                pool.spaces.put(space);
            }
        }
        Ok(())
    }

    fn build_endpoints(&self) -> Result<(), Refusal> {
        for ((_, record), notification) in
            self.origin.table.all::<NotificationRecord>().zip(self.origin.storage.notifications)
        {
            notification.bits.set(record.initial);
        }
        for ((index, record), endpoint) in self.origin.table.all::<EndpointRecord>().zip(self.origin.storage.endpoints)
        {
            let notification = self.origin.storage.notifications.get(record.notification as usize);
            if notification.is_some_and(|notification| notification.endpoint.replace(Some(endpoint)).is_some()) {
                return refuse("endpoints", index, "notification", "already bound to another endpoint");
            }
            endpoint.notification.set(notification);
        }
        Ok(())
    }

    #[cold]
    fn build_devices(&self, system: &mut System<'m, P>) -> Result<(), Refusal> {
        for ((_, record), range) in self.origin.table.all::<PortsRecord>().zip(self.origin.storage.ports) {
            range.first.set(u16::try_from(record.first).unwrap_or(u16::MAX));
            range.count.set(record.count);
        }
        for ((_, record), timer) in self.origin.table.all::<TimerRecord>().zip(self.origin.storage.timers) {
            timer.bits.set(record.bits);
            timer.notification.set(self.origin.storage.notifications.get(record.notification as usize));
        }
        system.deadlines = Deadlines::new(self.origin.storage.timers);
        for (index, record) in self.origin.table.all::<MmioRecord>() {
            let size = u64::from(record.pages) * system.port.page_size();
            if !system.port.is_device_range(MemoryRange { start: PhysicalAddress(record.address), size }) {
                return refuse("mmio", index, "address", "memory, or registers that the kernel uses itself");
            }
        }
        Ok(())
    }

    /// Lets each line interrupt the core of the component that holds it.
    fn start_interrupts(&self, system: &mut System<'m, P>) -> Result<(), Refusal> {
        for ((index, record), interrupt) in
            self.origin.table.all::<InterruptRecord>().zip(self.origin.storage.interrupts)
        {
            let level = u64::from(record.trigger) == limits::TRIGGER_LEVEL;
            if !system.port.configure_interrupt(record.line, level, interrupt.core.get()) {
                return refuse("interrupts", index, "line", "this machine has no such line");
            }
            interrupt.line.set(record.line);
            interrupt.bits.set(record.bits);
            interrupt.notification.set(self.origin.storage.notifications.get(record.notification as usize));
            system.port.unmask_interrupt(record.line);
        }
        Ok(())
    }

    /// Where the memory of a zone of the table is to lie: on the node `near` where the zone names none.
    fn place(&self, index: u32, near: u8) -> Place {
        let record = self.origin.table.get::<ZoneRecord>(index);
        record.map_or(Place::NORMAL, |record| Place {
            zone: Zone::from_code(record.kind).unwrap_or(Zone::Normal),
            node: u8::try_from(record.node).unwrap_or(near),
        })
    }

    /// Zeroed frames side by side.
    #[cold]
    fn run(
        &mut self,
        port: &mut P,
        zone: u32,
        pages: u32,
        record: &'static str,
        index: u32,
    ) -> Result<PhysicalAddress, Refusal> {
        let Some(start) = self.frames.allocate_run(self.place(zone, 0), pages as usize) else {
            return refuse(record, index, "pages", OUT_OF_MEMORY);
        };
        for page in 0..u64::from(pages) {
            port.zero_frame(PhysicalAddress(start.0 + page * port.page_size()));
        }
        Ok(start)
    }

    fn build_capabilities(&self, thread: &Thread<'m, P>, component: &ComponentRecord) -> Result<(), Refusal> {
        let records = self.origin.table.range::<CapabilityRecord>(component.first_capability, component.capabilities);
        for (number, record) in records {
            let Some(grant) = self.origin.storage.grant(&record) else {
                return refuse("capabilities", number, "object", "no such object");
            };
            if let Object::Interrupt(interrupt) = grant.object {
                interrupt.core.set(component.core);
            }
            if thread.table.create(&grant).is_err() {
                return refuse("capabilities", number, "slot", "no free slot");
            }
        }
        Ok(())
    }

    /// A component's address space, and the frame of its message buffer.
    #[inline(never)]
    fn build_space(
        &mut self,
        port: &mut P,
        index: u32,
        component: &ComponentRecord,
    ) -> Result<(P::Space, Option<PhysicalAddress>), Refusal> {
        let mut buffer = None;
        let origin = self.origin;
        let place = self.place(component.zone, self.frames.node_of(port.processor(component.core)));
        let tables = Place { zone: Zone::Normal, ..place };
        let Some(space) = port.create_space(&mut || self.frames.allocate(tables)) else {
            return refuse("components", index, "zone", OUT_OF_MEMORY);
        };
        for (number, mapping) in origin.table.range::<MappingRecord>(component.first_mapping, component.mappings) {
            let flags = u64::from(mapping.flags);
            let flags = PageFlags {
                write: flags & limits::MAP_WRITE != 0,
                execute: flags & limits::MAP_EXECUTE != 0,
                device: flags & limits::MAP_DEVICE != 0,
            };
            if mapping.address + u64::from(mapping.pages) * port.page_size() > port.user_end().0 {
                return refuse("mappings", number, "address", "more than this machine translates");
            }
            let base = origin.source(&mapping);
            for page in 0..u64::from(mapping.pages) {
                let source = PhysicalAddress(base.0 + page * port.page_size());
                let address = UserAddress(mapping.address + page * port.page_size());
                let mapped = self.page(port, &mapping, source, place).and_then(|physical| {
                    if u64::from(mapping.source) == limits::SOURCE_BUFFER {
                        buffer = Some(physical);
                    }
                    port.map_page(space, address, physical, flags, &mut || self.frames.allocate(tables)).ok()
                });
                if mapped.is_none() {
                    return refuse("mappings", number, "pages", OUT_OF_MEMORY);
                }
                if origin.table.header().record != 0 && is_granted(&mapping) {
                    // The first access is to be seen. Its page tables stay, so that it takes no memory.
                    port.unmap_page(space, address);
                }
            }
        }
        Ok((space, buffer))
    }

    /// The frame for one page: a private copy, a zeroed frame, or the source itself.
    fn page(
        &mut self,
        port: &mut P,
        mapping: &MappingRecord,
        source: PhysicalAddress,
        place: Place,
    ) -> Option<PhysicalAddress> {
        if !is_private(mapping) {
            return Some(source);
        }
        let frame = self.frames.allocate(place)?;
        fill(port, mapping, source, frame);
        Some(frame)
    }
}
