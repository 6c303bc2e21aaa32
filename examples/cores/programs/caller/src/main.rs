//! Calls a server on another core again and again, which may be started anew meanwhile, and checks every answer.
#![no_std]
#![no_main]

use interfaces::Doubles;
use veridian::prelude::*;
use veridian::system;

program! {
    needs {
        doubles: Doubles { double },
        finished: Notification { signal },
    }
}

/// Answers that it wants.
const ANSWERS: u64 = 500;

fn main(needs: Needs) -> Result<()> {
    let mut value = 0;
    while value < ANSWERS {
        match needs.doubles.double(value) {
            Ok(doubled) if doubled == value * 2 => value += 1,
            // The server has ended, or has not started anew yet.
            Err(Error::System(SystemError::PeerGone)) => system::sleep(1_000_000)?,
            Ok(_) => return Err(Error::Malformed),
            Err(error) => return Err(error),
        }
    }
    needs.finished.signal(1)
}
