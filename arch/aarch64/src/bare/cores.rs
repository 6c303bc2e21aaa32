//! Processor cores: where each but the first has its stack and its block, and how it starts.

use super::block::{BLOCK_SIZE, Block};
use super::cpu::read;
use super::entry::{self, GUARD_SIZE, STACK_SIZE};
use super::{cpu, gic, machine, mapper, power, time};
use crate::Context;
use crate::board::Board;
use crate::paging::{Access, CORES, Granule, IMAGE};
use core::sync::atomic::{
    AtomicU32, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};
use veridian_abi::limits;
use veridian_port::{CoreAreas, FrameSource, PhysicalAddress, Resume};

/// The memory of cores but the first.
const AREAS: CoreAreas = CoreAreas {
    start: CORES,
    size: 4 * GUARD_SIZE as u64,
    guard: GUARD_SIZE as u64,
    stack: STACK_SIZE as u64,
    block: BLOCK_SIZE as u64,
};

/// Affinity of each core.
static AFFINITIES: [AtomicU64; limits::MAX_CORES as usize] = [const { AtomicU64::new(0) }; _];
static COUNT: AtomicU32 = AtomicU32::new(1);
/// Physical address of the kernel's image.
static IMAGE_START: AtomicU64 = AtomicU64::new(0);
/// What a core that begins finds: the kernel's root table, one for user addresses that maps nothing, and how both are
/// read, as `enter_kernel_tables` wants it.
pub(super) static ROOTS: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];
/// The core that began last.
static BEGUN: AtomicU32 = AtomicU32::new(0);

/// What the interrupt controller tells cores apart by.
pub(super) fn own_affinity() -> u64 {
    read!("mpidr_el1") & 0xff_00ff_ffff
}

/// Notes which cores there are, and what they begin with.
pub(super) fn find(board: &Board, text: u64, roots: [u64; 4]) {
    let own = own_affinity();
    let mut count = 0;
    for (place, affinity) in AFFINITIES.iter().zip([own].into_iter().chain(board.cores().filter(|it| *it != own))) {
        place.store(affinity, Relaxed);
        count += 1;
    }
    COUNT.store(count, Relaxed);
    IMAGE_START.store(text, Relaxed);
    for (place, table) in ROOTS.iter().zip(roots) {
        place.store(table, Relaxed);
    }
}

/// How many cores there are.
pub(super) fn count() -> u32 {
    COUNT.load(Relaxed)
}

/// Affinity of a core.
pub(super) fn affinity(core: u32) -> u64 {
    AFFINITIES.get(core as usize).map_or(0, |affinity| affinity.load(Relaxed))
}

/// Maps stack and block of a core, and says where the block is.
///
/// # Safety
/// As for [`mapper::map_page`]; called once for each core.
pub(super) unsafe fn map(granule: Granule, root: u64, core: u32, frames: FrameSource<'_>) -> Option<*mut u8> {
    if core == 0 {
        return Some(entry::first_block());
    }
    for page in AREAS.mapped(core).step_by(granule.page() as usize) {
        let PhysicalAddress(frame) = frames()?;
        // SAFETY: the caller promises it; the frame is new.
        unsafe { mapper::map_page(granule, root, page, frame, Access::WRITE, frames).ok()? };
    }
    cpu::publish_tables();
    cpu::synchronize();
    Some(core::ptr::with_exposed_provenance_mut(AREAS.block(core) as usize))
}

/// Starts a core whose memory is mapped. Returns whether it has come up.
pub(super) fn start(core: u32) -> bool {
    /// Nanoseconds.
    const PATIENCE: u64 = 1_000_000_000;
    let entry = (&raw const entry::core_start).addr() as u64 - IMAGE + IMAGE_START.load(Relaxed);
    if !power::start_core(affinity(core), entry, AREAS.block(core)) {
        return false;
    }
    let end = time::now() + PATIENCE;
    while time::now() < end {
        if BEGUN.load(Acquire) == core {
            return true;
        }
        core::hint::spin_loop();
    }
    false
}

/// First Rust code of another core, on the final tables and its own stack.
pub(super) extern "C" fn core_boot(block: *const Block) -> Resume<Context> {
    let core = AREAS.core(block.addr() as u64);
    cpu::protect();
    if let Some(board) = machine::board() {
        gic::start_core(board, core);
    }
    BEGUN.store(core, Release);
    // SAFETY: the kernel has put the block in place; interrupts are off, and this is the core's stack.
    unsafe { entry::kernel_core_main(block) }
}
