//! Instructions that no Rust expression makes.

use core::arch::asm;

/// Reads a system register.
macro_rules! read {
    ($register:literal) => {{
        let value: u64;
        // SAFETY: every processor that gets here has the register; reading it changes nothing.
        unsafe { core::arch::asm!(concat!("mrs {}, ", $register), out(reg) value, options(nomem, nostack, preserves_flags)) };
        value
    }};
}

/// Writes a system register, to be used in an unsafe block that says why that is sound.
macro_rules! write {
    ($register:literal, $value:expr) => {
        core::arch::asm!(concat!("msr ", $register, ", {}"), in(reg) $value, options(nostack, preserves_flags))
    };
}

pub(super) use {read, write};

/// Lets what was written to system registers hold for what follows.
#[inline]
pub(super) fn synchronize() {
    // SAFETY: it only waits.
    unsafe { asm!("isb", options(nostack, preserves_flags)) };
}

/// Lets everything that was written be seen by every core before what follows.
#[inline]
pub(super) fn publish() {
    // SAFETY: it only waits.
    unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
}

/// Lets writes to page tables be seen by every core's address translation.
#[inline]
pub(super) fn publish_tables() {
    // SAFETY: it only waits.
    unsafe { asm!("dsb ishst", options(nostack, preserves_flags)) };
}

/// How addresses are translated: `TCR_EL1`.
pub(super) fn translation_control() -> u64 {
    read!("tcr_el1")
}

/// The virtual timer's count.
#[inline]
pub(super) fn counter() -> u64 {
    read!("cntvct_el0")
}

/// Makes the tables of an address space those that user addresses go through: root and number as the
/// register has them. Holds from the next return to user mode on.
///
/// # Safety
/// The root is a root table.
#[inline(always)]
pub(super) unsafe fn load_user_root(root: u64) {
    // SAFETY: the kernel uses no user address.
    unsafe { write!("ttbr0_el1", root) };
}

/// Forgets what any core remembers of one page of one address space, by its root as
/// [`load_user_root`] has it.
pub(super) fn forget_page(root: u64, address: u64) {
    let operand = root & 0xffff << 48 | address >> 12 & 0xfff_ffff_ffff;
    // SAFETY: what is forgotten is read again from the tables.
    unsafe {
        asm!("dsb ishst", "tlbi vae1is, {}", "dsb ish", "isb", in(reg) operand, options(nostack, preserves_flags));
    }
}

/// As [`forget_page`], for all pages of one address space.
pub(super) fn forget_space(root: u64) {
    let operand = root & 0xffff << 48;
    // SAFETY: as above.
    unsafe {
        asm!("dsb ishst", "tlbi aside1is, {}", "dsb ish", "isb", in(reg) operand, options(nostack, preserves_flags));
    }
}

/// Lets instructions be fetched as data was written to a page.
///
/// # Safety
/// The page is mapped.
pub(super) unsafe fn publish_code(start: u64, size: u64) {
    const DATA_UNIFIED: u64 = 1 << 28;
    const INSTRUCTIONS_UNIFIED: u64 = 1 << 29;
    let kind = read!("ctr_el0");
    let (data, instructions) = (4 << (kind >> 16 & 0xf), 4 << (kind & 0xf));
    // SAFETY: the caller says that the addresses are mapped; memory itself does not change.
    unsafe {
        if kind & DATA_UNIFIED == 0 {
            for line in (start..start + size).step_by(data) {
                asm!("dc cvau, {}", in(reg) line, options(nostack, preserves_flags));
            }
        }
        asm!("dsb ish", options(nostack, preserves_flags));
        if kind & INSTRUCTIONS_UNIFIED == 0 {
            for line in (start..start + size).step_by(instructions) {
                asm!("ic ivau, {}", in(reg) line, options(nostack, preserves_flags));
            }
            asm!("dsb ish", options(nostack, preserves_flags));
        }
        asm!("isb", options(nostack, preserves_flags));
    }
}

/// Stops this core for ever.
pub(super) fn halt() -> ! {
    loop {
        // SAFETY: with interrupts off nothing wakes it but what cannot be helped.
        unsafe { asm!("msr daifset, #15", "wfi", options(nomem, nostack)) };
    }
}

/// What the processor can do beyond what every one can.
#[derive(Clone, Copy)]
pub(super) struct Features {
    /// Numbers of address spaces end here.
    pub(super) spaces: u64,
    /// Memory and devices end here.
    pub(super) physical_end: u64,
    /// What it says of its memory, in `ID_AA64MMFR0_EL1`.
    pub(super) memory: u64,
}

/// Asks what the processor can do. Where it has that, the kernel cannot touch user memory from now on.
pub(super) fn protect() -> Features {
    let memory = read!("id_aa64mmfr0_el1");
    let more_memory = read!("id_aa64mmfr1_el1");
    let debug = read!("id_aa64dfr0_el1");
    const PRIVILEGED_NEVER: u64 = 0xf << 20;
    const COUNTERS: u64 = 0xf << 8;
    // SAFETY: the kernel touches no user address; nothing of these registers reaches memory. The cycle
    // counter exists where the processor says so; user mode may read it, and no other.
    unsafe {
        if more_memory & PRIVILEGED_NEVER != 0 {
            // msr pan, #1: the assembler has it for newer processors alone.
            asm!(".inst 0xd500419f", options(nostack, preserves_flags));
        }
        write!("cpacr_el1", 0_u64);
        write!("mdscr_el1", 0_u64);
        write!("cntkctl_el1", 0_u64);
        if debug & COUNTERS != 0 && debug & COUNTERS != COUNTERS {
            const CYCLES: u64 = 1 << 31;
            write!("pmccfiltr_el0", 0_u64);
            write!("pmcntenset_el0", CYCLES);
            write!("pmuserenr_el0", 1_u64 << 2);
            write!("pmcr_el0", 1_u64 << 6 | 1 << 2 | 1);
        }
    }
    synchronize();
    let bits = match memory & 0xf {
        0 => 32,
        1 => 36,
        2 => 40,
        3 => 42,
        4 => 44,
        _ => 48,
    };
    Features { spaces: if memory >> 4 & 0xf == 2 { 1 << 16 } else { 1 << 8 }, physical_end: 1 << bits, memory }
}
