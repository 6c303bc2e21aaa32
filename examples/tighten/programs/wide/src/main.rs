//! Asks for more than it uses: what `veridian tighten` is to find out.
#![no_std]
#![no_main]

use interfaces::Store;
use veridian::abi::rights;
use veridian::prelude::*;
use veridian::{Message, system};

program! {
    needs {
        log: Console { write, read },
        store: Store { get, put, watch, delegate },
        table: SharedRegion { read, write },
        spare: SharedRegion { read },
        bell: Notification { signal, wait },
        rung: Notification { wait },
        optional hint: Notification { signal },
        power: Power { off, reset },
    }
}

fn main(needs: Needs) -> Result<()> {
    let half = system::capability_derive(needs.bell.token(), rights::notification::SIGNAL)?;
    let watch = Message { words: [0; 8], length: 0, label: 2, capability: half };
    system::call(needs.store.token(), &watch, Timeout::FOREVER)?;
    let value = needs.store.get()?;
    log!(needs.log, "the store has {value}, the table {}", needs.table.bytes()?.word(0)?);
    needs.rung.wait(Timeout::FOREVER)?;
    needs.power.off(0)
}
