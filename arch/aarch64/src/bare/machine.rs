//! The port as the kernel sees it.

use super::block::{BLOCK_SIZE, Block};
use super::once::Once;
use super::{cores, cpu, gic, mapper, power, serial, time};
use crate::board::Board;
use crate::context::Context;
use crate::paging::{self, Access, Granule, HEAP};
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use veridian_port::{FrameSource, MapError, MemoryRange, PageFlags, PhysicalAddress, Port, UserAddress};

/// What boot found out of the machine.
pub(super) struct Platform {
    /// Root table of the kernel's half.
    pub(super) root: u64,
    /// What pages have, in both halves.
    pub(super) granule: Granule,
    pub(super) features: cpu::Features,
}

static BOARD: Once<Board> = Once::new();
static PLATFORM: Once<Platform> = Once::new();

pub(super) fn set_board(board: Board) -> &'static Board {
    BOARD.set(board)
}

/// The board, once its devices are mapped.
#[inline]
pub(super) fn board() -> Option<&'static Board> {
    BOARD.get()
}

pub(super) fn set_platform(platform: Platform) {
    PLATFORM.set(platform);
}

/// An AArch64 machine: the port.
pub struct Machine {
    root: u64,
    granule: Granule,
    /// Number of the next address space.
    next_space: u64,
}

/// An address space: the physical address of its root table, and its number in the upper 16 bits, by which
/// the processor tells its translations from those of others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Space(u64);

impl Space {
    const NUMBER: u32 = 48;

    /// As the register for user addresses has it.
    #[inline(always)]
    pub(super) const fn register(self) -> u64 {
        self.0
    }

    const fn root(self) -> u64 {
        self.0 & ((1 << Self::NUMBER) - 1)
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
        let Platform { root, granule, .. } = PLATFORM.get()?;
        Some(Self { root: *root, granule: *granule, next_space: 1 })
    }

    /// The machine, for a kernel that has failed and has to say so.
    ///
    /// # Safety
    /// Nobody uses the other one any more.
    #[must_use]
    pub unsafe fn steal() -> Self {
        let (root, granule) = PLATFORM.get().map_or((0, Granule::SMALL), |platform| (platform.root, platform.granule));
        Self { root, granule, next_space: 0 }
    }
}

impl Port for Machine {
    type Context = Context;
    type Block = Block;
    type Space = Space;

    const ARCHITECTURE: &'static str = "aarch64";

    const FORGETS_EVERYWHERE: bool = true;
    const CORE_SIZE: usize = BLOCK_SIZE;

    fn cores(&self) -> u32 {
        cores::count()
    }

    fn processor(&self, core: u32) -> u64 {
        cores::affinity(core)
    }

    fn map_core(&mut self, core: u32, frames: FrameSource<'_>) -> Option<*mut u8> {
        // SAFETY: the frames are new, and the kernel asks once for each core.
        unsafe { cores::map(self.granule, self.root, core, frames) }
    }

    fn start_core(&mut self, core: u32) -> bool {
        cores::start(core)
    }

    fn interrupt_core(&mut self, core: u32) {
        gic::poke(core);
    }

    #[inline(always)]
    fn page_size(&self) -> u64 {
        self.granule.page()
    }

    fn user_end(&self) -> UserAddress {
        UserAddress(self.granule.user_end())
    }

    fn create_space(&mut self, frames: FrameSource<'_>) -> Option<Space> {
        let PhysicalAddress(root) = frames()?;
        // SAFETY: the frame is new.
        unsafe { mapper::zero(root, self.granule.page()) };
        let number = self.next_space;
        if PLATFORM.get().is_none_or(|platform| number >= platform.features.spaces) {
            return None;
        }
        self.next_space += 1;
        Some(Space(root | number << Space::NUMBER))
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
        // has checked that the address is the user's. What is executed is memory, seen by the window.
        unsafe {
            mapper::map_page(self.granule, space.root(), address.0, physical.0, access, frames)?;
            if flags.execute && !flags.device {
                cpu::publish_code(mapper::window(physical.0).addr() as u64, self.granule.page());
            }
        }
        cpu::publish_tables();
        Ok(())
    }

    fn find_page(&self, space: Space, address: UserAddress) -> Option<(PhysicalAddress, PageFlags)> {
        // SAFETY: spaces come from `create_space`, and the port is borrowed; the entry is one of theirs.
        let entry = unsafe { mapper::find(self.granule, space.root(), address.0)?.read() };
        let (physical, Access { write, execute, device, .. }) = paging::mapped(entry)?;
        Some((PhysicalAddress(physical), PageFlags { write, execute, device }))
    }

    fn skip_hole(&self, space: Space, address: UserAddress) -> UserAddress {
        // SAFETY: as above.
        UserAddress(unsafe { mapper::behind_hole(self.granule, space.root(), address.0) })
    }

    fn unmap_page(&mut self, space: Space, address: UserAddress) -> Option<PhysicalAddress> {
        // SAFETY: as above; nobody else changes the tables, which the port is borrowed for.
        unsafe {
            let entry = mapper::find(self.granule, space.root(), address.0)?;
            let (physical, _) = paging::mapped(entry.read())?;
            entry.write_volatile(0);
            cpu::forget_page(space.0, address.0);
            Some(PhysicalAddress(physical))
        }
    }

    fn clear_space(&mut self, space: Space, most: usize, free: &mut dyn FnMut(PhysicalAddress)) -> bool {
        let mut taken = 0;
        while taken < most {
            // SAFETY: as above; no core runs in the space.
            let Some(frame) = (unsafe { mapper::take_table(self.granule, space.root()) }) else {
                break;
            };
            taken += 1;
            free(PhysicalAddress(frame));
        }
        // Before anybody can use one of the frames for something else: the kernel does nothing besides.
        cpu::forget_space(space.0);
        taken < most
    }

    fn map_heap(&mut self, pages: usize, frames: FrameSource<'_>) -> Option<*mut u8> {
        for page in 0..pages as u64 {
            let PhysicalAddress(frame) = frames()?;
            // SAFETY: the frames are new; nothing is mapped at the heap yet.
            unsafe {
                mapper::map_page(
                    self.granule,
                    self.root,
                    HEAP + page * self.granule.page(),
                    frame,
                    Access::WRITE,
                    frames,
                )
                .ok()?;
            }
        }
        cpu::publish_tables();
        cpu::synchronize();
        Some(core::ptr::with_exposed_provenance_mut(HEAP as usize))
    }

    #[inline]
    fn window(&self, physical: PhysicalAddress) -> *mut u8 {
        mapper::window(physical.0)
    }

    fn zero_frame(&mut self, frame: PhysicalAddress) {
        // SAFETY: the kernel names frames of its own.
        unsafe { mapper::zero(frame.0, self.granule.page()) };
    }

    fn copy_frame(&mut self, from: PhysicalAddress, to: PhysicalAddress) {
        // SAFETY: the kernel names frames of its own.
        unsafe { mapper::copy(from.0, to.0, self.granule.page()) };
    }

    fn copy_bytes(&mut self, from: PhysicalAddress, to: PhysicalAddress, bytes: u64) {
        // SAFETY: the kernel names frames of its own, and asks for a page at most.
        unsafe { mapper::copy_bytes(from.0, to.0, bytes as usize) };
    }

    fn is_device_range(&self, range: MemoryRange) -> bool {
        let (Some(board), Some(platform)) = (board(), PLATFORM.get()) else {
            return false;
        };
        let end = range.start.0.checked_add(range.size);
        end.is_some_and(|end| end <= platform.features.physical_end && board.is_free(&(range.start.0..end)))
    }

    fn configure_interrupt(&mut self, line: u32, level: bool, core: u32) -> bool {
        gic::configure(line, level, core)
    }

    fn unmask_interrupt(&mut self, line: u32) {
        gic::unmask(line);
    }

    fn port_read(&mut self, _: u16, _: u8) -> u32 {
        0
    }

    fn port_write(&mut self, _: u16, _: u8, _: u32) {}

    fn start_tick(&mut self) {
        time::start_tick();
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
