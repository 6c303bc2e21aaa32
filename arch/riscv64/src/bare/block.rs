//! What the port keeps of a core, where its entry code finds it.

use super::cpu;
use super::entry::{
    kernel_fast_call, kernel_fast_reply_receive, kernel_shared_fast_call, kernel_shared_fast_reply_receive,
};
use super::machine::{self, Space};
use crate::Context;
use crate::paging::PAGE;
use core::cell::{Cell, UnsafeCell};
use veridian_port::{Calls, FastCall};

/// The block at the top of the kernel stack.
#[derive(Default)]
#[repr(C, align(64))]
pub struct Block {
    /// What all ports have.
    pub(super) calls: Calls<Self>,
    /// A register, while there is none to spare.
    pub(super) temporary: Cell<u64>,
}

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
        // SAFETY: every space has the kernel's half.
        unsafe { cpu::load_root(space.register()) };
    }

    fn leave_space(&self) {
        if let Some(booted) = machine::booted() {
            // SAFETY: it is the kernel's half itself.
            unsafe { cpu::load_root(booted.mode.satp(booted.root)) };
        }
    }

    fn forget_space(&self) {
        cpu::forget_all();
    }
}

/// Bytes of what the kernel and its port keep of a core.
pub(super) const BLOCK_SIZE: usize = 2 * PAGE as usize;

#[repr(C, align(4096))]
pub(super) struct Memory(UnsafeCell<[u8; BLOCK_SIZE]>);

// SAFETY: it belongs to one core, which enters the kernel with interrupts off. Rust reaches it only as the kernel's
// block, from when that has put it there.
unsafe impl Sync for Memory {}

/// The first core's block, which the linker puts at the top of its stack.
#[unsafe(link_section = ".core")]
pub(super) static FIRST: Memory = Memory(UnsafeCell::new([0; _]));

/// Where the first core's block is.
pub(super) fn first_block() -> *mut u8 {
    FIRST.0.get().cast()
}
