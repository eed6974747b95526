//! The main job: open, capture, see rows, filter, zoom, select, inspect, pause, quit, start again, same rows.

use e2e::{Start, Window, until};

/// `WebDriver`'s code point.
const ENTER: &str = "\u{e007}";
/// The newest record, wherever the focus is.
const NEWEST: &str = "G";

const ROWS: &str = "document.querySelectorAll('[data-testid=record-row]')";

#[tokio::test]
async fn a_capture_is_watched_inspected_and_found_again_after_a_restart() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workspace = folder.path().join("flow.kscope");

    let window = Window::open(Start::demo(&workspace)).await;
    window.screenshot("e2e-first-run").await;
    capture_everything(&window).await;
    window.screenshot("e2e-live").await;
    filter_by_type(&window).await;
    zoom_in(&window).await;
    inspect_a_row(&window).await;
    let (records, last_row) = pause(&window).await;
    window.close().await;

    // the demo's streams are gone now; what was captured is not
    let window = Window::open(Start::workspace(&workspace)).await;
    window
        .wait_for("rows are shown again", &format!("return {ROWS}.length > 5"))
        .await;
    until("the same records are counted after a restart", || async {
        (records_shown(&window).await == records).then_some(())
    })
    .await;
    until("the same last row is shown after a restart", || async {
        window.keys(NEWEST).await;
        (last_row_of(&window).await == last_row).then_some(())
    })
    .await;
    window.screenshot("e2e-after-restart").await;
    window.close().await;
}

/// From the demo's first screen to a running capture of all its streams from the trim horizon, with rows.
pub async fn capture_everything(window: &Window) {
    window.click("capture-everything").await;
    window
        .wait_for(
            "a capture is listed",
            "return document.querySelector('[data-testid=capture]') !== null",
        )
        .await;
    window
        .wait_for("rows are shown", &format!("return {ROWS}.length > 5"))
        .await;
    until("the hour of history is captured", || async {
        (records_shown(window).await > 50_000).then_some(())
    })
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

async fn filter_by_type(window: &Window) {
    window.click("filter-input").await;
    window.keys("type:PAYMENT_FAILED").await;
    let only_failures = format!(
        "const types = [...{ROWS}].map(row => row.querySelector('[data-column=type]').textContent.trim());\
         return types.length > 3 && types.every(type => type.includes('PAYMENT_FAILED'));"
    );
    window
        .wait_for("only failed payments are shown", &only_failures)
        .await;
    window.screenshot("e2e-filter").await;
    window.click("filter-clear").await;
    window
        .wait_for(
            "all types are shown again",
            &only_failures.replace("every(type => type", "some(type => !type"),
        )
        .await;
}

async fn zoom_in(window: &Window) {
    let span = "const histogram = document.querySelector('[data-testid=histogram]');\
                return Number(histogram.dataset.until) - Number(histogram.dataset.from);";
    let before = window
        .script(span)
        .await
        .as_f64()
        .expect("a span in milliseconds");
    let wheel = "document.querySelector('[data-testid=histogram] canvas, canvas[data-testid=histogram]').dispatchEvent(\
                 new WheelEvent('wheel', { deltaY: -400, bubbles: true, cancelable: true, clientX: 900, clientY: 200 })); return true;";
    window.script(wheel).await;
    until("the timeline shows less time", || async {
        window
            .script(span)
            .await
            .as_f64()
            .filter(|after| *after < before * 0.95)
    })
    .await;
}

async fn inspect_a_row(window: &Window) {
    let select = format!(
        "const row = [...{ROWS}].find(row => row.textContent.includes('eventId')); if (!row) return false; row.click(); return true;"
    );
    window
        .wait_for("a row with an event is selected", &select)
        .await;
    window.keys(ENTER).await;
    window
        .wait_for(
            "the inspector is open",
            "return document.querySelector('[data-testid=inspector]') !== null",
        )
        .await;
    for (tab, shows) in [
        ("tree", "eventId"),
        ("text", "\"eventId\""),
        ("raw", "\"eventId\""),
        ("hex", "7b"),
        ("details", "shardId-"),
    ] {
        window.click(&format!("tab-{tab}")).await;
        let script = format!(
            "return document.querySelector('[data-testid=tab-content]').textContent.toLowerCase().includes('{}')",
            shows.to_lowercase()
        );
        window
            .wait_for(&format!("the {tab} tab shows {shows}"), &script)
            .await;
        window.screenshot(&format!("e2e-inspector-{tab}")).await;
    }
    window.click("inspector-close").await;
}

/// Pauses the capture, and answers the number of records and the last row once both stand still.
async fn pause(window: &Window) -> (u64, String) {
    window.click("capture-pause").await;
    window
        .wait_for(
            "the capture is paused",
            "return document.querySelector('[data-testid=capture]').dataset.state === 'paused'",
        )
        .await;
    // a paused capture commits what it had read, and a selected row stays where it is: the newest is asked for each
    // time; the same answers in a row are the end of it
    let mut answers = vec![(0, String::new())];
    while answers.len() < 6 {
        window.keys(NEWEST).await;
        let now = (records_shown(window).await, last_row_of(window).await);
        if answers.last() != Some(&now) || now.1.is_empty() {
            answers.clear();
        }
        answers.push(now);
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    answers.remove(0)
}

/// Time, key and type of the last row, once it is filled in; else nothing.
async fn last_row_of(window: &Window) -> String {
    let script = format!(
        "const rows = [...{ROWS}].sort((a, b) => Number(a.dataset.index) - Number(b.dataset.index));\
         const cell = column => rows.at(-1)?.querySelector(`[data-column=${{column}}]`)?.textContent.trim();\
         const cells = ['time', 'key', 'type'].map(cell);\
         return cells.every(Boolean) ? cells.join(' ') : '';"
    );
    let answer = window.script(&script).await;
    answer.as_str().unwrap_or_default().to_owned()
}
