//! How the timer's count becomes nanoseconds, and back, without a division.

const SECOND: u64 = 1_000_000_000;

/// The timer, from the count at which time starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    start: u64,
    /// Nanoseconds a count, in units of 2^−32.
    multiplier: u64,
    hertz: u64,
}

impl Clock {
    /// Time that is 0 at a count of a timer of so many counts a second, at least one.
    #[must_use]
    pub const fn new(start: u64, hertz: u64) -> Self {
        Self { start, multiplier: (SECOND << 32) / hertz, hertz }
    }

    /// The time at a count, in nanoseconds.
    #[must_use]
    #[inline]
    pub const fn at(&self, count: u64) -> u64 {
        let passed = count.wrapping_sub(self.start) as u128 * self.multiplier as u128;
        (passed >> 32) as u64
    }

    /// Counts in a period of nanoseconds, at least one.
    #[must_use]
    pub const fn counts(&self, nanoseconds: u64) -> u64 {
        let counts = self.hertz.saturating_mul(nanoseconds) / SECOND;
        if counts == 0 { 1 } else { counts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_by_the_rate() {
        let clock = Clock::new(5_000, 10_000_000);
        assert_eq!((clock.at(5_000), clock.at(5_001)), (0, 100));
        assert_eq!(clock.at(5_000 + 10_000_000 * 86_400 * 365), SECOND * 86_400 * 365);
    }

    #[test]
    fn a_period_is_never_no_time() {
        let clock = Clock::new(0, 10_000_000);
        assert_eq!((clock.counts(1_000_000), clock.counts(1)), (10_000, 1));
        assert_eq!(Clock::new(0, 1).counts(1_000_000), 1);
    }
}
