//! Starts the fuzzer anew, each time with another seed, and compares what there is with what there was.
#![no_std]
#![no_main]

use interfaces::Bystander;
use veridian::abi::limits;
use veridian::prelude::*;
use veridian::{Record, Text, Token, system};

program! {
    needs {
        fuzzer: Process { wait, restart },
        bystander: Bystander { next },
        plan: SharedRegion { read, write },
        pool: MemoryPool { allocate },
        census: Census { read },
        log: Console { write },
        power: Power { off },
    }
}

/// What must be the same whenever the fuzzer has just been started anew.
#[derive(Clone, Copy, PartialEq)]
struct Inventory {
    /// Pages that the pool still gives.
    pages: u64,
    /// Capabilities and mappings of all components.
    things: u64,
    digest: u64,
}

/// Takes all that the pool gives, the largest pieces first, and gives it back. Returns how many pages that were.
fn pages(pool: Token, most: u64) -> Result<u64> {
    match system::allocate_frames(pool, most) {
        Ok(region) => {
            let more = pages(pool, most)?;
            system::free_frames(region)?;
            Ok(most + more)
        }
        Err(SystemError::NoMemory) if most > 1 => pages(pool, most / 2),
        Err(SystemError::NoMemory) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

fn inventory(needs: &Needs) -> Result<Inventory> {
    let pages = pages(needs.pool.token(), limits::MAX_RUN_PAGES)?;
    let (mut things, mut digest) = (0, 0u64);
    needs.census.read(|record| {
        let mut text = Text::<160>::default();
        // Generations grow with what the keeper takes from the pool itself, and states are of the moment.
        if let Record::Capability { holder: component, slot, kind, rights, object, .. } = record {
            text = Text::format(format_args!("{component} {slot} {kind} {rights} {object}"))?;
            things += 1;
        }
        digest =
            text.as_str().bytes().fold(digest, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        Ok(())
    })?;
    Ok(Inventory { pages, things, digest })
}

fn main(mut needs: Needs) -> Result<()> {
    let lives = needs.plan.bytes()?.size() as u64 / limits::PAGE_SIZE;
    let (mut calls, mut allowed) = (0, 0);
    // The first life is one: what it maps, and the page tables for that, are there from then on.
    let mut before = None;
    let mut sound = true;
    for life in 0..=lives {
        {
            let view = needs.plan.bytes_mut()?;
            for (index, word) in [life, 1, 0, 0].into_iter().enumerate() {
                view.set_word(index, word)?;
            }
        }
        needs.fuzzer.restart()?;
        let now = inventory(&needs)?;
        if life > 0 {
            sound &= *before.get_or_insert(now) == now;
        }
        needs.fuzzer.wait_for_exit(Timeout::FOREVER)?;
        sound &= needs.bystander.next(life)? == life + 1;
        let view = needs.plan.bytes()?;
        calls += view.word(2)?;
        allowed += view.word(3)?;
    }
    needs.fuzzer.restart()?;
    let after = inventory(&needs)?;
    let before = before.ok_or(Error::Malformed)?;
    sound &= before == after;
    log!(needs.log, "{calls} calls in {} lives, {allowed} allowed", lives + 1);
    log!(needs.log, "pool gives {} pages, and gave {}", after.pages, before.pages);
    log!(needs.log, "census tells {} capabilities, and told {}", after.things, before.things);
    log!(needs.log, "{}", if sound { "nothing is left, the bystander still answers" } else { "NOT SOUND" });
    needs.power.off(u8::from(!sound))
}
