//! What the exception syndrome register says of an exception.

use veridian_port::FaultKind;

/// Class of a system call.
pub const SYSTEM_CALL: u64 = 0x15;

const ILLEGAL_STATE: u64 = 0x0e;
const TRAPPED: [u64; 5] = [0x01, 0x07, 0x18, 0x19, 0x1d];
const UNKNOWN: u64 = 0x00;
const FETCH: u64 = 0x20;
const DATA: u64 = 0x24;
const ALIGNMENT: [u64; 2] = [0x22, 0x26];
const FLOATING_POINT: u64 = 0x2c;
const BREAKPOINTS: [u64; 4] = [0x30, 0x32, 0x34, 0x3c];

/// The class of an exception.
#[must_use]
#[inline]
pub const fn class(syndrome: u64) -> u64 {
    syndrome >> 26 & 0x3f
}

/// What a fault of user mode is.
#[must_use]
pub fn kind(syndrome: u64) -> FaultKind {
    match class(syndrome) {
        FETCH | DATA => FaultKind::Memory,
        // A trapped access to a system register is one that only the kernel may make; whatever else is
        // trapped (floating point, waiting) is an instruction that is switched off.
        0x18 => FaultKind::Protection,
        UNKNOWN | ILLEGAL_STATE => FaultKind::Instruction,
        class if TRAPPED.contains(&class) => FaultKind::Instruction,
        FLOATING_POINT => FaultKind::Arithmetic,
        class if BREAKPOINTS.contains(&class) => FaultKind::Breakpoint,
        class if ALIGNMENT.contains(&class) => FaultKind::Memory,
        _ => FaultKind::Other,
    }
}

/// Whether the fault address register says where it was.
#[must_use]
pub const fn has_address(syndrome: u64) -> bool {
    matches!(class(syndrome), FETCH | DATA | 0x22 | 0x34)
}

#[cfg(test)]
mod tests {
    use super::{SYSTEM_CALL, class, has_address, kind};
    use veridian_port::FaultKind;

    #[test]
    fn a_fault_is_of_the_kind_that_its_class_says() {
        for (syndrome, expected, address) in [
            (0x9200_0046, FaultKind::Memory, true),
            (0x8200_0006, FaultKind::Memory, true),
            (0x0200_0000, FaultKind::Instruction, false),
            (0x1fe0_0000, FaultKind::Instruction, false),
            (0x0600_0000, FaultKind::Instruction, false),
            (0x6232_c020, FaultKind::Protection, false),
            (0xf200_03e8, FaultKind::Breakpoint, false),
            (0x9a00_0000, FaultKind::Memory, false),
            (0xbe00_0000, FaultKind::Other, false),
        ] {
            assert_eq!((kind(syndrome), has_address(syndrome)), (expected, address), "{syndrome:#x}");
        }
        assert_eq!(class(0x5600_0000), SYSTEM_CALL);
    }
}
