//! Reads the kernel's memory, and never gets further.
#![no_std]
#![no_main]

use veridian::prelude::*;

program! {
    needs {
        log: Console { write },
    }
}

/// Where the kernel is linked.
const KERNEL: usize = 0xffff_ffff_8010_0000;

fn main(needs: Needs) -> Result<()> {
    log!(needs.log, "reads the kernel at {KERNEL:#x}");
    // SAFETY: the access faults, which is what this program is for; nothing is done with a value.
    let value = unsafe { core::ptr::with_exposed_provenance::<u64>(KERNEL).read_volatile() };
    log!(needs.log, "ALLOWED: the kernel's memory holds {value:#x}");
    Ok(())
}
