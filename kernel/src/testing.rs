//! What the kernel's own tests share: a repeatable source of numbers and a port without a processor.

use crate::boot::{Sizes, Storage};
use crate::cores::Core;
use crate::deadlines::Deadlines;
use crate::slab::{Slab, Slabbed};
use crate::system::System;
use crate::thread::Thread;
use core::cell::Cell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use veridian_abi::limits;
use veridian_port::{
    Block, Calls, Context, FastCall, FrameSource, MapError, MemoryRange, Nodes, PageFlags, PhysicalAddress, Port,
    Registers, UserAddress,
};

/// xorshift64*: repeatable, and good enough to shake a state machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// A processor whose threads never run: tests make their system calls for them.
pub struct TestPort {
    /// Where the running thread finds its results: above, or in its context.
    pub results: *const Registers,
    /// What the devices behind the ports were told, and what was powered off.
    pub written: Vec<(u16, u8, u32)>,
    pub unmasked: Vec<u32>,
    /// Spaces made so far, and what is mapped in each.
    pub spaces: u32,
    pub pages: BTreeMap<(u32, u64), (PhysicalAddress, PageFlags)>,
    /// Bytes that were copied from one frame to another, in order.
    pub copied: Vec<(PhysicalAddress, PhysicalAddress, u64)>,
    /// Whether page tables take frames.
    pub charged: bool,
    /// Page tables: one for 2 MiB of a space, where anything in it was ever mapped.
    pub tables: BTreeMap<(u32, u64), PhysicalAddress>,
    /// Frames that were filled, in order: with another's content, or with zeroes.
    pub filled: Vec<(PhysicalAddress, Option<PhysicalAddress>)>,
    /// Cores of the machine: whoever is interrupted does at once what it is asked for.
    pub cores: Vec<&'static Core<'static, TestPort>>,
    /// Cores that were interrupted, in order.
    pub interrupted: Vec<u32>,
    /// Nanoseconds since boot.
    pub now: u64,
}

/// A core without a processor.
#[derive(Default)]
pub struct TestBlock {
    /// The system call that is being served, and where the running thread's state is saved.
    pub calls: Calls<Self>,
    /// The space that it is in.
    pub space: Cell<Option<u32>>,
    /// How often it has forgotten a space that it is in.
    pub forgotten: Cell<u32>,
}

/// Tests call the fast path themselves.
extern "C" fn declined(_: u64, _: u64, _: u64, _: *const TestBlock, _: u64, _: u64) -> *const TestContext {
    core::ptr::null()
}

impl Block for TestBlock {
    type Context = TestContext;
    type Space = u32;

    const ALONE: [FastCall<Self>; 2] = [declined; 2];
    const SHARED: [FastCall<Self>; 2] = [declined; 2];

    fn calls(&self) -> &Calls<Self> {
        &self.calls
    }

    fn switch_space(&self, space: u32) {
        self.space.set(Some(space));
    }

    fn leave_space(&self) {
        self.space.set(None);
    }

    fn forget_space(&self) {
        self.forgotten.set(self.forgotten.get() + 1);
    }
}

impl Default for TestPort {
    fn default() -> Self {
        Self {
            results: core::ptr::null(),
            written: Vec::new(),
            unmasked: Vec::new(),
            spaces: 0,
            pages: BTreeMap::new(),
            charged: false,
            tables: BTreeMap::new(),
            filled: Vec::new(),
            cores: Vec::new(),
            interrupted: Vec::new(),
            copied: Vec::new(),
            now: 0,
        }
    }
}

#[derive(Default)]
pub struct TestContext {
    registers: Cell<Registers>,
}

impl Context for TestContext {
    fn start(&self, _: UserAddress, _: UserAddress, _: u64) {}

    fn registers(&self) -> &Cell<Registers> {
        &self.registers
    }

    fn interrupted(&self) -> bool {
        false
    }
}

impl Port for TestPort {
    type Context = TestContext;
    type Block = TestBlock;
    type Space = u32;
    const ARCHITECTURE: &'static str = "test";
    const FORGETS_EVERYWHERE: bool = false;
    const CORE_SIZE: usize = 0;

    fn cores(&self) -> u32 {
        self.cores.len() as u32
    }

    fn processor(&self, core: u32) -> u64 {
        core.into()
    }

    fn map_core(&mut self, _: u32, _: FrameSource<'_>) -> Option<*mut u8> {
        None
    }

    fn start_core(&mut self, _: u32) -> bool {
        false
    }

    fn interrupt_core(&mut self, core: u32) {
        self.interrupted.push(core);
        self.cores[core as usize].serve_requests();
    }

    fn create_space(&mut self, _: FrameSource<'_>) -> Option<u32> {
        self.spaces += 1;
        Some(self.spaces)
    }

    fn map_page(
        &mut self,
        space: u32,
        address: UserAddress,
        physical: PhysicalAddress,
        flags: PageFlags,
        frames: FrameSource<'_>,
    ) -> Result<(), MapError> {
        let table = (space, address.0 >> 21);
        if self.charged && !self.tables.contains_key(&table) {
            self.tables.insert(table, frames().ok_or(MapError::NoFrames)?);
        }
        match self.pages.entry((space, address.0)) {
            Entry::Occupied(_) => Err(MapError::Occupied),
            Entry::Vacant(entry) => {
                entry.insert((physical, flags));
                Ok(())
            }
        }
    }

    fn find_page(&self, space: u32, address: UserAddress) -> Option<(PhysicalAddress, PageFlags)> {
        self.pages.get(&(space, address.0)).copied()
    }

    fn skip_hole(&self, space: u32, address: UserAddress) -> UserAddress {
        let behind = (space, address.0 + 1)..(space + 1, 0);
        UserAddress(self.pages.range(behind).next().map_or(u64::MAX, |((_, address), _)| *address))
    }

    fn unmap_page(&mut self, space: u32, address: UserAddress) -> Option<PhysicalAddress> {
        self.pages.remove(&(space, address.0)).map(|(physical, _)| physical)
    }

    fn clear_space(&mut self, space: u32, most: usize, free: &mut dyn FnMut(PhysicalAddress)) -> bool {
        for _ in 0..most {
            let Some((&key, &frame)) = self.tables.range((space, 0)..(space + 1, 0)).next() else {
                return true;
            };
            self.tables.remove(&key);
            self.pages.retain(|(of, address), _| (*of, *address >> 21) != key);
            free(frame);
        }
        self.tables.range((space, 0)..(space + 1, 0)).next().is_none()
    }

    fn map_heap(&mut self, _: usize, _: FrameSource<'_>) -> Option<*mut u8> {
        None
    }

    fn window(&self, _: PhysicalAddress) -> *mut u8 {
        core::ptr::null_mut()
    }

    fn zero_frame(&mut self, frame: PhysicalAddress) {
        self.filled.push((frame, None));
    }

    fn copy_frame(&mut self, from: PhysicalAddress, to: PhysicalAddress) {
        self.filled.push((to, Some(from)));
    }

    fn copy_bytes(&mut self, from: PhysicalAddress, to: PhysicalAddress, bytes: u64) {
        self.copied.push((from, to, bytes));
    }

    fn is_device_range(&self, _: MemoryRange) -> bool {
        true
    }

    fn configure_interrupt(&mut self, line: u32, _: bool, _: u32) -> bool {
        line < 24
    }

    fn unmask_interrupt(&mut self, line: u32) {
        self.unmasked.push(line);
    }

    fn port_read(&mut self, port: u16, _: u8) -> u32 {
        u32::from(port)
    }

    fn port_write(&mut self, port: u16, width: u8, value: u32) {
        self.written.push((port, width, value));
    }

    fn start_tick(&mut self) {}

    fn now(&self) -> u64 {
        self.now
    }

    fn write_log(&mut self, _: &str) {}

    fn power_off(&mut self, code: u8) -> ! {
        panic!("power off {code}")
    }

    fn power_reset(&mut self) -> ! {
        panic!("reset")
    }
}

/// Objects of each kind in the pool of [`World::with_pool`].
pub const MADE: usize = 3;

/// A system with objects of every kind that system calls use.
pub struct World {
    pub system: System<'static, TestPort>,
    pub storage: Storage<'static, TestPort>,
}

impl World {
    /// So many threads, each with a table of `slots`, and as many endpoints and notifications.
    pub fn new(components: usize, slots: usize) -> Self {
        let World { system, storage } = Self::of(&Sizes {
            threads: components,
            slots: components * slots,
            endpoints: components,
            notifications: components,
            spaces: 0,
            regions: 0,
            pools: 0,
            spare_regions: 0,
            interrupts: 1,
            timers: 3,
            ports: 1,
            dma: 1,
            trace: 0,
        });
        for (thread, own) in storage.threads.iter().zip(storage.entries.chunks(slots)) {
            thread.table.set_slots(own);
        }
        Self { system, storage }
    }

    /// As [`World::new`], and a pool with all that objects can be made of: 60 frames, and [`MADE`] objects of each
    /// kind.
    pub fn with_pool(components: usize, slots: usize) -> Self {
        Self::with_pool_of(components, slots, MADE)
    }

    /// As [`World::with_pool`], with so many objects of each kind.
    pub fn with_pool_of(components: usize, slots: usize, objects: usize) -> Self {
        let made = limits::MADE_SLOTS as usize;
        let World { mut system, storage } = Self::of(&Sizes {
            threads: components + objects,
            slots: components * slots + objects * made,
            endpoints: components + objects,
            notifications: components + objects,
            spaces: objects,
            regions: 0,
            pools: 1,
            spare_regions: objects,
            interrupts: 1,
            timers: 3,
            ports: 1,
            dma: 1,
            trace: 0,
        });
        let (own, of_spaces) = storage.entries.split_at(components * slots);
        let (boot, spare) = storage.threads.split_at(components);
        for ((thread, own), space) in boot.iter().zip(own.chunks(slots)).zip(1..) {
            thread.table.set_slots(own);
            thread.set_space(space);
        }
        let pool = &storage.pools[0];
        pool.available.set(60);
        for thread in spare {
            thread.pool.set(Some(pool));
            pool.threads.put(thread);
        }
        for (region, (endpoint, notification)) in storage
            .spare_regions
            .iter()
            .zip(storage.endpoints[components..].iter().zip(&storage.notifications[components..]))
        {
            region.pool.set(Some(pool));
            pool.regions.put(region);
            endpoint.pool.set(Some(pool));
            pool.endpoints.put(endpoint);
            notification.pool.set(Some(pool));
            pool.notifications.put(notification);
        }
        for ((space, own), number) in storage.spaces.iter().zip(of_spaces.chunks(made)).zip(0..) {
            space.table.set_slots(own);
            space.table.set_owner(components as u32 + number);
            space.table.restart(0);
            space.table.space.set(100 + number);
            space.table.pool.set(Some(pool));
            pool.spaces.put(space);
        }
        let memory = [MemoryRange { start: PhysicalAddress(0x100_0000), size: 256 * limits::PAGE_SIZE }];
        system.frames = Some(crate::frames::tests::frames(&memory, &Nodes::ONE));
        system.storage = storage;
        system.port.charged = true;
        Self { system, storage }
    }

    /// Objects of so many of each kind, with nothing in any table.
    pub fn of(sizes: &Sizes) -> Self {
        let storage = Storage {
            threads: threads(sizes.threads),
            entries: leak(sizes.slots),
            endpoints: leak(sizes.endpoints),
            notifications: leak(sizes.notifications),
            spaces: leak(sizes.spaces),
            regions: leak(sizes.regions),
            pools: leak(sizes.pools),
            spare_regions: leak(sizes.spare_regions),
            interrupts: leak(sizes.interrupts),
            timers: leak(sizes.timers),
            ports: leak(sizes.ports),
            dma: leak(sizes.dma),
        };
        let core: &'static Core<'static, TestPort> = Box::leak(Box::new(Core::new(0, storage.threads)));
        let mut port = TestPort::default();
        port.cores.push(core);
        for thread in storage.threads {
            thread.set_home(core);
        }
        let mut system = System::new(port, core, storage.threads);
        system.deadlines = Deadlines::new(storage.timers);
        Self { system, storage }
    }

    /// Adds a core to the machine.
    pub fn add_core(&mut self) -> &'static Core<'static, TestPort> {
        let index = self.system.port.cores.len();
        let core: &'static Core<'static, TestPort> = Box::leak(Box::new(Core::new(index as u32, self.storage.threads)));
        self.system.port.cores.push(core);
        self.system.cores[index] = Some(core);
        // Tests are one core after the other, so that none of them takes it.
        self.system.core.lock.set(Some(Box::leak(Box::default())));
        core
    }

    /// Free frames of the pool and of the machine, and free objects of the pool.
    pub fn free(&self) -> [usize; 7] {
        fn count<'m, T: Slabbed<'m>>(slab: &Slab<'m, T>) -> usize {
            let all: Vec<_> = core::iter::from_fn(|| slab.take()).collect();
            all.iter().for_each(|object| slab.put(object));
            all.len()
        }
        let pool = &self.storage.pools[0];
        let frames = self.system.frames.as_ref().expect("frames").available();
        let objects = [count(&pool.endpoints), count(&pool.notifications), count(&pool.spaces), count(&pool.threads)];
        let [endpoints, notifications, spaces, threads] = objects;
        let available = pool.available.get() as usize;
        [available, frames, count(&pool.regions), endpoints, notifications, spaces, threads]
    }

    /// A thread by number.
    pub fn thread(&self, index: usize) -> &'static Thread<'static, TestPort> {
        &self.storage.threads[index]
    }

    /// Makes a thread the one that runs, whatever it did before.
    pub fn run(&mut self, index: usize) {
        let thread = self.thread(index);
        self.system.home(thread).timers.cancel(thread);
        self.system.enter(thread);
    }
}

/// Threads without a system around them.
pub fn threads(count: usize) -> &'static [Thread<'static, TestPort>] {
    let threads: &'static [Thread<'static, TestPort>] = leak(count);
    for (index, thread) in (0..).zip(threads) {
        thread.set_index(index);
    }
    threads
}

fn leak<T: Default>(count: usize) -> &'static [T] {
    (0..count).map(|_| T::default()).collect::<Vec<_>>().leak()
}
