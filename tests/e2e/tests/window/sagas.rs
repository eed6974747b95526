//! Sagas on the running demo, by keyboard: every kind appears with its verdict, and one is looked at in every view.

use crate::flow::capture_everything;
use e2e::{Start, Window, until};
use std::collections::BTreeMap;

const ENTER: &str = "\u{e007}";
/// A deck of the demo has twenty sagas, some of each kind.
const MOST_STEPS: usize = 150;

/// What is told of a saga by which kind of it, and what it is then called.
const KINDS: [(&str, &str, &str); 9] = [
    ("happy", "completed Completed", "after its start"),
    (
        "payment failed",
        "compensated",
        "1 of 1 completed step undone",
    ),
    (
        "shipping failed",
        "compensated",
        "2 of 2 completed steps undone, in reverse order",
    ),
    (
        "rejected",
        "failed",
        "nothing was done that had to be undone",
    ),
    ("cancelled", "compensated", "after ORDER_CANCELLED"),
    ("stuck", "running", "Stuck: silent since"),
    (
        "redelivered",
        "completed Completed",
        "the same event was delivered 2 times",
    ),
    ("duplicate", "completed, findings", "was done 2 times"),
    (
        "out of order",
        "completed, findings",
        "shipping came before payment",
    ),
];

#[tokio::test]
async fn every_kind_of_saga_is_found_and_one_is_looked_at() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let window = Window::open(Start::demo(&folder.path().join("sagas.kscope"))).await;
    capture_everything(&window).await;
    // before that, the newest sagas lack what one of their streams still has
    window
        .wait_for(
            "all nine shards are live",
            "return (document.querySelector('[data-testid=status-shards]')?.textContent ?? '').includes('9 of 9')",
        )
        .await;
    window.keys("gt").await;
    until("an hour of history is judged", || async {
        let count = window
            .script("return document.querySelector('[data-testid=saga-count]')?.textContent ?? ''")
            .await;
        let digits: String = count
            .as_str()?
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        digits.parse::<u64>().ok().filter(|count| *count > 2_000)
    })
    .await;
    window
        .wait_for(
            "sagas are listed",
            "return document.querySelectorAll('[data-testid=saga-row]').length > 5",
        )
        .await;
    window.screenshot("sagas-board").await;
    let found = every_kind(&window).await;
    look_at(&window, &found["shipping failed"]).await;
    to_the_table_and_back(&window).await;
    write_a_definition(&window).await;
    window.close().await;
}

/// Steps from saga to saga until each kind was met; the keys of what was met.
async fn every_kind(window: &Window) -> BTreeMap<&'static str, String> {
    let mut found = BTreeMap::new();
    let mut last = String::new();
    for _ in 0..MOST_STEPS {
        let (key, told) = next_saga(window, &last).await;
        window.keys("6").await;
        let findings = until("the findings are shown", || async {
            let text = window.script("return document.querySelector('[data-testid=saga-findings],[data-testid=findings-none]')?.textContent ?? null").await;
            text.as_str().map(str::to_owned)
        })
        .await;
        let told = format!("{told} {findings}");
        for (kind, status, sentence) in KINDS {
            let is_it = told.starts_with(status) && told.contains(sentence);
            let is_plain = kind != "happy" || !told.contains("delivered");
            if is_it && is_plain && !found.contains_key(kind) {
                window
                    .screenshot(&format!("sagas-{}", kind.replace(' ', "-")))
                    .await;
                found.insert(kind, key.clone());
            }
        }
        if found.len() == KINDS.len() {
            return found;
        }
        last = key;
    }
    panic!("of {KINDS:?} only {found:?} were found");
}

/// Goes to the saga below: its key, and its status with its sentence.
async fn next_saga(window: &Window, last: &str) -> (String, String) {
    let script = "const at = (id) => document.querySelector(`[data-testid=${id}]`)?.textContent.trim() ?? '';\
                  return [at('saga-key'), at('saga-status'), at('saga-sentence')];";
    window.keys("]").await;
    until("the next saga is open", || async {
        let told = window.script(script).await;
        let text = |place: usize| told[place].as_str().unwrap_or_default().to_owned();
        let is_there = text(0) != last && !text(2).is_empty();
        is_there.then(|| (text(0), format!("{} {}", text(1), text(2))))
    })
    .await
}

/// Finds a saga by its key and opens each of its views.
async fn look_at(window: &Window, key: &str) {
    window.keys("/").await;
    window.keys(key).await;
    window
        .wait_for(
            "the list has only it",
            "return document.querySelectorAll('[data-testid=saga-row]').length === 1",
        )
        .await;
    window.keys(ENTER).await;
    window.keys("]").await;
    let open = format!(
        "return document.querySelector('[data-testid=saga-detail]')?.dataset.key === '{key}'"
    );
    window.wait_for("the saga is open", &open).await;
    for (number, tab, shows) in [
        ("1", "timeline", "timeline-row"),
        ("2", "sequence", "sequence-message"),
        ("3", "graph", "graph-node"),
        ("4", "events", "saga-events"),
        ("5", "state", "state-step"),
        ("6", "findings", "findings-none"),
        ("7", "compare", "compare-row"),
    ] {
        window.keys(number).await;
        let script = format!("return document.querySelector('[data-testid={shows}]') !== null");
        window
            .wait_for(&format!("the {tab} shows {shows}"), &script)
            .await;
        window.screenshot(&format!("saga-{tab}")).await;
    }
    window.keys("4").await;
    let unwinding = "const text = document.querySelector('[data-testid=saga-events]')?.textContent ?? '';\
                     const [refunded, released] = ['PAYMENT_REFUNDED', 'INVENTORY_RELEASED'].map((type) => text.indexOf(type));\
                     return refunded > 0 && refunded < released;";
    window
        .wait_for(
            "the payment is refunded before the goods are released",
            unwinding,
        )
        .await;
    // the next event is chosen, and its record shown
    window.keys("jj").await;
    let said = "return (document.querySelector('[data-testid=saga-event-told]')?.textContent ?? '').includes('_')";
    window.wait_for("an event is chosen", said).await;
    window.keys("1").await;
    for (look, script) in [
        (
            "dark",
            "document.documentElement.dataset.theme = 'dark'; return true",
        ),
        (
            "light",
            "document.documentElement.dataset.theme = 'light'; return true",
        ),
    ] {
        window.script(script).await;
        window.screenshot(&format!("saga-timeline-{look}")).await;
    }
    window
        .driver
        .set_window_rect(0, 0, 700, 900)
        .await
        .expect("the window narrows");
    window
        .wait_for("the window is narrow", "return innerWidth <= 720")
        .await;
    window.screenshot("saga-narrow").await;
    window
        .driver
        .set_window_rect(0, 0, 1440, 900)
        .await
        .expect("the window widens");
    window
        .wait_for("the window is wide", "return innerWidth > 1200")
        .await;
}

/// The chosen event's record is shown in the table; the saga stays open meanwhile.
async fn to_the_table_and_back(window: &Window) {
    window.keys("o").await;
    window
        .wait_for(
            "the record is shown in the table",
            "return document.querySelector('[data-testid=record-row]') !== null",
        )
        .await;
    window.keys("gt").await;
    window
        .wait_for(
            "the saga is still open",
            "return document.querySelector('[data-testid=saga-detail]') !== null",
        )
        .await;
}

/// Learns a definition from the capture, saves it, and finds it in the list.
async fn write_a_definition(window: &Window) {
    window
        .script("document.querySelector('[data-testid=place-definitions]').focus(); return true")
        .await;
    window.keys(ENTER).await;
    window.element("definition-learn").await;
    window
        .script("document.querySelector('[data-testid=definition-learn]').focus(); return true")
        .await;
    window.keys(ENTER).await;
    window
        .wait_for(
            "a definition is proposed and checked",
            "return (document.querySelector('.cm-content')?.textContent ?? '').includes('sagaId')",
        )
        .await;
    window.screenshot("sagas-definition").await;
}
