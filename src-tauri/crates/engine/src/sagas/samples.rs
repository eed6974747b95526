//! What captures hold, from a sample of their records: words for who writes a definition, a proposal, and what a
//! value is followed by.

use super::{
    board::Plan,
    reading::{ShownRecord, Source},
    unpacking::{EventPayloads, ShownEvent},
};
use crate::{Engine, EngineError, engine::blocking};
use decode::{Path, Scalar};
use query::Filter;
use record::Millis;
use saga::{
    follow, follow_partition_key,
    learn::{MAX_SAMPLES, Proposal, Sample, Seen, learn, seen},
};
use std::collections::HashMap;
use store::{Cancel, CaptureId, RecordId, ShardKey};

/// What is followed instead of a path.
pub(super) const PARTITION_KEY: &str = "@partitionKey";

/// Records of all shards over one stretch of time, in the order of their arrival.
struct Samples {
    streams: HashMap<ShardKey, String>,
    events: Vec<ShownEvent>,
}

impl Samples {
    fn read(source: &Source) -> Result<Self, EngineError> {
        let mut streams = HashMap::new();
        for stream in source.store.streams()? {
            for shard in source.store.shards(stream.key)? {
                streams.insert(shard.key, stream.stream.name.as_str().to_owned());
            }
        }
        let walks = source.walks(&Filter::Everything)?;
        let most_each = MAX_SAMPLES / walks.len().max(1);
        let mut records: Vec<(ShardKey, ShownRecord)> = Vec::new();
        // where one shard's sample breaks off, the others' are of no use
        let mut until = Millis::MAX;
        for walk in walks {
            let mut left = most_each;
            source.walk_one(walk, &Cancel::new(), |shard, page| {
                let taken = page.len().min(left);
                left -= taken;
                records.extend(page.into_iter().take(taken).map(|record| (shard, record)));
                if left == 0 {
                    until = until.min(records.last().map_or(until, |(_, last)| last.arrival));
                }
                left > 0
            })?;
        }
        records.retain(|(_, record)| record.arrival <= until);
        records.sort_by_key(|(_, record)| (record.arrival, record.id));
        let mut events = Vec::with_capacity(records.len());
        for (shard, record) in records {
            let within = ShownEvent::of(source, shard, record, decode::is_one_document)?;
            let room = MAX_SAMPLES - events.len();
            events.extend(within.into_iter().take(room));
        }
        Ok(Self { streams, events })
    }

    fn all(&self) -> Vec<Sample<'_>> {
        let events = self.events.iter();
        events
            .map(|event| Sample {
                stream: self.streams.get(&event.shard).map_or("", String::as_str),
                arrival: event.record.arrival,
                payload: event.widest(),
            })
            .collect()
    }
}

impl Engine {
    /// Event types and paths that the captures hold.
    pub async fn saga_words(&self, captures: Vec<CaptureId>) -> Result<Seen, EngineError> {
        let source = self.saga_source(captures).await?;
        blocking(move || Ok(seen(&Samples::read(&source)?.all()))).await?
    }

    /// A definition for what the captures hold.
    ///
    /// # Errors
    /// [`EngineError::Input`] where their records have no types, or nothing in common.
    pub async fn learn_definition(
        &self,
        captures: Vec<CaptureId>,
    ) -> Result<Proposal, EngineError> {
        let source = self.saga_source(captures).await?;
        blocking(move || {
            learn(&Samples::read(&source)?.all())
                .map_err(|error| EngineError::Input(error.to_string()))
        })
        .await?
    }

    /// A board of one saga: every event that carries the value that the record has at the path, or as its partition
    /// key for `@partitionKey`. `event`: which one of the record, from 0, where the record itself is not the event.
    ///
    /// # Errors
    /// [`EngineError::Input`] where there is no text and no number at the path.
    pub async fn follow_value(
        &self,
        slot: &str,
        record: RecordId,
        event: Option<u16>,
        path: &str,
        captures: Vec<CaptureId>,
    ) -> Result<super::BoardOverview, EngineError> {
        let source = self.saga_source(captures.clone()).await?;
        let path = path.to_owned();
        let part = event.map_or(0, |event| event.saturating_add(1));
        let plan = blocking(move || followed(&source, (record, part), &path)).await??;
        self.open_board(slot, plan, captures).await
    }
}

fn followed(source: &Source, (id, part): (RecordId, u16), path: &str) -> Result<Plan, EngineError> {
    let unknown = || EngineError::UnknownRecord(id);
    let payload = EventPayloads::new(source).get(id, part)?;
    let payload = payload.ok_or_else(unknown)?;
    let nothing = || {
        EngineError::Input(format!(
            "{path} holds no text and no number: follow a value, not an object"
        ))
    };
    let samples = Samples::read(source)?;
    let samples = samples.all();
    let (value, definition) = if path == PARTITION_KEY {
        let row = source.store.record(id)?.ok_or_else(unknown)?.row;
        let key = row.partition_key.ok_or_else(nothing)?;
        let definition = follow_partition_key(&key, &payload, &samples);
        (key, definition)
    } else {
        let path = Path::parse(path).map_err(|error| EngineError::Input(error.to_string()))?;
        let value = match decode::find(&payload, &path) {
            Some(Scalar::String(text)) if !text.is_empty() => text.into_owned(),
            Some(Scalar::Number(text)) => text.to_owned(),
            _ => return Err(nothing()),
        };
        (value, follow(&path, &samples))
    };
    Ok(Plan {
        definition,
        saved: None,
        followed: Some(value),
    })
}
