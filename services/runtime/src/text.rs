//! Owned text and bytes of fixed capacity: what comes out of a message.

use crate::{Error, Result};
use core::fmt::{self, Write};
use core::ops::Deref;

/// At most `N` bytes, kept in place.
#[derive(Clone, Copy)]
pub struct Bytes<const N: usize> {
    length: usize,
    bytes: [u8; N],
}

impl<const N: usize> Bytes<N> {
    /// No bytes.
    #[must_use]
    pub const fn new() -> Self {
        Self { length: 0, bytes: [0; N] }
    }

    /// A copy of `bytes`; `TooLong` where they are more than `N`.
    pub fn from_slice(bytes: &[u8]) -> Result<Self> {
        let mut copy = Self::new();
        copy.extend(bytes)?;
        Ok(copy)
    }

    /// Appends all of `bytes`, or nothing where they don't fit.
    pub fn extend(&mut self, bytes: &[u8]) -> Result<()> {
        let end = self.length.checked_add(bytes.len()).ok_or(Error::TooLong)?;
        self.bytes.get_mut(self.length..end).ok_or(Error::TooLong)?.copy_from_slice(bytes);
        self.length = end;
        Ok(())
    }
}

impl<const N: usize> Default for Bytes<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Deref for Bytes<N> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&[])
    }
}

impl<const N: usize> fmt::Debug for Bytes<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, formatter)
    }
}

impl<const N: usize> PartialEq for Bytes<N> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<const N: usize> Eq for Bytes<N> {}

/// At most `N` bytes of UTF-8, kept in place.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Text<const N: usize>(Bytes<N>);

impl<const N: usize> Text<N> {
    /// The empty text.
    #[must_use]
    pub const fn new() -> Self {
        Self(Bytes::new())
    }

    /// A copy of `text`; `TooLong` where it is more than `N` bytes.
    pub fn from_text(text: &str) -> Result<Self> {
        Bytes::from_slice(text.as_bytes()).map(Self)
    }

    /// What a format gives: `Text::format(format_args!("hello, {name}"))`. `TooLong` where that is more
    /// than `N` bytes.
    pub fn format(arguments: fmt::Arguments<'_>) -> Result<Self> {
        let mut text = Self::new();
        text.write_fmt(arguments).map_err(|_| Error::TooLong)?;
        Ok(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only whole texts are ever appended, so that this cannot fail; an empty text would tell it.
        core::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl<const N: usize> Write for Text<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend(text.as_bytes()).map_err(|_| fmt::Error)
    }
}

impl<const N: usize> Deref for Text<N> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), formatter)
    }
}

impl<const N: usize> PartialEq<str> for Text<N> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl<const N: usize> PartialEq<&str> for Text<N> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Text};
    use crate::Error;

    #[test]
    fn a_text_takes_what_fits_and_nothing_more() {
        assert_eq!(Text::<5>::from_text("hello").unwrap(), "hello");
        assert_eq!(Text::<4>::from_text("hello"), Err(Error::TooLong));
        assert_eq!(Text::<12>::format(format_args!("hello, {}", "you")).unwrap(), "hello, you");
        assert_eq!(Text::<8>::format(format_args!("hello, {}", "you")), Err(Error::TooLong));
    }

    #[test]
    fn bytes_that_do_not_fit_leave_what_was_there() {
        let mut bytes = Bytes::<4>::from_slice(&[1, 2, 3]).unwrap();
        assert_eq!(bytes.extend(&[4, 5]), Err(Error::TooLong));
        assert_eq!(&*bytes, [1, 2, 3]);
    }

    #[test]
    fn a_text_shows_as_a_text() {
        let text = Text::<8>::from_text("a\"b").unwrap();
        assert_eq!(format!("{text} {text:?}"), "a\"b \"a\\\"b\"");
    }
}
