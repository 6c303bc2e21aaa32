//! Kills a component on another core in the middle of what it and all that it made are doing, again and again.
#![no_std]
#![no_main]

use core::hint::spin_loop;
use interfaces::Doubles;
use veridian::prelude::*;
use veridian::system;

program! {
    needs {
        hatcher: Process { wait, stop, restart },
        counters: SharedRegion { read, write },
        doubles: Doubles { double },
        log: Console { write },
        power: Power { off },
    }
}

const ROUNDS: u64 = 20;
/// What a thread of the hatcher counts, what its process calls for, and how often that one was destroyed.
const WORDS: usize = 3;
/// How far each gets before the hatcher is killed.
const FAR: [u64; WORDS] = [1000, 20, 2];
/// What goes wrong.
const WRONG: Error = Error::Malformed;
/// Nanoseconds for which nothing may happen.
const QUIET: u64 = 3_000_000;

fn words(needs: &Needs) -> Result<[u64; WORDS]> {
    let bytes = needs.counters.bytes()?;
    Ok([bytes.word(0)?, bytes.word(1)?, bytes.word(2)?])
}

/// Waits until all count, or the hatcher has ended by itself.
fn wait_for_load(needs: &Needs) -> Result<()> {
    let before = words(needs)?;
    let end = system::clock() + 30_000_000_000;
    while system::clock() < end {
        match needs.hatcher.wait_for_exit(Timeout::POLL) {
            Err(Error::System(SystemError::TimedOut)) => {}
            ended => {
                log!(needs.log, "the hatcher: {ended:?}");
                return Err(WRONG);
            }
        }
        let now = words(needs)?;
        if (0..WORDS).all(|word| now[word] >= before[word] + FAR[word]) {
            return Ok(());
        }
        spin_loop();
    }
    log!(needs.log, "from {before:?} to {:?}", words(needs)?);
    Err(WRONG)
}

fn main(needs: Needs) -> Result<()> {
    for round in 0..ROUNDS {
        wait_for_load(&needs)?;
        // Every other time it starts anew out of the middle.
        if round % 2 == 0 {
            needs.hatcher.stop()?;
            let stopped = words(&needs)?;
            let end = system::clock() + QUIET;
            while system::clock() < end {
                spin_loop();
            }
            if words(&needs)? != stopped || needs.hatcher.wait_for_exit(Timeout::POLL)? != ProcessExit::Stopped {
                log!(needs.log, "it went on after {stopped:?}");
                return Err(WRONG);
            }
        }
        needs.hatcher.restart()?;
    }
    wait_for_load(&needs)?;
    let doubled = needs.doubles.double(21)?;
    log!(needs.log, "killed {ROUNDS} times with all that it made, started anew, and its server still says {doubled}");
    needs.power.off(0)
}
