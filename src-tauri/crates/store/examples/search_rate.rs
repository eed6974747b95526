//! How fast the store searches beside ripgrep, over the same payloads as lines of a file.
//!
//! `cargo run --release -p store --example search_rate -- [records] [folder]`; a workspace that is there from an earlier
//! run is used again. Rounds are interleaved; ripgrep is left out where there is none.

mod common;

use common::{Events, START, capture};
use query::Filter;
use record::Millis;
use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};
use store::{Cancel, Found, Needle, Position, Scope, SearchLimits, ShardBatch, Store, prepare};

const SHARDS: usize = 16;
const BATCH: u64 = 1_000;
const ROUNDS: usize = 9;
/// Of one question of the window.
const BUDGET: Duration = Duration::from_millis(40);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments
        .next()
        .map_or(1_000_000, |a| a.parse().expect("a number"));
    let folder = arguments
        .next()
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let path = folder.join(format!("search-rate-{count}.kscope"));
    let lines = folder.join(format!("search-rate-{count}.ndjson"));
    if !lines.exists() {
        let off = SearchLimits {
            budget_bytes: 0,
            ..SearchLimits::default()
        };
        let bare = path.with_extension("bare.kscope");
        println!(
            "capture without search text: {:.0}k records/s",
            fill(&bare, count, off, None)
        );
        std::fs::remove_file(&bare).expect("removed");
        let rate = fill(&path, count, SearchLimits::default(), Some(&lines));
        println!("capture with search text: {rate:.0}k records/s");
    }
    let store = Store::open(&path).expect("a workspace");
    let started = Instant::now();
    let text = loop {
        let text = store.search_text().expect("sizes");
        if text.sealed - text.records < 10_000 || started.elapsed() > Duration::from_mins(2) {
            break text;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    println!("search text after {:?}: {text:?}", started.elapsed());
    sizes(&path, &lines, text.file_bytes);
    let id = last_id(&lines);
    for (what, text) in [
        ("1 of 8", "PaymentFailed"),
        ("1 of 1,000", "\"amount\":123."),
        ("1 of 90,000", "SKU-77777"),
        ("an id", id.as_str()),
        ("absent id", "00000000-0000-4000-8000-0000000000ff"),
        ("absent", "no such words in it"),
        ("common", "\"status\":\"ok\""),
    ] {
        for case_sensitive in [true, false] {
            let needle = Needle {
                text: text.into(),
                case_sensitive,
                whole_word: false,
            };
            round(&store, &lines, what, &needle);
            let filter = Filter::Contains {
                text: needle.text.clone(),
                case_sensitive,
            };
            view(&store, &filter);
        }
    }
    for text in [
        &format!("sagaId:{id}"),
        "payload.currency:EUR payload.amount>900 eventType:PaymentFailed",
        "payload.amount>999",
        "-status:ok",
    ] {
        println!("{text}");
        view(&store, &query::parse(text, Millis(0)).expect("a filter"));
    }
    trace(&store, &id);
}

fn round(store: &Store, lines: &Path, what: &str, needle: &Needle) {
    let (mut first, mut whole, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    let mut found = Found::default();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let mut first_after = None;
        found = store
            .search(
                &Scope::default(),
                needle,
                200,
                &Cancel::new(),
                &mut |so_far| {
                    if so_far.are_first {
                        first_after.get_or_insert(started.elapsed());
                    }
                },
            )
            .expect("found");
        whole.push(started.elapsed());
        first.push(first_after.unwrap_or(started.elapsed()));
        theirs.extend(ripgrep(lines, needle));
    }
    println!(
        "{what:12} {} {:>8} found; first {:?}, all {:?}; ripgrep {:?}",
        if needle.case_sensitive {
            "exact   "
        } else {
            "any case"
        },
        found.matched,
        median(&mut first),
        median(&mut whole),
        (!theirs.is_empty()).then(|| median(&mut theirs)),
    );
}

/// The same as the explorer asks it: a view, filled in steps of its budget.
fn view(store: &Store, filter: &Filter) {
    let (mut first, mut whole) = (Vec::new(), Vec::new());
    let mut matched = 0;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let view = store.view(Scope::default(), filter).expect("a view");
        let mut first_after = None;
        loop {
            let progress = view.advance(&Cancel::new(), BUDGET).expect("advanced");
            first_after.get_or_insert(started.elapsed());
            matched = progress.matched;
            if progress.complete {
                break;
            }
        }
        whole.push(started.elapsed());
        first.extend(first_after);
    }
    println!(
        "  as a view: {matched} found; first answer {:?}, all {:?}",
        median(&mut first),
        median(&mut whole)
    );
}

fn ripgrep(lines: &Path, needle: &Needle) -> Option<Duration> {
    let started = Instant::now();
    let mut command = Command::new("rg");
    command
        .args(["-c", "-F", "--mmap", "-e", &needle.text])
        .arg(lines);
    if !needle.case_sensitive {
        command.arg("-i");
    }
    command.output().ok().map(|_| started.elapsed())
}

/// An id to all its records, decoded.
fn trace(store: &Store, id: &str) {
    let needle = Needle {
        text: id.into(),
        case_sensitive: false,
        whole_word: false,
    };
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            let found = store
                .search(
                    &Scope::default(),
                    &needle,
                    1_000,
                    &Cancel::new(),
                    &mut |_| (),
                )
                .expect("found");
            assert!(!found.hits.is_empty());
            for hit in found.hits {
                assert!(store.record(hit.id).expect("read").is_some());
            }
            started.elapsed()
        })
        .collect();
    println!("an id, traced: {:?}", median(&mut times));
}

fn sizes(path: &Path, lines: &Path, text_bytes: u64) {
    let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
    let payload = bytes(lines) as f64;
    let database = (bytes(path) + bytes(&path.with_extension("kscope-wal"))) as f64;
    println!(
        "database {:.3}x of the payloads, with search text {:.3}x",
        database / payload,
        (database + text_bytes as f64) / payload
    );
}

fn fill(path: &Path, count: u64, limits: SearchLimits, lines: Option<&Path>) -> f64 {
    let store = Store::open_with(path, limits).expect("a workspace");
    let (capture, shards) = capture(&store, SHARDS);
    let mut events = Events::new(1);
    let mut lines = lines.map(|path| BufWriter::new(File::create(path).expect("a file")));
    let mut spent = Duration::ZERO;
    for turn in 0..count.div_ceil(SHARDS as u64 * BATCH) {
        let mut batches = Vec::new();
        for (place, &shard) in shards.iter().enumerate() {
            let first = turn * SHARDS as u64 * BATCH;
            let numbers = (0..BATCH).map(|n| first + n * SHARDS as u64 + place as u64);
            let records: Vec<_> = numbers
                .take_while(|&n| n < count)
                .map(|n| events.record(n, place, START + n as i64 / 4))
                .collect();
            if let Some(lines) = &mut lines {
                for record in &records {
                    lines.write_all(&record.payload).expect("written");
                    lines.write_all(b"\n").expect("written");
                }
            }
            batches.push((shard, records));
        }
        let started = Instant::now();
        let (sender, receiver) = std::sync::mpsc::sync_channel(SHARDS);
        for (shard, records) in batches {
            let records: Vec<_> = records
                .into_iter()
                .map(|record| prepare(record, None))
                .collect();
            let Some(last) = records.last() else { continue };
            let checkpoint = Position::Stored(last.sequence());
            let batch = ShardBatch {
                capture,
                shard,
                records,
                checkpoint,
                covered_through: None,
                gap: None,
            };
            let sender = sender.clone();
            store.submit(
                batch,
                Box::new(move |done| {
                    let _ = sender.send(done.expect("committed").inserted);
                }),
            );
        }
        drop(sender);
        receiver.iter().for_each(drop);
        spent += started.elapsed();
    }
    store.close().expect("closed");
    count as f64 / spent.as_secs_f64() / 1_000.0
}

fn last_id(lines: &Path) -> String {
    let text = std::fs::read(lines).expect("the lines");
    let end = String::from_utf8_lossy(&text[text.len().saturating_sub(400_000)..]).into_owned();
    let at = end.rfind("\"sagaId\":\"").expect("an id") + 10;
    end[at..at + 36].to_owned()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}
