//! Starts the worker anew whenever it crashes.
#![no_std]
#![no_main]

use veridian::prelude::*;

program! {
    needs {
        worker: Process { wait, restart },
        log: Console { write },
    }
}

fn main(needs: Needs) -> Result<()> {
    loop {
        match needs.worker.wait_for_exit(Timeout::FOREVER)? {
            ProcessExit::Crash(fault) => log!(needs.log, "worker crashed (fault {fault}): restarted"),
            ProcessExit::Normal(code) => log!(needs.log, "worker ended with {code}: restarted"),
            ProcessExit::Stopped => log!(needs.log, "worker was stopped: restarted"),
        }
        needs.worker.restart()?;
    }
}
