//! A capture of just the interval that others left out closes the gap, and one that comes too late says what is gone.

use crate::desk::open;
use emulator::{Emulator, EmulatorOptions, NewRecord};
use engine::{
    CaptureFrom, Choice, ConnectionId, ConnectionSource, Engine, NewCapture, NewCaptureStream,
    RunState, Until,
};
use record::{Millis, StreamName};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(40);
const SHARD: &str = "shardId-000000000000";

async fn capture(
    engine: &Engine,
    connection: ConnectionId,
    start: CaptureFrom,
    until: Option<Millis>,
) {
    let wanted = NewCapture {
        connection,
        name: None,
        streams: vec![NewCaptureStream {
            stream: "orders".to_owned(),
            shards: Some(vec![SHARD.to_owned()]),
            start,
        }],
        until: until.map(Until::Time),
    };
    let id = engine
        .start_capture(wanted)
        .await
        .expect("a capture")
        .stored
        .id;
    if until.is_some() {
        wait("the capture ends", async || {
            let state = engine
                .capture(id)
                .await
                .expect("it is there")
                .overview
                .state;
            state == RunState::Finished
        })
        .await;
    }
}

async fn wait(what: &str, is_done: impl AsyncFn() -> bool) {
    let start = Instant::now();
    while !is_done().await {
        assert!(start.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// What is known of the one lane, and how many records there are.
async fn known(engine: &Engine) -> (Vec<(Millis, Millis)>, u64) {
    let view = engine
        .open_view("test", Vec::new(), "")
        .await
        .expect("a view");
    let mut lanes = engine.view_coverage(view.id).await.expect("coverage");
    let covered = lanes.pop().map_or_else(Vec::new, |lane| lane.covered);
    (covered, view.matched)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_between_two_captures_is_filled_by_one_of_just_that_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let stream: StreamName = "orders".parse().expect("a stream name");
    let writer = emulator.writer();
    let now = writer.now();
    let ago = |seconds: i64| now.saturating_add(-seconds * 1_000);
    let created = writer.create_stream(&stream, 1, ago(90)).await;
    created.expect("a stream");
    let record = |seconds: i64| NewRecord {
        partition_key: "a".to_owned(),
        payload: format!(r#"{{"n":{seconds}}}"#).into_bytes(),
        arrival: Some(ago(seconds)),
    };
    let records: Vec<NewRecord> = [60, 50, 40, 30, 20, 10].map(record).into();
    writer.put(&stream, &records).await.expect("written");

    let engine = open(&folder.path().join("gaps.kscope")).await;
    let local = Choice {
        source: ConnectionSource::Local,
        region: Some("us-east-1".to_owned()),
        endpoint: Some(emulator.endpoint()),
    };
    let connection = engine
        .open_connection(local)
        .await
        .expect("a connection")
        .id;
    capture(&engine, connection, CaptureFrom::TrimHorizon, Some(ago(45))).await;
    capture(
        &engine,
        connection,
        CaptureFrom::Timestamp(ago(25)),
        Some(ago(5)),
    )
    .await;
    let (covered, matched) = known(&engine).await;
    let [before, after] = covered[..] else {
        panic!("two parts, with a gap between them: {covered:?}");
    };
    assert_eq!(matched, 4);
    assert!(before.1 <= ago(40) && after.0 >= ago(30), "{covered:?}");

    capture(
        &engine,
        connection,
        CaptureFrom::Timestamp(before.1),
        Some(after.0),
    )
    .await;
    let (covered, matched) = known(&engine).await;
    assert_eq!((covered.len(), matched), (1, 6), "{covered:?}");
    assert_eq!((covered[0].0, covered[0].1), (before.0, after.1));
    engine.close().await;
}
