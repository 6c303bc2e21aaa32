//! Whole tables and damaged ones: each is refused by name, or harmless.

use super::*;
use crate::testing::Random;
use veridian_abi::{Kind, rights};
use veridian_port::log;

/// What a refusal says.
pub(crate) fn said(refusal: Refusal) -> String {
    let mut line = String::new();
    log::write(&mut |text| line.push_str(text), &refusal.pieces());
    line
}

const PAGE: u64 = limits::PAGE_SIZE;
const NONE: u32 = limits::NONE as u32;

/// Bytes of one record, field by field.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn u64(mut self, value: u64) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    fn u32(mut self, value: u32) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    fn u16(mut self, value: u16) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }
}

fn mapping(address: u64, offset: u64, pages: u32, flags: u64, source: u64, object: u32) -> Vec<u8> {
    Bytes::default().u64(address).u64(offset).u32(pages).u32(flags as u32).u32(source as u32).u32(object).0
}

fn capability(slot: u32, object: u32, kind: Kind, rights: u16) -> Vec<u8> {
    Bytes::default().u32(slot).u32(object).u32(1).u16(kind as u16).u16(rights).0
}

fn component(first_mapping: u32, first_capability: u32, supervisor: u32) -> Vec<u8> {
    Bytes::default()
        .u64(0x40_0010)
        .u64(limits::STACK_TOP)
        .u64(limits::PROGRAM_END)
        .u32(first_mapping)
        .u32(4)
        .u32(first_capability)
        .u32(3)
        .u32(19)
        .u32(120)
        .u32(supervisor)
        .u32(0x8000_0000)
        .u32(0)
        .u32(0)
        .u32(0)
        .u32(0)
        .0
}

/// A table with two components, something of every kind, and two payload pages.
pub(crate) fn whole() -> Vec<u8> {
    let code = limits::MAP_READ | limits::MAP_EXECUTE;
    let data = limits::MAP_READ | limits::MAP_WRITE;
    let mut mappings = Vec::new();
    for _ in 0..2 {
        mappings.push(mapping(0x40_0000, PAGE, 1, code, limits::SOURCE_IMAGE, NONE));
        mappings.push(mapping(0x40_1000, 2 * PAGE, 1, data, limits::SOURCE_IMAGE, NONE));
        mappings.push(mapping(limits::REGIONS_BASE, 0, 2, data, limits::SOURCE_REGION, 0));
        mappings.push(mapping(limits::STACK_TOP - 4 * PAGE, 0, 4, data, limits::SOURCE_ZERO, NONE));
    }
    let shared = rights::shared_region::READ | rights::shared_region::WRITE;
    let mut capabilities = Vec::new();
    for (kind, right) in [(Kind::Endpoint, rights::endpoint::CALL), (Kind::Power, rights::power::OFF)] {
        capabilities.push(capability(0, 0, kind, right));
        capabilities.push(capability(1, 0, Kind::SharedRegion, shared));
        capabilities.push(capability(2, 0, Kind::IoPorts, rights::io_ports::READ));
    }
    let sections: [Vec<Vec<u8>>; SECTIONS] = [
        vec![Bytes::default().u32(limits::ZONE_NORMAL as u32).u32(16).u32(0).u32(0).0],
        vec![component(0, 0, NONE), component(4, 3, 0)],
        mappings,
        capabilities,
        vec![Bytes::default().u32(0).u32(0).0],
        vec![Bytes::default().u64(0).0],
        vec![Bytes::default().u32(2).u32(0).0],
        vec![Bytes::default().u64(1).u32(4).u32(0).u32(0).u32(0).0],
        vec![Bytes::default().u64(2).u32(0).u32(0).0],
        vec![Bytes::default().u32(0x3f8).u32(8).0],
        vec![Bytes::default().u64(0xfec1_0000).u32(1).u32(0).0],
        vec![Bytes::default().u32(1).u32(0).0],
        vec![Bytes::default().u32(3).u32(0).u32(2).u32(0).0],
        vec![Bytes::default().u64(0).0],
        vec![Bytes::default().u64(0).0],
        vec![Bytes::default().u64(0).0],
    ];
    let mut directory = Bytes::default();
    let mut records: Vec<u8> = Vec::new();
    let first = Header::SIZE + SECTIONS * SectionEntry::SIZE;
    for section in &sections {
        directory = directory.u32((first + records.len()) as u32).u32(section.len() as u32);
        section.iter().for_each(|record| records.extend_from_slice(record));
    }
    let mut table = Bytes::default()
        .u64(TABLE_MAGIC)
        .u64(ABI_ID)
        .u64(0x51ab_90ff_0000_0000)
        .u64(3 * PAGE)
        .u32(TABLE_VERSION)
        .u32(SECTIONS as u32)
        .u64(PAGE)
        .u64(3 * PAGE - 16)
        .u64(16)
        .u32(0)
        .u32(0)
        .u32(39)
        .u32(PAGE as u32)
        .u64(0)
        .0;
    table.extend(directory.0);
    table.extend(records);
    assert!(table.len() <= PAGE as usize);
    table.resize(3 * PAGE as usize, 0);
    table
}

/// What must hold of any table that passed, whatever was damaged: written apart from the checks.
fn assert_harmless(table: &Table<'_>) {
    let mut lines = std::collections::BTreeSet::new();
    for (_, interrupt) in table.all::<InterruptRecord>() {
        assert!(lines.insert(interrupt.line) && interrupt.notification < table.count::<NotificationRecord>());
    }
    for (_, timer) in table.all::<TimerRecord>() {
        assert!(timer.bits != 0 && timer.notification < table.count::<NotificationRecord>());
    }
    let mut ports = vec![false; 0x1_0000];
    for (_, range) in table.all::<PortsRecord>() {
        for port in range.first..range.first + range.count {
            assert!(!std::mem::replace(&mut ports[port as usize], true), "port {port:#x} twice");
        }
    }
    let mut spent = vec![0u64; table.count::<ZoneRecord>() as usize];
    for (_, region) in table.all::<RegionRecord>() {
        spent[region.zone as usize] += u64::from(region.pages);
    }
    for (_, buffer) in table.all::<DmaRecord>() {
        spent[buffer.zone as usize] += u64::from(buffer.pages);
    }
    for (_, component) in table.all::<ComponentRecord>() {
        assert!(component.priority < 200 && component.slots <= limits::MAX_SLOTS as u32);
        let held: Vec<_> = table
            .range::<CapabilityRecord>(component.first_capability, component.capabilities)
            .map(|(_, capability)| capability)
            .collect();
        assert_eq!(held.len(), component.capabilities as usize);
        for capability in &held {
            let kind = Kind::from_code(capability.kind).expect("a known kind");
            assert_eq!(capability.rights & !kind.rights(), 0);
        }
        let mappings: Vec<_> = table
            .range::<MappingRecord>(component.first_mapping, component.mappings)
            .map(|(_, mapping)| mapping)
            .collect();
        for (number, one) in mappings.iter().enumerate() {
            let flags = u64::from(one.flags);
            let end = one.address + u64::from(one.pages) * PAGE;
            assert!(flags & limits::MAP_WRITE == 0 || flags & limits::MAP_EXECUTE == 0);
            assert!(one.address >= limits::USER_BASE && end <= limits::USER_END);
            for other in mappings.iter().skip(number + 1) {
                assert!(other.address >= end || other.address + u64::from(other.pages) * PAGE <= one.address);
            }
            if u64::from(one.source) == limits::SOURCE_REGION {
                let allowed = held
                    .iter()
                    .filter(|held| held.kind == Kind::SharedRegion as u16 && held.object == one.object)
                    .fold(0, |rights, held| rights | held.rights);
                assert!(flags & limits::MAP_WRITE == 0 || allowed & rights::shared_region::WRITE != 0);
                assert!(allowed & rights::shared_region::READ != 0);
                let region = table.get::<RegionRecord>(one.object).expect("a region");
                assert!(one.offset + u64::from(one.pages) * PAGE <= u64::from(region.pages) * PAGE);
            }
            if u64::from(one.source) == limits::SOURCE_IMAGE {
                assert!(one.offset >= PAGE && one.offset + u64::from(one.pages) * PAGE <= table.header().size);
            }
            if u64::from(one.source) == limits::SOURCE_BUFFER {
                assert!(one.pages == 1 && flags == limits::MAP_READ | limits::MAP_WRITE);
            }
            if is_private(one) {
                spent[component.zone as usize] += u64::from(one.pages);
            }
        }
    }
    for ((_, zone), spent) in table.all::<ZoneRecord>().zip(spent) {
        assert!(spent <= u64::from(zone.pages));
    }
}

#[test]
fn a_whole_table_passes() {
    let bytes = whole();
    let table = Table::parse(&bytes).expect("nothing is wrong with it");
    assert_harmless(&table);
    assert_eq!((table.count::<ComponentRecord>(), table.power_switches(), table.censuses()), (2, 1, 1));
}

/// Where the mappings start in a table.
fn mappings_offset(bytes: &[u8]) -> usize {
    let section = Header::SIZE + Section::Mappings as usize * SectionEntry::SIZE;
    SectionEntry::read(bytes, section).expect("a directory").offset as usize
}

#[test]
fn a_refusal_names_record_and_field() {
    let mut bytes = whole();
    // The flags of the second mapping: executable on top of writable.
    let offset = mappings_offset(&bytes) + MappingRecord::SIZE + 20;
    bytes[offset] |= limits::MAP_EXECUTE as u8;
    let refusal = Table::parse(&bytes).expect_err("writable and executable");
    assert_eq!(said(refusal), "mappings[1].flags: writable and executable");
}

#[test]
fn what_others_may_write_is_executable_for_nobody_and_registers_are_never_memory() {
    let flags = |index: usize, flags: u64| {
        let mut bytes = whole();
        let offset = mappings_offset(&bytes) + index * MappingRecord::SIZE + 20;
        bytes[offset..offset + 4].copy_from_slice(&(flags as u32).to_le_bytes());
        Table::parse(&bytes).map(drop).map_err(said)
    };
    let refused = |index: usize, why: &str| Err(format!("mappings[{index}].flags: {why}"));
    // The region that both components have: the first writes it, and the second would run it.
    assert_eq!(flags(6, limits::MAP_READ), Ok(()));
    let run = limits::MAP_READ | limits::MAP_EXECUTE;
    assert_eq!(flags(6, run), refused(6, "executable, but not part of the image"));
    assert_eq!(flags(7, run), refused(7, "executable, but not part of the image"));
    let device = limits::MAP_READ | limits::MAP_DEVICE;
    let mixed = "device registers mapped as memory, or memory as device registers";
    assert_eq!(flags(6, device), refused(6, mixed));
    let mut registers = whole();
    let source = mappings_offset(&registers) + 6 * MappingRecord::SIZE + 24;
    registers[source] = limits::SOURCE_MMIO as u8;
    let refusal = Table::parse(&registers).map(drop).map_err(said);
    assert_eq!(refusal, refused(6, mixed));
}

#[test]
fn a_component_has_one_message_buffer_of_one_page() {
    let first = mappings_offset(&whole());
    let source = |mapping: usize| first + mapping * MappingRecord::SIZE + 24;
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole();
        change(&mut bytes);
        Table::parse(&bytes).map(drop).map_err(said)
    };
    let buffer = limits::SOURCE_BUFFER as u8;
    // The third mapping as a buffer of its two pages, and then of one.
    let refused = |index: usize, why: &str| Err(format!("mappings[{index}].{why}"));
    let third = |bytes: &mut Vec<u8>| {
        bytes[source(2)] = buffer;
        bytes[source(2) + 4..source(2) + 8].copy_from_slice(&NONE.to_le_bytes());
    };
    assert_eq!(with(&third), refused(2, "pages: a message buffer has one page"));
    let one_page = |bytes: &mut Vec<u8>| {
        third(bytes);
        bytes[source(2) - 8] = 1;
        // The zone has room for one page more.
        bytes[Header::SIZE + SECTIONS * SectionEntry::SIZE + 4] += 1;
    };
    assert_eq!(with(&one_page), Ok(()));
    let read_only = |bytes: &mut Vec<u8>| {
        one_page(bytes);
        bytes[source(2) - 4] = limits::MAP_READ as u8;
    };
    assert_eq!(with(&read_only), refused(2, "flags: a message buffer is written"));
    let second = |bytes: &mut Vec<u8>| {
        one_page(bytes);
        bytes[source(3)] = buffer;
        bytes[source(3) - 8] = 1;
    };
    assert_eq!(with(&second), refused(3, "source: a second message buffer"));
}

#[test]
fn addresses_of_a_size_that_no_machine_has_are_refused() {
    let mut bytes = whole();
    bytes[Header::SIZE - 16] = 40;
    let refusal = Table::parse(&bytes).expect_err("40 bits");
    assert_eq!(said(refusal), "header[0].address_bits: no machine translates so many");
}

#[test]
fn pages_of_a_size_that_no_machine_has_are_refused() {
    for (size, why) in [
        (0, "page_size: no machine has pages of this size"),
        (0x800, "page_size: no machine has pages of this size"),
        (0x3000, "page_size: no machine has pages of this size"),
        (0x2_0000, "page_size: no machine has pages of this size"),
        // The table is one of three pages of 4 KiB.
        (0x4000, "size: not a whole number of pages, or beyond what was loaded"),
    ] {
        let mut bytes = whole();
        bytes[Header::SIZE - 12..Header::SIZE - 8].copy_from_slice(&u32::to_le_bytes(size));
        let refusal = Table::parse(&bytes).expect_err("other pages");
        assert_eq!(said(refusal), format!("header[0].{why}"));
    }
}

#[test]
fn everything_lies_on_pages_of_the_size_that_the_header_says() {
    let mut bytes = whole();
    bytes.resize(0x4_0000, 0);
    bytes[24..32].copy_from_slice(&0x4_0000u64.to_le_bytes());
    bytes[40..48].copy_from_slice(&0x4000u64.to_le_bytes());
    bytes[Header::SIZE - 12..Header::SIZE - 8].copy_from_slice(&0x4000u32.to_le_bytes());
    let refusal = Table::parse(&bytes).expect_err("what lay on pages of 4 KiB");
    assert_eq!(said(refusal), "mappings[0].offset: not on a page boundary");
}

#[test]
fn a_table_that_ends_early_is_refused() {
    let bytes = whole();
    for length in 0..bytes.len() {
        assert!(Table::parse(&bytes[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn two_thousand_damaged_tables_are_refused_or_harmless() {
    let good = whole();
    let used = 0x480;
    let mut refused = 0;
    for seed in 0..2_000 {
        let mut random = Random::new(seed);
        let mut bytes = good.clone();
        for _ in 0..1 + random.below(3) {
            let at = random.below(used) as usize;
            match random.below(4) {
                0 => bytes[at] ^= 1 << random.below(8),
                1 => bytes[at] = random.next() as u8,
                2 => bytes[at & !7..(at & !7) + 8].copy_from_slice(&random.next().to_le_bytes()),
                _ => {
                    let extreme = [0, 1, u32::MAX, u32::MAX - 1, 1 << 31][random.below(5) as usize];
                    bytes[at & !3..(at & !3) + 4].copy_from_slice(&extreme.to_le_bytes());
                }
            }
        }
        match Table::parse(&bytes) {
            Ok(table) => assert_harmless(&table),
            Err(refusal) => {
                assert!(!refusal.record.is_empty() && !refusal.field.is_empty() && !refusal.why.is_empty());
                refused += 1;
            }
        }
    }
    assert!(refused > 1_000, "the damage is real: {refused} refused");
}
