//! When all members wake that were told to sleep.

/// Bits that tell a member to sleep once, not to yield.
pub const SLEEP: u64 = 2;

/// They wake whenever so many nanoseconds have passed: more than it takes until all of them sleep.
const PERIOD: u64 = 200_000_000;

/// Nanoseconds from a time to when they wake next.
pub fn until_waking(now: u64) -> u64 {
    PERIOD - now % PERIOD
}
