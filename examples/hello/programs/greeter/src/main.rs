//! Answers greetings, and shares a region with whoever may read it.
#![no_std]
#![no_main]

use interfaces::{Greeter, GreeterServer};
use veridian::prelude::*;

program! {
    needs {
        requests: Serve<Greeter> { greet },
        log: Console { write },
        area: SharedRegion { read, write },
    }
}

struct Polite;

impl GreeterServer for Polite {
    fn greet(&mut self, _: &Caller, name: &str) -> Result<Text<56>> {
        Text::format(format_args!("{name}, client"))
    }
}

fn main(mut needs: Needs) -> Result<()> {
    let area = needs.area.bytes_mut()?;
    for index in 0..area.size() / 8 {
        area.set_word(index, pattern(index))?;
    }
    log!(needs.log, "ready");
    needs.requests.serve(&mut Polite)
}

/// What the word at an index of the shared region holds; the client knows the same rule.
fn pattern(index: usize) -> u64 {
    (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
