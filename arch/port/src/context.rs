//! What crosses the boundary when a thread enters or leaves the kernel.

use crate::UserAddress;
use core::cell::Cell;

/// The registers that system calls use, by meaning: five arguments or results and eight message words.
/// Each port says in its entry code which processor registers these are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Registers {
    /// The eight words of a message.
    pub message: [u64; 8],
    /// Argument: capability token. Result: badge or value.
    pub token: u64,
    /// Argument: bits 0–7 number of the system call, 8–15 length in bytes, 16–31 label. Result: bits
    /// 0–7 status, 8–15 length, 16–31 label, 32–47 rights of the sender, 48–55 origin.
    pub word: u64,
    /// Argument: timeout, or the first argument of a simple call.
    pub a: u64,
    /// Argument and result: reply token.
    pub b: u64,
    /// Argument and result: capability passed along.
    pub c: u64,
}

/// The registers of the system call that a core serves: laid out as [`Registers`], in cells, since the port's
/// entry code writes them behind the kernel's back.
#[derive(Debug, Default)]
#[repr(C)]
pub struct CallRegisters {
    /// See [`Registers::message`].
    pub message: Cell<[u64; 8]>,
    /// See [`Registers::token`].
    pub token: Cell<u64>,
    /// See [`Registers::word`].
    pub word: Cell<u64>,
    /// See [`Registers::a`].
    pub a: Cell<u64>,
    /// See [`Registers::b`].
    pub b: Cell<u64>,
    /// See [`Registers::c`].
    pub c: Cell<u64>,
}

const _: () = assert!(size_of::<CallRegisters>() == size_of::<Registers>());

impl CallRegisters {
    /// What is in them.
    #[must_use]
    #[inline]
    pub fn get(&self) -> Registers {
        Registers {
            message: self.message.get(),
            token: self.token.get(),
            word: self.word.get(),
            a: self.a.get(),
            b: self.b.get(),
            c: self.c.get(),
        }
    }

    /// Puts these into them.
    #[inline]
    pub fn set(&self, registers: Registers) {
        let Registers { message, token, word, a, b, c } = registers;
        self.message.set(message);
        self.token.set(token);
        self.word.set(word);
        self.a.set(a);
        self.b.set(b);
        self.c.set(c);
    }

    /// Where they are, for a [`Resume`].
    #[must_use]
    #[inline]
    pub fn as_ptr(&self) -> *const Registers {
        core::ptr::from_ref(self).cast()
    }
}

/// A thread's processor state while it does not run. The port's entry code writes it behind the
/// kernel's back, so that all of it lies in cells.
pub trait Context: Default {
    /// Lets the thread start at `entry` with a stack pointer and one argument.
    fn start(&self, entry: UserAddress, stack: UserAddress, argument: u64);

    /// The system call registers to give the thread when it goes on.
    fn registers(&self) -> &Cell<Registers>;

    /// Whether the thread was stopped by an interrupt or fault (all of its registers are here), or has
    /// not started, rather than stopped in a system call.
    fn interrupted(&self) -> bool;
}

/// What a port's entry code does when the kernel has finished.
///
/// With a context and registers: leave a system call as that thread, with these registers. With a
/// context alone: restore all of that context, which was interrupted or is new. With neither: nothing
/// is ready; wait for an interrupt with interrupts on and serve it (no thread is current then, so
/// there is no state to save).
#[repr(C)]
pub struct Resume<C> {
    /// The thread to run.
    pub context: *const C,
    /// Where its system call registers are: the core's, or the context's own.
    pub registers: *const Registers,
}

impl<C> Resume<C> {
    /// Nothing is ready to run.
    pub const IDLE: Self = Self { context: core::ptr::null(), registers: core::ptr::null() };
}

/// What a simple system call answers. The port puts `word` and `value` in the registers of
/// [`Registers::word`] and [`Registers::token`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Answer {
    /// Status in bits 0–7; with bit 63 set, see [`Answer::RESCHEDULE`].
    pub word: u64,
    /// The result.
    pub value: u64,
}

impl Answer {
    /// Set in `word` when a more urgent thread is ready: the port stores the caller's registers (with
    /// this bit cleared in `word`) in the core's [`Registers`], and calls `kernel_reschedule`.
    pub const RESCHEDULE: u64 = 1 << 63;
}

/// Why a user thread cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Fault {
    /// The kind of fault.
    pub kind: FaultKind,
    /// The address that could not be accessed; 0 where there is none.
    pub address: u64,
    /// The instruction that faulted.
    pub instruction: u64,
    /// What the processor says of it: on x86_64 the vector in bits 32–39 and the error code below.
    pub code: u64,
}

/// Kind of a [`Fault`]; the numbers are the ABI's `FAULT_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum FaultKind {
    /// An address that is not mapped, or not for this access.
    Memory = veridian_abi::limits::FAULT_MEMORY,
    /// An instruction that does not exist or is switched off.
    Instruction = veridian_abi::limits::FAULT_INSTRUCTION,
    /// A division by zero or an overflow.
    Arithmetic = veridian_abi::limits::FAULT_ARITHMETIC,
    /// Something that only the kernel may do.
    Protection = veridian_abi::limits::FAULT_PROTECTION,
    /// A breakpoint or single step.
    Breakpoint = veridian_abi::limits::FAULT_BREAKPOINT,
    /// Anything else.
    Other = veridian_abi::limits::FAULT_OTHER,
}
