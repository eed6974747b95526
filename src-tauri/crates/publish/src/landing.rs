//! Which shard a record will land on: known before it is sent, from the shards' hash-key ranges.
//!
//! A prediction: the stream may be resharded meanwhile, and streams with automatic distribution
//! place records as they like. The answer to the put is the truth.

use kinesis::ShardSummary;
use record::{HashKey, HashKeyRange, ShardId};

/// The open shards of a stream by their ranges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShardMap(Vec<(HashKeyRange, ShardId)>);

impl ShardMap {
    pub fn new(shards: &[ShardSummary]) -> Self {
        let open = shards.iter().filter(|shard| shard.is_open());
        Self::of_ranges(open.map(|shard| (shard.hash_range, shard.id.clone())))
    }

    /// Of ranges that do not overlap.
    pub fn of_ranges(ranges: impl IntoIterator<Item = (HashKeyRange, ShardId)>) -> Self {
        let mut ranges: Vec<_> = ranges.into_iter().collect();
        ranges.sort_by_key(|(range, _)| range.start);
        Self(ranges)
    }

    /// The shard's place in [`shards`](Self::shards).
    pub fn index_of(&self, hash_key: HashKey) -> Option<usize> {
        let after = self.0.partition_point(|(range, _)| range.start <= hash_key);
        let index = after.checked_sub(1)?;
        self.0[index].0.contains(hash_key).then_some(index)
    }

    pub fn landing(&self, hash_key: HashKey) -> Option<&ShardId> {
        self.index_of(hash_key).map(|index| &self.0[index].1)
    }

    /// In the order of their ranges.
    pub fn shards(&self) -> impl ExactSizeIterator<Item = (&ShardId, HashKeyRange)> {
        self.0.iter().map(|(range, id)| (id, *range))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// `count` shards of the same size.
    pub(crate) fn even(count: u128) -> ShardMap {
        let size = u128::MAX / count;
        ShardMap::of_ranges((0..count).map(|n| {
            let end = if n + 1 == count {
                u128::MAX
            } else {
                (n + 1) * size - 1
            };
            let range = HashKeyRange {
                start: HashKey(n * size),
                end: HashKey(end),
            };
            (range, format!("shardId-{n:012}").parse().expect("an id"))
        }))
    }

    #[test]
    fn every_hash_key_has_its_shard() {
        for count in 1..=64 {
            let map = even(count);
            for key in ["a", "order-1", "日本", ""] {
                let hash = HashKey::of_partition_key(key);
                let index = map.index_of(hash).expect("a shard");
                assert!(map.0[index].0.contains(hash), "{key} of {count}");
            }
            let places = [HashKey(0), HashKey::MAX].map(|hash| map.index_of(hash));
            assert_eq!(places, [Some(0), Some(count as usize - 1)]);
        }
    }

    #[test]
    fn a_hole_in_the_ranges_has_no_shard() {
        let mut map = even(4);
        map.0.remove(1);
        assert_eq!(map.landing(HashKey(u128::MAX / 4 + 1)), None);
        assert_eq!(ShardMap::default().landing(HashKey(7)), None);
    }
}
