//! What a case of a capture works with: an endpoint of its own behind a fault proxy, an oracle that writes, and a folder
//! for the workspace.

use crate::Oracle;
use aws_sdk_kinesis::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
};
use capture::{
    CaptureOptions, CaptureRequest, CaptureRun, From, Phase, Politeness, ReadTurns, RunState,
    StreamRequest,
};
use emulator::{Emulator, EmulatorOptions, NewRecord};
use faults::Proxy;
use kinesis::{AwsSurroundings, Connection, ConnectionSpec, ShardSummary, Timeouts, Trust};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use record::{Millis, ShardId, StreamName};
use std::{
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};
use store::{CaptureId, Store};
use tempfile::TempDir;

pub const STREAM: &str = "orders";
pub const HOUR_MILLIS: i64 = 3_600_000;
/// The workspace within its folder.
const FILE: &str = "capture.kscope";
/// Open shards at most: more of them try nothing else.
const SHARDS_MAX: usize = 8;
/// A capture that reads, and to which nothing comes for so long, has all that it will ever have.
const STILL: Duration = Duration::from_secs(8);
/// One that does not read may only be waiting: for a retry, or for the SDK, which holds descriptions and listings back
/// for seconds after a throttle.
const STUCK: Duration = Duration::from_secs(30);

/// Reads as fast as a private endpoint lets it.
pub const QUICK: CaptureOptions = CaptureOptions {
    politeness: Politeness::Off,
    reads_at_once: 16,
    watch_interval: Duration::from_millis(250),
};

pub struct Lab {
    pub emulator: Emulator,
    pub proxy: Proxy,
    pub oracle: Oracle,
    pub client: Client,
    folder: TempDir,
    written: AtomicU64,
}

impl Lab {
    /// With one stream of so many shards.
    pub async fn with(options: EmulatorOptions, shards: u32) -> Self {
        Self::aged(options, shards, 0).await
    }

    /// With a stream that was created so many hours ago.
    pub async fn aged(options: EmulatorOptions, shards: u32, hours: i64) -> Self {
        let emulator = Emulator::start(options).expect("the embedded endpoint");
        let writer = emulator.writer();
        let created_at = writer.now().saturating_add(-hours * HOUR_MILLIS);
        let created = writer.create_stream(&name(), shards, created_at).await;
        assert!(created.expect("a stream"), "a new one");
        let proxy = Proxy::to(&emulator.endpoint()).await;
        Self {
            oracle: Oracle::new(writer, name()),
            client: client(&proxy.endpoint()),
            emulator,
            proxy,
            folder: tempfile::tempdir().expect("a folder"),
            written: AtomicU64::new(0),
        }
    }

    pub async fn quiet(shards: u32) -> Self {
        Self::with(EmulatorOptions::default(), shards).await
    }

    /// The stream was created again: what is written from now on goes to the new one. The oracle of the old one.
    pub fn reborn(&mut self) -> Oracle {
        let new = Oracle::new(self.emulator.writer(), name());
        std::mem::replace(&mut self.oracle, new)
    }

    /// As the product opens it, through the proxy.
    pub async fn connection(&self) -> Connection {
        connect(&self.proxy.endpoint()).await
    }

    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join(FILE)
    }

    pub fn open(&self) -> Store {
        Store::open(&self.path()).expect("the workspace")
    }

    /// What a start of the program would find now; `None` before a capture was made.
    pub fn image_of_copy(&self) -> Result<Option<crate::Image>, store::StoreError> {
        crate::Image::of_copy(self.folder.path(), FILE)
    }

    /// Writes records of many sizes, and sometimes an aggregate.
    pub async fn write(&self, random: &mut StdRng, count: usize) {
        let records = (0..count).map(|_| self.record(random)).collect();
        self.oracle.put(records).await;
        if random.random_bool(0.2) {
            let inner = random.random_range(1..6);
            let user_records = (0..inner).map(|_| {
                let NewRecord {
                    partition_key,
                    payload,
                    ..
                } = self.record(random);
                (partition_key, payload)
            });
            let user_records = user_records.collect();
            self.oracle.put_aggregate(user_records).await;
        }
    }

    fn record(&self, random: &mut StdRng) -> NewRecord {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let filling = *[0, 8, 90, 90, 400, 3_000].choose(random).expect("a size");
        let mut payload = format!("record {number} ").into_bytes();
        payload.extend((0..filling).map(|_| random.random::<u8>()));
        NewRecord {
            partition_key: format!("key-{}", random.random_range(0..200)),
            payload,
            arrival: None,
        }
    }

    /// Splits or merges shards at random, through the proxy; false where the stream does not allow it now.
    pub async fn reshard(&self, random: &mut StdRng) -> bool {
        let mut open = self.shards().await;
        open.retain(ShardSummary::is_open);
        open.sort_by_key(|shard| shard.hash_range.start);
        let may_split = open.len() < SHARDS_MAX;
        if open.len() > 1 && (!may_split || random.random_bool(0.4)) {
            let at = random.random_range(1..open.len());
            return self.merge(&open[at - 1].id, &open[at].id).await;
        }
        let shard = open.choose(random).expect("an open shard");
        self.split(shard).await
    }

    pub async fn split(&self, shard: &ShardSummary) -> bool {
        let range = shard.hash_range;
        let middle = range.start.0 + (range.end.0 - range.start.0) / 2 + 1;
        let split = self.client.split_shard().stream_name(STREAM);
        let split = split.shard_to_split(shard.id.as_str());
        let split = split.new_starting_hash_key(middle.to_string());
        split.send().await.is_ok()
    }

    pub async fn merge(&self, shard: &ShardId, adjacent: &ShardId) -> bool {
        let merge = self.client.merge_shards().stream_name(STREAM);
        let merge = merge.shard_to_merge(shard.as_str());
        let merge = merge.adjacent_shard_to_merge(adjacent.as_str());
        merge.send().await.is_ok()
    }

    /// As the endpoint lists them, past the proxy.
    pub async fn shards(&self) -> Vec<ShardSummary> {
        let connection = connect(&self.emulator.endpoint()).await;
        connection.shards(&name()).await.expect("the shards")
    }

    /// Keeps its records for so long from now on.
    pub async fn keep_for(&self, hours: i32) {
        let longer = self.client.increase_stream_retention_period();
        let longer = longer.stream_name(STREAM).retention_period_hours(hours);
        if longer.send().await.is_err() {
            let shorter = self.client.decrease_stream_retention_period();
            let shorter = shorter.stream_name(STREAM).retention_period_hours(hours);
            shorter.send().await.expect("another retention");
        }
    }

    /// A capture of the whole stream.
    pub async fn create(&self, store: &Store, from: From) -> CaptureId {
        create(&self.connection().await, store, from).await
    }

    pub async fn start(&self, store: &Store, capture: CaptureId) -> CaptureRun {
        let connection = self.connection().await;
        start(connection, store, capture, QUICK).await
    }

    /// Waits until the capture has everything that was promised, or nothing comes any more; the judging is the
    /// oracle's.
    pub async fn settled(&self, store: &Store, run: &CaptureRun) {
        let wanted = self.oracle.promised();
        let stored = || store.capture(run.capture()).expect("the capture").records;
        let (mut seen, mut since) = (stored(), Instant::now());
        let mut reads_since = since;
        let is_still = |since: Instant, reads_since: Instant| {
            reads_since.elapsed() >= STILL || since.elapsed() >= STUCK
        };
        while seen < wanted && !is_still(since, reads_since) && !run.is_over() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let now = stored();
            if now > seen {
                (seen, since, reads_since) = (now, Instant::now(), Instant::now());
            } else if !is_live(&run.status()) {
                reads_since = Instant::now();
            }
        }
    }
}

/// Waits until a run's status fits; false where it does not within so long.
pub async fn shows(
    run: &CaptureRun,
    patience: Duration,
    fits: impl Fn(&capture::CaptureStatus) -> bool,
) -> bool {
    let started = Instant::now();
    while started.elapsed() < patience {
        if fits(&run.status()) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    fits(&run.status())
}

/// All shards that are read have nothing to catch up with, and the others are at their end.
pub fn is_live(status: &capture::CaptureStatus) -> bool {
    let live = |shard: &capture::ShardStatus| matches!(shard.phase, Phase::Live | Phase::Finished);
    !status.shards.is_empty() && status.shards.iter().all(live)
}

pub fn has_failed(status: &capture::CaptureStatus) -> bool {
    matches!(status.state, RunState::Failed(_))
}

pub async fn create(connection: &Connection, store: &Store, from: From) -> CaptureId {
    let stream = StreamRequest {
        stream: name(),
        shards: None,
        from,
        until: None,
    };
    let request = CaptureRequest {
        name: "torture".into(),
        connection: "{}".into(),
        created_at: Millis(1_700_000_000_000),
        streams: vec![stream],
    };
    let created = capture::create(connection, store, request).await;
    created.expect("a capture")
}

pub async fn start(
    connection: Connection,
    store: &Store,
    capture: CaptureId,
    options: CaptureOptions,
) -> CaptureRun {
    let turns = ReadTurns::default();
    let run = CaptureRun::start(connection, store.clone(), capture, options, &turns).await;
    run.expect("a run")
}

pub fn name() -> StreamName {
    STREAM.parse().expect("a stream name")
}

pub async fn connect(endpoint: &str) -> Connection {
    let timeouts = Timeouts {
        connect: Duration::from_secs(2),
        read: Duration::from_secs(2),
        attempt: Duration::from_secs(3),
        operation: Duration::from_secs(6),
    };
    let spec = ConnectionSpec {
        region: Some("us-east-1".into()),
        ..ConnectionSpec::local(endpoint)
    };
    let surroundings = AwsSurroundings::default();
    let connection = Connection::open_in(&surroundings, spec, Trust::default(), timeouts).await;
    connection.expect("a connection")
}

fn client(endpoint: &str) -> Client {
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .build();
    Client::from_conf(config)
}
