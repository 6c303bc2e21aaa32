//! Answers, whatever else happens in the system.
#![no_std]
#![no_main]

use interfaces::{Bystander, BystanderServer};
use veridian::prelude::*;

program! {
    needs {
        requests: Serve<Bystander> { next },
    }
}

struct Answers;

impl BystanderServer for Answers {
    fn next(&mut self, _: &Caller, number: u64) -> Result<u64> {
        Ok(number.wrapping_add(1))
    }
}

fn main(needs: Needs) -> Result<()> {
    needs.requests.serve(&mut Answers)
}
