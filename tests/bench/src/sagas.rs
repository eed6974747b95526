//! The saga figures: from the store to verdicts, beside a Python script on the same payloads, and the answers of a
//! large board.

use crate::{
    figures::Figure,
    rounds::{Ratios, measure, percentile},
    saga_events::{EACH, START, key, numbered},
    saga_live, saga_memory, search,
    workspace::{BATCH, Workspace},
};
use engine::{
    BoardId, BoardOverview, Engine, EngineOptions, ListFilter, SagaName, SagaStatus, SagaSubject,
    SortBy,
};
use record::Millis;
use std::{
    collections::BTreeMap,
    io::{BufWriter, Write},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};
use store::{Position, PreparedRecord, ShardBatch, prepare};
use tokio::runtime::Runtime;

pub const SAGAS: usize = 100_000;
const SHARDS: usize = 8;
const ROUNDS: usize = 5;
const ASKED: usize = 1_000;
const PAGES: usize = 100;

pub fn figures() -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut figures = judging(folder.path());
    figures.push(saga_live::figure(folder.path()));
    figures.push(saga_memory::figure());
    figures
}

/// The demo's definition over the bench's one stream.
pub fn definition() -> String {
    let demo = saga::DEMO.replace("[order-commands, order-events]", "[bench]");
    assert!(
        demo.contains("[bench]"),
        "the shipped definition names its streams"
    );
    demo
}

fn judging(folder: &Path) -> Vec<Figure> {
    let workspace = folder.join("million.kscope");
    let ndjson = folder.join("events.ndjson");
    let now = fill(&workspace, &ndjson);
    let runtime = Runtime::new().expect("a runtime");
    let mut seconds = Vec::new();
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let (ours, (engine, board)) = measure(|| runtime.block_on(from_scratch(&workspace)));
        runtime.block_on(engine.close());
        let (theirs, said) = measure(|| python(&ndjson, now));
        assert_eq!(told(&board), said, "the same verdicts");
        seconds.push(ours.wall.as_secs_f64());
        rounds.push((ours, theirs));
    }
    compare_each(&runtime, (&workspace, &ndjson), now);
    seconds.sort_by(f64::total_cmp);
    let ratios = Ratios::of(&rounds);
    let mut figures = vec![
        Figure::new(
            "saga-1m-seconds",
            percentile(&seconds, 0.5),
            "s",
            "at most 3 (goal 1.5)",
            format!(
                "1 million events, {SAGAS} sagas, from the store to verdicts, over {ROUNDS} rounds"
            ),
        ),
        Figure::new(
            "saga-vs-python",
            ratios.median(),
            "x",
            "at least 4 (goal 8)",
            format!(
                "a Python script with json and dicts on the same payloads; {}",
                ratios.describe()
            ),
        ),
    ];
    figures.extend(runtime.block_on(answers(&workspace)));
    figures
}

/// Writes the events to a workspace and to NDJSON; up to when they are captured.
fn fill(workspace: &Path, ndjson: &Path) -> Millis {
    let made = Workspace::make(workspace, SHARDS);
    let mut lines = BufWriter::new(std::fs::File::create(ndjson).expect("a file"));
    let mut shards: Vec<Vec<PreparedRecord>> = vec![Vec::new(); SHARDS];
    let mut last = START;
    let mut full = Vec::new();
    for number in 0..SAGAS * EACH {
        let (saga, record) = numbered(number);
        lines.write_all(&record.payload).expect("written");
        lines.write_all(b"\n").expect("written");
        last = last.max(record.arrival);
        let shard = &mut shards[saga % SHARDS];
        shard.push(prepare(record, None));
        if shard.len() == BATCH {
            full.push((saga % SHARDS, std::mem::take(shard)));
        }
        if full.len() == SHARDS {
            made.write(full.drain(..));
        }
    }
    made.write(full.into_iter().chain(shards.into_iter().enumerate()));
    lines.flush().expect("written");
    let now = last.saturating_add(3_600_000);
    cover(&made, now);
    // what is made behind the writer is not measured here
    search::indexed(&made.store);
    made.store.close().expect("the workspace closes");
    now
}

/// Says of every shard that it was read up to a time.
fn cover(made: &Workspace, until: Millis) {
    let checkpoints = made.store.checkpoints(made.capture).expect("checkpoints");
    for checkpoint in checkpoints {
        let Position::Stored(_) = checkpoint.position else {
            continue;
        };
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        let batch = ShardBatch {
            capture: made.capture,
            shard: checkpoint.shard,
            records: Vec::new(),
            checkpoint: checkpoint.position,
            covered_through: Some(until),
            gap: None,
        };
        let done = move |committed: Result<_, _>| {
            committed.expect("the coverage is committed");
            let _ = sender.send(());
        };
        made.store.submit(batch, Box::new(done));
        receiver.recv().expect("the writer answers");
    }
}

pub async fn open(workspace: &Path) -> Engine {
    let options = EngineOptions {
        workspace: workspace.to_owned(),
    };
    Engine::open(options).await.expect("the workspace opens")
}

pub async fn board(engine: &Engine, definition: String) -> BoardOverview {
    let subject = SagaSubject::Text(definition);
    let opened = engine.open_sagas("bench", subject, Vec::new()).await;
    let mut board = opened.expect("the board opens");
    while !board.is_complete {
        tokio::time::sleep(Duration::from_millis(5)).await;
        board = engine
            .saga_board(board.id)
            .await
            .expect("the board answers");
    }
    board
}

/// From a closed workspace to the verdicts.
async fn from_scratch(workspace: &Path) -> (Engine, BoardOverview) {
    let engine = open(workspace).await;
    let board = board(&engine, definition()).await;
    (engine, board)
}

/// How many sagas stand how, how many are stuck, and how many had a redelivery's note.
type Told = (BTreeMap<String, usize>, usize);

fn told(board: &BoardOverview) -> Told {
    let statuses = board.sagas.statuses.iter();
    let statuses = statuses.map(|(status, count)| (status.word().to_owned(), *count));
    (statuses.collect(), board.sagas.stuck)
}

/// Status and whether it is stuck, by key.
type Each = BTreeMap<String, (String, bool)>;

/// Not measured: each saga has the same verdict on both sides, and not only as many of them.
fn compare_each(runtime: &Runtime, (workspace, ndjson): (&Path, &Path), now: Millis) {
    let list = ndjson.with_extension("each.json");
    script(ndjson, now, Some(&list));
    let list = std::fs::read(list).expect("what the script says of each");
    let theirs: Each = serde_json::from_slice(&list).expect("JSON");
    let ours = runtime.block_on(async {
        let (engine, board) = from_scratch(workspace).await;
        let each = each(&engine, board.id).await;
        engine.close().await;
        each
    });
    assert_eq!(ours.len(), SAGAS);
    let differs = ours
        .iter()
        .find(|(key, verdict)| theirs.get(*key) != Some(verdict));
    assert_eq!(differs, None, "the script says something else of it");
    assert_eq!(theirs.len(), ours.len());
}

async fn each(engine: &Engine, board: BoardId) -> Each {
    let mut each = Each::new();
    while each.len() < SAGAS {
        let order = (SortBy::Started, false);
        let page = engine.saga_rows(board, ListFilter::default(), order, each.len(), 1_000);
        let rows = page.await.expect("a page").page.rows;
        assert!(!rows.is_empty(), "the list ends at {}", each.len());
        let verdict = |row: engine::ListRow| {
            let status = row.status.word().to_owned();
            (row.key.text, (status, row.flags.stuck))
        };
        each.extend(rows.into_iter().map(verdict));
    }
    each
}

fn python(ndjson: &Path, now: Millis) -> Told {
    let said = script(ndjson, now, None);
    let count = |value: &serde_json::Value| value.as_u64().unwrap_or(0) as usize;
    let statuses = said["statuses"].as_object().into_iter().flatten();
    let statuses = statuses.map(|(status, sagas)| (status.clone(), count(sagas)));
    (statuses.collect(), count(&said["stuck"]))
}

/// `each`: a file to write the verdict of each saga to.
fn script(ndjson: &Path, now: Millis, each: Option<&Path>) -> serde_json::Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(root.join("../../target/venv/bin/python"))
        .arg(root.join("saga_verdicts.py"))
        .arg(ndjson)
        .arg(now.0.to_string())
        .args(each)
        .output()
        .expect("python runs; `make bench` makes its environment");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// What a person waits for on a board of 100,000 sagas.
async fn answers(workspace: &Path) -> Vec<Figure> {
    let engine = open(workspace).await;
    let board = board(&engine, definition()).await.id;
    let mut opened = Vec::with_capacity(ASKED);
    for number in 0..ASKED {
        let name = SagaName {
            key: key(number * (SAGAS / ASKED)),
            life: 0,
        };
        let begun = Instant::now();
        engine.saga(board, name).await.expect("a saga");
        opened.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let mut listed = Vec::with_capacity(PAGES);
    for number in 0..PAGES {
        let begun = Instant::now();
        list(&engine, board, number).await;
        listed.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    engine.close().await;
    opened.sort_by(f64::total_cmp);
    listed.sort_by(f64::total_cmp);
    vec![
        Figure::new(
            "saga-open-median",
            percentile(&opened, 0.5),
            "ms",
            "at most 10",
            format!(
                "one of {SAGAS} sagas by its key; p95 {:.2} ms of {ASKED}",
                percentile(&opened, 0.95)
            ),
        ),
        Figure::new(
            "saga-list-median",
            percentile(&listed, 0.5),
            "ms",
            "at most 50",
            format!(
                "200 rows by duration with a filter and a search; p95 {:.2} ms of {PAGES}",
                percentile(&listed, 0.95)
            ),
        ),
    ]
}

async fn list(engine: &Engine, board: BoardId, number: usize) {
    let filter = ListFilter {
        statuses: vec![SagaStatus::Compensated],
        text: format!("{}", number % 10),
        ..ListFilter::default()
    };
    let page = engine
        .saga_rows(board, filter, (SortBy::Duration, true), 0, 200)
        .await;
    assert_eq!(page.expect("a page").page.rows.len(), 200);
}
