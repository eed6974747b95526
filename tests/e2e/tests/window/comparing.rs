//! A record beside the one before it of the same key, in the real window: what differs, what does not, and where none is before.

use crate::{flow::records_shown, live::Live};
use e2e::{Start, Window, until};
use serde_json::Value;

/// Numbers that no double tells apart.
const BEFORE: &str = r#"{"orderId":"ord-1","total":9007199254740993,"state":"open"}"#;
const AFTER: &str = r#"{"orderId":"ord-1","total":9007199254740995,"state":"open"}"#;
const BESIDE: &str = r#"{"orderId":"ord-2","total":1,"state":"closed"}"#;

#[tokio::test]
async fn a_record_is_compared_with_the_one_before_of_its_key() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let window = Window::open(Start::demo(&folder.path().join("compare.kscope"))).await;
    window.resize(1280, 800).await;
    let live = Live::capturing(&window).await;
    for (key, text) in [("ord-1", BEFORE), ("ord-2", BESIDE), ("ord-1", AFTER)] {
        live.put(&[(key, text.as_bytes())]);
    }
    until("all are captured", || async {
        (records_shown(&window).await == 3).then_some(())
    })
    .await;

    open(&window, "9007199254740995").await;
    with_the_key(&window).await;
    let differs = until("the records stand beside each other", || async {
        let lines = changed(&window).await;
        (!lines.is_empty()).then_some(lines)
    })
    .await;
    assert_eq!(
        differs,
        [
            (
                "removed".to_owned(),
                r#""total": 9007199254740993,"#.to_owned()
            ),
            (
                "added".to_owned(),
                r#""total": 9007199254740995,"#.to_owned()
            ),
        ]
    );
    window.screenshot("e2e-compare").await;

    // of the other one's key it is the first
    window.click("diff-open").await;
    open(&window, "ord-2").await;
    with_the_key(&window).await;
    window.element("diff-none").await;
    window.close().await;
}

async fn open(window: &Window, said: &str) {
    let select = format!(
        "const row = [...document.querySelectorAll('[data-testid=record-row]')].find(row => row.textContent.includes('{said}'));\
         row?.click(); row?.dispatchEvent(new MouseEvent('dblclick', {{ bubbles: true }}));\
         return document.querySelector('[data-testid=inspector]')?.textContent.includes('{said}') ?? false"
    );
    window.wait_for("the record is open", &select).await;
    window.click("tab-diff").await;
}

async fn with_the_key(window: &Window) {
    let choose = "const choice = document.querySelector('[data-testid=diff-with]');\
        if (!choice) return false;\
        if (choice.value !== 'key') { choice.value = 'key'; choice.dispatchEvent(new Event('change', { bubbles: true })); }\
        return choice.value === 'key'";
    window.wait_for("its key's is chosen", choose).await;
}

/// The lines that differ: how, and what they say.
async fn changed(window: &Window) -> Vec<(String, String)> {
    let read = "return [...document.querySelectorAll('[data-testid=record-diff] .line:not(.same)')].map(line =>\
        [line.classList.contains('added') ? 'added' : 'removed', line.querySelector('.payload').textContent.trim()])";
    let lines = window.script(read).await;
    let lines: Vec<[Value; 2]> = serde_json::from_value(lines).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let lines = lines.iter().map(|[how, said]| (text(how), text(said)));
    lines.collect()
}
