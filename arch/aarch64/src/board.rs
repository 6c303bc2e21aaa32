//! What the device tree says of the board, as far as the kernel uses it.

use core::ops::Range;
use veridian_abi::limits;
use veridian_device_tree::{DeviceTree, Node, Ranges, cell, read_numa};
use veridian_port::Nodes;

/// The interrupt controller, by version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Controller {
    /// Version 2: the registers of the distributor and of the core's interface.
    V2 {
        /// Shared by all cores.
        distributor: Range<u64>,
        /// Of the core that accesses it.
        interface: Range<u64>,
    },
    /// Version 3: the registers of the distributor and of all cores' redistributors.
    V3 {
        /// Shared by all cores.
        distributor: Range<u64>,
        /// One after the other.
        redistributors: Range<u64>,
    },
}

impl Controller {
    /// Those that all cores share, and those of the cores.
    const fn registers(&self) -> (&Range<u64>, &Range<u64>) {
        match self {
            Self::V2 { distributor, interface } => (distributor, interface),
            Self::V3 { distributor, redistributors } => (distributor, redistributors),
        }
    }
}

/// The instruction that reaches the firmware.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduit {
    /// `hvc`: a hypervisor has its place.
    Hypervisor,
    /// `smc`.
    Monitor,
}

/// A board that the kernel can run on.
#[derive(Clone, Debug)]
pub struct Board {
    /// Memory, without what the firmware keeps.
    pub memory: Ranges<16>,
    /// All that is memory, whoever has it.
    pub all_memory: Ranges<16>,
    /// The debug console: a PL011.
    pub console: Range<u64>,
    /// The interrupt controller.
    pub controller: Controller,
    /// Line of the virtual timer's interrupt.
    pub timer: u32,
    /// Affinity of each core, as the register `MPIDR_EL1` has it; 0 behind the last.
    cores: [u64; MAX_CORES],
    core_count: usize,
    /// How to reach the firmware that switches power; `None` where there is none.
    pub firmware: Option<Conduit>,
}

const MAX_CORES: usize = limits::MAX_CORES as usize;

/// Lines that each core has for itself come behind those by which cores interrupt each other.
const FIRST_PRIVATE: u32 = 16;

impl Board {
    /// Reads it, and tells `nodes` of memory and cores that are near each other; an error says what is missing.
    ///
    /// # Errors
    /// What the kernel cannot do without and the tree does not tell.
    pub fn read(tree: &DeviceTree<'_>, nodes: &mut Nodes) -> Result<Self, &'static str> {
        let mut all_memory = Ranges::default();
        let mut reserved = Ranges::<16>::default();
        let (mut console, mut controller, mut timer, mut firmware) = (None, None, None, None);
        let (mut cores, mut core_count) = ([0; MAX_CORES], 0);
        let mut is_reservation = false;
        for node in tree.nodes() {
            read_numa(&node, nodes);
            match node.depth {
                1 => is_reservation = node.is_named("reserved-memory"),
                2 if is_reservation => node.reg().for_each(|range| reserved.push(range)),
                2 if node.is_named("cpu@") && node.is_enabled() => {
                    if let (Some(range), Some(place)) = (node.reg().next(), cores.get_mut(core_count)) {
                        *place = range.start;
                        core_count += 1;
                    }
                }
                _ => {}
            }
            if node.depth == 1 && node.is_named("memory") {
                node.reg().for_each(|range| all_memory.push(range));
            } else if !node.is_enabled() || node.compatible.is_empty() {
            } else if node.is("arm,pl011") {
                console = console.or(node.reg().next());
            } else if node.is("arm,armv8-timer") {
                timer = virtual_timer(&node);
            } else if node.is("arm,psci-0.2") || node.is("arm,psci-1.0") {
                firmware = conduit(&node);
            } else if let Some(found) = interrupt_controller(&node) {
                controller = Some(found);
            }
        }
        let mut memory = all_memory.clone();
        for range in reserved.iter().chain(tree.reserved()) {
            memory.remove(&range);
        }
        Ok(Self {
            memory,
            all_memory,
            console: console.ok_or("no PL011 for the console")?,
            controller: controller.ok_or("no generic interrupt controller of version 2 or 3")?,
            timer: timer.ok_or("no generic timer")?,
            cores,
            core_count,
            firmware,
        })
    }

    /// Affinity of each core, as many as are started.
    pub fn cores(&self) -> impl Iterator<Item = u64> {
        self.cores.iter().take(self.core_count).copied()
    }

    /// Whether all registers that the kernel uses begin at a page of so many bytes.
    #[must_use]
    pub fn begins_pages(&self, page: u64) -> bool {
        let (first, second) = self.controller.registers();
        [first, second, &self.console].into_iter().all(|range| range.start.is_multiple_of(page))
    }

    /// Whether a range is neither memory nor registers that the kernel uses.
    #[must_use]
    pub fn is_free(&self, range: &Range<u64>) -> bool {
        let (first, second) = self.controller.registers();
        let apart = |own: &Range<u64>| range.end <= own.start || own.end <= range.start;
        apart(first) && apart(second) && !self.all_memory.overlap(range)
    }
}

fn interrupt_controller(node: &Node<'_>) -> Option<Controller> {
    let mut ranges = node.reg();
    let (distributor, second) = (ranges.next()?, ranges.next());
    if node.is("arm,gic-v3") {
        return Some(Controller::V3 { distributor, redistributors: second? });
    }
    let is_second = ["arm,cortex-a15-gic", "arm,gic-400", "arm,cortex-a9-gic"].iter().any(|name| node.is(name));
    if is_second { Some(Controller::V2 { distributor, interface: second? }) } else { None }
}

/// Line of the third of the timer's interrupts: secure, not secure, virtual, hypervisor.
fn virtual_timer(node: &Node<'_>) -> Option<u32> {
    const CELLS: usize = 3;
    const PRIVATE: u32 = 1;
    let interrupts = node.property("interrupts")?;
    let third = |position: usize| cell(interrupts, (2 * CELLS + position) * 4);
    (third(0)? == PRIVATE).then_some(FIRST_PRIVATE + third(1)?)
}

fn conduit(node: &Node<'_>) -> Option<Conduit> {
    match node.property("method")? {
        b"hvc\0" => Some(Conduit::Hypervisor),
        b"smc\0" => Some(Conduit::Monitor),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    /// Flattens a tree.
    #[derive(Default)]
    struct Writer {
        structure: Vec<u8>,
        strings: Vec<u8>,
    }

    impl Writer {
        fn cells(&mut self, cells: &[u32]) {
            self.structure.extend(cells.iter().flat_map(|cell| cell.to_be_bytes()));
        }

        fn bytes(&mut self, bytes: &[u8]) {
            self.structure.extend(bytes);
            self.structure.resize(self.structure.len().next_multiple_of(4), 0);
        }

        fn node(&mut self, name: &str, properties: &[(&str, &[u8])], children: impl FnOnce(&mut Self)) {
            self.cells(&[1]);
            self.bytes(&[name.as_bytes(), &[0]].concat());
            for (name, value) in properties {
                let at = self.strings.len() as u32;
                self.strings.extend(name.bytes().chain([0]));
                self.cells(&[3, value.len() as u32, at]);
                self.bytes(value);
            }
            children(self);
            self.cells(&[2]);
        }

        fn finish(mut self) -> Vec<u8> {
            self.cells(&[9]);
            let structure = 40 + 16;
            let strings = structure + self.structure.len();
            let size = strings + self.strings.len();
            let lengths = [self.strings.len(), self.structure.len()];
            let header = [0xd00d_feed, size, structure, strings, 40, 17, 16, 0, lengths[0], lengths[1]];
            let header = header.iter().flat_map(|field| (*field as u32).to_be_bytes());
            header.chain([0; 16]).chain(self.structure).chain(self.strings).collect()
        }
    }

    fn words(cells: &[u32]) -> Vec<u8> {
        cells.iter().flat_map(|cell| cell.to_be_bytes()).collect()
    }

    /// As QEMU's `virt` tells it, with some memory reserved.
    fn virt(controller: &str, left_out: &str) -> Vec<u8> {
        let two = words(&[2]);
        let mut writer = Writer::default();
        writer.node("", &[("#address-cells", &two), ("#size-cells", &two)], |root| {
            let mut device = |name: &str, properties: &[(&str, &[u8])]| {
                if !name.starts_with(left_out) {
                    root.node(name, properties, |_| {});
                }
            };
            device("psci", &[("method", b"hvc\0"), ("compatible", b"arm,psci-1.0\0arm,psci-0.2\0arm,psci\0")]);
            device("memory@40000000", &[("reg", &words(&[0, 0x4000_0000, 0, 0x400_0000]))]);
            device(
                "timer",
                &[
                    ("interrupts", &words(&[1, 13, 0x104, 1, 14, 0x104, 1, 11, 0x104, 1, 10, 0x104])),
                    ("compatible", b"arm,armv8-timer\0arm,armv7-timer\0"),
                ],
            );
            device(
                "pl011@9000000",
                &[("reg", &words(&[0, 0x900_0000, 0, 0x1000])), ("compatible", b"arm,pl011\0arm,primecell\0")],
            );
            device(
                "intc@8000000",
                &[
                    ("reg", &words(&[0, 0x800_0000, 0, 0x1_0000, 0, 0x801_0000, 0, 0x1_0000])),
                    ("compatible", &[controller.as_bytes(), &[0]].concat()),
                ],
            );
            let one = words(&[1]);
            root.node("cpus", &[("#address-cells", &one), ("#size-cells", &words(&[0]))], |cpus| {
                for (name, affinity, status) in [("cpu@0", 0, "okay"), ("cpu@1", 1, "okay"), ("cpu@100", 0x100, "fail")]
                {
                    cpus.node(name, &[("reg", &words(&[affinity])), ("status", status.as_bytes())], |_| {});
                }
            });
            root.node("reserved-memory", &[("#address-cells", &two), ("#size-cells", &two)], |kept| {
                kept.node("firmware@40000000", &[("reg", &words(&[0, 0x4000_0000, 0, 0x10_0000]))], |_| {});
            });
        });
        writer.finish()
    }

    fn board(controller: &str, left_out: &str) -> Result<Board, &'static str> {
        Board::read(&DeviceTree::read(&virt(controller, left_out)).unwrap(), &mut Nodes::ONE.clone())
    }

    #[test]
    fn a_board_is_read_from_its_tree() {
        let board = board("arm,cortex-a15-gic", "none").unwrap();
        assert_eq!(board.memory.iter().collect::<Vec<_>>(), [0x4010_0000..0x4400_0000]);
        assert_eq!(board.console, 0x900_0000..0x900_1000);
        assert_eq!(board.cores().collect::<Vec<_>>(), [0, 1]);
        assert_eq!((board.timer, board.firmware), (27, Some(Conduit::Hypervisor)));
        assert_eq!(
            board.controller,
            Controller::V2 { distributor: 0x800_0000..0x801_0000, interface: 0x801_0000..0x802_0000 }
        );
        let Controller::V3 { redistributors, .. } = super::tests::board("arm,gic-v3", "none").unwrap().controller
        else {
            panic!("it is of version 3");
        };
        assert_eq!(redistributors, 0x801_0000..0x802_0000);
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(board("arm,gic-v3", "pl011").unwrap_err(), "no PL011 for the console");
        assert_eq!(board("arm,gic-v3", "timer").unwrap_err(), "no generic timer");
        assert!(board("arm,gic-v5", "none").is_err());
        assert_eq!(board("arm,gic-v3", "psci").unwrap().firmware, None);
    }

    #[test]
    fn pages_are_as_large_as_the_kernels_own_devices_allow() {
        let mut board = board("arm,cortex-a15-gic", "none").unwrap();
        assert!([0x1000, 0x4000, 0x1_0000].iter().all(|page| board.begins_pages(*page)));
        board.console = 0x900_4000..0x900_5000;
        assert_eq!([0x1000, 0x4000, 0x1_0000].map(|page| board.begins_pages(page)), [true, true, false]);
        board.controller = Controller::V2 { distributor: 0x801_1000..0x801_2000, interface: 0x801_2000..0x801_4000 };
        assert_eq!([0x1000, 0x4000, 0x1_0000].map(|page| board.begins_pages(page)), [true, false, false]);
    }

    #[test]
    fn devices_are_what_is_neither_memory_nor_the_kernels_own() {
        let board = board("arm,gic-v3", "none").unwrap();
        for (range, free) in [
            (0x900_0000..0x900_1000, true),
            (0xa00_0000..0xa00_1000, true),
            (0x800_f000..0x801_0000, false),
            (0x801_f000..0x802_1000, false),
            (0x4000_0000..0x4000_1000, false),
            (0x43ff_f000..0x4400_1000, false),
            (0x4400_0000..0x4400_1000, true),
        ] {
            assert_eq!(board.is_free(&range), free, "{range:x?}");
        }
    }
}
