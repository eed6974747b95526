//! On which of the target's shards a record lands.
//!
//! *By key*: Kinesis takes the MD5 of the partition key, as for any producer.
//!
//! *Shard-faithful*: every source shard's records go to one target shard, in their order, for any two
//! numbers of shards. The target shard is the one that holds the middle of the source shard's range, so
//! equal layouts map one to one, a smaller target takes neighbours together, and in a larger one some shards
//! stay empty. Within it the explicit hash key is the record's own hash key scaled from the source's range to
//! the target's, so that a later split of the target parts the records as a split of the source would have.

use record::{HashKey, HashKeyRange, ShardId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::ShardKey;

use crate::{ReplayError, text::as_text};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    #[default]
    ByKey,
    ShardFaithful,
}

/// The target's open shards, which hold the whole hash-key space between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<TargetShard>", into = "Vec<TargetShard>")]
pub struct TargetShards(Vec<TargetShard>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetShard {
    pub id: ShardId,
    #[serde(with = "as_text")]
    pub start: HashKey,
    #[serde(with = "as_text")]
    pub end: HashKey,
}

impl TargetShard {
    pub fn range(&self) -> HashKeyRange {
        HashKeyRange {
            start: self.start,
            end: self.end,
        }
    }
}

impl TargetShards {
    /// # Errors
    /// [`ReplayError::TargetShards`] where a part of the space belongs to none, or to two.
    pub fn new(
        shards: impl IntoIterator<Item = (ShardId, HashKeyRange)>,
    ) -> Result<Self, ReplayError> {
        let shard = |(id, range): (ShardId, HashKeyRange)| TargetShard {
            id,
            start: range.start,
            end: range.end,
        };
        Self::try_from(shards.into_iter().map(shard).collect::<Vec<_>>())
    }

    pub fn shards(&self) -> &[TargetShard] {
        &self.0
    }

    /// The place of the shard that a hash key belongs to.
    pub fn place_of(&self, key: HashKey) -> usize {
        self.0.partition_point(|shard| shard.end < key)
    }
}

impl TryFrom<Vec<TargetShard>> for TargetShards {
    type Error = ReplayError;

    fn try_from(mut shards: Vec<TargetShard>) -> Result<Self, ReplayError> {
        shards.sort_by_key(|shard| shard.start);
        let meets = |pair: &[TargetShard]| pair[0].end.0.checked_add(1) == Some(pair[1].start.0);
        let is_whole = shards.first().is_some_and(|first| first.start.0 == 0)
            && shards.last().is_some_and(|last| last.end == HashKey::MAX)
            && shards.windows(2).all(meets)
            && shards.iter().all(|shard| shard.start <= shard.end);
        if is_whole {
            Ok(Self(shards))
        } else {
            Err(ReplayError::TargetShards)
        }
    }
}

impl From<TargetShards> for Vec<TargetShard> {
    fn from(shards: TargetShards) -> Self {
        shards.0
    }
}

/// The way from source shards to explicit hash keys.
#[derive(Clone, Debug)]
pub struct ShardMap {
    ranges: HashMap<ShardKey, (HashKeyRange, HashKeyRange)>,
}

impl ShardMap {
    pub fn new(
        sources: impl IntoIterator<Item = (ShardKey, HashKeyRange)>,
        targets: &TargetShards,
    ) -> Self {
        let range = |(source, range): (ShardKey, HashKeyRange)| {
            let width = range.end.0.saturating_sub(range.start.0);
            // a little before the middle: where that is a border of the target, both sides of it are
            // as good, and rounding is not to decide
            let middle = range.start.0 + width / 2 - width / 1_024;
            let target = &targets.0[targets.place_of(HashKey(middle))];
            (source, (range, target.range()))
        };
        Self {
            ranges: sources.into_iter().map(range).collect(),
        }
    }

    /// `None` for a shard that the map was not made for.
    pub fn hash_key(&self, source: ShardKey, own: HashKey) -> Option<HashKey> {
        let (from, to) = self.ranges.get(&source)?;
        Some(scaled(own, *from, *to))
    }
}

/// Keeps the order of keys; one from outside `from` counts as its nearer end.
fn scaled(key: HashKey, from: HashKeyRange, to: HashKeyRange) -> HashKey {
    let width = |range: HashKeyRange| range.end.0.saturating_sub(range.start.0);
    let offset = key.0.clamp(from.start.0, from.end.0) - from.start.0;
    let share = offset as f64 / (width(from) as f64 + 1.0);
    let moved = (share * width(to) as f64) as u128;
    HashKey(to.start.0 + moved.min(width(to)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As `CreateStream` lays them out.
    fn even(count: u128) -> Vec<HashKeyRange> {
        let width = u128::MAX / count;
        let end = |n| {
            if n + 1 == count {
                u128::MAX
            } else {
                (n + 1) * width - 1
            }
        };
        let range = |n| HashKeyRange {
            start: HashKey(n * width),
            end: HashKey(end(n)),
        };
        (0..count).map(range).collect()
    }

    fn targets(ranges: &[HashKeyRange]) -> TargetShards {
        let id = |n: usize| format!("shardId-{n:012}").parse().expect("a shard id");
        TargetShards::new(ranges.iter().enumerate().map(|(n, range)| (id(n), *range)))
            .expect("whole")
    }

    fn sources(ranges: &[HashKeyRange]) -> Vec<(ShardKey, HashKeyRange)> {
        (0..)
            .zip(ranges)
            .map(|(n, range)| (ShardKey(n), *range))
            .collect()
    }

    #[test]
    fn each_source_shard_stays_whole_for_every_two_counts() {
        for source_count in 1..=64 {
            for target_count in 1..=64 {
                let (from, to) = (even(source_count), targets(&even(target_count)));
                let map = ShardMap::new(sources(&from), &to);
                let mut before = 0;
                for (place, range) in from.iter().enumerate() {
                    let step = (range.end.0 - range.start.0) / 7;
                    let keys = (0..=7)
                        .map(|n| HashKey(range.start.0 + n * step))
                        .chain([range.end]);
                    let landed: Vec<HashKey> = keys
                        .map(|key| map.hash_key(ShardKey(place as i64), key).expect("mapped"))
                        .collect();
                    let places: Vec<usize> = landed.iter().map(|&key| to.place_of(key)).collect();
                    assert!(
                        places.iter().all(|&p| p == places[0]),
                        "{source_count} to {target_count}: {places:?}"
                    );
                    assert!(landed.is_sorted(), "keys keep their order");
                    assert!(places[0] >= before, "neighbours stay in their order");
                    before = places[0];
                    if source_count == target_count {
                        assert_eq!(places[0], place, "one to one");
                    }
                    let middle = (2 * place + 1) as u128 * target_count;
                    let expected = middle.div_ceil(2 * source_count) - 1;
                    assert_eq!(
                        places[0] as u128, expected,
                        "{source_count} to {target_count}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_target_with_a_hole_is_refused() {
        let mut ranges = even(4);
        let id = |n: usize| -> ShardId { format!("s{n}").parse().expect("a shard id") };
        let of = |ranges: &[HashKeyRange]| {
            TargetShards::new(ranges.iter().enumerate().map(|(n, r)| (id(n), *r)))
        };
        assert!(of(&ranges).is_ok());
        ranges.remove(1);
        assert!(matches!(of(&ranges), Err(ReplayError::TargetShards)));
        assert!(matches!(of(&[]), Err(ReplayError::TargetShards)));
        assert!(matches!(
            of(&[even(1)[0], even(2)[1]]),
            Err(ReplayError::TargetShards)
        ));
    }

    proptest! {
        #[test]
        fn any_layout_keeps_source_shards_whole(cuts in prop::collection::btree_set(1u128.., 0..9), other in prop::collection::btree_set(1u128.., 0..9), keys in prop::collection::vec(any::<u128>(), 1..20)) {
            let ranges = |cuts: std::collections::BTreeSet<u128>| {
                let starts: Vec<u128> = [0].into_iter().chain(cuts).collect();
                let end = |n: usize| starts.get(n + 1).map_or(u128::MAX, |next| next - 1);
                starts.iter().enumerate().map(|(n, &start)| HashKeyRange { start: HashKey(start), end: HashKey(end(n)) }).collect::<Vec<_>>()
            };
            let (from, to) = (ranges(cuts), targets(&ranges(other)));
            let map = ShardMap::new(sources(&from), &to);
            for (place, range) in from.iter().enumerate() {
                let landed = keys.iter().map(|&key| HashKey(range.start.0.saturating_add(key % (range.end.0 - range.start.0).max(1))));
                let landed: Vec<usize> = landed.map(|key| to.place_of(map.hash_key(ShardKey(place as i64), key).expect("mapped"))).collect();
                prop_assert!(landed.iter().all(|place| *place == landed[0]));
            }
        }
    }
}
