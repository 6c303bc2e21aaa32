//! Reads what the kernel counts before and after so many calls, and tells the difference.
#![no_std]
#![no_main]

use interfaces::Echo;
use veridian::prelude::*;
use veridian::{KernelMetrics, system};

program! {
    needs {
        metrics: Metrics { read },
        echo: Echo { echo },
        pool: MemoryPool { allocate },
        log: Console { write },
        power: Power { off },
    }
}

const CALLS: u64 = 100;
/// Long enough for the console to be silent, in nanoseconds.
const SILENCE: u64 = 100_000_000;
const PAGES: u64 = 8;

fn tell(needs: &Needs) -> Result<()> {
    let KernelMetrics { components, cores, pools, faults, uptime_ns, .. } = needs.metrics.kernel_metrics()?;
    log!(needs.log, "{components} components, {cores} cores, {pools} pools, {faults} faults");
    log!(needs.log, "up for {}", if uptime_ns > SILENCE { "a while" } else { "no time" });
    for index in 0..components {
        let one = needs.metrics.component(index)?.ok_or(Error::Malformed)?;
        log!(
            needs.log,
            "component {index}: core {} calls {} sent {} faults {}",
            one.core,
            one.calls,
            one.sent,
            one.faults
        );
    }
    let mut ticks = 0;
    for index in 0..components {
        ticks += needs.metrics.component(index)?.map_or(0, |one| one.ticks);
    }
    let mut switches = 0;
    for index in 0..cores {
        let core = needs.metrics.core(index)?.ok_or(Error::Malformed)?;
        switches += core.context_switches;
        let idle = core.idle_ticks > 0 && core.idle_ticks <= core.ticks && ticks <= core.ticks;
        log!(needs.log, "core {index}: ticks {}", if idle { "idle for some" } else { "wrong" });
    }
    let whole = needs.metrics.kernel_metrics()?.context_switches;
    log!(needs.log, "switches of cores are those of all: {}", whole >= switches && whole - switches < 100);
    let nobody = needs.metrics.component(components)?.is_none() && needs.metrics.core(cores)?.is_none();
    log!(needs.log, "beyond the last there is nobody: {nobody}");
    Ok(())
}

fn main(needs: Needs) -> Result<()> {
    system::sleep(SILENCE)?;
    let before = needs.metrics.kernel_metrics()?;
    for value in 0..CALLS {
        if needs.echo.echo(value)? != value {
            return needs.power.off(1);
        }
    }
    let after = needs.metrics.kernel_metrics()?;
    log!(needs.log, "messages {}", after.ipc_count - before.ipc_count);
    log!(needs.log, "switches {}", after.context_switches - before.context_switches);
    log!(needs.log, "latencies measured {}", after.measured_calls - before.measured_calls);
    log!(needs.log, "average latency {}", if after.average_ipc_latency_ns > 0 { "known" } else { "unknown" });

    // Once before: page tables stay charged to the pool.
    needs.pool.give_back(needs.pool.take(PAGES)?)?;
    let pool = needs.metrics.pool_pages(0)?;
    let free = needs.metrics.kernel_metrics()?.free_pages;
    let region = needs.pool.take(PAGES)?;
    let taken = pool.zip(needs.metrics.pool_pages(0)?).map(|(pool, left)| pool - left);
    let fewer = free - needs.metrics.kernel_metrics()?.free_pages;
    log!(needs.log, "pages taken of the pool {taken:?}, of memory {fewer}");
    needs.pool.give_back(region)?;
    let given = needs.metrics.pool_pages(0)? == pool && needs.metrics.kernel_metrics()?.free_pages == free;
    log!(needs.log, "given back: {given}");
    tell(&needs)?;
    needs.power.off(0)
}
