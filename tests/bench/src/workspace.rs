//! Workspaces for the benches: a stream with shards and a capture of it, filled through the write path.

use record::{HashKey, HashKeyRange, Millis, StreamIdentity};
use std::{path::Path, sync::mpsc::sync_channel};
use store::{
    Anchor, CaptureId, CaptureStream, NewCapture, Position, PreparedRecord, SearchLimits,
    ShardBatch, ShardKey, ShardRecord, Store, StreamKey, StreamRecord,
};

/// As many records as a page of `GetRecords` that a capture commits at once while it catches up.
pub const BATCH: usize = 5000;

pub struct Workspace {
    pub store: Store,
    pub capture: CaptureId,
    pub shards: Vec<ShardKey>,
}

impl Workspace {
    pub fn make(path: &Path, shard_count: usize) -> Self {
        Self::make_with(path, shard_count, SearchLimits::default())
    }

    pub fn make_with(path: &Path, shard_count: usize, limits: SearchLimits) -> Self {
        let store = Store::open_with(path, limits).expect("a new workspace opens");
        let stream = store.put_stream(&stream()).expect("the stream is stored");
        let records: Vec<ShardRecord> = (0..shard_count)
            .map(|shard| shard_record(shard, shard_count))
            .collect();
        let shards = store
            .put_shards(stream, &records)
            .expect("the shards are stored");
        let capture = store
            .create_capture(&capture_of("bench", stream))
            .expect("the capture is stored");
        Self {
            store,
            capture,
            shards,
        }
    }

    /// A second capture, of one record of another stream with one shard.
    pub fn put_beside(&self, record: PreparedRecord) {
        let mut beside = stream();
        beside.identity.arn = "arn:aws:kinesis:us-east-1:000000000000:stream/beside"
            .parse()
            .expect("an ARN");
        beside.name = "beside".parse().expect("a stream name");
        let stream = self.store.put_stream(&beside).expect("it is stored");
        let shards = self.store.put_shards(stream, &[shard_record(0, 1)]);
        let capture = self.store.create_capture(&capture_of("beside", stream));
        let other = Self {
            store: self.store.clone(),
            capture: capture.expect("the capture is stored"),
            shards: shards.expect("the shard is stored"),
        };
        other.write([(0, vec![record])]);
    }

    /// Submits batches as a capture does, one at a time in flight for each shard, and waits for the last.
    pub fn write(&self, batches: impl IntoIterator<Item = (usize, Vec<PreparedRecord>)>) {
        let in_flight = self.shards.len();
        let (acknowledge, acknowledged) = sync_channel(in_flight);
        for _ in 0..in_flight {
            acknowledge.send(()).expect("the channel is open");
        }
        for (shard, records) in batches {
            let Some(last) = records.last().map(PreparedRecord::sequence) else {
                continue;
            };
            acknowledged.recv().expect("the writer answers");
            let batch = ShardBatch {
                capture: self.capture,
                shard: self.shards[shard],
                records,
                checkpoint: Position::Stored(last),
                covered_through: None,
                gap: None,
            };
            let acknowledge = acknowledge.clone();
            self.store.submit(
                batch,
                Box::new(move |committed| {
                    committed.expect("the batch is committed");
                    let _ = acknowledge.send(());
                }),
            );
        }
        for _ in 0..in_flight {
            acknowledged.recv().expect("the writer answers");
        }
    }
}

fn capture_of(name: &str, stream: StreamKey) -> NewCapture {
    NewCapture {
        name: name.to_owned(),
        connection: "{}".to_owned(),
        created_at: Millis(0),
        streams: vec![CaptureStream {
            stream,
            shards: None,
            anchor: Anchor::TrimHorizon,
            until: None,
        }],
    }
}

fn stream() -> StreamRecord {
    StreamRecord {
        identity: StreamIdentity {
            arn: "arn:aws:kinesis:us-east-1:000000000000:stream/bench"
                .parse()
                .expect("an ARN"),
            created_at: Millis(1),
        },
        name: "bench".parse().expect("a stream name"),
        region: "us-east-1".to_owned(),
        account: "000000000000".to_owned(),
    }
}

pub fn hash_range(shard: usize, shard_count: usize) -> HashKeyRange {
    let step = u128::MAX / shard_count as u128;
    let end = if shard + 1 == shard_count {
        u128::MAX
    } else {
        step * (shard as u128 + 1) - 1
    };
    HashKeyRange {
        start: HashKey(step * shard as u128),
        end: HashKey(end),
    }
}

fn shard_record(shard: usize, shard_count: usize) -> ShardRecord {
    ShardRecord {
        id: format!("shardId-{shard:012}").parse().expect("a shard id"),
        parents: Vec::new(),
        hash_range: hash_range(shard, shard_count),
        starting_sequence: "0".parse().expect("a sequence number"),
        closed: false,
    }
}
