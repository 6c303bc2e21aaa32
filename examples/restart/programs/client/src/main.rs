//! Divides by one thing after another, by zero now and then, and expects to be served all the same.
#![no_std]
#![no_main]

use interfaces::Division;
use veridian::prelude::*;

program! {
    needs {
        divisions: Division { divide },
        log: Console { write },
        power: Power { off },
    }
}

fn main(needs: Needs) -> Result<()> {
    for divisor in [7, 0, 6, 5, 0, 3] {
        match needs.divisions.divide(210, divisor) {
            Ok(answer) => log!(needs.log, "210 / {divisor} = {} (request {})", answer.quotient, answer.served),
            Err(Error::System(SystemError::PeerGone)) => log!(needs.log, "210 / {divisor}: the worker is gone"),
            Err(error) => log!(needs.log, "210 / {divisor}: {error}"),
        }
    }
    needs.power.off(0)
}
