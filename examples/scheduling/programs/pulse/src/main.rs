//! Wakes every five milliseconds and counts it.
#![no_std]
#![no_main]

use veridian::prelude::*;
use veridian::system::sleep;

program! {
    needs {
        count: SharedRegion { read, write },
    }
}

const PERIOD: u64 = 5_000_000;

fn main(mut needs: Needs) -> Result<()> {
    let count = needs.count.bytes_mut()?;
    for number in 1.. {
        sleep(PERIOD)?;
        count.set_word(0, number)?;
    }
    Ok(())
}
