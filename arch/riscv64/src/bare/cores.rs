//! Harts: where each has its stack and its block, and how it starts.

use super::entry::{self, BLOCK_SIZE, Block};
use super::mapper::Mapper;
use super::{cpu, machine, plic, sbi};
use crate::context::Context;
use crate::paging::{Access, IMAGE, Mode, PAGE, STACKS};
use crate::platform::MAX_HARTS;
use core::ops::Range;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use veridian_port::{FrameSource, PhysicalAddress, Resume};

/// Addresses from one hart's memory to the next one's.
const AREA: u64 = 8 * PAGE;
/// Bytes of the kernel stack.
const STACK_SIZE: u64 = 4 * PAGE;

/// Where the kernel stack of a core but the first ends and its block begins; the page below the stack stays unmapped.
const fn block(core: u32) -> u64 {
    STACKS + AREA * core as u64 + PAGE + STACK_SIZE
}

/// What is mapped of a core's memory.
const fn mapped(core: u32) -> Range<u64> {
    block(core) - STACK_SIZE..block(core) + BLOCK_SIZE as u64
}

/// Which core a block is of.
pub(super) fn index(of: *const Block) -> u32 {
    // The first one's is in the kernel's image, above all others.
    ((of.addr() as u64).wrapping_sub(STACKS) / AREA)
        .try_into()
        .ok()
        .filter(|core| *core < MAX_HARTS as u32)
        .unwrap_or(0)
}

/// Maps the memory of a core but the first. Returns where its block is to be; `None` where frames ran dry.
///
/// # Safety
/// As for [`Mapper::new`]; nobody has mapped it before.
pub(super) unsafe fn map(root: u64, mode: Mode, core: u32, frames: FrameSource<'_>) -> Option<*mut u8> {
    for page in mapped(core).step_by(PAGE as usize) {
        let PhysicalAddress(frame) = frames()?;
        // SAFETY: the caller promises it; the frame is new.
        unsafe { Mapper::new(root, mode.root(), frames).map_page(page, frame, Access::WRITE)? };
    }
    cpu::forget_all();
    Some(core::ptr::with_exposed_provenance_mut(block(core) as usize))
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
    start.block.store(block(core), Relaxed);
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
fn number(core: u32) -> Option<u64> {
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

const _: () = assert!(block(0) + BLOCK_SIZE as u64 <= STACKS + AREA);
