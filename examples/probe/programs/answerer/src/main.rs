//! Prints every message that its half of the interface lets through. What came along with one it drops.
#![no_std]
#![no_main]

use interfaces::{Talk, TalkServer};
use veridian::prelude::*;

program! {
    needs {
        requests: Serve<Talk> { ask, tell, hint, whisper },
        log: Console { write },
    }
}

struct Answers {
    log: Console,
}

impl Answers {
    fn heard(&self, label: u16, of: u64) -> Result<()> {
        veridian::line(&self.log, format_args!("heard {label} of {of}"))
    }
}

impl TalkServer for Answers {
    fn ask(&mut self, _: &Caller, of: u64) -> Result<()> {
        self.heard(0, of)
    }

    fn tell(&mut self, _: &Caller, of: u64) -> Result<()> {
        self.heard(1, of)
    }

    fn hint(&mut self, _: &Caller, of: u64) -> Result<()> {
        self.heard(2, of)
    }

    fn whisper(&mut self, _: &Caller, of: u64) -> Result<()> {
        self.heard(3, of)
    }
}

fn main(needs: Needs) -> Result<()> {
    needs.requests.serve(&mut Answers { log: needs.log })
}
