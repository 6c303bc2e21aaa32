//! Arms its timer when told to, and ends when told again, however much of the time is left.
#![no_std]
#![no_main]

use veridian::prelude::*;

program! {
    needs {
        timer: Timer { arm },
        told: Notification { wait },
    }
}

fn main(needs: Needs) -> Result<()> {
    needs.told.wait(Timeout::FOREVER)?;
    needs.timer.arm(20_000_000)?;
    needs.told.wait(Timeout::FOREVER).map(drop)
}
