//! What the port keeps of a core, where its entry code finds it.

use super::cpu;
use super::entry::{
    kernel_fast_call, kernel_fast_reply_receive, kernel_shared_fast_call, kernel_shared_fast_reply_receive,
};
use super::machine::{self, Space};
use crate::Context;
use crate::paging::PAGE;
use core::cell::Cell;
use core::ptr::null;
use veridian_port::{Calls, FastCall};

/// The block that GS points to in the kernel, right above the core's kernel stack.
#[repr(C, align(64))]
pub struct Block {
    /// What all ports have.
    pub(super) calls: Calls<Self>,
    /// Where this is.
    pub(super) own: Cell<*const Block>,
}

/// Bytes of what the kernel and its port keep of a core.
pub(super) const BLOCK_SIZE: u64 = 2 * PAGE;

impl Default for Block {
    fn default() -> Self {
        Self { calls: Calls::default(), own: Cell::new(null()) }
    }
}

impl veridian_port::Block for Block {
    type Context = Context;
    type Space = Space;

    const ALONE: [FastCall<Self>; 2] = [kernel_fast_call, kernel_fast_reply_receive];
    const SHARED: [FastCall<Self>; 2] = [kernel_shared_fast_call, kernel_shared_fast_reply_receive];

    fn settle(&self) {
        self.own.set(self);
    }

    #[inline(always)]
    fn calls(&self) -> &Calls<Self> {
        &self.calls
    }

    #[inline(always)]
    fn switch_space(&self, space: Space) {
        // SAFETY: every space has the kernel's half.
        unsafe { cpu::load_root(space.root()) };
    }

    fn leave_space(&self) {
        if let Some(platform) = machine::platform() {
            // SAFETY: it is the kernel's half itself.
            unsafe { cpu::load_root(platform.root) };
        }
    }

    fn forget_space(&self) {
        // SAFETY: the same tables as before.
        unsafe { cpu::load_root(cpu::root()) };
    }
}
