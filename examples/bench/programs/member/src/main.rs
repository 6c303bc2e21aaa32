//! One of many: takes a page, keeps a capability that it is passed, and yields to the others when it is
//! woken, or sleeps as long as they do.
#![no_std]
#![no_main]

mod bedtime;
#[expect(dead_code, reason = "the meter has more to measure")]
#[path = "../../meter/src/sample.rs"]
mod sample;
#[path = "../../partner/src/turn.rs"]
mod turn;

use crate::sample::Sampler;
use interfaces::Bench;
use veridian::prelude::*;
use veridian::{Message, system};

program! {
    needs {
        enlisted: Serve<Bench> { measure },
        start: Notification { wait },
        pool: MemoryPool { allocate },
    }
}

/// More rounds than the meter goes, so that all are there in each of its own.
const ROUNDS: u32 = 8;

fn main(needs: Needs) -> Result<()> {
    system::allocate_frames(needs.pool.token(), 1)?;
    let call = system::receive(needs.enlisted.token(), Timeout::FOREVER)?;
    let count = match call.message.label {
        0 => 0,
        _ => turn::yield_instructions(),
    };
    let mut answer = Message::empty(0);
    answer.words[0] = count.into();
    system::reply(call.reply, &Message { length: 8, ..answer })?;
    loop {
        if needs.start.wait(Timeout::FOREVER)? == bedtime::SLEEP {
            system::sleep(bedtime::until_waking(system::clock()))?;
        } else {
            sample::yields(Sampler::Kernel, ROUNDS);
        }
    }
}
