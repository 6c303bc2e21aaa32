//! What a turn of somebody who yields over and over takes in user mode.

use crate::sample::{Sampler, yields};
use veridian::arch::cycles;

/// Instructions from one yield to the next of [`yields`] in user mode, with one for that which enters the kernel.
pub fn yield_instructions() -> u32 {
    const TIMES: u32 = 100;
    let timed = |times| {
        let start = cycles();
        yields(Sampler::Nothing, times);
        cycles().wrapping_sub(start) as u32
    };
    // The least of several, since a tick may fall into one.
    let least = |times| (0..16).fold(u32::MAX, |least: u32, _| least.min(timed(times)));
    (least(2 * TIMES) - least(TIMES)) / TIMES
}
