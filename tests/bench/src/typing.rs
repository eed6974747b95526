//! `typing-worst-frame`: how long the window stands still at most while a filter is typed over a million records.
//!
//! The real webview tells the distances of its frames; those of as long a rest before stand beside it, for the driver and
//! other programs make frames late, too.

use crate::{figures::Figure, rounds::percentile, start};
use e2e::Window;
use std::time::Duration;

/// Some are in many records, some in few, some in none; all are looked for while they are typed.
const TYPED: [&str; 4] = [
    "payment_failed",
    "payload.total:>900 status:accepted",
    "\"no such words in it\"",
    "/SKU-0+3/ -attempt:2",
];
/// Between two keys of somebody who types fast.
const BETWEEN: Duration = Duration::from_millis(80);
const SELECT_ALL: char = 'a';
const DELETE: &str = "\u{e017}";

pub fn figures() -> Vec<Figure> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("million.kscope");
    start::fill(&path);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (rest, typing) = runtime.block_on(async {
        let window = start::open(&path).await;
        window.click("filter-input").await;
        let keys: usize = TYPED.iter().map(|text| text.chars().count() + 1).sum();
        let rest = frames(&window, async {
            tokio::time::sleep(BETWEEN * keys as u32).await;
        })
        .await;
        let typing = frames(&window, type_all(&window)).await;
        window.close().await;
        (rest, typing)
    });
    let beside = format!(
        "{} filters, a key each {} ms, {} frames: 99th percentile {:.1} ms; at rest {} frames, at most {:.1} ms",
        TYPED.len(),
        BETWEEN.as_millis(),
        typing.len(),
        percentile(&typing, 0.99),
        rest.len(),
        percentile(&rest, 1.0),
    );
    vec![Figure::new(
        "typing-worst-frame",
        percentile(&typing, 1.0),
        "ms",
        "at most 50",
        beside,
    )]
}

async fn type_all(window: &Window) {
    for text in TYPED {
        for key in text.chars() {
            window.keys(&key.to_string()).await;
            tokio::time::sleep(BETWEEN).await;
        }
        window.control(SELECT_ALL).await;
        window.keys(DELETE).await;
        tokio::time::sleep(BETWEEN).await;
    }
}

/// Milliseconds between the frames that are drawn meanwhile, sorted.
async fn frames(window: &Window, meanwhile: impl Future<Output = ()>) -> Vec<f64> {
    window
        .script(
            "const frames = []; window.benchFrames = frames; let last = performance.now();\
             const step = () => { const now = performance.now(); frames.push(now - last); last = now;\
             if (window.benchFrames === frames) requestAnimationFrame(step) };\
             requestAnimationFrame(() => { last = performance.now(); requestAnimationFrame(step) }); return true",
        )
        .await;
    meanwhile.await;
    let frames = window
        .script("const frames = window.benchFrames; window.benchFrames = null; return frames")
        .await;
    let frames = frames.as_array().expect("frames").iter();
    let mut millis: Vec<f64> = frames.filter_map(serde_json::Value::as_f64).collect();
    assert!(!millis.is_empty(), "no frame was drawn");
    millis.sort_by(f64::total_cmp);
    millis
}
