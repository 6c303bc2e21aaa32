//! The other side of the measured yields: tells how many instructions its own take in user mode, and yields.
#![no_std]
#![no_main]

#[expect(dead_code, reason = "the meter has more to measure")]
#[path = "../../meter/src/sample.rs"]
mod sample;

use crate::sample::Sampler;
use veridian::arch;
use veridian::prelude::*;

program! {
    needs {
        start: Notification { wait },
        told: Notification { signal },
    }
}

/// More than the meter makes, so that there is somebody to yield to at each.
const YIELDS: u32 = 300;

/// Instructions from one yield to the next of [`sample::yields`] in user mode, with one for that which enters the kernel.
fn yield_instructions() -> u32 {
    const TIMES: u32 = 100;
    let timed = |times| {
        let start = arch::cycles();
        sample::yields(Sampler::Nothing, times);
        arch::cycles().wrapping_sub(start) as u32
    };
    // The least of several, since a tick may fall into one.
    let least = |times| (0..16).fold(u32::MAX, |least: u32, _| least.min(timed(times)));
    (least(2 * TIMES) - least(TIMES)) / TIMES
}

fn main(needs: Needs) -> Result<()> {
    needs.start.wait(Timeout::FOREVER)?;
    needs.told.signal(u64::from(yield_instructions()))?;
    needs.start.wait(Timeout::FOREVER)?;
    sample::yields(Sampler::Kernel, YIELDS);
    Ok(())
}
