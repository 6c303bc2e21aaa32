//! Arms timers in every way, and says when what came. Times are in milliseconds.
#![no_std]
#![no_main]

use interfaces::Beats;
use veridian::prelude::*;
use veridian::{Token, abi, system};

program! {
    needs {
        first: Timer { arm },
        second: Timer { arm },
        bell: Notification { wait },
        worker: Process { wait, stop, restart },
        told: Notification { signal },
        pulse: Beats { count },
        log: Console { write },
        power: Power { off },
    }
}

const MILLISECOND: u64 = 1_000_000;
const ARM: u16 = abi::rights::timer::ARM;
/// The worker's bit of the bell.
const WORKER: u64 = 1 << 2;

fn main(needs: Needs) -> Result<()> {
    times(&needs)?;
    authority(&needs)?;
    ends(&needs)?;
    while needs.pulse.count()?.beats < 4 {
        system::sleep(MILLISECOND)?;
    }
    system::sleep(20 * MILLISECOND)?;
    let count = needs.pulse.count()?;
    log!(needs.log, "pulse: {} beats, {} of them early", count.beats, count.early);
    needs.power.off(0)
}

/// Once and not early; again; not at all.
fn times(needs: &Needs) -> Result<()> {
    let start = system::clock();
    needs.first.arm(20 * MILLISECOND)?;
    let bits = needs.bell.wait(Timeout::FOREVER)?;
    let passed = system::clock() - start;
    log!(needs.log, "armed for 20: bits {bits:#b}, early {}", passed < 20 * MILLISECOND);
    say(needs, "once", 40)?;

    needs.first.arm(10 * MILLISECOND)?;
    let left = needs.first.arm(80 * MILLISECOND)?;
    log!(
        needs.log,
        "armed again: {} were left of 10",
        if (1..=10 * MILLISECOND).contains(&left) { "some" } else { "none" }
    );
    say(needs, "after 40 of 80", 40)?;
    say(needs, "after 120 of 80", 80)?;

    needs.first.arm(10 * MILLISECOND)?;
    let left = needs.first.disarm()?;
    log!(needs.log, "disarmed: {} were left, then {}", if left > 0 { "some" } else { "none" }, needs.first.disarm()?);
    say(needs, "disarmed", 40)?;

    needs.first.arm(60 * MILLISECOND)?;
    needs.second.arm(10 * MILLISECOND)?;
    say(needs, "the shorter of two", 30)?;
    say(needs, "the longer of two", 80)?;

    needs.first.arm(5 * MILLISECOND)?;
    needs.second.arm(5 * MILLISECOND)?;
    system::sleep(20 * MILLISECOND)?;
    say(needs, "both, while nobody waited", 0)
}

/// What refuses to be armed, and what is disarmed with its capability.
fn authority(needs: &Needs) -> Result<()> {
    let timer = needs.first.token();
    let weak = system::capability_derive(timer, 0)?;
    let forged = Token(timer.0 ^ 1 << 32);
    for (what, token) in [("without the right", weak), ("of another kind", needs.bell.token()), ("forged", forged)] {
        match system::timer_arm(token, MILLISECOND) {
            Ok(_) => log!(needs.log, "{what}: armed"),
            Err(error) => log!(needs.log, "{what}: {error:?}"),
        }
    }
    say(needs, "refused", 20)?;

    let child = system::capability_derive(timer, ARM)?;
    system::timer_arm(child, 20 * MILLISECOND)?;
    system::capability_revoke(timer)?;
    say(needs, "revoked", 60)?;

    let child = system::capability_derive(timer, ARM)?;
    system::timer_arm(child, 20 * MILLISECOND)?;
    needs.first.arm(30 * MILLISECOND)?;
    system::capability_revoke(timer)?;
    say(needs, "armed through the parent, child revoked", 60)
}

/// A worker that arms its timer and ends, in each way: by itself, stopped, and started anew.
fn ends(needs: &Needs) -> Result<()> {
    needs.told.signal(1)?;
    say(needs, "while the worker waits", 60)?;
    needs.worker.restart()?;
    needs.told.signal(1)?;
    needs.told.signal(1)?;
    let exit = needs.worker.wait_for_exit(Timeout::FOREVER)?;
    log!(needs.log, "the worker has ended: {exit:?}");
    say(needs, "ended", 60)?;
    needs.worker.restart()?;
    needs.told.signal(1)?;
    needs.worker.stop()?;
    say(needs, "stopped", 60)?;
    needs.worker.restart()?;
    needs.told.signal(1)?;
    needs.worker.restart()?;
    say(needs, "started anew", 60)
}

/// What of the bell comes within a time.
fn say(needs: &Needs, what: &str, milliseconds: u64) -> Result<()> {
    match needs.bell.wait(Timeout::milliseconds(milliseconds)) {
        Ok(WORKER) => log!(needs.log, "{what}: the worker's"),
        Ok(bits) => log!(needs.log, "{what}: bits {bits:#b}"),
        Err(error) => log!(needs.log, "{what}: {error}"),
    }
    Ok(())
}
