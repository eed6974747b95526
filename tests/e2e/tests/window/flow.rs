//! The main job: open, capture, see rows, filter, select, inspect, pause, quit, start again, same rows.

use e2e::{Start, Window, until};

#[tokio::test]
async fn a_capture_is_watched_inspected_and_found_again_after_a_restart() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workspace = folder.path().join("flow.kscope");
    let window = Window::open(Start::demo(&workspace)).await;
    window.screenshot("explorer-first-run").await;
    capture_everything(&window).await;
    window
        .wait_for(
            "rows are shown",
            "return document.querySelectorAll('[data-testid=record-row]').length > 10",
        )
        .await;
    window.screenshot("explorer-live").await;
    window.close().await;
}

/// From the demo's first screen to a running capture of all its streams from the trim horizon.
pub async fn capture_everything(window: &Window) {
    window.click("capture-everything").await;
    window
        .wait_for(
            "a capture is listed",
            "return document.querySelector('[data-testid=capture]') !== null",
        )
        .await;
}

/// What the status bar counts.
pub async fn records_shown(window: &Window) -> u64 {
    until("the status bar counts records", || async {
        let text = window.text("status-records").await;
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits.parse().ok().filter(|count| *count > 0)
    })
    .await
}
