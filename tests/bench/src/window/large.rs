//! `inspector-1m`, `inspector-10m`: how long the inspector takes to answer a key on a record of 1 MiB and of 10 MiB, which is the
//! most that a stream takes: selecting it, each of its tabs, and paging in each.
//!
//! The record before it is a small one, so each opening is of a record that was not open. What is unpacked of a record once is
//! kept for a while; the first opening in a process is told beside.

use super::{
    Size, at_home,
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
use e2e::{Start, Window};
use std::{fmt::Write, path::Path, time::Duration};

const MIB: usize = 1_048_576;
const PAGE_DOWN: &str = "\u{e00f}";
const END: &str = "\u{e010}";
const HOME: &str = "\u{e011}";
const PAGES: usize = 20;
const BETWEEN: Duration = Duration::from_millis(150);
/// The first line in sight: it moves with each page.
const LIST: &str = "const list = () => document.querySelector('[data-testid=tab-content] [tabindex=\"0\"]');\
     const lines = () => [...(list()?.querySelectorAll('.line') ?? [])].filter(line => line.textContent.trim() !== '');\
     const byte = () => list()?.querySelector('[data-testid=hex-cursor]')?.closest('.line')?.textContent;\
     const sight = () => `${list()?.scrollTop} ${list()?.getAttribute('aria-activedescendant')} ${byte()}`;";

pub fn figures(size: Size) -> Vec<Figure> {
    [
        ("inspector-1m", MIB, 1),
        ("inspector-10m", size.of(10 * MIB, 2 * MIB), 10),
    ]
    .into_iter()
    .map(|(name, bytes, mib)| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (path, home) = (
            folder.path().join("large.kscope"),
            folder.path().join("home"),
        );
        fill(&path, bytes);
        let looked = runtime().block_on(looked_at(&path, &home, size.of(5, 2)));
        looked.figure(name, mib)
    })
    .collect()
}

/// A small record, and a large one behind it.
fn fill(path: &Path, bytes: usize) {
    let workspace = Workspace::make(path, 1);
    let mut sample = Sample::seeded(9);
    let mut records: Vec<_> = (0..20).map(|_| sample.record(0, 1_000_000)).collect();
    if let Some(last) = records.last_mut() {
        last.payload = order_of(bytes);
    }
    let range = Some(hash_range(0, 1));
    let records = records
        .into_iter()
        .map(|record| store::prepare(record, range));
    workspace.write([(0, records.collect())]);
    start::settle(workspace, path);
}

/// An order of many lines, on one line of text, as programs write them.
fn order_of(bytes: usize) -> Vec<u8> {
    let mut text = String::from("{\"eventType\":\"ORDER_CREATED\",\"lines\":[");
    let mut line = 0u64;
    while text.len() < bytes - 200 {
        let comma = if line == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}{{\"line\":{line},\"sku\":\"SKU-{:06}\",\"price\":{}.{:02},\"tags\":[\"a\",\"é\"],\"note\":\"left at the door\"}}",
            line * 7_919 % 1_000_000,
            line % 900,
            line % 100
        );
        line += 1;
    }
    text.push_str("]}");
    text.into_bytes()
}

struct Looked {
    first: f64,
    opened: Timed,
    tabs: Timed,
    paged: Timed,
}

impl Looked {
    fn figure(&self, name: &'static str, mib: usize) -> Figure {
        let every = [&self.opened, &self.tabs, &self.paged];
        let mut millis: Vec<f64> = every
            .iter()
            .flat_map(|timed| timed.latencies.clone())
            .collect();
        millis.sort_by(f64::total_cmp);
        let beside = format!(
            "the longest of {} keys on a record of {mib} MiB. Opened: {}, the first in the process {:.0} ms; its tabs: {}; pages and \
             ends in them: {}",
            millis.len(),
            spread(&self.opened.latencies),
            self.first,
            spread(&self.tabs.latencies),
            spread(&self.paged.latencies)
        );
        Figure::new(
            name,
            percentile(&millis, 1.0),
            "ms",
            "no bound is asked",
            beside,
        )
    }
}

async fn looked_at(path: &Path, home: &Path, rounds: usize) -> Looked {
    let window = Window::open(at_home(Start::workspace(path), home)).await;
    until_rows(&window).await;
    // the record before the last, and its inspector
    window.keys("kk").await;
    window
        .wait_for(
            "a record is inspected",
            "return document.querySelector('[data-testid=inspector-type]') !== null",
        )
        .await;
    let (first, opened) = open_again(&window, rounds).await;
    let mut tabs = Vec::new();
    let mut paged = Vec::new();
    for _ in 0..rounds {
        for tab in ["4", "3", "2", "1"] {
            let probe = Probe::in_page(&window).await;
            let seen = format!("{LIST} return lines().length > 3");
            // so that what the tab before showed is not taken for its own
            let mark = "document.querySelector('[data-testid=json-tree], [data-testid=text-view], [data-testid=hex-view]')\
                        ?.setAttribute('data-old', '');";
            let is_new = format!("{seen} && !list().hasAttribute('data-old')");
            probe.time("keydown", mark, &is_new, window.keys(tab)).await;
            tabs.push(probe.taken().await);
            paged.push(page_through(&window).await);
        }
    }
    window.close().await;
    Looked {
        first,
        opened,
        tabs: Timed::together(tabs),
        paged: Timed::together(paged),
    }
}

/// To the large record and back, so many times; milliseconds of the first time, and all of them.
async fn open_again(window: &Window, rounds: usize) -> (f64, Timed) {
    let size =
        "document.querySelector('[data-testid=inspector] .facts')?.textContent.includes('MB')";
    let seen = format!("{LIST} return {size} === true && lines().length > 2");
    let mut times = Vec::new();
    for _ in 0..rounds {
        let probe = Probe::in_page(window).await;
        probe.time("keydown", "", &seen, window.keys("j")).await;
        times.push(probe.taken().await);
        tokio::time::sleep(BETWEEN).await;
        window.keys("k").await;
        window
            .wait_for(
                "the small record is open",
                &format!("return {size} === false"),
            )
            .await;
    }
    window.keys("j").await;
    window
        .wait_for(
            "the large record is open",
            &format!("return {size} === true"),
        )
        .await;
    (times[0].latencies[0], Timed::together(times))
}

/// Down by pages, to the end and back.
async fn page_through(window: &Window) -> Timed {
    let focus = format!("{LIST} list().focus(); return document.activeElement === list()");
    window.wait_for("the list has the keyboard", &focus).await;
    let probe = Probe::in_page(window).await;
    let before = format!("{LIST} const before = sight();");
    // every line that is in sight says something
    let seen = "const box = list().getBoundingClientRect();\
                const inside = [...list().querySelectorAll('.line')].filter(line => { const b = line.getBoundingClientRect();\
                return b.bottom > box.top + 1 && b.top < box.bottom - 1 });\
                return sight() !== before && inside.length > 3 && inside.every(line => line.textContent.trim() !== '')";
    let keys = std::iter::repeat_n(PAGE_DOWN, PAGES).chain([END, HOME]);
    for key in keys {
        probe.time("keydown", &before, seen, window.keys(key)).await;
        tokio::time::sleep(BETWEEN).await;
    }
    probe.taken().await
}
