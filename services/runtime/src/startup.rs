//! From the startup block to `main`.

use crate::needs::Granted;
use crate::{Result, Token, arch, buffer, log, system};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use veridian_abi::{StartupHeader, StartupNeed, limits};

static PAGE_SIZE: AtomicU64 = AtomicU64::new(limits::PAGE_SIZE);
static DYNAMIC: AtomicU64 = AtomicU64::new(limits::DYNAMIC_BASE);

/// Bytes of a page of this machine.
#[must_use]
pub fn page_size() -> u64 {
    PAGE_SIZE.load(Relaxed)
}

/// First address of what is mapped while the program runs.
pub(crate) fn dynamic_base() -> u64 {
    DYNAMIC.load(Relaxed)
}

/// Reads `N` needs from the bytes of a startup block; `None` where it is for another program: it
/// holds another number of needs, or a field that must be 0 is not.
#[must_use]
pub fn read<const N: usize>(bytes: &[u8]) -> Option<[Granted; N]> {
    let header = StartupHeader::read(bytes, 0)?;
    if header.needs != N as u64 {
        return None;
    }
    let mut granted = [Granted::default(); N];
    for (index, grant) in granted.iter_mut().enumerate() {
        let need = StartupNeed::read(bytes, StartupHeader::SIZE + index * StartupNeed::SIZE)?;
        if need.reserved != 0 {
            return None;
        }
        *grant = Granted {
            token: Token(need.token),
            address: usize::try_from(need.address).ok()?,
            size: usize::try_from(need.size).ok()?,
        };
    }
    Some(granted)
}

/// Runs a program: `main` gets its needs, and its result becomes the exit code, 0 or 1. A startup block
/// for another program is a fault.
///
/// # Safety
/// `startup` is the address of a startup block, at least one readable page that nobody writes.
pub unsafe fn run<const N: usize, T>(
    name: &'static str,
    startup: usize,
    needs: fn([Granted; N]) -> T,
    main: fn(T) -> Result<()>,
) -> ! {
    log::set_program_name(name);
    let first = core::ptr::with_exposed_provenance::<u8>(startup);
    let size = StartupHeader::SIZE + N * StartupNeed::SIZE;
    // SAFETY: the block starts with a header, as the caller says.
    let start = unsafe { core::slice::from_raw_parts(first, StartupHeader::SIZE) };
    let Some(header) = StartupHeader::read(start, 0).filter(|header| header.needs == N as u64) else { arch::fault() };
    PAGE_SIZE.store(header.page_size, Relaxed);
    if header.dynamic != 0 {
        DYNAMIC.store(header.dynamic, Relaxed);
    }
    // SAFETY: the block tells where the kernel has mapped the buffer, and nobody else reads that field.
    unsafe { buffer::set_address(header.buffer as usize) };
    // SAFETY: the header says that `N` needs follow.
    let block = unsafe { core::slice::from_raw_parts(first, size) };
    let Some(granted) = read(block) else { arch::fault() };
    // Called where it is, not inlined: a debugger stops at a program's `main`.
    let main = core::hint::black_box(main);
    match main(needs(granted)) {
        Ok(()) => system::exit(0),
        Err(_) => system::exit(1),
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::Token;

    fn block(words: &[u64]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    #[test]
    fn needs_come_in_order() {
        let bytes = block(&[2, 4096, 0, 0, 7, 0, 0, 0, 8, 0x10_0000_0000, 4096, 0]);
        let [first, second] = read::<2>(&bytes).unwrap();
        assert_eq!((first.token, first.address), (Token(7), 0));
        assert_eq!(second.token, Token(8));
        assert_eq!((second.address, second.size), (0x10_0000_0000, 4096));
    }

    #[test]
    fn a_block_for_another_program_is_refused() {
        assert!(read::<1>(&block(&[2, 4096, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0])).is_none());
        assert!(read::<1>(&block(&[1, 4096, 0x2010_0000, 0x20_0000_0000, 7, 0, 0, 0])).is_some());
        assert!(read::<1>(&block(&[1, 4096, 0, 0, 7, 0, 0, 3])).is_none());
        assert!(read::<1>(&block(&[1, 4096, 0, 0, 7, 0, 0])).is_none());
        assert!(read::<0>(&[]).is_none());
    }
}
