//! Instructions that no Rust expression makes.

use core::arch::asm;
use core::arch::x86_64::__cpuid_count;

/// Model-specific registers.
pub(super) mod msr {
    pub(in super::super) const APIC_BASE: u32 = 0x1b;
    pub(in super::super) const EFER: u32 = 0xc000_0080;
    pub(in super::super) const STAR: u32 = 0xc000_0081;
    pub(in super::super) const LSTAR: u32 = 0xc000_0082;
    pub(in super::super) const FMASK: u32 = 0xc000_0084;
    pub(in super::super) const GS_BASE: u32 = 0xc000_0101;
    pub(in super::super) const KERNEL_GS_BASE: u32 = 0xc000_0102;
}

/// A leaf of CPUID: eax, ebx, ecx, edx; zeroes where the processor does not have it.
pub(super) fn cpuid(leaf: u32, subleaf: u32) -> [u32; 4] {
    let largest = __cpuid_count(leaf & 0xf000_0000, 0).eax;
    if leaf > largest || largest & 0xf000_0000 != leaf & 0xf000_0000 {
        return [0; 4];
    }
    let result = __cpuid_count(leaf, subleaf);
    [result.eax, result.ebx, result.ecx, result.edx]
}

/// Reads a port of 1, 2 or 4 bytes.
///
/// # Safety
/// Reading it has no effect on memory that Rust knows.
#[inline]
pub(super) unsafe fn port_read(port: u16, width: u8) -> u32 {
    let value: u32;
    // SAFETY: the caller answers for the effects.
    unsafe {
        match width {
            1 => asm!("in al, dx", "movzx eax, al", in("dx") port, out("eax") value, options(nomem, nostack)),
            2 => asm!("in ax, dx", "movzx eax, ax", in("dx") port, out("eax") value, options(nomem, nostack)),
            _ => asm!("in eax, dx", in("dx") port, out("eax") value, options(nomem, nostack)),
        }
    }
    value
}

/// Writes a port of 1, 2 or 4 bytes.
///
/// # Safety
/// Writing it has no effect on memory that Rust knows.
#[inline]
pub(super) unsafe fn port_write(port: u16, width: u8, value: u32) {
    // SAFETY: the caller answers for the effects.
    unsafe {
        match width {
            1 => asm!("out dx, al", in("dx") port, in("eax") value, options(nomem, nostack)),
            2 => asm!("out dx, ax", in("dx") port, in("eax") value, options(nomem, nostack)),
            _ => asm!("out dx, eax", in("dx") port, in("eax") value, options(nomem, nostack)),
        }
    }
}

/// Reads a model-specific register.
///
/// # Safety
/// The processor has it.
pub(super) unsafe fn read_msr(register: u32) -> u64 {
    let (low, high): (u32, u32);
    // SAFETY: the caller says that it exists; reading it changes nothing.
    unsafe { asm!("rdmsr", in("ecx") register, out("eax") low, out("edx") high, options(nomem, nostack)) };
    u64::from(high) << 32 | u64::from(low)
}

/// Writes a model-specific register.
///
/// # Safety
/// The processor has it and takes the value, and the kernel stays sound with it.
pub(super) unsafe fn write_msr(register: u32, value: u64) {
    let (low, high) = (value as u32, (value >> 32) as u32);
    // SAFETY: the caller answers for the effects.
    unsafe { asm!("wrmsr", in("ecx") register, in("eax") low, in("edx") high, options(nostack)) };
}

/// The time-stamp counter.
#[inline]
pub(super) fn counter() -> u64 {
    let (low, high): (u32, u32);
    // SAFETY: reading the counter changes nothing; every processor of 64 bits has it.
    unsafe { asm!("rdtsc", out("eax") low, out("edx") high, options(nomem, nostack, preserves_flags)) };
    u64::from(high) << 32 | u64::from(low)
}

/// The address of the last page fault.
pub(super) fn fault_address() -> u64 {
    let address: u64;
    // SAFETY: reading the register changes nothing.
    unsafe { asm!("mov {}, cr2", out(reg) address, options(nomem, nostack, preserves_flags)) };
    address
}

/// Makes a root table the one that addresses go through.
///
/// # Safety
/// It maps the kernel as the present one does.
#[inline]
pub(super) unsafe fn load_root(physical: u64) {
    // SAFETY: the caller says that the kernel stays where it is.
    unsafe { asm!("mov cr3, {}", in(reg) physical, options(nostack, preserves_flags)) };
}

/// The root table that addresses go through.
pub(super) fn root() -> u64 {
    let physical: u64;
    // SAFETY: reading the register changes nothing.
    unsafe { asm!("mov {}, cr3", out(reg) physical, options(nomem, nostack, preserves_flags)) };
    physical
}

/// Forgets what this core remembers of the translation of one address.
#[inline]
pub(super) fn forget_page(address: u64) {
    // SAFETY: what is forgotten is read again from the tables.
    unsafe { asm!("invlpg [{}]", in(reg) address, options(nostack, preserves_flags)) };
}

/// Forgets what this core remembers of all user addresses.
pub(super) fn forget_user_pages() {
    // SAFETY: the root stays the same; what is forgotten is read again from the tables.
    unsafe { asm!("mov {0}, cr3", "mov cr3, {0}", out(reg) _, options(nostack, preserves_flags)) };
}

/// Stops this core for ever.
pub(super) fn halt() -> ! {
    loop {
        // SAFETY: with interrupts off nothing wakes it but what cannot be helped.
        unsafe { asm!("cli", "hlt", options(nomem, nostack)) };
    }
}

/// Lets other cores see what was written before anything that follows takes place, even a write to a register of the
/// interrupt controller, which waits for no memory by itself.
pub(super) fn publish() {
    // SAFETY: it only waits.
    unsafe { asm!("mfence", "lfence", options(nostack, preserves_flags)) };
}

/// What the processor can do beyond what every one of 64 bits can.
#[derive(Clone, Copy)]
pub(super) struct Features {
    pub(super) giant_pages: bool,
    /// Memory and devices end here.
    pub(super) physical_end: u64,
}

/// Switches on all protection that the processor has; `None` where one is missing that the kernel
/// cannot do without. Floating point and vector instructions are left to fault.
pub(super) fn protect() -> Option<Features> {
    const NO_EXECUTE: u32 = 1 << 20;
    const SYSTEM_CALL: u32 = 1 << 11;
    const GIANT_PAGES: u32 = 1 << 26;
    let extended = cpuid(0x8000_0001, 0)[3];
    let [_, structured, other, _] = cpuid(7, 0);
    if extended & NO_EXECUTE == 0 || extended & SYSTEM_CALL == 0 {
        return None;
    }
    // Physical address extension, machine check, global pages.
    let mut cr4: u64 = 1 << 5 | 1 << 6 | 1 << 7;
    // The kernel never executes (SMEP) or touches (SMAP) user memory; user mode must not read where
    // the kernel's tables are (UMIP).
    for (present, bit) in [(structured & 1 << 7, 20), (structured & 1 << 20, 21), (other & 1 << 2, 11)] {
        if present != 0 {
            cr4 |= 1 << bit;
        }
    }
    // Paging, write protection for the kernel too, floating point errors and emulation, protection.
    const CR0: u64 = 1 << 31 | 1 << 16 | 1 << 5 | 1 << 4 | 1 << 2 | 1;
    // System calls, long mode enabled and active, no-execute.
    const EFER: u64 = 1 | 1 << 8 | 1 << 10 | 1 << 11;
    // SAFETY: CPUID has shown that these bits exist; the tables in use have no bit that they forbid.
    unsafe {
        write_msr(msr::EFER, EFER);
        asm!("mov cr4, {}", "mov cr0, {}", in(reg) cr4, in(reg) CR0, options(nostack));
    }
    let bits = cpuid(0x8000_0008, 0)[0] & 0xff;
    let physical_end = 1 << if bits == 0 { 36 } else { bits.min(52) };
    Some(Features { giant_pages: extended & GIANT_PAGES != 0, physical_end })
}
