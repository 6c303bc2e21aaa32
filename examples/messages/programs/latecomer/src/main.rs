//! Asks the archivist for its text when nobody will answer any more.
#![no_std]
#![no_main]

use interfaces::Archive;
use veridian::prelude::*;
use veridian::system::sleep;

program! {
    needs {
        archive: Archive { get },
        closing: Notification { wait },
        log: Console { write },
    }
}

fn main(needs: Needs) -> Result<()> {
    needs.closing.wait(Timeout::FOREVER)?;
    // The reader's call is served by now.
    sleep(10_000_000)?;
    let got = needs.archive.get().map(|text| text.len());
    log!(needs.log, "waited in the queue: {got:?}");
    Ok(())
}
