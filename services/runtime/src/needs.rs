//! What a program asks for: kinds, rights, and the ELF note that tells `veridian` of them.

use crate::Token;

/// One right of a kind: its name and its bit among the rights of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// Name, as in the definition of the interface or object.
    pub name: &'static str,
    /// Its bit, set.
    pub mask: u16,
}

/// What the startup block says of one need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granted {
    /// The capability.
    pub token: Token,
    /// Where a region, buffer or device range is mapped; 0 for others.
    pub address: usize,
    /// Bytes mapped, or ports in the range; 0 for others.
    pub size: usize,
}

impl Default for Granted {
    fn default() -> Self {
        Self { token: Token::NONE, address: 0, size: 0 }
    }
}

/// An interface, as its rendering says.
pub trait Interface {
    /// Its name.
    const NAME: &'static str;
    /// First 16 hexadecimal digits of its digest: a program made for another one is found by it.
    const DIGEST: &'static str;
    /// Its rights, each an associated constant of type [`Right`].
    type Rights;
}

/// A kind of capability that a program can ask for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a kind of capability",
    label = "not a kind of capability",
    note = "a need is an interface (`Greeter`), its server end (`Serve<Greeter>`), or one of `Notification`, `SharedRegion`, `Interrupt`, `Timer`, `IoPorts`, `Mmio`, `Dma`, `Power`, `Process`, `MemoryPool`, `Census`, `Metrics`"
)]
pub trait Need: Sized {
    /// The kind's name as graphs have it, in pieces: `["Server<", "Greeter", ">"]`.
    const KIND: &'static [&'static str];
    /// Name and digest of the interface that it speaks.
    const INTERFACE: Option<(&'static str, &'static str)>;
    /// Its rights, each an associated constant of type [`Right`].
    type Rights;

    /// The handle that the program uses.
    fn from_granted(granted: Granted) -> Self;
}

/// The handle of an optional need; `None` where it was not granted.
#[must_use]
pub fn optional<N: Need>(granted: Granted) -> Option<N> {
    (granted.token != Token::NONE).then(|| N::from_granted(granted))
}

/// One need, as [`crate::program!`] writes it down.
#[derive(Clone, Copy)]
pub struct NeedNote {
    /// Name of the field.
    pub name: &'static str,
    /// [`Need::KIND`].
    pub kind: &'static [&'static str],
    /// [`Need::INTERFACE`].
    pub interface: Option<(&'static str, &'static str)>,
    /// Rights, in the order in which they were asked for.
    pub rights: &'static [Right],
    /// Whether the program does without it as well.
    pub optional: bool,
    /// Source file, relative to the Cargo workspace's root.
    pub file: &'static str,
    /// Line, from 1.
    pub line: &'static str,
}

/// The ELF note of a program with `N` bytes of description.
#[repr(C, align(4))]
pub struct Note<const N: usize> {
    name_size: u32,
    description_size: u32,
    kind: u32,
    name: [u8; 12],
    description: [u8; N],
}

/// Writes the description, or only counts its bytes where `N` is 0.
struct Text<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> Text<N> {
    const fn put(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut index = 0;
        while index < bytes.len() {
            if N > 0 {
                self.bytes[self.length] = bytes[index];
            }
            self.length += 1;
            index += 1;
        }
    }
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut index = 0;
    while index < a.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// Whether one of the first `count` needs speaks the interface of this name already.
const fn mentioned(needs: &[NeedNote], count: usize, name: &str) -> bool {
    let mut index = 0;
    while index < count {
        if let Some((other, _)) = needs[index].interface
            && same(other, name)
        {
            return true;
        }
        index += 1;
    }
    false
}

const fn write<const N: usize>(program: &str, needs: &[NeedNote]) -> Text<N> {
    let mut text = Text { bytes: [0; N], length: 0 };
    text.put("veridian-needs 1\nprogram ");
    text.put(program);
    text.put("\n");
    let mut index = 0;
    while index < needs.len() {
        if let Some((name, digest)) = needs[index].interface
            && !mentioned(needs, index, name)
        {
            text.put("interface ");
            text.put(name);
            text.put(" ");
            text.put(digest);
            text.put("\n");
        }
        index += 1;
    }
    index = 0;
    while index < needs.len() {
        let need = &needs[index];
        text.put(if need.optional { "need? " } else { "need " });
        text.put(need.name);
        text.put(" ");
        let mut piece = 0;
        while piece < need.kind.len() {
            text.put(need.kind[piece]);
            piece += 1;
        }
        let mut right = 0;
        while right < need.rights.len() {
            text.put(if right == 0 { " " } else { "," });
            text.put(need.rights[right].name);
            right += 1;
        }
        text.put(" ");
        text.put(need.file);
        text.put(":");
        text.put(need.line);
        text.put("\n");
        index += 1;
    }
    text
}

/// Bytes of the description, padded to a multiple of 4.
#[must_use]
pub const fn note_size(program: &str, needs: &[NeedNote]) -> usize {
    write::<0>(program, needs).length.next_multiple_of(4)
}

/// The note; `N` is what [`note_size`] says.
#[must_use]
pub const fn note<const N: usize>(program: &str, needs: &[NeedNote]) -> Note<N> {
    let text = write::<N>(program, needs);
    Note {
        name_size: veridian_abi::NOTE_NAME.len() as u32 + 1,
        description_size: text.length as u32,
        kind: veridian_abi::NOTE_TYPE,
        name: *b"Veridian\0\0\0\0",
        description: text.bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::{Granted, NeedNote, Right, note, note_size, optional};
    use crate::{Notification, Token};

    const READ: Right = Right { name: "read", mask: 1 };
    const WRITE: Right = Right { name: "write", mask: 2 };
    const CONSOLE: Option<(&str, &str)> = Some(("Console", "0123456789abcdef"));
    const NEEDS: &[NeedNote] = &[
        NeedNote {
            name: "requests",
            kind: &["Server<", "Console", ">"],
            interface: CONSOLE,
            rights: &[READ, WRITE],
            optional: false,
            file: "services/a/src/main.rs",
            line: "8",
        },
        NeedNote {
            name: "log",
            kind: &["Console"],
            interface: CONSOLE,
            rights: &[WRITE],
            optional: true,
            file: "services/a/src/main.rs",
            line: "9",
        },
    ];

    #[test]
    fn an_optional_need_is_there_when_it_was_granted() {
        assert!(optional::<Notification>(Granted::default()).is_none());
        let granted = Granted { token: Token(7), ..Granted::default() };
        assert_eq!(optional::<Notification>(granted).map(|bell| bell.token()), Some(Token(7)));
    }

    #[test]
    fn the_description_says_each_interface_once_and_each_need() {
        const SIZE: usize = note_size("a", NEEDS);
        const { assert!(SIZE.is_multiple_of(4)) }
        let note = note::<SIZE>("a", NEEDS);
        assert_eq!((note.name_size, note.kind), (9, 1));
        assert_eq!(&note.name[..8], veridian_abi::NOTE_NAME.as_bytes());
        let text = &note.description[..note.description_size as usize];
        assert_eq!(
            core::str::from_utf8(text).unwrap(),
            "veridian-needs 1\n\
             program a\n\
             interface Console 0123456789abcdef\n\
             need requests Server<Console> read,write services/a/src/main.rs:8\n\
             need? log Console write services/a/src/main.rs:9\n"
        );
    }
}
