//! Sets of sequence numbers as sorted, disjoint ranges with both ends included.

use record::SequenceNumber;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SequenceRange {
    pub first: SequenceNumber,
    pub last: SequenceNumber,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ranges(Vec<SequenceRange>);

/// How a stretch of records lies to a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Within {
    Wholly,
    Partly,
    NotAtAll,
}

impl Ranges {
    pub fn union(mut ranges: Vec<SequenceRange>) -> Self {
        ranges.sort_by_key(|range| range.first);
        let mut merged: Vec<SequenceRange> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match merged.last_mut() {
                Some(previous) if range.first <= previous.last => {
                    previous.last = previous.last.max(range.last);
                }
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    /// Of first and last numbers.
    pub fn of_ends(ends: &[(SequenceNumber, SequenceNumber)]) -> Self {
        let range =
            |&(first, last): &(SequenceNumber, SequenceNumber)| SequenceRange { first, last };
        Self::union(ends.iter().map(range).collect())
    }

    /// First and last numbers, sorted.
    pub fn ends(&self) -> impl Iterator<Item = (SequenceNumber, SequenceNumber)> {
        self.0.iter().map(|range| (range.first, range.last))
    }

    pub fn contains(&self, sequence: SequenceNumber) -> bool {
        let after = self.0.partition_point(|range| range.last < sequence);
        self.0
            .get(after)
            .is_some_and(|range| range.first <= sequence)
    }

    /// `Partly` may be said of a stretch whose records all lie outside: the caller looks closer.
    pub fn within(&self, first: SequenceNumber, last: SequenceNumber) -> Within {
        let after = self.0.partition_point(|range| range.last < first);
        match self.0.get(after) {
            Some(range) if range.first <= first && last <= range.last => Within::Wholly,
            Some(range) if range.first <= last => Within::Partly,
            _ => Within::NotAtAll,
        }
    }

    /// Ranges that hold everything in `self` that is not in `old`; their ends may lie in `old`.
    pub fn grown_since(&self, old: &Self) -> Vec<SequenceRange> {
        let mut grown = Vec::new();
        for range in &self.0 {
            let mut first = range.first;
            let from = old.0.partition_point(|o| o.last < range.first);
            for known in old.0[from..].iter().take_while(|o| o.first <= range.last) {
                if first < known.first {
                    grown.push(SequenceRange {
                        first,
                        last: known.first,
                    });
                }
                first = first.max(known.last);
            }
            if first < range.last || !old.contains(first) {
                grown.push(SequenceRange {
                    first,
                    last: range.last,
                });
            }
        }
        grown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(n: u32) -> SequenceNumber {
        n.to_string().parse().expect("a sequence number")
    }

    fn ranges(pairs: &[(u32, u32)]) -> Ranges {
        Ranges::union(
            pairs
                .iter()
                .map(|&(first, len)| SequenceRange {
                    first: number(first),
                    last: number(first + len),
                })
                .collect(),
        )
    }

    proptest! {
        #[test]
        fn ranges_are_sets(
            a in prop::collection::vec((0u32..60, 0u32..9), 0..6),
            b in prop::collection::vec((0u32..60, 0u32..9), 0..6),
            stretch in (0u32..60, 0u32..12),
        ) {
            let holds = |pairs: &[(u32, u32)], n| pairs.iter().any(|&(first, len)| (first..=first + len).contains(&n));
            let both: Vec<_> = a.iter().chain(&b).copied().collect();
            let (old, new) = (ranges(&a), ranges(&both));
            for n in 0..80 {
                prop_assert_eq!(old.contains(number(n)), holds(&a, n));
            }
            let inside = (stretch.0..=stretch.0 + stretch.1).filter(|&n| holds(&a, n)).count();
            match old.within(number(stretch.0), number(stretch.0 + stretch.1)) {
                Within::Wholly => prop_assert_eq!(inside as u32, stretch.1 + 1),
                Within::NotAtAll => prop_assert_eq!(inside, 0),
                Within::Partly => prop_assert!(inside as u32 <= stretch.1 + 1),
            }
            let grown = Ranges::union(new.grown_since(&old));
            for n in 0..80 {
                if holds(&both, n) && !holds(&a, n) {
                    prop_assert!(grown.contains(number(n)), "{n}");
                }
                if !holds(&both, n) {
                    prop_assert!(!grown.contains(number(n)), "{n}");
                }
            }
            prop_assert_eq!(new.grown_since(&new), vec![]);
        }
    }
}
