//! Tries, in every system call of the ABI, what it was not granted, and prints what it got.
//!
//! Every attempt must be refused for the reason that fits it; then the machine powers off with code 0.
//! A call that were allowed by mistake does no harm that hides it: `power_off` is tried with code 1.
#![no_std]
#![no_main]

mod attempt;
mod calls;
mod tokens;

use crate::attempt::Report;
use crate::tokens::Held;
use interfaces::{Bystander, Watch};
use veridian::prelude::*;

program! {
    needs {
        log: Console { write },
        bystander: Bystander { ask },
        watch: Watch { faults },
        door: Serve<Bystander> { ask, tell },
        bell: Notification { signal },
        line: Interrupt { acknowledge },
        optional ports: IoPorts { read },
        buffer: Dma { read },
        area: SharedRegion { read },
        power: Power { off },
        census: Census { read },
        neighbour: Process { wait },
        pool: MemoryPool { allocate },
    }
}

fn main(needs: Needs) -> Result<()> {
    let held = Held::new(&needs)?;
    let mut report = Report::new(&needs.log);
    calls::try_all(&mut report, &held);

    report.expect("Bystander.tell", "method not granted", needs.bystander.tell(1), Error::Denied);
    report.expect(
        "SharedRegion",
        "write view, only read granted",
        { needs.area }.bytes_mut().map(drop),
        Error::System(SystemError::MissingRight),
    );

    let answers = needs.bystander.ask(41).map(|response| response.answer) == Ok(42);
    log!(needs.log, "bystander {}", if answers { "still answers" } else { "IS SILENT" });
    let faults = needs.watch.faults()?;
    log!(needs.log, "supervisor was told of {faults} faults");
    log!(needs.log, "refused {} of {}", report.refused, report.tried);
    let sound = answers && faults == 2 && report.refused == report.tried;
    needs.power.off(u8::from(!sound))
}
