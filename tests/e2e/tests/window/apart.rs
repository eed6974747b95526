//! The inspector in its own window, by the keyboard alone: it shows the record that is selected in the main one, may call what
//! reads a record and nothing else, and is closed with the main window and under other masking rules.

use crate::{
    flow::capture_everything,
    hands::{ask, count_is, rows_are_all, tab_to},
    trust::home::Home,
};
use e2e::{Window, until};

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
/// When and where the record arrived, as the inspector says it.
const FACTS: &str =
    "return document.querySelector('[data-testid=inspector] .facts')?.textContent ?? ''";

async fn facts(window: &Window) -> String {
    until("the inspector says when its record arrived", || async {
        let said = window.script(FACTS).await;
        said.as_str()
            .filter(|said| !said.is_empty())
            .map(str::to_owned)
    })
    .await
}

/// A record is selected, and its inspector opened in the window that is driven from then on.
async fn with_the_inspector_apart(window: &Window) -> thirtyfour::WindowHandle {
    capture_everything(window).await;
    ask(window, "type:PROCESS_PAYMENT").await;
    rows_are_all(window, "PROCESS_PAYMENT").await;
    window.keys("k").await;
    count_is(window, "inspector-type", 1).await;
    window.keys("o").await;
    window.to_the_other().await
}

#[tokio::test]
async fn the_inspector_follows_the_selection_in_a_window_of_its_own() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    let main = with_the_inspector_apart(&window).await;
    let own = window.driver.window().await.expect("this window");
    // a field of the record, as its tree says
    window
        .wait_for(
            "a field is read in it",
            "return document.querySelectorAll('[data-testid=json-tree] [role=treeitem]').length > 2",
        )
        .await;
    let first = facts(&window).await;
    only_reads(&window).await;

    window.to(&main).await;
    count_is(&window, "inspector", 0).await;
    window.keys("kkk").await;
    window.to(&own).await;
    until("it follows the selection", || async {
        (facts(&window).await != first).then_some(())
    })
    .await;
    window.screenshot("e2e-inspector-window").await;
    window.keys("4").await;
    window
        .wait_for(
            "its keys choose a tab of it",
            "return document.querySelector('[data-testid=tab-hex]')?.getAttribute('aria-selected') === 'true'",
        )
        .await;
    step_from_it(&window).await;
    window.keys_that_close(ESCAPE).await;
    window.to(&main).await;
    count_is(&window, "inspector", 1).await;
    until("where it stood is kept", || async {
        let files = home.files();
        let place = files.iter().find(|file| file.ends_with("inspector.json"))?;
        let kept = std::fs::read_to_string(place).ok()?;
        kept.contains("width").then_some(())
    })
    .await;
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new());
}

/// Its own keys select the record before the selected one, and that one again.
async fn step_from_it(window: &Window) {
    let here = facts(window).await;
    window.keys("k").await;
    until("the record before is shown", || async {
        (facts(window).await != here).then_some(())
    })
    .await;
    window.keys("j").await;
    until("the record is shown again", || async {
        (facts(window).await == here).then_some(())
    })
    .await;
}

#[tokio::test]
async fn its_window_is_named_in_the_persons_language_and_opens_again_at_the_next_start() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    capture_everything(&window).await;
    window.control('k').await;
    window.element("palette-search").await;
    window.keys(&format!("bahasa indonesia{ENTER}")).await;
    window
        .wait_for(
            "the window speaks Indonesian",
            "return document.documentElement.lang === 'id' && document.querySelectorAll('[data-testid=record-row]').length > 5",
        )
        .await;
    window.keys("k").await;
    count_is(&window, "inspector-type", 1).await;
    window.keys("o").await;
    let main = window.to_the_other().await;
    titled(&window).await;
    window.to(&main).await;
    window.close().await;

    let window = Window::open(home.start()).await;
    titled(&window).await;
    let main = window.to_the_other().await;
    window.screenshot("e2e-inspector-again").await;
    window.keys_that_close(ESCAPE).await;
    window.to(&main).await;
    window
        .wait_for(
            "it is known to be closed",
            "return localStorage.getItem('kinescope.apart') === null",
        )
        .await;
    window.close().await;

    let window = Window::open(home.start()).await;
    window
        .wait_for(
            "rows are shown",
            "return document.querySelectorAll('[data-testid=record-row]').length > 5",
        )
        .await;
    window.has_windows(1).await;
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new());
}

async fn titled(window: &Window) {
    until("the desktop says what the window is", || async {
        let titles = window.titles();
        titles
            .iter()
            .any(|title| title == "Kinescope – Inspektor")
            .then_some(())
    })
    .await;
}

/// What changes, writes or looks at other records is refused by the program itself, not only not offered.
async fn only_reads(window: &Window) {
    let calls = "const calls = { open_view: { slot: 'x', captures: [], filter: '' }, list_captures: {}, list_grants: {},\
                 set_demo_rate: { eventsPerSecond: 1 }, masking: {}, app_info: {} };\
                 window.told = null;\
                 Promise.all(Object.entries(calls).map(([name, values]) => window.__TAURI_INTERNALS__.invoke(name, values)\
                 .then(() => `${name} answered`, (error) => `${name} ${/not allowed/.test(String(error)) ? 'refused' : error}`)))\
                 .then((told) => { window.told = told.sort().join(', ') }); return true";
    window.script(calls).await;
    let told = until("the calls are answered or refused", || async {
        let told = window.script("return window.told").await;
        told.as_str().map(str::to_owned)
    })
    .await;
    assert_eq!(
        told,
        "app_info answered, list_captures refused, list_grants refused, masking refused, open_view refused, set_demo_rate refused"
    );
}

#[tokio::test]
async fn under_other_masking_rules_the_inspectors_window_shows_nothing_of_before() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    let main = with_the_inspector_apart(&window).await;
    let seen =
        "return document.querySelector('[data-testid=json-tree]')?.textContent.includes('\"ord-')";
    window.wait_for("a true value is read in it", seen).await;

    window.to(&main).await;
    window.keys("gm").await;
    window.element("mask-settings").await;
    tab_to(&window, "mask-text").await;
    window.keys(&format!("$.orderId{ENTER}")).await;
    count_is(&window, "mask-rule", 1).await;
    // before the settings are closed, at which the main window draws itself anew
    window.has_windows(1).await;
    window.keys(ESCAPE).await;
    window
        .wait_for(
            "the main window is drawn anew",
            "return document.documentElement.hasAttribute('data-ready') && \
             document.querySelectorAll('[data-testid=record-row]').length > 5 && \
             document.querySelector('[data-testid=mask-settings]') === null",
        )
        .await;
    window.keys("k").await;
    count_is(&window, "inspector-type", 1).await;
    window.keys("o").await;
    window.to_the_other().await;
    window
        .wait_for(
            "the record is read in it",
            "return document.querySelectorAll('[data-testid=json-tree] [role=treeitem]').length > 2",
        )
        .await;
    window.screenshot("e2e-inspector-masked").await;
    assert_eq!(window.script(seen).await, false, "its order is masked");
    window.close().await;
    assert_eq!(home.panics(), Vec::<String>::new());
}
