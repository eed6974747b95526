//! A workspace that cannot be opened any more: the window says so, takes what is whole over into a file that a person chooses, and
//! goes on there. The damaged file stays as it is.

use super::home::Home;
use crate::{flow::capture_everything, hands::tab_to};
use e2e::{Start, Window, until};
use std::{fs, path::Path};

const ENTER: &str = "\u{e007}";
/// `SQLite`'s name at the beginning of each of its files.
const MAGIC_BYTES: usize = 16;
const ROWS: &str = "return document.querySelectorAll('[data-testid=record-row]').length > 5";

#[tokio::test]
async fn a_damaged_workspace_is_salvaged_in_the_window() {
    let home = Home::new();
    let workspace = home.folder().join("work.kscope");
    let window = Window::open(home.start()).await;
    capture_everything(&window).await;
    until("some records are stored", || async {
        (records(&window).await > 100).then_some(())
    })
    .await;
    window.close().await;
    let mut bytes = fs::read(&workspace).expect("the workspace");
    bytes[..MAGIC_BYTES].fill(0);
    fs::write(&workspace, &bytes).expect("damaged");

    let window = Window::open(without_demo(&home)).await;
    let told = window.text("start-fault").await;
    assert!(told.contains("work.kscope"), "{told}");
    let first = home.folder().join("first.kscope");
    salvage(&window, &first).await;
    window.screenshot("e2e-salvaged").await;
    window.click("salvage-open").await;
    window.wait_for("the saved records are shown", ROWS).await;
    let saved = records(&window).await;
    assert!(saved > 100, "{saved}");
    assert!(
        fs::read(&workspace).expect("the workspace") == bytes,
        "the damaged file was touched"
    );

    // whoever starts it as ever has the damaged one again, and is told where the rest is
    window.close().await;
    let window = Window::open(without_demo(&home)).await;
    let before = window.text("salvaged-before").await;
    assert!(before.contains(&first.display().to_string()), "{before}");
    window.screenshot("e2e-salvaged-before").await;
    tab_to(&window, "salvaged-open").await;
    window.keys(ENTER).await;
    window.wait_for("the saved records are shown", ROWS).await;
    assert_eq!(records(&window).await, saved);

    // the one that is open is closed for it, and the window begins anew
    window.control('k').await;
    window.keys("salvage").await;
    window.keys(ENTER).await;
    let second = home.folder().join("second.kscope");
    salvage(&window, &second).await;
    window.click("salvage-open").await;
    window.wait_for("the window began anew", "return document.documentElement.hasAttribute('data-ready') && document.querySelector('[data-testid=salvage-dialog]') === null").await;
    window.wait_for("the records are shown again", ROWS).await;
    assert_eq!(records(&window).await, saved);
    let tip = "return document.querySelector('[data-testid=status-records]')?.title ?? ''";
    let tip = window.script(tip).await.to_string();
    assert!(tip.contains("second.kscope"), "{tip}");
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new());
}

fn without_demo(home: &Home) -> Start {
    let mut start = home.start();
    start.arguments.retain(|argument| argument != "--demo");
    start
}

async fn salvage(window: &Window, into: &Path) {
    window.click("salvage-begin").await;
    let dialog = window.dialog("Save as").await;
    dialog.press(&["ctrl+a"]);
    dialog.type_text(&into.display().to_string());
    dialog.press(&["Return"]);
    dialog.gone().await;
    let told = window.text("salvaged").await;
    assert!(told.contains(&into.display().to_string()), "{told}");
}

/// As the status bar counts them.
async fn records(window: &Window) -> u64 {
    let text = "return document.querySelector('[data-testid=status-records]')?.textContent ?? ''";
    let text = window.script(text).await.to_string();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}
