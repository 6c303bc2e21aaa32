//! Stops and starts what runs on other cores, and takes memory away from it, while they are in the middle of it.
#![no_std]
#![no_main]

use core::hint::spin_loop;
use interfaces::Loan;
use veridian::abi::{limits, rights};
use veridian::prelude::*;
use veridian::{Message, Writer, system};

program! {
    needs {
        finished: Notification { wait },
        first: Process { wait },
        second: Process { wait },
        third: Process { wait },
        fourth: Process { wait },
        doubler: Process { restart },
        counters: SharedRegion { read, write },
        spinner: Process { wait, stop, restart },
        loans: Loan { lend, delegate },
        borrower: Process { wait, restart },
        pool: MemoryPool { allocate },
        log: Console { write },
        power: Power { off },
    }
}

const ROUNDS: u64 = 25;
const PAGES: u64 = 4;
/// Words of the counters: how far the spinner has come, and the borrower.
const SPUN: usize = 0;
const WRITTEN: usize = 1;
/// What goes wrong.
const WRONG: Error = Error::Malformed;
/// Nanoseconds for which nothing may happen.
const QUIET: u64 = 300_000;

/// Waits until a counter has passed a value.
fn wait_past(needs: &Needs, word: usize, value: u64) -> Result<u64> {
    let end = system::clock() + 20_000_000_000;
    while system::clock() < end {
        let now = needs.counters.bytes()?.word(word)?;
        if now > value {
            return Ok(now);
        }
        spin_loop();
    }
    Err(WRONG)
}

fn pass_time() {
    let end = system::clock() + QUIET;
    while system::clock() < end {
        spin_loop();
    }
}

/// Callers on every core call the next one, where a server is started anew again and again.
fn call_across(needs: &Needs) -> Result<u64> {
    let callers = [&needs.first, &needs.second, &needs.third, &needs.fourth];
    for restarts in 0..10_000 {
        match needs.finished.wait(Timeout::milliseconds(3)) {
            Err(Error::System(SystemError::TimedOut)) => needs.doubler.restart()?,
            other => drop(other?),
        }
        let ends = callers.map(|caller| caller.wait_for_exit(Timeout::POLL));
        if ends.iter().all(|end| *end == Ok(ProcessExit::Normal(0))) {
            return Ok(restarts);
        }
        if ends.iter().any(|end| !matches!(end, Ok(ProcessExit::Normal(0)) | Err(Error::System(SystemError::TimedOut))))
        {
            log!(needs.log, "callers ended: {ends:?}");
            return Err(WRONG);
        }
    }
    Err(WRONG)
}

/// Stops the spinner while it counts: when the call is over it does not count any more.
fn stop(needs: &mut Needs) -> Result<()> {
    let stands = wait_past(needs, SPUN, 1_000)?;
    needs.spinner.stop()?;
    let stopped = needs.counters.bytes()?.word(SPUN)?;
    pass_time();
    let later = needs.counters.bytes()?.word(SPUN)?;
    if later != stopped || stopped < stands || needs.spinner.wait_for_exit(Timeout::POLL)? != ProcessExit::Stopped {
        log!(needs.log, "stopped at {stopped}, and went on to {later}");
        return Err(WRONG);
    }
    needs.counters.bytes_mut()?.set_word(SPUN, 0)?;
    needs.spinner.restart()
}

/// Takes memory away from the borrower while it writes there.
fn take_away(needs: &mut Needs) -> Result<()> {
    needs.counters.bytes_mut()?.set_word(WRITTEN, 0)?;
    let region = needs.pool.take(PAGES)?;
    let lent = system::capability_derive(region.token(), rights::shared_region::READ | rights::shared_region::WRITE)?;
    let mut writer = Writer::new();
    writer.u64(PAGES)?;
    needs.loans.client().call(&Message { capability: lent, ..writer.finish(0) })?;
    wait_past(needs, WRITTEN, 1_000)?;
    if needs.borrower.wait_for_exit(Timeout::POLL) != Err(Error::System(SystemError::TimedOut)) {
        log!(needs.log, "the borrower ended although it had its memory");
        return Err(WRONG);
    }
    system::capability_revoke(region.token())?;
    // From here on the memory is this component's alone.
    let written = needs.counters.bytes()?.word(WRITTEN)?;
    let mut region = region;
    let words = region.size() / 8;
    for index in 0..words {
        region.bytes_mut()?.set_word(index, !0)?;
    }
    pass_time();
    let changed = (0..words).filter(|index| region.bytes().and_then(|view| view.word(*index)) != Ok(!0)).count();
    let later = needs.counters.bytes()?.word(WRITTEN)?;
    // One that it had written but not said.
    if changed != 0 || later - written > 1 {
        log!(needs.log, "{changed} words changed after they were taken away, {written} to {later}");
        return Err(WRONG);
    }
    needs.pool.give_back(region)?;
    match needs.borrower.wait_for_exit(Timeout::FOREVER)? {
        ProcessExit::Crash(fault) if u64::from(fault) == limits::FAULT_MEMORY => needs.borrower.restart(),
        other => {
            log!(needs.log, "the borrower: {other:?}");
            Err(WRONG)
        }
    }
}

fn main(mut needs: Needs) -> Result<()> {
    let restarts = call_across(&needs)?;
    let restarted = if restarts > 0 { "a server was started anew meanwhile" } else { "no server was started anew" };
    log!(needs.log, "callers on 4 cores got every answer from the next core; {restarted}");
    for _ in 0..ROUNDS {
        stop(&mut needs)?;
    }
    log!(needs.log, "stopped {ROUNDS} times while it ran on another core, and started anew");
    for _ in 0..ROUNDS {
        take_away(&mut needs)?;
    }
    log!(needs.log, "took memory away {ROUNDS} times from another core that wrote to it");
    needs.power.off(0)
}
