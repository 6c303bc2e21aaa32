//! Tries every system call of the ABI with every kind of object that it does not take, without every right that it
//! needs, and with tokens of every sort that nobody gave, and prints what it got.
//!
//! The probe is granted an object of each kind with all rights, and takes rights away itself: what is refused is refused
//! for the want of one of them. It is trusted with all of them because it makes no call that would be allowed.
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
        bell: Notification { signal, wait },
        line: Interrupt { acknowledge },
        timer: Timer { arm },
        optional ports: IoPorts { read, write },
        registers: Mmio { read, write },
        buffer: Dma { read, write },
        area: SharedRegion { read },
        power: Power { off, reset },
        census: Census { read },
        metrics: Metrics { read },
        neighbour: Process { wait, stop, restart, schedule, block },
        pool: MemoryPool { allocate, create, spawn },
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
