//! The other side of the measured calls: answers each with its own words, in as few instructions as a
//! server can, and tells how many those are.
#![no_std]
#![no_main]

mod turn;

use interfaces::Bench;
use veridian::prelude::*;
use veridian::{Writer, system};

program! {
    needs {
        requests: Serve<Bench> { measure },
    }
}

fn main(needs: Needs) -> Result<()> {
    let token = needs.requests.token();
    let first = system::receive(token, Timeout::FOREVER)?;
    let mut answer = Writer::new();
    answer.u64(turn::user_instructions())?;
    system::reply(first.reply, &answer.finish(0))?;
    turn::serve(token)
}
