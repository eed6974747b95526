//! What is counted of a replay, by the plan before and by the run again.

use crate::{TargetShards, compose::Composed};
use publish::Unfit;
use record::ShardId;
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
};

/// Colliding keys that are named.
const EXAMPLES: usize = 10;
/// Of so many different keys the first old one is kept in words.
const NAMED_KEYS: usize = 100_000;
/// Beyond so many different keys, collisions are no longer looked for: 64 MB of hashes.
const MAX_WATCHED_KEYS: usize = 2_000_000;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// That are sent.
    pub records: u64,
    /// Data and keys, as Kinesis counts.
    pub bytes: u64,
    pub left_out: LeftOut,
    /// Sent under their sequence number, because they have no partition key.
    pub without_key: u64,
    /// Rules that are on could not look into them.
    pub unreadable: u64,
    /// Changed by at least one rule.
    pub changed: u64,
    /// By each rule, in the order of the list.
    pub changed_by_rule: Vec<u64>,
    pub key_collisions: KeyCollisions,
    /// In the order of the target's shards.
    pub shards: Vec<ShardShare>,
}

/// Records that fit in no request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    pub oversize: u64,
    pub bad_key: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShardShare {
    pub shard: ShardId,
    pub records: u64,
    pub bytes: u64,
}

/// Different keys of the source that become one: their records share an order that they did not have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyCollisions {
    /// New keys that stand for more than one.
    pub keys: u64,
    /// All new keys, where they can change and all of them are watched.
    #[serde(default)]
    pub different: Option<u64>,
    pub examples: Vec<Collision>,
    /// There were too many keys to watch them all.
    pub is_partial: bool,
}

/// A new key, and two of the old ones that became it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collision {
    pub to: String,
    pub from: Vec<String>,
}

impl Tally {
    pub(crate) fn new(rules: usize, targets: Option<&TargetShards>) -> Self {
        let shards = targets.map_or(&[][..], TargetShards::shards).iter();
        let share = |shard: &crate::TargetShard| ShardShare {
            shard: shard.id.clone(),
            records: 0,
            bytes: 0,
        };
        Self {
            changed_by_rule: vec![0; rules],
            shards: shards.map(share).collect(),
            ..Self::default()
        }
    }

    /// The place of the shard that it goes to.
    pub(crate) fn sent(
        &mut self,
        composed: &Composed<'_>,
        targets: Option<&TargetShards>,
    ) -> Option<usize> {
        let bytes = composed.size_bytes as u64;
        self.records += 1;
        self.bytes += bytes;
        self.without_key += u64::from(composed.lacks_key);
        self.unreadable += u64::from(composed.is_unreadable);
        if !composed.touched.is_untouched() {
            self.changed += 1;
            for (rule, count) in self.changed_by_rule.iter_mut().enumerate() {
                *count += u64::from(composed.touched.by(rule));
            }
        }
        let place = targets.map(|targets| targets.place_of(composed.hash_key()))?;
        let share = self.shards.get_mut(place)?;
        share.records += 1;
        share.bytes += bytes;
        Some(place)
    }

    pub(crate) fn left_out(&mut self, unfit: &Unfit) {
        match unfit {
            Unfit::TooLarge { .. } => self.left_out.oversize += 1,
            Unfit::EmptyKey | Unfit::LongKey(_) => self.left_out.bad_key += 1,
        }
    }
}

/// Remembers by hash which old key became which new one, and some in words.
#[derive(Default)]
pub(super) struct KeyWatch {
    hasher: RandomState,
    old_of_new: HashMap<u64, (u64, Option<Box<str>>)>,
    colliding: HashSet<u64>,
    collisions: KeyCollisions,
}

impl KeyWatch {
    pub fn see(&mut self, old: Option<&str>, new: &str) {
        let (old_hash, new_hash) = (self.hasher.hash_one(old), self.hasher.hash_one(new));
        let old = old.unwrap_or_default();
        match self.old_of_new.get(&new_hash) {
            Some((known, first)) if *known != old_hash => {
                if self.colliding.insert(new_hash) && self.collisions.examples.len() < EXAMPLES {
                    let first = first.iter().map(ToString::to_string);
                    self.collisions.examples.push(Collision {
                        to: new.to_owned(),
                        from: first.chain([old.to_owned()]).collect(),
                    });
                }
            }
            Some(_) => {}
            None if self.old_of_new.len() < MAX_WATCHED_KEYS => {
                let name = (self.old_of_new.len() < NAMED_KEYS).then(|| old.into());
                self.old_of_new.insert(new_hash, (old_hash, name));
            }
            None => self.collisions.is_partial = true,
        }
    }

    pub fn into_collisions(self) -> KeyCollisions {
        KeyCollisions {
            keys: self.colliding.len() as u64,
            different: (!self.collisions.is_partial).then_some(self.old_of_new.len() as u64),
            ..self.collisions
        }
    }
}
