//! Measures the kernel: instructions of a system call, of a call and its reply, of a switch.
//!
//! Under QEMU's `-icount shift=0` the cycle counter counts instructions.
#![no_std]
#![no_main]

mod figures;
mod growth;
mod sample;

use interfaces::{Bench, Large};
use veridian::abi::limits;
use veridian::prelude::*;
use veridian::system;

program! {
    needs {
        log: Console { write },
        server: Bench { measure },
        bell: Notification { signal },
        pool: MemoryPool { allocate, create },
        optional start: Notification { signal },
        optional told: Notification { wait },
        optional faults: Serve<Bench> { measure },
        optional large: Large { carry },
        optional members: Bench { measure, delegate },
        power: Power { off },
    }
}

fn tell(log: &Console, results: &[(&str, u32)]) {
    for (name, value) in results {
        log!(log, "bench {name} {value}");
    }
}

/// What there is to measure with a server alone.
fn measure(needs: &Needs) -> Result<()> {
    let bell = needs.bell.token();
    let server = needs.server.token();
    let server_instructions = figures::server_instructions(server)?;

    let null = figures::null()?;
    let region = system::allocate_frames(needs.pool.token(), 1)?;

    let results = [
        ("syscall.null", null),
        ("ipc.call_reply.0", figures::call_reply(server, &figures::short(0), server_instructions)?),
        ("ipc.call_reply.64", figures::call_reply(server, &figures::short(64), server_instructions)?),
        ("notify.signal", figures::signalled(bell)?),
        ("cap.derive", figures::derived(bell)?),
        ("cap.revoke.1", figures::prepared(null, || figures::revoked(bell))?),
        ("memory.map", figures::prepared(null, || figures::mapped(region, needs.pool.token()))?),
    ];
    tell(&needs.log, &results);
    Ok(())
}

/// What takes more components, a message buffer or a slab.
fn measure_more(needs: &Needs, start: &Notification, told: &Notification, more: (&Serve<Bench>, &Large)) -> Result<()> {
    let (faults, large) = more;
    let server_instructions = figures::server_instructions(large.token())?;
    let large = figures::call_reply(large.token(), &figures::long(limits::MESSAGE_BUFFER_SIZE), server_instructions)?;
    let null = figures::null()?;
    let pool = needs.pool.token();
    let results = [
        ("thread.yield", figures::yielded(start.token(), told.token())?),
        ("fault.resume", figures::resumed(faults.token())?),
        ("ipc.call_reply.4096", large),
        ("memory.allocate", figures::prepared(null, || figures::allocated(pool))?),
        ("object.create", figures::prepared(null, || figures::created(pool))?),
    ];
    tell(&needs.log, &results);
    Ok(())
}

fn main(needs: Needs) -> Result<()> {
    match &needs {
        Needs { start: Some(start), members: Some(members), .. } => {
            growth::measure(&needs, members.token(), start.token())?;
        }
        Needs { start: Some(start), told: Some(told), faults: Some(faults), large: Some(large), .. } => {
            measure_more(&needs, start, told, (faults, large))?;
        }
        _ => measure(&needs)?,
    }
    needs.power.off(0)
}
