//! The logger: lines that go to a console service, by the authority of the capability given.
//!
//! Each line starts with the program's name. The console knows its clients only by badge, so that the
//! name is a help for the reader and no proof of who wrote. One call of [`log!`](crate::log!) makes one
//! line; it travels in chunks of 62 bytes, which the console service puts together again for each client.

use crate::Result;
use crate::interfaces::Console;
use core::fmt::{self, Write};
use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

/// Most that one message to the console carries, in bytes.
const CHUNK: usize = 62;

static NAME: AtomicPtr<u8> = AtomicPtr::new(core::ptr::null_mut());
static NAME_LENGTH: AtomicUsize = AtomicUsize::new(0);

/// Sets the name that every line starts with. The entry point of a program does it.
pub fn set_program_name(name: &'static str) {
    // The length is published last, so that whoever sees it sees the pointer that belongs to it.
    NAME_LENGTH.store(0, Ordering::Release);
    NAME.store(name.as_ptr().cast_mut(), Ordering::Release);
    NAME_LENGTH.store(name.len(), Ordering::Release);
}

fn program_name() -> &'static str {
    let length = NAME_LENGTH.load(Ordering::Acquire);
    if length == 0 {
        return "";
    }
    // SAFETY: a length other than 0 is that of the static text whose address was stored before it.
    let bytes = unsafe { core::slice::from_raw_parts(NAME.load(Ordering::Acquire), length) };
    core::str::from_utf8(bytes).unwrap_or("")
}

/// Collects formatted text and hands it on in chunks that end between characters.
struct Chunks<F: FnMut(&str) -> Result<()>> {
    bytes: [u8; CHUNK],
    length: usize,
    result: Result<()>,
    send: F,
}

impl<F: FnMut(&str) -> Result<()>> Chunks<F> {
    fn new(send: F) -> Self {
        Self { bytes: [0; CHUNK], length: 0, result: Ok(()), send }
    }

    fn flush(&mut self) {
        let chunk = self.bytes.get(..self.length).unwrap_or(&[]);
        if self.result.is_ok() && !chunk.is_empty() {
            self.result = (self.send)(core::str::from_utf8(chunk).unwrap_or("?"));
        }
        self.length = 0;
    }
}

impl<F: FnMut(&str) -> Result<()>> Write for Chunks<F> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            let mut encoded = [0; 4];
            let encoded = character.encode_utf8(&mut encoded).as_bytes();
            if self.length + encoded.len() > CHUNK {
                self.flush();
            }
            let end = self.length + encoded.len();
            if let Some(place) = self.bytes.get_mut(self.length..end) {
                place.copy_from_slice(encoded);
                self.length = end;
            }
        }
        Ok(())
    }
}

fn write_line<F: FnMut(&str) -> Result<()>>(name: &str, arguments: fmt::Arguments<'_>, send: F) -> Result<()> {
    let mut chunks = Chunks::new(send);
    // Formatting itself does not fail; what the console refused is in `result`.
    let _ = chunks.write_fmt(format_args!("{name:<8} | {arguments}\n"));
    chunks.flush();
    chunks.result
}

/// Writes one line to a console; [`log!`](crate::log!) calls it.
pub fn line(console: &Console, arguments: fmt::Arguments<'_>) -> Result<()> {
    write_line(program_name(), arguments, |chunk| console.write(chunk))
}

/// Writes one line to a console, with the program's name in front: `log!(needs.log, "got {answer:?}")`.
///
/// What the console refuses is lost: a program that cannot log goes on. Where that matters, use
/// [`line`](crate::line), which returns it.
#[macro_export]
macro_rules! log {
    ($console:expr, $($argument:tt)+) => {
        { let _ = $crate::line(&$console, ::core::format_args!($($argument)+)); }
    };
}

#[cfg(test)]
mod tests {
    use super::{CHUNK, program_name, set_program_name, write_line};
    use crate::Error;

    fn chunks(name: &str, text: &str) -> Vec<String> {
        let mut chunks = Vec::new();
        write_line(name, format_args!("{text}"), |chunk| {
            chunks.push(chunk.to_owned());
            Ok(())
        })
        .unwrap();
        chunks
    }

    #[test]
    fn a_short_line_is_one_message() {
        assert_eq!(chunks("greeter", "ready"), ["greeter  | ready\n"]);
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let text = "ü".repeat(60);
        let chunks = chunks("client", &text);
        assert!(chunks.iter().all(|chunk| chunk.len() <= CHUNK));
        assert_eq!(chunks.concat(), format!("client   | {text}\n"));
        assert_eq!(chunks.len(), 3);
    }

    #[test]
    fn the_first_refusal_ends_the_line() {
        let mut calls = 0;
        let result = write_line("x", format_args!("{}", "y".repeat(300)), |_| {
            calls += 1;
            Err(Error::Denied)
        });
        assert_eq!((result, calls), (Err(Error::Denied), 1));
    }

    #[test]
    fn the_name_is_the_one_set() {
        set_program_name("greeter");
        assert_eq!(program_name(), "greeter");
    }
}
