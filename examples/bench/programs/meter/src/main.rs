//! Measures the kernel: instructions of a system call, of a call and its reply, of a boot.
//!
//! Under QEMU's `-icount shift=0` the cycle counter counts instructions. Each figure is the least of
//! many samples, since a tick of the scheduler may fall into one, less what the same instructions take
//! when a `nop` stands in place of the one that enters the kernel: what is left was executed in the kernel.
#![no_std]
#![no_main]

mod sample;

use crate::sample::{Sampler, call};
use interfaces::Bench;
use veridian::abi::{limits, system_calls};
use veridian::prelude::*;
use veridian::{Message, ReplyToken, Token, arch, system};

program! {
    needs {
        log: Console { write },
        server: Bench { measure },
        bell: Notification { signal },
        pool: MemoryPool { allocate },
        optional start: Notification { signal },
        optional told: Notification { wait },
        optional faults: Serve<Bench> { measure },
        power: Power { off },
    }
}

const SAMPLES: usize = 256;

/// The least of many samples with the kernel, less the least without it.
fn least(mut sample: impl FnMut(Sampler) -> Result<u32>) -> Result<u32> {
    let mut least =
        |sampler| -> Result<u32> { (0..SAMPLES).try_fold(u32::MAX, |least, _| Ok(least.min(sample(sampler)?))) };
    Ok(least(Sampler::Kernel)? - least(Sampler::Nothing)?)
}

/// A call and its reply with a message of `length` bytes, without what the server does in user mode.
fn call_reply(server: Token, length: u8, server_instructions: u32) -> Result<u32> {
    let mut message = Message { length, ..Message::empty(0) };
    let words = message.words.iter_mut().take(usize::from(length / 8));
    for (word, value) in words.zip(1..) {
        *word = value;
    }
    let reply = system::call(server, &message, Timeout::FOREVER)?;
    if reply.words != message.words || reply.length != length {
        return Err(Error::Malformed);
    }
    let both = least(|sampler| Ok(call(sampler, &message, server)))?;
    Ok(both - server_instructions)
}

fn derive(sampler: Sampler, parent: Token) -> Result<u32> {
    let (instructions, child) =
        sample::simple(sampler, system_calls::CAPABILITY_DERIVE, parent, parent.rights().into());
    if matches!(sampler, Sampler::Kernel) {
        system::capability_drop(Token(child))?;
    }
    Ok(instructions)
}

/// A system call by the runtime's stub, with all its arguments. Returns the difference of the readings.
#[inline(never)]
fn stubbed(number: u64, token: Token, [a, b, c]: [u64; 3]) -> Result<u32> {
    let start = arch::cycles();
    let (word, _) = arch::simple_call(number, token.0, a, b, c);
    let instructions = arch::cycles().wrapping_sub(start) as u32;
    match SystemError::from_code(word as u8) {
        None => Ok(instructions),
        Some(error) => Err(error.into()),
    }
}

/// The least that a call executes in the kernel, each time after `prepare` has made its token: by the same
/// stub as the null system call, of which `null` is in the kernel.
fn prepared(null: u32, mut sample: impl FnMut() -> Result<u32>) -> Result<u32> {
    let mut least = [u32::MAX; 2];
    for _ in 0..SAMPLES {
        least = [least[0].min(sample()?), least[1].min(stubbed(system_calls::NULL, Token::NONE, [0; 3])?)];
    }
    Ok(least[0] - least[1] + null)
}

fn revoke(parent: Token) -> Result<u32> {
    system::capability_derive(parent, parent.rights())?;
    stubbed(system_calls::CAPABILITY_REVOKE, parent, [0; 3])
}

fn map(region: Token, pool: Token) -> Result<u32> {
    let instructions = stubbed(system_calls::MAP_PAGE, region, [limits::DYNAMIC_BASE, limits::MAP_READ, pool.0])?;
    system::unmap_page(region)?;
    Ok(instructions)
}

/// From a yield to a thread in another address space and, by its own yield, back: half of that.
fn yielded(start: Token, told: Token) -> Result<u32> {
    system::signal(start, 1)?;
    let there = system::wait(told, Timeout::FOREVER)? as u32;
    let here = sample::yields(Sampler::Nothing, SAMPLES as u32);
    system::signal(start, 1)?;
    let both = sample::yields(Sampler::Kernel, SAMPLES as u32);
    Ok((both - here - there) / 2)
}

/// From a fault to the supervisor, and by its reply back to the instruction that faults again; without what the
/// supervisor executes in user mode.
fn resumed(faults: Token) -> Result<u32> {
    let resume = |sampler, reply: &mut u64| {
        let word = system_calls::REPLY_RECEIVE | limits::FAULT_REPLY_RESUME << 16;
        sample::blocking(sampler, word, faults, reply)
    };
    let first = system::receive(faults, Timeout::FOREVER)?;
    let mut reply = first.reply.0;
    let mut least = [u32::MAX; 2];
    for _ in 0..SAMPLES {
        least = [least[0].min(resume(Sampler::Kernel, &mut reply)), least[1].min(resume(Sampler::Nothing, &mut 0))];
    }
    let stop = Message::empty(limits::FAULT_REPLY_STOP as u16);
    system::reply(ReplyToken(reply), &stop)?;
    Ok(least[0] - least[1])
}

/// Cycle counter at the kernel's entry, from which its clock counts.
fn kernel_entry() -> u64 {
    let nanoseconds = system::clock();
    arch::cycles().wrapping_sub(nanoseconds)
}

fn tell(log: &Console, results: &[(&str, u32)]) {
    for (name, value) in results {
        log!(log, "bench {name} {value}");
    }
}

/// What there is to measure with a server alone.
fn measure(needs: &Needs, first_user: u64) -> Result<()> {
    let bell = needs.bell.token();
    let server = needs.server.token();
    let server_instructions = needs.server.measure()? as u32;

    let null = least(|sampler| Ok(sample::simple(sampler, system_calls::NULL, Token::NONE, 0).0))?;
    let region = system::allocate_frames(needs.pool.token(), 1)?;

    let results = [
        ("syscall.null", null),
        ("ipc.call_reply.0", call_reply(server, 0, server_instructions)?),
        ("ipc.call_reply.64", call_reply(server, 64, server_instructions)?),
        ("notify.signal", least(|sampler| Ok(sample::simple(sampler, system_calls::SIGNAL, bell, 1).0))?),
        ("cap.derive", least(|sampler| derive(sampler, bell))?),
        ("cap.revoke.1", prepared(null, || revoke(bell))?),
        ("memory.map", prepared(null, || map(region, needs.pool.token()))?),
        ("boot.first_user", u32::try_from(first_user).unwrap_or(u32::MAX)),
    ];
    tell(&needs.log, &results);
    Ok(())
}

fn main(needs: Needs) -> Result<()> {
    let first_user = arch::cycles();
    let first_user = first_user.wrapping_sub(kernel_entry());
    match (&needs.start, &needs.told, &needs.faults) {
        (Some(start), Some(told), Some(faults)) => {
            let results =
                [("thread.yield", yielded(start.token(), told.token())?), ("fault.resume", resumed(faults.token())?)];
            tell(&needs.log, &results);
        }
        _ => measure(&needs, first_user)?,
    }
    needs.power.off(0)
}
