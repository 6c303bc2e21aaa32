//! What nearly every program uses: `use veridian::prelude::*;`.

pub use crate::interfaces::{Console, ConsoleServer};
pub use crate::{
    AddressSpace, Bytes, Caller, Census, ClientEnd, Dma, Error, Fault, FaultReply, Interrupt, IoPorts, MemoryPool,
    Metrics, Mmio, Notification, Power, Process, ProcessExit, Result, Serve, SharedRegion, SystemError, Text, Timeout,
    Timer, log, program,
};
