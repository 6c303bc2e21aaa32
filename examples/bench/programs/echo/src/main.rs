//! The other side of the measured calls: answers each with its own words, in as few instructions as a
//! server can, and tells how many those are.
#![no_std]
#![no_main]

#[cfg_attr(target_arch = "x86_64", path = "turn/x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "turn/aarch64.rs")]
#[cfg_attr(target_arch = "riscv64", path = "turn/riscv64.rs")]
mod turn;

use interfaces::{Bench, Large};
use veridian::prelude::*;
use veridian::{Writer, system};

program! {
    needs {
        optional requests: Serve<Bench> { measure },
        optional large: Serve<Large> { carry },
    }
}

fn main(needs: Needs) -> Result<()> {
    let token = match (&needs.requests, &needs.large) {
        (Some(requests), _) => requests.token(),
        (None, Some(large)) => large.token(),
        (None, None) => return Ok(()),
    };
    let first = system::receive(token, Timeout::FOREVER)?;
    let mut answer = Writer::new();
    answer.u64(turn::user_instructions())?;
    system::reply(first.reply, &answer.finish(0))?;
    turn::serve(token)
}
