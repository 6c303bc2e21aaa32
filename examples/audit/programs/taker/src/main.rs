//! Keeps every capability that it is given.
#![no_std]
#![no_main]

use interfaces::Exchange;
use veridian::prelude::*;
use veridian::{Message, Token, system};

program! {
    needs {
        requests: Serve<Exchange> { give },
    }
}

fn main(needs: Needs) -> Result<()> {
    let answer = Message { words: [0; 8], length: 0, label: 0, capability: Token::NONE };
    loop {
        let received = system::receive(needs.requests.token(), Timeout::FOREVER)?;
        system::reply(received.reply, &answer)?;
    }
}
