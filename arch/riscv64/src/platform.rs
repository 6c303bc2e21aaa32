//! What the kernel has to know of the machine, as the device tree tells it.

use core::ops::Range;
use veridian_device_tree::{DeviceTree, Node, Ranges, cell};

use crate::paging::{DEVICES_END, MEMORY_END, PAGE, PHYSICAL_END};

/// The interrupt controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plic {
    /// Its registers.
    pub registers: Range<u64>,
    /// Lines: 1 to this.
    pub lines: u32,
    /// Which of its contexts is the kernel's on this hart.
    pub context: u32,
}

/// A 16550.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uart {
    /// Its first register.
    pub address: u64,
    /// Registers are 2 to the power of this bytes apart.
    pub shift: u32,
}

/// The machine.
#[derive(Clone, Debug, Default)]
pub struct Platform {
    /// Whole pages of memory, without what the firmware keeps.
    pub memory: Ranges<16>,
    /// Counts of the timer in a second; 0 where the tree does not say.
    pub timer: u32,
    /// Bits of an address that the processor translates; 0 where the tree does not say.
    pub address_bits: u32,
    /// The interrupt controller, if it has a context for this hart.
    pub plic: Option<Plic>,
    /// The first serial port.
    pub uart: Option<Uart>,
    /// The test device, which ends the emulator.
    pub test: Option<u64>,
    /// All memory, the firmware's too.
    all_memory: Ranges<16>,
    /// Devices that no component may own.
    own: Ranges<8>,
}

/// What is known before the whole tree was seen.
struct Reading<'t> {
    platform: Platform,
    hart: u64,
    /// The node right below the root.
    section: &'t [u8],
    /// Whether the node of this hart was the last one of its depth.
    in_hart: bool,
    /// The interrupt controller of this hart itself.
    controller: Option<u32>,
    plic: Option<Node<'t>>,
    reserved: Ranges<16>,
}

impl Platform {
    /// Reads the tree for the hart of this number.
    #[must_use]
    pub fn new(tree: &DeviceTree<'_>, hart: u64) -> Self {
        let mut reading = Reading {
            platform: Self::default(),
            hart,
            section: &[],
            in_hart: false,
            controller: None,
            plic: None,
            reserved: Ranges::default(),
        };
        for node in tree.nodes() {
            reading.visit(&node);
        }
        for range in tree.reserved() {
            reading.reserved.push(range);
        }
        reading.finish()
    }

    /// Whether a range is nothing but registers of devices that a component may own.
    #[must_use]
    pub fn is_device_range(&self, range: &Range<u64>) -> bool {
        !range.is_empty() && range.end <= PHYSICAL_END && !self.all_memory.overlap(range) && !self.own.overlap(range)
    }
}

impl<'t> Reading<'t> {
    fn visit(&mut self, node: &Node<'t>) {
        match node.depth {
            0 => {}
            1 => {
                self.section = node.name;
                self.in_hart = false;
                if node.is_named("memory@") || node.name == b"memory" {
                    for range in node.reg() {
                        self.platform.all_memory.push(range);
                    }
                } else if node.name == b"cpus" {
                    self.platform.timer = node.cell("timebase-frequency").unwrap_or(0);
                } else {
                    self.device(node);
                }
            }
            2 if self.section == b"cpus" => {
                self.in_hart = node.reg().any(|reg| reg.start == self.hart) && node.is_named("cpu@");
                if self.in_hart {
                    self.platform.address_bits = match node.property("mmu-type") {
                        Some(b"riscv,sv39\0") => 39,
                        Some(b"riscv,sv48\0") => 48,
                        Some(b"riscv,sv57\0") => 57,
                        _ => 0,
                    };
                }
            }
            3 if self.in_hart && self.section == b"cpus" => {
                if node.is_named("interrupt-controller") {
                    self.controller = node.cell("phandle");
                }
            }
            2 if self.section == b"reserved-memory" => {
                for range in node.reg() {
                    self.reserved.push(range);
                }
            }
            _ => self.device(node),
        }
    }

    fn device(&mut self, node: &Node<'t>) {
        let platform = &mut self.platform;
        for name in node.compatible.split(|byte| *byte == 0) {
            match name {
                b"sifive,plic-1.0.0" | b"riscv,plic0" => self.plic = Some(*node),
                b"sifive,test0" | b"sifive,test1" => platform.test = node.reg().next().map(|range| range.start),
                b"ns16550a" | b"ns16550" if platform.uart.is_none() && node.is_enabled() => {
                    let shift = node.cell("reg-shift").unwrap_or(0);
                    platform.uart = node.reg().next().map(|range| Uart { address: range.start, shift });
                    // The kernel only prints there: a driver may have it.
                    break;
                }
                b"sifive,clint0"
                | b"riscv,clint0"
                | b"riscv,aclint-mtimer"
                | b"riscv,aclint-mswi"
                | b"riscv,aclint-sswi" => {}
                _ => continue,
            }
            for range in node.reg() {
                platform.own.push(pages(&range));
            }
            break;
        }
    }

    fn finish(self) -> Platform {
        let Self { mut platform, controller, plic, reserved, .. } = self;
        let reach = |address: &u64| *address < DEVICES_END;
        platform.uart = platform.uart.filter(|uart| reach(&uart.address));
        platform.test = platform.test.filter(reach);
        platform.plic = plic.and_then(|node| {
            let registers = node.reg().next().filter(|range| range.end <= DEVICES_END)?;
            let context = context(node.property("interrupts-extended")?, controller?)?;
            Some(Plic { registers, lines: node.cell("riscv,ndev")?.min(1023), context })
        });
        platform.memory = platform.all_memory.clone();
        platform.memory.remove(&(MEMORY_END..u64::MAX));
        for range in reserved.iter() {
            platform.memory.remove(&pages(&range));
        }
        platform.memory.align(PAGE);
        platform
    }
}

/// All pages that a range touches.
fn pages(range: &Range<u64>) -> Range<u64> {
    range.start & !(PAGE - 1)..range.end.saturating_add(PAGE - 1) & !(PAGE - 1)
}

/// The context that raises the external interrupt of the kernel's mode at a hart: its number in a list of
/// controllers and their lines.
fn context(list: &[u8], controller: u32) -> Option<u32> {
    const SUPERVISOR: u32 = 9;
    let (pairs, _) = list.as_chunks::<8>();
    let place = pairs
        .iter()
        .position(|pair| cell(pair.as_slice(), 0) == Some(controller) && cell(pair.as_slice(), 4) == Some(SUPERVISOR));
    u32::try_from(place?).ok()
}
