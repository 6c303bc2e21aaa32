//! The Goldfish real-time clock of RISC-V's `virt`: its alarm has gone off, and it is the mask that raises the line.

use veridian::prelude::*;

/// Register offsets.
const ALARM_LOW: usize = 0x08;
const ALARM_HIGH: usize = 0x0c;
const ENABLED: usize = 0x10;

/// Sets an alarm to a time long ago.
pub fn prepare(registers: &Mmio) -> Result<()> {
    registers.write::<u32>(ENABLED, 0)?;
    registers.write::<u32>(ALARM_HIGH, 0)?;
    registers.write::<u32>(ALARM_LOW, 1)
}

/// Interrupts now.
#[inline(always)]
pub fn raise(registers: &Mmio) -> Result<()> {
    registers.write::<u32>(ENABLED, 1)
}

/// Takes the line back.
pub fn lower(registers: &Mmio) -> Result<()> {
    registers.write::<u32>(ENABLED, 0)
}
