//! Time: what time it is, and the scheduler's tick, both by the virtual timer.

use super::cpu::{self, read, write};
use crate::clock::{Scale, counts};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use veridian_abi::limits;

static START: AtomicU64 = AtomicU64::new(0);
static MULTIPLIER: AtomicU64 = AtomicU64::new(0);
/// Counts of a tick.
static PERIOD: AtomicU64 = AtomicU64::new(0);

/// Lets time count from when the counter said `entered`.
pub(super) fn start(entered: u64) {
    /// What boards have whose firmware forgot to say.
    const USUAL: u64 = 62_500_000;
    let hertz = match read!("cntfrq_el0") & 0xffff_ffff {
        0 => USUAL,
        hertz => hertz,
    };
    let scale = Scale::new(entered, hertz);
    START.store(scale.start, Relaxed);
    MULTIPLIER.store(scale.multiplier, Relaxed);
    PERIOD.store(counts(limits::TICK_NANOSECONDS, hertz), Relaxed);
}

/// Nanoseconds since boot.
#[inline]
pub(super) fn now() -> u64 {
    // What was read before must not be told as later.
    cpu::synchronize();
    Scale { start: START.load(Relaxed), multiplier: MULTIPLIER.load(Relaxed) }.at(cpu::counter())
}

/// Starts the scheduler's tick.
pub(super) fn start_tick() {
    const ENABLED: u64 = 1;
    set_next(cpu::counter());
    // SAFETY: the interrupt is served from now on; before, none is let in.
    unsafe { write!("cntv_ctl_el0", ENABLED) };
}

/// Sets the next tick, one period after the one that is being served, or from now on where that has passed.
pub(super) fn next_tick() {
    let (due, now, period) = (read!("cntv_cval_el0"), cpu::counter(), PERIOD.load(Relaxed));
    set_next(if now.wrapping_sub(due) < period { due } else { now });
}

fn set_next(from: u64) {
    // SAFETY: the timer does not reach memory.
    unsafe { write!("cntv_cval_el0", from.wrapping_add(PERIOD.load(Relaxed))) };
    cpu::synchronize();
}
