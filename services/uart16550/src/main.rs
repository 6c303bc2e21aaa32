//! Console service on a 16550 UART that is reached by I/O ports.
//!
//! Output of each client is sent line by line. Input arrives by interrupt, through the notification
//! that is bound to the endpoint, and waits in a ring until a client reads it.
#![no_std]
#![no_main]

use veridian::prelude::*;
use veridian_uart16550::Uart;

program! {
    needs {
        requests: Serve<Console> { write, read },
        ports: IoPorts { read, write },
        interrupt: Interrupt { acknowledge },
    }
}

fn main(needs: Needs) -> Result<()> {
    let mut uart = Uart::start(needs.ports, needs.interrupt)?;
    needs.requests.serve(&mut uart)
}
