//! The interrupt controller. A line is masked by its priority: 0 never interrupts.

use super::{machine, mapper};
use crate::platform::Plic;

const ENABLE: u64 = 0x2000;
const ENABLE_CONTEXT: u64 = 0x80;
const CONTEXT: u64 = 0x20_0000;
const CONTEXT_SIZE: u64 = 0x1000;
const CLAIM: u64 = 4;

fn plic() -> Option<&'static Plic> {
    machine::platform()?.plic.as_ref()
}

fn register(plic: &Plic, offset: u64) -> *mut u32 {
    mapper::device(plic.registers.start + offset).cast()
}

fn set_priority(plic: &Plic, line: u32, priority: u32) {
    // SAFETY: the controller is mapped, and has this line.
    unsafe { register(plic, u64::from(line) * 4).write_volatile(priority) };
}

/// The context that is the kernel's on a core.
fn context(plic: &Plic, core: u32) -> Option<u64> {
    plic.contexts.get(core as usize).copied().flatten().map(u64::from)
}

/// Lets lines of any priority but 0 interrupt a core.
pub(super) fn start(core: u32) {
    if let Some(plic) = plic()
        && let Some(context) = context(plic, core)
    {
        // SAFETY: the controller is mapped, and has this context.
        unsafe { register(plic, CONTEXT + CONTEXT_SIZE * context).write_volatile(0) };
    }
}

/// Routes a line to a core, masked; false where there is none.
pub(super) fn configure(line: u32, core: u32) -> bool {
    let Some(plic) = plic().filter(|plic| line != 0 && line <= plic.lines) else {
        return false;
    };
    let Some(context) = context(plic, core) else {
        return false;
    };
    set_priority(plic, line, 0);
    let offset = ENABLE + ENABLE_CONTEXT * context + u64::from(line / 32 * 4);
    let register = register(plic, offset);
    // SAFETY: as above; whoever routes lines has the kernel's lock, or is alone.
    unsafe { register.write_volatile(register.read_volatile() | 1 << (line % 32)) };
    true
}

/// Lets a line interrupt.
pub(super) fn unmask(line: u32) {
    if let Some(plic) = plic() {
        set_priority(plic, line, 1);
    }
}

/// Takes the line that interrupts a core, and masks it; `None` where it has stopped asking.
pub(super) fn take(core: u32) -> Option<u32> {
    let plic = plic()?;
    let claim = register(plic, CONTEXT + CONTEXT_SIZE * context(plic, core)? + CLAIM);
    // SAFETY: as above.
    let line = Some(unsafe { claim.read_volatile() }).filter(|line| *line != 0)?;
    set_priority(plic, line, 0);
    // SAFETY: as above. The line may ask again at once, but not interrupt.
    unsafe { claim.write_volatile(line) };
    Some(line)
}
