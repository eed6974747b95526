//! SQL in the real window: a statement typed with its words completed, its answer as a table and a file, a mistake with its
//! place, a join, and a statement that wants to write.

use e2e::{Window, until};
use std::path::Path;

const EDITOR: &str = "[data-testid=sql-text] .cm-content";

/// Over a capture that stands still, on the screen of the questions; `records` are all there are.
pub async fn run(window: &Window, folder: &Path, records: u64) {
    window.click("question-language-sql").await;
    window.element("sql-help").await;
    window.click_at(EDITOR).await;
    window.screenshot("e2e-sql-empty").await;

    complete_a_word(window).await;
    write(
        window,
        "SELECT event_type, count(*) AS n FROM records GROUP BY 1 ORDER BY 2 DESC",
    )
    .await;
    window.control('\u{e007}').await;
    answered(window, "complete", "event_type,n").await;
    let told = window.text("question-searched").await;
    let all = told
        .chars()
        .filter(char::is_ascii_digit)
        .collect::<String>();
    assert!(
        all.starts_with(&format!("{records}{records}")),
        "{records}: {told}"
    );
    window.screenshot("e2e-sql-types").await;
    assert_eq!(export(window, &folder.join("sql.csv")).await, records);

    join(window).await;
    mistake(window).await;
    write_nothing(window, folder).await;
    looks(window).await;
    window.click("question-language-question").await;
    window.element("question-text").await;
}

async fn write(window: &Window, sql: &str) {
    window.click_at(EDITOR).await;
    window.control('a').await;
    window.keys(sql).await;
}

/// A column of the view that the statement names, by its first letters.
async fn complete_a_word(window: &Window) {
    write(window, "SELECT 1 FROM records WHERE partit").await;
    window
        .wait_for(
            "the column is offered",
            "return [...document.querySelectorAll('.cm-tooltip-autocomplete li')].some(one => one.textContent.includes('partition_key'))",
        )
        .await;
    window.screenshot("e2e-sql-completion").await;
    window.keys("\u{e00c}").await;
}

async fn answered(window: &Window, state: &str, columns: &str) {
    let script = format!(
        "return document.querySelector('[data-testid=question-searched]')?.dataset.state === '{state}' &&\
         [...document.querySelectorAll('[role=columnheader]')].map(one => one.textContent.trim()).join() === '{columns}'"
    );
    window.wait_for("the statement is answered", &script).await;
}

/// The sum of the last column.
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
    let figures = text
        .lines()
        .skip(1)
        .filter_map(|line| line.rsplit(',').next());
    figures.map(|n| n.parse::<u64>().expect("a figure")).sum()
}

async fn join(window: &Window) {
    let sql = "SELECT s.stream, s.shard, s.records, count(*) AS n, NULL AS absent, x'00ff' AS bytes \
               FROM shards s JOIN records r USING (shard_key) GROUP BY s.shard_key";
    write(window, sql).await;
    window.click("question-ask").await;
    answered(window, "complete", "stream,shard,records,n,absent,bytes").await;
    window
        .wait_for(
            "each shard's records are counted",
            "const rows = [...document.querySelectorAll('[data-testid=answer-row]')]\
               .map(row => [...row.querySelectorAll('[role=gridcell]')].map(cell => cell.textContent.trim()));\
             return rows.length > 3 && rows.every(row => row[2] === row[3] && row[4] === 'NULL' && row[5] === \"x'00ff'\")",
        )
        .await;
    window.screenshot("e2e-sql-join").await;
}

async fn mistake(window: &Window) {
    write(window, "SELECT absent FROM records").await;
    window.click("question-ask").await;
    let fault = window.text("sql-fault").await;
    assert!(
        fault.contains("Line 1, character 8") && fault.contains("no such column: absent"),
        "{fault}"
    );
    window.screenshot("e2e-sql-fault").await;
}

async fn write_nothing(window: &Window, folder: &Path) {
    let copy = folder.join("copy.db");
    write(window, &format!("VACUUM INTO '{}'", copy.display())).await;
    window.click("question-ask").await;
    window
        .wait_for(
            "it is refused",
            "return document.querySelector('[data-testid=question-searched]')?.dataset.state === 'failed' &&\
             document.querySelector('[data-testid=sql-fault]') === null && document.querySelector('header [role=alert]') !== null",
        )
        .await;
    assert!(!copy.exists(), "{} was written", copy.display());
}

/// Both themes, and as narrow as people make it.
async fn looks(window: &Window) {
    write(
        window,
        "SELECT id, arrival_text, stream, event_type, payload FROM records LIMIT 40",
    )
    .await;
    window.click("question-ask").await;
    answered(
        window,
        "complete",
        "id,arrival_text,stream,event_type,payload",
    )
    .await;
    for (theme, width) in [
        ("light", 1280),
        ("dark", 1280),
        ("dark", 800),
        ("light", 800),
    ] {
        window
            .script(&format!(
                "document.documentElement.dataset.theme = '{theme}'; return true"
            ))
            .await;
        window.resize(width, 800).await;
        window.screenshot(&format!("e2e-sql-{theme}-{width}")).await;
        let beyond = window
            .script(
                "return [...document.querySelectorAll('main button, main aside')]\
                   .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5).length",
            )
            .await;
        assert_eq!(beyond, 0, "{theme} {width}");
    }
    window.resize(1280, 800).await;
}
