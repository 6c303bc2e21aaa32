//! Makes an endpoint, a thread that serves it, and a process that may call it and nothing else; waits for the
//! ends of both, and takes all down, so that its pool is as it was.
#![no_std]
#![no_main]

use veridian::abi::{Kind, limits, rights};
use veridian::prelude::*;
use veridian::{Message, Token, page_size, system, thread_entry};

program! {
    needs {
        pool: MemoryPool { allocate, create, spawn },
        log: Console { write },
        power: Power { off },
    }
}

/// Pages of a stack.
const STACK: u64 = 4;
/// Priority of what is made; the maker has 120.
const LATER: u8 = 121;
/// Where the process has its stack.
const PLACE: u64 = limits::DYNAMIC_BASE;

fn message(word: u64) -> Message {
    Message { words: [word, 0, 0, 0, 0, 0, 0, 0], length: 8, ..Message::empty(0) }
}

/// Answers two calls with a number that is one larger, and ends.
extern "C" fn server(endpoint: usize) -> ! {
    let endpoint = Token(endpoint as u64);
    let mut reply = None;
    for _ in 0..2 {
        let received = match reply {
            None => system::receive(endpoint, Timeout::FOREVER),
            Some((token, ref answer)) => system::reply_receive(endpoint, token, answer, Timeout::FOREVER),
        };
        let Ok(received) = received else { system::exit(1) };
        reply = Some((received.reply, message(received.message.words[0] + 1)));
    }
    let answered = reply.is_some_and(|(token, answer)| system::reply(token, &answer).is_ok());
    system::exit(if answered { 5 } else { 2 })
}

/// In an address space of its own: calls, and tries what it may not. Ends with what it was answered.
extern "C" fn client(endpoint: usize) -> ! {
    let endpoint = Token(endpoint as u64);
    let answer = system::call(endpoint, &message(41), Timeout::FOREVER);
    let receives = system::receive(endpoint, Timeout::POLL).map(drop);
    // Besides the endpoint it has its stack, whatever tokens it makes up.
    let names = (0..limits::MADE_SLOTS as u32).flat_map(|slot| (0..8).map(move |rights| Token::new(slot, 1, rights)));
    let held = names.filter(|token| system::capability_validate(*token, 0).is_ok()).count();
    let refused = receives == Err(SystemError::MissingRight) && held == 2;
    match answer {
        Ok(answer) if refused => system::exit(answer.words[0]),
        _ => system::exit(1),
    }
}

/// Writes where it may not.
extern "C" fn crasher(_: usize) -> ! {
    let code = core::ptr::with_exposed_provenance_mut::<u64>(crasher as extern "C" fn(usize) -> ! as usize & !7);
    // SAFETY: the page is mapped, and cannot be written: this is a fault, which ends the thread.
    unsafe { code.write_volatile(0) };
    system::exit(1)
}

/// Counts in memory that it shares with its maker.
extern "C" fn counter(address: usize) -> ! {
    let place = core::ptr::with_exposed_provenance_mut::<u64>(address);
    loop {
        // SAFETY: the maker gives it the address of a word that it reads alone.
        unsafe { place.write_volatile(place.read_volatile().wrapping_add(1)) };
    }
}

thread_entry!(server_entry, server);
thread_entry!(client_entry, client);
thread_entry!(crasher_entry, crasher);
thread_entry!(counter_entry, counter);

/// Whether the first word of a region changes within 20 ms.
fn moves(region: &SharedRegion) -> Result<bool> {
    let before = region.bytes()?.word(0)?;
    system::sleep(20_000_000)?;
    Ok(region.bytes()?.word(0)? != before)
}

/// Pages that the pool has left, and whether it still makes one object of each kind.
fn left(needs: &Needs) -> Result<(u64, bool)> {
    let mut tokens = [Token::NONE; 8];
    let mut pages = 0;
    for token in &mut tokens {
        let mut count = limits::MAX_RUN_PAGES;
        while count > 0 {
            match system::allocate_frames(needs.pool.token(), count) {
                Ok(region) => {
                    (*token, pages) = (region, pages + count);
                    break;
                }
                Err(_) => count /= 2,
            }
        }
    }
    for token in tokens.into_iter().filter(|token| *token != Token::NONE) {
        system::free_frames(token)?;
    }
    let made = [
        needs.pool.endpoint(0),
        needs.pool.notification().map(|made| made.token()),
        needs.pool.address_space().map(|made| made.token()),
        needs.pool.thread(None).map(|made| made.token()),
        needs.pool.thread(None).map(|made| made.token()),
    ];
    let whole = made.iter().all(Result::is_ok);
    for token in made.into_iter().flatten() {
        system::capability_drop(token)?;
    }
    Ok((pages, whole))
}

fn refusals(needs: &Needs, space: &AddressSpace, process: &Process, region: &SharedRegion) -> Result<()> {
    let log = &needs.log;
    let narrow = system::capability_derive(needs.pool.token(), rights::memory_pool::ALLOCATE)?;
    log!(log, "without the right: {:?}", system::create_thread(narrow, Token::NONE, None));
    system::capability_drop(narrow)?;
    log!(log, "one space too many: {:?}", needs.pool.address_space().map(drop));
    log!(log, "more urgent than its maker: {:?}", process.schedule(119));
    log!(log, "an address space in another table: {:?}", space.grant(space.token(), 0));
    let written = (&raw const SECRET).addr() as u64 / page_size() * page_size();
    log!(log, "what can be written: {:?}", system::share_pages(space.token(), written, 1));
    let execute = limits::MAP_READ | limits::MAP_EXECUTE;
    log!(log, "memory as code: {:?}", space.map(region, PLACE + page_size() * 64, execute).map(drop));
    log!(log, "an interrupt: {:?}", system::create_capability(needs.pool.token(), Kind::Interrupt, 0));
    Ok(())
}

/// Lies where the program writes.
static SECRET: core::sync::atomic::AtomicU64 = core::sync::atomic::AtomicU64::new(7);

fn main(needs: Needs) -> Result<()> {
    // The tables of its own space that it takes once stay charged to the pool.
    let both = [needs.pool.take(STACK)?, needs.pool.take(STACK)?];
    for region in both {
        needs.pool.give_back(region)?;
    }
    let before = left(&needs)?;
    log!(needs.log, "the pool is whole: {}", before.1);

    let endpoint = needs.pool.endpoint(7)?;
    let stack = needs.pool.take(STACK)?;
    let thread = needs.pool.thread(None)?;
    let end = |region: &SharedRegion| -> Result<u64> { Ok(region.address() + region.size() as u64) };
    // SAFETY: nobody else uses the stack; the thread runs in this program.
    unsafe { thread.start(server_entry, end(&stack)?, endpoint.0)? };
    thread.schedule(LATER)?;
    let answer = system::call(endpoint, &message(1), Timeout::FOREVER)?;
    log!(needs.log, "a thread of its own answers {}", answer.words[0]);

    let space = needs.pool.address_space()?;
    space.share_program()?;
    let memory = needs.pool.take(STACK)?;
    space.map(&memory, PLACE, limits::MAP_READ | limits::MAP_WRITE)?;
    let given = space.grant(endpoint, rights::endpoint::CALL)?;
    let process = needs.pool.thread(Some(&space))?;
    let top = PLACE + STACK * page_size();
    // SAFETY: program and stack were just mapped there; what it runs uses no static variable.
    unsafe { process.start(client_entry, top, given.0)? };
    process.schedule(LATER)?;
    log!(needs.log, "the process: {:?}", process.wait_for_exit(Timeout::FOREVER)?);
    log!(needs.log, "the thread: {:?}", thread.wait_for_exit(Timeout::FOREVER)?);
    // SAFETY: as above.
    unsafe { process.start(crasher_entry, top, 0)? };
    process.schedule(LATER)?;
    let crash = process.wait_for_exit(Timeout::FOREVER)?;
    log!(needs.log, "the process: {:?}", crash);

    // SAFETY: the thread has ended, so that its stack is free again; it counts in the memory of the process.
    unsafe { thread.start(counter_entry, end(&stack)?, memory.address())? };
    thread.schedule(LATER)?;
    let runs = moves(&memory)?;
    thread.unschedule()?;
    let off = moves(&memory)?;
    thread.schedule(LATER)?;
    let on = moves(&memory)?;
    thread.block(Timeout::FOREVER)?;
    let blocked = moves(&memory)?;
    thread.wake()?;
    log!(needs.log, "scheduled {runs}, off {off}, on {on}, blocked {blocked}, woken {}", moves(&memory)?);
    thread.stop()?;
    log!(needs.log, "the thread: {:?}", thread.wait_for_exit(Timeout::FOREVER)?);

    refusals(&needs, &space, &process, &memory)?;
    for token in [space.token(), process.token(), thread.token(), endpoint] {
        system::capability_drop(token)?;
    }
    needs.pool.give_back(memory)?;
    needs.pool.give_back(stack)?;
    let after = left(&needs)?;
    log!(needs.log, "all is back: {}", after == before);
    needs.power.off(u8::from(after != before || crash != ProcessExit::Crash(limits::FAULT_MEMORY as u32)))
}
