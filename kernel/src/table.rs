//! The boot table: decoded record by record, and checked whole before anything is built from it.

use veridian_abi::{
    ABI_ID, CapabilityRecord, ComponentRecord, DmaRecord, EndpointRecord, Header, InterruptRecord, MappingRecord,
    MmioRecord, NotificationRecord, PoolRecord, PortsRecord, RegionRecord, Section, SectionEntry, TABLE_MAGIC,
    TABLE_VERSION, TimerRecord, ZoneRecord, limits,
};
use veridian_port::log::Piece;

mod check;

pub use check::is_private;

/// Why a table is refused: which record, which of its fields, and what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The header, the section directory, or the section that the record is in.
    pub record: &'static str,
    /// Number of the record in its section.
    pub index: u32,
    /// The field.
    pub field: &'static str,
    /// What is wrong.
    pub why: &'static str,
}

impl Refusal {
    /// It as text: `record[index].field: why`.
    #[must_use]
    pub const fn pieces(&self) -> [Piece<'static>; 7] {
        use Piece::{Decimal, Text};
        let index = Decimal(self.index as u64);
        [Text(self.record), Text("["), index, Text("]."), Text(self.field), Text(": "), Text(self.why)]
    }
}

/// A refusal of one field of one record.
pub fn refuse<T>(record: &'static str, index: u32, field: &'static str, why: &'static str) -> Result<T, Refusal> {
    Err(Refusal { record, index, field, why })
}

/// A record type, tied to the section that holds it.
pub trait Record: Sized {
    /// The section.
    const SECTION: Section;
    /// Bytes of one record.
    const SIZE: usize;
    /// Decodes the record at an offset of the table.
    fn decode(bytes: &[u8], offset: usize) -> Option<Self>;
}

macro_rules! records {
    ($($record:ident $section:ident),* $(,)?) => {
        $(impl Record for $record {
            const SECTION: Section = Section::$section;
            const SIZE: usize = $record::SIZE;
            fn decode(bytes: &[u8], offset: usize) -> Option<Self> {
                $record::read(bytes, offset)
            }
        })*
    };
}

records! {
    ZoneRecord Zones,
    ComponentRecord Components,
    MappingRecord Mappings,
    CapabilityRecord Capabilities,
    EndpointRecord Endpoints,
    NotificationRecord Notifications,
    RegionRecord Regions,
    PoolRecord Pools,
    InterruptRecord Interrupts,
    TimerRecord Timers,
    PortsRecord Ports,
    MmioRecord Mmio,
    DmaRecord Dma,
}

const SECTIONS: usize = Section::ALL.len();

/// A table that has been checked.
#[derive(Clone, Copy, Debug)]
pub struct Table<'t> {
    bytes: &'t [u8],
    header: Header,
    sections: [SectionEntry; SECTIONS],
}

impl<'t> Table<'t> {
    /// Checks everything that can be checked without the machine: bounds, references, rights, overlaps,
    /// budgets. What passes can be built, or fails for lack of memory alone.
    pub fn parse(bytes: &'t [u8]) -> Result<Self, Refusal> {
        let table = Self::open(bytes)?;
        check::table(&table)?;
        Ok(table)
    }

    fn open(bytes: &'t [u8]) -> Result<Self, Refusal> {
        let Some(header) = Header::read(bytes, 0) else {
            return refuse("header", 0, "size", "the table ends before its header does");
        };
        if header.magic != TABLE_MAGIC {
            return refuse("header", 0, "magic", "there is no boot table behind the kernel");
        }
        if header.version != TABLE_VERSION {
            return refuse("header", 0, "version", "made for another layout of the boot table");
        }
        if header.abi != ABI_ID {
            return refuse("header", 0, "abi", "made for a kernel with another ABI");
        }
        let size = usize::try_from(header.size).unwrap_or(usize::MAX);
        let page = u64::from(header.page_size);
        if !page.is_power_of_two() || !(limits::PAGE_SIZE..=limits::MAX_PAGE_SIZE).contains(&page) {
            return refuse("header", 0, "page_size", "no machine has pages of this size");
        }
        if !header.size.is_multiple_of(page) || size > bytes.len() || size < Header::SIZE {
            return refuse("header", 0, "size", "not a whole number of pages, or beyond what was loaded");
        }
        if header.sections as usize != SECTIONS {
            return refuse("header", 0, "sections", "not the number of sections that this kernel knows");
        }
        if !header.payload.is_multiple_of(page) || header.payload > header.size {
            return refuse("header", 0, "payload", "not on a page boundary of the table");
        }
        if header.annotation.checked_add(header.annotation_size).is_none_or(|end| end > header.size) {
            return refuse("header", 0, "annotation", "beyond the end of the table");
        }
        if u64::from(header.trace) > limits::MAX_TRACE_EVENTS {
            return refuse("header", 0, "trace", "more events than the kernel keeps");
        }
        if !matches!(header.address_bits, 0 | 39 | 48) {
            return refuse("header", 0, "address_bits", "no machine translates so many");
        }
        if header.record != 0 && (header.record < header.payload || !header.record.is_multiple_of(page)) {
            return refuse("header", 0, "record", "not on a page boundary behind the payload");
        }
        if header.record > header.size {
            return refuse("header", 0, "record", "beyond the end of the table");
        }
        let bytes = bytes.get(..size).unwrap_or(bytes);
        let mut sections = [SectionEntry::default(); SECTIONS];
        for ((index, section), (kind, name, record_size)) in (0u32..).zip(&mut sections).zip(Section::ALL) {
            let offset = Header::SIZE + index as usize * SectionEntry::SIZE;
            let Some(entry) = SectionEntry::read(bytes, offset) else {
                return refuse("sections", index, "offset", "the section directory is cut short");
            };
            let length = u64::from(entry.count).saturating_mul(record_size as u64);
            let first = (Header::SIZE + SECTIONS * SectionEntry::SIZE) as u64;
            let end = u64::from(entry.offset) + length;
            if !entry.offset.is_multiple_of(8) || u64::from(entry.offset) < first || end > header.payload {
                return refuse(name, 0, "offset", "the section is not aligned, or not between directory and payload");
            }
            if u64::from(entry.count) > most(kind) {
                return refuse(name, entry.count, "count", "more records than the kernel takes");
            }
            *section = entry;
        }
        Ok(Self { bytes, header, sections })
    }

    /// The header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Bytes of a page, of which everything in the table is counted.
    #[must_use]
    pub fn page_size(&self) -> u64 {
        u64::from(self.header.page_size)
    }

    /// How many records a section has.
    #[must_use]
    pub fn count<R: Record>(&self) -> u32 {
        self.section::<R>().count
    }

    fn section<R: Record>(&self) -> SectionEntry {
        self.sections.get(R::SECTION as usize).copied().unwrap_or_default()
    }

    /// One record; `None` beyond the end of the section.
    #[must_use]
    pub fn get<R: Record>(&self, index: u32) -> Option<R> {
        let section = self.section::<R>();
        if index >= section.count {
            return None;
        }
        R::decode(self.bytes, section.offset as usize + index as usize * R::SIZE)
    }

    /// All records of a section with their numbers.
    pub fn all<R: Record>(&self) -> impl Iterator<Item = (u32, R)> + use<'_, 't, R> {
        self.range(0, self.count::<R>())
    }

    /// A run of records with their numbers.
    pub fn range<R: Record>(&self, first: u32, count: u32) -> impl Iterator<Item = (u32, R)> + use<'_, 't, R> {
        (first..first.saturating_add(count)).map_while(|index| Some((index, self.get(index)?)))
    }

    /// How many power switches there are: none or one.
    #[must_use]
    pub fn power_switches(&self) -> u32 {
        self.sections.get(Section::Power as usize).map_or(0, |section| section.count)
    }

    /// How many objects for the counters there are: none or one.
    #[must_use]
    pub fn metrics(&self) -> u32 {
        self.sections.get(Section::Metrics as usize).map_or(0, |section| section.count)
    }

    /// How many censuses there are: none or one.
    #[must_use]
    pub fn censuses(&self) -> u32 {
        self.sections.get(Section::Census as usize).map_or(0, |section| section.count)
    }
}

/// The most records that a section may have.
fn most(section: Section) -> u64 {
    match section {
        Section::Zones => limits::MAX_ZONES,
        Section::Components => limits::MAX_COMPONENTS,
        Section::Mappings => limits::MAX_MAPPINGS,
        Section::Capabilities => limits::MAX_CAPABILITIES,
        Section::Power | Section::Census | Section::Metrics => 1,
        _ => limits::MAX_OBJECTS,
    }
}

#[cfg(test)]
pub(crate) mod tests;
