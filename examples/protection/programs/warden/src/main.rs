//! Tells the trespasser what to try next, and prints the fault that comes of it.
#![no_std]
#![no_main]

use interfaces::{Orders, OrdersServer};
use veridian::prelude::*;

program! {
    needs {
        requests: Serve<Orders> { next },
        log: Console { write },
    }
}

struct Warden {
    log: Console,
    number: u64,
}

impl OrdersServer for Warden {
    fn next(&mut self, _: &Caller) -> Result<u64> {
        self.number += 1;
        Ok(self.number - 1)
    }

    fn on_fault(&mut self, fault: &Fault) -> FaultReply {
        log!(self.log, "{}: {} fault at {:#x}", self.number - 1, fault.name(), fault.address);
        FaultReply::Stop
    }
}

fn main(needs: Needs) -> Result<()> {
    let mut warden = Warden { log: needs.log, number: 0 };
    needs.requests.serve(&mut warden)
}
