//! The message buffer: where messages lie that the registers do not hold. The kernel copies from the
//! sender's to the receiver's while both wait in a system call.

use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering::Relaxed};
use veridian_abi::limits;

/// Bytes of a message buffer.
const SIZE: usize = limits::MESSAGE_BUFFER_SIZE as usize;

/// Where it is mapped; 0 where the component has none.
static ADDRESS: AtomicUsize = AtomicUsize::new(0);

/// Says where the buffer is mapped; 0 for nowhere.
///
/// # Safety
/// A message buffer is mapped there for as long as the program runs, and nothing else of the program refers
/// to it.
pub(crate) unsafe fn set_address(address: usize) {
    ADDRESS.store(address, Relaxed);
}

/// The buffer; `None` where the component has none. Its bytes are atomic, since any code of the program may
/// come here.
fn bytes() -> Option<&'static [AtomicU8; SIZE]> {
    let address = ADDRESS.load(Relaxed);
    if address == 0 {
        return None;
    }
    // SAFETY: whoever set the address says that the buffer is there, of this size and for good, and that it
    // is reached from here alone. The kernel writes to it only in system calls.
    Some(unsafe { &*core::ptr::with_exposed_provenance::<[AtomicU8; SIZE]>(address) })
}

/// Puts a message in the buffer. Without a buffer nothing happens: the kernel refuses the message then.
pub(crate) fn fill(content: &[u8]) {
    for (byte, value) in bytes().into_iter().flatten().zip(content) {
        byte.store(*value, Relaxed);
    }
}

/// Takes a message from the buffer.
pub(crate) fn read(to: &mut [u8]) {
    for (value, byte) in to.iter_mut().zip(bytes().into_iter().flatten()) {
        *value = byte.load(Relaxed);
    }
}
