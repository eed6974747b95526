//! From sagas to what they are made of, and back, in one window: a way that many took filters the list, a value of a record
//! is followed across streams, the graph is moved, an order's state is gone through in time, and a saga goes to files.

use crate::flow::capture_everything;
use e2e::{Start, Window, until};
use std::path::Path;

const ENTER: &str = "\u{e007}";
const ARROW_RIGHT: &str = "\u{e014}";

#[tokio::test]
async fn a_saga_is_found_by_its_way_followed_folded_and_written_to_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let window = Window::open(Start::demo(&folder.path().join("ways.kscope"))).await;
    capture_everything(&window).await;
    let key = follow_from_the_inspector(&window).await;
    back_to_the_definition(&window).await;
    filter_by_a_variant(&window).await;
    move_the_graph(&window).await;
    follow_from_the_head(&window).await;
    fold_an_order(&window).await;
    back_to_the_definition(&window).await;
    write_to_files(&window, &key, folder.path()).await;
    window.close().await;
}

/// The value of a record's field, across the streams; the value.
async fn follow_from_the_inspector(window: &Window) -> String {
    window.click("filter-input").await;
    window.keys("type:PAYMENT_FAILED").await;
    let select = "const row = [...document.querySelectorAll('[data-testid=record-row]')]\
                  .find(row => row.querySelector('[data-column=type]')?.textContent.includes('PAYMENT_FAILED'));\
                  if (!row) return false; row.click(); return true";
    window
        .wait_for("a failed payment is selected", select)
        .await;
    window.keys(ENTER).await;
    window.click("tab-tree").await;
    let field = "const line = [...document.querySelectorAll('[data-testid=json-tree] [role=treeitem]')]\
                 .find(line => /^\\W*sagaId/.test(line.textContent)); if (!line) return false; line.click(); return true";
    window.wait_for("its saga's id is chosen", field).await;
    window
        .wait_for(
            "the path of the field is shown",
            "return document.querySelector('[data-testid=tree-path]')?.textContent === '$.sagaId'",
        )
        .await;
    window.click("tree-follow").await;
    window.element("saga-followed").await;
    let key = saga_in_front(window).await;
    let streams = "const text = document.querySelector('[data-testid=saga-detail]')?.textContent ?? '';\
                   return ['order-commands', 'order-events'].every(stream => text.includes(stream))";
    window
        .wait_for("its events are of more than one stream", streams)
        .await;
    window.keys("4").await;
    window.screenshot("saga-followed").await;
    key
}

async fn saga_in_front(window: &Window) -> String {
    until("a saga is open", || async {
        let key = window
            .script(
                "return document.querySelector('[data-testid=saga-sentence]') &&\
                 document.querySelector('[data-testid=saga-detail]')?.dataset.key",
            )
            .await;
        key.as_str().map(str::to_owned)
    })
    .await
}

async fn back_to_the_definition(window: &Window) {
    window.click("place-board").await;
    window.click("saga-follow-end").await;
    window
        .wait_for(
            "the sagas of the definition are listed",
            "return document.querySelectorAll('[data-testid=saga-row]').length > 5 &&\
             document.querySelector('[data-testid=saga-followed]') === null",
        )
        .await;
}

async fn filter_by_a_variant(window: &Window) {
    window.click("list-variants").await;
    let rarer = "const rows = document.querySelectorAll('[data-testid=variant-row]');\
                 if (rows.length < 3) return false; rows[1].click(); return true";
    window.wait_for("there are several ways", rarer).await;
    window.element("saga-variant-drop").await;
    let fewer = "const text = document.querySelector('[data-testid=saga-count]')?.textContent ?? '';\
                 const [some, all] = text.split(' of ').map(part => Number(part.replace(/\\D/g, '')));\
                 return some > 0 && some < all && document.querySelectorAll('[data-testid=saga-row]').length > 0";
    window
        .wait_for("only sagas that took this way", fewer)
        .await;
    window.screenshot("saga-variant-filter").await;
    window.click("saga-variant-drop").await;
    window
        .wait_for(
            "all sagas again",
            "return !document.querySelector('[data-testid=saga-count]')?.textContent.includes(' of ')",
        )
        .await;
}

/// By wheel, by dragging and by key.
async fn move_the_graph(window: &Window) {
    window.click_at("[data-testid=saga-row]").await;
    saga_in_front(window).await;
    window.keys("3").await;
    window.element("saga-graph").await;
    let scale = || async {
        let scale = window
            .script(
                "return Number(document.querySelector('[data-testid=saga-graph]').dataset.scale)",
            )
            .await;
        scale.as_i64().expect("percent")
    };
    let before = scale().await;
    window
        .script(
            "const room = document.querySelector('[data-testid=saga-graph]'); const at = room.getBoundingClientRect();\
             room.dispatchEvent(new WheelEvent('wheel', { deltaY: -200, bubbles: true, cancelable: true,\
             clientX: at.left + 40, clientY: at.top + 40 })); room.focus(); return true",
        )
        .await;
    until("the wheel makes it larger", || async {
        (scale().await > before).then_some(())
    })
    .await;
    let larger = scale().await;
    window.keys("-").await;
    until("a key makes it smaller", || async {
        (scale().await < larger).then_some(())
    })
    .await;
    let left =
        "return document.querySelector('[data-testid=graph-node]').getBoundingClientRect().left";
    let at = window.script(left).await.as_f64().expect("pixels");
    window.keys(ARROW_RIGHT).await;
    until("an arrow moves it", || async {
        let now = window.script(left).await.as_f64();
        now.filter(|now| *now < at - 20.0)
    })
    .await;
    window.screenshot("saga-graph-moved").await;
    window.click("zoom-all").await;
}

/// An alias in the head of a saga leads to all that carries it.
async fn follow_from_the_head(window: &Window) {
    let alias = window.text("saga-alias").await;
    window.click("saga-alias").await;
    window.element("saga-followed").await;
    until("what carries it is open", || async {
        alias.ends_with(&saga_in_front(window).await).then_some(())
    })
    .await;
}

async fn fold_an_order(window: &Window) {
    let order = saga_in_front(window).await;
    window.click("place-entity").await;
    window.click("entity-path").await;
    window.control('a').await;
    window.keys("$.payload.orderId").await;
    window.click("entity-key").await;
    window.control('a').await;
    window.keys(&order).await;
    window.keys(ENTER).await;
    window.element("entity-slider").await;
    let state = || text_of(window, "entity-state");
    let told = || text_of(window, "entity-told");
    let (last, before) = (told().await, state().await);
    assert!(before.contains(&order), "{before}");
    window
        .script(
            "const slider = document.querySelector('[data-testid=entity-slider]'); slider.value = '0';\
             slider.dispatchEvent(new Event('input', { bubbles: true })); slider.focus(); return true",
        )
        .await;
    until("the slider goes to the first event", || async {
        (told().await != last && state().await != before).then_some(())
    })
    .await;
    let first = told().await;
    window.keys(ARROW_RIGHT).await;
    until("an arrow key goes to the next", || async {
        (told().await != first).then_some(())
    })
    .await;
    window.screenshot("entity-slider").await;
}

/// All of it: the driver leaves out what is cut to fit in.
async fn text_of(window: &Window, testid: &str) -> String {
    let read =
        format!("return document.querySelector('[data-testid={testid}]')?.textContent ?? ''");
    let text = window.script(&read).await;
    text.as_str().unwrap_or_default().to_owned()
}

/// Through the platform's own chooser, once for each kind of file.
async fn write_to_files(window: &Window, key: &str, folder: &Path) {
    window.click("saga-search").await;
    window.keys(key).await;
    window
        .wait_for(
            "the list has only it",
            "return document.querySelectorAll('[data-testid=saga-row]').length === 1",
        )
        .await;
    window.click_at("[data-testid=saga-row]").await;
    let open = format!(
        "return document.querySelector('[data-testid=saga-detail]')?.dataset.key === '{key}'"
    );
    window.wait_for("the saga is open", &open).await;
    let json = export(window, "json", &folder.join("saga.json")).await;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["key"]["value"], key);
    assert_eq!(json["status"], "compensated");
    assert!(
        json["events"]
            .as_array()
            .is_some_and(|events| events.len() > 4)
    );
    let mermaid = export(window, "mermaid", &folder.join("saga.mmd")).await;
    assert!(
        mermaid.starts_with("sequenceDiagram") && mermaid.contains("PAYMENT_FAILED"),
        "{mermaid}"
    );
    let page = export(window, "html", &folder.join("saga.html")).await;
    assert!(
        page.starts_with("<!doctype html>") && page.contains(key),
        "{page}"
    );
    assert!(!page.contains("<script") && !page.contains("src=\"http"));
}

async fn export(window: &Window, format: &str, file: &Path) -> String {
    window.click("saga-export").await;
    window.click(&format!("saga-export-{format}")).await;
    let dialog = window.dialog("Save as").await;
    dialog.press(&["ctrl+a"]);
    dialog.type_text(&file.display().to_string());
    dialog.press(&["Return"]);
    dialog.gone().await;
    until("the file is written", || async {
        std::fs::read_to_string(file)
            .ok()
            .filter(|text| !text.is_empty())
    })
    .await
}
