//! Messages: fields in order, little-endian, without gaps. A text or byte string is its length, in one byte
//! or, where it can be longer than 255, in two, and then its bytes. A message of at most 64 bytes is in
//! eight words, which travel in registers; a longer one is in the message buffer.

use crate::{Bytes, Error, Result, Text, Token, buffer};
use veridian_abi::limits::{MESSAGE_LONG, MESSAGE_WORDS};

const WORDS: usize = MESSAGE_WORDS as usize;
const BYTES: usize = WORDS * 8;

/// What travels: words, how many bytes of them count, a label, and a capability to pass along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// The eight words; those beyond `length` are 0. Word 0 of a long message is its length in the buffer.
    pub words: [u64; WORDS],
    /// Bytes that count, at most 64; `MESSAGE_LONG` for a message that is in the buffer.
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

    /// The same message with a capability to pass along: by a token of those rights that the receiver is to
    /// have, none of which the sender may lack.
    #[must_use]
    pub const fn passing(self, capability: Token) -> Self {
        Self { capability, ..self }
    }
}

/// Writes the fields of a message of at most `N` bytes.
pub struct Writer<const N: usize = BYTES> {
    bytes: [u8; N],
    length: usize,
}

macro_rules! numbers {
    ($($name:ident),*) => {
        impl<const N: usize> Writer<N> {
            $(
                #[doc = concat!("Appends a `", stringify!($name), "`.")]
                pub fn $name(&mut self, value: $name) -> Result<()> {
                    self.put(&value.to_le_bytes())
                }
            )*
        }

        impl<const N: usize> Reader<N> {
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
    /// A message without fields, for the registers.
    #[must_use]
    pub const fn new() -> Self {
        Self::long()
    }
}

impl<const N: usize> Writer<N> {
    /// A message without fields, which may come to need the buffer.
    #[must_use]
    pub const fn long() -> Self {
        Self { bytes: [0; N], length: 0 }
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
        if is_short(max) {
            self.u8(u8::try_from(value.len()).map_err(|_| Error::TooLong)?)?;
        } else {
            self.u16(u16::try_from(value.len()).map_err(|_| Error::TooLong)?)?;
        }
        self.put(value)
    }

    /// The message. One that needs the buffer is put there: it is to be sent before anything else is.
    #[must_use]
    pub fn finish(self, label: u16) -> Message {
        let mut message = Message::empty(label);
        let content = self.bytes.get(..self.length).unwrap_or(&[]);
        if content.len() > BYTES {
            buffer::fill(content);
            message.length = MESSAGE_LONG as u8;
            message.words = [content.len() as u64, 0, 0, 0, 0, 0, 0, 0];
            return message;
        }
        for (word, chunk) in message.words.iter_mut().zip(content.chunks(8)) {
            let mut bytes = [0; 8];
            bytes.iter_mut().zip(chunk).for_each(|(to, from)| *to = *from);
            *word = u64::from_le_bytes(bytes);
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

/// Whether the length of a text or byte string of at most `max` bytes takes one byte.
const fn is_short(max: usize) -> bool {
    max <= u8::MAX as usize
}

/// Reads the fields of a message of at most `N` bytes. Whatever the other side did not write as its
/// interface says is `Malformed`.
pub struct Reader<const N: usize = BYTES> {
    bytes: [u8; N],
    length: usize,
    position: usize,
}

impl Reader {
    /// Reads `message`, which is in the registers, from its first byte on.
    pub fn new(message: &Message) -> Result<Self> {
        Self::long(message)
    }
}

impl<const N: usize> Reader<N> {
    /// Reads `message` from its first byte on. One that is in the buffer has to be the last that was received.
    pub fn long(message: &Message) -> Result<Self> {
        let [first, ..] = message.words;
        let in_buffer = u64::from(message.length) == MESSAGE_LONG;
        let length = if in_buffer { first as usize } else { usize::from(message.length) };
        let mut bytes = [0; N];
        let content = bytes.get_mut(..length).ok_or(Error::Malformed)?;
        if in_buffer {
            buffer::read(content);
        } else if length > BYTES {
            return Err(Error::Malformed);
        } else {
            for (chunk, word) in content.chunks_mut(8).zip(message.words) {
                chunk.iter_mut().zip(word.to_le_bytes()).for_each(|(to, from)| *to = from);
            }
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

    /// Takes a text of at most `M` bytes.
    pub fn text<const M: usize>(&mut self) -> Result<Text<M>> {
        let bytes = self.field(M)?;
        Text::from_text(core::str::from_utf8(bytes).map_err(|_| Error::Malformed)?)
    }

    /// Takes at most `M` bytes.
    pub fn bytes<const M: usize>(&mut self) -> Result<Bytes<M>> {
        Bytes::from_slice(self.field(M)?)
    }

    /// Checks that nothing is left over.
    pub fn finish(self) -> Result<()> {
        if self.position == self.length { Ok(()) } else { Err(Error::Malformed) }
    }

    fn field(&mut self, max: usize) -> Result<&[u8]> {
        let length = if is_short(max) { usize::from(self.u8()?) } else { usize::from(self.u16()?) };
        let start = self.position;
        let end = start + length;
        if length > max || end > self.length {
            return Err(Error::Malformed);
        }
        self.position = end;
        self.bytes.get(start..end).ok_or(Error::Malformed)
    }

    fn take<const M: usize>(&mut self) -> Result<[u8; M]> {
        let end = self.position + M;
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
    use crate::{Error, Token, buffer};
    use core::sync::atomic::AtomicU8;
    use veridian_abi::limits::{MESSAGE_BUFFER_SIZE, MESSAGE_LONG};

    static BUFFER: [AtomicU8; MESSAGE_BUFFER_SIZE as usize] =
        [const { AtomicU8::new(0) }; MESSAGE_BUFFER_SIZE as usize];

    #[test]
    fn a_message_beyond_the_registers_goes_through_the_buffer() {
        let write = || {
            let mut writer = Writer::<600>::long();
            writer.text(&"ü".repeat(150), 400).unwrap();
            writer.bytes(&[3; 100], 190).unwrap();
            writer.finish(2).passing(Token(5))
        };
        // A program without a buffer does no harm: the kernel refuses what it makes.
        assert_eq!(write().length, 255);
        // SAFETY: this buffer is never given back, and nothing else refers to it.
        unsafe { buffer::set_address((&raw const BUFFER).expose_provenance()) };
        let message = write();
        assert_eq!((u64::from(message.length), message.words[0]), (MESSAGE_LONG, 2 + 300 + 1 + 100));
        assert_eq!((message.label, message.capability), (2, Token(5)));
        let mut reader = Reader::<600>::long(&message).unwrap();
        assert_eq!(reader.text::<400>().unwrap(), "ü".repeat(150).as_str());
        assert_eq!(&*reader.bytes::<190>().unwrap(), [3; 100]);
        assert_eq!(reader.finish(), Ok(()));
        assert!(Reader::<402>::long(&message).is_err(), "longer than the method's messages");
        assert!(Reader::new(&message).is_err(), "longer than the registers");
        let forged = Message { words: [u64::MAX; 8], ..message };
        assert!(Reader::<600>::long(&forged).is_err());
    }

    #[test]
    fn what_fits_goes_in_the_registers_though_it_need_not() {
        let mut writer = Writer::<402>::long();
        writer.text("short", 400).unwrap();
        let message = writer.finish(0);
        assert_eq!((message.length, message.words[0]), (7, u64::from_le_bytes(*b"\x05\0short\0")));
        assert_eq!(Reader::<402>::long(&message).unwrap().text::<400>().unwrap(), "short");
    }

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
        assert_eq!((message.label, message.length), (3, 1 + 2 + 8 + 1 + 7 + 3));

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
        assert_eq!(message.length, 3);
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
        assert_eq!(Writer::new().text(&"x".repeat(64), 64), Err(Error::TooLong));
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
        assert_eq!(read(1, 0x01).text::<4>(), Err(Error::Malformed));
        assert_eq!(read(5, 0xff01).text::<4>(), Err(Error::Malformed));
        assert_eq!(read(1, 0).finish(), Err(Error::Malformed));
    }
}
