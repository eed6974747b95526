//! Tabs and a split, and a key of a person's own: by the keyboard alone, and there again after a restart.

use crate::{flow::capture_everything, trust::home::Home};
use e2e::{Window, until};

/// `WebDriver`'s code points.
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const TAB: &str = "\u{e004}";
const F9: &str = "\u{e039}";
const PAGE_UP: char = '\u{e00e}';

const FILTERS: &str =
    "return [...document.querySelectorAll('[data-testid=filter-input]')].map(field => field.value)";

async fn filters_are(window: &Window, wanted: &[&str]) {
    until(&format!("the filters in sight are {wanted:?}"), || async {
        let said = window.script(FILTERS).await;
        (said == serde_json::json!(wanted)).then_some(())
    })
    .await;
}

pub async fn count_is(window: &Window, test_id: &str, count: usize) {
    let counted = format!(
        "return document.querySelectorAll('[data-testid=\"{test_id}\"]').length === {count}"
    );
    window
        .wait_for(&format!("there are {count} of {test_id}"), &counted)
        .await;
}

pub async fn ask(window: &Window, filter: &str) {
    window.keys("/").await;
    window
        .wait_for(
            "the filter has the keyboard",
            "return document.activeElement?.dataset.testid === 'filter-input'",
        )
        .await;
    window.keys(&format!("{filter}{ENTER}{ESCAPE}")).await;
    // where something was offered, the first Escape only closed that
    until("the filter is left", || async {
        let here = "return document.activeElement?.dataset.testid === 'filter-input'";
        if window.script(here).await == true {
            window.keys(ESCAPE).await;
            return None;
        }
        Some(())
    })
    .await;
}

/// In the table with the keyboard, or the only one.
pub async fn rows_are_all(window: &Window, type_name: &str) {
    let all = format!(
        "const pane = document.querySelector('.pane.front') ?? document;\
         const types = [...pane.querySelectorAll('[data-testid=record-row] [data-column=type]')].map(cell => cell.textContent.trim());\
         return types.length > 2 && types.every(type => type.includes('{type_name}'))"
    );
    window
        .wait_for(&format!("all rows are {type_name}"), &all)
        .await;
}

#[tokio::test]
async fn tabs_and_a_split_have_filters_of_their_own_and_come_back() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    capture_everything(&window).await;
    ask(&window, "type:PAYMENT_FAILED").await;
    rows_are_all(&window, "PAYMENT_FAILED").await;
    window.control('t').await;
    count_is(&window, "tab", 2).await;
    filters_are(&window, &[""]).await;
    ask(&window, "type:ORDER_CREATED").await;
    rows_are_all(&window, "ORDER_CREATED").await;
    window.control(PAGE_UP).await;
    filters_are(&window, &["type:PAYMENT_FAILED"]).await;
    rows_are_all(&window, "PAYMENT_FAILED").await;

    window.control('\\').await;
    count_is(&window, "explore-pane", 2).await;
    filters_are(&window, &["type:PAYMENT_FAILED", "type:ORDER_CREATED"]).await;
    window.screenshot("e2e-split").await;
    // the other tab takes the keyboard: its filter is asked, the first stays
    window.control('2').await;
    ask(&window, " ORDER").await;
    until("only the second filter changed", || async {
        let said = window.script(FILTERS).await;
        let second = said[1].as_str()?;
        (said[0] == "type:PAYMENT_FAILED" && second != "type:ORDER_CREATED").then_some(())
    })
    .await;
    window.control('\\').await;
    count_is(&window, "explore-pane", 1).await;
    window.control('1').await;
    filters_are(&window, &["type:PAYMENT_FAILED"]).await;
    window
        .wait_for(
            "the window keeps its tabs",
            "return JSON.parse(localStorage.getItem('kinescope.tabs') ?? '{}').looks?.length === 2 &&\
             JSON.parse(localStorage.getItem('kinescope.tabs')).shown[0] === 0",
        )
        .await;
    window.close().await;

    let window = Window::open(home.start()).await;
    count_is(&window, "tab", 2).await;
    filters_are(&window, &["type:PAYMENT_FAILED"]).await;
    rows_are_all(&window, "PAYMENT_FAILED").await;
    window.control('w').await;
    count_is(&window, "tab", 0).await;
    window.close().await;
}

#[tokio::test]
async fn a_key_is_changed_works_at_once_and_after_a_restart() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    count_is(&window, "side-bar", 1).await;
    window.control(',').await;
    tab_or_is(&window, "settings-search").await;
    window.keys(ESCAPE).await;
    count_is(&window, "window-settings", 0).await;
    window.keys("gk").await;
    window
        .wait_for(
            "the list of keys has the keyboard",
            "return document.activeElement?.dataset.testid === 'remap-search'",
        )
        .await;
    window.keys("Show or hide the side bar").await;
    count_is(&window, "remap-line", 1).await;
    tab_to(&window, "remap-key").await;
    window.keys(ENTER).await;
    tab_or_is(&window, "key-box").await;
    window.keys(F9).await;
    window
        .wait_for(
            "the key is heard",
            "return document.querySelector('[data-testid=key-box]')?.textContent.includes('F9')",
        )
        .await;
    tab_to(&window, "key-take").await;
    window.keys(ENTER).await;
    window
        .wait_for(
            "the line says the new key",
            "return document.querySelector('[data-line=\"window.side-bar\"] [data-testid=remap-key]')?.textContent.includes('F9')",
        )
        .await;
    window.screenshot("e2e-remap").await;
    window.keys(ESCAPE).await;
    count_is(&window, "key-settings", 0).await;
    window.keys(F9).await;
    count_is(&window, "side-bar", 0).await;
    // the usual one is free now
    window.control('b').await;
    window.keys(F9).await;
    count_is(&window, "side-bar", 1).await;
    window.close().await;

    let window = Window::open(home.start()).await;
    count_is(&window, "side-bar", 1).await;
    window.keys(F9).await;
    count_is(&window, "side-bar", 0).await;
    window.close().await;
}

async fn tab_or_is(window: &Window, test_id: &str) {
    let here = format!("return document.activeElement?.dataset.testid === '{test_id}'");
    window
        .wait_for(&format!("{test_id} has the keyboard"), &here)
        .await;
}

/// Tab by Tab, as somebody without a mouse gets there.
pub async fn tab_to(window: &Window, test_id: &str) {
    let here =
        format!("return document.activeElement?.closest('[data-testid=\"{test_id}\"]') !== null");
    for _ in 0..80 {
        if window.script(&here).await == true {
            return;
        }
        window.keys(TAB).await;
    }
    panic!("{test_id} is not among the stops of the keyboard");
}
