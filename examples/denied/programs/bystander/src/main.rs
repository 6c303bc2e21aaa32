//! Answers questions before, while and after the probe tries what it may not, and holds a secret that
//! the probe is told the token of.
#![no_std]
#![no_main]

use interfaces::{Bystander, BystanderAskResponse, BystanderServer};
use veridian::prelude::*;

program! {
    needs {
        requests: Serve<Bystander> { ask, tell },
        log: Console { write },
        secret: Notification { signal, wait },
    }
}

struct Answers {
    log: Console,
    secret: Notification,
}

impl BystanderServer for Answers {
    fn ask(&mut self, _: &Caller, number: u64) -> Result<BystanderAskResponse> {
        Ok(BystanderAskResponse { answer: number.wrapping_add(1), token: self.secret.token().0 })
    }

    fn tell(&mut self, caller: &Caller, number: u64) -> Result<()> {
        log!(self.log, "client {} told {number}", caller.badge);
        Ok(())
    }
}

fn main(needs: Needs) -> Result<()> {
    let mut answers = Answers { log: needs.log, secret: needs.secret };
    needs.requests.serve(&mut answers)
}
