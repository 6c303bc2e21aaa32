//! Memory that others see too: shared regions and DMA buffers.
//!
//! Another component or a device may change it at any moment, so that the safe views copy single bytes
//! or words and never hand out a reference to the contents.

use super::kernel_kind;
use crate::{Error, Result, Token, system};
use core::marker::PhantomData;
use veridian_abi::{Error as SystemError, rights};

/// Memory that several components map.
#[derive(Debug)]
pub struct SharedRegion {
    token: Token,
    address: usize,
    size: usize,
}

kernel_kind!(
    SharedRegion,
    SharedRegionRights,
    shared_region { read = READ, write = WRITE },
    |granted| Self { token: granted.token, address: granted.address, size: granted.size }
);

impl SharedRegion {
    /// Where it is mapped.
    #[must_use]
    pub const fn address(&self) -> u64 {
        self.address as u64
    }
}

/// Contiguous memory whose physical address a driver may learn.
#[derive(Debug)]
pub struct Dma {
    token: Token,
    address: usize,
    size: usize,
}

kernel_kind!(
    Dma,
    DmaRights,
    dma { read = READ, write = WRITE },
    |granted| Self { token: granted.token, address: granted.address, size: granted.size }
);

impl Dma {
    /// Physical address of the buffer's first byte: what a device is told.
    pub fn physical_address(&self) -> Result<u64> {
        Ok(system::dma_address(self.token)?)
    }
}

/// A view of memory that can be read.
#[derive(Clone, Copy, Debug)]
pub struct ReadBytes<'a> {
    start: *const u8,
    size: usize,
    handle: PhantomData<&'a ()>,
}

/// A view of memory that can be written.
#[derive(Clone, Copy, Debug)]
pub struct WriteBytes<'a> {
    start: *mut u8,
    size: usize,
    handle: PhantomData<&'a ()>,
}

/// The part of a word-aligned view at a word index.
fn word_offset(index: usize, size: usize) -> Result<usize> {
    let offset = index.checked_mul(8).ok_or(Error::OutOfBounds)?;
    match offset.checked_add(8) {
        Some(end) if end <= size => Ok(offset),
        _ => Err(Error::OutOfBounds),
    }
}

impl ReadBytes<'_> {
    /// Bytes in view.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// The byte at an offset.
    pub fn byte(&self, offset: usize) -> Result<u8> {
        if offset >= self.size {
            return Err(Error::OutOfBounds);
        }
        // SAFETY: the offset lies within mapped, readable memory; volatile, since others may write it.
        Ok(unsafe { self.start.add(offset).read_volatile() })
    }

    /// The 64-bit word at an index that counts words.
    pub fn word(&self, index: usize) -> Result<u64> {
        let offset = word_offset(index, self.size)?;
        // SAFETY: the word lies within mapped, readable memory, which starts page-aligned.
        Ok(unsafe { self.start.add(offset).cast::<u64>().read_volatile() })
    }

    /// Copies bytes from an offset on; all of `target`, or nothing.
    pub fn copy_to(&self, offset: usize, target: &mut [u8]) -> Result<()> {
        let end = offset.checked_add(target.len());
        if end.is_none_or(|end| end > self.size) {
            return Err(Error::OutOfBounds);
        }
        for (index, byte) in target.iter_mut().enumerate() {
            *byte = self.byte(offset + index)?;
        }
        Ok(())
    }

    /// The memory itself.
    ///
    /// # Safety
    /// Nobody writes it while the slice lives: the components that share it have agreed on whose turn
    /// it is.
    #[must_use]
    pub unsafe fn as_slice(&self) -> &[u8] {
        // SAFETY: the memory is mapped and readable for as long as the program runs; the caller
        // answers for the rest.
        unsafe { core::slice::from_raw_parts(self.start, self.size) }
    }
}

impl WriteBytes<'_> {
    /// Bytes in view.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Sets the byte at an offset.
    pub fn set_byte(&self, offset: usize, value: u8) -> Result<()> {
        if offset >= self.size {
            return Err(Error::OutOfBounds);
        }
        // SAFETY: the offset lies within mapped, writable memory; volatile, since others may read it.
        unsafe { self.start.add(offset).write_volatile(value) };
        Ok(())
    }

    /// Sets the 64-bit word at an index that counts words.
    pub fn set_word(&self, index: usize, value: u64) -> Result<()> {
        let offset = word_offset(index, self.size)?;
        // SAFETY: the word lies within mapped, writable memory, which starts page-aligned.
        unsafe { self.start.add(offset).cast::<u64>().write_volatile(value) };
        Ok(())
    }

    /// Copies bytes to an offset; all of `source`, or nothing.
    pub fn copy_from(&self, offset: usize, source: &[u8]) -> Result<()> {
        let end = offset.checked_add(source.len());
        if end.is_none_or(|end| end > self.size) {
            return Err(Error::OutOfBounds);
        }
        for (index, byte) in source.iter().enumerate() {
            self.set_byte(offset + index, *byte)?;
        }
        Ok(())
    }

    /// The memory itself.
    ///
    /// # Safety
    /// Nobody else reads or writes it while the slice lives, and no other view of it is used: the
    /// components that share it have agreed on whose turn it is.
    #[must_use]
    pub unsafe fn as_slice_mut(&mut self) -> &mut [u8] {
        // SAFETY: the memory is mapped and writable for as long as the program runs; the caller
        // answers for the rest.
        unsafe { core::slice::from_raw_parts_mut(self.start, self.size) }
    }
}

macro_rules! views {
    ($kind:ident, $module:ident) => {
        impl $kind {
            /// Bytes that are mapped.
            #[must_use]
            pub const fn size(&self) -> usize {
                self.size
            }

            /// A view to read it. Needs the right `read`.
            pub fn bytes(&self) -> Result<ReadBytes<'_>> {
                self.require(rights::$module::READ)?;
                Ok(ReadBytes {
                    start: core::ptr::with_exposed_provenance(self.address),
                    size: self.size,
                    handle: PhantomData,
                })
            }

            /// A view to write it. Needs the right `write`.
            pub fn bytes_mut(&mut self) -> Result<WriteBytes<'_>> {
                self.require(rights::$module::WRITE)?;
                Ok(WriteBytes {
                    start: core::ptr::with_exposed_provenance_mut(self.address),
                    size: self.size,
                    handle: PhantomData,
                })
            }

            /// An access without the right would fault; an error says it better.
            fn require(&self, right: u16) -> Result<()> {
                if self.token.rights() & right == 0 {
                    return Err(Error::System(SystemError::MissingRight));
                }
                Ok(())
            }
        }
    };
}
views!(SharedRegion, shared_region);
views!(Dma, dma);

#[cfg(test)]
mod tests {
    use super::SharedRegion;
    use crate::needs::Granted;
    use crate::{Error, Need, SystemError, Token};

    fn region(memory: &mut [u64], rights: u16) -> SharedRegion {
        SharedRegion::from_granted(Granted {
            token: Token::new(0, 1, rights),
            address: memory.as_mut_ptr().expose_provenance(),
            size: size_of_val(memory),
        })
    }

    #[test]
    fn what_one_view_writes_the_other_reads() {
        let mut memory = [0; 2];
        let mut region = region(&mut memory, 3);
        let view = region.bytes_mut().unwrap();
        view.set_word(0, 0x0807_0605_0403_0201).unwrap();
        view.copy_from(8, b"hello").unwrap();
        let view = region.bytes().unwrap();
        assert_eq!(view.byte(2), Ok(3));
        let mut copy = [0; 4];
        view.copy_to(7, &mut copy).unwrap();
        assert_eq!(&copy, b"\x08hel");
        // SAFETY: nobody writes `memory` meanwhile.
        assert_eq!(unsafe { view.as_slice() }[8..13], *b"hello");
    }

    #[test]
    fn no_access_leaves_the_region() {
        let mut memory = [0; 2];
        let mut region = region(&mut memory, 3);
        let view = region.bytes_mut().unwrap();
        assert_eq!(view.set_byte(16, 1), Err(Error::OutOfBounds));
        assert_eq!(view.set_word(2, 1), Err(Error::OutOfBounds));
        assert_eq!(view.set_word(usize::MAX / 8, 1), Err(Error::OutOfBounds));
        assert_eq!(view.copy_from(usize::MAX, b"ab"), Err(Error::OutOfBounds));
        let view = region.bytes().unwrap();
        assert_eq!(view.byte(16), Err(Error::OutOfBounds));
        assert_eq!(view.copy_to(15, &mut [0; 2]), Err(Error::OutOfBounds));
    }

    #[test]
    fn a_view_needs_its_right() {
        let mut memory = [0; 1];
        let refused = Some(Error::System(SystemError::MissingRight));
        assert_eq!(region(&mut memory, 1).bytes_mut().err(), refused);
        assert_eq!(region(&mut memory, 2).bytes().err(), refused);
    }
}
