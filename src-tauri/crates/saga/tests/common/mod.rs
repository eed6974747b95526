//! The demo's sagas as records of two streams, read by its shipped definition.

#![allow(dead_code, reason = "each test takes what it needs")]

use demo::{Kind, Schedule, Stream};
use record::{HashKey, Millis, SequenceNumber};
use saga::{DEMO, Definition, Engine, Record, RecordHandle, ShardKey, Span, StreamKey};

pub const START: Millis = Millis(1_761_825_600_000);
const SHARDS: u64 = 4;

/// A record of the demo, owned.
#[derive(Clone, Debug)]
pub struct Owned {
    pub stream: Stream,
    pub shard: usize,
    pub sequence: SequenceNumber,
    pub arrival: Millis,
    pub partition_key: String,
    pub payload: Vec<u8>,
    pub replayed: bool,
}

pub struct Played {
    pub records: Vec<Owned>,
    /// The sagas' ids and kinds, in the order of their starts.
    pub sagas: Vec<(String, Kind)>,
    pub until: Millis,
}

/// Plays the demo slowly enough that its sagas start one after the other.
pub fn play(seed: u64, seconds: i64) -> Played {
    let mut schedule = Schedule::new(seed, START, 1.0);
    let mut played = Played {
        records: Vec::new(),
        sagas: Vec::new(),
        until: START.saturating_add(seconds * 1_000),
    };
    let mut kinds: Vec<Kind> = Vec::new();
    let mut ids: Vec<String> = Vec::new();
    let mut started = schedule.started().clone();
    let mut at = START;
    while at < played.until {
        at = at.saturating_add(10);
        for timed in schedule.take_due(at) {
            let payload: serde_json::Value = serde_json::from_str(&timed.step.json).expect("JSON");
            if let Some(id) = payload["sagaId"]
                .as_str()
                .filter(|id| !ids.iter().any(|known| known == id))
            {
                ids.push(id.to_owned());
            }
            let number = played.records.len() as u64;
            let key = HashKey::of_partition_key(&timed.step.partition_key).0;
            played.records.push(Owned {
                stream: timed.step.stream,
                shard: (key >> 126) as usize,
                sequence: format!(
                    "4959033827149025660855969253836157109592157598913658{number:04}"
                )
                .parse()
                .expect("a number"),
                arrival: timed.due,
                partition_key: timed.step.partition_key,
                payload: timed.step.json.into_bytes(),
                replayed: false,
            });
        }
        for (&kind, &count) in schedule.started() {
            for _ in started.get(&kind).copied().unwrap_or(0)..count {
                kinds.push(kind);
            }
        }
        started.clone_from(schedule.started());
    }
    // a registration may come before a saga's first event: the last ones may have none yet
    played.sagas = ids.into_iter().zip(kinds).collect();
    played
}

pub struct Demo {
    pub engine: Engine,
    pub streams: Vec<(Stream, StreamKey, Vec<ShardKey>)>,
}

pub fn engine() -> Demo {
    engine_of(Definition::parse(DEMO).expect("the shipped definition"))
}

pub fn engine_of(definition: Definition) -> Demo {
    let mut engine = Engine::new(definition);
    let streams = Stream::ALL.map(|stream| {
        let key = engine.add_stream(stream.name());
        let shards = (0..SHARDS)
            .map(|shard| engine.add_shard(key, &format!("shardId-{shard:012}")))
            .collect();
        (stream, key, shards)
    });
    Demo {
        engine,
        streams: streams.to_vec(),
    }
}

impl Demo {
    pub fn record<'a>(&self, number: usize, owned: &'a Owned) -> Record<'a> {
        let (_, _, shards) = self
            .streams
            .iter()
            .find(|(stream, ..)| *stream == owned.stream)
            .expect("a stream");
        Record {
            handle: RecordHandle(number as u64),
            shard: shards[owned.shard],
            sequence: &owned.sequence,
            sub: 0,
            arrival: owned.arrival,
            partition_key: Some(&owned.partition_key),
            payload: &owned.payload,
            replayed: owned.replayed,
        }
    }

    pub fn take<'a>(&mut self, records: impl IntoIterator<Item = (usize, &'a Owned)>) {
        let extractor = self.engine.extractor().clone();
        let records: Vec<Record<'a>> = records
            .into_iter()
            .map(|(number, owned)| self.record(number, owned))
            .collect();
        self.engine
            .ingest(records.iter().filter_map(|record| extractor.read(record)));
    }

    pub fn cover(&mut self, until: Millis) {
        for (_, stream, _) in self.streams.clone() {
            self.engine.cover(stream, &[Span { from: START, until }]);
        }
    }
}

/// The demo, played and judged.
pub fn judged(seed: u64, seconds: i64) -> (Played, Demo) {
    let played = play(seed, seconds);
    let mut demo = engine();
    demo.take(played.records.iter().enumerate());
    let end = played.until.saturating_add(30_000);
    demo.cover(end);
    demo.engine.advance(end);
    demo.engine.settle();
    (played, demo)
}
