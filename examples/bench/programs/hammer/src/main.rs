//! Makes the calls that keep the kernel longest, each at full size, over and over.
#![no_std]
#![no_main]

#[path = "../../driver/src/area.rs"]
mod area;
#[expect(dead_code, reason = "the meter has more to measure")]
#[path = "../../meter/src/figures.rs"]
mod figures;
#[path = "../../meter/src/sample.rs"]
mod sample;
mod tasks;

use crate::area::{NOTHING, area};
use crate::tasks::{Hammer, TASKS};
use core::sync::atomic::Ordering::Relaxed;
use interfaces::Large;
use veridian::arch;
use veridian::prelude::*;

program! {
    needs {
        begin: Notification { wait },
        ready: Notification { signal },
        area: SharedRegion { read, write },
        pool: MemoryPool { allocate, create, spawn },
        victim: Process { restart },
        census: Census { read },
        server: Large { carry },
    }
}

/// Each task is done so often for its longest call: a tick may fall into one, and only the least is without.
const REPETITIONS: u32 = 8;

fn main(needs: Needs) -> Result<()> {
    needs.begin.wait(Timeout::FOREVER)?;
    let mut hammer = Hammer::new(&needs)?;
    let mut longest = 0;
    for task in 1..=TASKS {
        let mut least = u32::MAX;
        for _ in 0..REPETITIONS {
            least = least.min(hammer.longest_of(task)?);
        }
        longest = longest.max(least);
    }
    needs.ready.signal(TASKS << 32 | u64::from(longest))?;
    let area = area(&needs.area);
    loop {
        match area.task.load(Relaxed) {
            NOTHING => area.read.store(arch::cycles(), Relaxed),
            task => drop(hammer.longest_of(task)?),
        }
    }
}
