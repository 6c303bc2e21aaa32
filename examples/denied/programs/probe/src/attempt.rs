//! One attempt: a system call with chosen registers, and what became of it.

use core::fmt;
use veridian::abi::{BLOCKING_LIMIT, Error};
use veridian::arch::{self, Frame};
use veridian::log;
use veridian::prelude::Console;

/// Makes a system call as it stands and returns what the kernel said.
pub fn attempt(mut frame: Frame) -> Result<(), Error> {
    let status = if frame.word & 0xff < BLOCKING_LIMIT {
        arch::message_call(&mut frame);
        frame.word
    } else {
        arch::simple_call(frame.word, frame.token, frame.a, frame.b, frame.c).0
    };
    match status as u8 {
        0 => Ok(()),
        code => Err(Error::from_code(code).unwrap_or(Error::BadCall)),
    }
}

/// Counts and prints attempts.
pub struct Report<'a> {
    log: &'a Console,
    /// How many were made.
    pub tried: u32,
    /// How many were refused for the reason expected.
    pub refused: u32,
}

impl<'a> Report<'a> {
    pub fn new(log: &'a Console) -> Self {
        Self { log, tried: 0, refused: 0 }
    }

    /// Notes an attempt that must fail with `expected`.
    pub fn expect<E: fmt::Display + PartialEq>(&mut self, what: &str, how: &str, result: Result<(), E>, expected: E) {
        self.tried += 1;
        match result {
            Err(error) if error == expected => {
                self.refused += 1;
                log!(self.log, "denied  {what:<22} {how:<30} {error}");
            }
            Err(error) => log!(self.log, "WRONG   {what:<22} {how:<30} {error} instead of {expected}"),
            Ok(()) => log!(self.log, "ALLOWED {what:<22} {how}"),
        }
    }

    /// Notes an attempt whose call is allowed, and must have no effect on what it was aimed at.
    pub fn harmless(&mut self, what: &str, how: &str, unharmed: bool) {
        self.tried += 1;
        if unharmed {
            self.refused += 1;
            log!(self.log, "denied  {what:<22} {how:<30} no effect");
        } else {
            log!(self.log, "ALLOWED {what:<22} {how}");
        }
    }

    /// Makes a system call that must fail with `expected`.
    pub fn refuse(&mut self, what: &str, how: &str, frame: Frame, expected: Error) {
        let expected = veridian::Error::System(expected);
        let result = attempt(frame).map_err(veridian::Error::System);
        self.expect(what, how, result, expected);
    }

    /// Notes a call that needs no authority, because it reaches nobody but its caller.
    pub fn open(&mut self, what: &str) {
        log!(self.log, "open    {what:<22} reaches nobody but its caller");
    }
}
