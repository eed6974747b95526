//! Looking for something in the real window: a search, a filter from a cell and from a field of a record, a question over all
//! records with its answer as a table, a chart and a file, and all of it again from history.

use crate::{flow::capture_everything, statements};
use e2e::{Start, Window, until};
use std::path::Path;

const ROWS: &str = "document.querySelectorAll('[data-testid=record-row]')";

#[tokio::test]
async fn a_search_a_filter_from_a_cell_and_a_question() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let settings = folder.path().join("settings");
    let start = Start::demo(&folder.path().join("asking.kscope"))
        .with("XDG_CONFIG_HOME", &settings.display().to_string());
    let window = Window::open(start).await;
    window.resize(1280, 800).await;
    capture_everything(&window).await;

    search(&window).await;
    let filter = filter_from_a_cell_and_a_field(&window).await;
    window.click("filter-clear").await;
    from_history(&window, &filter).await;
    window.click("filter-clear").await;

    // what is asked about stands still
    window.click("capture-pause").await;
    window
        .wait_for(
            "the capture is paused",
            "return document.querySelector('[data-testid=capture]').dataset.state === 'paused'",
        )
        .await;
    let searched = ask(&window).await;
    let exported = export(&window, &folder.path().join("answer.csv")).await;
    assert_eq!(exported, searched, "the groups add up to all records");
    save(&window).await;
    exclude_a_group(&window).await;
    statements::run(&window, folder.path(), searched).await;
    looks(&window).await;
    window.close().await;
}

/// Plain text, in any case.
async fn search(window: &Window) {
    window.click("filter-input").await;
    window.keys("payment_failed").await;
    let found = format!(
        "const rows = [...{ROWS}].map(row => row.textContent);\
         return rows.length > 3 && rows.every(row => row.includes('PAYMENT_FAILED'))"
    );
    window.wait_for("only records that say it", &found).await;
    window.screenshot("e2e-search").await;
    // the counts beside it move it while records arrive
    let is_filtered = "return document.querySelector('[data-testid=filter-clear]') !== null";
    while window.script(is_filtered).await == serde_json::json!(true) {
        window.click("filter-clear").await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    let all = found.replace("rows.every(row => row", "rows.some(row => !row");
    window.wait_for("all records again", &all).await;
}

/// The second menu entry of a cell, then the field of the record that it left; answers the filter's text.
async fn filter_from_a_cell_and_a_field(window: &Window) -> String {
    menu_on(
        window,
        "[data-testid=record-row] [data-column=type]",
        "ORDER_CREATED",
    )
    .await;
    window.click("narrow-type").await;
    let only = format!(
        "const types = [...{ROWS}].map(row => row.querySelector('[data-column=type]').textContent.trim());\
         return types.length > 3 && types.every(type => type.includes('ORDER_CREATED'))"
    );
    window.wait_for("only what the cell says", &only).await;
    assert_eq!(filter(window).await, "type:ORDER_CREATED");

    let select = format!("const row = {ROWS}[3]; if (!row) return false; row.click(); return true");
    window.wait_for("a row is chosen", &select).await;
    window.click("tab-tree").await;
    menu_on(window, "[data-testid=json-tree] [role=treeitem]", "orderId").await;
    window.screenshot("e2e-field-menu").await;
    window.click("tree-only").await;
    until("the filter names the field", || async {
        let text = filter(window).await;
        (text.starts_with("type:ORDER_CREATED ") && text.contains("orderId:")).then_some(text)
    })
    .await;
    window
        .wait_for(
            "few records are left",
            &format!("const rows = {ROWS}.length; return rows > 0 && rows < 4"),
        )
        .await;
    window.screenshot("e2e-filter-from-a-field").await;
    filter(window).await
}

/// A filter that was asked is among those asked before.
async fn from_history(window: &Window, text: &str) {
    window.click("known-texts").await;
    let entry = format!(
        "const entry = [...document.querySelectorAll('[data-testid=text-asked]')].find(one => one.textContent.includes({text:?}));\
         return entry !== undefined"
    );
    window
        .wait_for("the filter is in the history", &entry)
        .await;
    window.screenshot("e2e-history").await;
    window.click("text-asked").await;
    until("the filter is applied again", || async {
        (!filter(window).await.is_empty()).then_some(())
    })
    .await;
}

/// How many records were searched.
async fn ask(window: &Window) -> u64 {
    window
        .script("document.activeElement.blur(); return true")
        .await;
    window.keys("gq").await;
    window.element("question-text").await;
    window.screenshot("e2e-question-empty").await;
    window.keys("/").await;
    window.keys("stats cnt(*) by type").await;
    let fault = window.text("question-fault").await;
    assert!(fault.contains("expected one of count"), "{fault}");
    window.screenshot("e2e-question-fault").await;
    window.control('a').await;
    window
        .keys("stats count(*) as n by type | sort n desc")
        .await;
    window.click("question-ask").await;
    complete(window).await;
    let told = window.text("question-searched").await;
    let digits: Vec<String> = told
        .split([' ', '\n'])
        .map(|word| word.chars().filter(char::is_ascii_digit).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    let [searched, total, matched, ..] = &digits[..] else {
        panic!("{told}")
    };
    assert_eq!((searched, matched), (total, total), "{told}");
    window
        .wait_for(
            "the chart is drawn",
            "return document.querySelectorAll('[data-testid=answer-chart] rect').length > 5",
        )
        .await;
    window.screenshot("e2e-question-types").await;
    total.parse().expect("digits")
}

async fn complete(window: &Window) {
    window
        .wait_for(
            "everything was searched",
            "return document.querySelector('[data-testid=question-searched]')?.dataset.state === 'complete'",
        )
        .await;
}

/// Through the platform's own chooser, as CSV; answers the sum of its figures.
async fn export(window: &Window, file: &Path) -> u64 {
    window.click("question-export").await;
    window.click("export-csv").await;
    let dialog = window.dialog("Save as").await;
    dialog.press(&["ctrl+a"]);
    dialog.type_text(&file.display().to_string());
    dialog.press(&["Return"]);
    dialog.gone().await;
    let text = until("the file is written", || async {
        std::fs::read_to_string(file).ok()
    })
    .await;
    assert!(text.starts_with("type,n\n"), "{text}");
    assert!(text.lines().count() > 8, "{text}");
    let figures = text
        .lines()
        .skip(1)
        .filter_map(|line| line.rsplit(',').next());
    figures.map(|n| n.parse::<u64>().expect("a figure")).sum()
}

/// Under a name, and asked again by it.
async fn save(window: &Window) {
    window.click("known-texts").await;
    window.click("text-save").await;
    window.element("text-name").await;
    window.screenshot("e2e-text-save").await;
    window.keys("by type").await;
    window.click("text-keep").await;
    window
        .wait_for(
            "it is kept",
            "return document.querySelector('[data-testid=save-text]') === null",
        )
        .await;
    window.click("question-text").await;
    window.control('a').await;
    window.keys("stats count(*) by bin(1m), type").await;
    window.control('\u{e007}').await;
    complete(window).await;
    window
        .wait_for(
            "lines over time",
            "return document.querySelectorAll('[data-testid=answer-chart] path').length > 3",
        )
        .await;
    window.screenshot("e2e-question-time").await;
    window.click("known-texts").await;
    window.click("text-saved").await;
    window
        .wait_for("the saved one is asked", "return document.querySelector('[data-testid=question-text]').value.includes('sort n desc')")
        .await;
    // until then the answer before it is shown, and a menu on that one ends with it
    window
        .wait_for(
            "its answer is shown",
            "return [...document.querySelectorAll('[role=columnheader]')].map(one => one.textContent.trim()).join() === 'type,n'",
        )
        .await;
    complete(window).await;
}

/// From the cell that names it.
async fn exclude_a_group(window: &Window) {
    let rows =
        "[...document.querySelectorAll('[data-testid=answer-row]')].map(row => row.textContent)";
    window
        .wait_for(
            "the group is there",
            &format!("return {rows}.some(row => row.includes('ORDER_CREATED'))"),
        )
        .await;
    let cell = "[data-testid=answer-row] [role=gridcell] span";
    menu_on(window, cell, "ORDER_CREATED").await;
    window.screenshot("e2e-answer-menu").await;
    window.click("answer-not").await;
    let gone = format!(
        "const rows = {rows}; return rows.length > 5 && !rows.some(row => row.includes('ORDER_CREATED'))"
    );
    window.wait_for("the group is left out", &gone).await;
    complete(window).await;
}

/// Both themes, and as narrow as people make it.
async fn looks(window: &Window) {
    for (theme, width) in [("light", 800), ("dark", 800), ("dark", 1280)] {
        window
            .script(&format!(
                "document.documentElement.dataset.theme = '{theme}'; return true"
            ))
            .await;
        window.resize(width, 700).await;
        window
            .screenshot(&format!("e2e-question-{theme}-{width}"))
            .await;
        let beyond = window
            .script(
                "return [...document.querySelectorAll('main button, main textarea')]\
                   .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5).length",
            )
            .await;
        assert_eq!(beyond, 0, "{theme} {width}");
    }
}

async fn filter(window: &Window) -> String {
    let text = window
        .script("return document.querySelector('[data-testid=filter-input]').value")
        .await;
    text.as_str().unwrap_or_default().to_owned()
}

/// Opens the menu of the first element that shows a text, as a press of the right button would.
async fn menu_on(window: &Window, selector: &str, text: &str) {
    let open = format!(
        "const one = [...document.querySelectorAll('{selector}')].find(one => one.textContent.includes('{text}'));\
         if (!one) return false;\
         const box = one.getBoundingClientRect();\
         one.dispatchEvent(new MouseEvent('contextmenu', {{ bubbles: true, cancelable: true, button: 2, clientX: box.left + 20, clientY: box.top + 8 }}));\
         return true"
    );
    window.wait_for(&format!("{text} has a menu"), &open).await;
}
