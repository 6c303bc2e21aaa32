//! Interrupts and faults, once their state is saved.

use super::block::Block;
use super::cpu::read;
use super::{entry, gic, machine, power, time};
use crate::{Context, syndrome};
use core::ptr::null;
use veridian_abi::limits::USER_END;
use veridian_port::log::Piece::{Hex, Text};
use veridian_port::{Fault, Resume};

/// Serves a fault of the current thread, all of whose state is in `context`.
pub(super) extern "C" fn user_fault(context: *const Context, core: *const Block) -> Resume<Context> {
    // SAFETY: it is the current thread's, where the entry code has just saved it.
    let saved = unsafe { &*context };
    let code = read!("esr_el1");
    let address = if syndrome::has_address(code) { read!("far_el1") } else { 0 };
    let instruction = saved.pc.get();
    if instruction >= USER_END {
        // Going on there must fault again.
        saved.pc.set(USER_END);
    }
    let fault = Fault { kind: syndrome::kind(code), address, instruction, code };
    // SAFETY: entered from user mode, with interrupts off, on the kernel stack.
    unsafe { entry::kernel_fault(&fault, core) }
}

/// Serves an interrupt that stopped the current thread, all of whose state is in `context`.
pub(super) extern "C" fn user_interrupt(context: *const Context, core: *const Block) -> Resume<Context> {
    serve(core).unwrap_or(Resume { context, registers: null() })
}

/// Serves an interrupt that ended the wait for one.
pub(super) extern "C" fn idle_interrupt(core: *const Block) -> Resume<Context> {
    serve(core).unwrap_or(Resume::IDLE)
}

/// `None` where nobody has asked for this interrupt.
fn serve(core: *const Block) -> Option<Resume<Context>> {
    let taken = gic::acknowledge()?;
    let line = taken.line;
    if machine::board().is_some_and(|board| board.timer == line) {
        time::next_tick();
        gic::end(taken);
        // SAFETY: entered from user mode or from waiting, with interrupts off, on the kernel stack.
        return Some(unsafe { entry::kernel_tick(core) });
    }
    if line == gic::POKE {
        gic::end(taken);
        // SAFETY: as above.
        return Some(unsafe { entry::kernel_poke(core) });
    }
    gic::mask(line);
    gic::end(taken);
    // SAFETY: as above.
    Some(unsafe { entry::kernel_interrupt(line, core) })
}

/// Stops the machine after an exception of the kernel itself, or of the machine.
pub(super) extern "C" fn kernel_trap() -> ! {
    power::continue_ending();
    let (code, instruction, address) = (read!("esr_el1"), read!("elr_el1"), read!("far_el1"));
    power::fatal(&[
        Text("exception in the kernel: syndrome "),
        Hex(code),
        Text(", instruction "),
        Hex(instruction),
        Text(", address "),
        Hex(address),
    ])
}
