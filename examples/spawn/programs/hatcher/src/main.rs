//! Makes a thread that counts on another core and a process that calls a server from a third one, or from its own,
//! and destroys the process again and again while it does so. It never ends by itself unless something goes wrong.
#![no_std]
#![no_main]

use interfaces::Doubles;
use veridian::abi::limits;
use veridian::prelude::*;
use veridian::{Message, Token, page_size, system, thread_entry};

program! {
    needs {
        pool: MemoryPool { allocate, spawn },
        counters: SharedRegion { read, write },
        doubles: Doubles { double },
    }
}

/// Pages of a stack.
const STACK: u64 = 4;
/// Priority of what is made; the hatcher has 120.
const LATER: u8 = 121;
/// Where the process has its stack, and far enough behind it, whatever a page is, the counters.
const PLACE: u64 = limits::DYNAMIC_BASE;
const COUNTERS: u64 = limits::DYNAMIC_BASE + 0x40_0000;
/// Cores of the thread, and of the process every other time.
const COUNTS_ON: u32 = 2;
const CALLS_ON: u32 = 3;
/// What goes wrong.
const WRONG: Error = Error::Malformed;

/// Words of the counters.
const COUNTED: usize = 0;
const CALLED: usize = 1;
const DESTROYED: usize = 2;

fn count(address: usize) -> u64 {
    let place = core::ptr::with_exposed_provenance_mut::<u64>(address);
    // SAFETY: a word of the counters, which one thread alone writes.
    unsafe {
        let value = place.read_volatile().wrapping_add(1);
        place.write_volatile(value);
        value
    }
}

/// A thread of the hatcher's own: counts.
extern "C" fn counter(address: usize) -> ! {
    loop {
        count(address);
    }
}

/// In an address space of its own: calls a server on another core for each number, and checks what it is told.
extern "C" fn caller(endpoint: usize) -> ! {
    let address = COUNTERS as usize + CALLED * 8;
    loop {
        let value = count(address);
        let message = Message { words: [value, 0, 0, 0, 0, 0, 0, 0], length: 8, ..Message::empty(0) };
        match system::call(Token(endpoint as u64), &message, Timeout::FOREVER) {
            Ok(answer) if answer.words[0] == value * 2 => {}
            _ => system::exit(1),
        }
    }
}

thread_entry!(counter_entry, counter);
thread_entry!(caller_entry, caller);

/// A process and its thread.
struct Child {
    space: AddressSpace,
    thread: Process,
}

fn hatch(needs: &Needs, stack: &SharedRegion, core: Option<u32>) -> Result<Child> {
    let space = needs.pool.address_space()?;
    space.share_program()?;
    let both = limits::MAP_READ | limits::MAP_WRITE;
    space.map(stack, PLACE, both)?;
    space.map(&needs.counters, COUNTERS, both)?;
    let endpoint = space.grant(needs.doubles.token(), needs.doubles.token().rights())?;
    let thread = match core {
        Some(core) => needs.pool.thread_on(core, Some(&space))?,
        None => needs.pool.thread(Some(&space))?,
    };
    // SAFETY: program and stack were just mapped there; what it runs uses no static variable.
    unsafe { thread.start(caller_entry, PLACE + STACK * page_size(), endpoint.0)? };
    thread.schedule(LATER)?;
    Ok(Child { space, thread })
}

/// Waits until it has called, and lets others run meanwhile.
fn wait_for_call(needs: &Needs, child: &Child, called: u64) -> Result<()> {
    while needs.counters.bytes()?.word(CALLED)? == called {
        // It must not have ended.
        match child.thread.wait_for_exit(Timeout::milliseconds(1)) {
            Err(Error::System(SystemError::TimedOut)) => {}
            _ => return Err(WRONG),
        }
    }
    Ok(())
}

fn main(mut needs: Needs) -> Result<()> {
    let stack = needs.pool.take(STACK)?;
    // One that the pool does not list.
    if needs.pool.thread_on(0, None).map(drop) != Err(Error::System(SystemError::BadArgument)) {
        return Err(WRONG);
    }
    let thread = needs.pool.thread_on(COUNTS_ON, None)?;
    let place = needs.counters.address() + COUNTED as u64 * 8;
    // SAFETY: nobody else uses the stack; the thread runs in this program.
    unsafe { thread.start(counter_entry, stack.address() + stack.size() as u64, place)? };
    thread.schedule(LATER)?;
    let of_child = needs.pool.take(STACK)?;
    for life in 0_u64.. {
        let called = needs.counters.bytes()?.word(CALLED)?;
        let core = life.is_multiple_of(2).then_some(CALLS_ON);
        let child = hatch(&needs, &of_child, core)?;
        wait_for_call(&needs, &child, called)?;
        // In the middle of whatever it does, most often of a call.
        system::capability_drop(child.space.token())?;
        if child.thread.wait_for_exit(Timeout::FOREVER)? != ProcessExit::Stopped {
            return Err(WRONG);
        }
        let called = needs.counters.bytes()?.word(CALLED)?;
        system::capability_drop(child.thread.token())?;
        system::sleep(2_000_000)?;
        if needs.counters.bytes()?.word(CALLED)? != called {
            return Err(WRONG);
        }
        let destroyed = needs.counters.bytes()?.word(DESTROYED)?;
        needs.counters.bytes_mut()?.set_word(DESTROYED, destroyed + 1)?;
    }
    Ok(())
}
