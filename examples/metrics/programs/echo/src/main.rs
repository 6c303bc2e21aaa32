//! Answers what it is asked.
#![no_std]
#![no_main]

use interfaces::{Echo, EchoServer};
use veridian::prelude::*;

program! {
    needs {
        requests: Serve<Echo> { echo },
    }
}

struct Same;

impl EchoServer for Same {
    fn echo(&mut self, _: &Caller, value: u64) -> Result<u64> {
        Ok(value)
    }
}

fn main(needs: Needs) -> Result<()> {
    needs.requests.serve(&mut Same)
}
