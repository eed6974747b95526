//! An engine with these payloads captured, and what is asked of its records.

use emulator::{Emulator, EmulatorOptions, NewRecord};
use engine::{
    CaptureFrom, Choice, ConnectionSource, Engine, EngineOptions, EventPart, LayerKind, NewCapture,
    NewCaptureStream, OpenEvent, OpenRecord, PageRow, RecordId,
};
use record::StreamName;
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// Nothing here takes longer unless it hangs.
const PATIENCE: Duration = Duration::from_secs(40);
const STREAM: &str = "orders";

pub struct Desk {
    pub engine: Engine,
    _emulator: Emulator,
    _folder: tempfile::TempDir,
}

/// Puts these payloads into one shard under these keys, and captures them.
pub async fn desk(records: &[(&str, Vec<u8>)]) -> (Desk, Vec<PageRow>) {
    let folder = tempfile::tempdir().expect("a folder");
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    fill(&emulator, records).await;
    let engine = open(&folder.path().join("layers.kscope")).await;
    capture(&engine, &emulator.endpoint()).await;
    let rows = rows(&engine, records.len() as u64).await;
    let desk = Desk {
        engine,
        _emulator: emulator,
        _folder: folder,
    };
    (desk, rows)
}

pub async fn open(workspace: &Path) -> Engine {
    let workspace = workspace.to_owned();
    let opened = Engine::open(EngineOptions { workspace }).await;
    opened.expect("the engine opens")
}

pub async fn fill(emulator: &Emulator, records: &[(&str, Vec<u8>)]) {
    let stream: StreamName = STREAM.parse().expect("a stream name");
    let writer = emulator.writer();
    let created = writer.create_stream(&stream, 1, writer.now()).await;
    created.expect("a stream");
    let record = |(key, payload): &(&str, Vec<u8>)| NewRecord {
        partition_key: (*key).to_owned(),
        payload: payload.clone(),
        arrival: None,
    };
    let records: Vec<NewRecord> = records.iter().map(record).collect();
    writer.put(&stream, &records).await.expect("written");
}

pub async fn capture(engine: &Engine, endpoint: &str) {
    let local = Choice {
        source: ConnectionSource::Local,
        region: Some("us-east-1".to_owned()),
        endpoint: Some(endpoint.to_owned()),
    };
    let opened = engine.open_connection(local).await;
    let wanted = NewCapture {
        connection: opened.expect("a connection").id,
        name: None,
        streams: vec![NewCaptureStream {
            stream: STREAM.to_owned(),
            shards: None,
            start: CaptureFrom::TrimHorizon,
        }],
        until: None,
    };
    engine.start_capture(wanted).await.expect("a capture");
}

/// All records, in order, once there are `count`.
pub async fn rows(engine: &Engine, count: u64) -> Vec<PageRow> {
    let start = Instant::now();
    loop {
        let view = engine.open_view("test", Vec::new(), "").await;
        let view = view.expect("a view");
        if view.complete && view.matched >= count {
            let page = engine.view_page(view.id, 0, 1000, &[]).await;
            return page.expect("a page").rows;
        }
        assert!(start.elapsed() < PATIENCE, "{count} records never came");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

impl Desk {
    pub async fn opened(&self, id: RecordId) -> OpenRecord {
        self.engine.open_record(id).await.expect("it opens")
    }

    pub async fn event(&self, id: RecordId, event: u32) -> OpenEvent {
        let event = self.engine.record_event(id, event).await;
        event.expect("the event opens")
    }

    pub async fn text(&self, id: RecordId, event: u32, part: EventPart) -> String {
        let text = self.engine.record_text(id, event, part).await;
        text.expect("its text").text
    }

    pub async fn bytes(&self, id: RecordId, event: Option<u32>) -> Vec<u8> {
        let bytes = self.engine.record_bytes(id, event, 0, u32::MAX).await;
        bytes.expect("its bytes")
    }

    pub async fn close(self) {
        let closed = tokio::time::timeout(PATIENCE, self.engine.close()).await;
        closed.expect("closing comes to an end");
    }
}

pub fn kinds(event: &OpenEvent) -> Vec<LayerKind> {
    event.trail.iter().map(|layer| layer.kind).collect()
}

/// A file that other implementations made (`tests/vectors`).
pub fn fixture(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/decode");
    std::fs::read(folder.join(name)).expect(name)
}
