//! Input that nobody has read yet.

/// A ring of at most `N` bytes. When it is full, new bytes are lost: the older input was promised first.
#[derive(Debug)]
pub struct Ring<const N: usize> {
    bytes: [u8; N],
    first: usize,
    length: usize,
}

impl<const N: usize> Ring<N> {
    /// An empty ring.
    #[must_use]
    pub const fn new() -> Self {
        Self { bytes: [0; N], first: 0, length: 0 }
    }

    /// Appends a byte; false where it is lost.
    pub fn push(&mut self, byte: u8) -> bool {
        if self.length >= N {
            return false;
        }
        let place = (self.first + self.length) % N;
        if let Some(slot) = self.bytes.get_mut(place) {
            *slot = byte;
            self.length += 1;
        }
        true
    }

    /// Takes the oldest byte.
    pub fn pop(&mut self) -> Option<u8> {
        if self.length == 0 {
            return None;
        }
        let byte = self.bytes.get(self.first).copied();
        self.first = (self.first + 1) % N;
        self.length -= 1;
        byte
    }
}

impl<const N: usize> Default for Ring<N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::Ring;

    #[test]
    fn bytes_come_out_in_order_around_the_end() {
        let mut ring = Ring::<3>::new();
        for round in 0..10 {
            assert!(ring.push(round) && ring.push(round + 1));
            assert_eq!((ring.pop(), ring.pop()), (Some(round), Some(round + 1)));
        }
        assert_eq!(ring.pop(), None);
    }

    #[test]
    fn a_full_ring_keeps_the_oldest() {
        let mut ring = Ring::<2>::new();
        assert!(ring.push(1) && ring.push(2));
        assert!(!ring.push(3));
        assert_eq!((ring.pop(), ring.pop(), ring.pop()), (Some(1), Some(2), None));
    }
}
