//! Goes where nothing is.
#![no_std]
#![no_main]

use core::hint::black_box;
use veridian::prelude::*;

program! {
    needs {}
}

fn main(_: Needs) -> Result<()> {
    let nowhere: *const u64 = black_box(core::ptr::null());
    // SAFETY: it is not. The kernel ends this component, and it alone.
    unsafe { nowhere.read_volatile() };
    Ok(())
}
