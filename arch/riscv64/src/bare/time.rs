//! Time: the timer's count, and the scheduler's tick.

use super::{cpu, machine, sbi};
use veridian_abi::limits;

/// Nanoseconds since boot.
#[inline]
pub(super) fn now() -> u64 {
    machine::booted().map_or(0, |booted| booted.clock.at(cpu::time()))
}

/// Asks for the scheduler's next tick.
pub(super) fn next_tick() {
    if let Some(booted) = machine::booted() {
        sbi::set_timer(cpu::time() + booted.clock.counts(limits::TICK_NANOSECONDS));
    }
}
