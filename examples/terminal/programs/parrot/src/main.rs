//! Says again what is typed, line by line, until a line is empty.
#![no_std]
#![no_main]

use veridian::abi::limits::TICK_NANOSECONDS;
use veridian::prelude::*;
use veridian::system;

program! {
    needs {
        terminal: Console { read, write },
        power: Power { off },
    }
}

/// Longest line that is said again.
const LINE: usize = 128;

fn main(needs: Needs) -> Result<()> {
    log!(needs.terminal, "say something");
    let mut line = Bytes::<LINE>::new();
    loop {
        let input = needs.terminal.read()?;
        if input.is_empty() {
            system::sleep(10 * TICK_NANOSECONDS)?;
        }
        for byte in input.iter() {
            if !matches!(byte, b'\r' | b'\n') {
                // What is too long is cut: there is no one to tell.
                let _ = line.extend(&[*byte]);
                continue;
            }
            if line.is_empty() {
                return needs.power.off(0);
            }
            log!(needs.terminal, "{}", core::str::from_utf8(&line).unwrap_or("(not UTF-8)"));
            line = Bytes::new();
        }
    }
}
