//! A thread's processor state while it does not run.

use core::cell::Cell;
use core::mem::offset_of;
use veridian_port::{Registers, UserAddress};

/// Flags of a thread that starts, or that goes on after a system call: interrupts on, nothing else.
pub(crate) const USER_FLAGS: u64 = 0x202;
#[cfg(any(target_os = "none", test))]
/// Flags that an interrupted thread gets back: what arithmetic sets, and the direction of strings.
pub(crate) const KEPT_FLAGS: u64 = 0xcd5;

/// General registers, program counter, stack pointer and flags. There is no floating point state:
/// those instructions fault.
///
/// In a system call only `registers`, `rip` and `rsp` mean something; interrupts and faults save all.
#[derive(Debug, Default)]
#[repr(C)]
pub struct Context {
    /// Message words: rax, rbx, rbp, r10, r12–r15. Token rdi, word rsi, a rdx, b r8, c r9.
    pub(crate) registers: Cell<Registers>,
    pub(crate) rip: Cell<u64>,
    pub(crate) rsp: Cell<u64>,
    pub(crate) rflags: Cell<u64>,
    pub(crate) rcx: Cell<u64>,
    pub(crate) r11: Cell<u64>,
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
    pub(crate) const RIP: usize = offset_of!(Context, rip);
    pub(crate) const RSP: usize = offset_of!(Context, rsp);
    pub(crate) const RFLAGS: usize = offset_of!(Context, rflags);
    pub(crate) const RCX: usize = offset_of!(Context, rcx);
    pub(crate) const R11: usize = offset_of!(Context, r11);
    pub(crate) const INTERRUPTED: usize = offset_of!(Context, interrupted);
}

// The entry code takes both of these for granted.
const _: () = assert!(offset_of!(Registers, message) == 0 && offset_of!(Context, registers) == 0);

impl veridian_port::Context for Context {
    fn start(&self, entry: UserAddress, stack: UserAddress, argument: u64) {
        self.registers.set(Registers { token: argument, ..Registers::default() });
        self.rip.set(entry.0);
        self.rsp.set(stack.0);
        self.rflags.set(USER_FLAGS);
        self.rcx.set(0);
        self.r11.set(0);
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
    fn a_new_thread_gets_its_argument_in_rdi_and_starts_by_a_full_restore() {
        let context = Context::default();
        context.start(UserAddress(0x40_0000), UserAddress(0x7fff_0000), 7);
        let registers = context.registers().get();
        assert_eq!((context.rip.get(), context.rsp.get(), registers.token), (0x40_0000, 0x7fff_0000, 7));
        assert!(context.interrupted());
        assert!(!Context::default().interrupted());
    }

    #[test]
    fn restored_flags_cannot_switch_interrupts_off_or_privileges_on() {
        const TRAP: u64 = 1 << 8;
        const INTERRUPT: u64 = 1 << 9;
        const PRIVILEGE: u64 = 3 << 12;
        const NESTED: u64 = 1 << 14;
        const ALIGNMENT: u64 = 1 << 18;
        assert_eq!(KEPT_FLAGS & (TRAP | INTERRUPT | PRIVILEGE | NESTED | ALIGNMENT), 0);
        assert_eq!(USER_FLAGS & INTERRUPT, INTERRUPT);
    }
}
