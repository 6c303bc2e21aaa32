//! Measures how long an interrupt waits until who waits for it runs, in instructions.
#![no_std]
#![no_main]

mod area;
mod device;
mod moment;

use crate::area::{NOTHING, area};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use veridian::prelude::*;
use veridian::{arch, system, thread_entry};

program! {
    needs {
        registers: Mmio { read, write },
        interrupt: Interrupt { acknowledge },
        raised: Notification { wait },
        pool: MemoryPool { allocate, spawn },
        area: SharedRegion { read, write },
        begin: Notification { signal },
        ready: Notification { wait },
        log: Console { write },
        power: Power { off },
    }
}

const SAMPLES: u32 = 32;
/// Instructions by which the hammer begins later with each sample, so that ticks find it at all kinds of places.
const STRIDE: u64 = 9_973;
/// Priority of the thread that is interrupted.
const LATER: u8 = 1;

/// The cycle counter, as the thread that is interrupted read it last.
static LAST: AtomicU64 = AtomicU64::new(0);
/// Interrupts that were served.
static SERVED: AtomicU32 = AtomicU32::new(0);

/// Raises the interrupt, and reads the counter until it is served, over and over.
extern "C" fn raiser(registers: usize) -> ! {
    // SAFETY: its maker passes the address of what it keeps for ever.
    let registers = unsafe { &*core::ptr::with_exposed_provenance::<Mmio>(registers) };
    for served in 0.. {
        LAST.store(arch::cycles(), Relaxed);
        if device::raise(registers).is_err() {
            break;
        }
        while SERVED.load(Relaxed) == served {
            LAST.store(arch::cycles(), Relaxed);
        }
    }
    system::exit(1)
}

thread_entry!(raiser_entry, raiser);

/// From a device's interrupt of a program to the first instruction of the device's driver: the least of many samples.
fn device_latency(needs: &Needs) -> Result<u64> {
    device::prepare(&needs.registers)?;
    needs.interrupt.acknowledge()?;
    let stack = needs.pool.take(1)?;
    let thread = needs.pool.thread(None)?;
    let top = stack.address() + stack.size() as u64;
    // SAFETY: nobody else uses the stack; the thread ends before what it refers to does.
    unsafe { thread.start(raiser_entry, top, (&raw const needs.registers).expose_provenance() as u64)? };
    thread.schedule(LATER)?;
    let mut least = u64::MAX;
    for served in 1..=SAMPLES {
        least = least.min(moment::notified(&needs.raised) - LAST.load(Relaxed));
        device::lower(&needs.registers)?;
        needs.interrupt.acknowledge()?;
        SERVED.store(served, Relaxed);
    }
    thread.stop()?;
    Ok(least)
}

/// From a tick of the scheduler to the first instruction of a thread that waits for it: while a program runs, and the
/// worst that is seen while the hammer makes the kernel's longest calls, of which there are `tasks`.
fn tick_latency(needs: &Needs, tasks: u64) -> [u64; 2] {
    let area = area(&needs.area);
    let mut last = moment::next_tick();
    let (mut least, mut period) = (u64::MAX, u64::MAX);
    for _ in 0..SAMPLES {
        let now = moment::next_tick();
        (least, period) = (least.min(now - area.read.load(Relaxed)), period.min(now - last));
        last = now;
    }
    let mut late = 0;
    for task in 1..=tasks {
        for sample in 0..SAMPLES {
            // From a tick that finds the hammer doing nothing, so that it is known when the next one is due.
            let start = moment::next_tick();
            while arch::cycles() - start < u64::from(sample) * STRIDE {}
            area.task.store(task, Relaxed);
            let end = moment::next_tick();
            area.task.store(NOTHING, Relaxed);
            late = late.max((end - start).saturating_sub(period));
        }
    }
    [least, least + late]
}

fn main(needs: Needs) -> Result<()> {
    let device = device_latency(&needs)?;
    needs.begin.signal(1)?;
    let told = needs.ready.wait(Timeout::FOREVER)?;
    let (tasks, longest) = (told >> 32, told & 0xffff_ffff);
    let [tick, worst] = tick_latency(&needs, tasks);
    for (name, value) in
        [("interrupt.device", device), ("interrupt.tick", tick), ("interrupt.worst", worst), ("interrupt.off", longest)]
    {
        log!(needs.log, "bench {name} {value}");
    }
    needs.power.off(0)
}
