//! Capability tables and the derivation tree.
//!
//! A token is the seed's 64 bits: identifier in 0–31 (the slot in its holder's own table), generation
//! in 32–47, rights in 48–63. It is only a name: all three parts are compared with the holder's table,
//! so that a guessed token, or one seen elsewhere, is worth nothing.
//!
//! Every entry is a node of a derivation tree: a child has at most its parent's rights, and goes when
//! the parent is revoked, wherever it was passed. Deleting an entry raises its slot's generation, so
//! that old tokens stay dead; a slot whose generation would wrap is retired for ever.

use crate::deadlines::Timer;
use crate::endpoint::Endpoint;
use crate::interrupt::Interrupt;
use crate::memory::{Mapping, Pool, Region};
use crate::notification::Notification;
use crate::simple::{DmaBuffer, PortRange};
use crate::space::AddressSpace;
use crate::thread::Thread;
use core::cell::Cell;
use veridian_abi::{Error, Kind, limits, rights};
use veridian_port::Port;

/// What a capability is to. Device registers are mapped at boot and take part in no system call, so that the
/// kernel keeps nothing of them but which they are.
pub enum Object<'m, P: Port> {
    /// Nothing: a free slot.
    None,
    /// See [`Endpoint`].
    Endpoint(&'m Endpoint<'m, P>),
    /// See [`Notification`].
    Notification(&'m Notification<'m, P>),
    /// See [`Region`].
    SharedRegion(&'m Region<'m, P>),
    /// See [`Interrupt`].
    Interrupt(&'m Interrupt<'m, P>),
    /// See [`PortRange`].
    IoPorts(&'m PortRange),
    /// Device registers, by their number.
    Mmio(usize),
    /// See [`DmaBuffer`].
    Dma(&'m DmaBuffer),
    /// The power switch.
    Power,
    /// A component by its first thread, or a thread made at run time.
    Process(&'m Thread<'m, P>),
    /// See [`Pool`].
    MemoryPool(&'m Pool<'m, P>),
    /// See [`AddressSpace`].
    AddressSpace(&'m AddressSpace<'m, P>),
    /// What every component holds.
    Census,
    /// What the kernel counts.
    Metrics,
    /// See [`Timer`].
    Timer(&'m Timer<'m, P>),
}

impl<P: Port> Clone for Object<'_, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P: Port> Copy for Object<'_, P> {}

impl<'m, P: Port> Object<'m, P> {
    /// Its kind; `None` for nothing.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        Some(match self {
            Self::None => return None,
            Self::Endpoint(_) => Kind::Endpoint,
            Self::Notification(_) => Kind::Notification,
            Self::SharedRegion(_) => Kind::SharedRegion,
            Self::Interrupt(_) => Kind::Interrupt,
            Self::IoPorts(_) => Kind::IoPorts,
            Self::Mmio(_) => Kind::Mmio,
            Self::Dma(_) => Kind::Dma,
            Self::Power => Kind::Power,
            Self::Process(_) => Kind::Process,
            Self::MemoryPool(_) => Kind::MemoryPool,
            Self::AddressSpace(_) => Kind::AddressSpace,
            Self::Census => Kind::Census,
            Self::Metrics => Kind::Metrics,
            Self::Timer(_) => Kind::Timer,
        })
    }

    /// The pool that it was made of at run time; none for what the boot table made.
    #[must_use]
    pub fn pool(&self) -> Option<&'m Pool<'m, P>> {
        match self {
            Self::Endpoint(endpoint) => endpoint.pool.get(),
            Self::Notification(notification) => notification.pool.get(),
            Self::SharedRegion(region) => region.pool.get(),
            Self::Process(thread) => thread.pool.get(),
            Self::AddressSpace(space) => space.table.pool.get(),
            _ => None,
        }
    }

    /// Whether a capability to it can be passed with messages. What was made at run time stays with its
    /// maker, but for regions, so that nobody comes to share more than the boot table allows.
    #[must_use]
    pub fn travels(&self) -> bool {
        matches!(self, Self::SharedRegion(_)) || self.pool().is_none()
    }
}

/// A capability, or a free slot, of some component's table.
pub struct Entry<'m, P: Port> {
    object: Cell<Object<'m, P>>,
    /// Generation in bits 0–15, rights in 16–31: the upper half of the token.
    seal: Cell<u32>,
    /// What receivers of messages sent with it see; of a region, the page that it is mapped at through this
    /// capability, or 0.
    badge: Cell<u32>,
    /// The table that the slot belongs to, which is nobody's share.
    table: Cell<Option<&'m Table<'m, P>>>,
    parent: Cell<Option<&'m Entry<'m, P>>>,
    child: Cell<Option<&'m Entry<'m, P>>>,
    /// Next sibling; next free slot for a free one.
    next: Cell<Option<&'m Entry<'m, P>>>,
    previous: Cell<Option<&'m Entry<'m, P>>>,
}

impl<P: Port> Default for Entry<'_, P> {
    fn default() -> Self {
        Self {
            object: Cell::new(Object::None),
            seal: Cell::new(limits::FIRST_GENERATION as u32),
            badge: Cell::new(0),
            table: Cell::new(None),
            parent: Cell::new(None),
            child: Cell::new(None),
            next: Cell::new(None),
            previous: Cell::new(None),
        }
    }
}

/// What a new capability is to.
pub struct Grant<'m, P: Port> {
    /// The object.
    pub object: Object<'m, P>,
    /// What it allows.
    pub rights: u16,
    /// What receivers of messages sent with it see.
    pub badge: u32,
}

const GENERATION: u32 = 0xffff;

/// What is over with a capability, beyond the capability itself.
pub enum Lost<'m, P: Port> {
    /// Nobody serves an endpoint any more.
    Server(&'m Endpoint<'m, P>),
    /// A region must not be mapped there any more.
    Mapping(Mapping<'m, P>),
    /// A timer must not fire any more.
    Timer(&'m Timer<'m, P>),
    /// Nobody has a capability to an object any more that was made out of this pool.
    Object(Object<'m, P>, &'m Pool<'m, P>),
}

/// Whoever has to act on what is lost.
pub type Loser<'l, 'm, P> = &'l mut dyn FnMut(Lost<'m, P>);

impl<'m, P: Port> Entry<'m, P> {
    /// What the capability allows.
    #[must_use]
    #[inline(always)]
    pub fn rights(&self) -> u16 {
        (self.seal.get() >> 16) as u16
    }

    /// What receivers of messages sent with it see.
    #[must_use]
    #[inline(always)]
    pub fn badge(&self) -> u32 {
        self.badge.get()
    }

    /// What it is to.
    #[must_use]
    #[inline(always)]
    pub fn object(&self) -> Object<'m, P> {
        self.object.get()
    }

    /// How often its slot was used before, plus one: the generation of tokens that name it.
    #[must_use]
    pub fn generation(&self) -> u16 {
        self.seal.get() as u16
    }

    /// What it was derived from.
    #[must_use]
    pub fn parent(&self) -> Option<&'m Entry<'m, P>> {
        self.parent.get()
    }

    /// The table that it is in.
    #[must_use]
    pub fn table(&self) -> Option<&'m Table<'m, P>> {
        self.table.get()
    }

    /// Fails unless it carries all of `rights`.
    #[inline(always)]
    pub fn require(&self, rights: u16) -> Result<(), Error> {
        if self.rights() & rights == rights { Ok(()) } else { Err(Error::MissingRight) }
    }

    /// Makes a child with `rights`, which must not exceed this one's, in a table. Returns its token there.
    pub fn derive(&'m self, to: &'m Table<'m, P>, rights: u16) -> Result<u64, Error> {
        if rights & !self.rights() != 0 {
            return Err(Error::MissingRight);
        }
        let entry = to.take_slot()?;
        entry.fill(&Grant { object: self.object.get(), rights, badge: self.badge.get() });
        let sibling = self.child.replace(Some(entry));
        if let Some(sibling) = sibling {
            sibling.previous.set(Some(entry));
        }
        entry.parent.set(Some(self));
        entry.next.set(sibling);
        Ok(to.token(entry))
    }

    /// Deletes what was derived from this one until that has cost `most`, at which each capability counts one,
    /// and each page that is mapped through it another. Returns what it cost; it is done when
    /// [`Entry::has_descendants`] says no. `lost` is told of what ends with them.
    pub fn revoke(&self, most: u64, lost: Loser<'_, 'm, P>) -> u64 {
        let mut cost = 0;
        // Leaves first, so that no entry ever outlives its parent.
        while cost < most
            && let Some(child) = self.child.get()
        {
            let mut leaf = child;
            while let Some(child) = leaf.child.get() {
                leaf = child;
            }
            // The leaf's siblings and then its parent come next, without going down from the top again.
            loop {
                let above = leaf.parent.get();
                cost += leaf.delete_leaf(lost);
                match above {
                    Some(above) if cost < most && above.child.get().is_none() && !core::ptr::eq(above, self) => {
                        leaf = above;
                    }
                    _ => break,
                }
            }
        }
        cost
    }

    /// Whether anything derived from it is left.
    #[must_use]
    pub fn has_descendants(&self) -> bool {
        self.child.get().is_some()
    }

    /// Whether it was derived from another one.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        self.parent.get().is_some()
    }

    /// The endpoint whose messages it lets its holder receive.
    fn served(&self) -> Option<&'m Endpoint<'m, P>> {
        match self.object.get() {
            Object::Endpoint(endpoint) if self.rights() & rights::endpoint::RECEIVE != 0 => Some(endpoint),
            _ => None,
        }
    }

    /// The page at which its region is mapped through it.
    #[must_use]
    pub fn mapped_page(&self) -> Option<u32> {
        match (self.object.get(), self.badge.get()) {
            (Object::SharedRegion(_), page @ 1..) => Some(page),
            _ => None,
        }
    }

    /// Notes that page; 0 for none.
    pub fn set_mapped_page(&self, page: u32) {
        self.badge.set(page);
    }

    /// Whether it is to nothing: a free slot.
    #[must_use]
    pub fn is_free(&self) -> bool {
        matches!(self.object.get(), Object::None)
    }

    /// Makes an empty slot as it was at first: memory starts anew as well, so that none of its old tokens is left.
    pub(crate) fn renew(&self) {
        self.seal.set(limits::FIRST_GENERATION as u32);
    }

    /// Tells what of an object ends with this capability to it. Returns how many pages were mapped.
    fn lose_object(&self, lost: Loser<'_, 'm, P>) -> u64 {
        let object = self.object.get();
        let mut pages = 0;
        if let Object::SharedRegion(region) = object
            && let (Some(page), Some(table)) = (self.mapped_page(), self.table.get())
        {
            lost(Lost::Mapping(Mapping { space: table.space.get(), region, page }));
            pages = region.pages.get().into();
        }
        self.lose_timer(lost);
        if self.parent.get().is_none()
            && let Some(pool) = object.pool()
        {
            lost(Lost::Object(object, pool));
        }
        pages
    }

    /// Tells that a timer is not to fire that was armed through this capability.
    fn lose_timer(&self, lost: Loser<'_, 'm, P>) {
        if let Object::Timer(timer) = self.object.get()
            && timer.is_armed_through(self)
        {
            lost(Lost::Timer(timer));
        }
    }

    /// Revokes it and then deletes it, unless revoking has cost `most`. Returns whether it is gone.
    pub fn delete(&'m self, most: u64, lost: Loser<'_, 'm, P>) -> bool {
        if self.revoke(most, lost) >= most {
            return false;
        }
        self.delete_leaf(lost);
        true
    }

    fn fill(&self, grant: &Grant<'m, P>) {
        self.seal.set(self.seal.get() & GENERATION | u32::from(grant.rights) << 16);
        self.object.set(grant.object);
        self.badge.set(if matches!(grant.object, Object::SharedRegion(_)) { 0 } else { grant.badge });
        self.parent.set(None);
        self.child.set(None);
        self.next.set(None);
        self.previous.set(None);
        if let Some(endpoint) = self.served()
            && self.is_live()
        {
            endpoint.servers.set(endpoint.servers.get() + 1);
        }
    }

    /// Whether somebody can use it.
    fn is_live(&self) -> bool {
        self.table.get().is_some_and(Table::is_live)
    }

    #[inline(never)]
    fn delete_leaf(&'m self, lost: Loser<'_, 'm, P>) -> u64 {
        if let Some(endpoint) = self.served()
            && self.is_live()
            && endpoint.lose_server()
        {
            lost(Lost::Server(endpoint));
        }
        let pages = self.lose_object(lost);
        let (next, previous) = (self.next.get(), self.previous.get());
        match previous {
            Some(previous) => previous.next.set(next),
            None => {
                if let Some(parent) = self.parent.get() {
                    parent.child.set(next);
                }
            }
        }
        if let Some(next) = next {
            next.previous.set(previous);
        }
        let generation = self.seal.get() & GENERATION;
        self.object.set(Object::None);
        self.seal.set(generation);
        if generation < GENERATION
            && let Some(table) = self.table.get()
        {
            self.seal.set(generation + 1);
            self.next.set(table.free.replace(Some(self)));
        }
        1 + pages
    }
}

/// The capabilities of a component, or of a process made at run time. A thread that shares the table of others
/// has one of its own that names the same slots and leaves all else to theirs, its home.
pub struct Table<'m, P: Port> {
    entries: Cell<&'m [Entry<'m, P>]>,
    free: Cell<Option<&'m Entry<'m, P>>>,
    /// Whether a thread that uses it has not ended: only then it serves the endpoints that it may receive from.
    live: Cell<bool>,
    /// Threads that use it and have not ended.
    threads: Cell<u32>,
    home: Cell<Option<&'m Table<'m, P>>>,
    /// Number of the component; address spaces made at run time count on behind the components.
    owner: Cell<u32>,
    /// The address space that goes with it.
    pub space: Cell<P::Space>,
    /// What page tables of that space are charged to, if it was made at run time.
    pub pool: Cell<Option<&'m Pool<'m, P>>>,
}

impl<P: Port> Default for Table<'_, P> {
    fn default() -> Self {
        Self {
            entries: Cell::new(&[]),
            free: Cell::new(None),
            live: Cell::new(true),
            threads: Cell::new(1),
            home: Cell::new(None),
            owner: Cell::new(limits::NONE as u32),
            space: Cell::default(),
            pool: Cell::new(None),
        }
    }
}

impl<'m, P: Port> Table<'m, P> {
    /// Gives the table its slots, all of them free and of the first generation.
    pub fn set_slots(&'m self, entries: &'m [Entry<'m, P>]) {
        self.entries.set(entries);
        let mut free = None;
        for entry in entries.iter().rev() {
            entry.table.set(Some(self));
            entry.next.set(free);
            free = Some(entry);
        }
        self.free.set(free);
    }

    /// The table that stands behind this one: its own, or that of the threads with which it is shared.
    #[must_use]
    pub fn home(&self) -> &Self {
        self.home.get().unwrap_or(self)
    }

    /// Makes it stand for another one, of which a thread is to use it; `None` for no table at all.
    pub fn share(&self, home: Option<&'m Self>) {
        self.home.set(home);
        self.entries.set(home.map_or(&[], |home| home.entries.get()));
    }

    /// One more thread uses it: it serves the endpoints that it may receive from.
    pub fn begin(&self) {
        let home = self.home();
        home.threads.set(home.threads.get() + 1);
        if !home.live.replace(true) {
            for endpoint in home.entries.get().iter().filter_map(Entry::served) {
                endpoint.servers.set(endpoint.servers.get() + 1);
            }
        }
    }

    /// A thread that used it has ended. Returns whether it was the last; `lost` is told of what ends with it.
    pub fn end(&self, lost: Loser<'_, 'm, P>) -> bool {
        let home = self.home();
        home.threads.set(home.threads.get().saturating_sub(1));
        if home.threads.get() > 0 {
            return false;
        }
        if home.live.replace(false) {
            for entry in home.entries.get() {
                if let Some(endpoint) = entry.served().filter(|endpoint| endpoint.lose_server()) {
                    lost(Lost::Server(endpoint));
                }
                entry.lose_timer(lost);
            }
        }
        true
    }

    /// How many threads use it and have not ended.
    #[must_use]
    pub fn threads(&self) -> u32 {
        self.threads.get()
    }

    /// Whether a thread uses it.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.live.get()
    }

    /// All slots are empty, and `threads` threads use it.
    pub fn restart(&'m self, threads: u32) {
        self.set_slots(self.entries.get());
        self.live.set(true);
        self.threads.set(threads);
    }

    /// Says whose it is.
    pub fn set_owner(&self, index: u32) {
        self.owner.set(index);
    }

    /// Number of the component, or behind all components that of the address space made at run time.
    #[must_use]
    pub fn owner(&self) -> u32 {
        self.owner.get()
    }

    /// All of its slots, free ones among them.
    #[must_use]
    pub fn entries(&self) -> &'m [Entry<'m, P>] {
        self.entries.get()
    }

    /// Puts a capability in a free slot, the lowest one while none was ever deleted: the boot table's
    /// slots come in order. Returns its token.
    pub fn create(&self, grant: &Grant<'m, P>) -> Result<u64, Error> {
        let entry = self.take_slot()?;
        entry.fill(grant);
        Ok(self.token(entry))
    }

    /// The capability that a token names.
    #[inline(always)]
    pub fn lookup(&self, token: u64) -> Result<&'m Entry<'m, P>, Error> {
        let entry = self.entries.get().get(token as u32 as usize).ok_or(Error::BadToken)?;
        let seal = (token >> 32) as u32;
        if entry.seal.get() != seal || matches!(entry.object.get(), Object::None) {
            return Err(entry.mismatch(seal));
        }
        Ok(entry)
    }

    /// The endpoint that a token names, if it carries all of `rights`; the fast path's look-up, for
    /// which every refusal is the same.
    #[inline(always)]
    pub fn endpoint(&self, token: u64, rights: u16) -> Option<(&'m Entry<'m, P>, &'m Endpoint<'m, P>)> {
        let entry = self.entries.get().get(token as u32 as usize)?;
        // One comparison for generation and rights: a token of the right seal with the right bits.
        if entry.seal.get() != (token >> 32) as u32 || token >> 48 & u64::from(rights) != u64::from(rights) {
            return None;
        }
        match entry.object.get() {
            Object::Endpoint(endpoint) => Some((entry, endpoint)),
            _ => None,
        }
    }

    /// The capability that a token names, and those of its rights that the token has: what is passed on with it.
    ///
    /// # Errors
    /// Those of [`Table::lookup`], and `MissingRight` for a right that the capability has not.
    pub fn narrow(&self, token: u64) -> Result<(&'m Entry<'m, P>, u16), Error> {
        let rights = (token >> 48) as u16;
        let Some(entry) = self.entries.get().get(token as u32 as usize) else {
            return Err(Error::BadToken);
        };
        self.lookup(token & !(0xffff << 48) | u64::from(entry.rights()) << 48)?;
        entry.require(rights)?;
        Ok((entry, rights))
    }

    fn token(&self, entry: &Entry<'m, P>) -> u64 {
        let offset = core::ptr::from_ref(entry).addr() - self.entries.get().as_ptr().addr();
        (offset / size_of::<Entry<'m, P>>()) as u64 | u64::from(entry.seal.get()) << 32
    }

    fn take_slot(&self) -> Result<&'m Entry<'m, P>, Error> {
        let free = &self.home().free;
        let entry = free.get().ok_or(Error::TableFull)?;
        free.set(entry.next.get());
        Ok(entry)
    }
}

impl<P: Port> Entry<'_, P> {
    #[cold]
    fn mismatch(&self, seal: u32) -> Error {
        // Rights tell nothing of age: only a token of an earlier generation was ever good here.
        let (given, current) = (seal & GENERATION, self.seal.get() & GENERATION);
        if given != 0 && given < current { Error::StaleToken } else { Error::BadToken }
    }
}

#[cfg(test)]
mod tests;
