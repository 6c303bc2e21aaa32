//! Doubles whatever it is told.
#![no_std]
#![no_main]

use interfaces::{Doubles, DoublesServer};
use veridian::prelude::*;

program! {
    needs {
        requests: Serve<Doubles> { double },
    }
}

struct Doubler;

impl DoublesServer for Doubler {
    fn double(&mut self, _: &Caller, value: u64) -> Result<u64> {
        Ok(value.wrapping_mul(2))
    }
}

fn main(needs: Needs) -> Result<()> {
    needs.requests.serve(&mut Doubler)
}
