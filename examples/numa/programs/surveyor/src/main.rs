//! Prints where its buffers lie in physical memory.
#![no_std]
#![no_main]

use veridian::prelude::*;

program! {
    needs {
        near: Dma { read },
        far: Dma { read },
        more: Dma { read },
        log: Console { write },
        power: Power { off },
    }
}

fn main(needs: Needs) -> Result<()> {
    for (name, buffer) in [("near", &needs.near), ("far", &needs.far), ("more", &needs.more)] {
        log!(needs.log, "{name}: {} MiB at {:#x}", buffer.size() >> 20, buffer.physical_address()?);
    }
    needs.power.off(0)
}
