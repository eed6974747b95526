//! From sagas to what they are made of, and back, in one window: a way that many took filters the list, a value of a record
//! is followed across streams, the graph is moved, and an id in a saga's head is followed.

use crate::flow::capture_everything;
use e2e::{Start, Window, until};

const ENTER: &str = "\u{e007}";
const ARROW_RIGHT: &str = "\u{e014}";

#[tokio::test]
async fn a_saga_is_found_by_its_way_followed_and_its_graph_is_moved() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let window = Window::open(Start::demo(&folder.path().join("ways.kscope"))).await;
    capture_everything(&window).await;
    follow_from_the_inspector(&window).await;
    back_to_the_definition(&window).await;
    filter_by_a_variant(&window).await;
    move_the_graph(&window).await;
    follow_from_the_head(&window).await;
    window.close().await;
}

/// The value of a record's field, across the streams.
async fn follow_from_the_inspector(window: &Window) {
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
    saga_in_front(window).await;
    let streams = "const text = document.querySelector('[data-testid=saga-detail]')?.textContent ?? '';\
                   return ['order-commands', 'order-events'].every(stream => text.includes(stream))";
    window
        .wait_for("its events are of more than one stream", streams)
        .await;
    window.keys("4").await;
    window.screenshot("saga-followed").await;
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
