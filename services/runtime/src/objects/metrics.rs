//! What the kernel counts.

use super::kernel_kind;
use crate::{Error, Result, SystemError, Token, system};
use veridian_abi::limits;

/// What the kernel counts: of the system, its components, cores and pools.
#[derive(Debug)]
pub struct Metrics {
    token: Token,
}

kernel_kind!(
    Metrics,
    MetricsRights,
    metrics { read = READ },
    |granted| Self { token: granted.token }
);

/// Counters of the whole system since boot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KernelMetrics {
    /// Time since boot, in nanoseconds.
    pub uptime_ns: u64,
    /// Switches from one thread to another.
    pub context_switches: u64,
    /// Messages that somebody received: calls, with faults told to supervisors, and one-way ones. Not replies.
    pub ipc_count: u64,
    /// Calls whose latency was measured: those that were answered while the kernel traces messages.
    pub measured_calls: u64,
    /// Average time from a call to its reply, in nanoseconds; 0 where none was measured.
    pub average_ipc_latency_ns: u64,
    /// Faults of components.
    pub faults: u64,
    /// Pages that are free.
    pub free_pages: u64,
    /// How many components there are.
    pub components: u32,
    /// How many processor cores.
    pub cores: u32,
    /// How many memory pools.
    pub pools: u32,
}

/// Counters of one component since boot; they go on over its start anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ComponentMetrics {
    /// Switches to it that the scheduler made, and those of its calls, there and back.
    pub context_switches: u64,
    /// Calls of it that were received, faults told to its supervisor among them; modulo 2^32.
    pub calls: u64,
    /// One-way messages of it that were received.
    pub sent: u64,
    /// Faults.
    pub faults: u64,
    /// Ticks of the scheduler that found it running.
    pub ticks: u64,
    /// `limits::CENSUS_STATE_*`.
    pub state: u8,
    /// The core that it runs on.
    pub core: u32,
}

/// Counters of one processor core since boot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CoreMetrics {
    /// Ticks of the scheduler.
    pub ticks: u64,
    /// Those of them that found nobody running.
    pub idle_ticks: u64,
    /// Switches between its threads.
    pub context_switches: u64,
    /// Messages that its components sent and somebody received.
    pub ipc_count: u64,
    /// Faults of its components.
    pub faults: u64,
}

impl Metrics {
    fn words(&self, kind: u64, index: u32) -> Result<Option<[u64; 8]>> {
        match system::kernel_metrics(self.token, kind | u64::from(index) << 32) {
            Ok(words) => Ok(Some(words)),
            Err(SystemError::BadArgument) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The counters of the whole system. Needs the right `read`. The system goes on meanwhile: those of
    /// components are added up one after the other.
    pub fn kernel_metrics(&self) -> Result<KernelMetrics> {
        let [uptime_ns, components, cores, pools, free_pages, measured_calls, latency, _] =
            self.words(limits::METRICS_SYSTEM, 0)?.ok_or(Error::Malformed)?;
        let mut metrics = KernelMetrics {
            uptime_ns,
            measured_calls,
            average_ipc_latency_ns: latency.checked_div(measured_calls).unwrap_or(0),
            free_pages,
            components: components as u32,
            cores: cores as u32,
            pools: pools as u32,
            ..KernelMetrics::default()
        };
        self.each_component(|one| {
            metrics.context_switches += one.context_switches;
            metrics.ipc_count += one.calls + one.sent;
            metrics.faults += one.faults;
        })?;
        Ok(metrics)
    }

    fn each_component(&self, mut each: impl FnMut(&ComponentMetrics)) -> Result<()> {
        let mut index = 0;
        while let Some(one) = self.component(index)? {
            each(&one);
            index += 1;
        }
        Ok(())
    }

    /// The counters of a component by its number; `None` where there is none. Needs the right `read`.
    pub fn component(&self, index: u32) -> Result<Option<ComponentMetrics>> {
        let words = self.words(limits::METRICS_COMPONENT, index)?;
        Ok(words.map(|[context_switches, calls, sent, faults, ticks, state, core, _]| ComponentMetrics {
            context_switches,
            calls,
            sent,
            faults,
            ticks,
            state: state as u8,
            core: core as u32,
        }))
    }

    /// The counters of a processor core by its number; `None` where there is none. Needs the right `read`.
    pub fn core(&self, index: u32) -> Result<Option<CoreMetrics>> {
        let Some([ticks, idle_ticks, ..]) = self.words(limits::METRICS_CORE, index)? else {
            return Ok(None);
        };
        let mut metrics = CoreMetrics { ticks, idle_ticks, ..CoreMetrics::default() };
        self.each_component(|one| {
            if one.core == index {
                metrics.context_switches += one.context_switches;
                metrics.ipc_count += one.calls + one.sent;
                metrics.faults += one.faults;
            }
        })?;
        Ok(Some(metrics))
    }

    /// Pages that a memory pool has left, by its number; `None` where there is none. Needs the right `read`.
    pub fn pool_pages(&self, index: u32) -> Result<Option<u64>> {
        Ok(self.words(limits::METRICS_POOL, index)?.map(|[pages, ..]| pages))
    }
}
