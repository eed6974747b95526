//! What stands around a record, by the keyboard alone: the records that are related to it, and the gap that is captured
//! afterwards.

use crate::{
    flow::{capture_everything, records_shown},
    hands::tab_to,
    live::{Live, STREAM},
    trust::home::Home,
};
use e2e::{Window, until};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ENTER: &str = "\u{e007}";
const HOME: &str = "\u{e011}";
const DOWN: &str = "\u{e015}";

#[tokio::test]
async fn a_related_record_is_gone_to_by_key() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    capture_everything(&window).await;
    window.keys("l").await;
    window.keys("kkkkk").await;
    let of = "const facts = document.querySelectorAll('[data-testid=inspector] .facts span');";
    window
        .wait_for(
            "a record is inspected",
            &format!("{of} return Boolean(facts[2]?.title)"),
        )
        .await;
    window.keys("7").await;
    window
        .wait_for(
            "records of the same key are listed",
            "return document.querySelectorAll('[data-testid=related-row]').length > 1",
        )
        .await;
    window.screenshot("e2e-related").await;
    let facts = window
        .script(&format!(
            "{of} return [...facts].map(one => one.textContent)"
        ))
        .await;
    let (time, key) = (&facts[0], &facts[2]);
    let moved = format!("{of} return facts.length > 2 && facts[0].textContent !== {time}");
    until("a related record is opened", || async {
        open_the_one_beside(&window).await;
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(5) {
            if window.script(&moved).await == true {
                return Some(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        None
    })
    .await;
    let same = window
        .script(&format!("{of} return facts[2].textContent"))
        .await;
    assert_eq!(same, *key, "the record has the same key");
    window.close().await;
}

/// By key, from wherever the keyboard is: the list is made anew with each record whose neighbours it has.
async fn open_the_one_beside(window: &Window) {
    let is_in = "return document.activeElement?.closest('[data-testid=related-rows]') != null";
    if window.script(is_in).await != true {
        window.keys("7").await;
        tab_to(window, "related-rows").await;
    }
    let own_is_first =
        "return document.querySelector('[data-testid=related-row]')?.querySelector('b') !== null";
    let is_first = window.script(own_is_first).await == true;
    window.keys(HOME).await;
    if is_first {
        window.keys(DOWN).await;
    }
    window.keys(ENTER).await;
}

/// Asks the program as the page would, and waits for the answer.
async fn call(window: &Window, command: &str, arguments: Value) -> Value {
    let ask = "window.answered = null; const [command, values] = arguments;\
               window.__TAURI_INTERNALS__.invoke(command, values).then((value) => { window.answered = { value } },\
               (error) => { window.answered = { error: JSON.stringify(error) } }); return true";
    window
        .script_with(ask, vec![json!(command), arguments])
        .await;
    let answer = until(&format!("{command} is answered"), || async {
        let answer = window.script("return window.answered").await;
        (!answer.is_null()).then_some(answer)
    })
    .await;
    assert!(answer["error"].is_null(), "{command}: {}", answer["error"]);
    answer["value"].clone()
}

/// A capture of what comes from now on.
async fn capture_from_now(window: &Window, name: &str) -> Value {
    let connections = call(window, "list_connections", json!({})).await;
    let connection = connections["open"][0]["id"].clone();
    let start = json!({"kind": "latest"});
    let capture = json!({
        "connection": connection, "name": name, "untilTime": null, "untilCount": null,
        "streams": [{"stream": STREAM, "shards": null, "start": start}],
    });
    call(window, "start_capture", json!({"capture": capture})).await["id"].clone()
}

#[tokio::test]
async fn a_gap_is_backfilled_by_key() {
    let home = Home::new();
    let window = Window::open(home.start()).await;
    let live = Live::at_the_demo(&window).await;
    live.create_stream(STREAM, 1).await;
    let first = capture_from_now(&window, "before").await;
    live.put(&[
        ("a", b"{\"type\":\"BEFORE\"}"),
        ("b", b"{\"type\":\"BEFORE\"}"),
    ]);
    counted(&window, 2).await;
    call(&window, "stop_capture", json!({"capture": first})).await;
    apart_by_time().await;
    live.put(&[
        ("c", b"{\"type\":\"BETWEEN\"}"),
        ("d", b"{\"type\":\"BETWEEN\"}"),
    ]);
    apart_by_time().await;
    capture_from_now(&window, "after").await;
    live.put(&[("e", b"{\"type\":\"AFTER\"}")]);
    counted(&window, 3).await;
    window
        .wait_for(
            "a line says what was not captured",
            "return document.querySelector('[data-testid=gap-backfill]') !== null",
        )
        .await;
    window.screenshot("e2e-gap").await;
    tab_to(&window, "gap-backfill").await;
    window.keys(ENTER).await;
    counted(&window, 5).await;
    let filled = "const types = [...document.querySelectorAll('[data-testid=record-row] [data-column=type]')].map(cell => cell.textContent);\
                  return types.filter(type => type.includes('BETWEEN')).length === 2";
    window
        .wait_for("what was between is shown in its place", filled)
        .await;
    window.screenshot("e2e-backfilled").await;
    window.close().await;
}

async fn counted(window: &Window, records: u64) {
    until(&format!("{records} records are stored"), || async {
        (records_shown(window).await == records).then_some(())
    })
    .await;
}

/// A capture from now on begins a second early, by the server's clock of whole seconds.
async fn apart_by_time() {
    tokio::time::sleep(Duration::from_secs(3)).await;
}
