//! Console service on a 16550 UART whose registers are in memory, a byte apart. The driver is the one of
//! `uart16550`.
#![no_std]
#![no_main]

use veridian::prelude::*;
use veridian_uart16550::Uart;

program! {
    needs {
        requests: Serve<Console> { write, read },
        registers: Mmio { read, write },
        interrupt: Interrupt { acknowledge },
    }
}

fn main(needs: Needs) -> Result<()> {
    let mut uart = Uart::start(needs.registers, needs.interrupt)?;
    needs.requests.serve(&mut uart)
}
