//! Publishing in the real window: the program's own dialog answered with the screen's keyboard, the shard said before
//! anything is sent, and the record in the capture.

use crate::flow::capture_everything;
use e2e::{Start, Window, until};
use thirtyfour::Key;

/// `WebDriver`'s code point.
const ENTER: &str = "\u{e007}";
const DIALOG: &str = "Allow writing?";
pub const STATE: &str = "return document.querySelector('[data-testid=permission]')?.dataset.state";

#[tokio::test]
async fn a_message_is_allowed_published_and_captured() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let window = Window::open(Start::demo(&folder.path().join("publish.kscope"))).await;
    capture_everything(&window).await;
    compose(&window).await;

    window.click("ask-grant").await;
    let dialog = window.dialog(DIALOG).await;
    window.screenshot("e2e-publish-dialog").await;
    dialog.press(&["Escape"]);
    dialog.gone().await;
    let is = |state: &str| format!("{STATE} === '{state}'");
    window.wait_for("the no is told", &is("declined")).await;
    let can_send = "return document.querySelector('[data-testid=publish-go]') !== null";
    assert_eq!(
        window.script(can_send).await,
        false,
        "nothing can be sent after a no"
    );
    window.screenshot("e2e-publish-declined").await;

    allow(&window).await;
    let said = window.text("will").await;
    let shard = said.split("shard ").nth(1).and_then(|rest| rest.get(..3));
    let shard = shard
        .unwrap_or_else(|| panic!("no shard is said: {said}"))
        .to_owned();
    look_at_it(&window).await;
    window.click("publish-go").await;
    let sequence = window.text("sent-sequence").await;
    let sent = window.text("sent").await;
    assert!(
        sent.contains(&format!("shard {shard}")),
        "{shard} was said, and then: {sent}"
    );
    window.screenshot("e2e-publish-sent").await;
    find_in_the_capture(&window, sequence.trim()).await;
    window.close().await;
}

/// A message to one of the demo's streams, with its shard said.
pub async fn compose(window: &Window) {
    window.click("activity-publish").await;
    window
        .wait_for(
            "the editor is loaded",
            "return document.querySelector('[data-testid=payload]')?.dataset.loaded === 'true'",
        )
        .await;
    choose_stream(window, "target-stream").await;
    window.click_at("[data-testid=payload] .cm-content").await;
    let all = window.driver.action_chain();
    let all = all
        .key_down(Key::Control)
        .send_keys("a")
        .key_up(Key::Control);
    all.perform().await.expect("all of the text is selected");
    window
        .keys(r#"{"note": "by hand", "id": "{{uuid}}"}"#)
        .await;
    window.click("key").await;
    window.keys("hand-{{seq}}").await;
    as_it_is(window).await;
    until("the shard is said", || async {
        let lands = window.text("lands").await;
        lands.contains("hand-1").then_some(())
    })
    .await;
}

/// For a moment nothing in the message stands for anything else.
async fn as_it_is(window: &Window) {
    let variables = "return document.querySelector('[data-testid=variables]').disabled";
    window.click("as-it-is").await;
    window.wait_for("there are no variables", variables).await;
    let said = "return document.body.textContent.includes('{{now}} and {$.id} are not replaced')";
    window.wait_for("what that means is said", said).await;
    window.screenshot("e2e-publish-as-it-is").await;
    window.click("as-it-is").await;
    window
        .wait_for(
            "there are variables again",
            &variables.replace("return ", "return !"),
        )
        .await;
}

/// Light and dark, wide and narrow; nothing sticks out of a narrow window.
async fn look_at_it(window: &Window) {
    window.screenshot("e2e-publish-allowed").await;
    let theme =
        |name: &str| format!("document.documentElement.dataset.theme = '{name}'; return true");
    window.script(&theme("dark")).await;
    window.screenshot("e2e-publish-dark").await;
    window.script(&theme("light")).await;
    let resized = window.driver.set_window_rect(0, 0, 720, 900).await;
    resized.expect("the window becomes narrow");
    let fits = "return innerWidth < 800 && document.documentElement.scrollWidth <= innerWidth";
    window
        .wait_for("a narrow window shows all of its width", fits)
        .await;
    window.screenshot("e2e-publish-narrow").await;
    let resized = window.driver.set_window_rect(0, 0, 1440, 900).await;
    resized.expect("the window becomes wide again");
    window
        .wait_for("it is wide again", "return innerWidth > 1200")
        .await;
}

async fn find_in_the_capture(window: &Window, sequence: &str) {
    window.click("activity-explore").await;
    window.click("filter-input").await;
    window.keys("\"by hand\"").await;
    let rows = "document.querySelectorAll('[data-testid=record-row]').length";
    window
        .wait_for(
            "the record is captured, once",
            &format!("return {rows} === 1"),
        )
        .await;
    window.click_at("[data-testid=record-row]").await;
    window.keys(ENTER).await;
    window.click("tab-details").await;
    let details = window.text("tab-content").await;
    assert!(details.contains(sequence), "{sequence} is not in {details}");
    window.screenshot("e2e-publish-captured").await;
}

#[tokio::test]
async fn an_import_that_was_cut_off_goes_on_under_a_new_permission() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let window = Window::open(Start::demo(&folder.path().join("go-on.kscope"))).await;
    capture_everything(&window).await;
    begin_import(&window, 200, 40).await;
    let some = "return / of 200/.test(document.querySelector('[data-testid=import-job-done]')?.textContent ?? '') \
                && !/^0 /.test(document.querySelector('[data-testid=import-job-done]').textContent.trim())";
    window.wait_for("some are sent", some).await;
    window.click("revoke").await;
    let failed =
        "return document.querySelector('[data-testid=import-job]')?.dataset.state === 'failed'";
    window.wait_for("nothing more is sent", failed).await;

    window.click("publish-tab-history").await;
    window.click_at("[data-testid=history-row]").await;
    window.wait_for("it can go on", "return document.querySelector('[data-testid=history-message]')?.textContent.includes('Go on with it')").await;
    window.screenshot("e2e-publish-cut-off").await;
    allow(&window).await;
    window.screenshot("e2e-publish-goes-on").await;
    window.click("history-go-on").await;
    let finished = "return document.querySelectorAll('[data-testid=history-job]').length === 0 \
                    && document.querySelector('[data-testid=history-one]') !== null";
    window.wait_for("it is through", finished).await;
    window.screenshot("e2e-publish-went-on").await;

    window.click("activity-explore").await;
    window.click("filter-input").await;
    window.keys("$.orderId:cut-*").await;
    let all = "return document.querySelector('[data-testid=filter-result]')?.textContent";
    until("each is captured once", || async {
        let said = window.script(all).await;
        said.as_str()?.contains("200").then_some(())
    })
    .await;
    window.close().await;
}

/// Of so many pasted records, so many a second, allowed and begun.
pub async fn begin_import(window: &Window, records: u32, per_second: u32) {
    window.click("activity-publish").await;
    window.click("publish-tab-import").await;
    choose_stream(window, "import-target").await;
    window.click("import-from-pasted").await;
    let line = |n| format!("{{\"orderId\":\"cut-{n}\"}}\n");
    let lines: String = (0..records).map(line).collect();
    write(window, "import-pasted", &lines).await;
    write(window, "import-rate", &per_second.to_string()).await;
    allow(window).await;
    let ready = "return document.querySelector('[data-testid=import-go]')?.getAttribute('aria-disabled') === 'false'";
    window.wait_for("it can be sent", ready).await;
    window.click("import-go").await;
}

async fn allow(window: &Window) {
    window.click("ask-grant").await;
    let dialog = window.dialog(DIALOG).await;
    dialog.press(&["alt+a"]);
    dialog.gone().await;
    let granted = format!("{STATE} === 'granted'");
    window.wait_for("the yes is told", &granted).await;
}

async fn choose_stream(window: &Window, picker: &str) {
    let choose = format!(
        "const picker = document.querySelector('[data-testid={picker}]');\
         const stream = [...(picker?.options ?? [])].find(option => option.textContent.trim() === 'order-events');\
         if (!stream) return false;\
         picker.value = stream.value;\
         picker.dispatchEvent(new Event('change', {{ bubbles: true }}));\
         return true;"
    );
    window.wait_for("the stream can be chosen", &choose).await;
}

/// All at once, as a paste does.
async fn write(window: &Window, field: &str, text: &str) {
    let text = serde_json::to_string(text).expect("JSON");
    let write = format!(
        "const field = document.querySelector('[data-testid={field}]');\
         if (!field) return false;\
         field.value = {text};\
         field.dispatchEvent(new Event('input', {{ bubbles: true }}));\
         return true;"
    );
    window.wait_for("it is written", &write).await;
}
