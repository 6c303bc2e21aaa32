//! What the port keeps of a core, where its entry code finds it.

use super::cpu;
use super::entry::{
    kernel_fast_call, kernel_fast_reply_receive, kernel_shared_fast_call, kernel_shared_fast_reply_receive,
};
use super::machine::Space;
use crate::Context;
use core::cell::Cell;
use veridian_port::{Calls, FastCall};

/// The block that the stack pointer points to whenever the kernel is entered.
#[derive(Default)]
#[repr(C, align(64))]
pub struct Block {
    /// What all ports have.
    pub(super) calls: Calls<Self>,
    /// Two registers, until it is known where they belong.
    pub(super) scratch: Cell<[u64; 2]>,
    /// Zeroes for two registers.
    pub(super) zeroes: [u64; 2],
}

/// Bytes of what the kernel and its port keep of a core.
pub(super) const BLOCK_SIZE: usize = 0x2000;

impl veridian_port::Block for Block {
    type Context = Context;
    type Space = Space;

    const ALONE: [FastCall<Self>; 2] = [kernel_fast_call, kernel_fast_reply_receive];
    const SHARED: [FastCall<Self>; 2] = [kernel_shared_fast_call, kernel_shared_fast_reply_receive];

    #[inline(always)]
    fn calls(&self) -> &Calls<Self> {
        &self.calls
    }

    #[inline(always)]
    fn switch_space(&self, space: Space) {
        // SAFETY: every space has a root table.
        unsafe { cpu::load_user_root(space.register()) };
    }

    // Both are for ports that cannot make other cores forget: this one does, wherever they are.
    fn leave_space(&self) {}

    fn forget_space(&self) {}
}
