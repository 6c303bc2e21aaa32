//! Interrupts and faults, once their state is saved.

use super::block::Block;
use super::{cores, cpu, entry, plic, power, time};
use crate::Context;
use crate::trap::Trap;
use core::ptr::null;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use veridian_port::log::Piece::{Hex, Text};
use veridian_port::{Fault, Resume};

/// Serves what stopped the current thread, all of whose state is in `context`.
pub(super) extern "C" fn user_trap(
    cause: u64,
    value: u64,
    context: *const Context,
    core: *const Block,
) -> Resume<Context> {
    let trap = Trap::new(cause, value);
    let Trap::Fault(kind, address) = trap else {
        return serve(trap, core).unwrap_or(Resume { context, registers: null() });
    };
    // SAFETY: it is the current thread's, where the entry code has just saved it.
    let instruction = unsafe { &*context }.pc.get();
    let fault = Fault { kind, address, instruction, code: cause };
    // SAFETY: entered from user mode, with interrupts off, on the kernel stack.
    unsafe { entry::kernel_fault(&fault, core) }
}

/// Serves what ended the wait for an interrupt, as `sip` has it.
pub(super) extern "C" fn idle_trap(pending: u64, core: *const Block) -> Resume<Context> {
    serve(Trap::pending(pending), core).unwrap_or(Resume::IDLE)
}

/// `None` where nobody has asked for this interrupt.
fn serve(trap: Trap, core: *const Block) -> Option<Resume<Context>> {
    match trap {
        Trap::Tick => {
            time::next_tick();
            // SAFETY: entered from user mode or from waiting, with interrupts off, on the kernel stack.
            Some(unsafe { entry::kernel_tick(core) })
        }
        Trap::Poke => {
            cpu::clear_poke();
            // SAFETY: as above.
            Some(unsafe { entry::kernel_poke(core) })
        }
        Trap::Device => {
            let line = plic::take(cores::index(core))?;
            // SAFETY: as above.
            Some(unsafe { entry::kernel_interrupt(line, core) })
        }
        Trap::Unasked | Trap::Fault(..) => None,
    }
}

/// Stops the machine after a fault of the kernel itself, or of the machine.
pub(super) extern "C" fn kernel_trap(cause: u64, value: u64, instruction: u64) -> ! {
    static FAILED: AtomicBool = AtomicBool::new(false);
    if FAILED.swap(true, Relaxed) {
        // Saying why has failed as well, or another hart says it.
        cpu::halt();
    }
    power::fatal(&[
        Text("exception in the kernel: cause "),
        Hex(cause),
        Text(", instruction "),
        Hex(instruction),
        Text(", address "),
        Hex(value),
    ])
}
