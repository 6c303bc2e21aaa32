//! What the kernel wants of ACPI: the interrupt controllers, that of each core among them, how the old interrupt
//! lines reach them, and the power-management ports. Every table is checked before it is believed.

use veridian_abi::limits;

use veridian_port::{MemoryRange, Nodes, PhysicalAddress};

/// Reads physical memory; `None` where there is nothing to read.
pub type Read<'r> = &'r mut dyn FnMut(u64, usize) -> Option<&'static [u8]>;

/// Tables longer than this are not read.
const MAX_TABLE: usize = 64 << 10;
/// Bytes at the start of every table.
const HEADER: usize = 36;
/// Interrupt lines of the first PCs, which the firmware may have moved.
const ISA_LINES: usize = 16;
const MAX_CORES: usize = limits::MAX_CORES as usize;

/// Where one of the 16 old lines arrives, and its polarity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct IsaLine {
    pin: u32,
    active_low: bool,
}

/// The first I/O interrupt controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IoApic {
    /// Physical address of its registers.
    pub address: u64,
    /// Number of its first line among all controllers' lines.
    pub first: u32,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Acpi {
    /// The interrupt controller that has the lowest lines.
    pub io_apic: Option<IoApic>,
    isa: [IsaLine; ISA_LINES],
    local_apics: [u32; MAX_CORES],
    cores: usize,
    /// Port of the 24-bit timer of 3,579,545 Hz.
    pub timer: Option<u16>,
    /// Port that puts the machine to sleep.
    pub power: Option<u16>,
}

impl Acpi {
    /// What a machine without ACPI has.
    pub const NOTHING: Self = {
        let mut isa = [IsaLine { pin: 0, active_low: false }; ISA_LINES];
        let mut line = 0;
        while line < ISA_LINES {
            isa[line].pin = line as u32;
            line += 1;
        }
        Self { io_apic: None, isa, local_apics: [0; MAX_CORES], cores: 0, timer: None, power: None }
    };

    /// Reads the tables that the root pointer leads to; tells `nodes` of memory and cores that are near each other.
    #[must_use]
    pub fn read(root_pointer: u64, nodes: &mut Nodes, read: Read<'_>) -> Self {
        let mut acpi = Self::NOTHING;
        if let Some((root, width)) = root_table(root_pointer, read) {
            for entry in root.get(HEADER..).unwrap_or(&[]).chunks_exact(width) {
                let address = entry.iter().rev().fold(0, |address, byte| address << 8 | u64::from(*byte));
                if let Some(table) = table(address, read) {
                    match table.first_chunk() {
                        Some(b"APIC") => acpi.interrupts(table),
                        Some(b"FACP") => acpi.power_management(table),
                        Some(b"SRAT") => affinity(table, nodes),
                        Some(b"SLIT") => distances(table, nodes),
                        _ => {}
                    }
                }
            }
        }
        acpi
    }

    fn interrupts(&mut self, table: &[u8]) {
        const LOCAL: u8 = 0;
        const CONTROLLER: u8 = 1;
        const OVERRIDE: u8 = 2;
        const ENABLED: u32 = 1;
        for (kind, entry) in entries(table, HEADER + 8) {
            if kind == LOCAL
                && let (Some(&identifier), Some(flags)) = (entry.get(3), word(entry, 4))
                && flags & ENABLED != 0
                && let Some(place) = self.local_apics.get_mut(self.cores)
            {
                *place = identifier.into();
                self.cores += 1;
            }
            if kind == CONTROLLER
                && let (Some(address), Some(first)) = (word(entry, 4), word(entry, 8))
                && self.io_apic.is_none_or(|known| first < known.first)
            {
                self.io_apic = Some(IoApic { address: address.into(), first });
            }
            if kind == OVERRIDE
                && let (Some(&source), Some(pin), Some(&flags)) = (entry.get(3), word(entry, 4), entry.get(8))
                && let Some(line) = self.isa.get_mut(usize::from(source))
            {
                *line = IsaLine { pin, active_low: flags & 3 == 3 };
            }
        }
    }

    /// Number of the local interrupt controller of each core that may be started.
    pub fn local_apics(&self) -> impl Iterator<Item = u32> {
        self.local_apics.iter().take(self.cores).copied()
    }

    fn power_management(&mut self, table: &[u8]) {
        let port = |offset| u16::try_from(word(table, offset)?).ok().filter(|port| *port != 0);
        self.power = port(64);
        self.timer = port(76);
    }

    /// Pin of a line, counted from the first controller's first, and whether it is active low. Lines
    /// below 16 are the old ones, wherever the firmware has moved them, the others are numbered as the
    /// controllers do; `None` where another line took the pin.
    #[must_use]
    pub fn route(&self, line: u32) -> Option<(u32, bool)> {
        if let Some(isa) = self.isa.get(line as usize) {
            let moved_here = |(source, other): (usize, &IsaLine)| other.pin == isa.pin && source != line as usize;
            let shadowed = isa.pin == line && self.isa.iter().enumerate().any(moved_here);
            return (!shadowed).then_some((isa.pin, isa.active_low));
        }
        let taken = self.isa.iter().any(|isa| isa.pin == line);
        (!taken).then_some((line, true))
    }
}

/// Entries of a table, from an offset on: the kind and all bytes of each. A length that cannot be ends them.
fn entries(table: &[u8], offset: usize) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = table.get(offset..).unwrap_or(&[]);
    core::iter::from_fn(move || {
        let (&[kind, length], _) = rest.split_first_chunk()?;
        let (entry, next) = rest.split_at_checked(usize::from(length)).filter(|(entry, _)| entry.len() >= 2)?;
        rest = next;
        Some((kind, entry))
    })
}

/// The table of which memory and cores are in which domain of proximity.
#[cold]
fn affinity(table: &[u8], nodes: &mut Nodes) {
    const CORE: u8 = 0;
    const MEMORY: u8 = 1;
    const X2_CORE: u8 = 2;
    const ENABLED: u32 = 1;
    let long = |entry, offset| Some(u64::from(word(entry, offset + 4)?) << 32 | u64::from(word(entry, offset)?));
    for (kind, entry) in entries(table, HEADER + 12) {
        match kind {
            CORE => {
                if let (Some(first), Some(flags), Some(upper)) = (word(entry, 0), word(entry, 4), word(entry, 8))
                    && flags & ENABLED != 0
                {
                    nodes.add_core(u64::from(first >> 24), upper & 0xffff_ff00 | first >> 16 & 0xff);
                }
            }
            MEMORY => {
                if let (Some(node), Some(start), Some(size), Some(flags)) =
                    (word(entry, 2), long(entry, 8), long(entry, 16), word(entry, 28))
                    && flags & ENABLED != 0
                {
                    nodes.add_memory(MemoryRange { start: PhysicalAddress(start), size }, node);
                }
            }
            X2_CORE => {
                if let (Some(node), Some(core), Some(flags)) = (word(entry, 4), word(entry, 8), word(entry, 12))
                    && flags & ENABLED != 0
                {
                    nodes.add_core(core.into(), node);
                }
            }
            _ => {}
        }
    }
}

/// The table of distances between domains: a square of bytes.
#[cold]
fn distances(table: &[u8], nodes: &mut Nodes) {
    let Some(count) = word(table, HEADER).filter(|count| (1..=256).contains(count)) else { return };
    let rows = table.get(HEADER + 8..).unwrap_or(&[]).chunks_exact(count as usize);
    for (from, row) in (0..count).zip(rows) {
        (0..count).zip(row).for_each(|(to, distance)| nodes.set_distance(from, to, *distance));
    }
}

/// The root table and the bytes of each address in it.
fn root_table(pointer: u64, read: Read<'_>) -> Option<(&'static [u8], usize)> {
    const SIZE_1: usize = 20;
    const SIZE_2: usize = 36;
    let first = read(pointer, SIZE_1)?;
    if !first.starts_with(b"RSD PTR ") || !sums_to_zero(first) {
        return None;
    }
    if *first.get(15)? >= 2 {
        let second = read(pointer, SIZE_2).filter(|bytes| sums_to_zero(bytes))?;
        let address = u64::from_le_bytes(*second.get(24..)?.first_chunk()?);
        if let Some(root) = table(address, read).filter(|root| root.starts_with(b"XSDT")) {
            return Some((root, 8));
        }
    }
    let root = table(word(first, 16)?.into(), read).filter(|root| root.starts_with(b"RSDT"))?;
    Some((root, 4))
}

fn table(address: u64, read: Read<'_>) -> Option<&'static [u8]> {
    let length = word(read(address, HEADER)?, 4)? as usize;
    if !(HEADER..=MAX_TABLE).contains(&length) {
        return None;
    }
    // Adding up a table of kilobytes costs as many instructions; only these are used.
    let table = read(address, length)?;
    let used =
        [b"RSDT", b"XSDT", b"APIC", b"FACP", b"SRAT", b"SLIT"].iter().any(|signature| table.starts_with(*signature));
    (used && sums_to_zero(table)).then_some(table)
}

fn sums_to_zero(bytes: &[u8]) -> bool {
    bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)) == 0
}

fn word(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn sealed(mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
        bytes[at] = 0;
        bytes[at] = bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte));
        bytes
    }

    fn sdt(signature: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut bytes = signature.to_vec();
        bytes.extend(((HEADER + body.len()) as u32).to_le_bytes());
        bytes.resize(HEADER, 0);
        bytes.extend(body);
        sealed(bytes, 9)
    }

    /// Memory of a machine: the root pointer at 0x100, tables behind it.
    fn machine(extended: bool, tables: &[Vec<u8>]) -> Vec<u8> {
        let mut memory = std::vec![0; 0x200];
        let mut addresses = Vec::new();
        for table in tables {
            let address = memory.len();
            if extended {
                addresses.extend((address as u64).to_le_bytes());
            } else {
                addresses.extend((address as u32).to_le_bytes());
            }
            memory.extend(table);
        }
        let root = memory.len();
        memory.extend(sdt(if extended { b"XSDT" } else { b"RSDT" }, &addresses));
        let mut pointer = b"RSD PTR ".to_vec();
        pointer.resize(20, 0);
        pointer[15] = if extended { 2 } else { 0 };
        if !extended {
            pointer[16..20].copy_from_slice(&(root as u32).to_le_bytes());
        }
        let mut pointer = sealed(pointer, 8);
        if extended {
            pointer.resize(36, 0);
            pointer[24..32].copy_from_slice(&(root as u64).to_le_bytes());
            pointer = sealed(pointer, 32);
        }
        memory[0x100..0x100 + pointer.len()].copy_from_slice(&pointer);
        memory
    }

    fn read(memory: Vec<u8>) -> Acpi {
        read_with(memory, &mut Nodes::ONE.clone())
    }

    fn read_with(memory: Vec<u8>, nodes: &mut Nodes) -> Acpi {
        let memory: &'static [u8] = memory.leak();
        Acpi::read(0x100, nodes, &mut |address, length| {
            let start = usize::try_from(address).ok()?;
            memory.get(start..start.checked_add(length)?)
        })
    }

    /// Three domains: cores 0 and 4 in 1, core 0x300 in 2; 1 MiB each for 1 and 2, and one that is not there.
    fn srat() -> Vec<u8> {
        let mut body = std::vec![0; 12];
        for (core, enabled) in [(0_u8, 1), (4, 1), (5, 0)] {
            body.extend([0, 16, 1, core, enabled, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        }
        body.extend([2, 24, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for (node, start, enabled) in [(1_u8, 1_u8, 1), (2, 2, 3), (3, 3, 0)] {
            body.extend([1, 40, node, 0, 0, 0, 0, 0, 0, 0, start << 4, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0]);
            body.extend([0, 0, 0, 0, enabled, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        }
        sdt(b"SRAT", &body)
    }

    fn slit() -> Vec<u8> {
        sdt(b"SLIT", &[3, 0, 0, 0, 0, 0, 0, 0, 10, 20, 30, 20, 10, 15, 30, 15, 10])
    }

    #[test]
    fn memory_and_cores_are_of_the_nodes_that_the_tables_say() {
        let mut nodes = Nodes::ONE;
        assert!(read_with(machine(true, &[srat(), madt(), slit()]), &mut nodes).io_apic.is_some());
        assert_eq!(nodes.count(), 3);
        assert_eq!([0, 4, 5, 0x300].map(|core| nodes.of_core(core)), [1, 1, 0, 2]);
        assert_eq!([0, 1, 2, 3].map(|start| nodes.of_memory(PhysicalAddress(start << 20)).0), [0, 1, 2, 0]);
        assert_eq!(nodes.nearest(2).collect::<Vec<_>>(), [2, 1, 0]);
        assert_eq!(nodes.nearest(0).collect::<Vec<_>>(), [0, 1, 2]);
    }

    /// As on QEMU's q35: line 0 arrives at pin 2, and 5, 9, 10 and 11 are level-triggered.
    fn madt() -> Vec<u8> {
        let mut body = 0xfee0_0000_u32.to_le_bytes().to_vec();
        body.extend([1, 0, 0, 0]);
        body.extend([0, 8, 0, 0, 1, 0, 0, 0]);
        body.extend([0, 8, 1, 7, 1, 0, 0, 0]);
        body.extend([0, 8, 2, 8, 0, 0, 0, 0]);
        body.extend([1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0]);
        body.extend([2, 10, 0, 0, 2, 0, 0, 0, 0, 0]);
        body.extend([2, 10, 0, 9, 9, 0, 0, 0, 0xf, 0]);
        sdt(b"APIC", &body)
    }

    fn fadt() -> Vec<u8> {
        let mut body = std::vec![0; 80];
        body[64 - HEADER..68 - HEADER].copy_from_slice(&0x604_u32.to_le_bytes());
        body[76 - HEADER..80 - HEADER].copy_from_slice(&0x608_u32.to_le_bytes());
        sdt(b"FACP", &body)
    }

    #[test]
    fn both_generations_of_root_tables_lead_to_the_same() {
        for extended in [false, true] {
            let acpi = read(machine(extended, &[fadt(), sdt(b"HPET", &[0; 20]), madt()]));
            assert_eq!(acpi.io_apic, Some(IoApic { address: 0xfec0_0000, first: 0 }));
            assert_eq!((acpi.timer, acpi.power), (Some(0x608), Some(0x604)));
        }
    }

    #[test]
    fn cores_are_those_that_are_switched_on_and_as_many_as_are_started() {
        let acpi = read(machine(true, &[madt()]));
        assert_eq!(acpi.local_apics().collect::<Vec<_>>(), [0, 7]);
        let mut body = std::vec![0; 8];
        for number in 0..40 {
            body.extend([0, 8, number, number, 1, 0, 0, 0]);
        }
        let acpi = read(machine(false, &[sdt(b"APIC", &body)]));
        assert_eq!(acpi.local_apics().collect::<Vec<_>>(), (0..16).collect::<Vec<_>>());
    }

    #[test]
    fn old_lines_follow_the_firmware_and_no_pin_has_two_lines() {
        let acpi = read(machine(true, &[madt()]));
        assert_eq!(acpi.route(0), Some((2, false)));
        assert_eq!(acpi.route(2), None);
        assert_eq!(acpi.route(4), Some((4, false)));
        assert_eq!(acpi.route(9), Some((9, true)));
        assert_eq!(acpi.route(16), Some((16, true)));
    }

    #[test]
    fn tables_that_do_not_add_up_are_not_believed() {
        let mut broken = madt();
        broken[HEADER + 20] ^= 1;
        assert_eq!(read(machine(true, &[broken])).io_apic, None);
        let mut pointer = machine(false, &[madt()]);
        pointer[0x110] ^= 1;
        assert_eq!(read(pointer).io_apic, None);
        assert_eq!(Acpi::read(0, &mut Nodes::ONE.clone(), &mut |_, _| None).io_apic, None);
    }

    #[test]
    fn entries_of_wrong_lengths_end_the_search() {
        for entry in [&[1, 0][..], &[1, 1], &[1, 200, 0], &[2]] {
            let mut body = std::vec![0; 8];
            body.extend(entry);
            body.extend([1, 12]);
            assert_eq!(read(machine(true, &[sdt(b"APIC", &body)])).io_apic, None, "{entry:?}");
        }
    }

    #[test]
    fn no_damaged_byte_makes_it_fail() {
        let whole = machine(true, &[fadt(), madt(), srat(), slit()]);
        for position in 0x100..whole.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut damaged = whole.clone();
                damaged[position] = value;
                let acpi = read(damaged);
                assert!(acpi.io_apic.is_none_or(|found| found.address == 0xfec0_0000));
            }
        }
    }
}
