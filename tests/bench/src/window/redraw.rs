//! `timeline-redraw`: what the page's thread does to draw 64 lanes of 1,400 pixels, and all that is beside them, at another time.
//!
//! Each step is a key that moves the time. Drawing is counted from the key's handlers to the end of the frame's work, without
//! the wait between the two for the screen; the clock has whole milliseconds, so the figure is the mean of many.

use super::{
    Size, at_home,
    probe::{Probe, mean, spread},
    runtime, until_rows,
};
use crate::{figures::Figure, rounds::percentile, start};
use e2e::{Start, Window};
use std::{path::Path, time::Duration};

const RECORDS: usize = 640_000;
const LANES: usize = 64;
const WIDTH_PX: u32 = 1_400;
const LANE_PX: usize = 20;
/// High enough for all lanes, and the table below them.
const DESK: (u32, u32) = (1_920, 2_060);
/// The page's whole height.
const PAGE_PX: u32 = 2_000;
const BETWEEN: Duration = Duration::from_millis(120);

pub fn figures(size: Size) -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (path, home) = (
        folder.path().join("lanes.kscope"),
        folder.path().join("home"),
    );
    start::fill_with(&path, size.of(RECORDS, 5_000 * LANES), LANES);
    let steps = size.of(200, 10);
    vec![runtime().block_on(stepped(&path, &home, steps))]
}

async fn stepped(path: &Path, home: &Path, steps: usize) -> Figure {
    let start = || at_home(Start::workspace(path).on_desk(DESK.0, DESK.1), home);
    let window = Window::open(start()).await;
    make_room_for_lanes(&window).await;
    window.close().await;
    let window = Window::open(start()).await;
    show_all_lanes(&window).await;
    // so that there is time on both sides
    window.keys("ww").await;
    tokio::time::sleep(4 * BETWEEN).await;
    let kin = window.kin();
    let page = *kin.web.first().expect("the page's process");
    let probe = Probe::in_page(&window).await;
    let before = page.first_thread_time();
    for step in 0..steps {
        // there and back
        let key = if step % 4 < 2 { "d" } else { "a" };
        probe
            .time("keydown", "", "return true", window.keys(key))
            .await;
        tokio::time::sleep(BETWEEN).await;
    }
    let each = page
        .first_thread_time()
        .saturating_sub(before)
        .as_secs_f64()
        * 1000.0
        / steps as f64;
    let timed = probe.taken().await;
    window.close().await;
    let beside = format!(
        "mean of {steps} steps of a quarter of the time, {LANES} lanes of {WIDTH_PX} px with histogram and overview; 95th percentile \
         {:.0} ms; from key to painted frame: {}; the page's thread {each:.1} ms a step, fresh counts and the driver's questions \
         included",
        percentile(&timed.work, 0.95),
        spread(&timed.latencies),
    );
    Figure::new(
        "timeline-redraw",
        mean(&timed.work),
        "ms",
        "at most 12",
        beside,
    )
}

/// At the next start the side bar makes place, and the lanes take what they need.
async fn make_room_for_lanes(window: &Window) {
    until_rows(window).await;
    window.click("side-bar-toggle").await;
    let kept = "localStorage.getItem('kinescope.window')";
    let lanes = format!(
        "const kept = JSON.parse({kept} ?? '{{}}'); if (kept.sideBarShown !== false) return false;\
         localStorage.setItem('kinescope.window', JSON.stringify({{ ...kept, lanesPx: {} }})); return true",
        LANES * LANE_PX
    );
    window.wait_for("the window keeps its panes", &lanes).await;
}

/// The plot has just that width, and all lanes are in sight.
async fn show_all_lanes(window: &Window) {
    until_rows(window).await;
    let plot = "const plot = document.querySelector('[data-testid=lanes]');";
    window
        .wait_for(
            "lanes are shown",
            &format!("{plot} return plot !== null && plot.clientWidth > 0"),
        )
        .await;
    let wanted = format!("{plot} return innerWidth + {WIDTH_PX} - plot.clientWidth");
    let wanted = window.script(&wanted).await;
    let width = wanted.as_u64().expect("a width in pixels") as u32;
    window.resize(width, PAGE_PX).await;
    window
        .wait_for(
            &format!("{LANES} lanes of {WIDTH_PX} px are in sight"),
            &format!(
                "{plot} const canvas = plot?.querySelector('canvas'); const box = plot?.closest('.lanes');\
                 return plot?.clientWidth === {WIDTH_PX} && canvas.clientHeight >= {high} && box.scrollHeight >= {high}",
                high = LANES * LANE_PX
            ),
        )
        .await;
}
