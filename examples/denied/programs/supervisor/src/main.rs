//! Is told of every fault of the components that it supervises, prints it, and lets them stay stopped.
#![no_std]
#![no_main]

use interfaces::{Watch, WatchServer};
use veridian::prelude::*;

program! {
    needs {
        requests: Serve<Watch> { faults },
        log: Console { write },
    }
}

struct Supervisor {
    log: Console,
    faults: u32,
}

impl WatchServer for Supervisor {
    fn faults(&mut self, _: &Caller) -> Result<u32> {
        Ok(self.faults)
    }

    fn on_fault(&mut self, fault: &Fault) -> FaultReply {
        self.faults += 1;
        log!(self.log, "component {} faulted: {} at {:#x}, stopped", fault.component(), fault.name(), fault.address);
        FaultReply::Stop
    }
}

fn main(needs: Needs) -> Result<()> {
    let mut supervisor = Supervisor { log: needs.log, faults: 0 };
    needs.requests.serve(&mut supervisor)
}
