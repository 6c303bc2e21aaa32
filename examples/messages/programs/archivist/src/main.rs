//! Keeps a text of up to 3000 bytes; when it is told to close, it ends without an answer.
#![no_std]
#![no_main]

use interfaces::{Archive, ArchiveInspectResponse, ArchiveServer};
use veridian::abi::rights;
use veridian::prelude::*;
use veridian::{Caller, system};

program! {
    needs {
        requests: Serve<Archive> { put, get, close },
    }
}

/// Long enough for the latecomer to queue behind the call that is being served.
const LAST_MOMENTS: u64 = 50_000_000;

struct Archivist {
    text: Text<3000>,
}

impl ArchiveServer for Archivist {
    fn put(&mut self, _: &Caller, text: &str) -> Result<u32> {
        self.text = Text::from_text(text)?;
        Ok(text.len() as u32)
    }

    fn get(&mut self, _: &Caller) -> Result<Text<3000>> {
        Ok(self.text)
    }

    fn inspect(&mut self, caller: &Caller) -> Result<ArchiveInspectResponse> {
        let rights = caller.capability.rights();
        let writable = system::capability_validate(caller.capability, rights::shared_region::WRITE).is_ok();
        system::capability_drop(caller.capability)?;
        Ok(ArchiveInspectResponse { rights, writable })
    }

    fn close(&mut self, _: &Caller) -> Result<()> {
        system::sleep(LAST_MOMENTS)?;
        system::exit(0)
    }
}

fn main(needs: Needs) -> Result<()> {
    needs.requests.serve(&mut Archivist { text: Text::new() })
}
