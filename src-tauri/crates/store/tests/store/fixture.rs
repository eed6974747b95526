//! A workspace with a stream in it, batches made of few words, and KPL aggregates.

use md5::{Digest, Md5};
use query::{Filter, Subject};
use record::{HashKey, HashKeyRange, KinesisRecord, Millis, SequenceNumber, StreamIdentity};
use std::time::Duration;
use std::{
    path::PathBuf,
    sync::{Arc, mpsc},
};
use store::{
    Anchor, Cancel, CaptureId, CaptureStream, Committed, NewCapture, Payloads, Position,
    PreparedRecord, RecordId, RecordRow, Scope, ShardBatch, ShardKey, ShardRecord, Store,
    StoreError, StreamKey, StreamRecord, View, prepare,
};
use tempfile::TempDir;

pub struct Workspace {
    pub folder: TempDir,
    pub store: Store,
    pub stream: StreamKey,
    pub shards: Vec<ShardKey>,
}

pub fn workspace(shards: usize) -> Workspace {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::open(&folder.path().join("test.kscope")).expect("a workspace");
    let stream = store
        .put_stream(&stream_record("orders"))
        .expect("a stream");
    let shards = store
        .put_shards(stream, &shard_records(shards))
        .expect("shards");
    Workspace {
        folder,
        store,
        stream,
        shards,
    }
}

impl Workspace {
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("test.kscope")
    }

    pub fn capture(&self, name: &str) -> CaptureId {
        capture(&self.store, self.stream, name)
    }

    /// Closes and opens again.
    pub fn reopen(self) -> Self {
        let path = self.path();
        self.store.close().expect("closed");
        Self {
            store: Store::open(&path).expect("the same workspace"),
            ..self
        }
    }
}

pub fn capture(store: &Store, stream: StreamKey, name: &str) -> CaptureId {
    let chosen = CaptureStream {
        stream,
        shards: None,
        anchor: Anchor::TrimHorizon,
        until: None,
    };
    let new = NewCapture {
        name: name.into(),
        connection: "{}".into(),
        created_at: Millis(1_700_000_000_000),
        streams: vec![chosen],
    };
    store.create_capture(&new).expect("a capture")
}

pub fn stream_record(name: &str) -> StreamRecord {
    StreamRecord {
        identity: StreamIdentity {
            arn: format!("arn:aws:kinesis:eu-west-1:000000000000:stream/{name}")
                .parse()
                .expect("an ARN"),
            created_at: Millis(1_690_000_000_000),
        },
        name: name.parse().expect("a name"),
        region: "eu-west-1".into(),
        account: "000000000000".into(),
    }
}

pub fn shard_records(count: usize) -> Vec<ShardRecord> {
    let width = u128::MAX / count as u128;
    (0..count as u128)
        .map(|n| ShardRecord {
            id: format!("shardId-{n:012}").parse().expect("a shard id"),
            parents: Vec::new(),
            hash_range: HashKeyRange {
                start: HashKey(n * width),
                end: HashKey((n + 1) * width - 1),
            },
            starting_sequence: sequence(0),
            closed: false,
        })
        .collect()
}

/// Real ones have 56 digits.
pub fn sequence(n: u64) -> SequenceNumber {
    format!("495903382714902566085596925383615710959{n:017}")
        .parse()
        .expect("a sequence number")
}

pub fn record(n: u64, arrival: i64, key: &str, payload: &[u8]) -> PreparedRecord {
    prepare(
        KinesisRecord {
            sequence: sequence(n),
            arrival: Millis(arrival),
            partition_key: Some(key.to_owned()),
            payload: payload.to_vec(),
        },
        None,
    )
}

pub fn batch(capture: CaptureId, shard: ShardKey, records: Vec<PreparedRecord>) -> ShardBatch {
    let checkpoint = match records.last() {
        Some(last) => Position::Stored(last.sequence()),
        None => Position::Anchor(Anchor::TrimHorizon),
    };
    ShardBatch {
        capture,
        shard,
        records,
        checkpoint,
        covered_through: None,
        gap: None,
    }
}

pub fn submit(store: &Store, batch: ShardBatch) -> Result<Committed, Arc<StoreError>> {
    let (sender, receiver) = mpsc::sync_channel(1);
    store.submit(
        batch,
        Box::new(move |outcome| sender.send(outcome).expect("a listener")),
    );
    receiver.recv().expect("an answer")
}

pub fn advance(view: &View) {
    let cancel = Cancel::new();
    while !view
        .advance(&cancel, Duration::from_secs(1))
        .expect("progress")
        .complete
    {}
}

pub fn everything(store: &Store, scope: &Scope) -> Vec<RecordRow> {
    let view = store
        .view(scope.clone(), &query::Filter::Everything)
        .expect("a view");
    advance(&view);
    view.page(0, usize::MAX).expect("rows")
}

/// A KPL aggregate as `amazon-kinesis-producer`'s aggregation-format.md lays it out.
pub fn aggregate(user_records: &[(&str, &[u8])]) -> Vec<u8> {
    fn field(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
        out.push(tag << 3 | 2);
        let mut len = bytes.len();
        while len >= 0x80 {
            out.push(len as u8 | 0x80);
            len >>= 7;
        }
        out.push(len as u8);
        out.extend_from_slice(bytes);
    }
    let mut message = Vec::new();
    for (key, _) in user_records {
        field(&mut message, 1, key.as_bytes());
    }
    for (index, (_, data)) in user_records.iter().enumerate() {
        let mut user_record = vec![1 << 3, index as u8];
        field(&mut user_record, 3, data);
        field(&mut message, 3, &user_record);
    }
    let digest = Md5::digest(&message);
    [
        &[0xf3, 0x89, 0x9a, 0xc2],
        message.as_slice(),
        digest.as_slice(),
    ]
    .concat()
}

/// What a sweep gives that the filter takes: records with their arrivals, by these.
pub fn swept(store: &Store, filter: &Filter, payloads: Payloads) -> Vec<(RecordId, u64)> {
    let mut found = Vec::new();
    let sweep = store.sweep(&Scope::default(), filter, payloads);
    let mut sweep = sweep.expect("a sweep");
    let mut take = |subject: &Subject<'_>, id: RecordId| {
        assert!(payloads == Payloads::With || subject.payload.is_empty());
        if filter.matches(subject) {
            found.push((id, subject.arrival.0.unsigned_abs()));
        }
    };
    while let Some(slice) = sweep.next_slice().expect("a slice") {
        slice.read(&mut take).expect("records");
    }
    found.sort_unstable_by_key(|(_, arrival)| *arrival);
    found
}

/// The same of walks through all shards.
pub fn walked(store: &Store, filter: &Filter) -> Vec<(RecordId, u64)> {
    let mut found = Vec::new();
    for mut walk in store.walks(&Scope::default(), filter).expect("walks") {
        while let Some(page) = walk.next_page(Payloads::Without).expect("a page") {
            let met = page.iter();
            found.extend(met.map(|record| (record.id, record.arrival.0.unsigned_abs())));
        }
    }
    found.sort_unstable_by_key(|(_, arrival)| *arrival);
    found
}

pub fn arrivals(found: &[(RecordId, u64)]) -> Vec<u64> {
    found.iter().map(|(_, arrival)| *arrival).collect()
}
