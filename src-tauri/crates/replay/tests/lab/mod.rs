//! A workspace with a captured stream in it, made without an endpoint.

#![allow(dead_code, reason = "each test file uses its own part")]

pub mod endpoint;
pub mod server;
pub mod stopwatch;

use publish::{Order, Request};
use query::Filter;
use record::{
    HashKey, HashKeyRange, KinesisRecord, Millis, SequenceNumber, ShardId, StreamIdentity,
};
use replay::{
    Chosen, Pacing, Placement, Plan, Recipe, ReplayRequest, RequestLimits, Selection, TargetShards,
    transform::Seed,
};
use std::{path::PathBuf, sync::mpsc};
use store::{
    Anchor, CaptureId, CaptureStream, DeliveryClaim, DeliveryKind, NewCapture, NewDelivery,
    Position, PreparedRecord, ShardBatch, ShardKey, ShardRecord, Store, StreamKey, StreamRecord,
    prepare,
};
use tempfile::TempDir;

pub const START: i64 = 1_760_000_000_000;

pub struct Workspace {
    pub folder: TempDir,
    pub store: Store,
    pub stream: StreamKey,
    pub shards: Vec<ShardKey>,
    pub capture: CaptureId,
}

/// A record to be stored as if it had been captured.
#[derive(Clone, Debug)]
pub struct Captured {
    pub number: u64,
    pub arrival: i64,
    pub key: Option<String>,
    pub payload: Vec<u8>,
}

pub fn captured(number: u64, key: &str, payload: &str) -> Captured {
    Captured {
        number,
        arrival: START + number as i64 * 10,
        key: Some(key.to_owned()),
        payload: payload.as_bytes().to_vec(),
    }
}

pub fn even(count: usize) -> Vec<HashKeyRange> {
    let count = count as u128;
    let width = u128::MAX / count;
    let end = |n| {
        if n + 1 == count {
            u128::MAX
        } else {
            (n + 1) * width - 1
        }
    };
    (0..count)
        .map(|n| HashKeyRange {
            start: HashKey(n * width),
            end: HashKey(end(n)),
        })
        .collect()
}

pub fn shard_id(number: usize) -> ShardId {
    format!("shardId-{number:012}").parse().expect("a shard id")
}

pub fn targets(count: usize) -> TargetShards {
    let shards = even(count).into_iter().enumerate();
    TargetShards::new(shards.map(|(n, range)| (shard_id(n), range))).expect("the whole space")
}

pub fn sequence(number: u64) -> SequenceNumber {
    format!("495903382714902566085596925383615710959{number:017}")
        .parse()
        .expect("a sequence number")
}

impl Workspace {
    pub fn new(shards: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("test.kscope")).expect("a workspace");
        Self::in_store(folder, store, "orders", shards)
    }

    fn in_store(folder: TempDir, store: Store, name: &str, shards: usize) -> Self {
        let stream = store
            .put_stream(&StreamRecord {
                identity: StreamIdentity {
                    arn: format!("arn:aws:kinesis:us-east-1:000000000000:stream/{name}")
                        .parse()
                        .expect("an ARN"),
                    created_at: Millis(START - 1),
                },
                name: name.parse().expect("a name"),
                region: "us-east-1".into(),
                account: "000000000000".into(),
            })
            .expect("a stream");
        let records: Vec<ShardRecord> = even(shards)
            .into_iter()
            .enumerate()
            .map(|(n, hash_range)| ShardRecord {
                id: shard_id(n),
                parents: Vec::new(),
                hash_range,
                starting_sequence: sequence(0),
                closed: false,
            })
            .collect();
        let shards = store.put_shards(stream, &records).expect("shards");
        let capture = store
            .create_capture(&NewCapture {
                name: name.into(),
                connection: "{}".into(),
                created_at: Millis(START),
                streams: vec![CaptureStream {
                    stream,
                    shards: None,
                    anchor: Anchor::TrimHorizon,
                    until: None,
                }],
            })
            .expect("a capture");
        Self {
            folder,
            store,
            stream,
            shards,
            capture,
        }
    }

    /// Another stream with a capture of its own in the same workspace.
    pub fn beside(&self, name: &str, shards: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self::in_store(folder, self.store.clone(), name, shards)
    }

    /// Another capture of the same stream.
    pub fn captured_again(&self) -> Self {
        let wanted = NewCapture {
            name: "again".into(),
            connection: "{}".into(),
            created_at: Millis(START),
            streams: vec![CaptureStream {
                stream: self.stream,
                shards: None,
                anchor: Anchor::TrimHorizon,
                until: None,
            }],
        };
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            store: self.store.clone(),
            stream: self.stream,
            shards: self.shards.clone(),
            capture: self.store.create_capture(&wanted).expect("a capture"),
        }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("test.kscope")
    }

    /// Stores records of one shard, in the order of their numbers.
    pub fn store_in(&self, shard: usize, records: Vec<Captured>) {
        let range = even(self.shards.len())[shard];
        let prepared: Vec<_> = records
            .into_iter()
            .map(|record| {
                let record = KinesisRecord {
                    sequence: sequence(record.number),
                    arrival: Millis(record.arrival),
                    partition_key: record.key,
                    payload: record.payload,
                };
                prepare(record, Some(range))
            })
            .collect();
        let Some(last) = prepared.last().map(PreparedRecord::sequence) else {
            return;
        };
        let (sender, receiver) = mpsc::sync_channel(1);
        let batch = ShardBatch {
            capture: self.capture,
            shard: self.shards[shard],
            records: prepared,
            checkpoint: Position::Stored(last),
            covered_through: None,
            gap: None,
        };
        let done = move |outcome| sender.send(outcome).expect("a listener");
        self.store.submit(batch, Box::new(done));
        receiver.recv().expect("an answer").expect("committed");
    }

    /// Stores records on the shards that their keys belong to.
    pub fn store_by_key(&self, records: Vec<Captured>) {
        let ranges = even(self.shards.len());
        let mut by_shard = vec![Vec::new(); ranges.len()];
        for record in records {
            let hash = HashKey::of_partition_key(record.key.as_deref().unwrap_or_default());
            let shard = ranges.iter().position(|range| range.contains(hash));
            by_shard[shard.expect("a shard")].push(record);
        }
        for (shard, records) in by_shard.into_iter().enumerate() {
            self.store_in(shard, records);
        }
    }

    pub fn select(&self, chosen: Chosen) -> Selection {
        Selection {
            captures: vec![self.capture],
            chosen,
        }
    }

    pub fn request(&self, chosen: Chosen, target_shards: usize) -> ReplayRequest {
        ReplayRequest {
            selection: self.select(chosen).pin(&self.store).expect("pinned"),
            recipe: Recipe {
                rules: Vec::new(),
                seed: Seed(1),
                placement: Placement::ByKey,
            },
            pacing: Pacing::AT_ONCE,
            targets: Some(targets(target_shards)),
            limits: RequestLimits::from(publish::Limits::of_stream(None)),
        }
    }

    pub fn plan(&self, request: ReplayRequest) -> Plan {
        let plan = request.plan(&self.store, || false).expect("a plan");
        plan.expect("not cancelled")
    }

    /// Of all records, into a target whose shards nobody knows.
    pub fn plan_of_all(&self, pacing: Pacing) -> Plan {
        let mut request = self.request(Chosen::Filter(Filter::Everything), 1);
        request.targets = None;
        request.pacing = pacing;
        self.plan(request)
    }

    pub fn begin(&self, plan: &Plan, token: &str, order: Order) -> DeliveryClaim {
        let new = NewDelivery {
            token: token.into(),
            kind: DeliveryKind::Replay,
            created_at: Millis(START),
            caller: "a test".into(),
            target: token.into(),
            target_stream: None,
            order: format!("{order:?}"),
            plan: plan.to_json().expect("JSON"),
            composed: None,
        };
        match publish::begin(&self.store, &new).expect("a delivery") {
            Request::First(claim) => claim,
            Request::Again(id) => panic!("{id:?} was begun before"),
        }
    }
}
