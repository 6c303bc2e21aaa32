//! The high-precision event timer of a PC: nothing but time makes it interrupt.

use veridian::prelude::*;

/// Register offsets, of the first timer's where it is a timer's.
const ENABLE: usize = 0x10;
const COUNTER: usize = 0xf0;
const CONFIGURATION: usize = 0x100;
const COMPARATOR: usize = 0x108;

/// Configuration: by an edge, a comparator of 32 bits, on this line.
const LINE: u32 = 20;
const INTERRUPTS: u32 = 1 << 2;
const NARROW: u32 = 1 << 8;

/// Counts of 10 ns until it interrupts.
const SOON: u32 = 100;

/// Lets it count.
pub fn prepare(registers: &Mmio) -> Result<()> {
    registers.write::<u32>(CONFIGURATION, INTERRUPTS | NARROW | LINE << 9)?;
    registers.write::<u32>(ENABLE, 1)
}

/// Interrupts soon.
#[inline(always)]
pub fn raise(registers: &Mmio) -> Result<()> {
    let now = registers.read::<u32>(COUNTER)?;
    registers.write::<u32>(COMPARATOR, now.wrapping_add(SOON))
}

/// An edge is over by itself.
pub fn lower(_: &Mmio) -> Result<()> {
    Ok(())
}
