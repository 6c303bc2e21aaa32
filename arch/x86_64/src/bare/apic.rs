//! Interrupt controllers: the local APIC with its timer, and the I/O APIC with the devices' lines.

use super::{cpu, machine};
use crate::local_apic::{self, Way};
use crate::paging::DEVICES;
use core::ptr::with_exposed_provenance_mut;
use core::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

/// Exceptions that this port tells apart by number.
pub(super) const NON_MASKABLE: usize = 2;
pub(super) const DOUBLE_FAULT: usize = 8;
pub(super) const MACHINE_CHECK: usize = 18;
/// Vector of the first pin.
pub(super) const FIRST_PIN: u64 = 0x30;
/// Vector of the scheduler's tick, more urgent than any device's.
pub(super) const TICK: u64 = 0xf0;
/// Vector by which cores interrupt each other, more urgent than the tick.
pub(super) const POKE: u64 = 0xf1;
const SPURIOUS: u32 = 0xff;
/// Where the old controllers' vectors are put out of the way; they stay masked.
const OLD_VECTORS: u32 = 0x20;

/// Pins of the I/O APIC that are used at most.
const MAX_PINS: usize = 128;
/// Where the registers of both are mapped.
pub(super) const LOCAL: u64 = DEVICES;
pub(super) const IO: u64 = DEVICES + 0x1000;

/// What each configured pin is: its line in the upper half, the low word of its entry in the lower.
static PINS: [AtomicU64; MAX_PINS] = [const { AtomicU64::new(0) }; MAX_PINS];

const MASKED: u32 = 1 << 16;

/// Registers of the local APIC.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Local {
    Identifier = 0x20,
    Priority = 0x80,
    End = 0xb0,
    Spurious = 0xf0,
    Command = 0x300,
    Destination = 0x310,
    Timer = 0x320,
    Input0 = 0x350,
    Input1 = 0x360,
    Error = 0x370,
    InitialCount = 0x380,
    CurrentCount = 0x390,
    Divider = 0x3e0,
}

/// Set where the local APIC's registers are the processor's own. All cores are alike.
static IN_PROCESSOR: AtomicBool = AtomicBool::new(false);

fn local_read(register: Local) -> u32 {
    if IN_PROCESSOR.load(Relaxed) {
        // SAFETY: the register exists, and reading it changes nothing.
        return unsafe { cpu::read_msr(local_apic::register(register as u64)) as u32 };
    }
    // SAFETY: the page is mapped since boot; the register exists, and reading it changes nothing.
    unsafe { with_exposed_provenance_mut::<u32>((LOCAL + register as u64) as usize).read_volatile() }
}

fn local_write(register: Local, value: u32) {
    if IN_PROCESSOR.load(Relaxed) {
        // SAFETY: the register exists, and no value harms memory.
        unsafe { cpu::write_msr(local_apic::register(register as u64), value.into()) };
        return;
    }
    // SAFETY: the page is mapped since boot; the register exists, and no value harms memory.
    unsafe { with_exposed_provenance_mut::<u32>((LOCAL + register as u64) as usize).write_volatile(value) };
}

/// Set while a core uses the two registers of the I/O APIC by which all others are reached. Whoever waits for it has
/// interrupts off, and whoever has it waits for nobody.
static IO_USED: AtomicBool = AtomicBool::new(false);

/// Selects a register of the I/O APIC, and reads or writes it by the window.
fn io<R>(register: u32, access: impl FnOnce(*mut u32) -> R) -> R {
    while IO_USED.swap(true, Acquire) {
        core::hint::spin_loop();
    }
    // SAFETY: the page is mapped since boot wherever there are pins; no other core is here.
    unsafe { with_exposed_provenance_mut::<u32>(IO as usize).write_volatile(register) };
    let result = access(with_exposed_provenance_mut((IO + 0x10) as usize));
    IO_USED.store(false, Release);
    result
}

fn io_read(register: u32) -> u32 {
    // SAFETY: as above.
    io(register, |window| unsafe { window.read_volatile() })
}

fn io_write(register: u32, value: u32) {
    // SAFETY: as above; entries only ever name the vectors of this module.
    io(register, |window| unsafe { window.write_volatile(value) });
}

const fn entry(pin: u32) -> u32 {
    0x10 + 2 * pin
}

/// Number of pins of an I/O APIC that is mapped.
pub(super) fn pins() -> u32 {
    const VERSION: u32 = 1;
    ((io_read(VERSION) >> 16 & 0xff) + 1).min(MAX_PINS as u32)
}

/// Switches this core's local APIC on, and off whatever could interrupt.
pub(super) fn start_local() {
    if Way::of(cpu::cpuid(1, 0)[2]) == Way::Processor {
        // SAFETY: the processor has these registers; the address that memory's are at stays.
        unsafe {
            for base in local_apic::enable(cpu::read_msr(cpu::msr::APIC_BASE)) {
                cpu::write_msr(cpu::msr::APIC_BASE, base);
            }
        }
        IN_PROCESSOR.store(true, Relaxed);
    }
    for input in [Local::Timer, Local::Input0, Local::Input1, Local::Error] {
        local_write(input, MASKED);
    }
    local_write(Local::Priority, 0);
    local_write(Local::Spurious, 1 << 8 | SPURIOUS);
}

/// Number of this core's local APIC.
pub(super) fn identifier() -> u32 {
    let identifier = local_read(Local::Identifier);
    if IN_PROCESSOR.load(Relaxed) { identifier } else { identifier >> 24 }
}

/// Sends an interrupt to another core, by the number of its local APIC.
fn send(identifier: u32, command: u32) {
    const PENDING: u32 = 1 << 12;
    const PATIENCE: u32 = 100_000;
    if IN_PROCESSOR.load(Relaxed) {
        cpu::publish();
        // SAFETY: the register exists; the core that is interrupted does what this module's callers say.
        unsafe {
            cpu::write_msr(local_apic::register(Local::Command as u64), local_apic::command(identifier, command))
        };
        return;
    }
    for _ in 0..PATIENCE {
        if local_read(Local::Command) & PENDING == 0 {
            break;
        }
    }
    local_write(Local::Destination, identifier << 24);
    local_write(Local::Command, command);
}

/// Lets another core enter the kernel.
pub(super) fn poke(identifier: u32) {
    const ASSERT: u32 = 1 << 14;
    send(identifier, ASSERT | POKE as u32);
}

/// Lets another core start from nothing.
pub(super) fn initialize(identifier: u32) {
    send(identifier, 0x4500);
}

/// Lets a core that waits after [`initialize`] begin at a page of the first MiB.
pub(super) fn begin(identifier: u32, page: u64) {
    send(identifier, 0x4600 | (page >> 12) as u32);
}

/// Switches the controllers on, and off whatever could interrupt.
pub(super) fn start(pins: u32) {
    // The old controllers start with a sequence of four words each; the last masks all lines.
    for (port, vectors, link) in [(0x20, OLD_VECTORS, 4), (0xa0, OLD_VECTORS + 8, 2)] {
        for (offset, value) in [(0, 0x11), (1, vectors), (1, link), (1, 1), (1, 0xff)] {
            // SAFETY: the interrupt controllers do not touch memory.
            unsafe { cpu::port_write(port + offset, 1, value) };
        }
    }
    start_local();
    for pin in 0..pins {
        io_write(entry(pin), MASKED);
    }
}

/// Whether an interrupt of a vector must be ended, and came from a pin: its line then.
pub(super) fn line(vector: u64) -> Option<u32> {
    let pin = usize::try_from(vector.checked_sub(FIRST_PIN)?).ok()?;
    let state = PINS.get(pin)?.load(Relaxed);
    (state != 0).then_some((state >> 32) as u32)
}

/// Ends the interrupt that is being served.
#[inline]
pub(super) fn end() {
    local_write(Local::End, 0);
}

/// Masks the pin of a vector.
pub(super) fn mask(vector: u64) {
    let pin = vector.wrapping_sub(FIRST_PIN);
    if let Some(state) = PINS.get(pin as usize) {
        io_write(entry(pin as u32), state.load(Relaxed) as u32 | MASKED);
    }
}

/// Routes a line to the core of a local APIC, masked; false where it leads to no pin.
pub(super) fn configure(line: u32, level: bool, identifier: u32) -> bool {
    const ACTIVE_LOW: u32 = 1 << 13;
    const LEVEL: u32 = 1 << 15;
    let Some((pin, active_low)) = route(line) else {
        return false;
    };
    let Some(state) = PINS.get(pin as usize) else {
        return false;
    };
    let low = FIRST_PIN as u32
        + pin
        + if active_low && (level || line < 16) { ACTIVE_LOW } else { 0 }
        + if level { LEVEL } else { 0 };
    state.store(u64::from(line) << 32 | u64::from(low), Relaxed);
    io_write(entry(pin) + 1, identifier << 24);
    io_write(entry(pin), low | MASKED);
    true
}

/// Lets a configured line fire.
pub(super) fn unmask(line: u32) {
    if let Some((pin, _)) = route(line)
        && let Some(state) = PINS.get(pin as usize)
        && state.load(Relaxed) != 0
    {
        io_write(entry(pin), state.load(Relaxed) as u32);
    }
}

/// The pin of a line on the I/O APIC.
fn route(line: u32) -> Option<(u32, bool)> {
    let first = machine::acpi().io_apic?.first;
    let (pin, active_low) = machine::acpi().route(line)?;
    let pin = pin.checked_sub(first)?;
    (pin < machine::platform()?.pins).then_some((pin, active_low))
}

/// Lets the timer run from the top once, without an interrupt.
pub(super) fn measure_timer() {
    const UNDIVIDED: u32 = 0b1011;
    local_write(Local::Divider, UNDIVIDED);
    local_write(Local::InitialCount, u32::MAX);
}

/// What it has counted since then.
pub(super) fn timer_passed() -> u32 {
    u32::MAX - local_read(Local::CurrentCount)
}

/// Counts from one tick of this core to the next.
pub(super) fn tick_counts() -> u32 {
    local_read(Local::InitialCount)
}

/// Lets the timer of this core interrupt every so many counts.
pub(super) fn tick_every(counts: u32) {
    const PERIODIC: u32 = 1 << 17;
    local_write(Local::Timer, PERIODIC | TICK as u32);
    local_write(Local::InitialCount, counts);
}
