//! Instructions that no Rust expression makes.

use core::arch::asm;

/// Interrupts of other harts, of the timer, and of devices, as `sie` and `sip` have them.
const POKE: u64 = 1 << 1;
const TIMER: u64 = 1 << 5;
const EXTERNAL: u64 = 1 << 9;

/// The timer's count.
#[inline]
pub(super) fn time() -> u64 {
    let count: u64;
    // SAFETY: reading the counter changes nothing.
    unsafe { asm!("rdtime {}", out(reg) count, options(nomem, nostack, preserves_flags)) };
    count
}

/// Makes a root table the one that addresses go through, as `satp` has it, and forgets the translations
/// of the one before; the kernel's own are the same in all.
///
/// # Safety
/// It maps the kernel as the present one does.
#[inline(always)]
pub(super) unsafe fn load_root(satp: u64) {
    // SAFETY: the caller says that the kernel stays where it is. All tables are of address space 0,
    // which stands in a register: without one the kernel's translations would be forgotten too.
    unsafe { asm!("csrw satp, {}", "sfence.vma zero, {}", in(reg) satp, in(reg) 0, options(nostack)) };
}

/// Lets another hart see what was written before, from when it starts.
pub(super) fn publish() {
    // SAFETY: it orders accesses, and does nothing else.
    unsafe { asm!("fence rw, rw", options(nostack, preserves_flags)) };
}

/// Makes new entries of the tables seen, and forgets what this core remembers of one address.
#[inline]
pub(super) fn forget_page(address: u64) {
    // SAFETY: what is forgotten is read again from the tables.
    unsafe { asm!("sfence.vma {}, zero", in(reg) address, options(nostack, preserves_flags)) };
}

/// As [`forget_page`], for all addresses.
#[inline]
pub(super) fn forget_all() {
    // SAFETY: as above.
    unsafe { asm!("sfence.vma", options(nostack, preserves_flags)) };
}

/// Forgets that another hart has interrupted this one.
pub(super) fn clear_poke() {
    // SAFETY: whoever calls this does what the interrupt was for.
    unsafe { asm!("csrc sip, {}", in(reg) POKE, options(nostack)) };
}

/// Lets other harts, the timer and devices interrupt user mode, and user mode read the counters.
///
/// # Safety
/// Traps are served.
pub(super) unsafe fn start() {
    // SAFETY: the caller serves what may come; the kernel itself never lets interrupts in.
    unsafe {
        asm!("csrw scounteren, {}", "csrw sie, {}", in(reg) 0b111, in(reg) POKE | TIMER | EXTERNAL, options(nostack))
    };
}

/// Stops this core for ever.
pub(super) fn halt() -> ! {
    loop {
        // SAFETY: with no interrupt enabled nothing wakes it for long.
        unsafe { asm!("csrw sie, zero", "wfi", options(nomem, nostack)) };
    }
}
