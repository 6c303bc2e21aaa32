//! The PL031 real-time clock of `virt`: its alarm has gone off, and it is the mask that raises the line.

use veridian::prelude::*;

/// Register offsets.
const MATCH: usize = 0x04;
const LOAD: usize = 0x08;
const MASK: usize = 0x10;
const RAW_STATUS: usize = 0x14;

/// Sets the clock and its alarm to the same second.
pub fn prepare(registers: &Mmio) -> Result<()> {
    registers.write::<u32>(MASK, 0)?;
    // Again where a second went by in between.
    while registers.read::<u32>(RAW_STATUS)? == 0 {
        registers.write::<u32>(LOAD, 1)?;
        registers.write::<u32>(MATCH, 1)?;
    }
    Ok(())
}

/// Interrupts now.
#[inline(always)]
pub fn raise(registers: &Mmio) -> Result<()> {
    registers.write::<u32>(MASK, 1)
}

/// Takes the line back.
pub fn lower(registers: &Mmio) -> Result<()> {
    registers.write::<u32>(MASK, 0)
}
