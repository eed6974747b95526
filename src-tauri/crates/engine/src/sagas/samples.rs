//! What captures hold, from a sample of their records: words for who writes a definition, a proposal, and what a
//! value is followed by.

use super::{
    board::Plan,
    reading::{ShownRecord, Source},
    unpacking::{EventPayloads, ShownEvent},
};
use crate::{Engine, EngineError, engine::blocking};
use decode::Path;
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

/// Of their payloads; as much again where first records are large, or for what lies in them.
const MOST_BYTES: usize = 32 << 20;

/// Records of all shards over one stretch of time, in the order of their arrival.
struct Samples {
    streams: HashMap<ShardKey, String>,
    events: Vec<ShownEvent>,
}

impl Samples {
    /// # Errors
    /// [`EngineError::Superseded`] where it is cancelled, and those of the store.
    fn read(source: &Source, cancel: &Cancel) -> Result<Self, EngineError> {
        let mut streams = HashMap::new();
        for stream in source.store.streams()? {
            for shard in source.store.shards(stream.key)? {
                streams.insert(shard.key, stream.stream.name.as_str().to_owned());
            }
        }
        let walks = source.walks(&Filter::Everything)?;
        let mut drawn = Drawn::of(walks.len());
        for walk in walks {
            let mut room = drawn.each;
            source.walk_one(walk, cancel, |shard, page| {
                page.into_iter()
                    .all(|record| drawn.take(shard, record, &mut room))
            })?;
        }
        let mut events = Vec::new();
        let mut left = Room {
            records: MAX_SAMPLES,
            bytes: MOST_BYTES,
        };
        for (shard, record) in drawn.in_order() {
            if cancel.is_cancelled() {
                return Err(EngineError::Superseded);
            }
            for event in ShownEvent::of(source, shard, record, decode::is_one_document)? {
                if !left.fits(event.bytes()) {
                    return Ok(Self { streams, events });
                }
                events.push(event);
            }
        }
        if cancel.is_cancelled() {
            return Err(EngineError::Superseded);
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

/// What more may be held.
#[derive(Clone, Copy, Debug)]
struct Room {
    records: usize,
    bytes: usize,
}

impl Room {
    /// Takes the room for one more, if there is that much.
    fn fits(&mut self, bytes: usize) -> bool {
        let fits = self.records > 0 && bytes <= self.bytes;
        if fits {
            self.records -= 1;
            self.bytes -= bytes;
        }
        fits
    }
}

/// Records while they are drawn, shard after shard.
struct Drawn {
    records: Vec<(ShardKey, ShownRecord)>,
    /// The room of each shard; and what one may have more, whose first record is large.
    each: Room,
    spare: usize,
    /// Where one shard's sample breaks off, the others' are of no use.
    until: Millis,
}

impl Drawn {
    fn of(shards: usize) -> Self {
        let shards = shards.max(1);
        Self {
            records: Vec::new(),
            each: Room {
                records: MAX_SAMPLES / shards,
                bytes: MOST_BYTES / shards,
            },
            spare: MOST_BYTES,
            until: Millis::MAX,
        }
    }

    /// Whether the shard has room for more.
    fn take(&mut self, shard: ShardKey, record: ShownRecord, room: &mut Room) -> bool {
        let (bytes, arrival) = (record.bytes(), record.arrival);
        let is_first = room.records == self.each.records;
        if is_first && bytes > room.bytes && bytes <= self.spare {
            self.spare -= bytes;
            room.bytes = bytes;
        }
        if !room.fits(bytes) {
            let last = self.records.last().filter(|(of, _)| *of == shard);
            self.until = self
                .until
                .min(last.map_or(arrival, |(_, last)| last.arrival));
            return false;
        }
        self.records.push((shard, record));
        true
    }

    fn in_order(mut self) -> Vec<(ShardKey, ShownRecord)> {
        self.records
            .retain(|(_, record)| record.arrival <= self.until);
        self.records
            .sort_by_key(|(_, record)| (record.arrival, record.id));
        self.records
    }
}

impl Engine {
    /// Event types and paths that the captures hold.
    ///
    /// # Errors
    /// [`EngineError::Superseded`] once they were asked for again.
    pub async fn saga_words(&self, captures: Vec<CaptureId>) -> Result<Seen, EngineError> {
        let cancel = self.saga_reads().words.begin();
        let source = self.saga_source(captures).await?;
        blocking(move || Ok(seen(&Samples::read(&source, &cancel)?.all()))).await?
    }

    /// A definition for what the captures hold.
    ///
    /// # Errors
    /// [`EngineError::Input`] where their records have no types, or nothing in common; [`EngineError::Superseded`] once
    /// another was asked for.
    pub async fn learn_definition(
        &self,
        captures: Vec<CaptureId>,
    ) -> Result<Proposal, EngineError> {
        let cancel = self.saga_reads().learned.begin();
        let source = self.saga_source(captures).await?;
        blocking(move || {
            learn(&Samples::read(&source, &cancel)?.all())
                .map_err(|error| EngineError::Input(error.to_string()))
        })
        .await?
    }

    /// A board of one saga: every event that carries the value that the record has at the path, or as its partition
    /// key for `@partitionKey`. `event`: which one of the record, from 0, where the record itself is not the event.
    ///
    /// # Errors
    /// [`EngineError::Input`] where there is no text and no number at the path; [`EngineError::Superseded`] once another
    /// value was followed.
    pub async fn follow_value(
        &self,
        slot: &str,
        record: RecordId,
        event: Option<u16>,
        path: &str,
        captures: Vec<CaptureId>,
    ) -> Result<super::BoardOverview, EngineError> {
        let cancel = self.saga_reads().followed.begin();
        let source = self.saga_source(captures.clone()).await?;
        let path = path.to_owned();
        let part = event.map_or(0, |event| event.saturating_add(1));
        let plan = blocking(move || followed(&source, (record, part), &path, &cancel)).await??;
        self.open_board(slot, plan, captures).await
    }
}

fn followed(
    source: &Source,
    (id, part): (RecordId, u16),
    path: &str,
    cancel: &Cancel,
) -> Result<Plan, EngineError> {
    let unknown = || EngineError::UnknownRecord(id);
    let mut payloads = EventPayloads::new(source);
    let payload = payloads.get(id, part)?.ok_or_else(unknown)?;
    let nothing = || {
        EngineError::Input(format!(
            "{path} holds no text and no number: follow a value, not an object"
        ))
    };
    let samples = Samples::read(source, cancel)?;
    let samples = samples.all();
    let (value, definition) = if path == PARTITION_KEY {
        let row = source.store.record(id)?.ok_or_else(unknown)?.row;
        let key = row.partition_key.ok_or_else(nothing)?;
        let key = source.masks.key(&key).into_owned();
        let definition = follow_partition_key(&key, &payload, &samples);
        (key, definition)
    } else {
        let path = Path::parse(path).map_err(|error| EngineError::Input(error.to_string()))?;
        let value = payloads.text_at((id, part), &path)?.ok_or_else(nothing)?;
        (value, follow(&path, &samples))
    };
    Ok(Plan {
        definition,
        saved: None,
        followed: Some(value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is drawn of shards whose records arrive one a second, by their sizes.
    fn drawn(shards: &[&[usize]]) -> Vec<(i64, i64)> {
        let mut drawn = Drawn::of(shards.len());
        for (key, sizes) in (0..).zip(shards) {
            let mut room = drawn.each;
            for (number, bytes) in (1..).zip(*sizes) {
                let json = "x".repeat(*bytes);
                let record = ShownRecord::of_json(RecordId(number), Millis(number), &json);
                if !drawn.take(ShardKey(key), record, &mut room) {
                    break;
                }
            }
        }
        let records = drawn.in_order().into_iter();
        records
            .map(|(shard, record)| (shard.0, record.id.0))
            .collect()
    }

    #[test]
    fn a_sample_ends_where_one_shard_has_no_room_left() {
        let third = MOST_BYTES / 3;
        assert_eq!(drawn(&[&[9, 9, 9]]), [(0, 1), (0, 2), (0, 3)]);
        assert_eq!(
            drawn(&[&[third, third, third, third]]),
            [(0, 1), (0, 2), (0, 3)]
        );
        // two shards have half of it each
        assert_eq!(drawn(&[&[third, third], &[9, 9, 9]]), [(0, 1), (1, 1)]);
    }

    #[test]
    fn a_large_record_is_a_sample_of_its_shard_once() {
        let most = MOST_BYTES;
        assert_eq!(drawn(&[&[most, 9], &[9]]), [(0, 1), (1, 1)]);
        assert_eq!(
            drawn(&[&[most / 2 + 1], &[most / 2 + 1], &[9, 9]]),
            [(0, 1), (2, 1)]
        );
    }
}
