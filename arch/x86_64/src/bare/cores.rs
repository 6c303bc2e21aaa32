//! Processor cores: where each has its stacks and its block, and how it starts.

use super::block::{BLOCK_SIZE, Block};
use super::descriptors::{self, Stacks};
use super::{apic, cpu, entry, machine, mapper, time};
use crate::Context;
use crate::acpi::Acpi;
use crate::paging::{Access, PAGE, STACKS};
use core::ops::Range;
use core::sync::atomic::{
    AtomicU32, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};
use veridian_abi::limits;
use veridian_port::{CoreAreas, FrameSource, PhysicalAddress, Resume};

const MAX_CORES: usize = limits::MAX_CORES as usize;

/// Number of the local interrupt controller of each core; that of the first is known from the beginning.
static IDENTIFIERS: [AtomicU32; MAX_CORES] = [const { AtomicU32::new(0) }; _];
static COUNT: AtomicU32 = AtomicU32::new(1);

/// Where a core begins, in 16-bit mode: a page of the first MiB that is given to nobody.
pub(super) const TRAMPOLINE: Range<u64> = 0x8000..0x8000 + PAGE;

/// What the core that begins finds: its root table and its block.
pub(super) static ROOT: AtomicU64 = AtomicU64::new(0);
pub(super) static BLOCK: AtomicU64 = AtomicU64::new(0);
/// The core that began last.
static BEGUN: AtomicU32 = AtomicU32::new(0);

/// Notes which cores there are.
pub(super) fn find(acpi: &Acpi) {
    let own = apic::identifier();
    let mut count = 0;
    for (place, identifier) in
        IDENTIFIERS.iter().zip([own].into_iter().chain(acpi.local_apics().filter(|it| *it != own)))
    {
        place.store(identifier, Relaxed);
        count += 1;
    }
    COUNT.store(count, Relaxed);
}

/// How many cores there are; only one where the memory is missing that others begin in.
pub(super) fn count() -> u32 {
    let can_begin = machine::memory().is_some_and(|map| map.is_memory(TRAMPOLINE.start));
    if can_begin { COUNT.load(Relaxed) } else { 1 }
}

/// Number of a core's local interrupt controller.
pub(super) fn identifier(core: u32) -> u32 {
    IDENTIFIERS.get(core as usize).map_or(0, |identifier| identifier.load(Relaxed))
}

/// Starts a core, whose memory is mapped under `root`. Returns whether it has come up.
pub(super) fn start(core: u32, root: u64) -> bool {
    /// Nanoseconds, as the processor's manual has them.
    const AFTER_RESET: u64 = 10_000_000;
    const AFTER_FIRST: u64 = 200_000;
    const PATIENCE: u64 = 1_000_000_000;
    let identifier = identifier(core);
    ROOT.store(root, Relaxed);
    BLOCK.store(Area::of(core).block(), Relaxed);
    copy_trampoline();
    let has_begun = || BEGUN.load(Acquire) == core;
    apic::initialize(identifier);
    wait(AFTER_RESET, || false);
    apic::begin(identifier, TRAMPOLINE.start);
    wait(AFTER_FIRST, has_begun) || {
        apic::begin(identifier, TRAMPOLINE.start);
        wait(PATIENCE, has_begun)
    }
}

/// Waits for so many nanoseconds at most; returns whether `is_done` came first.
fn wait(nanoseconds: u64, is_done: impl Fn() -> bool) -> bool {
    let end = time::now() + nanoseconds;
    loop {
        if is_done() {
            return true;
        }
        if time::now() >= end {
            return false;
        }
        core::hint::spin_loop();
    }
}

fn copy_trampoline() {
    let start = &raw const entry::core_trampoline;
    let size = (&raw const entry::core_trampoline_end).addr() - start.addr();
    // SAFETY: the page is memory that is given to nobody; no core begins at it at this moment.
    unsafe { core::ptr::copy_nonoverlapping(start, mapper::window(TRAMPOLINE.start), size) };
}

/// First Rust code of another core, on its own stack.
pub(super) extern "C" fn core_boot(block: *const Block) -> Resume<Context> {
    let core = AREAS.core(block.addr() as u64);
    // The first core would not have come so far on a processor that lacks what is asked for.
    let _ = cpu::protect();
    // SAFETY: each core comes here once, with stacks and block of its own.
    unsafe {
        descriptors::load(core, Area::of(core).stacks());
        entry::start(block);
    }
    apic::start_local();
    BEGUN.store(core, Release);
    // SAFETY: the kernel has put the block in place; interrupts are off, and this is the core's stack.
    unsafe { entry::kernel_core_main(block) }
}

/// The memory of cores. Behind the block there are two more stacks.
const AREAS: CoreAreas = CoreAreas { start: STACKS, size: 16 * PAGE, guard: PAGE, stack: 4 * PAGE, block: BLOCK_SIZE };

/// A core's memory. An unmapped page is below each of its three stacks.
#[derive(Clone, Copy)]
pub(super) struct Area {
    core: u32,
}

impl Area {
    pub(super) const fn of(core: u32) -> Self {
        Self { core }
    }

    /// Where the kernel stack ends and the block begins.
    pub(super) const fn block(self) -> u64 {
        AREAS.block(self.core)
    }

    const fn double_fault_stack(self) -> u64 {
        self.block() + BLOCK_SIZE + PAGE
    }

    const fn alarm_stack(self) -> u64 {
        self.double_fault_stack() + 2 * PAGE
    }

    pub(super) const fn stacks(self) -> Stacks {
        Stacks {
            kernel: self.block(),
            double_fault: self.double_fault_stack() + PAGE,
            alarm: self.alarm_stack() + PAGE,
        }
    }

    /// What is mapped of it.
    const fn parts(self) -> [Range<u64>; 3] {
        [
            AREAS.mapped(self.core),
            self.double_fault_stack()..self.double_fault_stack() + PAGE,
            self.alarm_stack()..self.alarm_stack() + PAGE,
        ]
    }

    /// Maps it. `None` where frames ran dry.
    ///
    /// # Safety
    /// As for [`mapper::map_page`]; nobody has mapped it before.
    pub(super) unsafe fn map(self, root: u64, frames: FrameSource<'_>) -> Option<()> {
        for part in self.parts() {
            for page in part.step_by(PAGE as usize) {
                let PhysicalAddress(frame) = frames()?;
                // SAFETY: the caller promises it; the frame is new.
                unsafe { mapper::map_page(root, page, frame, Access::WRITE, frames)? };
            }
        }
        Some(())
    }
}
