//! A thread's processor state while it does not run.

use core::cell::Cell;
use core::mem::offset_of;
use veridian_port::{Registers, UserAddress};

/// General registers, program counter and stack pointer. There is no floating point state: those
/// instructions fault.
///
/// In a system call only `registers`, `pc` and `sp` mean something; interrupts and faults save all.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Context {
    /// Message words: s4–s11. Token a0, word a1, a a2, b a4, c a5.
    pub(crate) registers: Cell<Registers>,
    pub(crate) pc: Cell<u64>,
    pub(crate) sp: Cell<u64>,
    pub(crate) ra: Cell<u64>,
    pub(crate) gp: Cell<u64>,
    pub(crate) tp: Cell<u64>,
    /// t0–t6.
    pub(crate) t: Cell<[u64; 7]>,
    /// s0–s3.
    pub(crate) s: Cell<[u64; 4]>,
    pub(crate) a3: Cell<u64>,
    pub(crate) a6: Cell<u64>,
    pub(crate) a7: Cell<u64>,
    /// 1 where everything is here, because of an interrupt or fault or for a start; else 0.
    pub(crate) interrupted: Cell<u64>,
}

/// Where the entry code finds the fields of a [`Context`].
#[cfg(target_os = "none")]
pub(crate) mod offsets {
    use super::{Context, Registers, offset_of};
    pub(crate) const TOKEN: usize = offset_of!(Registers, token);
    pub(crate) const WORD: usize = offset_of!(Registers, word);
    pub(crate) const A: usize = offset_of!(Registers, a);
    pub(crate) const B: usize = offset_of!(Registers, b);
    pub(crate) const C: usize = offset_of!(Registers, c);
    pub(crate) const PC: usize = offset_of!(Context, pc);
    pub(crate) const SP: usize = offset_of!(Context, sp);
    pub(crate) const RA: usize = offset_of!(Context, ra);
    pub(crate) const GP: usize = offset_of!(Context, gp);
    pub(crate) const TP: usize = offset_of!(Context, tp);
    pub(crate) const T: usize = offset_of!(Context, t);
    pub(crate) const S: usize = offset_of!(Context, s);
    pub(crate) const A3: usize = offset_of!(Context, a3);
    pub(crate) const A6: usize = offset_of!(Context, a6);
    pub(crate) const A7: usize = offset_of!(Context, a7);
    pub(crate) const INTERRUPTED: usize = offset_of!(Context, interrupted);
}

// The entry code takes both of these for granted.
const _: () = assert!(offset_of!(Registers, message) == 0 && offset_of!(Context, registers) == 0);

impl veridian_port::Context for Context {
    fn start(&self, entry: UserAddress, stack: UserAddress, argument: u64) {
        self.registers.set(Registers { token: argument, ..Registers::default() });
        self.pc.set(entry.0);
        self.sp.set(stack.0);
        for register in [&self.ra, &self.gp, &self.tp, &self.a3, &self.a6, &self.a7] {
            register.set(0);
        }
        self.t.set([0; 7]);
        self.s.set([0; 4]);
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
    fn a_new_thread_gets_its_argument_in_a0_and_starts_by_a_full_restore() {
        let context = Context::default();
        context.t.set([9; 7]);
        context.start(UserAddress(0x40_0000), UserAddress(0x7fff_0000), 7);
        let registers = context.registers().get();
        assert_eq!((context.pc.get(), context.sp.get(), registers.token), (0x40_0000, 0x7fff_0000, 7));
        assert_eq!(context.t.get(), [0; 7]);
        assert!(context.interrupted());
        assert!(!Context::default().interrupted());
    }
}
