//! A thread's processor state while it does not run.

use core::cell::Cell;
use core::mem::offset_of;
use veridian_port::{Registers, UserAddress};

/// Flags that an interrupted thread gets back: what comparisons set. All else of a thread's processor
/// state is 0: user mode, AArch64, interrupts on.
#[cfg(any(target_os = "none", test))]
pub(crate) const KEPT_FLAGS: u64 = 0xf000_0000;

/// General registers, program counter, stack pointer and flags. There is no floating point state:
/// those instructions fault.
///
/// In a system call only `registers`, `pc` and `sp` mean something; interrupts and faults save all.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Context {
    /// Message words: x19–x26. Token x1, word x0, a x2, b x4, c x5.
    pub(crate) registers: Cell<Registers>,
    pub(crate) x3: Cell<u64>,
    pub(crate) pc: Cell<u64>,
    pub(crate) sp: Cell<u64>,
    pub(crate) flags: Cell<u64>,
    /// 1 where everything is here, because of an interrupt or fault or for a start; else 0.
    pub(crate) interrupted: Cell<u64>,
    /// x6–x18, x27–x30, and nothing.
    pub(crate) others: [Cell<u64>; 18],
}

/// Where the entry code finds the fields of a [`Context`].
#[cfg(all(target_os = "none", target_arch = "aarch64"))]
pub(crate) mod offsets {
    use super::{Context, Registers, offset_of};
    pub(crate) const TOKEN: usize = offset_of!(Registers, token);
    pub(crate) const A: usize = offset_of!(Registers, a);
    pub(crate) const B: usize = offset_of!(Registers, b);
    pub(crate) const C: usize = offset_of!(Registers, c);
    pub(crate) const X3: usize = offset_of!(Context, x3);
    pub(crate) const PC: usize = offset_of!(Context, pc);
    pub(crate) const FLAGS: usize = offset_of!(Context, flags);
    pub(crate) const INTERRUPTED: usize = offset_of!(Context, interrupted);
    pub(crate) const OTHERS: usize = offset_of!(Context, others);
}

// The entry code takes these for granted.
const _: () = assert!(offset_of!(Registers, message) == 0 && offset_of!(Context, registers) == 0);
const _: () = assert!(offset_of!(Registers, word) == offset_of!(Registers, token) + 8);
const _: () = assert!(offset_of!(Registers, b) == offset_of!(Registers, a) + 8);
const _: () = assert!(offset_of!(Registers, c) == offset_of!(Registers, b) + 8);
const _: () = assert!(offset_of!(Context, sp) == offset_of!(Context, pc) + 8);

impl veridian_port::Context for Context {
    fn start(&self, entry: UserAddress, stack: UserAddress, argument: u64) {
        self.registers.set(Registers { token: argument, ..Registers::default() });
        self.x3.set(0);
        self.pc.set(entry.0);
        self.sp.set(stack.0);
        self.flags.set(0);
        for other in &self.others {
            other.set(0);
        }
        self.interrupted.set(1);
    }

    #[inline]
    fn registers(&self) -> &Cell<Registers> {
        &self.registers
    }

    #[inline]
    fn interrupted(&self) -> bool {
        self.interrupted.get() != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use veridian_port::Context as _;

    #[test]
    fn a_new_thread_gets_its_argument_in_x1_and_starts_by_a_full_restore() {
        let context = Context::default();
        context.others[3].set(9);
        context.start(UserAddress(0x40_0000), UserAddress(0x7fff_0000), 7);
        let registers = context.registers().get();
        assert_eq!((context.pc.get(), context.sp.get(), registers.token), (0x40_0000, 0x7fff_0000, 7));
        assert_eq!(context.others[3].get(), 0);
        assert!(context.interrupted());
        assert!(!Context::default().interrupted());
    }

    #[test]
    fn restored_flags_cannot_switch_interrupts_off_or_privileges_on() {
        const MODE: u64 = 0x1f;
        const MASKS: u64 = 0x3c0;
        const SINGLE_STEP: u64 = 1 << 21;
        assert_eq!(KEPT_FLAGS & (MODE | MASKS | SINGLE_STEP), 0);
    }
}
