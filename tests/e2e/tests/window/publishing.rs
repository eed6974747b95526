//! Publishing in the real window: the program's own dialog answered with the screen's keyboard, the shard said before
//! anything is sent, and the record in the capture.

use crate::flow::capture_everything;
use e2e::{Start, Window, until};
use thirtyfour::Key;

/// `WebDriver`'s code point.
const ENTER: &str = "\u{e007}";
const DIALOG: &str = "Allow writing?";
const STATE: &str = "return document.querySelector('[data-testid=permission]')?.dataset.state";

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

    window.click("ask-grant").await;
    let dialog = window.dialog(DIALOG).await;
    dialog.press(&["alt+a"]);
    dialog.gone().await;
    window.wait_for("the yes is told", &is("granted")).await;
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
async fn compose(window: &Window) {
    window.click("activity-publish").await;
    window
        .wait_for(
            "the editor is loaded",
            "return document.querySelector('[data-testid=payload]')?.dataset.loaded === 'true'",
        )
        .await;
    let choose = "const picker = document.querySelector('[data-testid=target-stream]');\
                  const stream = [...picker.options].find(option => option.textContent.trim() === 'order-events');\
                  if (!stream) return false;\
                  picker.value = stream.value;\
                  picker.dispatchEvent(new Event('change', { bubbles: true }));\
                  return true;";
    window.wait_for("the stream can be chosen", choose).await;
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
