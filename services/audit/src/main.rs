//! Audit service: tells `veridian verify` what every component holds, one record a line, between `begin` and
//! `end COUNT`, in a mailbox of its own memory.
//!
//! It holds nothing but the census, and nobody can write to its memory, so that what is read there is the kernel's
//! word and nobody else's.
#![no_std]
#![no_main]

use core::fmt::{self, Write};
use veridian::prelude::*;
use veridian::system;
use veridian_audit::{Joined, Line, Mailbox};

program! {
    needs {
        census: Census { read },
    }
}

/// Time between two looks at the mailbox, in nanoseconds.
const PAUSE: u64 = 10 * veridian::abi::limits::TICK_NANOSECONDS;

// Nobody reads the mark here: the attribute keeps it all the same.
#[used]
static MAILBOX: Mailbox = Mailbox::new();

fn wait_for_question() -> Result<()> {
    while !MAILBOX.is_asked() {
        system::sleep(PAUSE)?;
    }
    Ok(())
}

/// Text on its way into the mailbox, which is told whenever it is full.
struct Output {
    length: usize,
    result: Result<()>,
}

impl Output {
    fn say(&mut self, text: fmt::Arguments<'_>) -> Result<()> {
        // Formatting itself does not fail; what waiting came to is in `result`.
        let _ = self.write_fmt(format_args!("{text}\n"));
        self.result
    }
}

impl fmt::Write for Output {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            if !MAILBOX.put(self.length, byte) {
                MAILBOX.tell(self.length);
                self.result = self.result.and(wait_for_question());
                self.length = 0;
                MAILBOX.put(0, byte);
            }
            self.length += 1;
        }
        Ok(())
    }
}

fn answer(census: &Census) -> Result<()> {
    let mut output = Output { length: 0, result: Ok(()) };
    output.say(format_args!("begin"))?;
    let mut joined = Joined::new(veridian::page_size());
    let mut count = 0;
    let mut tell = |record| -> Result<()> {
        count += 1;
        output.say(format_args!("{}", Line(record)))
    };
    census.read(|record| joined.push(record).map_or(Ok(()), &mut tell))?;
    joined.finish().map_or(Ok(()), &mut tell)?;
    output.say(format_args!("end {count}"))?;
    MAILBOX.tell(output.length);
    Ok(())
}

fn main(needs: Needs) -> Result<()> {
    loop {
        wait_for_question()?;
        answer(&needs.census)?;
    }
}
