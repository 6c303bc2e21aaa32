//! Starts the trespasser anew for as long as it is stopped for what it tried.
#![no_std]
#![no_main]

use veridian::prelude::*;

program! {
    needs {
        trespasser: Process { wait, restart },
    }
}

fn main(needs: Needs) -> Result<()> {
    while let ProcessExit::Crash(_) = needs.trespasser.wait_for_exit(Timeout::FOREVER)? {
        needs.trespasser.restart()?;
    }
    Ok(())
}
