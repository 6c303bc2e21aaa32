//! Makes a process that waits, with less than it has itself, and says so.
#![no_std]
#![no_main]

use veridian::abi::{limits, rights};
use veridian::prelude::*;
use veridian::{Token, page_size, system, thread_entry};

program! {
    needs {
        log: Console { write },
        pool: MemoryPool { allocate, create, spawn },
        bell: Notification { signal, wait },
    }
}

/// Pages of the process's stack.
const STACK: u64 = 4;
/// Where the process has it.
const PLACE: u64 = limits::DYNAMIC_BASE;
const PRIORITY: u8 = 121;

/// In an address space of its own: keeps a part of what it was given apart, and waits.
extern "C" fn waiter(bell: usize) -> ! {
    let bell = Token(bell as u64);
    let Ok(nothing) = system::capability_derive(bell, 0) else { system::exit(1) };
    loop {
        let _ = system::wait(bell, Timeout::FOREVER);
        let _ = system::capability_validate(nothing, 0);
    }
}

thread_entry!(waiter_entry, waiter);

fn main(needs: Needs) -> Result<()> {
    let space = needs.pool.address_space()?;
    space.share_program()?;
    let memory = needs.pool.take(STACK)?;
    space.map(&memory, PLACE, limits::MAP_READ | limits::MAP_WRITE)?;
    let bell = space.grant(needs.bell.token(), rights::notification::WAIT)?;
    space.grant(needs.pool.endpoint(0)?, rights::endpoint::CALL)?;
    let process = needs.pool.thread(Some(&space))?;
    // SAFETY: program and stack were just mapped there; what it runs uses no static variable.
    unsafe { process.start(waiter_entry, PLACE + STACK * page_size(), bell.0)? };
    process.schedule(PRIORITY)?;
    // It is less urgent than this component: by the end of a sleep it waits.
    system::sleep(100_000_000)?;
    log!(needs.log, "made");
    loop {
        system::sleep(1_000_000_000)?;
    }
}
