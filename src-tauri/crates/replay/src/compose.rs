//! From a selected record to what is sent: rules, key, place, size.
//!
//! The one function that plan, preview and run go through, so that they cannot differ.

use crate::{
    Placement, ReplayError, ShardMap, TargetShards,
    transform::{MAX_RULES, NamedRule, Seed, Touched, Transform},
};
use bytes::Bytes;
use publish::{Entry, Limits, Origin, Unfit};
use record::HashKey;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::HashSet};
use store::{FullRecord, RecordId, ShardKey, Store, WalkedRecord};

/// How selected records become entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Recipe {
    pub rules: Vec<NamedRule>,
    pub seed: Seed,
    pub placement: Placement,
}

/// A recipe made ready for one target.
#[derive(Clone, Debug)]
pub struct Composer {
    transform: Transform,
    map: Option<ShardMap>,
    limits: Limits,
}

/// A record as it would be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed<'a> {
    pub key: Cow<'a, str>,
    pub explicit_hash_key: Option<HashKey>,
    /// Empty where the record was read without its payload.
    pub data: Cow<'a, [u8]>,
    /// Data and key, as Kinesis counts.
    pub size_bytes: usize,
    pub touched: Touched,
    pub is_unreadable: bool,
    /// The record had no partition key, and no rule gave it one: its sequence number stands in.
    pub lacks_key: bool,
}

impl Composer {
    /// `targets` is absent where the target has no shards.
    pub fn new(
        recipe: &Recipe,
        store: &Store,
        sources: &[ShardKey],
        targets: Option<&TargetShards>,
        limits: Limits,
    ) -> Result<Self, ReplayError> {
        if recipe.rules.len() > MAX_RULES {
            return Err(ReplayError::TooManyRules(recipe.rules.len()));
        }
        let map = match (recipe.placement, targets) {
            (Placement::ShardFaithful, Some(targets)) => Some(shard_map(store, sources, targets)?),
            (Placement::ShardFaithful, None) | (Placement::ByKey, _) => None,
        };
        Ok(Self {
            transform: Transform::new(&recipe.rules, recipe.seed),
            map,
            limits,
        })
    }

    /// Nothing in a payload changes what is sent, but the payload itself.
    pub fn needs_no_payload(&self) -> bool {
        self.transform.is_identity()
    }

    pub fn changes_keys(&self) -> bool {
        self.transform.changes_keys()
    }

    pub fn compose<'a>(&self, record: &'a WalkedRecord) -> Composed<'a> {
        Composed {
            explicit_hash_key: self.explicit_hash_key(record),
            ..Composed::by_rules(&self.transform, record)
        }
    }

    /// Key and bytes of an original as they are sent; `None` if it is gone.
    pub fn of_stored(
        &self,
        store: &Store,
        id: RecordId,
    ) -> Result<Option<(String, Vec<u8>)>, ReplayError> {
        let Some(full) = store.record(id)? else {
            return Ok(None);
        };
        let record = walked(full);
        let composed = self.compose(&record);
        Ok(Some((
            composed.key.into_owned(),
            composed.data.into_owned(),
        )))
    }

    fn explicit_hash_key(&self, record: &WalkedRecord) -> Option<HashKey> {
        let map = self.map.as_ref()?;
        let key = record.partition_key.as_deref().unwrap_or_default();
        let own = record
            .explicit_hash_key
            .unwrap_or_else(|| HashKey::of_partition_key(key));
        map.hash_key(record.id.shard(), own)
    }

    /// Why a record can be in no request; it is left out then, and counted.
    pub fn check(&self, composed: &Composed<'_>) -> Result<(), Unfit> {
        self.limits.check_parts(&composed.key, composed.size_bytes)
    }
}

impl<'a> Composed<'a> {
    /// What the rules alone make of a record; its place is not decided yet.
    pub(crate) fn by_rules(transform: &Transform, record: &'a WalkedRecord) -> Self {
        let own_key = record.partition_key.as_deref().unwrap_or_default();
        let transformed = transform.apply(own_key, &record.payload);
        let lacks_key = transformed.key.is_empty();
        let key = if lacks_key {
            Cow::Owned(record.sequence.to_string())
        } else {
            transformed.key
        };
        // without rules the payload may not have been read
        let data_bytes = if transform.is_identity() {
            record.size_bytes as usize
        } else {
            transformed.data.len()
        };
        Self {
            explicit_hash_key: None,
            size_bytes: data_bytes + key.len(),
            key,
            data: transformed.data,
            touched: transformed.touched,
            is_unreadable: transformed.is_unreadable,
            lacks_key,
        }
    }

    pub fn hash_key(&self) -> HashKey {
        self.explicit_hash_key
            .unwrap_or_else(|| HashKey::of_partition_key(&self.key))
    }

    pub fn into_entry(self, record: &WalkedRecord) -> Entry {
        Entry {
            key: self.key.into_owned(),
            explicit_hash_key: self.explicit_hash_key,
            data: Bytes::from(self.data.into_owned()),
            origin: Some(Origin {
                record: record.id,
                sequence: record.sequence,
                sub: record.sub,
                arrival: record.arrival,
            }),
        }
    }
}

/// A record that was looked up, as a walk would have met it.
pub(crate) fn walked(full: FullRecord) -> WalkedRecord {
    WalkedRecord {
        id: full.row.id,
        sequence: full.row.sequence,
        sub: full.row.sub,
        arrival: full.row.arrival,
        partition_key: full.row.partition_key,
        explicit_hash_key: full.explicit_hash_key,
        flags: full.row.flags,
        size_bytes: full.row.size_bytes,
        payload: full.payload,
    }
}

fn shard_map(
    store: &Store,
    sources: &[ShardKey],
    targets: &TargetShards,
) -> Result<ShardMap, ReplayError> {
    let wanted: HashSet<ShardKey> = sources.iter().copied().collect();
    let mut ranges = Vec::with_capacity(sources.len());
    for stream in store.streams()? {
        let shards = store.shards(stream.key)?.into_iter();
        ranges.extend(
            shards
                .filter(|shard| wanted.contains(&shard.key))
                .map(|shard| (shard.key, shard.shard.hash_range)),
        );
    }
    match sources
        .iter()
        .find(|&&shard| ranges.iter().all(|(known, _)| *known != shard))
    {
        Some(&shard) => Err(ReplayError::UnknownShard(shard)),
        None => Ok(ShardMap::new(ranges, targets)),
    }
}
