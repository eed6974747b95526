//! Bad input as a person meets it: a workspace that cannot be opened, records that are unpleasant to show, a
//! stream that vanishes, a disk that fills up. What the engine does about each is tested there.

use crate::{
    flow::records_shown,
    live::{Live, STREAM, noise},
};
use e2e::{Start, Window, until};
use faults::disk::SmallDisk;
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

const END: &str = "\u{e010}";
/// From a click to the payload on screen; `WebDriver`'s own round trips take most of it.
const OPENS_WITHIN: Duration = Duration::from_secs(20);
const DEPTH: usize = 10_000;

#[tokio::test]
async fn a_workspace_of_a_newer_version_is_told_and_can_be_tried_again() {
    /// Where `SQLite` keeps `user_version`: <https://www.sqlite.org/fileformat.html>.
    const USER_VERSION_AT: usize = 60;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workspace = folder.path().join("newer.kscope");
    Window::open(Start::workspace(&workspace))
        .await
        .close()
        .await;
    let sound = fs::read(&workspace).expect("the workspace");
    let mut newer = sound.clone();
    newer[USER_VERSION_AT..USER_VERSION_AT + 4].copy_from_slice(&4_000u32.to_be_bytes());
    fs::write(&workspace, &newer).expect("written");

    let window = Window::open(Start::workspace(&workspace)).await;
    let told = window.text("start-fault").await;
    for part in ["newer.kscope", "newer version", "Update Kinescope"] {
        assert!(told.contains(part), "{told}");
    }
    window.screenshot("e2e-newer-workspace").await;
    assert!(
        fs::read(&workspace).expect("the workspace") == newer,
        "touched"
    );

    // as after an update, without a new start
    fs::write(&workspace, &sound).expect("written");
    window.click_at("[data-testid=start-fault] button").await;
    window
        .wait_for(
            "the workspace is open",
            "return document.querySelector('[data-testid=start-fault]') === null\
             && document.querySelector('[data-testid=status-bar]') !== null",
        )
        .await;
    window.close().await;
}

/// Not even root writes below /sys.
#[tokio::test]
async fn a_folder_that_cannot_be_written_is_told() {
    let window = Window::open(Start::workspace(Path::new("/sys/kinescope/new.kscope"))).await;
    let told = window.text("start-fault").await;
    for part in [
        "/sys/kinescope",
        "cannot be written",
        "a folder of your own",
    ] {
        assert!(told.contains(part), "{told}");
    }
    window.screenshot("e2e-read-only-folder").await;
    window.close().await;
}

#[tokio::test]
async fn unpleasant_records_are_shown_safely_exactly_and_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workspace = folder.path().join("payloads.kscope");
    let window = Window::open(Start::demo(&workspace)).await;
    let live = Live::capturing(&window).await;
    let digits = "1234567890".repeat(40);
    let hostile = [
        ("empty", Vec::new()),
        ("latin-1", b"J\xFCrgen".to_vec()),
        ("nul\0inside", b"text \0 with \x1b[2J".to_vec()),
        (
            "user\u{202E}gnp.exe",
            "{\"file\u{202E}\":\"\u{2066}x\u{200B}\"}"
                .as_bytes()
                .to_vec(),
        ),
        ("digits", format!("{{\"exact\":{digits}}}").into_bytes()),
        (
            "deep",
            ["{\"a\":".repeat(DEPTH), "1".to_owned(), "}".repeat(DEPTH)]
                .concat()
                .into_bytes(),
        ),
        ("large", vec![b'x'; (1 << 20) - 5]),
    ];
    live.put(
        &hostile
            .each_ref()
            .map(|(key, payload)| (*key, payload.as_slice())),
    );
    records(&window, hostile.len() as u64).await;
    assert_nothing_hidden(&window).await;
    window.screenshot("e2e-hostile-rows").await;

    open(&window, 0, "empty").await;
    shows(&window, "text", "The payload is empty").await;
    open(&window, 1, "latin-1").await;
    shows(&window, "raw", r"J\xFCrgen").await;
    shows(&window, "hex", "4a fc 72").await;
    open(&window, 2, "nul␀inside").await;
    shows(&window, "raw", "text ␀ with ␛[2J").await;
    open(&window, 3, r"user\u{202E}gnp.exe").await;
    for (tab, text) in [
        ("tree", r"file\u{202E}"),
        ("text", r"\u{2066}x\u{200B}"),
        ("raw", r"\u{202E}"),
        ("details", r"user\u{202E}gnp.exe"),
    ] {
        shows(&window, tab, text).await;
        assert_nothing_hidden(&window).await;
        window.screenshot(&format!("e2e-hostile-{tab}")).await;
    }
    open(&window, 4, "digits").await;
    for tab in ["tree", "text", "raw"] {
        shows(&window, tab, &digits).await;
    }
    walk_the_deep_one(&window).await;
    let clicked = Instant::now();
    open(&window, 6, "large").await;
    shows(&window, "text", &"x".repeat(1000)).await;
    assert!(clicked.elapsed() < OPENS_WITHIN, "{:?}", clicked.elapsed());
    window.screenshot("e2e-hostile-large").await;
    window.close().await;
}

/// Everything unfolded, and to the last of its rows.
async fn walk_the_deep_one(window: &Window) {
    open(window, 5, "deep").await;
    window.click("tab-tree").await;
    let clicked = Instant::now();
    window
        .wait_for(
            "the tree can be unfolded",
            "const all = document.querySelector('[aria-label=\"Expand everything\"]'); all?.click(); return Boolean(all)",
        )
        .await;
    window
        .wait_for(
            "the tree is unfolded",
            "const tree = document.querySelector('[data-testid=json-tree]'); tree?.focus();\
             return document.querySelectorAll('[role=treeitem]').length > 10",
        )
        .await;
    assert!(clicked.elapsed() < OPENS_WITHIN, "{:?}", clicked.elapsed());
    window.keys(END).await;
    let innermost = format!(
        "const value = document.querySelector('[role=treeitem][aria-level=\"{}\"] .value');\
         return value?.textContent === '1' && value.getBoundingClientRect().right < window.innerWidth",
        DEPTH + 1
    );
    window
        .wait_for("the innermost value is shown", &innermost)
        .await;
    window.screenshot("e2e-hostile-deep").await;
}

#[tokio::test]
async fn a_stream_that_is_deleted_while_captured_says_so_where_it_is_listed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let workspace = folder.path().join("deleted.kscope");
    let window = Window::open(Start::demo(&workspace)).await;
    let live = Live::capturing(&window).await;
    live.put(&[("a", b"one"), ("b", b"two")]);
    records(&window, 2).await;
    live.delete_stream();
    capture_is(&window, "failed").await;
    let told = window.text("capture-fault").await;
    assert!(told.contains(STREAM), "{told}");
    assert!(told.contains("Check the name"), "a next step: {told}");
    records(&window, 2).await;
    // the line that tells of the gap moves the records' lines
    window
        .wait_for(
            "the record of b is there",
            "const cell = [...document.querySelectorAll('[data-testid=record-row] [data-column=key]')]\
               .find(cell => cell.textContent.trim() === 'b');\
             cell?.click(); cell?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true })); return Boolean(cell)",
        )
        .await;
    shows(&window, "raw", "two").await;
    window.screenshot("e2e-deleted-stream").await;
    window.close().await;
}

#[tokio::test]
async fn a_full_disk_stops_a_capture_which_goes_on_once_there_is_room() {
    let name = "bad_input::a_full_disk_stops_a_capture_which_goes_on_once_there_is_room";
    let Some(disk) = SmallDisk::of_test(name, 24) else {
        return;
    };
    let workspace = disk.folder().join("full.kscope");
    let window = Window::open(Start::demo(&workspace)).await;
    let live = Live::capturing(&window).await;
    live.put(&[("record-0", &noise(0))]);
    records(&window, 1).await;
    let ballast = disk.fill(300_000);
    for seed in 1..20 {
        live.put(&[(&format!("record-{seed}"), &noise(seed))]);
    }
    capture_is(&window, "failed").await;
    let told = window.text("capture-fault").await;
    for part in ["is full", "is safe", "Free some space"] {
        assert!(told.contains(part), "{told}");
    }
    open(&window, 0, "record-0").await;
    window.click("tab-hex").await;
    window
        .wait_for(
            "what was stored can be read",
            "return document.querySelector('[data-testid=tab-content]').textContent.length > 200",
        )
        .await;
    window.screenshot("e2e-full-disk").await;
    drop(ballast);
    window.click("capture-resume").await;
    capture_is(&window, "running").await;
    records(&window, 20).await;
    window.close().await;
}

async fn records(window: &Window, count: u64) {
    until(&format!("{count} records are captured"), || async {
        (records_shown(window).await == count).then_some(())
    })
    .await;
}

async fn capture_is(window: &Window, state: &str) {
    let script = format!(
        "return document.querySelector('[data-testid=capture]')?.dataset.state === '{state}'"
    );
    window
        .wait_for(&format!("the capture is {state}"), &script)
        .await;
}

/// Opens the row in the inspector, and waits until that says whose it is.
async fn open(window: &Window, row: usize, key: &str) {
    let select = format!(
        "const row = document.querySelector('[data-testid=record-row][data-index=\"{row}\"]');\
         row?.click(); row?.dispatchEvent(new MouseEvent('dblclick', {{ bubbles: true }})); return Boolean(row)"
    );
    window
        .wait_for(&format!("row {row} is there"), &select)
        .await;
    let key = serde_json::json!(key);
    let opened = format!(
        "return document.querySelector('[data-testid=inspector] .facts')?.textContent.includes({key}) ?? false"
    );
    window.wait_for(&format!("{key} is open"), &opened).await;
}

async fn shows(window: &Window, tab: &str, text: &str) {
    window.click(&format!("tab-{tab}")).await;
    let wanted = serde_json::json!(text);
    let script = format!(
        "return document.querySelector('[data-testid=tab-content]').textContent.includes({wanted})"
    );
    let what: String = text.chars().take(60).collect();
    window
        .wait_for(&format!("the {tab} tab shows {what}"), &script)
        .await;
}

/// No character that a person cannot see, or that changes what is seen around it, anywhere on the page.
async fn assert_nothing_hidden(window: &Window) {
    let script = r"
        const said = [...document.querySelectorAll('[title], [aria-label], [placeholder]')].flatMap(
          element => ['title', 'aria-label', 'placeholder'].map(name => element.getAttribute(name) ?? ''));
        const hidden = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;
        return [document.body.textContent, ...said].filter(text => hidden.test(text)).map(text => text.slice(0, 200))";
    assert_eq!(window.script(script).await, serde_json::json!([]));
}
