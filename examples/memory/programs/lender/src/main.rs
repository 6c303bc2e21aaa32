//! Takes memory until there is none, gives it back, lends some, and takes it away from the borrower.
#![no_std]
#![no_main]

use interfaces::Sums;
use veridian::abi::{limits, rights};
use veridian::prelude::*;
use veridian::{Message, Reader, Writer, system};

program! {
    needs {
        sums: Sums { sum, again, delegate },
        pool: MemoryPool { allocate },
        borrower: Process { wait },
        log: Console { write },
        power: Power { off },
    }
}

const PAGES: u64 = 16;

/// Regions of 16 pages that the pool has.
fn fill(needs: &Needs) -> Result<usize> {
    let mut regions = [const { None }; 32];
    let mut count = 0;
    for region in &mut regions {
        match needs.pool.take(PAGES) {
            Ok(taken) => *region = Some(taken),
            Err(Error::System(SystemError::NoMemory)) => break,
            Err(error) => return Err(error),
        }
        count += 1;
    }
    for region in regions.into_iter().flatten() {
        needs.pool.give_back(region)?;
    }
    Ok(count)
}

fn main(needs: Needs) -> Result<()> {
    for _ in 0..2 {
        log!(needs.log, "the pool has {} regions of {PAGES} pages", fill(&needs)?);
    }
    let mut region = needs.pool.take(PAGES)?;
    let zero = (0..region.size() / 8).all(|index| region.bytes().and_then(|view| view.word(index)) == Ok(0));
    log!(needs.log, "what it gives is {}", if zero { "zeroed" } else { "NOT ZEROED" });
    let view = region.bytes_mut()?;
    let words = view.size() / 8;
    for index in 0..words {
        view.set_word(index, index as u64)?;
    }

    let readable = system::capability_derive(region.token(), rights::shared_region::READ)?;
    let mut writer = Writer::new();
    writer.u64(PAGES)?;
    let reply = needs.sums.client().call(&Message { capability: readable, ..writer.finish(0) })?;
    let sum = Reader::new(&reply)?.u64()?;
    log!(needs.log, "the borrower read {sum}, which is {}", sum == (words * (words - 1) / 2) as u64);
    let wider = system::capability_derive(readable, rights::shared_region::WRITE);
    log!(needs.log, "more rights than lent: {wider:?}");

    needs.pool.give_back(region)?;
    log!(needs.log, "taken back: {:?}", needs.sums.again());
    log!(needs.log, "the borrower: {:?}", needs.borrower.wait_for_exit(Timeout::FOREVER)?);
    log!(needs.log, "the pool has {} regions of {PAGES} pages", fill(&needs)?);
    let crashed = needs.borrower.wait_for_exit(Timeout::POLL)? == ProcessExit::Crash(limits::FAULT_MEMORY as u32);
    needs.power.off(u8::from(!crashed))
}
