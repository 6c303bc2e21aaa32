//! Tries everything with everything that it holds, and with every name that it could hold something by, and prints
//! what it got. It knows neither its own rights nor what it is to be refused: that is for whoever reads this to compare
//! with the system's graph.
//!
//! Lines: `holds NEED KIND RIGHTS` for each name that the kernel takes; `census COMPONENT SLOT KIND RIGHTS OBJECT`;
//! `derive NEED BIT ANSWER`; `memory NEED RIGHT ANSWER`; `method NEED CALL LABEL ANSWER`; `pass NEED CALL ANSWER`;
//! `call NEED CALL ANSWER`, for every call of the ABI that takes an object; `received NEED CALL LABEL`;
//! `space all|none CALL ANSWER` of an address space, which exists at run time alone.
#![no_std]
#![no_main]

mod calls;
mod held;
mod touch;
mod walk;

use crate::calls::{Surroundings, answer, attempt};
use crate::held::Held;
use interfaces::Talk;
use veridian::abi::{Error, Kind, limits, system_calls};
use veridian::needs::Granted;
use veridian::prelude::*;
use veridian::{Record, Token, page_size, system};

program! {
    needs {
        log: Held<Console> { write },
        asked: Held<Talk> { ask, hint },
        hinted: Held<Talk> { hint, delegate },
        served: Held<Serve<Talk>> { ask },
        bell: Held<Notification> { signal },
        rung: Held<Notification> { wait },
        both: Held<Notification> { signal, wait },
        ends: Held<Process> { wait, stop },
        started: Held<Process> { restart, schedule },
        blocked: Held<Process> { block },
        line: Held<Interrupt> { acknowledge },
        alarm: Held<Timer> { arm },
        optional inputs: Held<IoPorts> { read },
        optional outputs: Held<IoPorts> { write },
        registers: Held<Mmio> { read, write },
        status: Held<Mmio> { read },
        buffer: Held<Dma> { read, write },
        filled: Held<Dma> { read },
        board: Held<SharedRegion> { read, write },
        notes: Held<SharedRegion> { read },
        workshop: Held<MemoryPool> { allocate, spawn },
        bench: Held<MemoryPool> { create },
        power: Held<Power> { off },
        census: Held<Census> { read },
        metrics: Held<Metrics> { read },
    }
}

/// Labels of methods that are tried: those of any interface here, and some that none has.
const LABELS: core::ops::Range<u64> = 0..8;
/// Lengths of messages that some method reads, in bytes: a number, nothing, an empty text.
const LENGTHS: [u64; 3] = [8, 0, 1];
/// Calls by which a message is sent.
const SENDING: [(&str, u64); 2] = [("call", system_calls::CALL), ("send", system_calls::SEND)];

/// What is found out of, by the name of its need.
struct Named {
    name: &'static str,
    granted: Granted,
}

/// Every need with its name, in the order of the arguments. One that was not granted has no token.
macro_rules! every {
    ($needs:ident, $($name:ident),* ; optional $($optional:ident),*) => {
        [
            $(Named { name: stringify!($name), granted: $needs.$name.granted },)*
            $(Named {
                name: stringify!($optional),
                granted: $needs.$optional.as_ref().map_or(Granted::default(), |held| held.granted),
            },)*
        ]
    };
}

fn text<T>(result: &Result<T, Error>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(error) => error.name(),
    }
}

struct Prober {
    log: Console,
    around: Surroundings,
}

impl Prober {
    /// One right after the other, of those that any kind could have.
    fn derive(&self, name: &str, token: Token) -> Result<()> {
        for bit in 0..u16::BITS {
            let child = system::capability_derive(token, 1 << bit);
            log!(self.log, "derive {name} {bit} {}", text(&child));
            if let Ok(child) = child {
                system::capability_drop(child)?;
            }
        }
        Ok(())
    }

    /// Every method, called and sent. What the server says counts, if it can read the message.
    fn methods(&self, name: &str, token: Token) {
        for (how, number) in SENDING {
            for label in LABELS {
                let mut said = "Malformed";
                for length in LENGTHS {
                    let reply = attempt(self.around.message(number, token, label, length));
                    said = match &reply {
                        Ok(_) if number == system_calls::SEND => "ok",
                        Ok(reply) => match reply.word >> 16 & 0xffff {
                            limits::REPLY_OK => "ok",
                            limits::REPLY_DENIED => "Denied",
                            limits::REPLY_UNKNOWN_METHOD => "UnknownMethod",
                            _ => continue,
                        },
                        Err(_) => text(&reply),
                    };
                    break;
                }
                log!(self.log, "method {name} {how} {label} {said}");
            }
            let mut passing = self.around.frame(number, token);
            passing.c = self.around.passed.0;
            log!(self.log, "pass {name} {how} {}", text(&attempt(passing)));
        }
    }

    /// Every call that takes an object, on this one.
    fn calls(&self, name: &str, token: Token) -> Result<()> {
        for (call, number, kind, _) in system_calls::ALL {
            if Kind::from_code(kind).is_none() {
                continue;
            }
            let result = attempt(self.around.frame(number, token));
            log!(self.log, "call {name} {call} {}", text(&result));
            let Ok(done) = result else { continue };
            match number {
                system_calls::RECEIVE | system_calls::REPLY_RECEIVE => {
                    log!(self.log, "received {name} {call} {}", answer(&done)?);
                }
                system_calls::CREATE_ADDRESS_SPACE => {
                    let space = Token(done.token);
                    let bare = system::capability_derive(space, 0)?;
                    self.space("none", bare);
                    self.space("all", space);
                    system::capability_drop(space)?;
                }
                system_calls::ALLOCATE_FRAMES | system_calls::CREATE_CAPABILITY | system_calls::CREATE_THREAD => {
                    system::capability_drop(Token(done.token))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Every call on an address space.
    fn space(&self, rights: &str, token: Token) {
        for (call, number, ..) in system_calls::ALL.into_iter().filter(|call| call.2 == Kind::AddressSpace as u16) {
            log!(self.log, "space {rights} {call} {}", text(&attempt(self.around.frame(number, token))));
        }
    }
}

fn main(needs: Needs) -> Result<()> {
    let named = every!(
        needs, log, asked, hinted, served, bell, rung, both, ends, started, blocked, line, alarm, registers, status,
        buffer, filled, board, notes, workshop, bench, power, census, metrics; optional inputs, outputs
    );
    let log = needs.log.handle();
    let slots = named.iter().map(|one| one.granted.token.slot() + 1).max().unwrap_or(0);
    let tried = walk::tokens(slots + limits::SPARE_SLOTS as u32, |token| {
        let name = named.iter().find(|one| one.granted.token == token).map_or("nothing", |one| one.name);
        let kind = system::capability_validate(token, token.rights()).map_or("none", Kind::name);
        log!(log, "holds {name} {kind} {:#x}", token.rights());
    });
    log!(log, "walked {tried} names");
    needs.census.handle().read(|record| {
        if let Record::Capability { holder: component, slot, kind, rights, object, .. } = record {
            log!(log, "census {component} {slot} {kind} {rights:#x} {object}");
        }
        Ok(())
    })?;

    let pool = needs.workshop.handle();
    let stack = pool.take(1)?;
    let entry = touch::nothing as touch::Entry as usize as u64;
    let around = Surroundings {
        passed: needs.bell.granted.token,
        region: needs.board.granted.token,
        pool: pool.token(),
        // Regions lie as far apart as the largest is long; there is one so far.
        address: stack.address() + 4 * limits::MAX_RUN_PAGES * page_size(),
        code: entry / page_size() * page_size(),
        entry,
        stack: stack.address() + page_size(),
    };
    let prober = Prober { log, around };
    let held = || named.iter().filter(|one| one.granted.token != Token::NONE);
    for one in held() {
        prober.derive(one.name, one.granted.token)?;
    }
    let thread = system::create_thread(pool.token(), Token::NONE, None)?;
    for one in held().filter(|one| one.granted.address != 0) {
        touch::memory(thread, prober.around.stack, one.granted.address, |right, answer| {
            log!(prober.log, "memory {} {right} {answer}", one.name);
        })?;
    }
    system::capability_drop(thread)?;
    for one in held().filter(|one| system::capability_validate(one.granted.token, 0) == Ok(Kind::Endpoint)) {
        prober.methods(one.name, one.granted.token);
    }
    for one in held() {
        prober.calls(one.name, one.granted.token)?;
    }
    log!(prober.log, "tried everything");
    needs.power.handle().off(0)
}
