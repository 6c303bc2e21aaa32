//! System calls that return at once.

use crate::capability::Object;
use crate::notification;
use crate::system::System;
use crate::thread::Thread;
use core::cell::Cell;
use veridian_abi::{Error, limits, rights, system_calls};
use veridian_port::{Answer, PhysicalAddress, Port};

/// A range of I/O ports.
#[derive(Default)]
pub struct PortRange {
    /// First port.
    pub first: Cell<u16>,
    /// How many.
    pub count: Cell<u32>,
}

/// A contiguous buffer that a device may be told of.
#[derive(Default)]
pub struct DmaBuffer {
    /// Where it is.
    pub address: Cell<PhysicalAddress>,
}

impl PortRange {
    /// The port at an offset, if all of the access lies in the range.
    fn port(&self, offset: u64, width: u64) -> Option<(u16, u8)> {
        let end = offset.checked_add(width)?;
        let port = u64::from(self.first.get()).checked_add(offset)?;
        (matches!(width, 1 | 2 | 4) && end <= u64::from(self.count.get()))
            .then_some((u16::try_from(port).ok()?, width as u8))
    }
}

impl<'m, P: Port> System<'m, P> {
    /// Serves a system call that neither blocks nor carries a message.
    #[inline(never)]
    pub fn simple_call(&mut self, token: u64, word: u64, a: u64, b: u64, c: u64) -> Answer {
        // All of these calls are the last thing that is done, so that nothing has to be kept across them.
        if self.recorder.is_some() {
            return self.recorded(token, word, a, b, c);
        }
        self.serve(token, word, a, b, c)
    }

    #[cold]
    #[inline(never)]
    fn recorded(&mut self, token: u64, word: u64, a: u64, b: u64, c: u64) -> Answer {
        if let Some(me) = self.core.current.get() {
            self.record(me, token, word, b, c);
        }
        self.serve(token, word, a, b, c)
    }

    #[inline]
    fn serve(&mut self, token: u64, word: u64, a: u64, b: u64, c: u64) -> Answer {
        if word & 0xff != system_calls::SIGNAL {
            return self.dispatch(token, word, a, b, c);
        }
        let Some(me) = self.core.current.get() else {
            return abandon();
        };
        // Before all others: an interrupt's worth of work should not pay for saving what those need.
        let result = notification::find(me, token, rights::notification::SIGNAL);
        let status = match result {
            Ok(notification) => {
                self.signal(notification, a);
                0
            }
            Err(error) => error as u64,
        };
        let reschedule = if self.is_preempted(me) { Answer::RESCHEDULE } else { 0 };
        Answer { word: status | reschedule, value: 0 }
    }

    #[inline(never)]
    fn dispatch(&mut self, token: u64, word: u64, a: u64, b: u64, c: u64) -> Answer {
        let Some(me) = self.core.current.get() else {
            return abandon();
        };
        let result = match word & 0xff {
            system_calls::INTERRUPT_ACKNOWLEDGE => self.interrupt_acknowledge(me, token),
            system_calls::TIMER_ARM => self.timer_arm(me, token, a),
            system_calls::PORT_READ => self.port_read(me, token, a, b),
            system_calls::PORT_WRITE => self.port_write(me, token, a, b, c),
            system_calls::DMA_ADDRESS => dma_address(me, token),
            system_calls::CAPABILITY_DERIVE => capability_derive(me, token, a),
            system_calls::CAPABILITY_VALIDATE => capability_validate(me, token, a),
            system_calls::CAPABILITY_REVOKE => self.capability_revoke(me, token),
            system_calls::CAPABILITY_DROP => self.capability_drop(me, token),
            system_calls::POWER_OFF => self.power_off(me, token, a),
            system_calls::POWER_RESET => self.power_reset(me, token),
            system_calls::CLOCK => Ok(self.port.now()),
            system_calls::PROCESS_STOP => self.process_stop(me, token),
            system_calls::PROCESS_RESTART => self.process_restart(me, token),
            system_calls::ALLOCATE_FRAMES => self.allocate_frames(me, token, a),
            system_calls::MAP_PAGE => self.map_page(me, token, a, b, c),
            system_calls::UNMAP_PAGE => self.unmap_page(me, token),
            system_calls::FREE_FRAMES => self.free_frames(me, token),
            call => self.made_call(me, call, token, a, b, c),
        };
        let (status, value) = match result {
            Ok(value) => (0, value),
            Err(error) => (error as u64, 0),
        };
        let reschedule = if self.is_preempted(me) { Answer::RESCHEDULE } else { 0 };
        Answer { word: status | reschedule, value }
    }

    #[inline(never)]
    fn interrupt_acknowledge(&mut self, me: &Thread<'m, P>, token: u64) -> Result<u64, Error> {
        let entry = me.table.lookup(token)?;
        let Object::Interrupt(interrupt) = entry.object() else {
            return Err(Error::WrongKind);
        };
        entry.require(rights::interrupt::ACKNOWLEDGE)?;
        self.port.unmask_interrupt(interrupt.line.get());
        Ok(0)
    }

    #[inline(never)]
    fn port_read(&mut self, me: &Thread<'m, P>, token: u64, offset: u64, width: u64) -> Result<u64, Error> {
        let range = port_range(me, token, rights::io_ports::READ)?;
        let (port, width) = range.port(offset, width).ok_or(Error::BadArgument)?;
        Ok(u64::from(self.port.port_read(port, width)))
    }

    #[inline(never)]
    fn port_write(
        &mut self,
        me: &Thread<'m, P>,
        token: u64,
        offset: u64,
        width: u64,
        value: u64,
    ) -> Result<u64, Error> {
        let range = port_range(me, token, rights::io_ports::WRITE)?;
        let (port, bytes) = range.port(offset, width).ok_or(Error::BadArgument)?;
        if value >> (width * 8) != 0 {
            return Err(Error::BadArgument);
        }
        self.port.port_write(port, bytes, value as u32);
        Ok(0)
    }

    // Apart, so that the calls that are made often do not pay for it.
    #[inline(never)]
    fn capability_revoke(&mut self, me: &Thread<'m, P>, token: u64) -> Result<u64, Error> {
        let entry = me.table.lookup(token)?;
        entry.revoke(limits::STEP, &mut |lost| self.lose(lost));
        self.settle();
        if entry.has_descendants() { Err(Error::Unfinished) } else { Ok(0) }
    }

    // Apart, so that the calls that are made often do not pay for it.
    #[inline(never)]
    fn capability_drop(&mut self, me: &Thread<'m, P>, token: u64) -> Result<u64, Error> {
        let entry = me.table.lookup(token)?;
        if self.empty_slot(entry) { Ok(0) } else { Err(Error::Unfinished) }
    }

    /// `free_frames`: as dropping, for the capability that stands for a region taken from a pool.
    #[inline(never)]
    fn free_frames(&mut self, me: &Thread<'m, P>, token: u64) -> Result<u64, Error> {
        let entry = me.table.lookup(token)?;
        let Object::SharedRegion(region) = entry.object() else {
            return Err(Error::WrongKind);
        };
        entry.require(rights::shared_region::READ | rights::shared_region::WRITE)?;
        if entry.is_derived() || region.pool.get().is_none() {
            return Err(Error::BadArgument);
        }
        self.capability_drop(me, token)
    }

    fn power_off(&mut self, me: &Thread<'m, P>, token: u64, code: u64) -> Result<u64, Error> {
        require_power(me, token, rights::power::OFF)?;
        match u8::try_from(code) {
            Ok(code) if u64::from(code) <= limits::POWER_CODE_MAX => {
                self.trace.tell();
                self.port.power_off(code)
            }
            _ => Err(Error::BadArgument),
        }
    }

    fn power_reset(&mut self, me: &Thread<'m, P>, token: u64) -> Result<u64, Error> {
        require_power(me, token, rights::power::RESET)?;
        self.trace.tell();
        self.port.power_reset()
    }
}

/// Another core has stopped the caller.
#[cold]
#[inline(never)]
fn abandon() -> Answer {
    Answer { word: Answer::RESCHEDULE, value: 0 }
}

fn port_range<'m, P: Port>(me: &Thread<'m, P>, token: u64, right: u16) -> Result<&'m PortRange, Error> {
    let entry = me.table.lookup(token)?;
    let Object::IoPorts(range) = entry.object() else {
        return Err(Error::WrongKind);
    };
    entry.require(right)?;
    Ok(range)
}

fn require_power<P: Port>(me: &Thread<'_, P>, token: u64, right: u16) -> Result<(), Error> {
    let entry = me.table.lookup(token)?;
    if !matches!(entry.object(), Object::Power) {
        return Err(Error::WrongKind);
    }
    entry.require(right)
}

#[inline(never)]
fn dma_address<P: Port>(me: &Thread<'_, P>, token: u64) -> Result<u64, Error> {
    match me.table.lookup(token)?.object() {
        Object::Dma(buffer) => Ok(buffer.address.get().0),
        _ => Err(Error::WrongKind),
    }
}

#[inline(never)]
fn capability_derive<'m, P: Port>(me: &'m Thread<'m, P>, token: u64, rights: u64) -> Result<u64, Error> {
    let parent = me.table.lookup(token)?;
    let rights = u16::try_from(rights).map_err(|_| Error::MissingRight)?;
    parent.derive(&me.table, rights)
}

#[inline(never)]
fn capability_validate<P: Port>(me: &Thread<'_, P>, token: u64, rights: u64) -> Result<u64, Error> {
    let entry = me.table.lookup(token)?;
    entry.require(u16::try_from(rights).map_err(|_| Error::MissingRight)?)?;
    entry.object().kind().map(|kind| kind as u64).ok_or(Error::BadToken)
}
