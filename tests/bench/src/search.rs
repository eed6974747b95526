//! Search over 5 million records beside ripgrep over the same payloads as lines: `search-first-5m`,
//! `search-any-5m`, `search-count-vs-ripgrep`, `search-count-ci-vs-ripgrep`, `id-trace-5m`, `disk-canonical-vs-payload`
//! and `disk-vs-payload`.
//!
//! What is measured is the view that the window shows: opened anew, looked through in steps, its first page read.
//! Everything is warm. Rounds are taken in turn; both sides' counts must be equal. Without ripgrep its
//! figures are missing, and that is said.

use crate::{
    figures::Figure,
    rounds::{Cost, Ratios, measure, percentile},
    sample::Sample,
    workspace::{BATCH, Workspace, hash_range},
};
use query::Filter;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};
use store::{Cancel, RecordId, Scope, SearchText, Store, View};

const RECORDS: usize = 5_000_000;
const SHARDS: usize = 16;
const ROUNDS: usize = 7;
const PAGE_ROWS: usize = 200;
/// Of looking on, before what is there is told.
const STEP: Duration = Duration::from_millis(2);
/// Sealed records that may wait for the next file of search text.
const WAITING_RECORDS: u64 = 10_000;
const INDEXED_WITHIN: Duration = Duration::from_mins(10);

/// In at least one of 1,000 records.
const FREQUENT: [&str; 6] = [
    "PAYMENT_FAILED",
    "SKU-0003",
    "\"total\":12",
    "\"quantity\":7",
    "userId",
    "-4a",
];
/// Also those in none, and those in all.
const ANY: [&str; 6] = [
    "no such words in it",
    "\"total\":123.45",
    "ORDER_SHIPPED",
    "neighbours",
    "beefbeef",
    "SKU-9",
];
/// What a person types.
const TYPICAL: [&str; 4] = [
    "payment_failed",
    "sku-0003",
    "no such words",
    "\"total\":123.4",
];

pub fn figures() -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (path, lines) = (
        folder.path().join("search.kscope"),
        folder.path().join("search.ndjson"),
    );
    let id = fill(&path, &lines, RECORDS);
    let store = Store::open(&path).expect("the workspace opens again");
    let text = indexed(&store);
    let mut figures = disk(&path, &lines, text);
    figures.push(first_page(
        "search-first-5m",
        &store,
        &FREQUENT,
        "at most 10 (goal 5)",
    ));
    figures.push(first_page(
        "search-any-5m",
        &store,
        &ANY,
        "at most 200 (goal 100)",
    ));
    figures.push(count(&store, &lines, true));
    figures.push(count(&store, &lines, false));
    figures.push(trace(&store, &lines, &id));
    figures
}

/// Writes so many records and their lines; gives the last one's id.
pub fn fill(path: &Path, lines: &Path, records: usize) -> String {
    let mut sample = Sample::seeded(5);
    let workspace = Workspace::make(path, SHARDS);
    let mut lines = BufWriter::new(File::create(lines).expect("a file"));
    let mut last = Vec::new();
    let batches = (0..records / BATCH).map(|batch| {
        let shard = batch % SHARDS;
        let range = hash_range(shard, SHARDS);
        let records = (0..BATCH).map(|_| {
            let record = sample.record(shard, 720);
            lines.write_all(&record.payload).expect("a line is written");
            lines.write_all(b"\n").expect("a line is written");
            last.clone_from(&record.payload);
            store::prepare(record, Some(range))
        });
        (shard, records.collect())
    });
    workspace.write(batches);
    workspace.store.close().expect("the workspace closes");
    let last = String::from_utf8(last).expect("JSON");
    let at = last.find("\"sagaId\":\"").expect("an id") + 10;
    last[at..at + 36].to_owned()
}

/// Waits until what was written is in the search text.
pub fn indexed(store: &Store) -> SearchText {
    let started = Instant::now();
    loop {
        let text = store.search_text().expect("the sizes");
        if text.sealed - text.records < WAITING_RECORDS {
            eprintln!(
                "  search text after {:.1} s",
                started.elapsed().as_secs_f64()
            );
            return text;
        }
        assert!(
            started.elapsed() < INDEXED_WITHIN,
            "no search text: {text:?}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn disk(path: &Path, lines: &Path, text: SearchText) -> Vec<Figure> {
    let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
    let payload = (bytes(lines) - RECORDS as u64) as f64;
    let database = bytes(path) + bytes(&path.with_extension("kscope-wal"));
    let beside = format!(
        "{RECORDS} payloads of {:.0} bytes",
        payload / RECORDS as f64
    );
    let derived = database + text.file_bytes;
    vec![
        Figure::new(
            "disk-canonical-vs-payload",
            database as f64 / payload,
            "x",
            "at most 0.55",
            beside.clone(),
        ),
        Figure::new(
            "disk-vs-payload",
            derived as f64 / payload,
            "x",
            "at most 1.7",
            beside,
        ),
    ]
}

/// As the search bar asks for it.
fn contains(text: &str, case_sensitive: bool) -> Filter {
    Filter::Contains {
        text: text.to_owned(),
        case_sensitive,
    }
}

struct Searched {
    matched: u64,
    /// The newest, at most a page.
    first: Vec<RecordId>,
    /// After how long the first page was there.
    first_after: Duration,
}

/// Looks through a view of its own to its end, in steps as the window's.
fn search(store: &Store, filter: &Filter) -> Searched {
    let started = Instant::now();
    let view = store.view(Scope::default(), filter).expect("a view");
    let mut first = None;
    loop {
        let progress = view.advance(&Cancel::new(), STEP).expect("progress");
        if first.is_none() && (progress.complete || progress.matched >= PAGE_ROWS as u64) {
            first = Some((newest(&view), started.elapsed()));
        }
        if let Some((first, first_after)) = first.take_if(|_| progress.complete) {
            assert_eq!(progress.scanned, progress.total);
            return Searched {
                matched: progress.matched,
                first,
                first_after,
            };
        }
    }
}

fn newest(view: &View) -> Vec<RecordId> {
    let rows = view.page(view.len().saturating_sub(PAGE_ROWS as u64), PAGE_ROWS);
    rows.expect("rows").iter().map(|row| row.id).collect()
}

fn first_page(name: &str, store: &Store, texts: &[&str], goal: &str) -> Figure {
    let (mut millis, mut rows, mut kept) = (Vec::new(), 0, 0);
    for _ in 0..ROUNDS {
        for text in texts {
            for case_sensitive in [true, false] {
                let found = search(store, &contains(text, case_sensitive));
                millis.push(found.first_after.as_secs_f64() * 1000.0);
                let view = store.view(Scope::default(), &contains(text, case_sensitive));
                let view = view.expect("a view");
                while !view
                    .advance(&Cancel::new(), Duration::MAX)
                    .expect("progress")
                    .complete
                {}
                let at_the_end = newest(&view);
                rows += at_the_end.len();
                kept += at_the_end
                    .iter()
                    .filter(|id| found.first.contains(id))
                    .count();
            }
        }
    }
    millis.sort_by(f64::total_cmp);
    let p95 = percentile(&millis, 0.95);
    let beside = format!(
        "the first {PAGE_ROWS}, newest first, of {} terms in both ways, 95th percentile; median {:.2}, most {:.2}; {:.1} % of them are the newest at the end too",
        texts.len(),
        percentile(&millis, 0.5),
        percentile(&millis, 1.0),
        100.0 * kept as f64 / rows.max(1) as f64,
    );
    Figure::new(name, p95, "ms", goal, beside)
}

fn count(store: &Store, lines: &Path, case_sensitive: bool) -> Figure {
    let (name, goal, texts): (_, _, &[&str]) = if case_sensitive {
        ("search-count-vs-ripgrep", "at least 1.2 (goal 1.8)", &ANY)
    } else {
        ("search-count-ci-vs-ripgrep", "at least 1.0", &TYPICAL)
    };
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        for text in texts {
            let filter = contains(text, case_sensitive);
            let (ours, found) = measure(|| search(store, &filter));
            let Some((theirs, counted)) = ripgrep(lines, text, case_sensitive) else {
                return Figure::new(
                    name,
                    f64::NAN,
                    "x",
                    goal,
                    "ripgrep is missing: not measured",
                );
            };
            assert_eq!(found.matched, counted, "{text}");
            rounds.push((ours, theirs));
        }
    }
    // more cores are part of it: the clock, not processor time
    let ratios = Ratios::by_clock(&rounds);
    let beside = format!(
        "{} over the same payloads as lines, {} terms; {}",
        version(),
        texts.len(),
        ratios.describe()
    );
    Figure::new(name, ratios.median(), "x", goal, beside)
}

/// ripgrep at its best, and what it counts: no match ends it with 1 and prints nothing.
fn ripgrep(lines: &Path, text: &str, case_sensitive: bool) -> Option<(Cost, u64)> {
    let case = if case_sensitive { "-s" } else { "-i" };
    let (cost, output) = measure(|| {
        Command::new("rg")
            .args(["-c", "-F", "--mmap", "--no-config", case, "-e", text])
            .arg(lines)
            .output()
    });
    let printed = String::from_utf8_lossy(&output.ok()?.stdout)
        .trim()
        .to_owned();
    Some((cost, printed.parse().unwrap_or(0)))
}

fn version() -> String {
    let output = Command::new("rg").arg("--version").output();
    let printed = output.map_or_else(|_| Vec::new(), |output| output.stdout);
    let printed = String::from_utf8_lossy(&printed);
    printed.lines().next().unwrap_or_default().to_owned()
}

/// From an id to all its records, read and unpacked.
fn trace(store: &Store, lines: &Path, id: &str) -> Figure {
    let filter = contains(id, false);
    let mut millis = Vec::new();
    let mut rounds = Vec::new();
    for _ in 0..5 * ROUNDS {
        let (ours, records) = measure(|| {
            let found = search(store, &filter);
            let records = found.first.iter();
            records
                .filter(|id| store.record(**id).is_ok_and(|record| record.is_some()))
                .count()
        });
        assert!(records > 0, "the id is there");
        millis.push(ours.wall.as_secs_f64() * 1000.0);
        rounds.extend(ripgrep(lines, id, false).map(|(theirs, _)| (ours, theirs)));
    }
    millis.sort_by(f64::total_cmp);
    let beside = if rounds.is_empty() {
        "ripgrep is missing: not compared".to_owned()
    } else {
        let ratios = Ratios::by_clock(&rounds);
        format!(
            "{:.0}x ripgrep looking for it; {}",
            ratios.median(),
            ratios.describe()
        )
    };
    Figure::new(
        "id-trace-5m",
        percentile(&millis, 0.95),
        "ms",
        "at most 20 (goal 10), 10x ripgrep",
        beside,
    )
}

/// `capture-with-search-vs-without`: the write path while search text is made behind it.
pub fn capture() -> Vec<Figure> {
    const CAPTURED: usize = 1_000_000;
    const CAPTURES: usize = 5;
    let mut sample = Sample::seeded(6);
    let batches: Vec<_> = (0..CAPTURED / BATCH)
        .map(|batch| {
            let records: Vec<_> = (0..BATCH)
                .map(|_| sample.record(batch % SHARDS, 720))
                .collect();
            (batch % SHARDS, records)
        })
        .collect();
    let mut rounds = Vec::new();
    for _ in 0..CAPTURES {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let captured = |name: &str, limits| {
            let batches = batches.clone();
            let path: PathBuf = folder.path().join(name);
            measure(|| {
                let workspace = Workspace::make_with(&path, SHARDS, limits);
                workspace.write(batches.into_iter().map(|(shard, records)| {
                    let range = hash_range(shard, SHARDS);
                    let prepared = records.into_iter();
                    (
                        shard,
                        prepared
                            .map(|record| store::prepare(record, Some(range)))
                            .collect(),
                    )
                }));
                workspace
            })
        };
        let (with, both) = captured("with.kscope", store::SearchLimits::default());
        drop(both);
        let (without, none) = captured(
            "without.kscope",
            store::SearchLimits {
                budget_bytes: 0,
                ..Default::default()
            },
        );
        drop(none);
        rounds.push((with, without));
    }
    // what runs behind takes processor time too: the clock is what a capture keeps
    let ratios = Ratios::by_clock(&rounds);
    let beside = format!(
        "the same {CAPTURED} records without any search text; {}",
        ratios.describe()
    );
    vec![Figure::new(
        "capture-with-search-vs-without",
        ratios.median(),
        "x",
        "at least 0.7",
        beside,
    )]
}
