//! Sleeps while the others compete, then tells how far each came.
#![no_std]
#![no_main]

use veridian::prelude::*;
use veridian::system::sleep;

program! {
    needs {
        pulse: SharedRegion { read },
        large: SharedRegion { read },
        small: SharedRegion { read },
        log: Console { write },
        power: Power { off },
    }
}

/// Ten rounds of the two batch slices, which are 60 and 30 milliseconds.
const MATCH: u64 = 900_000_000;

fn main(needs: Needs) -> Result<()> {
    sleep(MATCH)?;
    let pulse = needs.pulse.bytes()?.word(0)?;
    let large = needs.large.bytes()?.word(0)?;
    let small = needs.small.bytes()?.word(0)?;
    log!(needs.log, "pulse {pulse} large {large} small {small}");
    needs.power.off(0)
}
