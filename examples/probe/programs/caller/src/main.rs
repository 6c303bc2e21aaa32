//! Calls the prober, and rings for it, again and again: what it receives and waits for.
#![no_std]
#![no_main]

use interfaces::Talk;
use veridian::prelude::*;
use veridian::system;

program! {
    needs {
        prober: Talk { ask },
        rung: Notification { signal },
        both: Notification { signal },
        diary: SharedRegion { read },
    }
}

fn main(needs: Needs) -> Result<()> {
    loop {
        needs.rung.signal(1)?;
        needs.both.signal(1)?;
        needs.prober.ask(0)?;
        system::sleep(1_000_000)?;
    }
}
