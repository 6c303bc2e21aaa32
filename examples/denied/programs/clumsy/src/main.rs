//! Panics: its supervisor hears of it, and nobody else is disturbed.
#![no_std]
#![no_main]

use veridian::prelude::*;

program! {
    needs {
        log: Console { write },
    }
}

fn main(needs: Needs) -> Result<()> {
    log!(needs.log, "panics");
    panic!("on purpose")
}
