//! The boundary between the kernel and its ports: what a port gives (`Port`, `Context`) and the few
//! types that cross it. A port knows nothing else of the kernel.
//!
//! The way up is as narrow: a port's entry code calls nine functions that the kernel binary exports
//! with the C calling convention, always with interrupts off and on the core's kernel stack.
//!
//! | function | called when | what it gets | what it returns |
//! |-|-|-|-|
//! | `kernel_main` | the port has set itself up | `&BootInfo`; it asks for the port by `arch::port()` | [`Resume`] |
//! | `kernel_fast_call`, `kernel_fast_reply_receive` | the system calls `call` and `reply_receive`, first try | `token, word, a, _, b, c`; program counter and stack pointer are in the current [`Context`]; the message is in registers that a C function preserves, but for those that the port has put in the core's [`Registers`] | a context: leave as that thread with `word` (and after a call `token` and `b`) from the core's [`Registers`], the others zero, and the message as it is; or null: nothing has changed, go on to `kernel_message_call` |
//! | `kernel_message_call` | the fast call declined, or any other system call below `BLOCKING_LIMIT` | `token, word, a, _, b, c`; message words are in the core's [`Registers`], program counter and stack pointer in the current [`Context`] | [`Resume`] |
//! | `kernel_simple_call` | any other system call | `token, word, a, _, b, c` | [`Answer`] |
//! | `kernel_reschedule` | a simple call answered [`Answer::RESCHEDULE`], after the port stored all of the caller's registers | nothing | [`Resume`] |
//! | `kernel_interrupt` | a device interrupt, after the port masked its line | the line | [`Resume`] |
//! | `kernel_tick` | the scheduler's tick | nothing | [`Resume`] |
//! | `kernel_fault` | a user thread faulted | `&Fault` | [`Resume`] |
//!
//! Before the last three, the port has saved every register of the interrupted thread in the current
//! context and marked it interrupted.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

mod context;
mod memory;
mod nodes;

pub use context::{Answer, Context, Fault, FaultKind, Registers, Resume};
pub use memory::{BootInfo, MapError, MemoryRange, PageFlags, PhysicalAddress, UserAddress, table_size};
pub use nodes::{MAX_NODES, Nodes};

use veridian_abi::limits;

/// Gives frames for page tables, with whatever is in them; `None` when there is none left.
pub type FrameSource<'a> = &'a mut dyn FnMut() -> Option<PhysicalAddress>;

/// What an architecture provides. One value of it exists a core; all methods run with interrupts off.
pub trait Port: Sized {
    /// A thread's processor state.
    type Context: Context;
    /// An address space: the root of its page tables.
    type Space: Copy + PartialEq + Default;

    /// Name of the architecture, as the boot line shows it.
    const ARCHITECTURE: &'static str;

    /// The registers of the system call that is being served.
    fn registers(&mut self) -> &mut Registers;

    /// Bytes of a page, which is also what a frame has: a power of two.
    #[inline(always)]
    fn page_size(&self) -> u64 {
        limits::PAGE_SIZE
    }

    /// User addresses end here: at `limits::USER_END`, or before it.
    fn user_end(&self) -> UserAddress {
        UserAddress(limits::USER_END)
    }

    /// Makes an address space in which nothing but the kernel is mapped.
    fn create_space(&mut self, frames: FrameSource<'_>) -> Option<Self::Space>;

    /// Maps one page for user mode, where none is mapped yet.
    fn map_page(
        &mut self,
        space: Self::Space,
        address: UserAddress,
        physical: PhysicalAddress,
        flags: PageFlags,
        frames: FrameSource<'_>,
    ) -> Result<(), MapError>;

    /// The frame that a user page is mapped to, and how; `None` where nothing is mapped.
    fn find_page(&self, space: Self::Space, address: UserAddress) -> Option<(PhysicalAddress, PageFlags)>;

    /// The next address behind one that is not mapped at which a page may be mapped. A port whose tables
    /// tell of larger holes skips them, so that all of user space is looked through in few steps.
    fn skip_hole(&self, space: Self::Space, address: UserAddress) -> UserAddress;

    /// Takes a user page away: when this returns, no access goes to it any more. Returns its frame.
    fn unmap_page(&mut self, space: Self::Space, address: UserAddress) -> Option<PhysicalAddress>;

    /// Makes `space` the one that user addresses go through.
    fn switch_space(&mut self, space: Self::Space);

    /// Maps `pages` zeroed pages at the start of the kernel's heap; called once. Returns their address.
    fn map_heap(&mut self, pages: usize, frames: FrameSource<'_>) -> Option<*mut u8>;

    /// Address at which the kernel sees a physical address of memory (not of devices).
    fn window(&self, physical: PhysicalAddress) -> *mut u8;

    /// Fills a frame with zeroes.
    fn zero_frame(&mut self, frame: PhysicalAddress);

    /// Copies one frame to another.
    fn copy_frame(&mut self, from: PhysicalAddress, to: PhysicalAddress);

    /// Whether a physical range holds nothing but device registers that a component may own: no memory,
    /// and no device that the kernel drives itself.
    fn is_device_range(&self, range: MemoryRange) -> bool;

    /// Routes a line to this core, masked, with its trigger mode; false where the controller has no such line.
    fn configure_interrupt(&mut self, line: u32, level: bool) -> bool;

    /// Lets an interrupt line fire (again). The port masks a line whenever it fires.
    fn unmask_interrupt(&mut self, line: u32);

    /// Reads an I/O port; `width` is 1, 2 or 4. 0 where the architecture has none.
    fn port_read(&mut self, port: u16, width: u8) -> u32;

    /// Writes an I/O port; `width` is 1, 2 or 4.
    fn port_write(&mut self, port: u16, width: u8, value: u32);

    /// Starts the scheduler's periodic tick (`limits::TICK_NANOSECONDS`).
    fn start_tick(&mut self);

    /// Nanoseconds since boot.
    fn now(&self) -> u64;

    /// Writes to the machine's debug console: the boot line and fatal errors, nothing else.
    fn write_log(&mut self, text: &str);

    /// Powers the machine off; `code` is 0–127.
    fn power_off(&mut self, code: u8) -> !;

    /// Resets the machine.
    fn power_reset(&mut self) -> !;
}
