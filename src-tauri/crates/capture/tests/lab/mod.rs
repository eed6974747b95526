//! What every test of captures needs: an endpoint, a connection, a workspace in a temporary folder,
//! a plain SDK client to play production, and an oracle.

pub mod server;
pub mod suite;

use aws_sdk_kinesis::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
    primitives::Blob,
    types::PutRecordsRequestEntry,
};
use capture::{
    CaptureError, CaptureOptions, CaptureRequest, CaptureRun, CaptureStatus, From, Politeness,
    ReadTurns, RunState, StreamRequest,
};
use emulator::{Emulator, EmulatorOptions};
use kinesis::{AwsSurroundings, Connection, ConnectionSpec, Timeouts, Trust};
use record::{Millis, SequenceNumber, ShardId, StreamName};
use std::{
    collections::BTreeSet,
    future::Future,
    time::{Duration, Instant},
};
use store::{CaptureId, Store, Until};
use tempfile::TempDir;

/// Nothing in these tests takes longer unless it is broken.
const PATIENCE: Duration = Duration::from_mins(1);

pub struct Lab {
    pub endpoint: String,
    pub connection: Connection,
    pub client: Client,
    pub store: Store,
    pub folder: TempDir,
    pub turns: ReadTurns,
}

pub fn name(text: &str) -> StreamName {
    text.parse().expect("a stream name")
}

pub fn shard(number: usize) -> ShardId {
    format!("shardId-{number:012}").parse().expect("a shard id")
}

pub fn emulator() -> Emulator {
    Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint")
}

pub const QUICK: CaptureOptions = CaptureOptions {
    politeness: Politeness::Off,
    reads_at_once: 16,
    watch_interval: Duration::from_millis(500),
};

pub async fn connect(endpoint: &str) -> Connection {
    connect_in(endpoint, "us-east-1").await
}

pub async fn connect_in(endpoint: &str, region: &str) -> Connection {
    let timeouts = Timeouts {
        connect: Duration::from_secs(2),
        read: Duration::from_secs(5),
        attempt: Duration::from_secs(10),
        operation: Duration::from_secs(20),
    };
    let spec = ConnectionSpec {
        region: Some(region.into()),
        ..ConnectionSpec::local(endpoint)
    };
    Connection::open_in(
        &AwsSurroundings::default(),
        spec,
        Trust::default(),
        timeouts,
    )
    .await
    .expect("a connection")
}

pub fn sdk(endpoint: &str) -> Client {
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .build();
    Client::from_conf(config)
}

impl Lab {
    pub async fn at(endpoint: impl Into<String>) -> Self {
        let endpoint = endpoint.into();
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            connection: connect(&endpoint).await,
            client: sdk(&endpoint),
            store: Store::open(&folder.path().join("lab.kscope")).expect("a workspace"),
            endpoint,
            folder,
            turns: ReadTurns::default(),
        }
    }

    /// Closes the workspace and opens it again, as a new start of the program does.
    pub fn reopen(&mut self) {
        let path = self.store.path().to_owned();
        let spare = Store::open(&self.folder.path().join("spare.kscope")).expect("a workspace");
        std::mem::replace(&mut self.store, spare)
            .close()
            .expect("closed");
        self.store = Store::open(&path).expect("the workspace again");
    }

    pub async fn create_stream(&self, stream: &str, shards: i32) {
        self.client
            .create_stream()
            .stream_name(stream)
            .shard_count(shards)
            .send()
            .await
            .expect("a stream");
        self.active(stream).await;
    }

    pub async fn active(&self, stream: &str) {
        until("the stream is active", || async {
            let described = self
                .client
                .describe_stream_summary()
                .stream_name(stream)
                .send()
                .await;
            described.is_ok_and(|output| {
                output
                    .stream_description_summary
                    .is_some_and(|summary| summary.stream_status.as_str() == "ACTIVE")
            })
        })
        .await;
    }

    /// Puts `count` records with the payloads `PREFIX-0`, `PREFIX-1`, … and keys that spread.
    pub async fn put(&self, stream: &str, prefix: &str, count: usize) {
        let numbers: Vec<usize> = (0..count).collect();
        for chunk in numbers.chunks(500) {
            let entries = chunk.iter().map(|n| {
                PutRecordsRequestEntry::builder()
                    .partition_key(format!("key-{n}"))
                    .data(Blob::new(format!("{prefix}-{n}")))
                    .build()
                    .expect("an entry")
            });
            let output = self
                .client
                .put_records()
                .stream_name(stream)
                .set_records(Some(entries.collect()))
                .send()
                .await;
            let output = output.expect("records written");
            assert_eq!(
                output.failed_record_count.unwrap_or(0),
                0,
                "some records were not written"
            );
        }
    }

    pub async fn put_one(
        &self,
        stream: &str,
        key: &str,
        payload: impl Into<Vec<u8>>,
    ) -> SequenceNumber {
        let put = self
            .client
            .put_record()
            .stream_name(stream)
            .partition_key(key)
            .data(Blob::new(payload.into()));
        let output = put.send().await.expect("a record written");
        output.sequence_number.parse().expect("its number")
    }

    pub async fn split(&self, stream: &str, shard: &ShardId) {
        let shards = self
            .connection
            .shards(&name(stream))
            .await
            .expect("the shards");
        let range = shards
            .iter()
            .find(|found| found.id == *shard)
            .expect("the shard")
            .hash_range;
        let middle = range.start.0 + (range.end.0 - range.start.0) / 2 + 1;
        let split = self
            .client
            .split_shard()
            .stream_name(stream)
            .shard_to_split(shard.as_str());
        split
            .new_starting_hash_key(middle.to_string())
            .send()
            .await
            .expect("a split");
        self.active(stream).await;
    }

    pub async fn merge(&self, stream: &str, shard: &ShardId, adjacent: &ShardId) {
        let merge = self
            .client
            .merge_shards()
            .stream_name(stream)
            .shard_to_merge(shard.as_str());
        merge
            .adjacent_shard_to_merge(adjacent.as_str())
            .send()
            .await
            .expect("a merge");
        self.active(stream).await;
    }

    pub async fn create(&self, stream: &str, from: From, until: Option<Until>) -> CaptureId {
        self.create_for(StreamRequest {
            stream: name(stream),
            shards: None,
            from,
            until,
        })
        .await
    }

    pub async fn create_for(&self, stream: StreamRequest) -> CaptureId {
        self.create_of(vec![stream]).await
    }

    pub async fn create_of(&self, streams: Vec<StreamRequest>) -> CaptureId {
        self.try_create(streams).await.expect("a capture")
    }

    pub async fn try_create(&self, streams: Vec<StreamRequest>) -> Result<CaptureId, CaptureError> {
        let request = CaptureRequest {
            name: "test".into(),
            connection: "{}".into(),
            created_at: Millis(1_700_000_000_000),
            streams,
        };
        capture::create(&self.connection, &self.store, request).await
    }

    /// A running capture of everything in the stream, once it has stored so many records.
    pub async fn capturing(&self, stream: &str, records: u64) -> (CaptureId, CaptureRun) {
        let capture = self.create(stream, From::TrimHorizon, None).await;
        let run = self.start(capture).await;
        self.captured(&run, records).await;
        (capture, run)
    }

    pub async fn start(&self, capture: CaptureId) -> CaptureRun {
        self.start_with(capture, QUICK).await
    }

    pub async fn start_with(&self, capture: CaptureId, options: CaptureOptions) -> CaptureRun {
        CaptureRun::start(
            self.connection.clone(),
            self.store.clone(),
            capture,
            options,
            &self.turns,
        )
        .await
        .expect("a run")
    }

    pub async fn delete(&self, stream: &str) {
        let delete = self.client.delete_stream().stream_name(stream);
        delete.send().await.expect("deleted");
    }

    pub fn stored(&self, capture: CaptureId) -> u64 {
        self.store.capture(capture).expect("the capture").records
    }

    /// Waits until so many records are captured.
    pub async fn captured(&self, run: &CaptureRun, records: u64) {
        let capture = run.capture();
        let reached = wait(PATIENCE, || async { self.stored(capture) >= records }).await;
        assert!(
            reached,
            "{} of {records} captured; {:#?}",
            self.stored(capture),
            run.status()
        );
        assert_eq!(self.stored(capture), records, "more than was written");
    }

    pub async fn until_idle_polls(&self, emulator: &Emulator, count: usize) {
        until("some idle polls", || async {
            emulator.requests().count("GetRecords") >= count
        })
        .await;
    }

    pub async fn finished(&self, run: &CaptureRun) {
        self.status(run, "finished", |status| status.state == RunState::Finished)
            .await;
    }

    pub async fn failed(&self, run: &CaptureRun) {
        self.status(run, "failed", |status| {
            matches!(status.state, RunState::Failed(_))
        })
        .await;
    }

    pub async fn status(
        &self,
        run: &CaptureRun,
        what: &str,
        fits: impl Fn(&CaptureStatus) -> bool,
    ) {
        let reached = wait(PATIENCE, || async { fits(&run.status()) }).await;
        assert!(reached, "never: {what}; {:#?}", run.status());
    }
}

/// Waits for a condition, never for a time.
pub async fn until<F: Future<Output = bool>>(what: &str, condition: impl Fn() -> F) {
    assert!(wait(PATIENCE, condition).await, "never: {what}");
}

async fn wait<F: Future<Output = bool>>(patience: Duration, condition: impl Fn() -> F) -> bool {
    let started = Instant::now();
    loop {
        if condition().await {
            return true;
        }
        if started.elapsed() > patience {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    items.into_iter().collect()
}
