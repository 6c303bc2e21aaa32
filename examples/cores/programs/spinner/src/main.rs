//! Counts for ever, and never asks the kernel for anything.
#![no_std]
#![no_main]

use veridian::prelude::*;

program! {
    needs {
        counters: SharedRegion { read, write },
    }
}

fn main(mut needs: Needs) -> Result<()> {
    let counters = needs.counters.bytes_mut()?;
    for count in 1.. {
        counters.set_word(0, count)?;
    }
    Ok(())
}
