//! What the kernel has to know of the machine, as the device tree tells it.

use core::ops::Range;
use veridian_abi::limits;
use veridian_device_tree::{DeviceTree, Node, Ranges, cell, read_numa};
use veridian_port::Nodes;

use crate::paging::{DEVICES_END, MEMORY_END, PAGE, PHYSICAL_END};

/// The interrupt controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plic {
    /// Its registers.
    pub registers: Range<u64>,
    /// Lines: 1 to this.
    pub lines: u32,
    /// Which of its contexts is the kernel's on each of [`Platform::harts`].
    pub contexts: [Option<u32>; MAX_HARTS],
}

/// Harts that are used at most.
pub const MAX_HARTS: usize = limits::MAX_CORES as usize;

/// A hart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hart {
    /// Its number, as the firmware counts.
    pub number: u64,
    /// Bits of an address that it translates; 0 where the tree does not say.
    pub address_bits: u32,
    /// Its own interrupt controller.
    controller: Option<u32>,
}

/// The harts that are used: first the one that runs at boot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Harts {
    all: [Hart; MAX_HARTS],
    count: usize,
}

impl Harts {
    /// One, of which nothing is known.
    const ONE: Self = Self { all: [Hart { number: 0, address_bits: 0, controller: None }; MAX_HARTS], count: 1 };

    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[Hart] {
        self.all.get(..self.count).unwrap_or(&[])
    }

    /// Where a hart of this number is to be kept; `None` where there are too many.
    fn place(&mut self, number: u64) -> Option<&mut Hart> {
        let place = if self.all.first()?.number == number { 0 } else { self.count };
        let hart = self.all.get_mut(place)?;
        hart.number = number;
        self.count = self.count.max(place + 1);
        Some(hart)
    }

    /// The hart of this number.
    fn at(&mut self, number: u64) -> Option<&mut Hart> {
        self.all.get_mut(..self.count)?.iter_mut().find(|hart| hart.number == number)
    }

    /// Leaves out those that translate fewer bits of an address than the first one.
    fn keep_equals(&mut self) {
        let needed = self.all.first().map_or(0, |first| first.address_bits);
        let mut kept = 0;
        for from in 0..self.count {
            if let Some(hart) = self.all.get(from).copied()
                && (from == 0 || hart.address_bits >= needed)
                && let Some(to) = self.all.get_mut(kept)
            {
                *to = hart;
                kept += 1;
            }
        }
        self.count = kept;
    }
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
#[derive(Debug)]
pub struct Platform {
    /// Whole pages of memory, without what the firmware keeps.
    pub memory: Ranges<16>,
    /// Counts of the timer in a second; 0 where the tree does not say.
    pub timer: u32,
    /// The harts that are used.
    pub harts: Harts,
    /// The interrupt controller, if it has a context for the first hart.
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

/// Interrupt controllers that are looked at.
const MAX_PLICS: usize = 4;

/// What is known before the whole tree was seen.
struct Reading<'p, 't> {
    platform: &'p mut Platform,
    /// The node right below the root.
    section: &'t [u8],
    /// The hart whose node was the last one of its depth.
    hart: Option<u64>,
    /// Interrupt controllers: boards of several nodes have one in each.
    plics: [Option<Node<'t>>; MAX_PLICS],
    reserved: Ranges<16>,
}

impl Platform {
    /// A machine of which nothing is known.
    pub const UNKNOWN: Self = Self {
        memory: Ranges::NONE,
        timer: 0,
        harts: Harts::ONE,
        plic: None,
        uart: None,
        test: None,
        all_memory: Ranges::NONE,
        own: Ranges::NONE,
    };

    /// Reads the tree into what was [`Platform::UNKNOWN`], where the hart of this number runs, and tells `nodes` of
    /// memory and harts that are near each other.
    pub fn read(&mut self, tree: &DeviceTree<'_>, hart: u64, nodes: &mut Nodes) {
        if let Some(first) = self.harts.all.first_mut() {
            first.number = hart;
        }
        let mut reading =
            Reading { platform: self, section: &[], hart: None, plics: [None; MAX_PLICS], reserved: Ranges::NONE };
        for node in tree.nodes() {
            read_numa(&node, nodes);
            reading.visit(&node);
        }
        for range in tree.reserved() {
            reading.reserved.push(range);
        }
        reading.finish();
    }

    /// Whether a range is nothing but registers of devices that a component may own.
    #[must_use]
    pub fn is_device_range(&self, range: &Range<u64>) -> bool {
        !range.is_empty() && range.end <= PHYSICAL_END && !self.all_memory.overlap(range) && !self.own.overlap(range)
    }
}

impl<'t> Reading<'_, 't> {
    fn visit(&mut self, node: &Node<'t>) {
        match node.depth {
            0 => {}
            1 => {
                self.section = node.name;
                self.hart = None;
                if node.is_named("memory@") || node.name == b"memory" {
                    for range in node.reg() {
                        self.platform.memory.push(range.clone());
                        self.platform.all_memory.push(range);
                    }
                } else if node.name == b"cpus" {
                    self.platform.timer = node.cell("timebase-frequency").unwrap_or(0);
                } else {
                    self.device(node);
                }
            }
            2 if self.section == b"cpus" => {
                self.hart =
                    node.reg().next().map(|reg| reg.start).filter(|_| node.is_named("cpu@") && node.is_enabled());
                if let Some(hart) = self.hart.and_then(|number| self.platform.harts.place(number)) {
                    hart.address_bits = match node.property("mmu-type") {
                        Some(b"riscv,sv39\0") => 39,
                        Some(b"riscv,sv48\0") => 48,
                        Some(b"riscv,sv57\0") => 57,
                        _ => 0,
                    };
                }
            }
            3 if self.hart.is_some() && self.section == b"cpus" => {
                if node.is_named("interrupt-controller")
                    && let Some(hart) = self.hart.and_then(|number| self.platform.harts.at(number))
                {
                    hart.controller = node.cell("phandle");
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
        let platform = &mut *self.platform;
        for name in node.compatible.split(|byte| *byte == 0) {
            match name {
                b"sifive,plic-1.0.0" | b"riscv,plic0" => {
                    if let Some(place) = self.plics.iter_mut().find(|place| place.is_none()) {
                        *place = Some(*node);
                    }
                }
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

    fn finish(self) {
        let Self { platform, plics, reserved, .. } = self;
        platform.harts.keep_equals();
        let reach = |address: &u64| *address < DEVICES_END;
        platform.uart = platform.uart.filter(|uart| reach(&uart.address));
        platform.test = platform.test.filter(reach);
        platform.plic = plics.iter().flatten().find_map(|node| {
            let registers = node.reg().next().filter(|range| range.end <= DEVICES_END)?;
            let list = node.property("interrupts-extended")?;
            let mut contexts = [None; MAX_HARTS];
            for (found, hart) in contexts.iter_mut().zip(platform.harts.as_slice()) {
                *found = hart.controller.and_then(|controller| context(list, controller));
            }
            contexts[0]?;
            Some(Plic { registers, lines: node.cell("riscv,ndev")?.min(1023), contexts })
        });
        platform.memory.remove(&(MEMORY_END..u64::MAX));
        for range in reserved.iter() {
            platform.memory.remove(&pages(&range));
        }
        platform.memory.align(PAGE);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(harts: &Harts) -> Vec<u64> {
        harts.as_slice().iter().map(|hart| hart.number).collect()
    }

    #[test]
    fn the_hart_that_runs_is_the_first_and_those_that_translate_less_are_left_out() {
        let mut harts = Harts::ONE;
        harts.all[0].number = 2;
        for (number, address_bits) in [(0, 0), (1, 39), (2, 39), (3, 48)] {
            harts.place(number).expect("room").address_bits = address_bits;
        }
        assert_eq!(numbers(&harts), [2, 0, 1, 3]);
        harts.keep_equals();
        assert_eq!(numbers(&harts), [2, 1, 3]);
        assert_eq!(harts.at(3).map(|hart| hart.address_bits), Some(48));
        assert_eq!(harts.at(0), None);
    }

    #[test]
    fn harts_that_there_is_no_room_for_are_not_used() {
        let mut harts = Harts::ONE;
        harts.all[0].number = 5;
        let placed = (10..10 + MAX_HARTS as u64).filter(|number| harts.place(*number).is_some()).count();
        assert_eq!((placed, harts.as_slice().len()), (MAX_HARTS - 1, MAX_HARTS));
        assert_eq!(harts.place(5).map(|hart| hart.number), Some(5));
    }
}
