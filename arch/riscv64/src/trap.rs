//! What the processor says of why it entered the kernel.

use veridian_port::FaultKind;

/// Set in a cause that is an interrupt.
const INTERRUPT: u64 = 1 << 63;

/// Why user mode was left, other than for a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trap {
    /// Another hart wants something.
    Poke,
    /// The timer's time has come.
    Tick,
    /// The interrupt controller has something.
    Device,
    /// An interrupt that nobody has asked for.
    Unasked,
    /// The thread cannot go on; and the address that could not be accessed, or 0.
    Fault(FaultKind, u64),
}

impl Trap {
    /// Decodes `scause` and `stval`.
    #[must_use]
    pub const fn new(cause: u64, value: u64) -> Self {
        if cause & INTERRUPT != 0 {
            return match cause & !INTERRUPT {
                1 => Self::Poke,
                5 => Self::Tick,
                9 => Self::Device,
                _ => Self::Unasked,
            };
        }
        match cause {
            // Misaligned, not accessible, or not mapped: for fetches, loads and stores.
            0 | 1 | 4 | 5 | 6 | 7 | 12 | 13 | 15 => Self::Fault(FaultKind::Memory, value),
            2 if is_privileged(value) => Self::Fault(FaultKind::Protection, 0),
            2 => Self::Fault(FaultKind::Instruction, 0),
            3 => Self::Fault(FaultKind::Breakpoint, 0),
            _ => Self::Fault(FaultKind::Other, 0),
        }
    }

    /// The most urgent of the interrupts that are pending, as `sip` has them.
    #[must_use]
    pub const fn pending(bits: u64) -> Self {
        if bits & 1 << 9 != 0 {
            Self::Device
        } else if bits & 1 << 5 != 0 {
            Self::Tick
        } else if bits & 1 << 1 != 0 {
            Self::Poke
        } else {
            Self::Unasked
        }
    }
}

/// Whether an instruction exists, but not for user mode; false where the processor does not tell which
/// one it was.
const fn is_privileged(instruction: u64) -> bool {
    const SYSTEM: u64 = 0b111_0011;
    if instruction & 0x7f != SYSTEM {
        return false;
    }
    match instruction >> 12 & 7 {
        // ecall and ebreak do not come here: return from a trap, wait for an interrupt, fences.
        0 => matches!(instruction >> 20 & 0xfff, 0x102 | 0x105 | 0x302) || instruction >> 25 & 0x7f == 0b000_1001,
        4 => false,
        // Bits 8 and 9 of a control register's number are the privilege that it asks for.
        _ => instruction >> 28 & 3 != 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interrupts_are_told_from_faults() {
        assert_eq!(Trap::new(1 << 63 | 5, 0), Trap::Tick);
        assert_eq!(Trap::new(1 << 63 | 9, 0), Trap::Device);
        assert_eq!(Trap::new(1 << 63 | 1, 0), Trap::Poke);
        assert_eq!(Trap::new(1 << 63 | 13, 0), Trap::Unasked);
        assert_eq!(Trap::pending(1 << 9 | 1 << 5), Trap::Device);
        assert_eq!(Trap::pending(1 << 5), Trap::Tick);
        assert_eq!(Trap::pending(1 << 5 | 1 << 1), Trap::Tick);
        assert_eq!(Trap::pending(1 << 1), Trap::Poke);
        assert_eq!(Trap::pending(0), Trap::Unasked);
    }

    #[test]
    fn accesses_have_their_address() {
        for cause in [1, 4, 5, 7, 12, 13, 15] {
            assert_eq!(Trap::new(cause, 0x1234), Trap::Fault(FaultKind::Memory, 0x1234));
        }
        assert_eq!(Trap::new(3, 0x1234), Trap::Fault(FaultKind::Breakpoint, 0));
        assert_eq!(Trap::new(24, 0), Trap::Fault(FaultKind::Other, 0));
    }

    #[test]
    fn what_only_the_kernel_may_do_is_told_from_what_nobody_can() {
        // csrr a0, sstatus; csrw satp, a0; sret; wfi; sfence.vma; mret.
        for instruction in [0x1000_2573, 0x1805_1073, 0x1020_0073, 0x1050_0073, 0x1200_0073, 0x3020_0073] {
            assert_eq!(Trap::new(2, instruction), Trap::Fault(FaultKind::Protection, 0), "{instruction:#x}");
        }
        // Nothing known, unimp (a write to a counter of user mode), fadd.s.
        for instruction in [0, 0xc000_1073, 0x00b5_0553] {
            assert_eq!(Trap::new(2, instruction), Trap::Fault(FaultKind::Instruction, 0), "{instruction:#x}");
        }
    }
}
