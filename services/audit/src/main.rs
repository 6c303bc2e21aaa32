//! Audit service: whoever is at the other end of its line and asks `census WORD` is told what every
//! component holds, one record a line, between `begin WORD` and `end WORD COUNT`.
//!
//! It holds nothing but the census and a console that no other component can write to, so that what is
//! read there is the kernel's word and nobody else's.
#![no_std]
#![no_main]

use core::fmt::{self, Write};
use veridian::prelude::*;
use veridian::system;
use veridian_audit::{Joined, Line, request};

program! {
    needs {
        census: Census { read },
        line: Console { read, write },
    }
}

/// Longest line that is taken: a longer one is no request.
const LINE: usize = 64;
/// Most that one message to the console carries, in bytes.
const CHUNK: usize = 62;
/// Time between two looks for input, in nanoseconds.
const PAUSE: u64 = 10 * veridian::abi::limits::TICK_NANOSECONDS;

/// Text on its way to the line, in messages as full as can be.
struct Output<'n> {
    line: &'n Console,
    chunk: Bytes<CHUNK>,
    result: Result<()>,
}

impl Output<'_> {
    fn flush(&mut self) {
        // Every text that is written here is ASCII.
        let text = core::str::from_utf8(&self.chunk).unwrap_or("?");
        if self.result.is_ok() && !text.is_empty() {
            self.result = self.line.write(text);
        }
        self.chunk = Bytes::new();
    }

    fn say(&mut self, text: fmt::Arguments<'_>) -> Result<()> {
        // Formatting itself does not fail; what the console refused is in `result`.
        let _ = self.write_fmt(format_args!("{text}\n"));
        self.result
    }
}

impl fmt::Write for Output<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            if self.chunk.extend(&[byte]).is_err() {
                self.flush();
                // The chunk is empty now.
                let _ = self.chunk.extend(&[byte]);
            }
        }
        Ok(())
    }
}

fn answer(needs: &Needs, nonce: &str) -> Result<()> {
    let mut output = Output { line: &needs.line, chunk: Bytes::new(), result: Ok(()) };
    output.say(format_args!("begin {nonce}"))?;
    let mut joined = Joined::new(veridian::page_size());
    let mut count = 0;
    let mut tell = |record| -> Result<()> {
        count += 1;
        output.say(format_args!("{}", Line(record)))
    };
    needs.census.read(|record| joined.push(record).map_or(Ok(()), &mut tell))?;
    joined.finish().map_or(Ok(()), &mut tell)?;
    output.say(format_args!("end {nonce} {count}"))?;
    output.flush();
    output.result
}

fn main(needs: Needs) -> Result<()> {
    let mut line = Bytes::<LINE>::new();
    let mut whole = true;
    loop {
        let input = needs.line.read()?;
        if input.is_empty() {
            system::sleep(PAUSE)?;
        }
        for byte in input.iter() {
            if !matches!(byte, b'\r' | b'\n') {
                whole &= line.extend(&[*byte]).is_ok();
                continue;
            }
            if whole && let Some(nonce) = request(&line) {
                answer(&needs, nonce)?;
            }
            line = Bytes::new();
            whole = true;
        }
    }
}
