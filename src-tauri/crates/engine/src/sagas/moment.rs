//! What the store knows at one moment, as far as a board needs it: captures with their coverage, streams with their
//! shards, and what this workspace itself wrote to them.

use super::{
    reading::{ShownRecord, Source},
    watermarks::Captured,
};
use record::{SequenceNumber, ShardId, StreamIdentity};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    time::{Duration, Instant},
};
use store::{
    CaptureId, Journaled, RecordId, ShardKey, Store, StoreError, StoredShard, StoredStream,
    StreamKey,
};

/// A delivery that journaled nothing for so long has ended, or says so with its next line.
const UNDER_WAY: Duration = Duration::from_secs(30);

pub(super) struct Moment {
    pub captured: Vec<Captured>,
    pub streams: Vec<(StoredStream, Vec<StoredShard>)>,
}

impl Moment {
    /// Of the streams with these names; none means all.
    pub fn now(source: &Source, names: &[String]) -> Result<Self, StoreError> {
        let store = &source.store;
        let one = |&id: &CaptureId| -> Result<Captured, StoreError> {
            Ok(Captured {
                capture: store.capture(id)?,
                intervals: store.coverage(id)?,
                gaps: store.gaps(id)?,
                checkpoints: store.checkpoints(id)?,
            })
        };
        let captured: Vec<Captured> = source
            .captures()?
            .iter()
            .map(one)
            .collect::<Result<_, _>>()?;
        let keys: BTreeSet<StreamKey> = captured
            .iter()
            .flat_map(|one| one.capture.streams.iter().map(|chosen| chosen.stream))
            .collect();
        let mut streams = Vec::new();
        for stream in store.streams()? {
            let name = stream.stream.name.as_str();
            let is_named = names.is_empty() || names.iter().any(|known| known == name);
            if keys.contains(&stream.key) && is_named {
                let shards = store.shards(stream.key)?;
                streams.push((stream, shards));
            }
        }
        Ok(Self { captured, streams })
    }
}

/// Where deliveries of this workspace went, and how far the journal of what they wrote was looked at.
#[derive(Default)]
pub(super) struct Replays {
    targets: HashMap<ShardKey, Target>,
    /// Shards that were looked at, targets or not.
    known: HashSet<ShardKey>,
    journaled: Option<Journaled>,
    grown_at: Option<Instant>,
}

struct Target {
    identity: StreamIdentity,
    stream: StreamKey,
    shard: ShardId,
}

impl Replays {
    /// Looks at what was journaled since; the records that are said to be written there, which may have been read before
    /// that was known.
    pub fn look(
        &mut self,
        store: &Store,
        moment: &Moment,
    ) -> Result<Vec<(ShardKey, SequenceNumber)>, StoreError> {
        let journaled = store.journaled()?;
        let shards = moment.streams.iter().flat_map(|(_, shards)| shards);
        let has_new_shards = shards.clone().any(|shard| !self.known.contains(&shard.key));
        let before = self.journaled.replace(journaled);
        if before == Some(journaled) && !has_new_shards {
            return Ok(Vec::new());
        }
        self.known.extend(shards.map(|shard| shard.key));
        if has_new_shards || before.is_none_or(|before| journaled.has_new_delivery(before)) {
            self.find_targets(store, moment)?;
        }
        let Some(before) = before.filter(|before| *before != journaled) else {
            return Ok(Vec::new());
        };
        self.grown_at = Some(Instant::now());
        let mut written = Vec::new();
        for (key, target) in &self.targets {
            let of_shard = store.written_since(target.stream, &target.shard, before)?;
            written.extend(of_shard.into_iter().map(|sequence| (*key, sequence)));
        }
        Ok(written)
    }

    fn find_targets(&mut self, store: &Store, moment: &Moment) -> Result<(), StoreError> {
        let deliveries = store.delivery_heads()?;
        let targets = deliveries
            .iter()
            .filter_map(|delivery| delivery.target_stream.as_ref());
        let targets: Vec<&StreamIdentity> = targets.collect();
        for (stream, shards) in &moment.streams {
            let identity = &stream.stream.identity;
            if targets.contains(&identity) {
                let target = |shard: &StoredShard| {
                    let target = Target {
                        identity: identity.clone(),
                        stream: stream.key,
                        shard: shard.shard.id.clone(),
                    };
                    (shard.key, target)
                };
                self.targets.extend(shards.iter().map(target));
            }
        }
        Ok(())
    }

    /// A delivery is under way, or was a moment ago: a line of its journal may come later than the record that it is of,
    /// and no capture tells of it.
    pub fn may_grow(&self) -> bool {
        self.grown_at.is_some_and(|at| at.elapsed() < UNDER_WAY)
    }

    /// The records of a page that a delivery wrote.
    pub fn among(
        &self,
        store: &Store,
        shard: ShardKey,
        page: &[ShownRecord],
    ) -> Result<BTreeSet<RecordId>, StoreError> {
        let Some(target) = self.targets.get(&shard) else {
            return Ok(BTreeSet::new());
        };
        let asked: Vec<_> = page
            .iter()
            .map(|record| (target.shard.clone(), record.sequence))
            .collect();
        let origins = store.origins_of_delivered(&target.identity, &asked)?;
        let written = page
            .iter()
            .zip(origins)
            .filter(|(_, origin)| origin.is_some());
        Ok(written.map(|(record, _)| record.id).collect())
    }
}
