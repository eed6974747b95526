//! Pictures of each screen's main state, for a person to look at: light and dark, wide and as narrow as the window gets, in
//! each language, in the plain locale of a container. Everything is reached by keys alone, and nothing may end beyond the window.

use crate::flow::capture_everything;
use e2e::{Start, Window};

const SIZES: [(&str, u32, u32); 2] = [("wide", 1440, 900), ("narrow", 640, 420)];
const ESCAPE: &str = "\u{e00c}";
const ENTER: &str = "\u{e007}";
const DOWN: &str = "\u{e015}";

/// A screen's name, the keys that lead there, and what is in the page once it is there.
const SCREENS: [(&str, &str, &str); 9] = [
    ("streams", "gs", "[data-testid=shard-table] [role=row]"),
    ("questions", "gq", "[data-testid=question-example]"),
    ("captures", "gc", "[data-testid=progress-row]"),
    ("connections", "go", "[data-testid=meter] tbody tr"),
    (
        "sagas",
        "gt",
        "[data-testid=saga-list] [role=row] [role=gridcell], [data-testid=sagas-no-definition]",
    ),
    (
        "publish",
        "gp",
        "[data-testid=publish-view] [data-testid], [data-testid=publish-none]",
    ),
    ("replays", "gr", "[data-testid=new-replay]"),
    (
        "activity",
        "ga",
        "[data-testid=activity-table] [role=gridcell]",
    ),
    ("explore", "ge", "[data-testid=record-row]"),
];
/// Beside English: what the palette finds each by, and what it is in a picture's name.
const LANGUAGES: [(&str, &str); 2] = [("nederlands", "nl"), ("bahasa indonesia", "id")];

#[tokio::test]
async fn every_screen_in_both_themes_wide_and_narrow() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let start = Start::demo(&folder.path().join("screens.kscope")).with("LANG", "C.UTF-8");
    let window = Window::open(start).await;
    for (size, width, height) in SIZES {
        window.resize(width, height).await;
        show(&window, &format!("first-run-{size}")).await;
    }
    window.resize(1440, 900).await;
    capture_everything(&window).await;
    choose_a_stream(&window).await;
    for theme in ["light", "dark"] {
        run_by_name(&window, &format!("appearance {theme}")).await;
        window
            .wait_for(
                &format!("it is {theme}"),
                &format!("return document.documentElement.dataset.theme === '{theme}'"),
            )
            .await;
        for (size, width, height) in SIZES {
            window.resize(width, height).await;
            look_at_everything(&window, &format!("{theme}-{size}")).await;
        }
    }
    for (name, language) in LANGUAGES {
        window.resize(1440, 900).await;
        run_by_name(&window, name).await;
        window
            .wait_for(
                &format!("it speaks {language}"),
                &format!("return document.documentElement.lang === '{language}'"),
            )
            .await;
        for (size, width, height) in SIZES {
            window.resize(width, height).await;
            look_at_everything(&window, &format!("{language}-{size}")).await;
        }
    }
    window.close().await;
}

async fn look_at_everything(window: &Window, how: &str) {
    for (screen, keys, shows) in SCREENS {
        window.keys(keys).await;
        window
            .wait_for(
                &format!("{screen} is shown"),
                &format!("return document.querySelector('{shows}') !== null"),
            )
            .await;
        show(window, &format!("{screen}-{how}")).await;
    }
    window.keys("k").await;
    window
        .wait_for(
            "a record is open",
            "return document.querySelector('[data-testid=inspector-type]') !== null",
        )
        .await;
    for (tab, key, shows) in [
        ("metadata", "5", "[data-testid=metadata]"),
        ("related", "7", "[data-testid=related-row]"),
        ("inspector", "1", "[data-testid=json-tree]"),
    ] {
        window.keys(key).await;
        window
            .wait_for(
                &format!("its tab is shown: {tab}"),
                &format!(
                    "return document.querySelector('[data-testid=tab-content]')?.querySelector('{shows}') != null"
                ),
            )
            .await;
        show(window, &format!("{tab}-{how}")).await;
    }
    window.keys(ESCAPE).await;
    window.keys("?").await;
    window.element("shortcut-sheet").await;
    show(window, &format!("shortcuts-{how}")).await;
    window.keys(ESCAPE).await;
    gone(window, "shortcut-sheet").await;
    window.control('k').await;
    window.element("palette").await;
    window.keys("zoom").await;
    show(window, &format!("palette-{how}")).await;
    window.keys(ESCAPE).await;
    gone(window, "palette").await;
}

async fn choose_a_stream(window: &Window) {
    window.keys("gs").await;
    window.element("streams-view").await;
    // nothing is chosen yet: the list has the room, and its rows tell what ListStreams does not
    window
        .wait_for(
            "each row tells its shards, retention and encryption",
            "const rows = [...document.querySelectorAll('[data-testid=stream-row]')];\
             return rows.length === 3 && rows.every(row => /Active\\s*\\d+\\s*24 hours.*none/.test(row.textContent))",
        )
        .await;
    show(window, "stream-list").await;
    window.keys(DOWN).await;
    window
        .wait_for(
            "a stream is chosen",
            "return document.querySelector('[data-testid=shard-table]') !== null",
        )
        .await;
}

/// Through the palette: its letters, then Enter.
async fn run_by_name(window: &Window, letters: &str) {
    window.control('k').await;
    window.element("palette-search").await;
    window.keys(letters).await;
    window.keys(ENTER).await;
    gone(window, "palette").await;
}

async fn gone(window: &Window, test_id: &str) {
    let script = format!("return document.querySelector('[data-testid={test_id}]') === null");
    window
        .wait_for(&format!("{test_id} is closed"), &script)
        .await;
}

/// A picture of what is shown, none of which ends beyond the window. The record table scrolls sideways by itself, with
/// its heads.
pub async fn show(window: &Window, name: &str) {
    let beyond = window
        .script(
            "const scrolls = one => one !== null && (/auto|scroll/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));\
             return [...document.querySelectorAll('button, input, select, h1, h2, h3, dt, dd, footer .item')]\
               .filter(one => one.offsetParent !== null && !scrolls(one) && one.closest('[role=columnheader]') === null)\
               .filter(one => { const box = one.getBoundingClientRect(); return box.width > 0 && box.right > innerWidth + 0.5 })\
               .map(one => `${one.tagName} ${one.textContent}`.slice(0, 80))",
        )
        .await;
    window.screenshot(&format!("screen-{name}")).await;
    assert_eq!(beyond, serde_json::json!([]), "{name}");
}
