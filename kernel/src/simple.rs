//! System calls that return at once.

use crate::system::System;
use crate::thread::ThreadId;
use veridian_abi::{Error, Kind, limits, rights, system_calls};
use veridian_port::{Answer, PhysicalAddress, Port};

/// A range of I/O ports.
#[derive(Clone, Copy, Debug, Default)]
pub struct PortRange {
    /// First port.
    pub first: u16,
    /// How many.
    pub count: u32,
}

/// A contiguous buffer that a device may be told of.
#[derive(Clone, Copy, Debug, Default)]
pub struct DmaBuffer {
    /// Where it is.
    pub address: PhysicalAddress,
}

impl PortRange {
    /// The port at an offset, if all of the access lies in the range.
    fn port(self, offset: u64, width: u64) -> Option<(u16, u8)> {
        let end = offset.checked_add(width)?;
        let port = u64::from(self.first).checked_add(offset)?;
        (matches!(width, 1 | 2 | 4) && end <= u64::from(self.count)).then_some((u16::try_from(port).ok()?, width as u8))
    }
}

impl<P: Port> System<'_, P> {
    /// Serves a system call that neither blocks nor carries a message.
    #[inline]
    pub fn simple_call(&mut self, token: u64, word: u64, a: u64, b: u64, c: u64) -> Answer {
        if word & 0xff == system_calls::NULL {
            return Answer { word: 0, value: 0 };
        }
        self.dispatch(token, word, a, b, c)
    }

    #[inline(never)]
    fn dispatch(&mut self, token: u64, word: u64, a: u64, b: u64, c: u64) -> Answer {
        let Some(me) = self.current else {
            return Answer { word: Error::BadCall as u64, value: 0 };
        };
        let result = match word & 0xff {
            system_calls::SIGNAL => self.signal_call(me, token, a),
            system_calls::INTERRUPT_ACKNOWLEDGE => self.interrupt_acknowledge(me, token),
            system_calls::PORT_READ => self.port_read(me, token, a, b),
            system_calls::PORT_WRITE => self.port_write(me, token, a, b, c),
            system_calls::DMA_ADDRESS => self.dma_address(me, token),
            system_calls::CAPABILITY_DERIVE => self.capability_derive(me, token, a),
            system_calls::CAPABILITY_VALIDATE => self.capability_validate(me, token, a),
            system_calls::CAPABILITY_REVOKE => {
                self.capabilities.lookup(me.index(), token).map(|id| self.capabilities.revoke(id))
            }
            system_calls::CAPABILITY_DROP => self.capabilities.lookup(me.index(), token).map(|id| {
                self.capabilities.drop_entry(id);
                0
            }),
            system_calls::POWER_OFF => self.power_off(me, token, a),
            system_calls::POWER_RESET => self.power_reset(me, token),
            system_calls::CLOCK => Ok(self.port.now()),
            _ => Err(Error::BadCall),
        };
        let (status, value) = match result {
            Ok(value) => (0, value),
            Err(error) => (error as u64, 0),
        };
        let reschedule = if self.preempted(me) { Answer::RESCHEDULE } else { 0 };
        Answer { word: status | reschedule, value }
    }

    #[inline(always)]
    fn signal_call(&mut self, me: ThreadId, token: u64, bits: u64) -> Result<u64, Error> {
        let object =
            self.capabilities.validate(me.index(), token, Kind::Notification, rights::notification::SIGNAL)?.object();
        let id = self.notifications.id(object).ok_or(Error::BadToken)?;
        self.signal(id, bits);
        Ok(0)
    }

    fn interrupt_acknowledge(&mut self, me: ThreadId, token: u64) -> Result<u64, Error> {
        let object =
            self.capabilities.validate(me.index(), token, Kind::Interrupt, rights::interrupt::ACKNOWLEDGE)?.object();
        let id = self.interrupts.id(object).ok_or(Error::BadToken)?;
        let line = self.interrupts[id].line;
        self.port.unmask_interrupt(line);
        Ok(0)
    }

    fn port_range(&self, me: ThreadId, token: u64, right: u16) -> Result<PortRange, Error> {
        let object = self.capabilities.validate(me.index(), token, Kind::IoPorts, right)?.object();
        Ok(self.ports[self.ports.id(object).ok_or(Error::BadToken)?])
    }

    fn port_read(&mut self, me: ThreadId, token: u64, offset: u64, width: u64) -> Result<u64, Error> {
        let range = self.port_range(me, token, rights::io_ports::READ)?;
        let (port, width) = range.port(offset, width).ok_or(Error::BadArgument)?;
        Ok(u64::from(self.port.port_read(port, width)))
    }

    fn port_write(&mut self, me: ThreadId, token: u64, offset: u64, width: u64, value: u64) -> Result<u64, Error> {
        let range = self.port_range(me, token, rights::io_ports::WRITE)?;
        let (port, bytes) = range.port(offset, width).ok_or(Error::BadArgument)?;
        if value >> (width * 8) != 0 {
            return Err(Error::BadArgument);
        }
        self.port.port_write(port, bytes, value as u32);
        Ok(0)
    }

    fn dma_address(&self, me: ThreadId, token: u64) -> Result<u64, Error> {
        let object = self.capabilities.validate(me.index(), token, Kind::Dma, 0)?.object();
        let id = self.dma.id(object).ok_or(Error::BadToken)?;
        Ok(self.dma[id].address.0)
    }

    #[inline(always)]
    fn capability_derive(&mut self, me: ThreadId, token: u64, rights: u64) -> Result<u64, Error> {
        let parent = self.capabilities.lookup(me.index(), token)?;
        let rights = u16::try_from(rights).map_err(|_| Error::MissingRight)?;
        self.capabilities.derive(parent, me.index(), rights)
    }

    fn capability_validate(&self, me: ThreadId, token: u64, rights: u64) -> Result<u64, Error> {
        let entry = self.capabilities.entry(self.capabilities.lookup(me.index(), token)?);
        if rights & !u64::from(entry.rights()) != 0 {
            return Err(Error::MissingRight);
        }
        entry.kind().map(|kind| kind as u64).ok_or(Error::BadToken)
    }

    fn power_off(&mut self, me: ThreadId, token: u64, code: u64) -> Result<u64, Error> {
        self.capabilities.validate(me.index(), token, Kind::Power, rights::power::OFF)?;
        match u8::try_from(code) {
            Ok(code) if u64::from(code) <= limits::POWER_CODE_MAX => self.port.power_off(code),
            _ => Err(Error::BadArgument),
        }
    }

    fn power_reset(&mut self, me: ThreadId, token: u64) -> Result<u64, Error> {
        self.capabilities.validate(me.index(), token, Kind::Power, rights::power::RESET)?;
        self.port.power_reset()
    }
}
