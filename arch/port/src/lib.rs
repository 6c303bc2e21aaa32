//! The boundary between the kernel and its ports: what a port gives (`Port`, `Context`) and the few
//! types that cross it. A port knows nothing else of the kernel.
//!
//! The way up is as narrow: a port's entry code calls the functions below, which the kernel binary exports
//! with the C calling convention, always with interrupts off and on the core's kernel stack. Every one but
//! the first gets the address of the core's [`Block`] (`core`).
//!
//! | function | called when | what it gets | what it returns |
//! |-|-|-|-|
//! | `kernel_main` | the port has set itself up, on the first core | `&BootInfo`; it asks for the port by `Machine::take()` | [`Resume`] |
//! | `kernel_core_main` | another core is set up, after [`Port::start_core`] | `core` | [`Resume`] |
//! | `kernel_fast_call`, `kernel_fast_reply_receive`; once [`Block::share`] was called `kernel_shared_fast_call`, `kernel_shared_fast_reply_receive` | the system calls `call` and `reply_receive`, first try | `token, word, a, core, b, c`; program counter and stack pointer are in the current [`Context`]; the message is in registers that a C function preserves, but for those that the port has put in the core's [`CallRegisters`] | a context: leave as that thread with `word` (and after a call `token` and `b`) from the core's [`CallRegisters`], the others zero, and the message as it is; or null: nothing has changed, go on to `kernel_message_call` |
//! | `kernel_message_call` | the fast call declined, or any other system call below `BLOCKING_LIMIT` | `token, word, a, core, b, c`; message words are in the core's [`CallRegisters`], program counter and stack pointer in the current [`Context`] | [`Resume`] |
//! | `kernel_simple_call` | any other system call | `token, word, a, core, b, c` | [`Answer`] |
//! | `kernel_reschedule` | a simple call answered [`Answer::RESCHEDULE`], after the port stored all of the caller's registers | `core` | [`Resume`] |
//! | `kernel_interrupt` | a device interrupt, after the port masked its line | the line, `core` | [`Resume`] |
//! | `kernel_tick` | the scheduler's tick | `core` | [`Resume`] |
//! | `kernel_poke` | another core's [`Port::interrupt_core`] | `core` | [`Resume`] |
//! | `kernel_fault` | a user thread faulted | `&Fault`, `core` | [`Resume`] |
//!
//! Before the last four, the port has saved every register of the interrupted thread in the current
//! context and marked it interrupted.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

mod block;
mod context;
pub mod log;
mod memory;
mod nodes;

pub use block::{Block, Calls, CoreAreas, FastCall};
pub use context::{Answer, CallRegisters, Context, Fault, FaultKind, Registers, Resume};
pub use memory::{BootInfo, MapError, MemoryRange, PageFlags, PhysicalAddress, UserAddress, table_size};
pub use nodes::{MAX_NODES, Nodes};

use veridian_abi::limits;

/// Gives frames for page tables, with whatever is in them; `None` when there is none left.
pub type FrameSource<'a> = &'a mut dyn FnMut() -> Option<PhysicalAddress>;

/// What an architecture provides. One value of it exists, for all cores: whoever calls a method is alone in
/// the kernel, with interrupts off.
pub trait Port: Sized {
    /// A thread's processor state.
    type Context: Context;
    /// What it keeps of each core.
    type Block: Block<Context = Self::Context, Space = Self::Space>;
    /// An address space: the root of its page tables.
    type Space: Copy + PartialEq + Default;

    /// Name of the architecture, as the boot line shows it.
    const ARCHITECTURE: &'static str;

    /// Whether [`Port::unmap_page`] makes every core forget the page, rather than this one alone.
    const FORGETS_EVERYWHERE: bool;
    /// Bytes of the memory that [`Port::map_core`] gives.
    const CORE_SIZE: usize;

    /// Cores that the board has, the one that runs first included: 1 to `limits::MAX_CORES`.
    fn cores(&self) -> u32;

    /// The processor's own number of a core, by which firmware tells which node it is of.
    fn processor(&self, core: u32) -> u64;

    /// Memory for a core, with whatever is in it, of [`Port::CORE_SIZE`] bytes: the core's block is to be at its start, right above
    /// its kernel stack. Called once for each core, 0 first, which is the one that runs.
    fn map_core(&mut self, core: u32, frames: FrameSource<'_>) -> Option<*mut u8>;

    /// Starts a core whose block is in place. Returns whether it has started: it is then on its way to
    /// `kernel_core_main`.
    fn start_core(&mut self, core: u32) -> bool;

    /// Interrupts another core, which enters the kernel by `kernel_poke`, however often it was asked to.
    fn interrupt_core(&mut self, core: u32);

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

    /// Takes a user page away: when this returns, no access of this core goes to it any more. Returns its frame.
    fn unmap_page(&mut self, space: Self::Space, address: UserAddress) -> Option<PhysicalAddress>;

    /// Takes page tables of user addresses out of a space that no core runs in, `most` of them at most and
    /// never the root, and gives their frames to `free`: when this returns, no access of this core
    /// goes through them any more. Returns whether none is left, and the space is as it was made.
    fn clear_space(&mut self, space: Self::Space, most: usize, free: &mut dyn FnMut(PhysicalAddress)) -> bool;

    /// Maps `pages` pages at the start of the kernel's heap, with whatever is in them; called once. Returns their
    /// address.
    fn map_heap(&mut self, pages: usize, frames: FrameSource<'_>) -> Option<*mut u8>;

    /// Address at which the kernel sees a physical address of memory (not of devices).
    fn window(&self, physical: PhysicalAddress) -> *mut u8;

    /// Fills a frame with zeroes.
    fn zero_frame(&mut self, frame: PhysicalAddress);

    /// Copies one frame to another.
    fn copy_frame(&mut self, from: PhysicalAddress, to: PhysicalAddress);

    /// Copies the first `bytes` bytes of a frame to another frame; at most a page.
    fn copy_bytes(&mut self, from: PhysicalAddress, to: PhysicalAddress, bytes: u64);

    /// Whether a physical range holds nothing but device registers that a component may own: no memory,
    /// and no device that the kernel drives itself.
    fn is_device_range(&self, range: MemoryRange) -> bool;

    /// Routes a line to a core, masked, with its trigger mode; false where the controller has no such line.
    fn configure_interrupt(&mut self, line: u32, level: bool, core: u32) -> bool;

    /// Lets an interrupt line fire (again). The port masks a line whenever it fires.
    fn unmask_interrupt(&mut self, line: u32);

    /// Reads an I/O port; `width` is 1, 2 or 4. 0 where the architecture has none.
    fn port_read(&mut self, port: u16, width: u8) -> u32;

    /// Writes an I/O port; `width` is 1, 2 or 4.
    fn port_write(&mut self, port: u16, width: u8, value: u32);

    /// Starts this core's periodic tick (`limits::TICK_NANOSECONDS`).
    fn start_tick(&mut self);

    /// Called at each tick of a core.
    fn ticked(&mut self) {}

    /// Nanoseconds since boot.
    fn now(&self) -> u64;

    /// Writes to the machine's debug console: the boot line and fatal errors, nothing else.
    fn write_log(&mut self, text: &str);

    /// Powers the machine off; `code` is 0–127.
    fn power_off(&mut self, code: u8) -> !;

    /// Resets the machine.
    fn power_reset(&mut self) -> !;
}
