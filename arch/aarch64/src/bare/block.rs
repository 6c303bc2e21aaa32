//! What the port keeps of a core, where its entry code finds it.

use super::cpu;
use super::entry::{
    kernel_fast_call, kernel_fast_reply_receive, kernel_shared_fast_call, kernel_shared_fast_reply_receive,
};
use super::machine::Space;
use crate::Context;
use core::cell::Cell;
use core::ptr::null;
use veridian_port::CallRegisters;

type FastCall = unsafe extern "C" fn(u64, u64, u64, *const Block, u64, u64) -> *const Context;

/// The block that the stack pointer points to whenever the kernel is entered.
#[repr(C, align(64))]
pub struct Block {
    /// The system call that is being served.
    pub(super) registers: CallRegisters,
    /// The thread that runs, or ran last.
    pub(super) current: Cell<*const Context>,
    /// Two registers, until it is known where they belong.
    pub(super) scratch: Cell<[u64; 2]>,
    /// Zeroes for two registers.
    pub(super) zeroes: [u64; 2],
    /// What `call` and `reply_receive` try first.
    pub(super) fast_call: Cell<FastCall>,
    pub(super) fast_reply_receive: Cell<FastCall>,
}

impl Default for Block {
    fn default() -> Self {
        Self {
            registers: CallRegisters::default(),
            current: Cell::new(null()),
            scratch: Cell::default(),
            zeroes: [0; 2],
            fast_call: Cell::new(kernel_fast_call),
            fast_reply_receive: Cell::new(kernel_fast_reply_receive),
        }
    }
}

impl veridian_port::Block for Block {
    type Context = Context;
    type Space = Space;

    fn settle(&self) {}

    #[inline(always)]
    fn registers(&self) -> &CallRegisters {
        &self.registers
    }

    fn set_current(&self, context: *const Context) {
        self.current.set(context);
    }

    #[inline(always)]
    fn switch_space(&self, space: Space) {
        // SAFETY: every space has a root table.
        unsafe { cpu::load_user_root(space.register()) };
    }

    // Both are for ports that cannot make other cores forget: this one does, wherever they are.
    fn leave_space(&self) {}

    fn forget_space(&self) {}

    fn share(&self) {
        self.fast_call.set(kernel_shared_fast_call);
        self.fast_reply_receive.set(kernel_shared_fast_reply_receive);
    }
}
