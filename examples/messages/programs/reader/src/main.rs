//! Stores a long text, reads it back, lends a capability with fewer rights than its own, and sees the
//! archivist end.
#![no_std]
#![no_main]

use core::fmt::Write;
use interfaces::Archive;
use veridian::Message;
use veridian::abi::{limits, rights};
use veridian::prelude::*;

program! {
    needs {
        archive: Archive { put, get, close, delegate },
        area: SharedRegion { read, write },
        closing: Notification { signal },
        archivist: Process { wait },
        latecomer: Process { wait },
        log: Console { write },
        power: Power { off },
    }
}

/// A text of 2,905 bytes.
fn poem() -> Result<Text<3000>> {
    let mut poem = Text::new();
    for verse in 0..83 {
        write!(poem, "verse {verse:02} of a text beyond registers").map_err(|_| Error::TooLong)?;
    }
    Ok(poem)
}

fn main(needs: Needs) -> Result<()> {
    let poem = poem()?;
    let stored = needs.archive.put(&poem)?;
    let same = needs.archive.get()? == *poem;
    log!(needs.log, "stored {stored} bytes, and they come back {}", if same { "as they were" } else { "CHANGED" });
    let short = needs.archive.put("short").and_then(|_| needs.archive.get())?;
    log!(needs.log, "a short one: {short:?}");

    let own = needs.area.token();
    let all = needs.archive.passing(own).inspect()?;
    log!(needs.log, "passed with all rights: {:#x}, writable {}", all.rights, all.writable);
    let readable = own.with_rights(rights::shared_region::READ);
    let narrowed = needs.archive.passing(readable).inspect()?;
    log!(needs.log, "passed to read alone: {:#x}, writable {}", narrowed.rights, narrowed.writable);
    let wider = needs.archive.passing(own.with_rights(u16::MAX)).inspect();
    log!(needs.log, "passed with more than held: {:?}", wider.err());

    let long = |bytes| Message { words: [bytes; 8], length: limits::MESSAGE_LONG as u8, ..Message::empty(0) };
    log!(needs.log, "beyond the buffer: {:?}", needs.archive.client().call(&long(4097)).err());
    log!(needs.log, "to a component without a buffer: {:?}", needs.log.client().call(&long(100)).err());

    needs.closing.signal(1)?;
    log!(needs.log, "waited for the answer: {:?}", needs.archive.close());
    log!(needs.log, "asked when it had ended: {:?}", needs.archive.get().err());
    log!(needs.log, "the archivist: {:?}", needs.archivist.wait_for_exit(Timeout::FOREVER)?);
    needs.latecomer.wait_for_exit(Timeout::FOREVER)?;
    needs.power.off(u8::from(!same))
}
