//! Lets the machine start again, as soon as it has started.
#![no_std]
#![no_main]

use veridian::prelude::*;

program! {
    needs {
        power: Power { reset },
    }
}

fn main(needs: Needs) -> Result<()> {
    needs.power.reset()
}
