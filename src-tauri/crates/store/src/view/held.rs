//! Which records a view has, as a set that is asked for millions of them: a bit for each number of a shard, without
//! times and without the disk.

use super::{View, column::Column};
use crate::{RecordId, ShardKey};

const WORD_BITS: u32 = u64::BITS;

/// Records that a view had at one moment.
#[derive(Clone, Debug, Default)]
pub struct RecordSet(Vec<(ShardKey, Vec<u64>)>);

impl RecordSet {
    pub fn holds(&self, id: RecordId) -> bool {
        let shard = id.shard();
        let (word, bit) = place_of(id.number());
        self.0
            .binary_search_by_key(&shard, |(shard, _)| *shard)
            .ok()
            .and_then(|at| self.0[at].1.get(word))
            .is_some_and(|word| word & bit != 0)
    }
}

impl View {
    /// The records that were taken in so far.
    pub fn records(&self) -> RecordSet {
        let lanes = self.inner.read();
        let of_lane = |lane: &super::Lane| (lane.shard.key, bits(&lane.column));
        RecordSet(lanes.lanes.iter().map(of_lane).collect())
    }
}

fn bits(column: &Column) -> Vec<u64> {
    let mut words = Vec::new();
    for number in column.numbers() {
        let (word, bit) = place_of(number);
        if words.len() <= word {
            words.resize(word + 1, 0);
        }
        words[word] |= bit;
    }
    words
}

fn place_of(number: u32) -> (usize, u64) {
    ((number / WORD_BITS) as usize, 1 << (number % WORD_BITS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::column::Entry;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_set_holds_what_its_column_has_and_nothing_else(numbers in prop::collection::btree_set(0u32..9_000, 0..300), others in prop::collection::vec(0u32..10_000, 0..100)) {
            let mut column = Column::default();
            // arrivals that go backwards: numbers are not met in their order
            let mut entries: Vec<Entry> = numbers.iter().map(|&number| Entry { arrival: -i64::from(number), number }).collect();
            entries.sort_unstable();
            column.insert(&entries);
            let set = RecordSet(vec![(ShardKey(3), bits(&column)), (ShardKey(5), Vec::new())]);
            for number in numbers.iter().copied().chain(others) {
                let holds = |shard: i64| set.holds(RecordId::new(ShardKey(shard), number));
                prop_assert_eq!(holds(3), numbers.contains(&number));
                prop_assert!(!holds(5) && !holds(4));
            }
            prop_assert_eq!(column.numbers().collect::<BTreeSet<u32>>(), numbers);
        }
    }
}
