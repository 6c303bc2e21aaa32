//! Serves a number, writes a table, and signals with what it is passed.
#![no_std]
#![no_main]

use interfaces::Store;
use veridian::prelude::*;
use veridian::{Message, Token, Writer, system};

program! {
    needs {
        requests: Serve<Store> { get, put, watch },
        table: SharedRegion { read, write },
        rung: Notification { signal },
    }
}

fn main(mut needs: Needs) -> Result<()> {
    needs.table.bytes_mut()?.set_word(0, 41)?;
    let mut watcher = Token::NONE;
    // By hand rather than by the rendered half, since a capability comes along.
    let mut received = system::receive(needs.requests.token(), Timeout::FOREVER)?;
    loop {
        let mut writer = Writer::new();
        match received.message.label {
            0 => writer.u64(42)?,
            2 => watcher = received.message.capability,
            _ => {}
        }
        let reply = Message { capability: Token::NONE, ..writer.finish(0) };
        system::signal(watcher, 1)?;
        needs.rung.signal(1)?;
        received = system::reply_receive(needs.requests.token(), received.reply, &reply, Timeout::FOREVER)?;
    }
}
