//! Objects made at run time out of pools, and what happens to them when nobody has a capability to them.

use crate::capability::{Grant, Object, Table};
use crate::cores::Core;
use crate::memory::{Pool, pool};
use crate::process::{Exit, Restart};
use crate::space;
use crate::system::System;
use crate::thread::Thread;
use veridian_abi::{Error, Kind, rights, system_calls};
use veridian_port::Port;

impl<'m, P: Port> System<'m, P> {
    /// Serves a system call about objects made at run time. Apart, so that the calls that are made often do not
    /// pay for these.
    #[cold]
    #[inline(never)]
    pub(crate) fn made_call(
        &mut self,
        me: &'m Thread<'m, P>,
        call: u64,
        token: u64,
        a: u64,
        b: u64,
        c: u64,
    ) -> Result<u64, Error> {
        match call {
            system_calls::CREATE_CAPABILITY => self.create_capability(me, token, a, b),
            system_calls::CREATE_ADDRESS_SPACE => self.create_address_space(me, token),
            system_calls::CAPABILITY_GRANT => self.capability_grant(me, token, a, b),
            system_calls::MAP_SHARED_REGION => self.map_shared_region(me, token, a, b, c),
            system_calls::SHARE_PAGES => self.share_pages(me, token, a, b),
            system_calls::CREATE_THREAD => self.create_thread(me, token, a, b),
            system_calls::START_THREAD => self.start_thread(me, token, a, b, c),
            system_calls::SCHEDULE_THREAD => self.schedule_thread(me, token, a),
            system_calls::UNSCHEDULE_THREAD => self.unschedule_thread(me, token),
            system_calls::WAKE_THREAD => self.wake_thread(me, token),
            _ => Err(Error::BadCall),
        }
    }

    /// `create_capability`: makes an endpoint or a notification.
    fn create_capability(&self, me: &Thread<'m, P>, token: u64, kind: u64, badge: u64) -> Result<u64, Error> {
        let pool = pool(me, token, rights::memory_pool::CREATE)?;
        let badge = u32::try_from(badge).map_err(|_| Error::BadArgument)?;
        let object = match u16::try_from(kind).ok().and_then(Kind::from_code) {
            Some(Kind::Endpoint) => Object::Endpoint(pool.endpoints.take().ok_or(Error::NoMemory)?),
            Some(Kind::Notification) => Object::Notification(pool.notifications.take().ok_or(Error::NoMemory)?),
            _ => return Err(Error::BadArgument),
        };
        let rights = match object {
            // Those of an interface are for the maker to hand out as it likes.
            Object::Endpoint(_) => u16::MAX,
            _ => rights::notification::SIGNAL | rights::notification::WAIT,
        };
        let made = me.table.create(&Grant { object, rights, badge });
        if made.is_err() {
            put_back(object, pool);
        }
        made
    }

    /// `create_thread`: makes a thread, which has still to be told where to begin.
    fn create_thread(&self, me: &'m Thread<'m, P>, token: u64, place: u64, core: u64) -> Result<u64, Error> {
        let pool = pool(me, token, rights::memory_pool::SPAWN)?;
        let core = self.core_for(me, pool, core)?;
        let own = me.table.home();
        if self.is_over(own) {
            return Err(Error::PeerGone);
        }
        let home = if place == 0 { own } else { &space::find(me, place, rights::address_space::SPAWN)?.table };
        let thread = pool.threads.take().ok_or(Error::NoMemory)?;
        let rights = rights::process::WAIT
            | rights::process::STOP
            | rights::process::RESTART
            | rights::process::SCHEDULE
            | rights::process::BLOCK;
        let made = me.table.create(&Grant { object: Object::Process(thread), rights, badge: 0 });
        if made.is_err() {
            pool.threads.put(thread);
            return made;
        }
        thread.set_home(core);
        thread.buffer.set(None);
        thread.exit.set(Exit::None);
        thread.restart.set(Restart::None);
        thread.may_delegate.set(false);
        thread.set_priority(me.priority.get());
        thread.maker.set(Some(own));
        thread.space.set(home.space.get());
        thread.table.share(Some(home));
        home.begin();
        made
    }

    /// Whether a table is that of a component whose first thread has ended, so that the others are about to.
    pub(crate) fn is_over(&self, table: &Table<'m, P>) -> bool {
        let first = self.threads.get(table.owner() as usize);
        table.pool.get().is_none() && first.is_some_and(|first| first.exit.get() != Exit::None)
    }

    /// The core for a thread: the maker's own for 0, else the one with this number plus one, if a pool allows it.
    fn core_for(&self, me: &Thread<'m, P>, pool: &Pool<'m, P>, number: u64) -> Result<&'m Core<'m, P>, Error> {
        let own = self.home(me);
        let Some(index) = number.checked_sub(1) else {
            return Ok(own);
        };
        let allowed = u64::from(pool.cores.get()) | 1 << own.index;
        let core = self.cores.get(index as usize).copied().flatten();
        core.filter(|core| allowed >> core.index & 1 != 0).ok_or(Error::BadArgument)
    }

    /// Of all threads, the first that is made at run time: those before are what each component has from the start.
    pub(crate) fn first_made(&self) -> usize {
        self.threads.partition_point(|thread| thread.pool.get().is_none())
    }

    /// Threads that are made at run time, or can be.
    pub(crate) fn made_threads(&self) -> &'m [Thread<'m, P>] {
        self.threads.get(self.first_made()..).unwrap_or(&[])
    }

    /// Nobody has a capability any more to what was made out of a pool, and nobody waits for it: [`System::let_go`]
    /// has seen to that.
    #[inline(never)]
    pub(crate) fn unmake(&mut self, object: Object<'m, P>, pool: &'m Pool<'m, P>) {
        match object {
            Object::SharedRegion(region) => return self.give_back(region),
            Object::Endpoint(endpoint) => {
                endpoint.set_server(None);
                endpoint.servers.set(0);
            }
            Object::Notification(notification) => notification.bits.set(0),
            Object::AddressSpace(space) => {
                space.closing.set(false);
                space.searched.set(0);
                space.emptied.set(0);
            }
            _ => {}
        }
        put_back(object, pool);
    }
}

fn put_back<'m, P: Port>(object: Object<'m, P>, pool: &Pool<'m, P>) {
    match object {
        Object::Endpoint(endpoint) => pool.endpoints.put(endpoint),
        Object::Notification(notification) => pool.notifications.put(notification),
        Object::Process(thread) => pool.threads.put(thread),
        Object::AddressSpace(space) => pool.spaces.put(space),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
