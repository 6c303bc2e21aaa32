//! Interrupts, exceptions and faults, once their state is saved.

use super::block::Block;
use super::{apic, cpu, entry, power};
use crate::Context;
use core::ptr::null;
use veridian_abi::limits::USER_END;
use veridian_port::log::Piece::{Decimal, Hex, Text};
use veridian_port::{Fault, FaultKind, Resume};

const PAGE_FAULT: u64 = 14;

/// Serves an interrupt or exception that stopped the current thread, all of whose state is in `context`.
pub(super) extern "C" fn user_trap(
    vector: u64,
    error: u64,
    context: *const Context,
    core: *const Block,
) -> Resume<Context> {
    if vector >= entry::EXCEPTIONS {
        return serve(vector, core).unwrap_or(Resume { context, registers: null() });
    }
    // SAFETY: it is the current thread's, where the entry code has just saved it.
    let saved = unsafe { &*context };
    let instruction = saved.rip.get();
    if instruction >= USER_END {
        // A jump out of user space may fault after it was made; going on there must fault again, in
        // user mode and not on the way to it.
        saved.rip.set(USER_END);
    }
    let kind = match vector as usize {
        0 | 4 | 16 | 19 => FaultKind::Arithmetic,
        1 | 3 => FaultKind::Breakpoint,
        6 | 7 => FaultKind::Instruction,
        12 | 14 => FaultKind::Memory,
        13 => FaultKind::Protection,
        apic::NON_MASKABLE | apic::DOUBLE_FAULT | apic::MACHINE_CHECK => kernel_trap(vector, error, instruction),
        _ => FaultKind::Other,
    };
    let address = if vector == PAGE_FAULT { cpu::fault_address() } else { 0 };
    let fault = Fault { kind, address, instruction, code: vector << 32 | error & 0xffff_ffff };
    // SAFETY: entered from user mode, with interrupts off, on the kernel stack.
    unsafe { entry::kernel_fault(&fault, core) }
}

/// Serves an interrupt that ended the wait for one.
pub(super) extern "C" fn idle_trap(vector: u64, core: *const Block) -> Resume<Context> {
    serve(vector, core).unwrap_or(Resume::IDLE)
}

/// `None` where nobody has asked for this interrupt.
fn serve(vector: u64, core: *const Block) -> Option<Resume<Context>> {
    if vector == apic::TICK {
        apic::end();
        // SAFETY: entered from user mode or from waiting, with interrupts off, on the kernel stack.
        return Some(unsafe { entry::kernel_tick(core) });
    }
    if vector == apic::POKE {
        apic::end();
        // SAFETY: as above.
        return Some(unsafe { entry::kernel_poke(core) });
    }
    let line = apic::line(vector)?;
    apic::mask(vector);
    apic::end();
    // SAFETY: as above.
    Some(unsafe { entry::kernel_interrupt(line, core) })
}

/// Stops the machine after a fault of the kernel itself, or of the machine.
pub(super) extern "C" fn kernel_trap(vector: u64, error: u64, instruction: u64) -> ! {
    let what = match vector as usize {
        apic::NON_MASKABLE => "non-maskable interrupt",
        apic::DOUBLE_FAULT => "double fault (its stack is full or broken)",
        apic::MACHINE_CHECK => "machine check",
        14 => "page fault",
        _ => "exception",
    };
    let address = cpu::fault_address();
    power::fatal(&[
        Text(what),
        Text(" in the kernel: vector "),
        Decimal(vector),
        Text(", error "),
        Hex(error),
        Text(", instruction "),
        Hex(instruction),
        Text(", address "),
        Hex(address),
    ])
}
