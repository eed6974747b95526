//! `open-2m`: from the click on a capture of two million records to the frame with its first rows. `jump-anywhere`: from pressing
//! anywhere on the scroll bar to the frame in which every row in sight is there.
//!
//! Each opening is the first in its process: the window comes back to a small capture, so that nothing of the large one was
//! asked for before.

use super::{
    ROWS_FILLED, Size, at_home,
    probe::{Probe, Timed, spread},
    runtime, until_rows,
};
use crate::{
    figures::Figure,
    rounds::percentile,
    sample::Sample,
    start,
    workspace::{Workspace, hash_range},
};
use e2e::{Start, Window, until};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::path::Path;

const RECORDS: usize = 2_000_000;
const SHARDS: usize = 8;
const NAME_OF_LARGE: &str = "[data-testid=capture] button[aria-label^=\"bench,\"]";
const NAME_OF_SMALL: &str = "[data-testid=capture] button[aria-label^=\"beside,\"]";
/// `WebDriver`'s code points.
const HOME: &str = "\u{e011}";
const END: &str = "\u{e010}";

pub fn figures(size: Size) -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (path, home) = (
        folder.path().join("large.kscope"),
        folder.path().join("home"),
    );
    let records = size.of(RECORDS, 20_000);
    fill(&path, records);
    runtime().block_on(look_at_the_small_one(&path, &home));
    let rounds = size.of(5, 2);
    let mut first: Vec<f64> = (0..rounds)
        .map(|round| {
            let millis = runtime().block_on(opened(&path, &home, records));
            eprintln!("  round {round}: {millis:.0} ms");
            millis
        })
        .collect();
    first.sort_by(f64::total_cmp);
    let opening = format!(
        "{records} records, {rounds} starts, the first opening in each: {}; from the click to the painted frame with every row",
        spread(&first)
    );
    let (jumps, ends) = runtime().block_on(jumped(&path, &home, records, size.of(60, 6)));
    let jumping = format!(
        "{} places of {records} records by the scroll bar, 95th percentile of: {}; to the ends by key: {}",
        jumps.latencies.len(),
        spread(&jumps.latencies),
        spread(&ends.latencies)
    );
    vec![
        Figure::new(
            "open-2m",
            percentile(&first, 0.5),
            "ms",
            "at most 500",
            opening,
        ),
        Figure::new(
            "jump-anywhere",
            percentile(&jumps.latencies, 0.95),
            "ms",
            "at most 50",
            jumping,
        ),
    ]
}

fn fill(path: &Path, records: usize) {
    let workspace = Workspace::make(path, SHARDS);
    start::write(&workspace, records, SHARDS);
    let one = Sample::seeded(7).record(0, 1_000);
    workspace.put_beside(store::prepare(one, Some(hash_range(0, 1))));
    start::settle(workspace, path);
}

async fn look_at_the_small_one(path: &Path, home: &Path) {
    let window = Window::open(at_home(Start::workspace(path), home)).await;
    leave_at_the_small_one(window).await;
}

/// The next start comes back to it.
async fn leave_at_the_small_one(window: Window) {
    press(&window, NAME_OF_SMALL, 0.5).await;
    rows_counted(&window, "=== 2").await;
    until_kept(&window).await;
    window.close().await;
}

/// What is shown is kept a second later, and a second after that the webview has written it: until what is kept has been the
/// same for longer than both.
async fn until_kept(window: &Window) {
    let same_for = "const now = localStorage.getItem('kinescope.tabs');\
        if (window.keptLast !== now) { window.keptLast = now; window.keptSince = performance.now(); }\
        return now !== null && performance.now() - window.keptSince > 3000";
    window.wait_for("what is shown is kept", same_for).await;
}

/// `rows` is a comparison with what the table counts, its line of names among them.
async fn rows_counted(window: &Window, rows: &str) {
    let counted = format!(
        "return Number(document.querySelector('[data-testid=record-grid]')?.getAttribute('aria-rowcount')) {rows}"
    );
    window
        .wait_for(&format!("the table's rows are {rows}"), &counted)
        .await;
}

/// The pointer presses there, `down` the height of what the selector finds. The driver's own click takes the names of captures
/// for hidden.
async fn press(window: &Window, selector: &str, down: f64) {
    let at = format!(
        "const box = document.querySelector('{selector}')?.getBoundingClientRect();\
         return box ? [Math.round(box.left + box.width / 2), Math.round(box.top + box.height * {down})] : null"
    );
    let at = until(&format!("{selector} is there"), || async {
        Some(window.script(&at).await).filter(serde_json::Value::is_array)
    })
    .await;
    let (x, y) = (at[0].as_i64().unwrap_or(0), at[1].as_i64().unwrap_or(0));
    let chain = window.driver.action_chain().move_to(x, y).click();
    chain.perform().await.expect("the pointer presses");
}

async fn opened(path: &Path, home: &Path, records: usize) -> f64 {
    let window = Window::open(at_home(Start::workspace(path), home)).await;
    rows_counted(&window, "=== 2").await;
    let probe = Probe::in_page(&window).await;
    let seen = format!(
        "{ROWS_FILLED} return filled && \
         Number(document.querySelector('[data-testid=record-grid]').getAttribute('aria-rowcount')) > {}",
        records / 2
    );
    probe
        .time("click", "", &seen, press(&window, NAME_OF_LARGE, 0.5))
        .await;
    let millis = percentile(&probe.taken().await.latencies, 1.0);
    leave_at_the_small_one(window).await;
    millis
}

/// Anywhere by the scroll bar, and to the ends by key.
async fn jumped(path: &Path, home: &Path, records: usize, places: usize) -> (Timed, Timed) {
    let window = Window::open(at_home(Start::workspace(path), home)).await;
    press(&window, NAME_OF_LARGE, 0.5).await;
    rows_counted(&window, &format!("> {records}")).await;
    until_rows(&window).await;
    let bar = "const bar = document.querySelector('[data-testid=scroll-bar]'); const place = bar.getAttribute('aria-valuenow');";
    let seen =
        format!("{ROWS_FILLED} return filled && bar.getAttribute('aria-valuenow') !== place");
    let probe = Probe::in_page(&window).await;
    let mut random = StdRng::seed_from_u64(8);
    for place in 0..places {
        // the halves in turn, so that each is elsewhere
        let share: f64 = random.random_range(0.02..0.48) + if place % 2 == 0 { 0.5 } else { 0.0 };
        let press = press(&window, "[data-testid=scroll-bar]", share);
        probe.time("pointerdown", bar, &seen, press).await;
    }
    let jumps = probe.taken().await;
    let probe = Probe::in_page(&window).await;
    for place in 0..places / 2 {
        let key = if place % 2 == 0 { HOME } else { END };
        probe.time("keydown", bar, &seen, window.keys(key)).await;
    }
    let ends = probe.taken().await;
    window.close().await;
    (jumps, ends)
}
