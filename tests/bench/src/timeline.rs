//! `timeline-10m-median` and `page-10m-median`, over 10 million records; `index-bytes-per-record` on the same file.

use crate::{
    figures::Figure,
    memory,
    rounds::percentile,
    sample::{START, Sample},
    workspace::{BATCH, Workspace, hash_range},
};
use query::Filter;
use rand::{Rng, SeedableRng, rngs::StdRng};
use record::{KinesisRecord, Millis};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use store::{Cancel, Scope, Store, View};

pub const RECORDS: u64 = 10_000_000;
const SHARDS: usize = 16;
const PIXELS: usize = 1600;
const WINDOWS: usize = 500;
const COMPARED: usize = 50;
const PAGE_ROWS: usize = 200;
const PAGES: usize = 500;
const HOUR_MILLIS: i64 = 3_600_000;
const P95_MILLIS: f64 = 20.0;

pub fn figures() -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut figures = Vec::new();
    let hour = measured(
        &folder.path().join("hour.kscope"),
        HOUR_MILLIS,
        Some(&mut figures),
    );
    let month = measured(
        &folder.path().join("month.kscope"),
        30 * 24 * HOUR_MILLIS,
        None,
    );
    let slower = if hour.median > month.median {
        hour
    } else {
        month
    };
    let beside = format!(
        "in 1 hour: median {:.2}, p95 {:.2} ms; in 30 days: median {:.2}, p95 {:.2} ms; {WINDOWS} windows each, \
         counts equal to GROUP BY in {COMPARED} of them; the index was ready after {:.1} and {:.1} s, streamed",
        hour.median, hour.p95, month.median, month.p95, hour.ready_seconds, month.ready_seconds,
    );
    // one number stands for both bounds: with too slow a tail there is none
    let in_time = hour.p95.max(month.p95) <= P95_MILLIS;
    figures.push(Figure::new(
        "timeline-10m-median",
        if in_time { slower.median } else { f64::NAN },
        "ms",
        "at most 5 (goal 1), p95 at most 20",
        beside,
    ));
    figures
}

#[derive(Clone, Copy)]
struct Windows {
    median: f64,
    p95: f64,
    ready_seconds: f64,
}

fn measured(path: &Path, span_millis: i64, mut pages_too: Option<&mut Vec<Figure>>) -> Windows {
    let arrivals = fill(path, span_millis);
    if let Some(figures) = &mut pages_too {
        figures.push(memory::figure(path));
    }
    let store = Store::open(path).expect("the workspace opens again");
    let started = Instant::now();
    let view = everything(&store);
    let ready_seconds = started.elapsed().as_secs_f64();
    let windows = time_windows(&view, span_millis, &arrivals);
    if let Some(figures) = pages_too {
        figures.push(page_figure(&view));
    }
    drop(view);
    store.close().expect("the workspace closes");
    Windows {
        ready_seconds,
        ..windows
    }
}

/// A view of all records, once its index is complete.
pub fn everything(store: &Store) -> View {
    let scope = Scope {
        captures: Vec::new(),
    };
    let view = store
        .view(scope, &Filter::Everything)
        .expect("a view of everything");
    while !advance(&view) {}
    view
}

/// One step of the index, 50 ms at most; answers whether it is complete.
pub fn advance(view: &View) -> bool {
    view.advance(&Cancel::new(), Duration::from_millis(50))
        .expect("the view advances")
        .complete
}

fn page_figure(view: &View) -> Figure {
    let cold = time_pages(view, 100);
    let (median, p95) = time_pages(view, PAGES);
    let beside = format!(
        "{PAGE_ROWS} rows anywhere in 10 million, {PAGES} seeded places; p95 {p95:.1} ms; median of the first 100 \
         {:.1} ms",
        cold.0
    );
    Figure::new("page-10m-median", median, "ms", "at most 10", beside)
}

/// Through the write path; answers each shard's arrivals, for the comparison.
fn fill(path: &Path, span_millis: i64) -> Vec<(usize, Millis)> {
    let workspace = Workspace::make(path, SHARDS);
    let mut sample = Sample::seeded(3);
    let payloads: Vec<Vec<u8>> = (0..BATCH).map(|_| sample.payload(START)).collect();
    let mut arrivals = Vec::with_capacity(RECORDS as usize);
    let mut number = 0u64;
    let batches = (0..RECORDS / BATCH as u64).map(|batch| {
        let shard = (batch % SHARDS as u64) as usize;
        let records = (0..BATCH)
            .map(|row| {
                number += 1;
                // within its round of shards, a shard's records spread over the round's whole time
                let round = batch / SHARDS as u64;
                let place = round * BATCH as u64 + row as u64;
                let arrival = START.saturating_add(
                    (i128::from(place) * i128::from(span_millis) * SHARDS as i128
                        / i128::from(RECORDS)) as i64,
                );
                arrivals.push((shard, arrival));
                KinesisRecord {
                    sequence: format!("4965{shard:04}{number:048}")
                        .parse()
                        .expect("a sequence number"),
                    arrival,
                    partition_key: Some(format!("user-{:011}", number % 100_000)),
                    payload: payloads[row].clone(),
                }
            })
            .map(|record| store::prepare(record, Some(hash_range(shard, SHARDS))))
            .collect();
        (shard, records)
    });
    workspace.write(batches);
    workspace.store.close().expect("the workspace closes");
    arrivals
}

/// Log-uniform from a second to everything, anywhere and unaligned.
fn time_windows(view: &View, span_millis: i64, arrivals: &[(usize, Millis)]) -> Windows {
    let mut random = StdRng::seed_from_u64(4);
    let mut millis = Vec::with_capacity(WINDOWS);
    for window in 0..WINDOWS {
        let log = random.random_range(1000f64.ln()..=(span_millis as f64).ln());
        let length = (log.exp() as i64).clamp(1000, span_millis);
        let from = START.saturating_add(random.random_range(0..=span_millis - length));
        let until = from.saturating_add(length);
        let started = Instant::now();
        let counts = view.buckets(from, until, PIXELS);
        millis.push(started.elapsed().as_secs_f64() * 1000.0);
        if window % (WINDOWS / COMPARED) == 0 {
            assert_eq!(
                counts.counts,
                group_by(arrivals, from, until),
                "counts of window {window}"
            );
        }
    }
    millis.sort_by(f64::total_cmp);
    Windows {
        median: percentile(&millis, 0.5),
        p95: percentile(&millis, 0.95),
        ready_seconds: 0.0,
    }
}

/// What `GROUP BY shard, (arrival - from) * 1600 / (until - from)` counts.
fn group_by(arrivals: &[(usize, Millis)], from: Millis, until: Millis) -> Vec<u32> {
    let mut counts = vec![0; SHARDS * PIXELS];
    for (shard, arrival) in arrivals {
        if (from..until).contains(arrival) {
            let bucket =
                i128::from(arrival.since(from)) * PIXELS as i128 / i128::from(until.since(from));
            counts[shard * PIXELS + bucket as usize] += 1;
        }
    }
    counts
}

/// Median and 95th percentile in milliseconds.
pub fn time_pages(view: &View, pages: usize) -> (f64, f64) {
    let mut random = StdRng::seed_from_u64(5);
    let mut millis: Vec<f64> = (0..pages)
        .map(|_| {
            let first = random.random_range(0..RECORDS - PAGE_ROWS as u64);
            let started = Instant::now();
            let rows = view.page(first, PAGE_ROWS).expect("a page");
            assert_eq!(rows.len(), PAGE_ROWS);
            started.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    millis.sort_by(f64::total_cmp);
    (percentile(&millis, 0.5), percentile(&millis, 0.95))
}
