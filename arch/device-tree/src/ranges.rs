//! A few ranges of addresses: memory, and what is left of it.

use core::ops::Range;

/// At most `N` ranges. More are left out: what is not in it is not used.
#[derive(Clone, Debug)]
pub struct Ranges<const N: usize> {
    ranges: [Range<u64>; N],
    count: usize,
}

impl<const N: usize> Default for Ranges<N> {
    fn default() -> Self {
        Self::NONE
    }
}

impl<const N: usize> Ranges<N> {
    /// No range.
    pub const NONE: Self = Self { ranges: [const { 0..0 }; N], count: 0 };

    /// The ranges; none of them is empty.
    pub fn iter(&self) -> impl Iterator<Item = Range<u64>> {
        self.ranges.iter().take(self.count).cloned()
    }

    /// Adds one that overlaps none of the others.
    pub fn push(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        if let Some(place) = self.ranges.get_mut(self.count) {
            *place = range;
            self.count += 1;
        }
    }

    /// Takes a range away, whatever it overlaps. Where that makes too many, the smaller part is lost.
    pub fn remove(&mut self, taken: &Range<u64>) {
        // Backwards, so that no part is looked at again.
        for index in (0..self.count).rev() {
            let Some(range) = self.ranges.get(index) else { return };
            let (before, after) = (range.start..range.end.min(taken.start), range.start.max(taken.end)..range.end);
            let size = |part: &Range<u64>| part.end.saturating_sub(part.start);
            let (larger, smaller) = if size(&before) < size(&after) { (after, before) } else { (before, after) };
            self.replace(index, larger);
            self.push(smaller);
        }
    }

    /// Cuts every range to whole units of `unit` bytes, a power of two.
    pub fn align(&mut self, unit: u64) {
        for index in (0..self.count).rev() {
            let Some(range) = self.ranges.get(index) else { return };
            let start = range.start.saturating_add(unit - 1) & !(unit - 1);
            self.replace(index, start..range.end & !(unit - 1));
        }
    }

    /// Puts what is left of a range in its place: the last one where nothing is.
    fn replace(&mut self, index: usize, left: Range<u64>) {
        if left.is_empty() {
            self.count -= 1;
            self.ranges.swap(index, self.count);
        } else if let Some(place) = self.ranges.get_mut(index) {
            *place = left;
        }
    }

    /// Whether any of them overlaps this one.
    #[must_use]
    pub fn overlap(&self, other: &Range<u64>) -> bool {
        self.iter().any(|range| range.start < other.end && other.start < range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::Ranges;
    use core::ops::Range;

    fn ranges(list: &[Range<u64>]) -> Ranges<4> {
        let mut ranges = Ranges::default();
        for range in list {
            ranges.push(range.clone());
        }
        ranges
    }

    fn list(ranges: &Ranges<4>) -> Vec<Range<u64>> {
        let mut list: Vec<_> = ranges.iter().collect();
        list.sort_by_key(|range| range.start);
        list
    }

    #[test]
    fn what_is_removed_is_in_no_range_any_more() {
        let mut memory = ranges(&[0x1000..0x9000, 0xa000..0xc000]);
        memory.remove(&(0x3000..0x4000));
        memory.remove(&(0x8000..0xb000));
        memory.remove(&(0..0x800));
        assert_eq!(list(&memory), [0x1000..0x3000, 0x4000..0x8000, 0xb000..0xc000]);
        memory.remove(&(0..u64::MAX));
        assert!(list(&memory).is_empty());
    }

    #[test]
    fn where_there_is_no_room_the_smaller_part_is_lost() {
        let mut memory = ranges(&[0..10, 20..30, 40..50, 60..100]);
        memory.remove(&(65..66));
        assert_eq!(list(&memory), [0..10, 20..30, 40..50, 66..100]);
    }

    #[test]
    fn ranges_are_cut_to_whole_pages() {
        let mut memory = ranges(&[0x1001..0x3fff, 0x5000..0x6000, 0x7001..0x7fff]);
        memory.align(0x1000);
        assert_eq!(list(&memory), [0x2000..0x3000, 0x5000..0x6000]);
        assert!(memory.overlap(&(0x2fff..0x5000)) && !memory.overlap(&(0x3000..0x5000)));
    }
}
