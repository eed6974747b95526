//! `capture-vs-sdk-read`, `capture-vs-boto3-read` and `polling-calls`.

use crate::{
    endpoint::{self, SHARDS, read_with_boto3, read_with_sdk},
    figures::Figure,
    rounds::{Cost, Ratios, measure},
};
use capture::{
    CaptureOptions, CaptureRequest, CaptureRun, From, Politeness, ReadTurns, StreamRequest,
};
use emulator::{Emulator, EmulatorOptions};
use kinesis::{Connection, ConnectionSpec, Trust};
use record::Millis;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use store::{Store, Until};
use tokio::runtime::Runtime;

const RECORDS: u64 = 200_000;
const ROUNDS: usize = 5;

pub fn throughput() -> Vec<Figure> {
    let runtime = Runtime::new().expect("a runtime");
    let emulator = runtime.block_on(endpoint::filled(EmulatorOptions::default(), RECORDS));
    let (mut beside_sdk, mut beside_boto3) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (sdk, ()) = measure(|| runtime.block_on(read_with_sdk(&emulator.endpoint(), RECORDS)));
        let path = folder.path().join("bench.kscope");
        let (ours, store) = measure(|| runtime.block_on(capture_all(&emulator, &path)));
        store.close().expect("the workspace closes");
        let (boto3, seconds) = measure(|| read_with_boto3(&emulator.endpoint(), RECORDS));
        let boto3 = Cost {
            wall: Duration::from_secs_f64(seconds),
            ..boto3
        };
        eprintln!(
            "  round {round}: capture {:.0} records/s, SDK {:.0}, boto3 {:.0}",
            per_second(ours.wall),
            per_second(sdk.wall),
            per_second(boto3.wall),
        );
        beside_sdk.push((ours, sdk));
        beside_boto3.push((ours, boto3));
    }
    let (sdk, boto3) = (Ratios::of(&beside_sdk), Ratios::of(&beside_boto3));
    vec![
        Figure::new(
            "capture-vs-sdk-read",
            sdk.median(),
            "x",
            "at least 0.55 (goal 0.9)",
            format!(
                "the Rust SDK reading and discarding the same {RECORDS} records; {}",
                sdk.describe()
            ),
        ),
        Figure::new(
            "capture-vs-boto3-read",
            boto3.median(),
            "x",
            "at least 4 (goal 5)",
            format!("a boto3 loop that only reads; {}", boto3.describe()),
        ),
    ]
}

fn per_second(wall: Duration) -> f64 {
    RECORDS as f64 / wall.as_secs_f64()
}

/// From the embedded endpoint to committed rows, as fast as it goes; ends with the last commit.
async fn capture_all(emulator: &Emulator, path: &Path) -> Store {
    let store = Store::open(path).expect("a new workspace opens");
    let until = Until::Records(RECORDS);
    let (run, id) = begin(emulator, &store, Politeness::Off, Some(until)).await;
    let deadline = Instant::now() + Duration::from_mins(2);
    while store.capture(id).expect("the capture is known").records < RECORDS {
        assert!(
            Instant::now() < deadline,
            "the capture does not come to its end: {:?}",
            run.status()
        );
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    run.stop().await;
    let stored = store.capture(id).expect("the capture is known").records;
    assert_eq!(stored, RECORDS, "every record is stored once");
    store
}

async fn begin(
    emulator: &Emulator,
    store: &Store,
    politeness: Politeness,
    until: Option<Until>,
) -> (CaptureRun, store::CaptureId) {
    let spec = ConnectionSpec::local(emulator.endpoint());
    let connection = Connection::open(spec, Trust::AwsAndLoopback)
        .await
        .expect("the connection opens");
    let stream = StreamRequest {
        stream: endpoint::stream(),
        shards: None,
        from: From::TrimHorizon,
        until,
    };
    let request = CaptureRequest {
        name: "bench".to_owned(),
        connection: "{}".to_owned(),
        created_at: Millis(1_760_000_000_000),
        streams: vec![stream],
    };
    let id = capture::create(&connection, store, request)
        .await
        .expect("the capture is laid down");
    let options = CaptureOptions {
        politeness,
        ..CaptureOptions::default()
    };
    let run = CaptureRun::start(
        connection,
        store.clone(),
        id,
        options,
        &ReadTurns::default(),
    )
    .await
    .expect("the capture begins");
    (run, id)
}

/// How long each phase is watched.
const WATCHED: Duration = Duration::from_secs(12);
/// Enough that the catching up is not over while it is watched: 2 MB/s a shard.
const BACKLOG: u64 = 240_000;

pub fn politeness() -> Vec<Figure> {
    let runtime = Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let limits = || EmulatorOptions {
        enforces_read_limits: true,
        ..EmulatorOptions::default()
    };
    let (idle, idle_throttles) = runtime.block_on(calls_per_second(
        limits(),
        0,
        &folder.path().join("idle.kscope"),
    ));
    let (behind, throttles) = runtime.block_on(calls_per_second(
        limits(),
        BACKLOG,
        &folder.path().join("behind.kscope"),
    ));
    let throttles = throttles + idle_throttles;
    let beside = format!(
        "idle; catching up {behind:.2} calls/s/shard (at most 5); {throttles} throttles (none) from an endpoint that \
         enforces 5 calls/s and 2 MB/s",
    );
    // a missed second or third condition must not hide behind a good first one
    let value = if throttles > 0 || behind > 5.0 {
        f64::NAN
    } else {
        idle
    };
    vec![Figure::new(
        "polling-calls",
        value,
        "calls/s/shard",
        "at most 1 idle and 5 catching up, 0 throttles",
        beside,
    )]
}

/// `GetRecords` calls a second and shard once the start is over, and throttles.
async fn calls_per_second(options: EmulatorOptions, records: u64, path: &Path) -> (f64, usize) {
    let emulator = endpoint::filled(options, records).await;
    let store = Store::open(path).expect("a new workspace opens");
    let (run, _) = begin(&emulator, &store, Politeness::On, None).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    emulator.forget_requests();
    tokio::time::sleep(WATCHED).await;
    let log = emulator.requests();
    run.stop().await;
    let calls = log.count("GetRecords") as f64 / WATCHED.as_secs_f64() / f64::from(SHARDS);
    (calls, log.errors("ProvisionedThroughputExceededException"))
}
