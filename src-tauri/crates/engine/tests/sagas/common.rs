//! An engine with the demo captured, and a board of its sagas.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::{
    BoardId, BoardOverview, CaptureFrom, CaptureId, Choice, ConnectionId, ConnectionSource, Engine,
    EngineOptions, ListFilter, ListRow, NewCapture, NewCaptureStream, RecordId, SagaDetail,
    SagaName, SagaSubject, SortBy,
};
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

pub const PATIENCE: Duration = Duration::from_mins(1);
const TICK: Duration = Duration::from_millis(50);

/// The database of a workspace with the demo's hour of history, captured and stopped. It is made once.
static HISTORY: OnceCell<(Vec<u8>, CaptureId)> = OnceCell::const_new();

pub struct Bench {
    pub engine: Engine,
    connection: Option<ConnectionId>,
    folder: tempfile::TempDir,
}

impl Bench {
    pub async fn empty() -> Self {
        Self::on(None).await
    }

    /// With the demo running.
    pub async fn new() -> Self {
        let mut bench = Self::empty().await;
        let demo = Choice {
            source: ConnectionSource::Demo,
            region: None,
            endpoint: None,
        };
        let opened = bench.engine.open_connection(demo).await;
        bench.connection = Some(opened.expect("the demo opens").id);
        bench
    }

    /// On a workspace of its own, in which an hour of orders was captured.
    pub async fn of_history() -> (Self, CaptureId) {
        let (database, capture) = HISTORY.get_or_init(Self::captured_history).await;
        (Self::on(Some(database)).await, *capture)
    }

    async fn captured_history() -> (Vec<u8>, CaptureId) {
        let bench = Self::new().await;
        let capture = bench.capture_orders().await;
        let board = bench.open("history", vec![capture]).await.id;
        bench.history(board).await;
        let stopped = bench.engine.stop_capture(capture).await;
        stopped.expect("the capture stops");
        bench.close().await;
        let database = std::fs::read(workspace(&bench.folder));
        (database.expect("the database"), capture)
    }

    async fn on(database: Option<&[u8]>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let workspace = workspace(&folder);
        if let Some(database) = database {
            std::fs::write(&workspace, database).expect("a copy");
        }
        let engine = Engine::open(EngineOptions { workspace })
            .await
            .expect("the engine opens");
        Self {
            engine,
            connection: None,
            folder,
        }
    }

    pub fn folder(&self) -> std::path::PathBuf {
        self.folder.path().join("sagas")
    }

    pub async fn capture(&self, streams: &[&str]) -> CaptureId {
        let stream = |name: &&str| NewCaptureStream {
            stream: (*name).to_owned(),
            shards: None,
            start: CaptureFrom::TrimHorizon,
        };
        let wanted = NewCapture {
            connection: self.connection.expect("the demo"),
            name: None,
            streams: streams.iter().map(stream).collect(),
            until: None,
        };
        let started = self.engine.start_capture(wanted).await;
        started.expect("the capture starts").stored.id
    }

    pub async fn capture_orders(&self) -> CaptureId {
        self.capture(&["order-commands", "order-events"]).await
    }

    pub async fn open(&self, slot: &str, captures: Vec<CaptureId>) -> BoardOverview {
        let subject = SagaSubject::Saved("order-fulfilment".to_owned());
        let opened = self.engine.open_sagas(slot, subject, captures).await;
        opened.expect("the board opens")
    }

    /// Asks until the board has read everything once and `enough` holds.
    pub async fn until(
        &self,
        board: BoardId,
        what: &str,
        enough: impl Fn(&BoardOverview) -> bool,
    ) -> BoardOverview {
        let begun = Instant::now();
        loop {
            let board = self.engine.saga_board(board).await.expect("a board");
            if board.is_complete && enough(&board) {
                return board;
            }
            assert!(begun.elapsed() < PATIENCE, "{what}: {board:#?}");
            tokio::time::sleep(TICK).await;
        }
    }

    /// Until the demo's hour of history is captured on all streams, and judged.
    pub async fn history(&self, board: BoardId) -> BoardOverview {
        let stored = self.engine.captures().await.expect("captures");
        let begun = stored.iter().map(|one| one.stored.created_at).min();
        self.until(board, "an hour of history", |board| {
            let mut captured = board.captured.iter();
            board.sagas.sagas > 2_000 && captured.all(|one| one.until >= begun)
        })
        .await
    }

    pub async fn rows(&self, board: BoardId, filter: ListFilter) -> Vec<ListRow> {
        let sort = (SortBy::Key, false);
        let mut rows = Vec::new();
        loop {
            let page = self
                .engine
                .saga_rows(board, filter.clone(), sort, rows.len(), 1_000)
                .await
                .expect("a page");
            let total = page.page.total;
            let is_over = page.page.rows.is_empty();
            rows.extend(page.page.rows);
            if rows.len() >= total || is_over {
                return rows;
            }
        }
    }

    pub async fn detail(&self, board: BoardId, row: &ListRow) -> SagaDetail {
        let name = SagaName {
            key: row.key.text.clone(),
            life: row.life,
        };
        self.engine.saga(board, name).await.expect("a saga")
    }

    /// Takes in a file of records, by their streams and in this order, a second apart, as ferrokinesis writes captures.
    pub async fn import(&self, events: &[(&str, Vec<u8>)]) -> CaptureId {
        let line = |(n, (stream, event)): (usize, &(&str, Vec<u8>))| {
            let data = STANDARD.encode(event);
            format!(
                r#"{{"op":"PutRecord","ts":{},"stream":"{stream}","partition_key":"k","data":"{data}","sequence_number":"{}","shard_id":"shardId-000000000000"}}
"#,
                1_760_000_000_000 + n * 1_000,
                49_000_000 + n,
            )
        };
        let lines: String = events.iter().enumerate().map(line).collect();
        let file = self.folder().with_extension("ndjson");
        std::fs::write(&file, lines).expect("a file");
        let imported = self.engine.import_capture(&file).await.expect("imported");
        imported.capture.expect("a capture")
    }

    /// The oldest record of a capture.
    pub async fn first_record(&self, capture: CaptureId) -> RecordId {
        let view = self.engine.open_view("test", vec![capture], "").await;
        let view = view.expect("a view").id;
        loop {
            self.engine.view_status(view).await.expect("a status");
            let page = self.engine.view_page(view, 0, 1, &[]).await;
            if let Some(row) = page.expect("a page").rows.first() {
                return row.row.id;
            }
        }
    }

    /// Ends the engine, and fails where that does not come to an end.
    pub async fn close(&self) {
        tokio::time::timeout(PATIENCE, self.engine.close())
            .await
            .expect("closing comes to an end");
    }
}

fn workspace(folder: &tempfile::TempDir) -> std::path::PathBuf {
    folder.path().join("sagas.kscope")
}

pub fn kinds(saga: &SagaDetail) -> Vec<&str> {
    saga.events
        .iter()
        .map(|event| event.kind.as_str())
        .collect()
}

pub fn codes(saga: &SagaDetail) -> Vec<&'static str> {
    saga.findings.iter().map(|finding| finding.code).collect()
}
