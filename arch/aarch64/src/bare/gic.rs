//! The generic interrupt controller, version 2 or 3. A line's number is the controller's own: those of
//! devices start at 32.

use super::cpu::{read, write};
use super::{cores, cpu, machine};
use crate::board::{Board, Controller};
use crate::paging::{DEVICES, Granule};
use core::ops::Range;
use core::ptr::with_exposed_provenance_mut;
use core::sync::atomic::{AtomicU8, Ordering::Relaxed};
use veridian_abi::limits;

/// Where the registers are mapped: those that all cores share, and those of this core.
pub(super) const SHARED: u64 = DEVICES + Granule::LARGE.page();
pub(super) const OWN: u64 = SHARED + SHARED_SIZE;
/// What of each is used, and mapped.
pub(super) const SHARED_SIZE: u64 = 0x1_0000;
pub(super) const OWN_SIZE: u64 = 0x2_0000;

/// Registers of the distributor; version 3 has those of a core's private lines, at the same offsets,
/// in the second half of its redistributor.
const CONTROL: u64 = 0;
const KIND: u64 = 4;
const GROUP: u64 = 0x80;
const ENABLE: u64 = 0x100;
const DISABLE: u64 = 0x180;
const PRIORITY: u64 = 0x400;
const TARGET: u64 = 0x800;
const TRIGGER: u64 = 0xc00;
const ROUTE: u64 = 0x6000;
/// Registers of a core's interface of version 2.
const MASK: u64 = 4;
const ACKNOWLEDGE: u64 = 0xc;
const END: u64 = 0x10;
/// Register of a redistributor.
const WAKE: u64 = 0x14;
/// Bits of the distributor's first register.
const BY_AFFINITY: u32 = 1 << 4;
const GROUP_ONE: u32 = 1 << 1;
const PRIVATE: u64 = 0x1_0000;

/// Line by which cores interrupt each other.
pub(super) const POKE: u32 = 1;
static TARGETS: [AtomicU8; limits::MAX_CORES as usize] = [const { AtomicU8::new(1) }; _];

/// Lines of devices start here.
const FIRST_SHARED: u32 = 32;
/// Numbers from here on are no lines.
const END_OF_LINES: u32 = 1020;
/// What other cores ask for is more urgent than the tick, and that more urgent than any device.
const POKE_PRIORITY: u8 = 0x60;
const TICK_PRIORITY: u8 = 0x80;
const DEVICE_PRIORITY: u8 = 0xa0;

fn read32(base: u64, register: u64) -> u32 {
    // SAFETY: the registers are mapped since boot; those that are read here change nothing but the
    // controller's own state.
    unsafe { with_exposed_provenance_mut::<u32>((base + register) as usize).read_volatile() }
}

fn write32(base: u64, register: u64, value: u32) {
    // SAFETY: as above; no value reaches memory.
    unsafe { with_exposed_provenance_mut::<u32>((base + register) as usize).write_volatile(value) };
}

fn write8(base: u64, register: u64, value: u8) {
    // SAFETY: as above; these registers may be written byte by byte.
    unsafe { with_exposed_provenance_mut::<u8>((base + register) as usize).write_volatile(value) };
}

/// What is to be mapped, and where.
pub(super) fn registers(board: &Board) -> [(u64, Range<u64>); 2] {
    let part = |range: &Range<u64>, size: u64| range.start..range.end.min(range.start + size);
    match &board.controller {
        Controller::V2 { distributor, interface } => {
            [(SHARED, part(distributor, SHARED_SIZE)), (OWN, part(interface, OWN_SIZE))]
        }
        Controller::V3 { distributor, redistributors } => [
            (SHARED, part(distributor, SHARED_SIZE)),
            (OWN, part(redistributors, OWN_SIZE * board.cores().count().max(1) as u64)),
        ],
    }
}

fn is_third() -> bool {
    machine::board().is_some_and(|board| matches!(board.controller, Controller::V3 { .. }))
}

/// The registers of this core's private lines: version 3 has them in the core's redistributor.
fn private() -> u64 {
    if is_third() { redistributor() + PRIVATE } else { SHARED }
}

/// This core's redistributor: the one of its affinity, which they say in the upper half of their kind.
fn redistributor() -> u64 {
    const AFFINITY: u64 = 0xc;
    let own = cores::own_affinity();
    let own = (own | own >> 8 & 0xff00_0000) as u32;
    let all = (0..u64::from(cores::count())).map(|number| OWN + OWN_SIZE * number);
    all.into_iter().find(|base| read32(*base, AFFINITY) == own).unwrap_or(OWN)
}

/// Offset of a line's word among registers that have `bits` bits for each line.
const fn word(line: u32, bits: u32) -> u64 {
    (line * bits / 32 * 4) as u64
}

/// Lines that there are.
fn lines() -> u32 {
    (32 * ((read32(SHARED, KIND) & 0x1f) + 1)).min(END_OF_LINES)
}

/// Switches the controller on for the first core, with nothing let in but the timer's line and other cores.
pub(super) fn start(board: &Board) {
    let third = is_third();
    for line in (FIRST_SHARED..lines()).step_by(32) {
        write32(SHARED, DISABLE + word(line, 1), u32::MAX);
        if third {
            write32(SHARED, GROUP + word(line, 1), u32::MAX);
        }
    }
    write32(SHARED, CONTROL, if third { BY_AFFINITY | GROUP_ONE } else { 1 });
    start_core(board, 0);
}

/// Switches on what a core has for itself.
pub(super) fn start_core(board: &Board, core: u32) {
    let private = private();
    write32(private, DISABLE, u32::MAX);
    if is_third() {
        start_third(private - PRIVATE);
    } else {
        write32(OWN, MASK, 0xff);
        write32(OWN, CONTROL, 1);
        if let Some(target) = TARGETS.get(core as usize) {
            target.store(own_target(), Relaxed);
        }
    }
    for (line, priority) in [(board.timer, TICK_PRIORITY), (POKE, POKE_PRIORITY)] {
        write8(private, PRIORITY + u64::from(line), priority);
        write32(private, ENABLE, 1 << (line % 32));
    }
}

fn start_third(own: u64) {
    const SLEEP: u32 = 1 << 1;
    const ASLEEP: u32 = 1 << 2;
    const PATIENCE: u32 = 100_000;
    write32(own, WAKE, read32(own, WAKE) & !SLEEP);
    for _ in 0..PATIENCE {
        if read32(own, WAKE) & ASLEEP == 0 {
            break;
        }
    }
    write32(own + PRIVATE, GROUP, u32::MAX);
    let enabled = read!("icc_sre_el1") | 1;
    // SAFETY: a controller of version 3 comes with these registers; they do not reach memory.
    unsafe {
        write!("icc_sre_el1", enabled);
        cpu::synchronize();
        write!("icc_pmr_el1", 0xff_u64);
        write!("icc_ctlr_el1", 0_u64);
        write!("icc_igrpen1_el1", 1_u64);
    }
    cpu::synchronize();
}

/// Lets another core enter the kernel. What this core wrote before, that one sees.
pub(super) fn poke(core: u32) {
    const GENERATE: u64 = 0xf00;
    if is_third() {
        let [first, second, third, _, fourth, ..] = cores::affinity(core).to_le_bytes().map(u64::from);
        let target = fourth << 48 | third << 32 | second << 16 | (first >> 4) << 44 | 1 << (first & 15);
        cpu::publish();
        // SAFETY: as above.
        unsafe { write!("icc_sgi1r_el1", target | u64::from(POKE) << 24) };
        cpu::synchronize();
    } else {
        cpu::publish();
        write32(SHARED, GENERATE, u32::from(target(core)) << 16 | POKE);
    }
}

/// An interrupt that is being served.
#[derive(Clone, Copy)]
pub(super) struct Taken {
    pub(super) line: u32,
    /// As the controller named it.
    name: u32,
}

/// Takes the most urgent interrupt; `None` where it has gone.
pub(super) fn acknowledge() -> Option<Taken> {
    let taken = if is_third() {
        let name = read!("icc_iar1_el1") as u32;
        Taken { line: name & 0xff_ffff, name }
    } else {
        let name = read32(OWN, ACKNOWLEDGE);
        Taken { line: name & 0x3ff, name }
    };
    (taken.line < END_OF_LINES).then_some(taken)
}

/// Ends the interrupt that is being served.
pub(super) fn end(taken: Taken) {
    if is_third() {
        // SAFETY: as above.
        unsafe { write!("icc_eoir1_el1", u64::from(taken.name)) };
    } else {
        write32(OWN, END, taken.name);
    }
}

/// Masks a device's line.
pub(super) fn mask(line: u32) {
    write32(SHARED, DISABLE + word(line, 1), 1 << (line % 32));
}

fn is_device(line: u32) -> bool {
    (FIRST_SHARED..lines()).contains(&line)
}

/// Routes a line to a core, masked; false where there is none.
pub(super) fn configure(line: u32, level: bool, core: u32) -> bool {
    if !is_device(line) {
        return false;
    }
    mask(line);
    let edge = 0b10 << (line % 16 * 2);
    let triggers = read32(SHARED, TRIGGER + word(line, 2));
    write32(SHARED, TRIGGER + word(line, 2), if level { triggers & !edge } else { triggers | edge });
    write8(SHARED, PRIORITY + u64::from(line), DEVICE_PRIORITY);
    if is_third() {
        let affinity = cores::affinity(core);
        write32(SHARED, ROUTE + 8 * u64::from(line), affinity as u32);
        write32(SHARED, ROUTE + 8 * u64::from(line) + 4, (affinity >> 32) as u32);
    } else {
        write8(SHARED, TARGET + u64::from(line), target(core));
    }
    true
}

/// The bit of a core among the targets of version 2.
fn target(core: u32) -> u8 {
    TARGETS.get(core as usize).map_or(1, |target| target.load(Relaxed))
}

/// The bit of this core among the targets, as its private lines have it; 0 where there is one core.
fn own_target() -> u8 {
    match read32(SHARED, TARGET) as u8 {
        0 => 1,
        target => target,
    }
}

/// Lets a configured line fire.
pub(super) fn unmask(line: u32) {
    if is_device(line) {
        write32(SHARED, ENABLE + word(line, 1), 1 << (line % 32));
    }
}
