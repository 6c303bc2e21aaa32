//! Time: what the clocks' rates are, and what time it is.

use super::{apic, cpu, machine, power};
use crate::clock::{Rates, Scale, TIMER_MASK};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use veridian_abi::limits;
use veridian_port::log::Piece::{Hex, Text};

static COUNT: AtomicU64 = AtomicU64::new(0);
static NANOSECONDS: AtomicU64 = AtomicU64::new(0);
static MULTIPLIER: AtomicU64 = AtomicU64::new(0);

fn scale() -> Scale {
    Scale { count: COUNT.load(Relaxed), nanoseconds: NANOSECONDS.load(Relaxed), multiplier: MULTIPLIER.load(Relaxed) }
}

fn set_scale(scale: Scale) {
    COUNT.store(scale.count, Relaxed);
    NANOSECONDS.store(scale.nanoseconds, Relaxed);
    MULTIPLIER.store(scale.multiplier, Relaxed);
}

/// Nanoseconds since boot.
#[inline]
pub(super) fn now() -> u64 {
    scale().at(cpu::counter())
}

/// The clocks at one instant, from which a longer measurement counts.
#[derive(Clone, Copy)]
pub(super) struct Start {
    port: u16,
    ticks: u32,
    counter: u64,
}

/// What is known of the clocks after boot.
pub(super) struct Clocks {
    rates: Rates,
    /// Where the rates were measured in a hurry.
    start: Option<Start>,
}

/// The processor's counter when the kernel was entered.
static ENTERED: AtomicU64 = AtomicU64::new(0);

/// Lets time count from when the processor's counter said this.
pub(super) fn set_entered(counter: u64) {
    ENTERED.store(counter, Relaxed);
}

/// Finds the clocks' rates: as the machine says, else by a measurement of 11 microseconds.
pub(super) fn start() -> Clocks {
    let [divisor, factor, crystal, _] = cpu::cpuid(0x15, 0);
    let [counter, timer, ..] = cpu::cpuid(0x4000_0010, 0);
    let told = Rates::of_processor([divisor, factor, crystal]).or_else(|| Rates::of_hypervisor([counter, timer]));
    apic::measure_timer();
    let clocks = match told {
        Some(rates) => Clocks { rates, start: None },
        None => measure(),
    };
    set_scale(Scale::new(ENTERED.load(Relaxed), 0, clocks.rates.counter));
    clocks
}

fn ticks(port: u16) -> u32 {
    // SAFETY: the power-management timer does not touch memory.
    unsafe { cpu::port_read(port, 4) & TIMER_MASK }
}

fn measure() -> Clocks {
    /// Ticks of 279 nanoseconds.
    const TICKS: u32 = 40;
    const PATIENCE: u32 = 1_000_000;
    let Some(port) = machine::acpi().timer else {
        power::fatal(&[Text("nothing to measure time by: neither CPUID nor ACPI tells of a clock")]);
    };
    let wait_until = |reference: u32, passed: u32| {
        for _ in 0..PATIENCE {
            let now = ticks(port);
            if now.wrapping_sub(reference) & TIMER_MASK >= passed {
                return now;
            }
        }
        power::fatal(&[Text("the power-management timer at port "), Hex(port.into()), Text(" stands still")]);
    };
    // From the moment of one tick to that of another.
    let from = wait_until(ticks(port), 1);
    let (counter, timer) = (cpu::counter(), apic::timer_passed());
    let to = wait_until(from, TICKS);
    let (counter_end, timer_end) = (cpu::counter(), apic::timer_passed());
    let passed = to.wrapping_sub(from) & TIMER_MASK;
    let rates = Rates::measured(passed, counter_end.wrapping_sub(counter), (timer_end - timer).into());
    Clocks { rates, start: Some(Start { port, ticks: from, counter }) }
}

/// Starts the scheduler's tick.
pub(super) fn start_tick() {
    if let Some(platform) = machine::platform() {
        apic::tick_every(platform.clocks.rates.timer_counts(limits::TICK_NANOSECONDS));
    }
}

/// Counts of a timer from tick to tick by the second measurement; 0 while there is none.
static REFINED: AtomicU32 = AtomicU32::new(0);

/// Called at each tick: measures the rates again when some time has passed, without waiting for it. Every core's own
/// timer follows at its next tick.
pub(super) fn refine() {
    const LONG_ENOUGH: u64 = 10_000_000;
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.load(Relaxed) {
        let counts = REFINED.load(Relaxed);
        if counts != 0 && counts != apic::tick_counts() {
            apic::tick_every(counts);
        }
        return;
    }
    if now() < LONG_ENOUGH {
        return;
    }
    DONE.store(true, Relaxed);
    let Some(Clocks { rates, start: Some(start) }) = machine::platform().map(|platform| &platform.clocks) else {
        return;
    };
    let (passed, counter) = (ticks(start.port).wrapping_sub(start.ticks) & TIMER_MASK, cpu::counter());
    if let Some(rates) = rates.refined(passed, counter.wrapping_sub(start.counter)) {
        set_scale(Scale::new(counter, scale().at(counter), rates.counter));
        let counts = rates.timer_counts(limits::TICK_NANOSECONDS);
        REFINED.store(counts, Relaxed);
        apic::tick_every(counts);
    }
}
