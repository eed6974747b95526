//! Columns in the real window: a path is typed, another comes from the fields that were seen; a head is steered with keys only;
//! and after the next start all of it is there again.

use crate::flow::capture_everything;
use e2e::{Start, Window, until};
use thirtyfour::Key;

const HEADS: &str = "[...document.querySelectorAll('[data-testid=column-head]')]";

#[tokio::test]
async fn columns_are_chosen_and_there_again_after_the_next_start() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = folder.path().join("settings").display().to_string();
    let start =
        || Start::demo(&folder.path().join("columns.kscope")).with("XDG_CONFIG_HOME", &settings);
    let window = Window::open(start()).await;
    window.resize(1280, 800).await;
    capture_everything(&window).await;

    by_typing(&window).await;
    window.screenshot("e2e-columns").await;
    let widened = with_keys(&window).await;
    from_the_fields(&window).await;
    let chosen = heads(&window).await;
    assert!(chosen.contains(&"orderId".to_owned()), "{chosen:?}");
    window.close().await;

    let again = Window::open(start()).await;
    again.resize(1280, 800).await;
    until("the columns are there again", || async {
        (heads(&again).await == chosen).then_some(())
    })
    .await;
    assert_eq!(width_of_type(&again).await, widened);
    again.screenshot("e2e-columns-again").await;
    again.close().await;
}

/// The path of every event's order, with its values.
async fn by_typing(window: &Window) {
    window.click("columns-open").await;
    window.element("columns-path").await;
    window.keys("orderId").await;
    window.keys(&Key::Enter.value().to_string()).await;
    until("the path is a column", || async {
        heads(window)
            .await
            .contains(&"orderId".to_owned())
            .then_some(())
    })
    .await;
    window.screenshot("e2e-columns-list").await;
    window.keys(&Key::Escape.value().to_string()).await;
    let filled = "const cells = [...document.querySelectorAll('[role=gridcell][data-column=\"$.orderId\"]')];\
        return cells.length > 3 && cells.some(cell => /ord/.test(cell.textContent))";
    window.wait_for("the values of the path", filled).await;
}

/// Answers how wide the column is then.
async fn with_keys(window: &Window) -> u64 {
    let before = width_of_type(window).await;
    let focus = format!("{HEADS}.find(head => head.textContent === 'Type').focus(); return true");
    window.script(&focus).await;
    let wider = window.driver.action_chain().key_down(Key::Shift);
    wider
        .send_keys(Key::Right)
        .send_keys(Key::Right)
        .key_up(Key::Shift)
        .perform()
        .await
        .expect("keys can be typed");
    until("the column is wider", || async {
        (width_of_type(window).await == before + 32).then_some(before + 32)
    })
    .await
}

/// A field of the list becomes a column with one press.
async fn from_the_fields(window: &Window) {
    window.click("columns-open").await;
    window.click("columns-fields").await;
    window
        .wait_for(
            "fields are listed",
            "return document.querySelectorAll('[data-testid=fields-line]').length > 3",
        )
        .await;
    window.screenshot("e2e-fields").await;
    let before = heads(window).await.len();
    window.click("fields-column").await;
    until("one more column", || async {
        (heads(window).await.len() == before + 1).then_some(())
    })
    .await;
    window.keys(&Key::Escape.value().to_string()).await;
}

async fn heads(window: &Window) -> Vec<String> {
    let heads = window
        .script(&format!("return {HEADS}.map(head => head.textContent)"))
        .await;
    serde_json::from_value(heads).expect("texts")
}

async fn width_of_type(window: &Window) -> u64 {
    let width = format!(
        "return Math.round({HEADS}.find(head => head.textContent === 'Type').getBoundingClientRect().width)"
    );
    window.script(&width).await.as_u64().expect("a width")
}
