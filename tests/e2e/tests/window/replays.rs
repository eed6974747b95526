//! A replay from the window: the demo is captured, one order of it is chosen by its saga's id, planned, changed,
//! allowed in the program's own dialog, sent into a new stream that is captured beside it, and compared with what
//! arrived there.

use crate::{flow::capture_everything, live::Live};
use e2e::{Start, Window, until};
use serde_json::Value;
use std::path::Path;

const TARGET: &str = "order-test";
const EVENTS: &str = "order-events";

#[tokio::test]
async fn one_order_is_replayed_into_a_test_stream_and_is_the_same_there() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let window = Window::open(Start::demo(&folder.path().join("replay.kscope"))).await;
    capture_everything(&window).await;
    let live = Live::at_the_demo(&window).await;
    live.create_stream(TARGET, 3).await;
    let saga = a_whole_saga(&live);
    again_streams(&window).await;

    window.click("activity-replays").await;
    window.click("new-replay").await;
    choose_the_saga(&window, &saga).await;
    choose_the_target(&window).await;
    change_ids_and_times(&window, &saga).await;
    at_once(&window).await;
    let planned = plan(&window).await;
    capture_the_target(&window).await;
    save_the_plan(&window, &folder.path().join("order.plan.json")).await;
    allow(&window).await;
    window.click("start-replay").await;
    window
        .wait_for(
            "the replay has finished",
            "return document.querySelector('[data-testid=replay-job]')?.dataset.state === 'finished'",
        )
        .await;
    window.screenshot("e2e-replay-finished").await;
    verified(&window, planned).await;

    in_other_looks(&window).await;

    let landed = live.read(TARGET);
    assert_eq!(landed.len() as u64, planned, "each record once");
    let ids: Vec<&Value> = landed.iter().map(|record| &record["sagaId"]).collect();
    assert!(
        ids.iter().all(|id| *id == ids[0] && **id != *saga),
        "{ids:?}"
    );
    window.close().await;
}

/// The saga of the first shipped order: it is over, so all of it is captured.
fn a_whole_saga(live: &Live) -> String {
    let events = live.read(EVENTS);
    let shipped = events
        .iter()
        .find(|event| event["eventType"] == "ORDER_SHIPPED");
    let saga = shipped.and_then(|event| event["sagaId"].as_str());
    saga.expect("the demo's past holds shipped orders")
        .to_owned()
}

async fn again_streams(window: &Window) {
    let listed = format!(
        "document.querySelector('[aria-label=\"Ask for the streams again\"]')?.click();\
         return [...document.querySelectorAll('[data-testid=stream]')].some(s => s.textContent === '{TARGET}')"
    );
    window.wait_for("the new stream is listed", &listed).await;
}

async fn choose_the_saga(window: &Window, saga: &str) {
    window.click("from-carrying").await;
    type_into(window, "source-path", "$.sagaId").await;
    type_into(window, "source-value", saga).await;
    window.screenshot("e2e-replay-source").await;
    window.click("step-next").await;
}

async fn choose_the_target(window: &Window) {
    window
        .wait_for(
            "the stream can be chosen",
            &format!(
                "const select = document.querySelector('[data-testid=wizard-stream]');\
                 const option = [...(select?.options ?? [])].find(o => o.textContent === '{TARGET}');\
                 if (!option) return false;\
                 select.value = option.value;\
                 select.dispatchEvent(new Event('change', {{ bubbles: true }}));\
                 return true"
            ),
        )
        .await;
    window
        .wait_for(
            "the target is told in full",
            &format!("return document.querySelector('[data-testid=wizard-where]').textContent.includes('{TARGET}')"),
        )
        .await;
    window.screenshot("e2e-replay-target").await;
    window.click("step-next").await;
}

/// New ids, and times that begin now: the first record shows both.
async fn change_ids_and_times(window: &Window, saga: &str) {
    for rule in ["newIds", "shiftTime"] {
        window.click("add-rule").await;
        window.click(&format!("add-{rule}")).await;
    }
    window
        .wait_for(
            "the rules are shown at work",
            &format!(
                "const preview = document.querySelector('[data-testid=rule-preview]');\
                 const text = preview?.textContent ?? '';\
                 return preview?.dataset.changed === 'true' && text.includes('{saga}') && text.includes('New ids, Shift')"
            ),
        )
        .await;
    window.screenshot("e2e-replay-rules").await;
    window.click("step-next").await;
}

async fn at_once(window: &Window) {
    window.click("pace-atOnce").await;
    window.click("step-next").await;
}

/// How many records the plan counts.
async fn plan(window: &Window) -> u64 {
    window
        .wait_for(
            "the plan is there",
            "return document.querySelector('[data-testid=plan]')?.dataset.planned === 'true'",
        )
        .await;
    let planned = window.text("plan").await;
    let first: String = planned.chars().take_while(char::is_ascii_digit).collect();
    window.screenshot("e2e-replay-plan").await;
    let planned: u64 = first.parse().expect("the plan begins with its records");
    assert!(planned >= 5, "a whole saga has some records: {planned}");
    planned
}

async fn capture_the_target(window: &Window) {
    window.click("capture-target").await;
    window
        .wait_for(
            "the plan has it",
            "return document.querySelector('[data-testid=capture-target]').checked && \
             document.querySelector('[data-testid=plan]')?.dataset.planned === 'true'",
        )
        .await;
    window.screenshot("e2e-replay-capture-target").await;
}

/// In the dialog of the program: what is written can be planned again.
async fn save_the_plan(window: &Window, path: &Path) {
    window.click("save-plan").await;
    let dialog = window.dialog("Save as").await;
    dialog.press(&["ctrl+a"]);
    dialog.type_text(&path.display().to_string());
    window.screenshot("e2e-replay-save").await;
    dialog.press(&["Return"]);
    dialog.gone().await;
    let saved = until("the plan is saved", || async {
        std::fs::read_to_string(path).ok()
    })
    .await;
    let saved: Value = serde_json::from_str(&saved).expect("a plan is JSON");
    assert!(saved["plan"]["tally"]["records"].is_u64(), "{saved}");
    assert_eq!(saved["setup"]["captureTarget"], true, "{saved}");
}

async fn allow(window: &Window) {
    window.click("ask-grant").await;
    let dialog = window.dialog("Allow writing").await;
    window.screenshot("e2e-replay-dialog").await;
    // the first button, which has the focus, says no
    dialog.press(&["Tab", "Return"]);
    dialog.gone().await;
    window
        .wait_for(
            "it may be written",
            "return document.querySelector('[data-testid=permission]')?.dataset.state === 'granted'",
        )
        .await;
    window.screenshot("e2e-replay-granted").await;
}

/// Nobody asks for it: what was captured beside the replay is compared when all of it is there.
async fn verified(window: &Window, planned: u64) {
    window
        .wait_for(
            "everything that was acknowledged is captured",
            "return document.querySelector('[data-testid=beside]')?.dataset.state === 'read'",
        )
        .await;
    let captured = window.text("beside").await;
    assert!(
        captured.contains(&format!("{planned} records")),
        "{captured}"
    );
    window
        .wait_for(
            "the target is compared",
            "return document.querySelector('[data-testid=verdict]') !== null",
        )
        .await;
    window.screenshot("e2e-replay-verified").await;
    let same = window
        .script("return document.querySelector('[data-testid=verdict]').dataset.same")
        .await;
    let verdict = window.text("verdict").await;
    assert_eq!(same, "true", "{verdict}");
    assert!(
        verdict.contains(&format!("{planned} identical")),
        "{verdict}"
    );
}

/// For a person to look at.
async fn in_other_looks(window: &Window) {
    for theme in ["light", "dark"] {
        window
            .script(&format!(
                "document.documentElement.dataset.theme = '{theme}'"
            ))
            .await;
        painted().await;
        window
            .screenshot(&format!("e2e-replay-verified-{theme}"))
            .await;
    }
    window.resize(840, 760).await;
    painted().await;
    window.screenshot("e2e-replay-verified-narrow").await;
}

/// The page has no event for "this is on the screen".
async fn painted() {
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
}

async fn type_into(window: &Window, test_id: &str, text: &str) {
    let field = window.element(test_id).await;
    field.clear().await.expect("a field can be emptied");
    field
        .send_keys(text)
        .await
        .expect("a field can be typed into");
    until(&format!("{test_id} holds {text}"), || async {
        (field.prop("value").await.ok()??.as_str() == text).then_some(())
    })
    .await;
}
