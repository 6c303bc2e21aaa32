//! Rates of the clocks, and how a count becomes nanoseconds without a division.

/// Rate of the ACPI power-management timer.
pub const TIMER_HZ: u64 = 3_579_545;
/// Bits of its count that every machine has.
pub const TIMER_MASK: u32 = 0xff_ffff;

const SECOND: u64 = 1_000_000_000;

/// Rates of a processor's own clocks, in hertz.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// The time-stamp counter.
    pub counter: u64,
    /// The local interrupt controller's timer.
    pub timer: u64,
}

impl Rates {
    /// What the processor says itself in CPUID leaf 0x15 (eax, ebx, ecx), if it does.
    #[must_use]
    pub fn of_processor(leaf: [u32; 3]) -> Option<Self> {
        let [divisor, factor, crystal] = leaf.map(u64::from);
        let counter = (crystal * factor).checked_div(divisor)?;
        (counter != 0).then_some(Self { counter, timer: crystal })
    }

    /// What a hypervisor says in CPUID leaf 0x40000010 (eax, ebx: kilohertz), if it does.
    #[must_use]
    pub fn of_hypervisor(leaf: [u32; 2]) -> Option<Self> {
        let [counter, timer] = leaf.map(|kilohertz| u64::from(kilohertz) * 1000);
        (counter != 0 && timer != 0).then_some(Self { counter, timer })
    }

    /// What both clocks counted during `ticks` of the power-management timer, which is not 0.
    #[must_use]
    pub fn measured(ticks: u32, counter: u64, timer: u64) -> Self {
        let rate = |count: u64| (count.saturating_mul(TIMER_HZ) / u64::from(ticks.max(1))).max(1);
        Self { counter: rate(counter), timer: rate(timer) }
    }

    /// Rates corrected by a longer measurement of the counter: `None` where it differs so much that
    /// the machine must have been stopped meanwhile.
    #[must_use]
    pub fn refined(self, ticks: u32, counter: u64) -> Option<Self> {
        let better = Self::measured(ticks, counter, 0).counter;
        // In kilohertz, so that the product fits: a division of 128 bits is a library of its own.
        let timer = self.timer.checked_mul(better / 1000)?.checked_div(self.counter / 1000)?;
        (better.abs_diff(self.counter) < self.counter / 8).then_some(Self { counter: better, timer })
    }

    /// Counts of the local timer in a period of nanoseconds.
    #[must_use]
    pub fn timer_counts(self, nanoseconds: u64) -> u32 {
        let counts = self.timer.saturating_mul(nanoseconds) / SECOND;
        u32::try_from(counts).unwrap_or(u32::MAX).max(1)
    }
}

/// Nanoseconds at a count of the time-stamp counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scale {
    /// Count from which time is told,
    pub count: u64,
    /// and the time then.
    pub nanoseconds: u64,
    /// Nanoseconds a count, in units of 2^−32.
    pub multiplier: u64,
}

impl Scale {
    /// Time that starts at a count and a time, at a rate.
    #[must_use]
    pub const fn new(count: u64, nanoseconds: u64, hertz: u64) -> Self {
        Self { count, nanoseconds, multiplier: (SECOND << 32) / hertz }
    }

    /// The time at a count.
    #[must_use]
    #[inline]
    pub const fn at(&self, count: u64) -> u64 {
        let passed = count.wrapping_sub(self.count) as u128 * self.multiplier as u128;
        self.nanoseconds.wrapping_add((passed >> 32) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_that_the_machine_tells_are_taken() {
        assert_eq!(
            Rates::of_processor([2, 176, 24_000_000]),
            Some(Rates { counter: 2_112_000_000, timer: 24_000_000 })
        );
        assert_eq!(Rates::of_processor([0, 176, 24_000_000]), None);
        assert_eq!(Rates::of_processor([2, 176, 0]), None);
        assert_eq!(
            Rates::of_hypervisor([3_000_000, 1_000_000]),
            Some(Rates { counter: 3_000_000_000, timer: 1_000_000_000 })
        );
        assert_eq!(Rates::of_hypervisor([3_000_000, 0]), None);
    }

    #[test]
    fn measured_rates_are_within_the_measurement() {
        let rates = Rates::measured(40, 11_174, 11_174);
        assert!(rates.counter.abs_diff(1_000_000_000) < 1_000_000, "{rates:?}");
        assert_eq!(rates.timer_counts(1_000_000), 999_945);
        assert_eq!(Rates::measured(0, 0, 0), Rates { counter: 1, timer: 1 });
    }

    #[test]
    fn a_longer_measurement_corrects_both_rates_unless_the_machine_was_stopped() {
        let rough = Rates { counter: 1_040_000_000, timer: 104_000_000 };
        assert_eq!(
            rough.refined(TIMER_HZ as u32 / 5, 200_000_000),
            Some(Rates { counter: 1_000_000_000, timer: 100_000_000 })
        );
        assert_eq!(rough.refined(1000, 200_000_000), None);
    }

    #[test]
    fn time_passes_by_the_rate_and_never_jumps_back_when_the_rate_changes() {
        let scale = Scale::new(5_000, 0, 2_000_000_000);
        assert_eq!(scale.at(5_000), 0);
        assert_eq!(scale.at(5_000 + 2_000_000_000), SECOND);
        assert_eq!(scale.at(5_000 + 2_000_000_000 * 86_400 * 365), SECOND * 86_400 * 365);
        let now = 5_000 + 1_000_000;
        let refined = Scale::new(now, scale.at(now), 2_100_000_000);
        assert_eq!(refined.at(now), scale.at(now));
        assert!(refined.at(now + 1_000) > scale.at(now));
    }
}
