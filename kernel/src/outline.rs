//! Where a debugger on the outside finds what it shows: offsets and sizes that only the compiler knows.
//!
//! The kernel never reads this. It lies beside the code, under the name `KERNEL_OUTLINE`, for tools that
//! read the memory of the machine through its emulator or a probe.

use crate::system::System;
use crate::thread::Thread;
use core::mem::offset_of;
use veridian_port::Port;

/// Offsets and sizes in bytes, in the order in which `synth/probe` reads them.
#[repr(C)]
pub struct Outline {
    /// In the system: the slice of threads, as its address and their count.
    threads: u64,
    /// Of a thread.
    thread_size: u64,
    /// In a thread: its address space.
    space: u64,
    /// In a thread: its counters (switches, ticks, one-way messages, faults), its reply token and its state.
    counters: u64,
    reply: u64,
    state: u64,
    /// In the system: the slice of the trace's events, and how many there were.
    trace_ring: u64,
    trace_count: u64,
    /// In a thread: its table, and the address of the table of who made it.
    table: u64,
    maker: u64,
}

impl Outline {
    /// That of a kernel for this port.
    #[must_use]
    pub const fn of<P: Port + 'static>() -> Self {
        Self {
            threads: offset_of!(System<'static, P>, threads) as u64,
            thread_size: size_of::<Thread<'static, P>>() as u64,
            space: offset_of!(Thread<'static, P>, space) as u64,
            counters: offset_of!(Thread<'static, P>, counters) as u64,
            reply: offset_of!(Thread<'static, P>, reply) as u64,
            state: offset_of!(Thread<'static, P>, state) as u64,
            trace_ring: offset_of!(System<'static, P>, trace.ring) as u64,
            trace_count: offset_of!(System<'static, P>, trace.count) as u64,
            table: offset_of!(Thread<'static, P>, table) as u64,
            maker: offset_of!(Thread<'static, P>, maker) as u64,
        }
    }
}
