//! `cold-start-1m`: from starting the program to an interactive window on a workspace of a million records.
//!
//! Measured from outside, over `WebDriver`: starting the driver's browser process and its polling count too, so
//! the figure is an upper bound of what a user waits for.

use crate::{
    figures::Figure,
    rounds::percentile,
    sample::Sample,
    workspace::{BATCH, Workspace, hash_range},
};
use e2e::{Start, Window};
use std::{fs::File, path::Path, time::Instant};

const RECORDS: usize = 1_000_000;
const SHARDS: usize = 4;
const ROUNDS: usize = 5;

pub fn figures() -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("million.kscope");
    fill(&path);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut seconds: Vec<f64> = (0..ROUNDS)
        .map(|round| {
            let seconds = runtime.block_on(open_once(&path));
            eprintln!("  round {round}: {seconds:.2} s");
            seconds
        })
        .collect();
    let first = seconds[0];
    seconds.sort_by(f64::total_cmp);
    let beside = format!(
        "release build under Xvfb without a GPU, {ROUNDS} starts: {:.2}-{:.2} s, the first {first:.2} s, with the driver's own start",
        percentile(&seconds, 0.0),
        percentile(&seconds, 1.0)
    );
    vec![Figure::new(
        "cold-start-1m",
        percentile(&seconds, 0.5),
        "s",
        "at most 2",
        beside,
    )]
}

async fn open_once(path: &Path) -> f64 {
    let prepared = Window::prepare(Start::workspace(path)).await;
    let started = Instant::now();
    let window = shown(prepared.open().await).await;
    let seconds = started.elapsed().as_secs_f64();
    window.close().await;
    seconds
}

/// The window on such a workspace, once its records are shown.
pub async fn open(path: &Path) -> Window {
    shown(Window::open(Start::workspace(path)).await).await
}

async fn shown(window: Window) -> Window {
    window
        .wait_for(
            "the million is counted and records are shown",
            "return document.querySelector('[data-testid=status-records]')?.textContent.includes('1,000,000') \
             && [...document.querySelectorAll('[role=row] [data-column=time]')].filter(cell => cell.textContent.includes(':')).length > 5",
        )
        .await;
    window
}

/// Writes a workspace of a million records.
pub fn fill(path: &Path) {
    fill_with(path, RECORDS, SHARDS);
}

/// Writes a workspace of so many records, in whole batches, over an hour.
pub fn fill_with(path: &Path, records: usize, shards: usize) {
    let workspace = Workspace::make(path, shards);
    write(&workspace, records, shards);
    settle(workspace, path);
}

/// So many records of the shards in turn.
pub fn write(workspace: &Workspace, records: usize, shards: usize) {
    let mut sample = Sample::seeded(6);
    let apart_micros = 3_600_000_000 / records.max(1) as u64;
    workspace.write((0..records / BATCH).map(|batch| {
        let shard = batch % shards;
        let range = hash_range(shard, shards);
        (
            shard,
            (0..BATCH)
                .map(|_| store::prepare(sample.record(shard, apart_micros), Some(range)))
                .collect(),
        )
    }));
}

/// Closes it; the first start would wait behind what the disk still has to write of the filling.
pub fn settle(workspace: Workspace, path: &Path) {
    workspace.store.close().expect("the workspace closes");
    File::open(path)
        .and_then(|file| file.sync_all())
        .expect("the workspace is on the disk");
}
