//! Harts: where each has its stack and its block, and how it starts.

use super::block::{BLOCK_SIZE, Block};
use super::mapper::Mapper;
use super::{cpu, entry, machine, plic, sbi};
use crate::context::Context;
use crate::paging::{Access, IMAGE, Mode, PAGE, STACKS};
use crate::platform::MAX_HARTS;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use veridian_port::{CoreAreas, FrameSource, PhysicalAddress, Resume};

/// The memory of harts but the first, whose block is in the kernel's image.
const AREAS: CoreAreas =
    CoreAreas { start: STACKS, size: 8 * PAGE, guard: PAGE, stack: 4 * PAGE, block: BLOCK_SIZE as u64 };

/// Which core a block is of.
pub(super) fn index(of: *const Block) -> u32 {
    AREAS.core(of.addr() as u64)
}

/// Maps the memory of a core but the first. Returns where its block is to be; `None` where frames ran dry.
///
/// # Safety
/// As for [`Mapper::new`]; nobody has mapped it before.
pub(super) unsafe fn map(root: u64, mode: Mode, core: u32, frames: FrameSource<'_>) -> Option<*mut u8> {
    for page in AREAS.mapped(core).step_by(PAGE as usize) {
        let PhysicalAddress(frame) = frames()?;
        // SAFETY: the caller promises it; the frame is new.
        unsafe { Mapper::new(root, mode.root(), frames).map_page(page, frame, Access::WRITE)? };
    }
    cpu::forget_all();
    Some(core::ptr::with_exposed_provenance_mut(AREAS.block(core) as usize))
}

/// What a hart finds before it sees memory as the kernel does: see `core_entry`.
#[repr(C)]
struct Start {
    satp: AtomicU64,
    block: AtomicU64,
}

static STARTS: [Start; MAX_HARTS] = [const { Start { satp: AtomicU64::new(0), block: AtomicU64::new(0) } }; MAX_HARTS];

/// Starts a core but the first, whose block is in place. Returns whether it is on its way.
pub(super) fn start(core: u32, satp: u64) -> bool {
    let (Some(hart), Some(start)) = (number(core), STARTS.get(core as usize)) else {
        return false;
    };
    start.satp.store(satp, Relaxed);
    start.block.store(AREAS.block(core), Relaxed);
    cpu::publish();
    sbi::start_hart(hart, entry::core_entry() - IMAGE, (&raw const *start).addr() as u64 - IMAGE)
}

/// Interrupts another core.
pub(super) fn poke(core: u32) {
    if let Some(hart) = number(core) {
        sbi::interrupt(hart);
    }
}

/// The firmware's number of a core.
pub(super) fn number(core: u32) -> Option<u64> {
    Some(machine::platform()?.harts.as_slice().get(core as usize)?.number)
}

/// First Rust code of a core but the first, on its own stack.
pub(super) extern "C" fn begin(core: *const Block) -> Resume<Context> {
    plic::start(index(core));
    // SAFETY: `core_entry` has said where traps are served.
    unsafe { cpu::start() };
    // SAFETY: the core is set up, its block in place; interrupts are off, and this is its kernel stack.
    unsafe { entry::kernel_core_main(core) }
}
