//! What a port keeps of a core, and where that is.

use crate::CallRegisters;
use core::cell::Cell;
use core::ops::Range;
use core::ptr::null;
use veridian_abi::limits;

/// An upcall that `call` or `reply_receive` tries first: see the table of the crate.
pub type FastCall<B> = unsafe extern "C" fn(u64, u64, u64, *const B, u64, u64) -> *const <B as Block>::Context;

/// What every port's entry code needs for system calls, first in its [`Block`].
#[repr(C)]
pub struct Calls<B: Block> {
    /// The system call that is being served.
    pub registers: CallRegisters,
    /// The thread that runs, or ran last.
    pub current: Cell<*const B::Context>,
    /// What `call` tries first.
    pub fast_call: Cell<FastCall<B>>,
    /// What `reply_receive` tries first.
    pub fast_reply_receive: Cell<FastCall<B>>,
}

impl<B: Block> Default for Calls<B> {
    /// Those of a core that is alone, and that has run no thread yet.
    fn default() -> Self {
        let [call, reply_receive] = B::ALONE;
        Self {
            registers: CallRegisters::default(),
            current: Cell::new(null()),
            fast_call: Cell::new(call),
            fast_reply_receive: Cell::new(reply_receive),
        }
    }
}

/// What a port keeps of one core, in memory that its entry code finds at once. The kernel's own part of the
/// core follows it there. Only that core calls these, with interrupts off, but for `set_current`, which may
/// also be called by another core while this one waits for the kernel's lock.
pub trait Block: Default {
    /// A thread's processor state.
    type Context;
    /// An address space.
    type Space;

    /// The upcalls that `call` and `reply_receive` try first where there is no other core.
    const ALONE: [FastCall<Self>; 2];
    /// The same where other cores share the kernel.
    const SHARED: [FastCall<Self>; 2];

    /// Called once, before anything else, when it is where it stays.
    fn settle(&self) {}

    /// What entry code and kernel share.
    fn calls(&self) -> &Calls<Self>;

    /// The registers of the system call that is being served.
    #[inline(always)]
    fn registers(&self) -> &CallRegisters {
        &self.calls().registers
    }

    /// Lets the entry code save the thread that runs here in this context from now on.
    fn set_current(&self, context: *const Self::Context) {
        self.calls().current.set(context);
    }

    /// Lets `call` and `reply_receive` go to the upcalls that share the kernel with other cores.
    fn share(&self) {
        let [call, reply_receive] = Self::SHARED;
        self.calls().fast_call.set(call);
        self.calls().fast_reply_receive.set(reply_receive);
    }

    /// Makes `space` the one that user addresses go through on this core.
    fn switch_space(&self, space: Self::Space);

    /// Lets user addresses of this core go nowhere until the next [`Block::switch_space`], and forgets where they
    /// went, as far as another core could not make it forget that.
    fn leave_space(&self);

    /// Forgets what this core remembers of the address space that it is in.
    fn forget_space(&self);
}

/// Where cores have their kernel stacks and blocks: memory of equal size for each, one after the other. It begins with
/// what stays unmapped, so that a stack that overflows faults; then come the stack and, where that ends, the block.
#[derive(Clone, Copy, Debug)]
pub struct CoreAreas {
    /// Address of what is core 0's, whether that uses it or not.
    pub start: u64,
    /// Bytes from one core's to the next one's.
    pub size: u64,
    /// Bytes that stay unmapped.
    pub guard: u64,
    /// Bytes of a stack.
    pub stack: u64,
    /// Bytes of a block.
    pub block: u64,
}

impl CoreAreas {
    /// Where a core's kernel stack ends and its block begins.
    #[must_use]
    pub const fn block(self, core: u32) -> u64 {
        self.start + self.size * core as u64 + self.guard + self.stack
    }

    /// Stack and block of a core: what is mapped.
    #[must_use]
    pub const fn mapped(self, core: u32) -> Range<u64> {
        let block = self.block(core);
        block - self.stack..block + self.block
    }

    /// Which core a block is of. One that lies elsewhere is core 0's, which the linker may have placed.
    #[must_use]
    pub const fn core(self, block: u64) -> u32 {
        let core = block.wrapping_sub(self.start) / self.size;
        if core < limits::MAX_CORES { core as u32 } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::CoreAreas;
    use veridian_abi::limits;

    const AREAS: CoreAreas =
        CoreAreas { start: 0xffff_8000_0000_0000, size: 0x8000, guard: 0x1000, stack: 0x4000, block: 0x2000 };

    #[test]
    fn each_core_is_found_again_by_its_block() {
        for core in 0..limits::MAX_CORES as u32 {
            assert_eq!(AREAS.core(AREAS.block(core)), core);
        }
        assert_eq!(AREAS.core(0xffff_ffff_8000_0000), 0, "linked above all areas");
        assert_eq!(AREAS.core(0x1000), 0, "below them");
    }

    #[test]
    fn what_is_mapped_of_two_cores_has_a_guard_between() {
        for core in 1..limits::MAX_CORES as u32 {
            let (below, own) = (AREAS.mapped(core - 1), AREAS.mapped(core));
            assert_eq!((own.end - own.start, own.start - below.end), (0x6000, 0x2000));
            assert!(own.contains(&AREAS.block(core)));
        }
    }
}
