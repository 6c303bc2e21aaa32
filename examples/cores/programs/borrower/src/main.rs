//! Maps what it is lent and writes to it for ever: it ends by a fault when that is taken away.
#![no_std]
#![no_main]

use interfaces::Loan;
use veridian::prelude::*;
use veridian::{Message, Reader, Token, Writer, system};

program! {
    needs {
        requests: Serve<Loan> { lend },
        counters: SharedRegion { read, write },
        tables: MemoryPool { allocate },
    }
}

fn main(mut needs: Needs) -> Result<()> {
    // By hand rather than by the rendered half, since a capability comes along.
    let received = system::receive(needs.requests.token(), Timeout::FOREVER)?;
    let pages = Reader::new(&received.message)?.u64()?;
    let mut lent = needs.tables.map(received.message.capability, pages)?;
    let reply = Message { capability: Token::NONE, ..Writer::new().finish(0) };
    system::reply(received.reply, &reply)?;
    let (lent, counters) = (lent.bytes_mut()?, needs.counters.bytes_mut()?);
    let words = lent.size() / 8;
    for count in 1.. {
        lent.set_word(count as usize % words, count)?;
        // Said after it is done: what stands here was written before the memory was taken away.
        counters.set_word(1, count)?;
    }
    Ok(())
}
