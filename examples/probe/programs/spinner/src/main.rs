//! Can always run, and does nothing: somebody starts it anew, schedules it and blocks it.
#![no_std]
#![no_main]

use veridian::prelude::*;

program! {
    needs {}
}

fn main(_: Needs) -> Result<()> {
    loop {
        core::hint::spin_loop();
    }
}
