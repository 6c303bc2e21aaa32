//! How long a call may wait.

use veridian_abi::limits;

/// How long a call may wait. The kernel rounds up to the scheduler's tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Timeout(u64);

impl Timeout {
    /// Waits for ever.
    pub const FOREVER: Self = Self(limits::FOREVER);
    /// Does not wait: fails with `TimedOut` when nothing is ready.
    pub const POLL: Self = Self(0);

    /// Waits for a number of nanoseconds.
    #[must_use]
    pub const fn nanoseconds(count: u64) -> Self {
        Self(count)
    }

    /// Waits for a number of milliseconds; for ever, where that is more than 64 bits of nanoseconds.
    #[must_use]
    pub const fn milliseconds(count: u64) -> Self {
        Self(count.saturating_mul(1_000_000))
    }

    /// The number that the system call takes.
    #[must_use]
    pub const fn as_nanoseconds(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Timeout;

    #[test]
    fn milliseconds_saturate_to_for_ever() {
        assert_eq!(Timeout::milliseconds(3).as_nanoseconds(), 3_000_000);
        assert_eq!(Timeout::milliseconds(u64::MAX), Timeout::FOREVER);
    }
}
