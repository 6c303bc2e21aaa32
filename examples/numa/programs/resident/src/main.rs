//! Stays where it is.
#![no_std]
#![no_main]

use veridian::prelude::*;
use veridian::system;

program! {
    needs {
        log: Console { write },
    }
}

fn main(needs: Needs) -> Result<()> {
    log!(needs.log, "ready");
    loop {
        system::sleep(1_000_000_000)?;
    }
}
