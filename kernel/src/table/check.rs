//! Every rule that a boot table must keep, a function a section.

use super::{Refusal, Table, refuse};
use veridian_abi::{
    CapabilityRecord, ComponentRecord, DmaRecord, EndpointRecord, InterruptRecord, Kind, MappingRecord, MmioRecord,
    NotificationRecord, PoolRecord, PortsRecord, RecordHeader, RecordNote, RegionRecord, TimerRecord, ZoneRecord,
    limits, rights,
};

const NONE: u32 = limits::NONE as u32;

pub(super) fn table(table: &Table<'_>) -> Result<(), Refusal> {
    zones(table)?;
    endpoints(table)?;
    interrupts(table)?;
    timers(table)?;
    ports(table)?;
    mmio(table)?;
    memory_objects(table)?;
    components(table)?;
    record(table)?;
    budgets(table)
}

/// The pages that used rights are noted in hold a note for each capability, and a word for each component.
fn record(table: &Table<'_>) -> Result<(), Refusal> {
    let header = table.header();
    let notes = u64::from(table.count::<CapabilityRecord>()) * RecordNote::SIZE as u64;
    let words = u64::from(table.count::<ComponentRecord>()) * size_of::<u64>() as u64;
    if header.record != 0 && RecordHeader::SIZE as u64 + notes + words > header.size - header.record {
        return refuse("header", 0, "record", "too few pages");
    }
    Ok(())
}

fn zones(table: &Table<'_>) -> Result<(), Refusal> {
    for (index, zone) in table.all::<ZoneRecord>() {
        if u64::from(zone.kind) > limits::ZONE_HIGH {
            return refuse("zones", index, "kind", "no such kind of zone");
        }
        if (u64::from(zone.node) >= limits::MAX_NODES && zone.node != NONE) || zone.reserved != 0 {
            return refuse("zones", index, "node", "more than are told apart, or what is reserved is not 0");
        }
    }
    Ok(())
}

fn endpoints(table: &Table<'_>) -> Result<(), Refusal> {
    for (index, endpoint) in table.all::<EndpointRecord>() {
        if endpoint.reserved != 0 {
            return refuse("endpoints", index, "reserved", "not 0");
        }
        if endpoint.notification != NONE && endpoint.notification >= table.count::<NotificationRecord>() {
            return refuse("endpoints", index, "notification", "no such notification");
        }
    }
    Ok(())
}

fn interrupts(table: &Table<'_>) -> Result<(), Refusal> {
    let mut last = None;
    for (index, interrupt) in table.all::<InterruptRecord>() {
        if u64::from(interrupt.line) >= limits::MAX_LINES {
            return refuse("interrupts", index, "line", "no such line");
        }
        if last.is_some_and(|last| interrupt.line <= last) {
            return refuse("interrupts", index, "line", "owned twice, or not in ascending order");
        }
        signals(table, "interrupts", index, interrupt.notification, interrupt.bits)?;
        if u64::from(interrupt.trigger) > limits::TRIGGER_LEVEL {
            return refuse("interrupts", index, "trigger", "no such trigger mode");
        }
        if interrupt.reserved != 0 {
            return refuse("interrupts", index, "reserved", "not 0");
        }
        last = Some(interrupt.line);
    }
    Ok(())
}

fn timers(table: &Table<'_>) -> Result<(), Refusal> {
    for (index, timer) in table.all::<TimerRecord>() {
        signals(table, "timers", index, timer.notification, timer.bits)?;
        if timer.reserved != 0 {
            return refuse("timers", index, "reserved", "not 0");
        }
    }
    Ok(())
}

/// What signals a notification names one that there is, and a bit.
fn signals(table: &Table<'_>, record: &'static str, index: u32, notification: u32, bits: u64) -> Result<(), Refusal> {
    if notification >= table.count::<NotificationRecord>() {
        return refuse(record, index, "notification", "no such notification");
    }
    if bits == 0 { refuse(record, index, "bits", "sets no bit") } else { Ok(()) }
}

fn ports(table: &Table<'_>) -> Result<(), Refusal> {
    let mut free = 0;
    for (index, range) in table.all::<PortsRecord>() {
        let end = u64::from(range.first) + u64::from(range.count);
        if range.count == 0 || end > 0x1_0000 {
            return refuse("ports", index, "count", "no port, or ports beyond 0xffff");
        }
        if u64::from(range.first) < free {
            return refuse("ports", index, "first", "overlaps the range before it, or not in ascending order");
        }
        free = end;
    }
    Ok(())
}

fn mmio(table: &Table<'_>) -> Result<(), Refusal> {
    let mut free = 0;
    for (index, range) in table.all::<MmioRecord>() {
        if !range.address.is_multiple_of(table.page_size()) {
            return refuse("mmio", index, "address", "not on a page boundary");
        }
        let Some(end) = range.address.checked_add(u64::from(range.pages) * table.page_size()) else {
            return refuse("mmio", index, "pages", "beyond the end of the address space");
        };
        if range.pages == 0 || u64::from(range.pages) > limits::MAX_MAPPING_PAGES {
            return refuse("mmio", index, "pages", "no page, or too many");
        }
        if range.address < free {
            return refuse("mmio", index, "address", "overlaps the range before it, or not in ascending order");
        }
        if range.reserved != 0 {
            return refuse("mmio", index, "reserved", "not 0");
        }
        free = end;
    }
    Ok(())
}

fn memory_objects(table: &Table<'_>) -> Result<(), Refusal> {
    let zones = table.count::<ZoneRecord>();
    let check = |record, index, pages: u32, zone: u32| {
        if pages == 0 || u64::from(pages) > limits::MAX_MAPPING_PAGES {
            return refuse(record, index, "pages", "no page, or too many");
        }
        if zone >= zones {
            return refuse(record, index, "zone", "no such zone");
        }
        Ok(())
    };
    for (index, region) in table.all::<RegionRecord>() {
        check("regions", index, region.pages, region.zone)?;
    }
    for (index, buffer) in table.all::<DmaRecord>() {
        check("dma", index, buffer.pages, buffer.zone)?;
    }
    let mut regions = 0;
    let mut made = [0; 4];
    for (index, pool) in table.all::<PoolRecord>() {
        check("pools", index, pool.pages, pool.zone)?;
        regions += u64::from(pool.regions);
        if pool.regions == 0 || regions > limits::MAX_OBJECTS {
            return refuse("pools", index, "regions", "none, or more than the kernel takes");
        }
        for (sum, (field, count)) in made.iter_mut().zip([
            ("endpoints", pool.endpoints),
            ("notifications", pool.notifications),
            ("spaces", pool.spaces),
            ("threads", pool.threads),
        ]) {
            *sum += u64::from(count);
            if *sum > limits::MAX_MADE {
                return refuse("pools", index, field, "more than the kernel takes");
            }
        }
    }
    Ok(())
}

fn components(table: &Table<'_>) -> Result<(), Refusal> {
    let (mut next_mapping, mut next_capability) = (0u32, 0u32);
    let mut slots = 0u64;
    for (index, component) in table.all::<ComponentRecord>() {
        let fail = |field, why| refuse("components", index, field, why);
        // Records in order, each owned once: nobody gets another component's.
        if component.first_mapping != next_mapping {
            return fail("first_mapping", "not right behind the mappings of the component before it");
        }
        if component.first_capability != next_capability {
            return fail("first_capability", "not right behind the capabilities of the component before it");
        }
        let Some(mappings) = next_mapping.checked_add(component.mappings) else {
            return fail("mappings", "beyond the section");
        };
        let Some(capabilities) = next_capability.checked_add(component.capabilities) else {
            return fail("capabilities", "beyond the section");
        };
        if mappings > table.count::<MappingRecord>() {
            return fail("mappings", "beyond the section");
        }
        if capabilities > table.count::<CapabilityRecord>() {
            return fail("capabilities", "beyond the section");
        }
        (next_mapping, next_capability) = (mappings, capabilities);
        if component.slots < component.capabilities || u64::from(component.slots) > limits::MAX_SLOTS {
            return fail("slots", "fewer than its capabilities, or too many");
        }
        slots += u64::from(component.slots);
        if slots > limits::MAX_CAPABILITIES {
            return fail("slots", "more in all than the kernel takes");
        }
        if u64::from(component.priority) > limits::BATCH_LAST {
            return fail("priority", "beyond 199");
        }
        if (component.budget == 0) != (component.period == 0) || component.budget > component.period {
            return fail("budget", "more than the period, or one without the other");
        }
        if u64::from(component.period) > limits::MAX_PERIOD_TICKS {
            return fail("period", "longer than the kernel counts");
        }
        if component.budget != 0 && u64::from(component.priority) > limits::REALTIME_LAST {
            return fail("budget", "for real time alone");
        }
        if component.supervisor != NONE && component.supervisor >= table.count::<EndpointRecord>() {
            return fail("supervisor", "no such endpoint");
        }
        if component.zone >= table.count::<ZoneRecord>() {
            return fail("zone", "no such zone");
        }
        if u64::from(component.core) >= limits::MAX_CORES {
            return fail("core", "more than the kernel starts");
        }
        if !component.stack.is_multiple_of(16) || component.stack > limits::USER_END {
            return fail("stack", "not a multiple of 16, or not a user address");
        }
        if component.startup >= limits::USER_END {
            return fail("startup", "not a user address");
        }
        let executable =
            table.range::<MappingRecord>(component.first_mapping, component.mappings).any(|(_, mapping)| {
                u64::from(mapping.flags) & limits::MAP_EXECUTE != 0
                    && component.entry >= mapping.address
                    && component.entry - mapping.address < u64::from(mapping.pages) * table.page_size()
            });
        if !executable {
            return fail("entry", "not in an executable mapping");
        }
        component_capabilities(table, &component)?;
        component_mappings(table, &component)?;
    }
    if next_mapping != table.count::<MappingRecord>() {
        return refuse("mappings", next_mapping, "address", "belongs to no component");
    }
    if next_capability != table.count::<CapabilityRecord>() {
        return refuse("capabilities", next_capability, "slot", "belongs to no component");
    }
    Ok(())
}

fn component_capabilities(table: &Table<'_>, component: &ComponentRecord) -> Result<(), Refusal> {
    let records = table.range::<CapabilityRecord>(component.first_capability, component.capabilities);
    for (expected, (index, capability)) in (0u32..).zip(records) {
        let fail = |field, why| refuse("capabilities", index, field, why);
        if capability.slot != expected {
            return fail("slot", "slots must count up from 0");
        }
        let Some(kind) = Kind::from_code(capability.kind) else {
            return fail("kind", "no such kind of object");
        };
        if capability.object >= objects(table, kind) {
            return fail("object", "no such object");
        }
        if capability.rights == 0 || capability.rights & !kind.rights() != 0 {
            return fail("rights", "none, or some that this kind of object has not");
        }
    }
    Ok(())
}

fn objects(table: &Table<'_>, kind: Kind) -> u32 {
    match kind {
        Kind::Endpoint => table.count::<EndpointRecord>(),
        Kind::Notification => table.count::<NotificationRecord>(),
        Kind::SharedRegion => table.count::<RegionRecord>(),
        Kind::Interrupt => table.count::<InterruptRecord>(),
        Kind::Timer => table.count::<TimerRecord>(),
        Kind::IoPorts => table.count::<PortsRecord>(),
        Kind::Mmio => table.count::<MmioRecord>(),
        Kind::Dma => table.count::<DmaRecord>(),
        Kind::Power => table.power_switches(),
        Kind::Census => table.censuses(),
        Kind::Metrics => table.metrics(),
        Kind::Process => table.count::<ComponentRecord>(),
        Kind::MemoryPool => table.count::<PoolRecord>(),
        // Only made at run time.
        Kind::AddressSpace => 0,
    }
}

fn component_mappings(table: &Table<'_>, component: &ComponentRecord) -> Result<(), Refusal> {
    let mut free = limits::USER_BASE;
    let mut buffers = 0;
    for (index, mapping) in table.range::<MappingRecord>(component.first_mapping, component.mappings) {
        let fail = |field, why| refuse("mappings", index, field, why);
        let size = u64::from(mapping.pages) * table.page_size();
        if mapping.pages == 0 || u64::from(mapping.pages) > limits::MAX_MAPPING_PAGES {
            return fail("pages", "no page, or too many");
        }
        if !mapping.address.is_multiple_of(table.page_size()) {
            return fail("address", "not on a page boundary");
        }
        if mapping.address < free {
            return fail("address", "overlaps the mapping before it, is not in ascending order, or is too low");
        }
        match mapping.address.checked_add(size) {
            Some(end) if end <= limits::USER_END => free = end,
            _ => return fail("address", "not in user space"),
        }
        buffers += u32::from(u64::from(mapping.source) == limits::SOURCE_BUFFER);
        if buffers > 1 {
            return fail("source", "a second message buffer");
        }
        flags(index, &mapping)?;
        source(table, component, index, &mapping)?;
    }
    Ok(())
}

fn flags(index: u32, mapping: &MappingRecord) -> Result<(), Refusal> {
    let flags = u64::from(mapping.flags);
    let known = limits::MAP_READ | limits::MAP_WRITE | limits::MAP_EXECUTE | limits::MAP_DEVICE;
    let has = |flag| flags & flag != 0;
    let why = if flags & !known != 0 || !has(limits::MAP_READ) {
        "unknown flags, or not readable"
    } else if has(limits::MAP_WRITE) && has(limits::MAP_EXECUTE) {
        "writable and executable"
    } else if has(limits::MAP_DEVICE) != (u64::from(mapping.source) == limits::SOURCE_MMIO) {
        "device registers mapped as memory, or memory as device registers"
    } else if has(limits::MAP_EXECUTE) && u64::from(mapping.source) != limits::SOURCE_IMAGE {
        "executable, but not part of the image"
    } else {
        return Ok(());
    };
    refuse("mappings", index, "flags", why)
}

/// What backs a mapping must exist, hold the whole of it, and be the component's to map.
fn source(table: &Table<'_>, component: &ComponentRecord, index: u32, mapping: &MappingRecord) -> Result<(), Refusal> {
    let fail = |field, why| refuse("mappings", index, field, why);
    let Some(end) = mapping.offset.checked_add(u64::from(mapping.pages) * table.page_size()) else {
        return fail("offset", "beyond its source");
    };
    if !mapping.offset.is_multiple_of(table.page_size()) {
        return fail("offset", "not on a page boundary");
    }
    let (kind, pages, read, write) = match u64::from(mapping.source) {
        limits::SOURCE_IMAGE => {
            if mapping.object != NONE {
                return fail("object", "the image is not an object");
            }
            let header = table.header();
            let payload_end = if header.record == 0 { header.size } else { header.record };
            if mapping.offset < header.payload || end > payload_end {
                return fail("offset", "outside the payload");
            }
            return Ok(());
        }
        limits::SOURCE_ZERO => {
            if mapping.object != NONE {
                return fail("object", "zero pages are not an object");
            }
            return if mapping.offset == 0 { Ok(()) } else { fail("offset", "not 0") };
        }
        limits::SOURCE_BUFFER => {
            if mapping.object != NONE {
                return fail("object", "a message buffer is not an object");
            }
            if mapping.offset != 0 || mapping.pages != 1 {
                return fail("pages", "a message buffer has one page");
            }
            if u64::from(mapping.flags) & limits::MAP_WRITE == 0 {
                return fail("flags", "a message buffer is written");
            }
            return Ok(());
        }
        limits::SOURCE_REGION => (
            Kind::SharedRegion,
            table.get::<RegionRecord>(mapping.object).map(|region| region.pages),
            rights::shared_region::READ,
            rights::shared_region::WRITE,
        ),
        limits::SOURCE_DMA => (
            Kind::Dma,
            table.get::<DmaRecord>(mapping.object).map(|buffer| buffer.pages),
            rights::dma::READ,
            rights::dma::WRITE,
        ),
        limits::SOURCE_MMIO => (
            Kind::Mmio,
            table.get::<MmioRecord>(mapping.object).map(|range| range.pages),
            rights::mmio::READ,
            rights::mmio::WRITE,
        ),
        _ => return fail("source", "no such source"),
    };
    let Some(pages) = pages else {
        return fail("object", "no such object");
    };
    if end > u64::from(pages) * table.page_size() {
        return fail("offset", "beyond the end of the object");
    }
    let needed = if u64::from(mapping.flags) & limits::MAP_WRITE != 0 { read | write } else { read };
    let held = table
        .range::<CapabilityRecord>(component.first_capability, component.capabilities)
        .filter(|(_, capability)| capability.kind == kind as u16 && capability.object == mapping.object)
        .fold(0, |held, (_, capability)| held | capability.rights);
    if held & needed != needed {
        return fail("object", "the component holds no capability that allows this mapping");
    }
    Ok(())
}

/// Memory that is handed out at boot, charged to its zone.
fn budgets(table: &Table<'_>) -> Result<(), Refusal> {
    let mut spent = [0u64; limits::MAX_ZONES as usize];
    let mut charge = |zone: u32, pages: u32| {
        if let Some(spent) = spent.get_mut(zone as usize) {
            *spent += u64::from(pages);
        }
    };
    for (_, region) in table.all::<RegionRecord>() {
        charge(region.zone, region.pages);
    }
    for (_, buffer) in table.all::<DmaRecord>() {
        charge(buffer.zone, buffer.pages);
    }
    for (_, pool) in table.all::<PoolRecord>() {
        charge(pool.zone, pool.pages);
    }
    for (_, component) in table.all::<ComponentRecord>() {
        for (_, mapping) in table.range::<MappingRecord>(component.first_mapping, component.mappings) {
            if is_private(&mapping) {
                charge(component.zone, mapping.pages);
            }
        }
    }
    for ((index, zone), spent) in table.all::<ZoneRecord>().zip(spent) {
        if spent > u64::from(zone.pages) {
            return refuse("zones", index, "pages", "less than what is taken from it");
        }
    }
    Ok(())
}

/// Whether a mapping's pages are the component's own: zero pages, its message buffer, and writable pages of
/// the image.
pub fn is_private(mapping: &MappingRecord) -> bool {
    match u64::from(mapping.source) {
        limits::SOURCE_ZERO | limits::SOURCE_BUFFER => true,
        limits::SOURCE_IMAGE => u64::from(mapping.flags) & limits::MAP_WRITE != 0,
        _ => false,
    }
}
