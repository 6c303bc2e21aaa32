//! The port as the kernel sees it.

use super::block::{self, BLOCK_SIZE, Block};
use super::once::Once;
use super::{console, cores, cpu, mapper, plic, power, time};
use crate::clock::Clock;
use crate::context::Context;
use crate::paging::{self, Access, HEAP, Mode, PAGE};
use crate::platform::Platform;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use mapper::Mapper;
use veridian_abi::limits;
use veridian_port::{FrameSource, MapError, MemoryRange, PageFlags, PhysicalAddress, Port, UserAddress};

/// What boot has made.
pub(super) struct Booted {
    /// Root table that maps the kernel and nothing else.
    pub(super) root: u64,
    pub(super) mode: Mode,
    pub(super) clock: Clock,
}

static PLATFORM: Once<&Platform> = Once::new();
static BOOTED: Once<Booted> = Once::new();

/// Keeps what the machine is, from when its devices are mapped.
pub(super) fn set_platform(platform: &'static Platform) {
    PLATFORM.set(platform);
}

pub(super) fn platform() -> Option<&'static Platform> {
    PLATFORM.get().copied()
}

pub(super) fn set_booted(booted: Booted) {
    BOOTED.set(booted);
}

#[inline]
pub(super) fn booted() -> Option<&'static Booted> {
    BOOTED.get()
}

/// A RISC-V machine: the port.
pub struct Machine {
    root: u64,
    mode: Mode,
}

/// An address space: what the register `satp` holds for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space(u64);

impl Space {
    #[inline(always)]
    pub(super) const fn register(self) -> u64 {
        self.0
    }
}

impl Machine {
    /// The machine, once.
    #[must_use]
    pub fn take() -> Option<Self> {
        static TAKEN: AtomicBool = AtomicBool::new(false);
        // The first hart alone asks, before there is another.
        if TAKEN.load(Relaxed) {
            return None;
        }
        TAKEN.store(true, Relaxed);
        let Booted { root, mode, .. } = *booted()?;
        Some(Self { root, mode })
    }

    /// The machine, for a kernel that has failed and has to say so.
    ///
    /// # Safety
    /// Nobody uses the other one any more.
    #[must_use]
    pub unsafe fn steal() -> Self {
        booted().map_or(Self { root: 0, mode: Mode::Sv39 }, |booted| Self { root: booted.root, mode: booted.mode })
    }
}

impl Port for Machine {
    type Context = Context;
    type Block = Block;
    type Space = Space;

    const ARCHITECTURE: &'static str = "riscv64";

    const FORGETS_EVERYWHERE: bool = false;
    const CORE_SIZE: usize = BLOCK_SIZE;

    fn cores(&self) -> u32 {
        platform().map_or(1, |platform| platform.harts.as_slice().len() as u32)
    }

    fn processor(&self, core: u32) -> u64 {
        cores::number(core).unwrap_or(0)
    }

    fn map_core(&mut self, core: u32, frames: FrameSource<'_>) -> Option<*mut u8> {
        if core == 0 {
            return Some(block::first_block());
        }
        // SAFETY: the root is the kernel's, which no other hart changes; the kernel asks once for each core.
        unsafe { cores::map(self.root, self.mode, core, frames) }
    }

    fn start_core(&mut self, core: u32) -> bool {
        cores::start(core, self.mode.satp(self.root))
    }

    fn interrupt_core(&mut self, core: u32) {
        cores::poke(core);
    }

    fn user_end(&self) -> UserAddress {
        UserAddress(self.mode.user_end().min(limits::USER_END))
    }

    fn create_space(&mut self, frames: FrameSource<'_>) -> Option<Space> {
        let PhysicalAddress(root) = frames()?;
        // SAFETY: the frame is new, and the kernel's root is a root table.
        unsafe { mapper::copy_kernel_half(self.root, root) };
        Some(Space(self.mode.satp(root)))
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
        let root = paging::root_of(space.0);
        if address.0 >= self.mode.user_end() {
            return Err(MapError::Occupied);
        }
        // SAFETY: spaces come from `create_space`; the kernel owns all memory and gives frames once. The
        // address is the user's, where nothing of the kernel's can be.
        unsafe { Mapper::new(root, self.mode.root(), frames).map_new_page(address.0, physical.0, access)? };
        cpu::forget_page(address.0);
        Ok(())
    }

    fn find_page(&self, space: Space, address: UserAddress) -> Option<(PhysicalAddress, PageFlags)> {
        if address.0 >= self.mode.user_end() {
            return None;
        }
        // SAFETY: spaces come from `create_space`, and the port is borrowed; the entry is one of theirs.
        let entry = unsafe { mapper::find(paging::root_of(space.0), self.mode.root(), address.0)?.read() };
        let (physical, Access { write, execute, device, .. }) = paging::mapped(entry)?;
        Some((PhysicalAddress(physical), PageFlags { write, execute, device }))
    }

    fn skip_hole(&self, space: Space, address: UserAddress) -> UserAddress {
        // SAFETY: as above.
        UserAddress(unsafe { mapper::behind_hole(paging::root_of(space.0), self.mode.root(), address.0) })
    }

    fn unmap_page(&mut self, space: Space, address: UserAddress) -> Option<PhysicalAddress> {
        if address.0 >= self.mode.user_end() {
            return None;
        }
        // SAFETY: as above; nobody else changes the tables, which the port is borrowed for.
        unsafe {
            let entry = mapper::find(paging::root_of(space.0), self.mode.root(), address.0)?;
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
            let Some(frame) = (unsafe { mapper::take_table(paging::root_of(space.0), self.mode.root()) }) else {
                break;
            };
            taken += 1;
            free(PhysicalAddress(frame));
        }
        // Before anybody can use one of the frames for something else: the kernel does nothing besides.
        cpu::forget_all();
        taken < most
    }

    fn map_heap(&mut self, pages: usize, frames: FrameSource<'_>) -> Option<*mut u8> {
        for page in 0..pages as u64 {
            let PhysicalAddress(frame) = frames()?;
            // SAFETY: the frames are new; nothing is mapped at the heap yet. All spaces share its tables.
            unsafe {
                let mut mapper = Mapper::new(self.root, self.mode.root(), frames);
                mapper.map_page(HEAP + page * PAGE, frame, Access::WRITE)?;
            }
        }
        cpu::forget_all();
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
        let end = range.start.0.checked_add(range.size);
        end.zip(platform()).is_some_and(|(end, platform)| platform.is_device_range(&(range.start.0..end)))
    }

    // Each line's gateway knows its own trigger mode.
    fn configure_interrupt(&mut self, line: u32, _: bool, core: u32) -> bool {
        plic::configure(line, core)
    }

    fn unmask_interrupt(&mut self, line: u32) {
        plic::unmask(line);
    }

    // There are no ports: nobody can hold any that are mapped to something.
    fn port_read(&mut self, _: u16, _: u8) -> u32 {
        0
    }

    fn port_write(&mut self, _: u16, _: u8, _: u32) {}

    fn start_tick(&mut self) {
        time::next_tick();
    }

    #[inline]
    fn now(&self) -> u64 {
        time::now()
    }

    fn write_log(&mut self, text: &str) {
        console::write(text);
    }

    fn power_off(&mut self, code: u8) -> ! {
        power::off(code)
    }

    fn power_reset(&mut self) -> ! {
        power::reset()
    }
}
