//! `live-5k-input`: how long a key takes to show while 5,000 records a second arrive and the table follows them.
//!
//! The demo writes, its endpoint answers and the capture stores in the same process, on the same processor. Keys go into the
//! filter, which is asked anew at each rest, and then through the rows of the table that is held.

use super::{
    Size, at_home,
    probe::{Probe, spread},
    runtime, until_rows,
};
use crate::{figures::Figure, rounds::percentile};
use e2e::{Start, Window, until};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const BETWEEN: Duration = Duration::from_millis(120);
const TYPED: [&str; 4] = ["type:order*", "payment", "key:user", "total:>100"];
const SELECT_ALL: char = 'a';
const DELETE: &str = "\u{e017}";
const ESCAPE: &str = "\u{e00c}";
/// So much of the wanted rate has to arrive, or the figure is of something else.
const LEAST_SHARE: f64 = 0.9;

pub fn figures(size: Size) -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rate = size.of(5_000, 100);
    let rounds = size.of(4, 1);
    vec![runtime().block_on(typed(folder.path(), rate, rounds))]
}

async fn typed(folder: &Path, rate: u32, rounds: usize) -> Figure {
    let window = open_demo(folder, rate).await;
    let (before, since) = (records(&window).await, Instant::now());
    let probe = Probe::in_page(&window).await;
    for _ in 0..rounds {
        type_filters(&window, &probe).await;
        step_through_rows(&window, &probe).await;
    }
    let seconds = since.elapsed().as_secs_f64();
    let arrived = (records(&window).await - before) as f64 / seconds;
    let timed = probe.taken().await;
    window.close().await;
    assert!(
        arrived >= f64::from(rate) * LEAST_SHARE,
        "not measured: {arrived:.0} records a second arrived, and not {rate}"
    );
    let beside = format!(
        "99th percentile of {} keys over {seconds:.0} s in which {arrived:.0} records a second arrived: {}; the page's own work for \
         a key: {}",
        timed.latencies.len(),
        spread(&timed.latencies),
        spread(&timed.work)
    );
    Figure::new(
        "live-5k-input",
        percentile(&timed.latencies, 0.99),
        "ms",
        "under 100",
        beside,
    )
}

/// The demo at this many records a second, captured from its beginning, caught up, and followed.
pub(super) async fn open_demo(folder: &Path, rate: u32) -> Window {
    let start = Start::demo(&folder.join("demo.kscope"));
    let window = Window::open(at_home(start, &folder.join("home"))).await;
    window.click("capture-everything").await;
    until_rows(&window).await;
    window.click("demo-rate").await;
    window.click(&format!("demo-rate-{rate}")).await;
    until("the records arrive at that rate", || async {
        let (before, since) = (records(&window).await, Instant::now());
        tokio::time::sleep(Duration::from_secs(3)).await;
        let arrived = (records(&window).await - before) as f64 / since.elapsed().as_secs_f64();
        // faster is the hour of history, which is read first
        ((0.9..1.2).contains(&(arrived / f64::from(rate)))).then_some(())
    })
    .await;
    window
        .wait_for(
            "the table follows",
            "return document.querySelector('[data-testid=follow]').getAttribute('aria-pressed') === 'true'",
        )
        .await;
    window
}

/// As the status bar says, in English.
async fn records(window: &Window) -> u64 {
    until("the status bar counts records", || async {
        let text = window.text("status-records").await;
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.parse().ok()
    })
    .await
}

async fn type_filters(window: &Window, probe: &Probe<'_>) {
    window.click("filter-input").await;
    let field = "const field = document.activeElement; const before = field.textContent + (field.value ?? '');";
    let seen = "return field.textContent + (field.value ?? '') !== before";
    for text in TYPED {
        for key in text.chars() {
            let pressed = async { window.keys(&key.to_string()).await };
            probe.time("keydown", field, seen, pressed).await;
            tokio::time::sleep(BETWEEN).await;
        }
        window.control(SELECT_ALL).await;
        window.keys(DELETE).await;
        tokio::time::sleep(BETWEEN).await;
    }
    window.keys(ESCAPE).await;
    until_rows(window).await;
}

/// Up from the newest, as somebody who looks what came.
async fn step_through_rows(window: &Window, probe: &Probe<'_>) {
    window.click("record-grid").await;
    let chosen = "const of = () => document.querySelector('[data-testid=record-row][aria-selected=true]')?.dataset.index;\
                  const before = of();";
    for _ in 0..30 {
        let seen = "return of() !== undefined && of() !== before";
        probe.time("keydown", chosen, seen, window.keys("k")).await;
        tokio::time::sleep(BETWEEN).await;
    }
    window.keys("G").await;
}
