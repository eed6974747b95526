//! Timelines, pages and memory over many records, and how quickly they open.
//!
//! `cargo run --release -p store --example ten_million -- [records] [hours] [folder]`; a workspace
//! that is there from an earlier run is used again.

mod common;

use common::{Events, START, capture};
use rand::{Rng, SeedableRng, rngs::StdRng};
use record::Millis;
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use store::{Cancel, Position, Scope, ShardBatch, Store, View, prepare};

const SHARDS: usize = 16;
const PIXELS: usize = 1_600;
/// Columns: some from the end of the payload, one that no record has.
const PATHS: [&str; 10] = [
    "$.eventId",
    "$.eventType",
    "$.timestamp",
    "$.sagaId",
    "$.correlationId",
    "$.payload.orderId",
    "$.payload.amount",
    "$.payload.items[0].sku",
    "$.payload.items",
    "$.payload.nowhere",
];

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count: u64 = arguments
        .next()
        .map_or(10_000_000, |a| a.parse().expect("a number"));
    let hours: i64 = arguments.next().map_or(1, |a| a.parse().expect("a number"));
    let folder = arguments
        .next()
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let path = folder.join(format!("ten-million-{count}-{hours}.kscope"));
    let span = hours * 3_600_000;
    if !path.exists() {
        fill(&path, count, span);
    }
    let bytes = std::fs::metadata(&path).expect("a file").len();
    println!(
        "{count} records in {hours} h, {} B a record on disk",
        bytes / count
    );
    let empty = anonymous_bytes();
    let started = Instant::now();
    let store = Store::open(&path).expect("a workspace");
    let scope = Scope {
        captures: vec![store.captures().expect("captures")[0].id],
    };
    println!("opened in {:?}", started.elapsed());
    let started = Instant::now();
    let view = store
        .view(scope.clone(), &query::Filter::Everything)
        .expect("a view");
    let cancel = Cancel::new();
    let first = view.advance(&cancel, Duration::ZERO).expect("progress");
    println!("first step in {:?}: {first:?}", started.elapsed());
    while !view
        .advance(&cancel, Duration::from_millis(20))
        .expect("progress")
        .complete
    {}
    println!(
        "complete in {:?}: {} records",
        started.elapsed(),
        view.len()
    );
    windows(&view, span);
    pages(&view);
    let started = Instant::now();
    let filter = query::parse("type:PaymentFailed", Millis(0)).expect("a filter");
    let filtered = store.view(scope.clone(), &filter).expect("a view");
    while !filtered
        .advance(&cancel, Duration::from_millis(50))
        .expect("progress")
        .complete
    {}
    println!(
        "filter by type in {:?}: {} records",
        started.elapsed(),
        filtered.len()
    );
    println!(
        "anonymous memory: {:.1} B a record",
        (anonymous_bytes() - empty) as f64 / count as f64
    );
    let started = Instant::now();
    let filter = query::parse("payload.items[0].quantity:>6 type:OrderShipped", Millis(0))
        .expect("a filter");
    let filtered = store.view(scope, &filter).expect("a view");
    let progress = filtered
        .advance(&cancel, Duration::from_secs(3))
        .expect("progress");
    println!(
        "filter by field: {:.0}k records/s",
        progress.scanned as f64 / started.elapsed().as_secs_f64() / 1000.0
    );
}

fn fill(path: &Path, count: u64, span: i64) {
    let store = Store::open(path).expect("a workspace");
    let (capture, shards) = capture(&store, SHARDS);
    let mut events = Events::new(1);
    let started = Instant::now();
    for turn in 0..count.div_ceil((SHARDS * 1_000) as u64) {
        for (place, &shard) in shards.iter().enumerate() {
            let first = turn * (SHARDS * 1_000) as u64;
            let numbers = (0..1_000)
                .map(|n| first + n * SHARDS as u64 + place as u64)
                .take_while(|&n| n < count);
            let records: Vec<_> = numbers
                .map(|n| {
                    prepare(
                        events.record(
                            n,
                            place,
                            START + (i128::from(n) * i128::from(span) / i128::from(count)) as i64,
                        ),
                        None,
                    )
                })
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
            store.submit(batch, Box::new(|done| assert!(done.is_ok())));
        }
    }
    store.close().expect("closed");
    println!("filled in {:?}", started.elapsed());
}

/// Log-uniform from a second to everything, unaligned.
fn windows(view: &View, span: i64) {
    let mut random = StdRng::seed_from_u64(3);
    let mut times: Vec<Duration> = (0..500)
        .map(|_| {
            let width = (1_000f64 * (span as f64 / 1_000.0).powf(random.random())) as i64;
            let from = START + random.random_range(0..=span - width.min(span));
            let started = Instant::now();
            let counts = view.buckets(Millis(from), Millis(from + width), PIXELS);
            let elapsed = started.elapsed();
            assert_eq!(counts.counts.len(), PIXELS * SHARDS);
            elapsed
        })
        .collect();
    report("timeline", &mut times);
}

fn pages(view: &View) {
    let mut random = StdRng::seed_from_u64(4);
    let mut times: Vec<Duration> = (0..100)
        .map(|_| {
            let first = random.random_range(0..view.len());
            let started = Instant::now();
            let rows = view.page(first, 200).expect("rows");
            assert!(!rows.is_empty());
            started.elapsed()
        })
        .collect();
    report("page of 200", &mut times);
    let paths: Vec<decode::Path> = PATHS
        .iter()
        .map(|path| path.parse().expect("a path"))
        .collect();
    let paths = decode::PathSet::new(&paths);
    let mut times: Vec<Duration> = (0..100)
        .map(|_| {
            let first = random.random_range(0..view.len());
            let started = Instant::now();
            let look =
                |payload: &[u8], _: &store::Reading| decode::cells(payload, false, &paths, 256);
            let rows = view.page_with(first, 200, look).expect("rows");
            assert!(!rows.is_empty());
            started.elapsed()
        })
        .collect();
    report("page of 200 with ten paths", &mut times);
}

fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    println!(
        "{what}: median {:?}, p95 {:?}, worst {:?}",
        times[times.len() / 2],
        times[times.len() * 95 / 100],
        times[times.len() - 1]
    );
}

fn anonymous_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))
        .unwrap_or_default();
    line.split_whitespace()
        .next()
        .and_then(|kib| kib.parse::<u64>().ok())
        .unwrap_or(0)
        * 1024
}
