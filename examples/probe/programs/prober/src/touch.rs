//! Loads and stores, each in a thread of its own that ends by it where it is refused.

use core::ptr::with_exposed_provenance_mut;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use veridian::abi::limits;
use veridian::prelude::*;
use veridian::{Token, system};

/// Priority of the thread: the prober's own.
const PRIORITY: u8 = 150;
/// Exit code of a thread that was let.
const LET: u64 = 0;

/// What the thread is to touch: where a new thread finds its argument differs between architectures.
static ADDRESS: AtomicUsize = AtomicUsize::new(0);

fn place() -> *mut u32 {
    with_exposed_provenance_mut(ADDRESS.load(Relaxed))
}

extern "C" fn load() -> ! {
    // SAFETY: nothing is done with the value; where it cannot be read this thread ends, and it alone.
    let _ = unsafe { place().read_volatile() };
    system::exit(LET)
}

extern "C" fn store() -> ! {
    // SAFETY: nobody makes any other use of this memory; as above where it cannot be written.
    unsafe { place().write_volatile(0) };
    system::exit(LET)
}

/// Does nothing: where a thread can begin.
pub extern "C" fn nothing() -> ! {
    system::exit(LET)
}

/// Where a thread begins.
pub type Entry = extern "C" fn() -> !;

/// Tries the memory at an address: tells the name of each right, and whether the thread was let or faulted.
pub fn memory(thread: Token, stack: u64, address: usize, mut told: impl FnMut(&str, &str)) -> Result<(), SystemError> {
    for (right, entry) in [("read", load as Entry), ("write", store as Entry)] {
        ADDRESS.store(address, Relaxed);
        system::start_thread(thread, entry as usize as u64, stack, 0)?;
        system::schedule_thread(thread, PRIORITY)?;
        let end = system::process_wait(thread, Timeout::FOREVER)?;
        let answer = match (end >> 32, end & u64::from(u32::MAX)) {
            (limits::EXIT_NORMAL, LET) => "ok",
            (limits::EXIT_CRASH, limits::FAULT_MEMORY) => "fault",
            _ => "something else",
        };
        told(right, answer);
    }
    Ok(())
}
