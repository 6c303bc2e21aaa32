//! Lines on the debug console, of text and numbers. `core::fmt` pads, aligns and counts characters as well, which would
//! be one part in twenty of a kernel that says two lines.

/// A piece of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// As it is.
    Text(&'a str),
    /// A number, decimal.
    Decimal(u64),
    /// A number, hexadecimal with `0x` in front.
    Hex(u64),
    /// The eight hexadecimal digits of a word.
    Word(u32),
}

/// Hands pieces to a console, one after the other.
#[cold]
#[inline(never)]
pub fn write(console: &mut dyn FnMut(&str), pieces: &[Piece<'_>]) {
    for piece in pieces {
        match *piece {
            Piece::Text(text) => console(text),
            Piece::Decimal(value) => digits(console, value, 10, 1),
            Piece::Hex(value) => {
                console("0x");
                digits(console, value, 16, 1);
            }
            Piece::Word(value) => digits(console, value.into(), 16, 1 << 28),
        }
    }
}

/// Says why the kernel cannot go on: a line of its own.
#[cold]
#[inline(never)]
pub fn fatal(console: &mut dyn FnMut(&str), why: &[Piece<'_>]) {
    write(console, &[Piece::Text("veridian: fatal: ")]);
    write(console, why);
    write(console, &[Piece::Text("\n")]);
}

/// Writes a number from its first digit on, or from the digit that counts `unit`, a power of `base`, if that comes before.
#[inline(never)]
fn digits(console: &mut dyn FnMut(&str), value: u64, base: u64, mut unit: u64) {
    const DIGITS: &str = "0123456789abcdef";
    while value.checked_div(unit).is_some_and(|rest| rest >= base) {
        unit *= base;
    }
    while let Some(rest) = value.checked_div(unit) {
        let digit = (rest % base) as usize;
        console(DIGITS.get(digit..=digit).unwrap_or_default());
        unit /= base;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pieces: &[Piece<'_>]) -> String {
        let mut line = String::new();
        write(&mut |text| line.push_str(text), pieces);
        line
    }

    #[test]
    fn pieces_are_written_in_order() {
        let pieces =
            [Piece::Text("core "), Piece::Decimal(12), Piece::Text(" at "), Piece::Hex(0x80), Piece::Text("\n")];
        assert_eq!(written(&pieces), "core 12 at 0x80\n");
    }

    #[test]
    fn numbers_are_written_as_the_standard_library_does() {
        for shift in 0..64 {
            for value in [0, 1 << shift, (1 << shift) - 1, u64::MAX >> shift, 10_u64.pow(shift % 20)] {
                assert_eq!(written(&[Piece::Decimal(value)]), value.to_string());
                assert_eq!(written(&[Piece::Hex(value)]), format!("{value:#x}"));
                assert_eq!(written(&[Piece::Word(value as u32)]), format!("{:08x}", value as u32));
            }
        }
    }
}
