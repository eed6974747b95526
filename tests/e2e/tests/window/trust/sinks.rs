//! The places that show what comes from elsewhere, and a walk through all of them. `sinks.js` has one function a place.

use super::{liar::Server, payloads::Payload, watch::call};
use crate::{flow::records_shown, live::Live};
use e2e::{Window, until};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Which payloads were shown where.
pub type Reached = BTreeMap<String, BTreeSet<u64>>;

/// Where every payload has to be shown. Other places show some of them: names of fields, heads of columns.
pub const FOR_EACH: [&str; 19] = [
    "tree",
    "text",
    "raw",
    "hex",
    "diff",
    "details",
    "row",
    "cell key",
    "cell type",
    "filter",
    "search hits",
    "sql cell",
    "sql column",
    "sql fault",
    "saga row",
    "saga timeline",
    "saga events",
    "publish preview",
    "import preview",
];
const PUT_AT_ONCE: usize = 100;
const DEFINITION: &str = r#"apiVersion: kinescope/v1
saga: hostile
version: 1
streams: [hostile]
clock: { time: arrival, skew: 100ms }
event:
  type: ["$.kind"]
correlate:
  key: order
  paths:
    - { at: "$.order" }
start: { on: STARTED }
steps:
  - id: work
    success: WORKED
outcomes:
  completed: { on: CLOSED }
limits: { saga: 60s, stuckAfter: 10s }
"#;

/// Two records each, of one key and one type, as a saga of two events: what can be compared is.
pub async fn fill(window: &Window, live: &Live, payloads: &[Payload]) {
    let mut records = Vec::new();
    for payload in payloads {
        for (member, kind) in [("was", "STARTED"), ("now", "WORKED")] {
            let text = &payload.text;
            let data = json!({ member: text, "type": text, "kind": kind, "order": text, text: { text: [text] } });
            records.push((payload.key(), data.to_string().into_bytes()));
        }
    }
    for some in records.chunks(PUT_AT_ONCE) {
        let some: Vec<(&str, &[u8])> = some
            .iter()
            .map(|(key, data)| (key.as_str(), data.as_slice()))
            .collect();
        live.put(&some);
    }
    until("all are captured", || async {
        (records_shown(window).await == records.len() as u64).then_some(())
    })
    .await;
    let saved = call(
        window,
        "save_saga_definition",
        json!({"name": "hostile", "text": DEFINITION}),
    )
    .await;
    assert!(saved.is_answered(), "{saved:?}");
}

pub async fn walk(window: &Window, payloads: &[Payload]) -> Reached {
    let newest = "window.kx.press('G', document.body);\
        const rows = window.kx.all('[data-testid=record-row]').sort((a, b) => a.dataset.index - b.dataset.index);\
        rows.at(-1)?.click(); rows.at(-1)?.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));\
        return window.kx.token(arguments[0]) === [...window.kx.tokens(document.querySelector('[data-testid=inspector] .facts')?.textContent ?? '')][0]";
    let last = payloads.last().expect("there are payloads").case;
    until("the newest record is open", || async {
        (window.script_with(newest, vec![json!(last)]).await == true).then_some(())
    })
    .await;
    let mut reached = Reached::new();
    for place in [
        "inspector",
        "search",
        "fields",
        "columns",
        "sql",
        "sagas",
        "publishing",
    ] {
        reached.extend(visit(window, place, payloads).await);
    }
    reached
}

/// What an endpoint that lies says of streams, of its errors and of who asks.
pub async fn of_a_liar(window: &Window, payloads: &[Payload]) -> Reached {
    let liar = Server::liar(
        payloads
            .iter()
            .map(|payload| payload.text.clone())
            .collect(),
    );
    let source = json!({"kind": "local"});
    let request = json!({"source": source, "region": "eu-west-1", "endpoint": format!("http://127.0.0.1:{}", liar.port), "askTrust": true});
    let demo = call(window, "list_connections", json!({})).await;
    let opened = call(window, "open_connection", json!({"request": request})).await;
    assert!(opened.is_answered(), "{opened:?} {demo:?}");
    visit(window, "endpoint", payloads).await
}

async fn visit(window: &Window, place: &str, payloads: &[Payload]) -> Reached {
    let started = std::time::Instant::now();
    let texts: Vec<Value> = payloads
        .iter()
        .map(|payload| json!([payload.case, payload.text]))
        .collect();
    window
        .script_with(include_str!("sinks.js"), vec![json!(place), texts.into()])
        .await;
    loop {
        let result = window.script("return window.kx.result").await;
        if !result.is_null() {
            let failed = window.script("return window.kx.failed").await;
            assert!(failed.is_null(), "{place}: {failed}");
            println!("{place}: {:?}", started.elapsed());
            return serde_json::from_value(result).expect("places with their payloads");
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}
