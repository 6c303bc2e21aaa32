//! How the kernel's work grows with what there is: the same figures in systems of few and of many components.

use crate::Needs;
use crate::figures::{allocated, call_reply, least_of_stub, null, prepared, server_instructions, short, timed};
use crate::sample::{self, Sampler};
use veridian::abi::{limits, system_calls};
use veridian::prelude::*;
use veridian::{Message, Token, arch, system};

#[path = "../../member/src/bedtime.rs"]
mod bedtime;

/// Rounds in which every member yields once; fewer than a member makes.
const ROUNDS: u32 = 4;
/// Long enough for a member to answer, and soon over when there is none left.
const PATIENCE: Timeout = Timeout::milliseconds(5);

/// More nanoseconds than a member's turn takes.
const TURN: u64 = 5_000;
/// For so many nanoseconds it is looked at what the kernel does when members wake.
const WATCH: u64 = 100 * limits::TICK_NANOSECONDS;
/// Readings of the counter between two looks at the clock.
const READINGS: u32 = 1_000;

/// Passes each member a capability derived from `bell`. Returns how many there are, and the instructions that each
/// executes in user mode from one yield to the next.
fn enlist(members: Token, bell: Token) -> Result<(u32, u32)> {
    // Each has taken its page by then, and waits.
    system::sleep(limits::TICK_NANOSECONDS)?;
    let mut each = 0;
    for count in 0.. {
        let message = Message::empty(u16::from(count == 0)).passing(bell);
        match system::call(members, &message, PATIENCE) {
            Ok(reply) if count == 0 => each = reply.words[0] as u32,
            Ok(_) => {}
            Err(SystemError::TimedOut) => return Ok((count, each)),
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Malformed)
}

/// A yield where this many members are ready at the same level, and each yields in turn to the next.
fn yielded(start: Token, count: u32, each: u32) -> Result<u32> {
    let own = sample::yields(Sampler::Nothing, ROUNDS);
    for _ in 0..count {
        system::signal(start, 1)?;
    }
    let round = sample::yields(Sampler::Kernel, ROUNDS);
    Ok((round - own - count * each) / (count + 1))
}

/// Revoking all that was passed on, in as many steps as that takes.
fn revoked(bell: Token, null: u32) -> Result<u32> {
    let stub = least_of_stub()?;
    let mut instructions = 0;
    loop {
        let (step, result) = timed(system_calls::CAPABILITY_REVOKE, bell, [0; 3]);
        instructions += step - stub + null;
        match result {
            Err(SystemError::Unfinished) => {}
            result => return Ok(result.map(|_| instructions)?),
        }
    }
}

/// The longest stretch with interrupts off, seen from a program that runs on, while the sleep of so many members ends
/// at one tick and at those behind it.
fn slept(start: Token, count: u32) -> Result<u32> {
    // They finish their rounds, and wait.
    let turns = u64::from(count) * TURN;
    system::sleep(turns)?;
    let begin = system::clock();
    system::sleep(bedtime::until_waking(begin))?;
    for _ in 0..count {
        system::signal(start, bedtime::SLEEP)?;
    }
    system::sleep(turns)?;
    let waking = bedtime::until_waking(system::clock());
    system::sleep(waking - WATCH / 2)?;
    let (mut longest, mut last) = (0, arch::cycles());
    let end = system::clock() + WATCH;
    while system::clock() < end {
        for _ in 0..READINGS {
            let now = arch::cycles();
            longest = longest.max(now.wrapping_sub(last) as u32);
            last = now;
        }
    }
    Ok(longest)
}

/// Measures, and tells each figure with how many components there are besides.
pub fn measure(needs: &Needs, members: Token, start: Token) -> Result<()> {
    let server = needs.server.token();
    let server_instructions = server_instructions(server)?;
    let null = null()?;
    let (count, each) = enlist(members, needs.bell.token())?;
    let results = [
        ("ipc.call_reply.0", call_reply(server, &short(0), server_instructions)?),
        ("memory.allocate", prepared(null, || allocated(needs.pool.token()))?),
        ("thread.yield", yielded(start, count, each)?),
        ("cap.revoke", revoked(needs.bell.token(), null)?),
        ("interrupt.crowd", slept(start, count)?),
    ];
    for (name, value) in results {
        log!(needs.log, "bench {name}@{count} {value}");
    }
    Ok(())
}
