//! Greets, reads what the greeter shares, and powers the machine off.
#![no_std]
#![no_main]

use interfaces::Greeter;
use veridian::abi::limits::MESSAGE_WORDS;
use veridian::prelude::*;

program! {
    needs {
        greeter: Greeter { greet },
        log: Console { write },
        area: SharedRegion { read },
        power: Power { off },
    }
}

fn main(needs: Needs) -> Result<()> {
    let greeting = "hello";
    let answer = needs.greeter.greet(greeting)?;
    log!(needs.log, "sent {greeting:?}, got {answer:?} ({} bytes, 1 call)", MESSAGE_WORDS * 8);

    let area = needs.area.bytes()?;
    let words = area.size() / 8;
    let mut right = 0;
    for index in 0..words {
        right += usize::from(area.word(index)? == pattern(index));
    }
    log!(needs.log, "read {} bytes where greeter wrote them, {right} of {words} words as expected", area.size());
    if right < words {
        return needs.power.off(1);
    }
    needs.power.off(0)
}

/// What the word at an index of the shared region holds; the greeter knows the same rule.
fn pattern(index: usize) -> u64 {
    (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
