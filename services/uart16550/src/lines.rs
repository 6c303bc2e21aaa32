//! Lines under way, one for each client, so that lines of two clients don't mix.

/// Longest line that is kept together, in bytes.
pub const LINE: usize = 248;

#[derive(Clone, Copy, Debug)]
struct Line {
    badge: u64,
    length: usize,
    bytes: [u8; LINE],
}

/// What `N` clients have written of lines that they have not ended yet. A client is known by the badge
/// that the kernel reports, so that nobody can write into the line of another one.
#[derive(Debug)]
pub struct Lines<const N: usize> {
    lines: [Line; N],
}

impl<const N: usize> Lines<N> {
    /// Nobody has written anything.
    #[must_use]
    pub const fn new() -> Self {
        let line = Line { badge: 0, length: 0, bytes: [0; LINE] };
        Self { lines: [line; N] }
    }

    /// Takes what a client wrote and hands every line that is complete, or full, to `transmit`. Where
    /// all lines are in use by others, the bytes go out as they come.
    pub fn write(&mut self, badge: u64, bytes: &[u8], mut transmit: impl FnMut(&[u8])) {
        let owned = |line: &&mut Line| line.length > 0 && line.badge == badge;
        let line = match self.lines.iter_mut().find(owned) {
            Some(line) => Some(line),
            None => self.lines.iter_mut().find(|line| line.length == 0),
        };
        let Some(line) = line else {
            return transmit(bytes);
        };
        line.badge = badge;
        for byte in bytes {
            if let Some(place) = line.bytes.get_mut(line.length) {
                *place = *byte;
                line.length += 1;
            }
            if *byte == b'\n' || line.length == LINE {
                transmit(line.bytes.get(..line.length).unwrap_or(&[]));
                line.length = 0;
            }
        }
    }
}

impl<const N: usize> Default for Lines<N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{LINE, Lines};

    fn output<const N: usize>(writes: &[(u64, &str)]) -> Vec<String> {
        let mut lines = Lines::<N>::new();
        let mut output = Vec::new();
        for (badge, text) in writes {
            lines.write(*badge, text.as_bytes(), |bytes| {
                output.push(String::from_utf8(bytes.to_vec()).unwrap());
            });
        }
        output
    }

    #[test]
    fn lines_of_two_clients_do_not_mix() {
        let writes = [(1, "one "), (2, "two "), (1, "more\n"), (2, "more\nrest")];
        assert_eq!(output::<2>(&writes), ["one more\n", "two more\n"]);
    }

    #[test]
    fn a_line_that_is_too_long_goes_out_in_parts() {
        let long = "x".repeat(LINE + 2);
        let parts = output::<1>(&[(1, &long), (1, "\n")]);
        assert_eq!(parts, [&long[..LINE], "xx\n"]);
    }

    #[test]
    fn a_client_too_many_is_heard_at_once() {
        let writes = [(1, "one "), (2, "two "), (1, "more\n"), (2, "free\n")];
        assert_eq!(output::<1>(&writes), ["two ", "one more\n", "free\n"]);
    }
}
