//! Divides whatever it is told to divide by whatever it is told to divide by, and counts.
#![no_std]
#![no_main]

use core::hint::black_box;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use interfaces::{Division, DivisionDivideResponse, DivisionServer};
use veridian::prelude::*;

program! {
    needs {
        requests: Serve<Division> { divide },
        log: Console { write },
    }
}

/// Requests served since this worker started: a restart must forget them.
static SERVED: AtomicU64 = AtomicU64::new(0);

struct Worker;

impl DivisionServer for Worker {
    fn divide(&mut self, _: &Caller, dividend: u64, divisor: u64) -> Result<DivisionDivideResponse> {
        let served = SERVED.fetch_add(1, Relaxed) + 1;
        if divisor == 0 {
            // What another language would do: go where nothing is.
            let nowhere: *const u64 = black_box(core::ptr::null());
            // SAFETY: it is not. The kernel ends this component, and it alone.
            return Ok(DivisionDivideResponse { quotient: unsafe { nowhere.read_volatile() }, served });
        }
        Ok(DivisionDivideResponse { quotient: dividend / divisor, served })
    }
}

fn main(needs: Needs) -> Result<()> {
    log!(needs.log, "ready");
    needs.requests.serve(&mut Worker)
}
