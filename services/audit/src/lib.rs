//! The parts of the audit service that need no system: its requests, and records as lines of text.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

use core::fmt;
use veridian::Record;

/// Longest word that a request may carry, in bytes.
pub const NONCE: usize = 32;

/// The word of a request `census WORD`; `None` for any other line. It is said again at start and end of the
/// answer, so that no old answer passes for this one.
#[must_use]
pub fn request(line: &[u8]) -> Option<&str> {
    let nonce = core::str::from_utf8(line.strip_prefix(b"census ")?).ok()?;
    let fits = (1..=NONCE).contains(&nonce.len()) && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fits.then_some(nonce)
}

/// A record as a line: a letter and its numbers, addresses in hexadecimal digits.
pub struct Line(pub Record);

impl fmt::Display for Line {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Record::Component { component, priority, slots, supervisor, badge, state } => {
                write!(to, "c {component} {priority} {slots} {supervisor} {badge} {state}")
            }
            Record::Capability { component, slot, kind, rights, generation, object, badge, parent } => {
                write!(to, "h {component} {slot} {kind} {rights} {generation} {object} {badge} ")?;
                match parent {
                    Some((component, slot)) => write!(to, "{component} {slot}"),
                    None => write!(to, "- -"),
                }
            }
            Record::Mapping { component, address, pages, flags, physical } => {
                write!(to, "m {component} {address:x} {pages} {flags} {physical:x}")
            }
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
            Some(Record::Mapping { component, address, pages, flags, physical }),
            Record::Mapping { component: of, address: next, pages: more, flags: alike, physical: frame },
        ) = (self.last, record)
        {
            let bytes = pages * self.page;
            if (component, address + bytes, flags, physical + bytes) == (of, next, alike, frame) {
                self.last = Some(Record::Mapping { component, address, pages: pages + more, flags, physical });
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
    use super::{Joined, Line, request};
    use veridian::Record;

    const fn mapping(address: u64, pages: u64, physical: u64) -> Record {
        Record::Mapping { component: 1, address, pages, flags: 3, physical }
    }

    #[test]
    fn a_request_is_one_word_of_letters_and_digits() {
        assert_eq!(request(b"census a1"), Some("a1"));
        for line in ["census", "census ", "census a b", "census \u{e4}", "Census a", ""] {
            assert_eq!(request(line.as_bytes()), None, "{line}");
        }
        assert_eq!(request(format!("census {}", "a".repeat(32)).as_bytes()).map(str::len), Some(32));
        assert_eq!(request(format!("census {}", "a".repeat(33)).as_bytes()), None);
    }

    #[test]
    fn records_are_lines() {
        let held = Record::Capability {
            component: 2,
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
