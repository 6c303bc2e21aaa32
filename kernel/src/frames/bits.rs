//! Runs of set bits in a word.

use super::{BLOCKS, NOWHERE};

/// The lowest `count` bits, up to 64.
pub(super) const fn low(count: usize) -> u64 {
    if count >= 64 { u64::MAX } else { (1 << count) - 1 }
}

/// Number of the lowest bit from which on `count` bits are set, at least one.
#[inline(never)]
pub(super) fn run(bits: u64, count: usize) -> Option<usize> {
    // A bit stays set where as many as `have` are.
    let (mut bits, mut have) = (bits, 1);
    while have < count {
        let step = have.min(count - have);
        bits &= bits.checked_shr(step as u32).unwrap_or(0);
        have += step;
    }
    (bits != 0).then(|| bits.trailing_zeros() as usize)
}

/// The list for a chunk with these free frames: the power of two that the longest run is long, rounded down.
pub(super) const fn list(bits: u64) -> u8 {
    if bits == 0 {
        return NOWHERE;
    }
    let (mut bits, mut power) = (bits, 0);
    while power < BLOCKS {
        bits &= bits >> (1 << power);
        if bits == 0 {
            break;
        }
        power += 1;
    }
    power
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    /// Bit by bit: where the first run of `count` begins.
    fn slow(bits: u64, count: usize) -> Option<usize> {
        (0..=64_usize.checked_sub(count)?).find(|first| (*first..first + count).all(|bit| bits >> bit & 1 != 0))
    }

    #[test]
    fn runs_are_found_where_they_are() {
        let mut random = Random::new(3);
        for round in 0..2_000_u32 {
            let bits = random.next() | if round % 2 == 0 { random.next() | random.next() } else { 0 };
            for count in 1..=64 {
                assert_eq!(run(bits, count), slow(bits, count), "{bits:#x} {count}");
            }
            let most = (1..=64).filter(|count| slow(bits, *count).is_some()).max().expect("a bit is set");
            assert_eq!(u32::from(list(bits)), most.ilog2(), "{bits:#x}");
        }
        assert_eq!((run(0, 1), run(u64::MAX, 64), run(u64::MAX, 65)), (None, Some(0), None));
        assert_eq!((list(0), list(u64::MAX), list(1 << 63), list(u64::MAX >> 1)), (NOWHERE, BLOCKS, 0, 5));
        assert_eq!((low(0), low(1), low(63), low(64)), (0, 1, u64::MAX >> 1, u64::MAX));
    }
}
