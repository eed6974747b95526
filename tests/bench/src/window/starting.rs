//! `window-start`: from the start of the app's process to a window that answers.
//!
//! The page marks the first frame in which it takes keys (`interactive`); how long ago that was, and how old the process is, are
//! asked at one moment. So neither the driver's own start nor its polling is counted.

use super::{Size, at_home, probe::Probe, runtime, until_rows};
use crate::{figures::Figure, rounds::percentile, start};
use e2e::{Start, Window};
use std::path::Path;

/// A start over a workspace that somebody works with; `cold-start-1m` is over a large one.
const RECORDS: usize = 100_000;
const SHARDS: usize = 4;

pub fn figures(size: Size) -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("work.kscope");
    start::fill_with(&path, size.of(RECORDS, RECORDS / 10), SHARDS);
    let rounds = size.of(10, 2);
    let measured: Vec<(f64, f64)> = (0..rounds)
        .map(|round| {
            let home = folder.path().join(format!("home-{round}"));
            let (seconds, answer_millis) = runtime().block_on(started(&path, &home));
            eprintln!("  round {round}: {seconds:.2} s, the first key {answer_millis:.0} ms");
            (seconds, answer_millis)
        })
        .collect();
    let mut seconds: Vec<f64> = measured.iter().map(|(seconds, _)| *seconds).collect();
    let first = seconds[0];
    seconds.sort_by(f64::total_cmp);
    let slowest = measured.iter().map(|(_, key)| *key).fold(0.0, f64::max);
    let beside = format!(
        "{rounds} starts of a new person, {:.2}-{:.2} s, the first {first:.2} s, to the first frame that takes keys; then the \
         sheet of keys within {slowest:.0} ms of its key",
        percentile(&seconds, 0.0),
        percentile(&seconds, 1.0),
    );
    vec![Figure::new(
        "window-start",
        percentile(&seconds, 0.5),
        "s",
        "at most 1.5",
        beside,
    )]
}

/// Seconds to the window that answers, and milliseconds of its first answer.
async fn started(path: &Path, home: &Path) -> (f64, f64) {
    let window = Window::open(at_home(Start::workspace(path), home)).await;
    let marked = "performance.getEntriesByName('interactive')[0]";
    window
        .wait_for(
            "the page marks that it takes keys",
            &format!("return {marked} !== undefined"),
        )
        .await;
    let app = window.kin().app;
    let since = format!("return performance.now() - {marked}.startTime");
    let since = window.script(&since).await;
    let age = app.age();
    let since_millis = since.as_f64().expect("milliseconds since the mark");
    let seconds = age.as_secs_f64() - since_millis / 1000.0;
    assert!(
        seconds > 0.0,
        "marked before the process started: {seconds} s"
    );
    // it takes keys indeed
    until_rows(&window).await;
    let probe = Probe::in_page(&window).await;
    let sheet = "return document.querySelector('[role=dialog]') !== null";
    probe.time("keydown", "", sheet, window.keys("?")).await;
    let answer_millis = percentile(&probe.taken().await.latencies, 1.0);
    window.close().await;
    (seconds, answer_millis)
}
