//! Says that it is there, again and again: a program for machines that stay up.
#![no_std]
#![no_main]

use veridian::abi::limits::TICK_NANOSECONDS;
use veridian::prelude::*;
use veridian::system;

program! {
    needs {
        log: Console { write },
    }
}

/// Clock ticks between two beats.
const INTERVAL: u64 = 1000;

fn main(needs: Needs) -> Result<()> {
    let mut beats: u64 = 0;
    loop {
        log!(needs.log, "beat {beats}");
        beats = beats.wrapping_add(1);
        system::sleep(INTERVAL * TICK_NANOSECONDS)?;
    }
}
