//! Nanoseconds from the counts of the generic timer, without a division.

const SECOND: u64 = 1_000_000_000;

/// Nanoseconds at a count of the timer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scale {
    /// Count at which time is 0.
    pub start: u64,
    /// Nanoseconds a count, in units of 2^−32.
    pub multiplier: u64,
}

impl Scale {
    /// Time that starts at a count, at a rate in hertz, which is not 0.
    #[must_use]
    pub const fn new(start: u64, hertz: u64) -> Self {
        Self { start, multiplier: (SECOND << 32) / hertz }
    }

    /// The time at a count.
    #[must_use]
    #[inline]
    pub const fn at(&self, count: u64) -> u64 {
        let passed = count.wrapping_sub(self.start) as u128 * self.multiplier as u128;
        (passed >> 32) as u64
    }
}

/// Counts in a period of nanoseconds, at a rate in hertz.
#[must_use]
pub const fn counts(nanoseconds: u64, hertz: u64) -> u64 {
    let counts = nanoseconds.saturating_mul(hertz) / SECOND;
    if counts == 0 { 1 } else { counts }
}

#[cfg(test)]
mod tests {
    use super::{SECOND, Scale, counts};

    #[test]
    fn time_passes_by_the_rate() {
        let scale = Scale::new(5_000, 62_500_000);
        assert_eq!((scale.at(5_000), scale.at(5_001)), (0, 16));
        assert_eq!(scale.at(5_000 + 62_500_000), SECOND);
        assert_eq!(scale.at(5_000 + 62_500_000 * 86_400 * 365), SECOND * 86_400 * 365);
    }

    #[test]
    fn a_period_is_a_number_of_counts_and_never_none() {
        assert_eq!(counts(1_000_000, 62_500_000), 62_500);
        assert_eq!(counts(1, 1_000), 1);
    }
}
