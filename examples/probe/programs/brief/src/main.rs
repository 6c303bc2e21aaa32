//! Ends at once: somebody waits for its end.
#![no_std]
#![no_main]

use veridian::prelude::*;

program! {
    needs {}
}

fn main(_: Needs) -> Result<()> {
    Ok(())
}
