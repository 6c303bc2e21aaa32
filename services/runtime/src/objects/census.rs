//! What every component of the system holds.

use super::kernel_kind;
use crate::{Result, Token, system};
use veridian_abi::limits;

/// What every component of the system holds, as the kernel has it at this moment.
#[derive(Debug)]
pub struct Census {
    token: Token,
}

kernel_kind!(
    Census,
    CensusRights,
    census { read = READ },
    |granted| Self { token: granted.token }
);

/// One thing that the census tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// A component.
    Component {
        /// Its number.
        component: u32,
        /// 0–199, lower is more urgent.
        priority: u8,
        /// Slots of its capability table.
        slots: u32,
        /// Number of the endpoint that is told of its faults, or `limits::NONE`.
        supervisor: u32,
        /// Badge of those messages.
        badge: u32,
        /// `limits::CENSUS_STATE_*`.
        state: u8,
    },
    /// A capability in the table of a component, or of an address space made at run time.
    Capability {
        /// Number of the component, or of the address space behind all components.
        holder: u32,
        /// Slot in its table.
        slot: u32,
        /// Kind of the object.
        kind: u16,
        /// What it allows.
        rights: u16,
        /// Generation of tokens that name it.
        generation: u16,
        /// Number of the object among those of its kind.
        object: u32,
        /// What receivers of messages sent with it see.
        badge: u32,
        /// Holder and slot that it was derived from.
        parent: Option<(u32, u32)>,
    },
    /// Pages side by side in an address space.
    Mapping {
        /// Number of the component, or of the address space behind all components.
        holder: u32,
        /// Where it sees them.
        address: u64,
        /// How many.
        pages: u64,
        /// `limits::MAP_*`.
        flags: u32,
        /// Where they are.
        physical: u64,
    },
    /// An address space made at run time, or set aside for one.
    Space {
        /// Its number behind all components.
        holder: u32,
        /// Its number among address spaces: what capabilities to it tell.
        space: u32,
        /// Slots of its capability table.
        slots: u32,
        /// Threads in it that have not ended.
        threads: u32,
    },
}

impl Census {
    /// Tells every record, one after the other, to `each`; an error of it ends the census. Needs the right
    /// `read`. The system goes on meanwhile: records are of several moments.
    pub fn read(&self, mut each: impl FnMut(Record) -> Result<()>) -> Result<()> {
        let mut cursor = 0;
        loop {
            let (message, next) = system::census_read(self.token, cursor)?;
            if let Some(record) = decode(message.label, &message.words) {
                each(record)?;
            }
            if next == 0 {
                return Ok(());
            }
            cursor = next;
        }
    }
}

fn decode(label: u16, words: &[u64; 8]) -> Option<Record> {
    let [holder, first, second, third, fourth, fifth, ..] = *words;
    let holder = holder as u32;
    Some(match u64::from(label) {
        limits::CENSUS_COMPONENT => Record::Component {
            component: holder,
            priority: first as u8,
            slots: second as u32,
            supervisor: third as u32,
            badge: fourth as u32,
            state: fifth as u8,
        },
        limits::CENSUS_CAPABILITY => Record::Capability {
            holder,
            slot: first as u32,
            kind: second as u16,
            rights: (second >> 16) as u16,
            generation: (second >> 32) as u16,
            object: third as u32,
            badge: fourth as u32,
            parent: (fifth != u64::MAX).then_some(((fifth >> 32) as u32, fifth as u32)),
        },
        limits::CENSUS_MAPPING => {
            Record::Mapping { holder, address: first, pages: second, flags: third as u32, physical: fourth }
        }
        limits::CENSUS_SPACE => {
            Record::Space { holder, space: first as u32, slots: second as u32, threads: third as u32 }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Record, decode};
    use veridian_abi::limits;

    #[test]
    fn records_are_read_as_the_kernel_writes_them() {
        let words = [3, 7, 0x0001_000f_0001, 5, 9, 2 << 32 | 4, 0, 0];
        let label = limits::CENSUS_CAPABILITY as u16;
        let expected = Record::Capability {
            holder: 3,
            slot: 7,
            kind: 1,
            rights: 15,
            generation: 1,
            object: 5,
            badge: 9,
            parent: Some((2, 4)),
        };
        assert_eq!(decode(label, &words), Some(expected));
        assert_eq!(decode(limits::CENSUS_NOTHING as u16, &words), None);
    }
}
