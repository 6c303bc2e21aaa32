//! Maps what it is lent, read-only, and adds it up.
#![no_std]
#![no_main]

use interfaces::Sums;
use veridian::prelude::*;
use veridian::{Message, Reader, Token, Writer, system};

program! {
    needs {
        requests: Serve<Sums> { sum, again },
        tables: MemoryPool { allocate },
    }
}

fn add_up(region: &SharedRegion) -> Result<u64> {
    let view = region.bytes()?;
    let mut sum = 0u64;
    for index in 0..view.size() / 8 {
        sum = sum.wrapping_add(view.word(index)?);
    }
    Ok(sum)
}

fn main(needs: Needs) -> Result<()> {
    // By hand rather than by the rendered half, since a capability comes along.
    let mut lent = None;
    let mut received = system::receive(needs.requests.token(), Timeout::FOREVER)?;
    loop {
        let region = match received.message.label {
            0 => {
                let pages = Reader::new(&received.message)?.u64()?;
                lent.insert(needs.tables.map(received.message.capability, pages)?)
            }
            // By now the lender may have taken it back: then this ends here, by a fault.
            _ => lent.as_mut().ok_or(Error::Malformed)?,
        };
        let mut writer = Writer::new();
        writer.u64(add_up(region)?)?;
        let reply = Message { capability: Token::NONE, ..writer.finish(0) };
        received = system::reply_receive(needs.requests.token(), received.reply, &reply, Timeout::FOREVER)?;
    }
}
