//! What a person does beside looking, by the keyboard alone: a stream made and deleted on a local endpoint, a capture set up in its
//! dialog, the calls, a job that is cancelled, a masking rule.

use crate::{
    flow::capture_everything,
    hands::{count_is, tab_to},
    publishing::begin_import,
    trust::home::Home,
};
use e2e::{Window, until};

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const DOWN: &str = "\u{e015}";
const SPACE: &str = " ";

async fn is_focused(window: &Window, test_id: &str) {
    let here = format!("return document.activeElement?.dataset.testid === '{test_id}'");
    window
        .wait_for(&format!("{test_id} has the keyboard"), &here)
        .await;
}

/// Among the rows of the list of streams.
async fn stream_is_listed(window: &Window, name: &str, is_listed: bool) {
    let rows = "[...document.querySelectorAll('[data-testid=stream-row]')]";
    let listed = format!(
        "return {rows}.length > 0 && {rows}.some(row => row.textContent.includes('{name}')) === {is_listed}"
    );
    let what = if is_listed { "is" } else { "is not" };
    window
        .wait_for(&format!("{name} {what} listed"), &listed)
        .await;
}

#[tokio::test]
async fn a_stream_is_made_and_deleted_by_key() {
    const NAME: &str = "made-by-hand";
    let home = Home::new();
    let window = Window::open(home.start()).await;
    window.keys("gs").await;
    stream_is_listed(&window, NAME, false).await;
    window.keys("n").await;
    is_focused(&window, "new-stream-name").await;
    window.keys(&format!("{NAME}{ENTER}")).await;
    count_is(&window, "new-stream", 0).await;
    stream_is_listed(&window, NAME, true).await;

    window.keys("/").await;
    is_focused(&window, "stream-search").await;
    window.keys(NAME).await;
    count_is(&window, "stream-row", 1).await;
    window.keys(DOWN).await;
    window.keys(DOWN).await;
    let chosen = format!(
        "return document.querySelector('[data-testid=stream-details]')?.getAttribute('aria-label') === '{NAME}'"
    );
    window.wait_for("its details are shown", &chosen).await;
    window.screenshot("e2e-stream-made").await;
    tab_to(&window, "stream-delete").await;
    window.keys(ENTER).await;
    is_focused(&window, "delete-stream-typed").await;
    window.keys("made-by-han").await;
    let almost = "return document.querySelector('[data-testid=delete-stream-typed]').value === 'made-by-han' &&\
                  document.querySelector('[data-testid=delete-stream-go]').disabled";
    window.wait_for("its name is almost typed", almost).await;
    window.keys(&format!("d{ENTER}")).await;
    count_is(&window, "delete-stream", 0).await;
    // the endpoint takes a moment for it
    until("it is gone", || async {
        let rows = "return document.querySelectorAll('[data-testid=stream-row]').length";
        if window.script(rows).await == 0 {
            return Some(());
        }
        window.keys("R").await;
        None
    })
    .await;
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new());
}

#[tokio::test]
async fn a_capture_is_set_up_in_its_dialog_by_key() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    window.keys("gc").await;
    window.element("captures-view").await;
    window.keys("n").await;
    window.element("start-capture-dialog").await;
    tab_to(&window, "start-streams").await;
    let at_first = "return document.querySelector('[data-testid=start-stream]')?.getAttribute('aria-selected')";
    window
        .wait_for("streams are offered", &format!("{at_first} != null"))
        .await;
    window.keys(SPACE).await;
    window
        .wait_for("the first is chosen", &format!("{at_first} === 'true'"))
        .await;
    tab_to(&window, "start-until-count").await;
    window.keys("100").await;
    tab_to(&window, "start-name").await;
    window.keys("a hundred").await;
    window.screenshot("e2e-capture-dialog").await;
    // where it begins is a group of its own: the arrow takes the next kind
    tab_to(&window, "start-latest").await;
    window.keys(DOWN).await;
    is_focused(&window, "start-trimHorizon").await;
    window.keys(ENTER).await;
    count_is(&window, "start-capture-dialog", 0).await;
    window
        .wait_for(
            "it is listed, and ends by itself",
            "const row = [...document.querySelectorAll('[data-testid=captures-view] [role=row]')]\
               .find(row => row.textContent.includes('a hundred'));\
             return row !== undefined && /[Ff]inished|[Cc]omplete/.test(row.textContent)",
        )
        .await;
    window.screenshot("e2e-capture-by-key").await;
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new());
}

#[tokio::test]
async fn calls_are_looked_at_by_key() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    capture_everything(&window).await;
    window.keys("ga").await;
    window
        .wait_for(
            "calls are listed",
            "return document.querySelectorAll('[data-testid=activity-row]').length > 3",
        )
        .await;
    // no new ones move what is looked at
    tab_to(&window, "activity-held").await;
    window.keys(SPACE).await;
    tab_to(&window, "activity-table").await;
    window.keys(DOWN).await;
    window
        .wait_for(
            "the call's own line is told",
            "return document.querySelector('[data-testid=activity-line]')?.textContent.trim().length > 3",
        )
        .await;
    window.screenshot("e2e-activity").await;
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new());
}

#[tokio::test]
async fn a_job_is_cancelled_by_key() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    capture_everything(&window).await;
    begin_import(&window, 2_000, 5).await;
    window.keys(ESCAPE).await;
    leave_fields(&window).await;
    window.keys("gj").await;
    let job = "[data-testid=job][data-kind=import]";
    window
        .wait_for(
            "the import is among the jobs",
            &format!("return document.querySelector('{job} [data-testid=job-cancel]') !== null"),
        )
        .await;
    window.screenshot("e2e-jobs").await;
    let here = format!(
        "return document.activeElement?.dataset.testid === 'job-cancel' && document.activeElement.closest('{job}') !== null"
    );
    for _ in 0..30 {
        if window.script(&here).await == true {
            break;
        }
        window.keys("\u{e004}").await;
    }
    assert_eq!(window.script(&here).await, true, "its hand is a stop");
    window.keys(ENTER).await;
    window
        .wait_for(
            "it is no job any more",
            &format!("return document.querySelector('{job}') === null"),
        )
        .await;
    window.keys(ESCAPE).await;
    count_is(&window, "jobs", 0).await;
    window
        .wait_for(
            "it is told as cancelled",
            "return document.querySelector('[data-testid=import-job]')?.dataset.state === 'cancelled'",
        )
        .await;
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new());
}

async fn leave_fields(window: &Window) {
    window.script("document.activeElement?.blur()").await;
}

#[tokio::test]
async fn a_masking_rule_is_added_by_key_and_lifted_by_the_native_dialog() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    capture_everything(&window).await;
    an_order_is_read(&window, true).await;
    window.keys("gm").await;
    is_focused(&window, "mask-text").await;
    // commands have it in their root, events in what they carry
    for (rules, path) in [(1, "$.orderId"), (2, "$.payload.orderId")] {
        is_focused(&window, "mask-text").await;
        window.keys(&format!("{path}{ENTER}")).await;
        count_is(&window, "mask-rule", rules).await;
    }
    window.screenshot("e2e-mask-rule").await;
    closed_and_drawn_anew(&window).await;
    an_order_is_read(&window, false).await;
    an_order_is_among_the_bytes(&window, false).await;
    count_is(&window, "mask-badge", 1).await;

    window.keys("gm").await;
    is_focused(&window, "mask-text").await;
    tab_to(&window, "mask-lift").await;
    window.keys(ENTER).await;
    let dialog = window.dialog("Show masked values?").await;
    window.screenshot("e2e-mask-dialog").await;
    dialog.press(&["alt+s"]);
    dialog.gone().await;
    window
        .wait_for(
            "true values are shown again",
            "return document.querySelector('[data-testid=mask-again]') !== null",
        )
        .await;
    closed_and_drawn_anew(&window).await;
    an_order_is_read(&window, true).await;
    an_order_is_among_the_bytes(&window, true).await;
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new());
}

/// A record of an order is opened, whose order is read in its tree, or not. Not every record is of one.
async fn an_order_is_read(window: &Window, is_read: bool) {
    let tree = "const tree = document.querySelector('[data-testid=json-tree]');\
                const facts = document.querySelector('[data-testid=inspector] .facts')?.textContent;";
    let mut before = serde_json::Value::Null;
    for _ in 0..100 {
        window.keys("k").await;
        let another = format!(
            "{tree} return facts !== undefined && facts !== arguments[0] && tree?.querySelectorAll('[role=treeitem]').length > 2"
        );
        until("another record is open", || async {
            let is_open = window.script_with(&another, vec![before.clone()]).await;
            (is_open == true).then_some(())
        })
        .await;
        let of_order = format!("{tree} return tree.textContent.includes('orderId')");
        if window.script(&of_order).await == true {
            break;
        }
        before = window.script(&format!("{tree} return facts")).await;
    }
    let read = format!(
        "{tree} return tree?.textContent.includes('orderId') && tree.textContent.includes('\"ord-') === {is_read}"
    );
    let what = if is_read { "is" } else { "is not" };
    window
        .wait_for(&format!("an order {what} read"), &read)
        .await;
}

/// Looked for in the bytes of the record that is open: a mask stands there, too.
async fn an_order_is_among_the_bytes(window: &Window, is_there: bool) {
    window.keys("4").await;
    window.element("hex-find").await;
    tab_to(window, "hex-find").await;
    window.keys(&format!("\"\"ord-\"{ENTER}")).await;
    let found = if is_there {
        "return document.querySelector('[data-testid=hex-copy]')?.textContent.trim() === '5 bytes'"
    } else {
        "return document.querySelector('[data-testid=hex-found]')?.textContent === 'no match'"
    };
    window
        .wait_for("the bytes were looked through", found)
        .await;
    // letters are commands again
    tab_to(window, "hex-find-next").await;
}

/// Under other rules the page begins anew once their settings are closed, with the records of before.
async fn closed_and_drawn_anew(window: &Window) {
    window.script("window.isOfBefore = true; return true").await;
    window.keys(ESCAPE).await;
    window
        .wait_for(
            "the window is drawn anew",
            "return window.isOfBefore === undefined && document.documentElement.hasAttribute('data-ready') && \
             document.querySelector('[data-testid=mask-settings]') === null && \
             document.querySelectorAll('[data-testid=record-row]').length > 5",
        )
        .await;
}
