//! Beats every few milliseconds while it serves: its timer arrives at its endpoint, beside the calls.
#![no_std]
#![no_main]

use interfaces::{Beats, BeatsCountResponse, BeatsServer};
use veridian::prelude::*;
use veridian::system;

program! {
    needs {
        requests: Serve<Beats> { count },
        beat: Timer { arm },
    }
}

const PERIOD: u64 = 5_000_000;
const BEATS: u64 = 4;

struct Pulse {
    timer: Timer,
    armed: u64,
    beats: u64,
    early: u64,
}

impl Pulse {
    fn arm(&mut self) -> Result<()> {
        self.armed = system::clock();
        self.timer.arm(PERIOD).map(drop)
    }
}

impl BeatsServer for Pulse {
    fn count(&mut self, _: &Caller) -> Result<BeatsCountResponse> {
        Ok(BeatsCountResponse { beats: self.beats, early: self.early })
    }

    fn on_notification(&mut self, _: u64) {
        self.beats += 1;
        self.early += u64::from(system::clock() < self.armed + PERIOD);
        if self.beats < BEATS && self.arm().is_err() {
            self.early = u64::MAX;
        }
    }
}

fn main(needs: Needs) -> Result<()> {
    let mut pulse = Pulse { timer: needs.beat, armed: 0, beats: 0, early: 0 };
    pulse.arm()?;
    needs.requests.serve(&mut pulse)
}
