//! An engine on a workspace beside an embedded endpoint, and the questions that these tests ask of it.

use emulator::{Emulator, EmulatorOptions, NewRecord};
use engine::{
    CaptureFrom, CaptureId, Choice, ConnectionId, ConnectionSource, Engine, EngineError,
    EngineOptions, NewCapture, NewCaptureStream, PageRow, RunState, Trouble, ViewOverview,
};
use record::StreamName;
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Nothing here takes longer unless it hangs.
const PATIENCE: Duration = Duration::from_secs(40);

pub const STREAM: &str = "orders";

pub fn emulator() -> Emulator {
    Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint")
}

pub async fn open(workspace: &Path) -> Engine {
    try_open(workspace).await.expect("the engine opens")
}

pub async fn try_open(workspace: &Path) -> Result<Engine, EngineError> {
    let workspace = workspace.to_owned();
    within("opening", Engine::open(EngineOptions { workspace })).await
}

/// Ends the engine, and fails where that does not come to an end.
pub async fn close(engine: Engine) {
    within("closing", engine.close()).await;
}

/// Fails where it takes longer than anything may.
pub async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|_| panic!("{what} hangs"))
}

pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub fn local(endpoint: &str) -> Choice {
    Choice {
        source: ConnectionSource::Local,
        region: Some("us-east-1".to_owned()),
        endpoint: Some(endpoint.to_owned()),
    }
}

pub fn stream() -> StreamName {
    STREAM.parse().expect("a stream name")
}

/// A stream of these records in one shard.
pub async fn fill(emulator: &Emulator, records: &[(&str, Vec<u8>)]) {
    let writer = emulator.writer();
    writer
        .create_stream(&stream(), 1, writer.now())
        .await
        .expect("a stream");
    put(emulator, records).await;
}

pub async fn put(emulator: &Emulator, records: &[(&str, Vec<u8>)]) {
    let records: Vec<NewRecord> = records
        .iter()
        .map(|(key, payload)| NewRecord {
            partition_key: (*key).to_owned(),
            payload: payload.clone(),
            arrival: None,
        })
        .collect();
    emulator
        .writer()
        .put(&stream(), &records)
        .await
        .expect("written");
}

pub async fn capture_all(engine: &Engine, endpoint: &str) -> CaptureId {
    let opened = engine
        .open_connection(local(endpoint))
        .await
        .expect("a connection");
    start(engine, opened.id, STREAM).await.expect("a capture")
}

/// Begins a capture of all shards of [`STREAM`] that starts there.
pub async fn capture_from(engine: &Engine, endpoint: &str, from: CaptureFrom) -> CaptureId {
    let opened = engine
        .open_connection(local(endpoint))
        .await
        .expect("a connection");
    let started = start_from(engine, opened.id, STREAM, from).await;
    started.expect("a capture")
}

/// From the trim horizon.
pub async fn start(
    engine: &Engine,
    connection: ConnectionId,
    stream: &str,
) -> Result<CaptureId, EngineError> {
    start_from(engine, connection, stream, CaptureFrom::TrimHorizon).await
}

async fn start_from(
    engine: &Engine,
    connection: ConnectionId,
    stream: &str,
    start: CaptureFrom,
) -> Result<CaptureId, EngineError> {
    let stream = NewCaptureStream {
        stream: stream.to_owned(),
        shards: None,
        start,
    };
    let wanted = NewCapture {
        connection,
        name: None,
        streams: vec![stream],
        until: None,
    };
    let started = within("starting a capture", engine.start_capture(wanted)).await?;
    Ok(started.stored.id)
}

/// Waits until the capture has failed, and says how.
pub async fn failed(engine: &Engine, capture: CaptureId) -> Trouble {
    until("the capture has failed", || async {
        match state(engine, capture).await {
            RunState::Failed(trouble) => Some(trouble),
            _ => None,
        }
    })
    .await
}

pub async fn state(engine: &Engine, capture: CaptureId) -> RunState {
    let progress = engine.capture(capture).await.expect("the capture is known");
    progress.overview.state
}

/// All records, in order, once there are `count`.
pub async fn rows(engine: &Engine, count: u64) -> Vec<PageRow> {
    let view = until(&format!("{count} records are shown"), || async {
        let view = look(engine).await;
        (view.complete && view.matched >= count).then_some(view)
    })
    .await;
    assert_eq!(view.matched, count, "more records than were written");
    let page = engine
        .view_page(view.id, 0, 1000, &[])
        .await
        .expect("a page");
    page.rows
}

pub async fn look(engine: &Engine) -> ViewOverview {
    let view = engine
        .open_view("test", Vec::new(), "")
        .await
        .expect("a view");
    engine.view_status(view.id).await.expect("its state")
}

/// A cause, and a next step in the message or beside it.
pub fn assert_clear(error: &EngineError, cause: &str, next: &str) {
    let step = error.next_step().unwrap_or_default();
    assert!(error.to_string().contains(cause), "{error}");
    assert!(format!("{error} {step}").contains(next), "{error} {step}");
}
