//! A stream's shards as this capture knows them: listed, stored, checkpointed, planned.
//!
//! It writes what is new to the store, and asks nobody else.

use crate::{
    Politeness,
    create::shard_record,
    plan::{Plan, Progress},
    shard::ShardSetting,
};
use kinesis::{ShardSummary, StreamSummary};
use record::{HashKeyRange, Millis, SequenceNumber, ShardId};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{
    Anchor, CaptureId, CaptureStream, Position, ShardCheckpoint, ShardKey, Store, StoreError,
    StreamKey, Until,
};

const MILLIS_PER_HOUR: i64 = 3_600_000;
/// The API's limit unless the stream says more.
const MAX_RECORD_KIB: u32 = 1024;

#[derive(Default)]
pub(super) struct Graph {
    pub(super) plan: Plan,
    known: BTreeMap<ShardId, Known>,
    checkpoints: HashMap<ShardKey, ShardCheckpoint>,
    facts: Facts,
}

#[derive(Clone)]
pub(super) struct Known {
    pub(super) key: ShardKey,
    pub(super) hash_range: HashKeyRange,
    parents: Vec<ShardId>,
    starting_sequence: SequenceNumber,
    /// Its parents were never seen and are gone.
    is_orphan: bool,
}

/// What the stream's description says about reading it.
#[derive(Clone, Copy, Default)]
struct Facts {
    created_at: Millis,
    horizon: Option<Millis>,
    retention_millis: Option<i64>,
    max_record_bytes: u64,
}

impl Graph {
    /// What the store has of it.
    pub(super) fn load(
        store: &Store,
        capture: CaptureId,
        stream: StreamKey,
    ) -> Result<Self, StoreError> {
        let checkpoints = store.checkpoints(capture)?;
        let checkpoints: HashMap<_, _> = checkpoints
            .into_iter()
            .map(|found| (found.shard, found))
            .collect();
        let known: BTreeMap<_, _> = store
            .shards(stream)?
            .into_iter()
            .filter(|stored| checkpoints.contains_key(&stored.key))
            .map(|stored| {
                let shard = stored.shard;
                let known = Known {
                    key: stored.key,
                    hash_range: shard.hash_range,
                    parents: shard.parents,
                    starting_sequence: shard.starting_sequence,
                    is_orphan: false,
                };
                (shard.id, known)
            })
            .collect();
        Ok(Self {
            plan: Plan::default(),
            known,
            checkpoints,
            facts: Facts::default(),
        })
    }

    /// Plans for the shards that the capture is for.
    pub(super) fn for_choice(mut self, chosen: &CaptureStream) -> Self {
        let shards = chosen.shards.as_ref();
        self.plan = Plan::new(
            shards.map(|shards| shards.iter().filter_map(|id| id.parse().ok()).collect()),
        );
        for (shard, known) in &self.known {
            self.plan.learn(
                shard,
                &known.parents,
                progress_of(&self.checkpoints, known.key),
            );
        }
        self
    }

    pub(super) fn describe(&mut self, summary: &StreamSummary) {
        let retention_millis = Some(i64::from(summary.retention_hours) * MILLIS_PER_HOUR);
        let retention_millis = retention_millis.filter(|millis| *millis > 0);
        let kib = summary
            .max_record_kib
            .unwrap_or(MAX_RECORD_KIB)
            .max(MAX_RECORD_KIB);
        self.facts = Facts {
            created_at: summary.identity.created_at,
            horizon: summary
                .server_time
                .zip(retention_millis)
                .map(|(time, retention)| time.saturating_add(-retention)),
            retention_millis,
            max_record_bytes: u64::from(kib) * 1024,
        };
    }

    /// Takes in a listing. A new shard gets its durable start before it can be read.
    pub(super) fn learn(
        &mut self,
        store: &Store,
        capture: CaptureId,
        stream: StreamKey,
        anchor: Anchor,
        listed: &[ShardSummary],
    ) -> Result<(), StoreError> {
        let records: Vec<_> = listed.iter().map(shard_record).collect();
        let keys = store.put_shards(stream, &records)?;
        let was_read = self
            .checkpoints
            .values()
            .any(|found| !matches!(found.position, Position::Anchor(_)));
        // parents before children, so that a child sees its parent's checkpoint
        let mut by_birth: Vec<_> = listed.iter().zip(keys).collect();
        by_birth.sort_by(|(a, _), (b, _)| {
            (a.starting_sequence, &a.id).cmp(&(b.starting_sequence, &b.id))
        });
        for (shard, key) in by_birth {
            let is_seen = |parent: &ShardId| {
                self.known.contains_key(parent) || listed.iter().any(|l| l.id == *parent)
            };
            let is_new = !self.checkpoints.contains_key(&key) && self.plan.takes(&shard.id);
            let is_orphan = is_new && was_read && !shard.parents.iter().all(is_seen);
            if is_new {
                let position = Position::Anchor(self.start_of(shard, anchor, is_orphan));
                store.put_checkpoint(capture, key, position)?;
                self.checkpoints.insert(
                    key,
                    ShardCheckpoint {
                        shard: key,
                        position,
                        covered_through: None,
                    },
                );
            }
            let parents = shard.parents.clone();
            self.known.entry(shard.id.clone()).or_insert(Known {
                key,
                hash_range: shard.hash_range,
                parents,
                starting_sequence: shard.starting_sequence,
                is_orphan,
            });
            self.plan.learn(
                &shard.id,
                &shard.parents,
                progress_of(&self.checkpoints, key),
            );
        }
        Ok(())
    }

    /// A shard that was born since the capture began is read from its first record. One that was
    /// there already, and got no start because the program died, gets the capture's.
    fn start_of(&self, shard: &ShardSummary, anchor: Anchor, is_orphan: bool) -> Anchor {
        let has_start = |parent: &ShardId| {
            self.known
                .get(parent)
                .is_some_and(|parent| self.checkpoints.contains_key(&parent.key))
        };
        if is_orphan || shard.parents.iter().any(has_start) {
            Anchor::TrimHorizon
        } else {
            anchor
        }
    }

    pub(super) fn known(&self, shard: &ShardId) -> Option<&Known> {
        self.known.get(shard)
    }

    pub(super) fn setting(
        &self,
        known: &Known,
        until: Option<Until>,
        politeness: Politeness,
    ) -> ShardSetting {
        let checkpoint = self.checkpoints.get(&known.key);
        ShardSetting {
            position: checkpoint.map_or(Position::Anchor(Anchor::TrimHorizon), |found| {
                found.position
            }),
            covered_through: checkpoint.and_then(|found| found.covered_through),
            horizon: self.facts.horizon,
            retention_millis: self.facts.retention_millis,
            stream_created_at: self.facts.created_at,
            starting_sequence: Some(known.starting_sequence),
            is_orphan: known.is_orphan,
            until: match until {
                Some(Until::Time(time)) => Some(time),
                Some(Until::Records(_)) | None => None,
            },
            max_record_bytes: self.facts.max_record_bytes,
            politeness,
        }
    }

    /// Of all shards that it has.
    pub(super) fn keys(&self) -> HashSet<ShardKey> {
        self.known.values().map(|known| known.key).collect()
    }
}

fn progress_of(checkpoints: &HashMap<ShardKey, ShardCheckpoint>, shard: ShardKey) -> Progress {
    match checkpoints.get(&shard).map(|found| found.position) {
        Some(Position::Finished { .. }) => Progress::Finished,
        Some(Position::Reached { .. }) => Progress::Reached,
        Some(Position::Anchor(_) | Position::Stored(_)) | None => Progress::Waiting,
    }
}
