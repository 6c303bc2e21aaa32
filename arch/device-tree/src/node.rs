//! Nodes and their properties.

use crate::{cell, number};
use core::ops::Range;

const BEGIN: u32 = 1;
const END: u32 = 2;
const PROPERTY: u32 = 3;
const SKIP: u32 = 4;

/// Nodes that lie in one another, at most; what is deeper is not looked at.
const DEEPEST: usize = 16;

/// How many cells addresses and sizes take in the `reg` of a node's children.
#[derive(Clone, Copy, Debug)]
struct Cells {
    address: u32,
    size: u32,
}

/// One node, with its properties.
#[derive(Clone, Copy, Debug)]
pub struct Node<'t> {
    /// How many nodes it lies in: 0 for the root.
    pub depth: usize,
    /// Its name, with the unit address behind `@`.
    pub name: &'t [u8],
    /// What it is, in words that end with a zero byte each; empty where it does not say.
    pub compatible: &'t [u8],
    reg: &'t [u8],
    cells: Cells,
    properties: &'t [u8],
    strings: &'t [u8],
}

impl<'t> Node<'t> {
    /// Whether it says that it is this.
    #[must_use]
    pub fn is(&self, compatible: &str) -> bool {
        self.compatible.split(|byte| *byte == 0).any(|word| word == compatible.as_bytes())
    }

    /// Whether its name begins so: the name without its unit address, or with a part of it.
    #[must_use]
    pub fn is_named(&self, start: &str) -> bool {
        self.name.starts_with(start.as_bytes())
    }

    /// The value of a property.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&'t [u8]> {
        Properties { rest: self.properties }
            .find(|(found, _)| self.strings.get(*found..).is_some_and(|found| starts_as_word(found, name.as_bytes())))
            .map(|(_, value)| value)
    }

    /// The value of a property that is one cell.
    #[must_use]
    pub fn cell(&self, name: &str) -> Option<u32> {
        cell(self.property(name)?, 0)
    }

    /// Its ranges of addresses, as the node above counts them.
    pub fn reg(&self) -> impl Iterator<Item = Range<u64>> + use<'t> {
        let (address, size) = (self.cells.address as usize * 4, self.cells.size as usize * 4);
        self.reg.chunks_exact((address + size).max(1)).map(move |entry| {
            let start = number(entry.get(..address));
            start..start.saturating_add(number(entry.get(address..)))
        })
    }

    /// Whether it is in use: `status` is missing or says so.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.property("status").is_none_or(|status| status.starts_with(b"ok"))
    }
}

/// Whether a block of words that end with a zero byte starts with this word.
fn starts_as_word(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(word.len()) == Some(&0) && bytes.starts_with(word)
}

struct Properties<'t> {
    rest: &'t [u8],
}

impl<'t> Iterator for Properties<'t> {
    /// Where the name is among the strings, and the value.
    type Item = (usize, &'t [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let (head, value) = loop {
            let (token, behind) = self.rest.split_first_chunk::<4>()?;
            match u32::from_be_bytes(*token) {
                PROPERTY => break behind.split_first_chunk::<8>()?,
                SKIP => self.rest = behind,
                _ => return None,
            }
        };
        let [length, name] = [0, 4].map(|at| cell(head, at).unwrap_or(0) as usize);
        let (value, padded) = (value.get(..length)?, length.next_multiple_of(4));
        self.rest = self.rest.get(12 + padded..)?;
        Some((name, value))
    }
}

/// A name that is looked for in every node, and where it was last found: most trees have each name once.
#[derive(Clone, Copy, Debug)]
struct Word {
    word: &'static [u8],
    place: usize,
}

impl Word {
    const fn new(word: &'static [u8]) -> Self {
        Self { word, place: usize::MAX }
    }

    #[inline]
    fn is(&mut self, place: usize, found: &[u8]) -> bool {
        if place == self.place {
            return true;
        }
        let is = starts_as_word(found, self.word);
        if is {
            self.place = place;
        }
        is
    }
}

/// See [`crate::DeviceTree::nodes`].
#[derive(Clone, Debug)]
pub struct Nodes<'t> {
    rest: &'t [u8],
    strings: &'t [u8],
    depth: usize,
    compatible: Word,
    reg: Word,
    address_cells: Word,
    size_cells: Word,
    /// What each node on the way down says of its children.
    cells: [Cells; DEEPEST + 1],
}

impl<'t> Nodes<'t> {
    pub(crate) fn new(structure: &'t [u8], strings: &'t [u8]) -> Self {
        // What holds where a node says nothing.
        let cells = Cells { address: 2, size: 1 };
        Self {
            rest: structure,
            strings,
            depth: 0,
            compatible: Word::new(b"compatible"),
            reg: Word::new(b"reg"),
            address_cells: Word::new(b"#address-cells"),
            size_cells: Word::new(b"#size-cells"),
            cells: [cells; DEEPEST + 1],
        }
    }
}

impl<'t> Iterator for Nodes<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        loop {
            let token = cell(self.rest, 0)?;
            self.rest = self.rest.get(4..)?;
            match token {
                BEGIN => break,
                END => self.depth = self.depth.checked_sub(1)?,
                SKIP => {}
                _ => return None,
            }
        }
        let length = self.rest.iter().position(|byte| *byte == 0)?;
        let name = self.rest.get(..length)?;
        self.rest = self.rest.get((length + 1).next_multiple_of(4)..)?;
        let cells = *self.cells.get(self.depth)?;
        let mut node = Node {
            depth: self.depth,
            name,
            compatible: &[],
            reg: &[],
            cells,
            properties: self.rest,
            strings: self.strings,
        };
        let mut below = Cells { address: 2, size: 1 };
        let mut properties = Properties { rest: self.rest };
        for (place, value) in &mut properties {
            let name = self.strings.get(place..)?;
            // The first byte tells most others apart.
            match name.first() {
                Some(b'c') if self.compatible.is(place, name) => node.compatible = value,
                Some(b'r') if self.reg.is(place, name) => node.reg = value,
                Some(b'#') if self.address_cells.is(place, name) => below.address = one_or_two(value),
                Some(b'#') if self.size_cells.is(place, name) => below.size = one_or_two(value),
                _ => {}
            }
        }
        self.rest = properties.rest;
        self.depth += 1;
        *self.cells.get_mut(self.depth)? = below;
        Some(node)
    }
}

/// Numbers of more cells than these are no addresses of a processor: a bus has a form of its own.
fn one_or_two(value: &[u8]) -> u32 {
    cell(value, 0).filter(|cells| *cells <= 2).unwrap_or(2)
}
