//! Counts for ever and never gives the processor up: only a timer takes it away.
#![no_std]
#![no_main]

use veridian::prelude::*;

program! {
    needs {
        count: SharedRegion { read, write },
    }
}

fn main(mut needs: Needs) -> Result<()> {
    let count = needs.count.bytes_mut()?;
    for number in 1.. {
        count.set_word(0, number)?;
    }
    Ok(())
}
