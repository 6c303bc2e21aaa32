//! Each figure is the least of many samples, since a tick of the scheduler may fall into one, less what the same
//! instructions take when a `nop` stands in place of the one that enters the kernel: what is left was executed in
//! the kernel.

use crate::sample::{self, Sampler, call};
use veridian::abi::{Kind, limits, system_calls};
use veridian::prelude::*;
use veridian::{Message, ReplyToken, Token, arch, system};

const SAMPLES: usize = 256;

/// The least of many samples with the kernel, less the least without it.
fn least(mut sample: impl FnMut(Sampler) -> Result<u32>) -> Result<u32> {
    let mut least =
        |sampler| -> Result<u32> { (0..SAMPLES).try_fold(u32::MAX, |least, _| Ok(least.min(sample(sampler)?))) };
    Ok(least(Sampler::Kernel)? - least(Sampler::Nothing)?)
}

/// A message of so many bytes in registers.
pub fn short(length: u8) -> Message {
    let mut message = Message { length, ..Message::empty(0) };
    let words = message.words.iter_mut().take(usize::from(length / 8));
    for (word, value) in words.zip(1..) {
        *word = value;
    }
    message
}

/// A message of so many bytes in the message buffer.
pub fn long(bytes: u64) -> Message {
    Message { words: [bytes, 0, 0, 0, 0, 0, 0, 0], length: limits::MESSAGE_LONG as u8, ..Message::empty(0) }
}

/// What a server executes in user mode from one of its calls to the next, as it says itself before all others.
pub fn server_instructions(server: Token) -> Result<u32> {
    Ok(system::call(server, &Message::empty(0), Timeout::FOREVER)?.words[0] as u32)
}

/// A call and its reply with the same message, without what the server does in user mode.
pub fn call_reply(server: Token, message: &Message, server_instructions: u32) -> Result<u32> {
    let reply = system::call(server, message, Timeout::FOREVER)?;
    if reply.words != message.words || reply.length != message.length {
        return Err(Error::Malformed);
    }
    let both = least(|sampler| Ok(call(sampler, message, server)))?;
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

/// A system call by the runtime's stub, with all its arguments. Returns the difference of the readings, and what the
/// call says.
#[inline(never)]
pub fn timed(number: u64, token: Token, [a, b, c]: [u64; 3]) -> (u32, core::result::Result<u64, SystemError>) {
    let start = arch::cycles();
    let (word, value) = arch::simple_call(number, token.0, a, b, c);
    let instructions = arch::cycles().wrapping_sub(start) as u32;
    (instructions, SystemError::from_code(word as u8).map_or(Ok(value), Err))
}

fn stubbed(number: u64, token: Token, arguments: [u64; 3]) -> Result<u32> {
    let (instructions, result) = timed(number, token, arguments);
    result?;
    Ok(instructions)
}

/// The least that the null system call takes by that stub, in user mode and in the kernel.
pub fn least_of_stub() -> Result<u32> {
    (0..SAMPLES).try_fold(u32::MAX, |least, _| Ok(least.min(stubbed(system_calls::NULL, Token::NONE, [0; 3])?)))
}

/// The null system call.
pub fn null() -> Result<u32> {
    least(|sampler| Ok(sample::simple(sampler, system_calls::NULL, Token::NONE, 0).0))
}

/// A signal for which nobody waits.
pub fn signalled(bell: Token) -> Result<u32> {
    least(|sampler| Ok(sample::simple(sampler, system_calls::SIGNAL, bell, 1).0))
}

/// A capability derived from another one.
pub fn derived(parent: Token) -> Result<u32> {
    least(|sampler| derive(sampler, parent))
}

/// The least that a call executes in the kernel, each time after `prepare` has made its token: by the same
/// stub as the null system call, of which `null` is in the kernel.
pub fn prepared(null: u32, mut sample: impl FnMut() -> Result<u32>) -> Result<u32> {
    let least = (0..SAMPLES).try_fold(u32::MAX, |least, _| -> Result<u32> { Ok(least.min(sample()?)) })?;
    Ok(least - least_of_stub()? + null)
}

/// Revoking the one child of a capability.
pub fn revoked(parent: Token) -> Result<u32> {
    system::capability_derive(parent, parent.rights())?;
    stubbed(system_calls::CAPABILITY_REVOKE, parent, [0; 3])
}

/// Mapping one page.
pub fn mapped(region: Token, pool: Token) -> Result<u32> {
    let instructions = stubbed(system_calls::MAP_PAGE, region, [limits::DYNAMIC_BASE, limits::MAP_READ, pool.0])?;
    system::unmap_page(region)?;
    Ok(instructions)
}

/// Taking a page out of a pool, with its zeroes.
pub fn allocated(pool: Token) -> Result<u32> {
    let (instructions, region) = timed(system_calls::ALLOCATE_FRAMES, pool, [1, 0, 0]);
    system::free_frames(Token(region?))?;
    Ok(instructions)
}

/// Making an object out of a slab.
pub fn created(pool: Token) -> Result<u32> {
    let (instructions, made) = timed(system_calls::CREATE_CAPABILITY, pool, [Kind::Notification as u64, 0, 0]);
    system::capability_drop(Token(made?))?;
    Ok(instructions)
}

/// From a yield to a thread in another address space and, by its own yield, back: half of that.
pub fn yielded(start: Token, told: Token) -> Result<u32> {
    system::signal(start, 1)?;
    let there = system::wait(told, Timeout::FOREVER)? as u32;
    let here = sample::yields(Sampler::Nothing, SAMPLES as u32);
    system::signal(start, 1)?;
    let both = sample::yields(Sampler::Kernel, SAMPLES as u32);
    Ok((both - here - there) / 2)
}

/// From a fault to the supervisor, and by its reply back to the instruction that faults again; without what the
/// supervisor executes in user mode.
pub fn resumed(faults: Token) -> Result<u32> {
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
