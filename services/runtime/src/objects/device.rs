//! What drivers hold: interrupt lines, I/O ports, device registers.

use super::kernel_kind;
use crate::{Error, Result, Token, system};

/// One line of the interrupt controller. It arrives as bits of a notification.
#[derive(Debug)]
pub struct Interrupt {
    token: Token,
}

kernel_kind!(
    Interrupt,
    InterruptRights,
    interrupt { acknowledge = ACKNOWLEDGE },
    |granted| Self { token: granted.token }
);

impl Interrupt {
    /// Lets the line fire again. Needs the right `acknowledge`.
    pub fn acknowledge(&self) -> Result<()> {
        Ok(system::interrupt_acknowledge(self.token)?)
    }
}

/// A range of x86 I/O ports. Offsets count from its first port.
#[derive(Debug)]
pub struct IoPorts {
    token: Token,
    count: usize,
}

kernel_kind!(
    IoPorts,
    IoPortsRights,
    io_ports { read = READ, write = WRITE },
    |granted| Self { token: granted.token, count: granted.size }
);

impl IoPorts {
    /// Ports in the range.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Reads one byte. Needs the right `read`.
    pub fn read8(&self, offset: u16) -> Result<u8> {
        Ok(system::port_read(self.token, offset.into(), 1)? as u8)
    }

    /// Reads two bytes. Needs the right `read`.
    pub fn read16(&self, offset: u16) -> Result<u16> {
        Ok(system::port_read(self.token, offset.into(), 2)? as u16)
    }

    /// Reads four bytes. Needs the right `read`.
    pub fn read32(&self, offset: u16) -> Result<u32> {
        Ok(system::port_read(self.token, offset.into(), 4)? as u32)
    }

    /// Writes one byte. Needs the right `write`.
    pub fn write8(&self, offset: u16, value: u8) -> Result<()> {
        Ok(system::port_write(self.token, offset.into(), 1, value.into())?)
    }

    /// Writes two bytes. Needs the right `write`.
    pub fn write16(&self, offset: u16, value: u16) -> Result<()> {
        Ok(system::port_write(self.token, offset.into(), 2, value.into())?)
    }

    /// Writes four bytes. Needs the right `write`.
    pub fn write32(&self, offset: u16, value: u32) -> Result<()> {
        Ok(system::port_write(self.token, offset.into(), 4, value.into())?)
    }
}

mod sealed {
    /// Keeps [`super::Register`] to the widths that a bus has.
    pub trait Width {}
}

/// What a device register can hold: `u8`, `u16`, `u32` or `u64`.
pub trait Register: sealed::Width + Copy {}

macro_rules! registers {
    ($($width:ty),*) => {
        $(
            impl sealed::Width for $width {}
            impl Register for $width {}
        )*
    };
}
registers!(u8, u16, u32, u64);

/// A device's registers, mapped uncached.
#[derive(Debug)]
pub struct Mmio {
    token: Token,
    address: usize,
    size: usize,
}

kernel_kind!(
    Mmio,
    MmioRights,
    mmio { read = READ, write = WRITE },
    |granted| Self { token: granted.token, address: granted.address, size: granted.size }
);

impl Mmio {
    /// Bytes of the range.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Reads the register at a byte offset. Needs the right `read`.
    pub fn read<T: Register>(&self, offset: usize) -> Result<T> {
        let register = self.register::<T>(offset, veridian_abi::rights::mmio::READ)?;
        // SAFETY: the register lies within the mapped range, aligned, and the mapping may be read.
        Ok(unsafe { register.read_volatile() })
    }

    /// Writes the register at a byte offset. Needs the right `write`.
    pub fn write<T: Register>(&self, offset: usize, value: T) -> Result<()> {
        let register = self.register::<T>(offset, veridian_abi::rights::mmio::WRITE)?;
        // SAFETY: the register lies within the mapped range, aligned, and the mapping may be written.
        unsafe { register.write_volatile(value) };
        Ok(())
    }

    fn register<T>(&self, offset: usize, right: u16) -> Result<*mut T> {
        if self.token.rights() & right == 0 {
            return Err(Error::System(veridian_abi::Error::MissingRight));
        }
        let end = offset.checked_add(size_of::<T>());
        if end.is_none_or(|end| end > self.size) || !offset.is_multiple_of(align_of::<T>()) {
            return Err(Error::OutOfBounds);
        }
        Ok(core::ptr::with_exposed_provenance_mut(self.address + offset))
    }
}

#[cfg(test)]
mod tests {
    use super::Mmio;
    use crate::needs::Granted;
    use crate::{Error, Need, SystemError, Token};

    fn registers(memory: &mut [u32], rights: u16) -> Mmio {
        Mmio::from_granted(Granted {
            token: Token::new(0, 1, rights),
            address: memory.as_mut_ptr().expose_provenance(),
            size: size_of_val(memory),
        })
    }

    #[test]
    fn a_register_is_where_its_offset_says() {
        let mut memory = [1, 2, 3, 4];
        let mmio = registers(&mut memory, 3);
        assert_eq!(mmio.read::<u32>(8), Ok(3));
        mmio.write::<u32>(12, 9).unwrap();
        assert_eq!(mmio.read::<u16>(12), Ok(9));
    }

    #[test]
    fn outside_of_the_range_or_unaligned_is_refused() {
        let mut memory = [0; 4];
        let mmio = registers(&mut memory, 3);
        for offset in [16, 13, 2, usize::MAX, usize::MAX - 3] {
            assert_eq!(mmio.read::<u32>(offset), Err(Error::OutOfBounds), "{offset}");
        }
    }

    #[test]
    fn a_right_that_is_missing_is_refused_before_the_access() {
        let mut memory = [0; 4];
        let refused = Err(Error::System(SystemError::MissingRight));
        assert_eq!(registers(&mut memory, 1).write::<u32>(0, 1), refused);
        assert_eq!(registers(&mut memory, 2).read::<u8>(0).map(drop), refused);
    }
}
