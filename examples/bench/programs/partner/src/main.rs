//! The other side of the measured yields: tells how many instructions its own take in user mode, and yields.
#![no_std]
#![no_main]

#[expect(dead_code, reason = "the meter has more to measure")]
#[path = "../../meter/src/sample.rs"]
mod sample;
mod turn;

use crate::sample::Sampler;
use veridian::prelude::*;

program! {
    needs {
        start: Notification { wait },
        told: Notification { signal },
    }
}

/// More than the meter makes, so that there is somebody to yield to at each.
const YIELDS: u32 = 300;

fn main(needs: Needs) -> Result<()> {
    needs.start.wait(Timeout::FOREVER)?;
    needs.told.signal(u64::from(turn::yield_instructions()))?;
    needs.start.wait(Timeout::FOREVER)?;
    sample::yields(Sampler::Kernel, YIELDS);
    Ok(())
}
