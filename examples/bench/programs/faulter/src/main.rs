//! Faults, and whenever it is let go on, faults again at the same instruction.
#![no_std]
#![no_main]

use veridian::prelude::*;

program! {
    needs {}
}

fn main(_: Needs) -> Result<()> {
    // SAFETY: nothing is mapped there: the access faults, which is what this program is for.
    unsafe { core::ptr::with_exposed_provenance::<u64>(8).read_volatile() };
    Ok(())
}
