//! A panic is a fault: without authority there is nowhere to print, but a supervisor hears of it.

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    crate::arch::fault()
}
