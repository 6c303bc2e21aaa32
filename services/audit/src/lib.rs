//! The parts of the audit service that need no system: its mailbox, and records as lines of text.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

use core::fmt;
use core::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use veridian::Record;

/// Bytes that the mailbox takes at a time: it fits in one page, since those of a program may lie anywhere.
pub const TEXT: usize = 4096 - 44;
/// What is in the place of the mark until `veridian verify` puts 32 random bytes there, before it boots.
pub const UNMARKED: [u8; 32] = *b"veridian-audit mailbox, unmarked";

/// Where the service and `veridian verify` meet: memory of this program and of nobody else, which the tool finds
/// in the memory of the machine by a mark that no component can know. The tool asks by counting `asked` up, for
/// a census or for more of it; the service answers by making `told` the same.
#[repr(C, align(4096))]
pub struct Mailbox {
    mark: [u8; 32],
    asked: AtomicU32,
    told: AtomicU32,
    length: AtomicU32,
    text: [AtomicU8; TEXT],
}

impl Default for Mailbox {
    fn default() -> Self {
        Self::new()
    }
}

impl Mailbox {
    /// An empty one, unmarked.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            mark: UNMARKED,
            asked: AtomicU32::new(0),
            told: AtomicU32::new(0),
            length: AtomicU32::new(0),
            text: [const { AtomicU8::new(0) }; TEXT],
        }
    }

    /// Whether the tool waits for something.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Acquire) != self.told.load(Ordering::Relaxed)
    }

    /// Puts a byte at a place that is not told yet; returns whether there is such a place.
    pub fn put(&self, index: usize, byte: u8) -> bool {
        self.text.get(index).map(|place| place.store(byte, Ordering::Relaxed)).is_some()
    }

    /// Tells the first bytes.
    pub fn tell(&self, length: usize) {
        self.length.store(length as u32, Ordering::Relaxed);
        self.told.store(self.asked.load(Ordering::Acquire), Ordering::Release);
    }
}

/// A record as a line: a letter and its numbers, addresses in hexadecimal digits.
pub struct Line(pub Record);

impl fmt::Display for Line {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Record::Component { component, priority, slots, supervisor, badge, state } => {
                write!(to, "c {component} {priority} {slots} {supervisor} {badge} {state}")
            }
            Record::Capability { holder, slot, kind, rights, generation, object, badge, parent } => {
                write!(to, "h {holder} {slot} {kind} {rights} {generation} {object} {badge} ")?;
                match parent {
                    Some((holder, slot)) => write!(to, "{holder} {slot}"),
                    None => write!(to, "- -"),
                }
            }
            Record::Mapping { holder, address, pages, flags, physical } => {
                write!(to, "m {holder} {address:x} {pages} {flags} {physical:x}")
            }
            Record::Space { holder, space, slots, threads } => write!(to, "s {holder} {space} {slots} {threads}"),
        }
    }
}

/// Joins pages that lie side by side and are mapped alike, which the kernel tells in several records.
#[derive(Debug)]
pub struct Joined {
    page: u64,
    last: Option<Record>,
}

impl Joined {
    /// Of pages of so many bytes, with nothing to join yet.
    #[must_use]
    pub const fn new(page: u64) -> Self {
        Self { page, last: None }
    }

    /// Takes the next record. Returns the one before it, once that is whole.
    pub fn push(&mut self, record: Record) -> Option<Record> {
        if let (
            Some(Record::Mapping { holder, address, pages, flags, physical }),
            Record::Mapping { holder: of, address: next, pages: more, flags: alike, physical: frame },
        ) = (self.last, record)
        {
            let bytes = pages * self.page;
            if (holder, address + bytes, flags, physical + bytes) == (of, next, alike, frame) {
                self.last = Some(Record::Mapping { holder, address, pages: pages + more, flags, physical });
                return None;
            }
        }
        self.last.replace(record)
    }

    /// The last record.
    pub fn finish(self) -> Option<Record> {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::{Joined, Line, Mailbox, Ordering, TEXT, UNMARKED};
    use veridian::Record;

    const fn mapping(address: u64, pages: u64, physical: u64) -> Record {
        Record::Mapping { holder: 1, address, pages, flags: 3, physical }
    }

    #[test]
    fn a_mailbox_is_asked_until_it_has_told() {
        let mailbox = Mailbox::new();
        assert!(!mailbox.is_asked());
        mailbox.asked.store(1, Ordering::Release);
        assert!(mailbox.is_asked());
        assert!(mailbox.put(0, b'x') && mailbox.put(TEXT - 1, b'y') && !mailbox.put(TEXT, b'z'));
        mailbox.tell(1);
        assert!(!mailbox.is_asked());
        assert_eq!((mailbox.told.load(Ordering::Acquire), mailbox.length.load(Ordering::Relaxed)), (1, 1));
    }

    #[test]
    fn it_lies_as_the_tool_reads_it() {
        use core::mem::offset_of;
        let offsets = [offset_of!(Mailbox, mark), offset_of!(Mailbox, asked), offset_of!(Mailbox, told)];
        assert_eq!(offsets, [0, 32, 36]);
        assert_eq!((offset_of!(Mailbox, length), offset_of!(Mailbox, text)), (40, 44));
        assert_eq!((size_of::<Mailbox>(), align_of::<Mailbox>()), (4096, 4096));
        assert_eq!(Mailbox::new().mark, UNMARKED);
    }

    #[test]
    fn records_are_lines() {
        let held = Record::Capability {
            holder: 2,
            slot: 3,
            kind: 1,
            rights: 20,
            generation: 1,
            object: 4,
            badge: 5,
            parent: Some((6, 7)),
        };
        assert_eq!(Line(held).to_string(), "h 2 3 1 20 1 4 5 6 7");
        assert_eq!(Line(mapping(0x40_0000, 2, 0x20_1000)).to_string(), "m 1 400000 2 3 201000");
        let space = Record::Space { holder: 5, space: 1, slots: 32, threads: 2 };
        assert_eq!(Line(space).to_string(), "s 5 1 32 2");
    }

    #[test]
    fn runs_are_joined_where_both_sides_go_on() {
        let mut joined = Joined::new(0x1000);
        assert_eq!(joined.push(mapping(0x1000, 2, 0x8000)), None);
        assert_eq!(joined.push(mapping(0x3000, 1, 0xa000)), None);
        assert_eq!(joined.push(mapping(0x4000, 1, 0xc000)), Some(mapping(0x1000, 3, 0x8000)));
        assert_eq!(joined.push(mapping(0x6000, 1, 0xd000)), Some(mapping(0x4000, 1, 0xc000)));
        assert_eq!(joined.finish(), Some(mapping(0x6000, 1, 0xd000)));
    }
    #[test]
    fn larger_pages_are_joined_as_well() {
        let mut joined = Joined::new(0x1_0000);
        assert_eq!(joined.push(mapping(0x1_0000, 1, 0x8_0000)), None);
        assert_eq!(joined.push(mapping(0x2_0000, 2, 0x9_0000)), None);
        assert_eq!(joined.finish(), Some(mapping(0x1_0000, 3, 0x8_0000)));
    }
}
