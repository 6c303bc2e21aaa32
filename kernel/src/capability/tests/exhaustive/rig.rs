//! The shipped tables, tree and pool, put through a list of actions from their first state on.

use crate::boot::Storage;
use crate::capability::{Entry, Grant, Object};
use crate::cores::Core;
use crate::endpoint::Endpoint;
use crate::frames::{Area, Chunk, Frames};
use crate::memory::{Pool, Region};
use crate::system::System;
use crate::testing::TestPort;
use crate::thread::Thread;
use veridian_abi::{Error, limits, rights};
use veridian_port::{MemoryRange, Nodes, PhysicalAddress};

pub const COMPONENTS: usize = 2;
pub const SLOTS: usize = 3;
/// Pages of the pool, each of which a region of its own can have.
pub const BUDGET: usize = 2;
/// Rights of the endpoint's capability that components have from the start.
pub const ENDPOINT_RIGHTS: u16 = rights::endpoint::RECEIVE | rights::endpoint::SEND;
/// Rights that capabilities are tried with: one more than any has.
pub const RIGHTS: u16 = 3;
/// Slots of the last component begin with this generation, near the last one that there is.
const OLD: u16 = u16::MAX - 1;
/// Only the last component is started anew, by the others.
pub const RESTARTED: u8 = COMPONENTS as u8 - 1;

/// What the first component has from the start; the last one has a capability to the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// A capability to the endpoint as well: all goes into the tree.
    Endpoint,
    /// A capability to the pool, so that there are regions.
    Pool,
}

/// A slot of a component's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    pub component: u8,
    pub slot: u8,
}

impl Slot {
    /// Every slot of every table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..COMPONENTS as u8).flat_map(|component| (0..SLOTS as u8).map(move |slot| Self { component, slot }))
    }
}

/// What components and the kernel can do next. Each deletes one capability at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The holder of a capability derives another one, in its own table or, with a message, in somebody else's.
    Derive { from: Slot, to: u8, rights: u16 },
    /// A step of `capability_revoke`.
    Revoke(Slot),
    /// A step of `capability_drop`.
    Drop(Slot),
    /// `allocate_frames`, of one page.
    Allocate(Slot),
    /// `map_page`, at an address of the slot's own.
    Map { region: Slot, pool: Slot },
    /// `unmap_page`.
    Unmap(Slot),
    /// A step of `process_restart`.
    Restart,
}

/// What a capability is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    Endpoint,
    Pool,
    /// A page of the pool, by its number.
    Region(u64),
}

/// A capability as the shipped table has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Held {
    pub what: What,
    pub rights: u16,
    pub parent: Option<Slot>,
    pub mapped: bool,
}

/// All that can be told of the shipped state. Two equal ones go on in the same way, whatever led to them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Seen {
    held: [[Option<Held>; SLOTS]; COMPONENTS],
    generations: [[u16; SLOTS]; COMPONENTS],
    /// Slots that are free, in the order in which they will be used.
    pub free: [Vec<u8>; COMPONENTS],
    /// Children of each capability, in the order in which they will go.
    children: Vec<Vec<Slot>>,
    /// Pages that the pool has left, and the allocator beneath it.
    pub available: (usize, usize),
    /// Pages that are mapped somewhere: component and number.
    pub pages: Vec<(u32, u64)>,
    /// Capabilities that the endpoint counts as serving it.
    pub servers: u32,
    /// Slot that the start anew has come to, while one is under way.
    pub clearing: Option<u32>,
}

impl Seen {
    /// The capability in a slot.
    pub fn held(&self, slot: Slot) -> Option<Held> {
        self.held[usize::from(slot.component)][usize::from(slot.slot)]
    }

    /// The generation of a slot.
    pub fn generation(&self, slot: Slot) -> u16 {
        self.generations[usize::from(slot.component)][usize::from(slot.slot)]
    }
}

/// One page of the pool by its address.
fn number(address: PhysicalAddress) -> u64 {
    (address.0 - MEMORY.start.0) / limits::PAGE_SIZE
}

const MEMORY: MemoryRange = MemoryRange { start: PhysicalAddress(0x100_0000), size: BUDGET as u64 * limits::PAGE_SIZE };

fn many<T: Default>(count: usize) -> Vec<T> {
    (0..count).map(|_| T::default()).collect()
}

/// Puts a fresh state through `actions`, and shows it with what the last of them answered.
pub fn replay<R>(start: Start, actions: &[Action], show: impl FnOnce(&Rig<'_>, Result<u64, Error>) -> R) -> R {
    let threads = many::<Thread<'_, TestPort>>(COMPONENTS);
    let entries = many::<Entry<'_, TestPort>>(COMPONENTS * SLOTS);
    let (endpoint, pool) = (Endpoint::default(), Pool::default());
    let regions = many::<Region<'_, TestPort>>(BUDGET);
    let nodes = Nodes::ONE;
    let (chunks, areas) = Frames::sizes(&[MEMORY], &nodes, limits::PAGE_SIZE);
    let (mut chunks, mut areas) = (vec![Chunk::TAKEN; chunks], vec![Area::EMPTY; areas]);
    let core = Core::new(0, &threads);
    let mut system = System::new(TestPort::default(), &core, &threads);
    system.storage = Storage { threads: &threads, entries: &entries, ..Storage::default() };
    system.frames = Some(Frames::new(&mut chunks, &mut areas, &[MEMORY], &nodes, limits::PAGE_SIZE));
    let mut rig = Rig { system, endpoint: &endpoint, pool: &pool, clearing: None };
    rig.boot(start, &regions);
    let mut answer = Ok(0);
    for action in actions {
        answer = rig.act(*action);
    }
    show(&rig, answer)
}

pub struct Rig<'m> {
    system: System<'m, TestPort>,
    endpoint: &'m Endpoint<'m, TestPort>,
    pool: &'m Pool<'m, TestPort>,
    clearing: Option<u32>,
}

impl<'m> Rig<'m> {
    fn boot(&self, start: Start, regions: &'m [Region<'m, TestPort>]) {
        self.pool.available.set(BUDGET as u32);
        for region in regions {
            region.pool.set(Some(self.pool));
            self.pool.regions.put(region);
        }
        let threads = self.system.threads;
        for ((index, thread), own) in (0..).zip(threads).zip(self.system.storage.entries.chunks(SLOTS)) {
            thread.set_index(index);
            thread.set_space(index);
            thread.table.set_slots(own);
        }
        for entry in threads[usize::from(RESTARTED)].table.entries() {
            entry.seal.set(OLD.into());
        }
        match start {
            Start::Endpoint => self.grant(0, Object::Endpoint(self.endpoint), ENDPOINT_RIGHTS),
            Start::Pool => self.grant(0, Object::MemoryPool(self.pool), rights::memory_pool::ALLOCATE),
        }
        self.grant(RESTARTED, Object::Endpoint(self.endpoint), ENDPOINT_RIGHTS);
    }

    /// As the boot table does.
    fn grant(&self, component: u8, object: Object<'m, TestPort>, rights: u16) {
        let table = &self.system.threads[usize::from(component)].table;
        table.create(&Grant { object, rights, badge: 0 }).expect("a free slot");
    }

    fn entry(&self, Slot { component, slot }: Slot) -> &'m Entry<'m, TestPort> {
        &self.system.threads[usize::from(component)].table.entries()[usize::from(slot)]
    }

    fn slot_of(&self, entry: &Entry<'m, TestPort>) -> Slot {
        Slot::all().find(|slot| core::ptr::eq(self.entry(*slot), entry)).expect("an entry of some table")
    }

    /// The token by which the holder of a capability names it.
    pub fn token(&self, slot: Slot) -> u64 {
        let entry = self.entry(slot);
        u64::from(slot.slot) | u64::from(entry.generation()) << 32 | u64::from(entry.rights()) << 48
    }

    /// Whether the table that a slot is in takes a token.
    pub fn takes_token(&self, slot: Slot, token: Option<u64>) -> bool {
        let table = &self.system.threads[usize::from(slot.component)].table;
        token.is_some_and(|token| table.lookup(token).is_ok())
    }

    /// The generation of a slot.
    pub fn generation(&self, slot: Slot) -> u16 {
        self.entry(slot).generation()
    }

    fn act(&mut self, action: Action) -> Result<u64, Error> {
        let threads = self.system.threads;
        let system = &mut self.system;
        match action {
            Action::Derive { from, to, rights } => self.entry(from).derive(&threads[usize::from(to)].table, rights),
            Action::Revoke(slot) => {
                let entry = self.entry(slot);
                let system = &mut self.system;
                entry.revoke(1, &mut |lost| system.lose(lost));
                system.settle();
                if entry.has_descendants() { Err(Error::Unfinished) } else { Ok(0) }
            }
            Action::Drop(slot) => {
                let entry = self.entry(slot);
                let system = &mut self.system;
                let gone = entry.delete(1, &mut |lost| system.lose(lost));
                system.settle();
                if gone { Ok(0) } else { Err(Error::Unfinished) }
            }
            Action::Allocate(pool) => {
                let token = self.token(pool);
                self.system.allocate_frames(&threads[usize::from(pool.component)], token, 1)
            }
            Action::Map { region, pool } => {
                let (token, charge) = (self.token(region), self.token(pool));
                let address = limits::DYNAMIC_BASE + u64::from(region.slot) * limits::PAGE_SIZE;
                let me = &threads[usize::from(region.component)];
                self.system.map_page(me, token, address, limits::MAP_READ, charge)
            }
            Action::Unmap(region) => {
                let token = self.token(region);
                self.system.unmap_page(&threads[usize::from(region.component)], token)
            }
            Action::Restart => {
                let table = &threads[usize::from(RESTARTED)].table;
                let Some(slot) = self.clearing else {
                    table.end(&mut |lost| system.lose(lost));
                    system.settle();
                    self.clearing = Some(0);
                    return Err(Error::Unfinished);
                };
                let cleared = table.entries().get(slot as usize).map(|entry| {
                    let empty = entry.is_free() || entry.delete(1, &mut |lost| system.lose(lost));
                    if empty {
                        entry.renew();
                    }
                    empty
                });
                system.settle();
                self.clearing = Some(slot + u32::from(cleared == Some(true)));
                if cleared.is_some() {
                    return Err(Error::Unfinished);
                }
                table.restart(1);
                self.grant(RESTARTED, Object::Endpoint(self.endpoint), ENDPOINT_RIGHTS);
                self.clearing = None;
                Ok(0)
            }
        }
    }

    fn held(&self, slot: Slot) -> Option<Held> {
        let entry = self.entry(slot);
        let what = match entry.object() {
            Object::None => return None,
            Object::Endpoint(_) => What::Endpoint,
            Object::MemoryPool(_) => What::Pool,
            Object::SharedRegion(region) => What::Region(number(region.start.get())),
            _ => unreachable!("there is no other object"),
        };
        let parent = entry.parent().map(|parent| self.slot_of(parent));
        Some(Held { what, rights: entry.rights(), parent, mapped: entry.mapped_page().is_some() })
    }

    /// Entries that hang together, from `first` on.
    fn chain(&self, first: Option<&'m Entry<'m, TestPort>>) -> Vec<Slot> {
        core::iter::successors(first, |entry| entry.next.get()).map(|entry| self.slot_of(entry)).collect()
    }

    /// All of it.
    pub fn see(&self) -> Seen {
        let mut seen = Seen {
            held: [[None; SLOTS]; COMPONENTS],
            generations: [[0; SLOTS]; COMPONENTS],
            free: core::array::from_fn(|component| {
                let first = self.system.threads[component].table.free.get();
                self.chain(first).into_iter().map(|slot| slot.slot).collect()
            }),
            children: Vec::new(),
            available: (
                self.pool.available.get() as usize,
                self.system.frames.as_ref().expect("set above").available(),
            ),
            pages: self.system.port.pages.iter().map(|((space, _), (frame, _))| (*space, number(*frame))).collect(),
            servers: self.endpoint.servers.get(),
            clearing: self.clearing,
        };
        for slot in Slot::all() {
            let Slot { component, slot: index } = slot;
            seen.held[usize::from(component)][usize::from(index)] = self.held(slot);
            seen.generations[usize::from(component)][usize::from(index)] = self.entry(slot).generation();
            seen.children.push(self.chain(self.entry(slot).child.get()));
        }
        seen
    }
}
