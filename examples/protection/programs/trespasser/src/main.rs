//! Tries what no program may, one thing after the other: each is the last that it does before it is started anew.
#![no_std]
#![no_main]

use core::hint::black_box;
use core::ptr::with_exposed_provenance_mut;
use interfaces::Orders;
use veridian::prelude::*;

program! {
    needs {
        orders: Orders { next },
        region: SharedRegion { read, write },
        pool: MemoryPool { allocate },
        log: Console { write },
        power: Power { off },
    }
}

/// A constant that holds an address, which depends on where the program lies.
static CONSTANTS: [&str; 2] = ["neither may", "be written"];

/// Where the kernel has its code, or sees memory.
const KERNEL: usize = if cfg!(target_arch = "aarch64") { 0xffff_8000_4020_0000 } else { 0xffff_ffff_8020_0000 };

/// Goes on until there is no stack left.
#[inline(never)]
fn descend(depth: u64) -> u64 {
    let frame = black_box([depth; 32]);
    if frame[0] == u64::MAX { 0 } else { descend(depth + 1) + frame[31] }
}

fn write(address: usize) {
    // SAFETY: it is not. The kernel ends this component, and it alone.
    unsafe { with_exposed_provenance_mut::<u8>(address).write_volatile(1) }
}

fn jump(address: usize) {
    // SAFETY: as above.
    let there: extern "C" fn() = unsafe { core::mem::transmute(address) };
    there();
}

fn main(needs: Needs) -> Result<()> {
    let number = needs.orders.next()?;
    let code = main as *const () as usize;
    let constants = (&raw const CONSTANTS).expose_provenance();
    let word = 0_u64;
    let stack = (&raw const word).expose_provenance();
    let region = needs.region.address() as usize;
    match number {
        0 => {
            let dynamic = needs.pool.take(1)?.address();
            log!(needs.log, "code {code:#x}, {} {} at {constants:#x}", CONSTANTS[0], CONSTANTS[1]);
            log!(needs.log, "stack {stack:#x}, region {region:#x}, dynamic {dynamic:#x}");
            _ = black_box(descend(0));
        }
        1 => write(black_box(constants)),
        2 => write(code),
        3 => jump(stack),
        4 => jump(region),
        5 => write(16),
        6 => write(KERNEL),
        7 => jump(KERNEL),
        _ => needs.power.off(0)?,
    }
    Ok(())
}
