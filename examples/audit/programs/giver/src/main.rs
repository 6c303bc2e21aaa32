//! Passes half of what it holds on, drops something else, and says so.
#![no_std]
#![no_main]

use interfaces::Exchange;
use veridian::abi::rights;
use veridian::prelude::*;
use veridian::{Message, system};

program! {
    needs {
        log: Console { write },
        peer: Exchange { give, delegate },
        bell: Notification { signal, wait },
        spare: Notification { signal },
    }
}

fn main(needs: Needs) -> Result<()> {
    let half = system::capability_derive(needs.bell.token(), rights::notification::SIGNAL)?;
    let gift = Message { words: [0; 8], length: 0, label: 0, capability: half };
    system::call(needs.peer.token(), &gift, Timeout::FOREVER)?;
    system::capability_drop(needs.spare.token())?;
    log!(needs.log, "given and dropped");
    loop {
        system::sleep(1_000_000_000)?;
    }
}
