//! What must hold of any SQL statement, for the fuzz target and the committed corpus: it makes and changes no file, ends
//! soon after its time, gives no more than its limits, and fails with words about itself only.

use record::{HashKey, HashKeyRange, KinesisRecord, Millis, StreamIdentity};
use std::{
    collections::BTreeMap,
    fs,
    sync::{Arc, OnceLock, mpsc},
    time::{Duration, Instant},
};
use store::{
    Anchor, AsStored, Cancel, CaptureStream, NewCapture, Position, Scope, ShardBatch, ShardRecord,
    Shown, SqlAnswer, SqlLimits, SqlValue, Store, StoreError, StreamRecord, prepare,
};

const RECORDS: u64 = 600;
const LIMITS: SqlLimits = SqlLimits {
    rows: 50,
    bytes: 1024 * 1024,
    time: Duration::from_millis(200),
    memory_bytes: 64 * 1024 * 1024,
};
/// The specification's; a fuzzer's build takes its time, too.
const MOST_TIME: Duration = Duration::from_secs(2);

struct Place {
    folder: tempfile::TempDir,
    store: Store,
    files: BTreeMap<String, Vec<u8>>,
}

pub fn statement(bytes: &[u8]) {
    static PLACE: OnceLock<Place> = OnceLock::new();
    let Ok(sql) = std::str::from_utf8(bytes) else {
        return;
    };
    let place = PLACE.get_or_init(Place::new);
    let shown: Shown = Arc::new(AsStored);
    let console = place.store.console(&Scope::default(), shown, Vec::new());
    let console = console.expect("a console");
    let progress = console.progress();
    let mut given = Given::default();
    let begun = Instant::now();
    let ended = console.run(sql, &LIMITS, &Cancel::new(), &mut given);
    let took = begun.elapsed();
    assert!(took < MOST_TIME, "took {took:?}: {sql}");
    assert!(
        given.rows <= LIMITS.rows && given.bytes <= LIMITS.bytes,
        "{sql}"
    );
    assert!(progress.read() <= RECORDS, "{sql}");
    if let Err(error) = ended {
        assert!(matches!(error, StoreError::Sql { .. }), "{error:?}: {sql}");
    }
    assert!(place.files == place.read(), "it changed a file: {sql}");
}

#[derive(Default)]
struct Given {
    columns: usize,
    rows: usize,
    bytes: usize,
}

impl SqlAnswer for Given {
    fn columns(&mut self, names: Vec<String>) {
        self.columns = names.len();
    }

    fn row(&mut self, values: Vec<SqlValue>) {
        assert_eq!(values.len(), self.columns);
        self.rows += 1;
        self.bytes += values.iter().map(size_bytes).sum::<usize>();
    }
}

/// What is no UTF-8 is shown as marks of three bytes.
fn size_bytes(value: &SqlValue) -> usize {
    match value {
        SqlValue::Text(text) if text.contains('\u{FFFD}') => text.len() / 3,
        SqlValue::Text(text) => text.len(),
        SqlValue::Blob(bytes) => bytes.len(),
        SqlValue::Null | SqlValue::Integer(_) | SqlValue::Real(_) => 0,
    }
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("test.kscope")).expect("a workspace");
        fill(&store);
        let mut place = Self {
            folder,
            store,
            files: BTreeMap::new(),
        };
        place.files = place.read();
        place
    }

    /// The folder's files, but for the readers' marks in shared memory.
    fn read(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.folder.path()).expect("a folder");
        let files = entries.map(|entry| {
            let path = entry.expect("an entry").path();
            let bytes = if path.is_dir() {
                Vec::new()
            } else {
                fs::read(&path).expect("a file")
            };
            (path.to_string_lossy().into_owned(), bytes)
        });
        files.filter(|(name, _)| !name.ends_with("-shm")).collect()
    }
}

fn fill(store: &Store) {
    let identity = StreamIdentity {
        arn: "arn:aws:kinesis:eu-west-1:000000000000:stream/orders"
            .parse()
            .expect("an ARN"),
        created_at: Millis(0),
    };
    let stream = store.put_stream(&StreamRecord {
        identity,
        name: "orders".parse().expect("a name"),
        region: "eu-west-1".into(),
        account: "000000000000".into(),
    });
    let stream = stream.expect("a stream");
    let shard = ShardRecord {
        id: "shardId-000000000000".parse().expect("an id"),
        parents: Vec::new(),
        hash_range: HashKeyRange {
            start: HashKey(0),
            end: HashKey(u128::MAX),
        },
        starting_sequence: "1".parse().expect("a number"),
        closed: false,
    };
    let shard = store.put_shards(stream, &[shard]).expect("a shard")[0];
    let capture = store.create_capture(&NewCapture {
        name: "all".into(),
        connection: "{}".into(),
        created_at: Millis(0),
        streams: vec![CaptureStream {
            stream,
            shards: None,
            anchor: Anchor::TrimHorizon,
            until: None,
        }],
    });
    let records: Vec<_> = (1..=RECORDS)
        .map(|number| {
            let record = KinesisRecord {
                sequence: number.to_string().parse().expect("a number"),
                arrival: Millis(number as i64),
                partition_key: Some("k".into()),
                payload: payload(number),
            };
            prepare(record, None)
        })
        .collect();
    let (sender, receiver) = mpsc::sync_channel(1);
    let batch = ShardBatch {
        capture: capture.expect("a capture"),
        shard,
        checkpoint: Position::Stored(records[records.len() - 1].sequence()),
        records,
        covered_through: None,
        gap: None,
    };
    let done = move |done: Result<_, _>| sender.send(done.is_ok()).expect("a listener");
    store.submit(batch, Box::new(done));
    assert!(receiver.recv().expect("an answer"), "records are stored");
}

/// JSON mostly; some that is no JSON, and some that is no text.
fn payload(number: u64) -> Vec<u8> {
    match number % 50 {
        0 => vec![0xFF, 0, number as u8],
        1 => b"no JSON".to_vec(),
        _ => format!("{{\"n\":{number},\"big\":9007199254740993{number:04}}}").into_bytes(),
    }
}
