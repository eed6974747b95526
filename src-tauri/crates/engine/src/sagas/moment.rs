//! What the store knows at one moment, as far as a board needs it: captures with their coverage, streams with their
//! shards, and what this workspace itself wrote to them.

use super::{
    reading::{ShownRecord, Source},
    watermarks::Captured,
};
use record::{ShardId, StreamIdentity};
use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};
use store::{
    CaptureId, RecordId, ShardKey, Store, StoreError, StoredShard, StoredStream, StreamKey,
};

/// Deliveries that are looked at for what was replayed, and how often.
const MOST_DELIVERIES: usize = 1_000;
const DELIVERIES_EVERY: Duration = Duration::from_secs(5);

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

/// Where deliveries of this workspace went, and when that was looked up.
#[derive(Default)]
pub(super) struct Replays {
    targets: HashMap<ShardKey, (StreamIdentity, ShardId)>,
    looked_at: Option<Instant>,
}

impl Replays {
    pub fn look(&mut self, store: &Store, moment: &Moment) -> Result<(), StoreError> {
        let mut looked_at = self.looked_at.iter();
        if looked_at.any(|at| at.elapsed() < DELIVERIES_EVERY) {
            return Ok(());
        }
        self.looked_at = Some(Instant::now());
        let deliveries = store.deliveries(MOST_DELIVERIES)?;
        let targets = deliveries
            .iter()
            .filter_map(|stored| stored.delivery.target_stream.as_ref());
        let targets: Vec<&StreamIdentity> = targets.collect();
        for (stream, shards) in &moment.streams {
            let identity = &stream.stream.identity;
            if targets.contains(&identity) {
                let target =
                    |shard: &StoredShard| (shard.key, (identity.clone(), shard.shard.id.clone()));
                self.targets.extend(shards.iter().map(target));
            }
        }
        Ok(())
    }

    /// The records of a page that a delivery wrote.
    pub fn among(
        &self,
        store: &Store,
        shard: ShardKey,
        page: &[ShownRecord],
    ) -> Result<BTreeSet<RecordId>, StoreError> {
        let Some((stream, shard)) = self.targets.get(&shard) else {
            return Ok(BTreeSet::new());
        };
        let asked: Vec<_> = page
            .iter()
            .map(|record| (shard.clone(), record.sequence))
            .collect();
        let origins = store.origins_of_delivered(stream, &asked)?;
        let written = page
            .iter()
            .zip(origins)
            .filter(|(_, origin)| origin.is_some());
        Ok(written.map(|(record, _)| record.id).collect())
    }
}
