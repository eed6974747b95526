//! `timeline-redraw`: what the page's thread does to draw 64 lanes of 1,400 pixels, and all that is beside them, at another time.
//!
//! Each step is a key that moves the time. Drawing is counted from the key's handlers to the end of the frame's work, without
//! the wait between the two for the screen; the clock has whole milliseconds, so the figure is the mean of many.

use super::{
    Size, at_home,
    probe::{Probe, Timed, mean, spread},
    runtime, until_rows,
};
use crate::{
    figures::Figure,
    rounds::percentile,
    sample::Sample,
    start,
    workspace::{Workspace, hash_range},
};
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
/// What stands beside the lanes takes another width at times.
const ROUNDS_OF_WIDTH: usize = 8;
/// F9, of `WebDriver`'s code points.
const NO_KEY: &str = "\u{e039}";
const BETWEEN: Duration = Duration::from_millis(120);

pub fn figures(size: Size) -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (path, home) = (
        folder.path().join("lanes.kscope"),
        folder.path().join("home"),
    );
    fill(&path, size.of(RECORDS, 64_000) / LANES);
    let steps = size.of(200, 10);
    vec![runtime().block_on(stepped(&path, &home, steps))]
}

/// So many records in each lane, all over the same hour.
fn fill(path: &Path, each: usize) {
    let workspace = Workspace::make(path, LANES);
    let apart_micros = 3_600_000_000 / each.max(1) as u64;
    workspace.write((0..LANES).map(|lane| {
        let mut sample = Sample::seeded(lane as u64);
        let range = Some(hash_range(lane, LANES));
        let records = (0..each).map(|_| sample.record(lane, apart_micros));
        (
            lane,
            records
                .map(|record| store::prepare(record, range))
                .collect(),
        )
    }));
    start::settle(workspace, path);
}

async fn stepped(path: &Path, home: &Path, steps: usize) -> Figure {
    let start = Start::workspace(path).on_desk(DESK.0, DESK.1);
    let window = Window::open(at_home(start, home)).await;
    until_rows(&window).await;
    window.click("side-bar-toggle").await;
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
    let own = own_script(&window).await;
    let plain = one_colour(&window, steps / 2).await;
    window.close().await;
    let beside = format!(
        "mean of {steps} steps of a quarter of the time, {LANES} lanes of {WIDTH_PX} px with histogram and overview; 95th percentile \
         {:.0} ms; from key to painted frame: {}; the page's thread {each:.1} ms a step, fresh counts and the driver's questions \
         included. Of it the program's own script, with all that it draws on canvases, {own:.1} ms; a box of the lanes' size that \
         changes its colour takes {:.1} ms by the same clock",
        percentile(&timed.work, 0.95),
        spread(&timed.latencies),
        mean(&plain.work),
    );
    Figure::new(
        "timeline-redraw",
        mean(&timed.work),
        "ms",
        "at most 12",
        beside,
    )
}

/// Milliseconds of a step without the frame: its handlers, what they change in the page and draw on canvases, and the layout.
async fn own_script(window: &Window) -> f64 {
    let steps = "window.ownMillis = null; (async () => {\
        const begun = performance.now();\
        for (let step = 0; step < 100; step += 1) {\
          const key = step % 4 < 2 ? 'd' : 'a';\
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key, code: `Key${key.toUpperCase()}`, bubbles: true, cancelable: true }));\
          for (let turn = 0; turn < 20; turn += 1) await null;\
          document.body.getBoundingClientRect();\
        }\
        window.ownMillis = (performance.now() - begun) / 100;\
      })(); return true";
    window.script(steps).await;
    window
        .wait_for("the steps are taken", "return window.ownMillis !== null")
        .await;
    let own = window.script("return window.ownMillis").await;
    own.as_f64().expect("milliseconds")
}

/// What a frame costs here in which nothing but a box of the lanes' size gets another colour: the least that any drawing takes.
async fn one_colour(window: &Window, steps: usize) -> Timed {
    let cover = "const lanes = document.querySelector('[data-testid=lanes]').getBoundingClientRect();\
        const box = document.body.appendChild(document.createElement('div'));\
        box.style.cssText = `position: fixed; z-index: 99; left: ${lanes.left}px; top: ${lanes.top}px; width: ${lanes.width}px; height: ${lanes.height}px`;\
        let step = 0;\
        addEventListener('keydown', () => { box.style.background = (step += 1) % 2 ? 'gray' : 'white' });\
        return true";
    window.script(cover).await;
    let probe = Probe::in_page(window).await;
    for _ in 0..steps {
        // a key that does nothing
        probe
            .time("keydown", "", "return true", window.keys(NO_KEY))
            .await;
        tokio::time::sleep(BETWEEN).await;
    }
    probe.taken().await
}

/// All lanes are in sight, and the plot has just that width.
async fn show_all_lanes(window: &Window) {
    let plot = "const plot = document.querySelector('[data-testid=lanes]');";
    window
        .wait_for(
            "lanes are shown",
            &format!("{plot} return plot !== null && plot.clientWidth > 0"),
        )
        .await;
    let width = window.script("return innerWidth").await;
    let mut width = width.as_i64().expect("a width in pixels");
    window.resize(width as u32, PAGE_PX).await;
    // the edge below them, moved down until the last one is in sight
    let edge = "const edge = document.querySelector('[data-pane=timeline] [role=separator]');\
                edge.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', shiftKey: true, bubbles: true, cancelable: true }));";
    window
        .wait_for(
            &format!("{LANES} lanes are in sight"),
            &format!(
                "{edge} {plot} return (plot?.querySelector('canvas')?.clientHeight ?? 0) > {}",
                (LANES - 1) * LANE_PX
            ),
        )
        .await;
    for _ in 0..ROUNDS_OF_WIDTH {
        let missing = format!("{plot} return {WIDTH_PX} - plot.clientWidth");
        let missing = window.script(&missing).await;
        let missing = missing.as_i64().expect("a width in pixels");
        if missing == 0 {
            return;
        }
        width += missing;
        window.resize(width as u32, PAGE_PX).await;
        tokio::time::sleep(BETWEEN).await;
    }
    panic!("not measured: the lanes are never {WIDTH_PX} px wide");
}
