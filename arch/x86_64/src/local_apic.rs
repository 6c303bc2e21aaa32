//! The two ways in which a processor gives its local interrupt controller to software: registers in memory
//! (xAPIC), and registers of the processor's own (x2APIC), which take no access to memory and know more than 255
//! cores. Intel's manual has both in volume 3, "Advanced Programmable Interrupt Controller".

/// How the registers are reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// In memory, at the address that `IA32_APIC_BASE` says.
    Memory,
    /// As registers of the processor.
    Processor,
}

/// In `IA32_APIC_BASE`: the controller is on.
const ON: u64 = 1 << 11;
/// In `IA32_APIC_BASE`: it is reached as registers of the processor.
const EXTENDED: u64 = 1 << 10;
/// Register of the processor that stands for the first one in memory.
const FIRST: u32 = 0x800;

impl Way {
    /// The way that a processor has, by what leaf 1 of `CPUID` says in `ecx`.
    #[must_use]
    pub const fn of(features: u32) -> Self {
        if features >> 21 & 1 != 0 { Self::Processor } else { Self::Memory }
    }
}

/// What to write to `IA32_APIC_BASE`, one value after the other, so that registers are the processor's. No step leads
/// back from these to memory, and none to them but from a controller that is on.
#[must_use]
pub const fn enable(base: u64) -> [u64; 2] {
    [base | ON, base | ON | EXTENDED]
}

/// The processor's register for the one at an offset in memory.
#[must_use]
pub const fn register(offset: u64) -> u32 {
    FIRST + (offset >> 4) as u32
}

/// The command that interrupts another core, as the processor's register has it: the number of its controller in the
/// upper half.
#[must_use]
pub const fn command(identifier: u32, low: u32) -> u64 {
    (identifier as u64) << 32 | low as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_what_the_processor_says() {
        assert_eq!(Way::of(0), Way::Memory);
        assert_eq!(Way::of(!(1 << 21)), Way::Memory);
        assert_eq!(Way::of(1 << 21), Way::Processor);
    }

    #[test]
    fn registers_have_the_numbers_of_the_manual() {
        let manual = [
            (0x20, 0x802),
            (0x80, 0x808),
            (0xb0, 0x80b),
            (0xf0, 0x80f),
            (0x300, 0x830),
            (0x320, 0x832),
            (0x350, 0x835),
            (0x360, 0x836),
            (0x370, 0x837),
            (0x380, 0x838),
            (0x390, 0x839),
            (0x3e0, 0x83e),
        ];
        for (offset, number) in manual {
            assert_eq!(register(offset), number, "{offset:#x}");
        }
    }

    #[test]
    fn no_step_is_one_that_the_processor_refuses() {
        const OFF: u64 = 0xfee0_0000;
        for before in [OFF, OFF | ON, OFF | ON | EXTENDED, OFF | ON | 1 << 8] {
            let mut at = before;
            for next in enable(before) {
                // From off to the processor's registers at once, and from there to those in memory, is an exception.
                assert!(next & EXTENDED == 0 || at & ON != 0, "{before:#x}");
                assert!(at & EXTENDED == 0 || next & EXTENDED != 0, "{before:#x}");
                assert_eq!(next & !(ON | EXTENDED), before & !(ON | EXTENDED));
                at = next;
            }
            assert_eq!(at & (ON | EXTENDED), ON | EXTENDED);
        }
    }

    #[test]
    fn a_command_names_all_of_the_other_core() {
        assert_eq!(command(0x1_2345, 0x40f1), 0x1_2345_0000_40f1);
    }
}
