//! Messages: at most 64 bytes in eight words, fields in order, little-endian, without gaps. A text or
//! byte string is its length in one byte and then room for the most that it can hold.

use crate::{Bytes, Error, Result, Text, Token};
use veridian_abi::limits::MESSAGE_WORDS;

const WORDS: usize = MESSAGE_WORDS as usize;
const BYTES: usize = WORDS * 8;

/// What travels: words, how many bytes of them count, a label, and a capability to pass along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// The eight words; those beyond `length` are 0.
    pub words: [u64; WORDS],
    /// Bytes that count, at most 64.
    pub length: u8,
    /// Number of the method, or what the reply says of its success.
    pub label: u16,
    /// A capability passed along, or [`Token::NONE`].
    pub capability: Token,
}

impl Message {
    /// A message without fields.
    #[must_use]
    pub const fn empty(label: u16) -> Self {
        Self { words: [0; WORDS], length: 0, label, capability: Token::NONE }
    }
}

/// Writes the fields of a message.
pub struct Writer {
    bytes: [u8; BYTES],
    length: usize,
}

macro_rules! numbers {
    ($($name:ident),*) => {
        impl Writer {
            $(
                #[doc = concat!("Appends a `", stringify!($name), "`.")]
                pub fn $name(&mut self, value: $name) -> Result<()> {
                    self.put(&value.to_le_bytes())
                }
            )*
        }

        impl Reader {
            $(
                #[doc = concat!("Takes a `", stringify!($name), "`.")]
                pub fn $name(&mut self) -> Result<$name> {
                    self.take().map($name::from_le_bytes)
                }
            )*
        }
    };
}

numbers!(u8, u16, u32, u64, i8, i16, i32, i64);

impl Writer {
    /// A message without fields.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: [0; BYTES], length: 0 }
    }

    /// Appends a truth value.
    pub fn bool(&mut self, value: bool) -> Result<()> {
        self.u8(u8::from(value))
    }

    /// Appends a text of at most `max` bytes.
    pub fn text(&mut self, value: &str, max: usize) -> Result<()> {
        self.bytes(value.as_bytes(), max)
    }

    /// Appends at most `max` bytes.
    pub fn bytes(&mut self, value: &[u8], max: usize) -> Result<()> {
        if value.len() > max {
            return Err(Error::TooLong);
        }
        let length = u8::try_from(value.len()).map_err(|_| Error::TooLong)?;
        self.u8(length)?;
        let end = self.length + max;
        let field =
            self.bytes.get_mut(self.length..end).ok_or(Error::TooLong)?.get_mut(..value.len()).ok_or(Error::TooLong)?;
        field.copy_from_slice(value);
        self.length = end;
        Ok(())
    }

    /// The message.
    #[must_use]
    pub fn finish(self, label: u16) -> Message {
        let (chunks, _) = self.bytes.as_chunks::<8>();
        let mut message = Message::empty(label);
        for (word, chunk) in message.words.iter_mut().zip(chunks) {
            *word = u64::from_le_bytes(*chunk);
        }
        message.length = self.length as u8;
        message
    }

    fn put(&mut self, value: &[u8]) -> Result<()> {
        let end = self.length + value.len();
        self.bytes.get_mut(self.length..end).ok_or(Error::TooLong)?.copy_from_slice(value);
        self.length = end;
        Ok(())
    }
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads the fields of a message. Whatever the other side did not write as its interface says is
/// `Malformed`.
pub struct Reader {
    bytes: [u8; BYTES],
    length: usize,
    position: usize,
}

impl Reader {
    /// Reads `message` from its first byte on.
    pub fn new(message: &Message) -> Result<Self> {
        let length = usize::from(message.length);
        if length > BYTES {
            return Err(Error::Malformed);
        }
        let mut bytes = [0; BYTES];
        for (chunk, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(message.words) {
            *chunk = word.to_le_bytes();
        }
        Ok(Self { bytes, length, position: 0 })
    }

    /// Takes a truth value.
    pub fn bool(&mut self) -> Result<bool> {
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Error::Malformed),
        }
    }

    /// Takes a text of at most `N` bytes.
    pub fn text<const N: usize>(&mut self) -> Result<Text<N>> {
        let bytes = self.field(N)?;
        Text::from_text(core::str::from_utf8(bytes).map_err(|_| Error::Malformed)?)
    }

    /// Takes at most `N` bytes.
    pub fn bytes<const N: usize>(&mut self) -> Result<Bytes<N>> {
        Bytes::from_slice(self.field(N)?)
    }

    /// Checks that nothing is left over.
    pub fn finish(self) -> Result<()> {
        if self.position == self.length { Ok(()) } else { Err(Error::Malformed) }
    }

    fn field(&mut self, max: usize) -> Result<&[u8]> {
        let length = usize::from(self.u8()?);
        let start = self.position;
        let end = start + max;
        if length > max || end > self.length {
            return Err(Error::Malformed);
        }
        self.position = end;
        self.bytes.get(start..start + length).ok_or(Error::Malformed)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let end = self.position + N;
        if end > self.length {
            return Err(Error::Malformed);
        }
        let field = self.bytes.get(self.position..end).ok_or(Error::Malformed)?;
        self.position = end;
        field.try_into().map_err(|_| Error::Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::{Message, Reader, Writer};
    use crate::Error;

    #[test]
    fn fields_come_back_as_they_went_in() {
        let mut writer = Writer::new();
        writer.u8(1).unwrap();
        writer.u16(0x0203).unwrap();
        writer.i64(-5).unwrap();
        writer.bool(true).unwrap();
        writer.text("grüß", 10).unwrap();
        writer.bytes(&[9, 8], 4).unwrap();
        let message = writer.finish(3);
        assert_eq!((message.label, message.length), (3, 1 + 2 + 8 + 1 + 11 + 5));

        let mut reader = Reader::new(&message).unwrap();
        assert_eq!(reader.u8(), Ok(1));
        assert_eq!(reader.u16(), Ok(0x0203));
        assert_eq!(reader.i64(), Ok(-5));
        assert_eq!(reader.bool(), Ok(true));
        assert_eq!(reader.text::<10>().unwrap(), "grüß");
        assert_eq!(&*reader.bytes::<4>().unwrap(), [9, 8]);
        assert_eq!(reader.finish(), Ok(()));
    }

    #[test]
    fn words_are_little_endian_and_padded_with_zeroes() {
        let mut writer = Writer::new();
        writer.text("ab", 9).unwrap();
        let message = writer.finish(0);
        assert_eq!(message.length, 10);
        assert_eq!(message.words, [0x62_6102, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn sixty_four_bytes_fit_and_sixty_five_do_not() {
        let mut writer = Writer::new();
        writer.text(&"x".repeat(63), 63).unwrap();
        assert_eq!(writer.u8(1), Err(Error::TooLong));
        assert_eq!(writer.finish(0).length, 64);
    }

    #[test]
    fn a_text_longer_than_its_field_is_not_sent() {
        assert_eq!(Writer::new().text("hello", 4), Err(Error::TooLong));
        assert_eq!(Writer::new().text("hello", 64), Err(Error::TooLong));
    }

    #[test]
    fn what_a_forger_sends_is_malformed() {
        let message =
            |length: u8, word: u64| Message { length, words: [word, 0, 0, 0, 0, 0, 0, 0], ..Message::empty(0) };
        let read = |length, word| Reader::new(&message(length, word)).unwrap();
        assert!(Reader::new(&message(65, 0)).is_err());
        assert_eq!(read(7, 0).u64(), Err(Error::Malformed));
        assert_eq!(read(1, 2).bool(), Err(Error::Malformed));
        assert_eq!(read(5, 0x05).text::<4>(), Err(Error::Malformed));
        assert_eq!(read(4, 0x01).text::<4>(), Err(Error::Malformed));
        assert_eq!(read(5, 0xff01).text::<4>(), Err(Error::Malformed));
        assert_eq!(read(1, 0).finish(), Err(Error::Malformed));
    }
}
