//! The port as the kernel sees it.

use super::block::{BLOCK_SIZE, Block};
use super::cores::Area;
use super::once::Once;
use super::{apic, cores, cpu, mapper, power, serial, time};
use crate::acpi::Acpi;
use crate::context::Context;
use crate::memory_map::MemoryMap;
use crate::paging::{self, Access, HEAP, PAGE};
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use veridian_port::{FrameSource, MapError, MemoryRange, PageFlags, PhysicalAddress, Port, UserAddress};

/// What boot found out of the machine.
pub(super) struct Platform {
    /// Root table that maps the kernel and nothing else.
    pub(super) root: u64,
    pub(super) physical_end: u64,
    /// Pins of the interrupt controller.
    pub(super) pins: u32,
    pub(super) clocks: time::Clocks,
}

static MEMORY: Once<MemoryMap> = Once::new();
static ACPI: Once<Acpi> = Once::new();
static PLATFORM: Once<Platform> = Once::new();
static NO_ACPI: Acpi = Acpi::NOTHING;

pub(super) fn set_memory(map: MemoryMap) -> &'static MemoryMap {
    MEMORY.set(map)
}

pub(super) fn memory() -> Option<&'static MemoryMap> {
    MEMORY.get()
}

pub(super) fn set_acpi(acpi: Acpi) -> &'static Acpi {
    ACPI.set(acpi)
}

/// What is known of ACPI so far.
pub(super) fn acpi() -> &'static Acpi {
    ACPI.get().unwrap_or(&NO_ACPI)
}

pub(super) fn set_platform(platform: Platform) {
    PLATFORM.set(platform);
}

#[inline]
pub(super) fn platform() -> Option<&'static Platform> {
    PLATFORM.get()
}

/// An x86_64 machine: the port.
pub struct Machine {
    root: u64,
}

/// An address space: the physical address of its root table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space(u64);

impl Space {
    #[inline(always)]
    pub(super) const fn root(self) -> u64 {
        self.0
    }
}

impl Machine {
    /// The machine, once.
    #[must_use]
    pub fn take() -> Option<Self> {
        static TAKEN: AtomicBool = AtomicBool::new(false);
        // The first core alone asks, before there is another.
        if TAKEN.load(Relaxed) {
            return None;
        }
        TAKEN.store(true, Relaxed);
        Some(Self { root: platform()?.root })
    }

    /// The machine, for a kernel that has failed and has to say so.
    ///
    /// # Safety
    /// Nobody uses the other one any more.
    #[must_use]
    pub unsafe fn steal() -> Self {
        Self { root: platform().map_or(0, |platform| platform.root) }
    }
}

impl Port for Machine {
    type Context = Context;
    type Block = Block;
    type Space = Space;

    const ARCHITECTURE: &'static str = "x86_64";

    const FORGETS_EVERYWHERE: bool = false;
    const CORE_SIZE: usize = BLOCK_SIZE as usize;

    fn cores(&self) -> u32 {
        cores::count()
    }

    fn processor(&self, core: u32) -> u64 {
        cores::identifier(core).into()
    }

    fn map_core(&mut self, core: u32, frames: FrameSource<'_>) -> Option<*mut u8> {
        let area = Area::of(core);
        if core != 0 {
            // SAFETY: the frames are new, and the kernel asks once for each core.
            unsafe { area.map(self.root, frames)? };
        }
        Some(core::ptr::with_exposed_provenance_mut(area.block() as usize))
    }

    fn start_core(&mut self, core: u32) -> bool {
        cores::start(core, self.root)
    }

    fn interrupt_core(&mut self, core: u32) {
        apic::poke(cores::identifier(core));
    }

    fn create_space(&mut self, frames: FrameSource<'_>) -> Option<Space> {
        let PhysicalAddress(root) = frames()?;
        // SAFETY: the frame is new, and the kernel's root is a root table.
        unsafe { mapper::copy_kernel_half(self.root, root) };
        Some(Space(root))
    }

    #[inline]
    fn map_page(
        &mut self,
        space: Space,
        address: UserAddress,
        physical: PhysicalAddress,
        flags: PageFlags,
        frames: FrameSource<'_>,
    ) -> Result<(), MapError> {
        let access = Access { user: true, write: flags.write, execute: flags.execute, device: flags.device };
        // SAFETY: spaces come from `create_space`; the kernel owns all memory and gives frames once. It
        // has checked that the address is the user's, where nothing of the kernel's can be.
        unsafe { mapper::map_new_page(space.0, address.0, physical.0, access, frames) }
    }

    #[inline]
    fn find_page(&self, space: Space, address: UserAddress) -> Option<(PhysicalAddress, PageFlags)> {
        // SAFETY: spaces come from `create_space`, and the port is borrowed; the entry is one of theirs.
        let entry = unsafe { mapper::find(space.0, address.0)?.read() };
        let (physical, Access { write, execute, device, .. }) = paging::mapped(entry)?;
        Some((PhysicalAddress(physical), PageFlags { write, execute, device }))
    }

    fn skip_hole(&self, space: Space, address: UserAddress) -> UserAddress {
        // SAFETY: as above.
        UserAddress(unsafe { mapper::behind_hole(space.0, address.0) })
    }

    fn unmap_page(&mut self, space: Space, address: UserAddress) -> Option<PhysicalAddress> {
        // SAFETY: as above; nobody else changes the tables, which the port is borrowed for.
        unsafe {
            let entry = mapper::find(space.0, address.0)?;
            let (physical, _) = paging::mapped(entry.read())?;
            entry.write_volatile(0);
            cpu::forget_page(address.0);
            Some(PhysicalAddress(physical))
        }
    }

    fn clear_space(&mut self, space: Space, most: usize, free: &mut dyn FnMut(PhysicalAddress)) -> bool {
        let mut taken = 0;
        while taken < most {
            // SAFETY: as above; no core runs in the space.
            let Some(frame) = (unsafe { mapper::take_table(space.0) }) else {
                break;
            };
            taken += 1;
            free(PhysicalAddress(frame));
        }
        // Before anybody can use one of the frames for something else: the kernel does nothing besides.
        cpu::forget_user_pages();
        taken < most
    }

    fn map_heap(&mut self, pages: usize, frames: FrameSource<'_>) -> Option<*mut u8> {
        for page in 0..pages as u64 {
            let PhysicalAddress(frame) = frames()?;
            // SAFETY: the frames are new; nothing is mapped at the heap yet. All spaces share its tables.
            unsafe {
                mapper::map_page(self.root, HEAP + page * PAGE, frame, Access::WRITE, frames)?;
            }
        }
        Some(core::ptr::with_exposed_provenance_mut(HEAP as usize))
    }

    #[inline]
    fn window(&self, physical: PhysicalAddress) -> *mut u8 {
        mapper::window(physical.0)
    }

    fn zero_frame(&mut self, frame: PhysicalAddress) {
        // SAFETY: the kernel names frames of its own.
        unsafe { mapper::zero(frame.0) };
    }

    fn copy_frame(&mut self, from: PhysicalAddress, to: PhysicalAddress) {
        // SAFETY: the kernel names frames of its own.
        unsafe { mapper::copy(from.0, to.0) };
    }

    fn copy_bytes(&mut self, from: PhysicalAddress, to: PhysicalAddress, bytes: u64) {
        // SAFETY: the kernel names frames of its own, and asks for a page at most.
        unsafe { mapper::copy_bytes(from.0, to.0, bytes as usize) };
    }

    fn is_device_range(&self, range: MemoryRange) -> bool {
        let (Some(map), Some(platform)) = (memory(), platform()) else {
            return false;
        };
        let Some(end) = range.start.0.checked_add(range.size) else {
            return false;
        };
        let range = range.start.0..end;
        // SAFETY: every processor with a local APIC has this register.
        let local = unsafe { cpu::read_msr(cpu::msr::APIC_BASE) } & !(PAGE - 1) & (platform.physical_end - 1);
        let own = [Some(local), acpi().io_apic.map(|found| found.address)];
        let is_own = own.into_iter().flatten().any(|page| page < range.end && range.start < page + PAGE);
        range.end <= platform.physical_end && !is_own && !map.mentions(&range)
    }

    fn configure_interrupt(&mut self, line: u32, level: bool, core: u32) -> bool {
        apic::configure(line, level, cores::identifier(core))
    }

    fn unmask_interrupt(&mut self, line: u32) {
        apic::unmask(line);
    }

    fn port_read(&mut self, port: u16, width: u8) -> u32 {
        // SAFETY: the kernel does this for a component that holds the port; which ports reach memory is
        // up to whoever grants them.
        unsafe { cpu::port_read(port, width) }
    }

    fn port_write(&mut self, port: u16, width: u8, value: u32) {
        // SAFETY: as above.
        unsafe { cpu::port_write(port, width, value) };
    }

    fn start_tick(&mut self) {
        time::start_tick();
    }

    fn ticked(&mut self) {
        time::refine();
    }

    #[inline]
    fn now(&self) -> u64 {
        time::now()
    }

    fn write_log(&mut self, text: &str) {
        serial::write(text);
    }

    fn power_off(&mut self, code: u8) -> ! {
        power::off(code)
    }

    fn power_reset(&mut self) -> ! {
        power::reset()
    }
}
