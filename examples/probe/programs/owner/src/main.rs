//! Holds what the prober does not, and waits.
#![no_std]
#![no_main]

use interfaces::Talk;
use veridian::prelude::*;

program! {
    needs {
        foreign: Talk { ask, hint },
        bell: Notification { wait },
        quiet: Notification { signal, wait },
        line: Interrupt { acknowledge },
        alarm: Timer { arm },
        optional ports: IoPorts { read, write },
        registers: Mmio { read, write },
        buffer: Dma { read, write },
        board: SharedRegion { read },
        notes: SharedRegion { read, write },
        diary: SharedRegion { read, write },
        pool: MemoryPool { allocate, create, spawn },
    }
}

fn main(needs: Needs) -> Result<()> {
    loop {
        needs.bell.wait(Timeout::FOREVER)?;
    }
}
