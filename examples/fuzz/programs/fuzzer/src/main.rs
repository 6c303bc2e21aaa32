//! Makes system calls at random: every one of the ABI, and numbers that are none, with tokens that are real,
//! narrowed, stale or forged, and arguments of every sort. The same seed makes the same calls.
#![no_std]
#![no_main]

mod random;

use crate::random::Random;
use interfaces::Bystander;
use veridian::abi::{BLOCKING_LIMIT, limits, system_calls};
use veridian::arch::{self, Frame};
use veridian::prelude::*;

program! {
    needs {
        plan: SharedRegion { read, write },
        own: Serve<Bystander> { next },
        bystander: Bystander { next },
        bell: Notification { signal, wait },
        timer: Timer { arm },
        area: SharedRegion { read, write },
        buffer: Dma { read, write },
        census: Census { read },
        neighbour: Process { wait },
        pool: MemoryPool { allocate, create },
    }
}

/// Capabilities that it has from the start and tries.
const HELD: usize = 9;
/// Tokens that are remembered: more than a table has slots, so that old ones come up again and again.
const TOKENS: usize = 64;
/// Calls of one life: capabilities that are dropped are lost for the rest of it.
const CALLS: u64 = 20_000;

struct Fuzzer {
    random: Random,
    tokens: [u64; TOKENS],
    reply: u64,
    /// What it holds from the start; the last is the pool that mappings are charged to.
    held: [u64; HELD],
}

impl Fuzzer {
    fn token(&mut self) -> u64 {
        let known = self.tokens[self.random.below(TOKENS as u64) as usize];
        match self.random.below(8) {
            0 => known ^ 1 << self.random.below(64),
            1 => self.random.next(),
            2 => 0,
            3 | 4 => self.held[self.random.below(HELD as u64) as usize],
            _ => known,
        }
    }

    fn argument(&mut self) -> u64 {
        match self.random.below(8) {
            0 => self.random.next(),
            1 => limits::DYNAMIC_BASE + self.random.below(16) * limits::PAGE_SIZE,
            2 => u64::MAX - self.random.below(4),
            3 => 1 << self.random.below(64),
            4 => self.token(),
            _ => self.random.below(8),
        }
    }

    /// A number of a system call, mostly one that there is.
    fn number(&mut self) -> u64 {
        let all = system_calls::ALL;
        loop {
            let number = match self.random.below(32) {
                0 => self.random.below(256),
                _ => all[self.random.below(all.len() as u64) as usize].1,
            };
            let rarity = match number {
                // The end of this life comes by itself, and seldom on purpose.
                system_calls::EXIT => 4096,
                // Each takes a tick, in which nothing is tried.
                system_calls::SLEEP => 1024,
                _ => 1,
            };
            if self.random.below(rarity) == 0 {
                return number;
            }
        }
    }

    /// Makes one call. Returns whether the kernel did what it asked for.
    fn call(&mut self) -> bool {
        let number = self.number();
        let mut frame = Frame {
            message: core::array::from_fn(|_| self.argument()),
            token: self.token(),
            word: number | self.argument() << 8,
            a: self.argument(),
            b: if self.random.below(2) == 0 { self.reply } else { self.argument() },
            c: if self.random.below(2) == 0 { 0 } else { self.token() },
        };
        if number == system_calls::MAP_PAGE && self.random.below(2) == 0 {
            // By chance alone it would hardly ever be right.
            frame.a = limits::DYNAMIC_BASE + self.random.below(16) * limits::PAGE_SIZE;
            frame.b = limits::MAP_READ | (self.random.below(2) * limits::MAP_WRITE);
            frame.c = self.held[HELD - 1];
        }
        if number == system_calls::CAPABILITY_DROP && self.held.contains(&frame.token) && self.random.below(256) != 0 {
            // What it holds from the start would soon be gone, and with it most of what can be done.
            frame.token = self.random.next();
        }
        if number < BLOCKING_LIMIT {
            // It must not wait for what nobody will do; now and then it waits for a tick.
            if number != system_calls::CENSUS_READ {
                frame.a = u64::from(self.random.below(4096) == 0);
            }
            arch::message_call(&mut frame);
            if frame.b != 0 {
                self.reply = frame.b;
            }
            self.keep(frame.c);
        } else {
            (frame.word, frame.token) = arch::simple_call(frame.word, frame.token, frame.a, frame.b, frame.c);
        }
        let done = frame.word as u8 == 0;
        if done {
            self.keep(frame.token);
        }
        done
    }

    fn keep(&mut self, token: u64) {
        if token != 0 {
            let place = self.random.below(TOKENS as u64) as usize;
            self.tokens[place] = token;
        }
    }
}

fn main(needs: Needs) -> Result<()> {
    let mut plan = needs.plan;
    let (seed, begin) = {
        let view = plan.bytes()?;
        (view.word(0)?, view.word(1)?)
    };
    let held = [
        needs.own.token(),
        needs.bystander.token(),
        needs.bell.token(),
        needs.timer.token(),
        needs.area.token(),
        needs.buffer.token(),
        needs.census.token(),
        needs.neighbour.token(),
        needs.pool.token(),
    ]
    .map(|token| token.0);
    let mut fuzzer =
        Fuzzer { random: Random::new(seed), tokens: core::array::from_fn(|index| held[index % HELD]), reply: 0, held };
    let mut done = 0;
    for made in 0..CALLS * begin {
        done += u64::from(fuzzer.call());
        if made % 64 == 0 {
            let view = plan.bytes_mut()?;
            view.set_word(2, made)?;
            view.set_word(3, done)?;
        }
    }
    plan.bytes_mut()?.set_word(2, CALLS * begin)
}
