//! Records that are not plain JSON: their layers are taken off, and each event in them belongs to its own saga.

use crate::common::{Bench, codes, kinds};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::{
    BoardId, CaptureId, LayerKind, ListFilter, Pipeline, SagaDetail, SagaFormat, SagaName,
    SagaSubject, Step,
};
use flate2::{Compression, write::GzEncoder};
use std::{collections::BTreeMap, io::Write};

const DEFINITION: &str = "\
apiVersion: kinescope/v1
saga: orders
version: 1
clock: { time: event, skew: 500ms }
event:
  type: [$.eventType, \"$['detail-type']\"]
  id: [$.eventId, $.id]
  time: [$.timestamp, $.time]
  source: [$.source, \"@stream\"]
correlate: { key: orderId, paths: [{ at: $.orderId }] }
start: { on: PLACED }
steps:
  - { id: payment, request: PAY, success: PAID, failure: [DECLINED], timeout: 30s, undo: { request: REFUND, success: REFUNDED } }
  - { id: shipping, after: [payment], request: SHIP, success: SHIPPED, failure: [LOST], timeout: 30s }
outcomes: { completed: { on: DONE }, failed: { on: GIVEN_UP } }
";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("packed");
    encoder.finish().expect("packed")
}

fn event(kind: &str, order: &str, n: usize) -> String {
    format!(
        r#"{{"eventType":"{kind}","eventId":"{order}-{kind}-{n}","orderId":"{order}","timestamp":"2025-10-09T08:53:{:02}Z","step":{n}}}"#,
        20 + n
    )
}

/// An event of `EventBridge`; its type and its time stand around it.
fn on_the_bus(kind: &str, order: &str, n: usize) -> String {
    format!(
        r#"{{"version":"0","id":"bus-{order}-{n}","detail-type":"{kind}","source":"shop.orders","account":"123456789012","time":"2025-10-09T08:53:{:02}Z","region":"eu-west-1","resources":[],"detail":{{"orderId":"{order}","step":{n}}}}}"#,
        20 + n
    )
}

/// A subscription's message of `CloudWatch` Logs.
fn logged(messages: &[String]) -> String {
    let log_event = |(n, message): (usize, &String)| {
        let message = serde_json::Value::from(message.as_str());
        format!(r#"{{"id":"log-{n}","timestamp":1760000000000,"message":{message}}}"#)
    };
    let events: Vec<String> = messages.iter().enumerate().map(log_event).collect();
    format!(
        r#"{{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"shop","logStream":"orders","subscriptionFilters":["all"],"logEvents":[{}]}}"#,
        events.join(",")
    )
}

/// A map of texts.
fn cbor(json: &str) -> Vec<u8> {
    let members: BTreeMap<String, serde_json::Value> = serde_json::from_str(json).expect("JSON");
    let mut bytes = vec![0xa0 | members.len() as u8];
    for (key, value) in members {
        let value = value.as_str().map_or(value.to_string(), str::to_owned);
        for text in [key, value] {
            bytes.extend([0x78, text.len() as u8]);
            bytes.extend(text.as_bytes());
        }
    }
    bytes
}

async fn board(bench: &Bench, capture: CaptureId) -> BoardId {
    let subject = SagaSubject::Text(DEFINITION.to_owned());
    let opened = bench
        .engine
        .open_sagas("test", subject, vec![capture])
        .await;
    let board = opened.expect("the board opens").id;
    bench.until(board, "everything is read", |_| true).await;
    board
}

async fn saga(bench: &Bench, board: BoardId, key: &str) -> SagaDetail {
    let name = name(key);
    let found = bench.engine.saga(board, name).await;
    found.expect("the saga")
}

fn name(key: &str) -> SagaName {
    SagaName {
        key: key.to_owned(),
        life: 0,
    }
}

const WAY: [&str; 6] = ["PLACED", "PAY", "PAID", "SHIP", "SHIPPED", "DONE"];

fn way(of: impl Fn(&str, &str, usize) -> Vec<u8>) -> Vec<(&'static str, Vec<u8>)> {
    let orders = ["ord-701", "ord-702"];
    let events = WAY.iter().enumerate().flat_map(|(n, kind)| {
        let of = &of;
        orders
            .iter()
            .map(move |order| ("orders", of(kind, order, n)))
    });
    // the second is never done
    events.take(2 * WAY.len() - 1).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn however_events_are_packed_the_verdicts_are_those_of_plain_json() {
    type Packing = (&'static str, fn(&str, &str, usize) -> Vec<u8>);
    let packings: [Packing; 8] = [
        ("plain", |kind, order, n| event(kind, order, n).into()),
        ("gzip", |kind, order, n| {
            gzip(event(kind, order, n).as_bytes())
        }),
        ("base64", |kind, order, n| {
            STANDARD.encode(event(kind, order, n)).into()
        }),
        ("gzip in base64 in a JSON string", |kind, order, n| {
            format!(
                "\"{}\"",
                STANDARD.encode(gzip(event(kind, order, n).as_bytes()))
            )
            .into()
        }),
        ("CBOR", |kind, order, n| cbor(&event(kind, order, n))),
        ("EventBridge", |kind, order, n| {
            on_the_bus(kind, order, n).into()
        }),
        ("EventBridge in gzip", |kind, order, n| {
            gzip(on_the_bus(kind, order, n).as_bytes())
        }),
        ("CloudWatch Logs", |kind, order, n| {
            gzip(logged(&[event(kind, order, n)]).as_bytes())
        }),
    ];
    let mut plain = None;
    for (packing, of) in packings {
        let bench = Bench::empty().await;
        let capture = bench.import(&way(of)).await;
        let board = board(&bench, capture).await;
        let mut said = Vec::new();
        for key in ["ord-701", "ord-702"] {
            let saga = saga(&bench, board, key).await;
            let times: Vec<i64> = saga.events.iter().map(|event| event.at.0).collect();
            let kinds: Vec<String> = kinds(&saga).into_iter().map(str::to_owned).collect();
            let codes: Vec<String> = codes(&saga).into_iter().map(str::to_owned).collect();
            said.push((saga.sentence, saga.row.status, kinds, codes, times));
        }
        assert_eq!(said[0].2, WAY, "{packing}");
        assert_eq!(
            plain.get_or_insert_with(|| said.clone()),
            &said,
            "{packing}"
        );
        bench.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_many_events_is_many_events() {
    let bench = Bench::empty().await;
    let first = [
        event("PLACED", "ord-701", 0),
        event("PLACED", "ord-702", 0),
        event("PAY", "ord-701", 1),
    ];
    let lines = [event("PAID", "ord-701", 2), event("SHIP", "ord-701", 3)].join("\n");
    let shipped = on_the_bus("SHIPPED", "ord-701", 4);
    let capture = bench
        .import(&[
            ("logs", gzip(logged(&first).as_bytes())),
            ("lines", lines.into_bytes()),
            ("bus", shipped.clone().into_bytes()),
            // the same once more, as a bus may deliver it
            ("bus", shipped.into_bytes()),
            ("bus", gzip(b"nothing of an order")),
        ])
        .await;
    let board = board(&bench, capture).await;
    let found = saga(&bench, board, "ord-701").await;
    let way = ["PLACED", "PAY", "PAID", "SHIP", "SHIPPED", "SHIPPED"];
    assert_eq!(kinds(&found), way);
    let parts: Vec<_> = found.events.iter().map(|event| event.part).collect();
    assert_eq!(
        parts,
        [Some(0), Some(2), Some(0), Some(1), Some(0), Some(0)]
    );
    assert_eq!(codes(&found), ["redelivery"], "{:?}", found.findings);
    assert_eq!(found.events[4].source, "shop.orders");
    assert_eq!(found.events[0].record, found.events[1].record);
    assert_eq!(kinds(&saga(&bench, board, "ord-702").await), ["PLACED"]);
    let told = bench.engine.saga_board(board).await.expect("a board");
    // records are counted, and not the events in them
    assert_eq!((told.scanned, told.unrelated), (5, 1));

    // what is said of an event is of its own part of the record
    let states = bench
        .engine
        .saga_state(board, name("ord-701"))
        .await
        .expect("states");
    let step = states[1]
        .changes
        .iter()
        .find(|change| change.path.to_string() == "$.step");
    assert_eq!(step.expect("a change").after.as_deref(), Some("1"));
    let page = bench
        .engine
        .saga_page(board, name("ord-701"), false)
        .await
        .expect("a page");
    assert!(
        page.contains("ord-701-PAY-1") && !page.contains("ord-702-PLACED"),
        "{page}"
    );
    assert!(page.contains(", event 3 of it"));
    let json = bench
        .engine
        .saga_text(board, name("ord-701"), SagaFormat::Json)
        .await;
    let json: serde_json::Value = serde_json::from_str(&json.expect("a text")).expect("JSON");
    assert_eq!(json["events"][1]["eventOfRecord"], 3);
    let masked = bench
        .engine
        .saga_page(board, name("ord-701"), true)
        .await
        .expect("a page");
    assert!(!masked.contains("ord-70"));
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_packed_can_be_followed_folded_and_learned_from() {
    let bench = Bench::empty().await;
    let events = way(|kind, order, n| gzip(on_the_bus(kind, order, n).as_bytes()));
    let capture = bench.import(&events).await;
    let record = bench.first_record(capture).await;
    let engine = &bench.engine;
    let followed = engine.follow_value("followed", record, Some(0), "$.orderId", vec![capture]);
    let followed = followed.await.expect("followed").id;
    bench
        .until(followed, "followed", |board| board.sagas.sagas == 1)
        .await;
    let rows = bench.rows(followed, ListFilter::default()).await;
    assert_eq!(rows[0].key.text, "ord-701");
    assert_eq!(kinds(&bench.detail(followed, &rows[0]).await), WAY);

    // what only the envelope says can be followed too
    for (path, value, found) in [
        ("$.id", "bus-ord-701-0", &["PLACED"][..]),
        ("$['detail-type']", "PLACED", &["PLACED", "PLACED"]),
    ] {
        let followed = engine.follow_value("followed", record, Some(0), path, vec![capture]);
        let followed = followed.await.expect("followed").id;
        bench
            .until(followed, "followed", |board| board.sagas.sagas == 1)
            .await;
        let rows = bench.rows(followed, ListFilter::default()).await;
        assert_eq!(rows[0].key.text, value);
        assert_eq!(kinds(&bench.detail(followed, &rows[0]).await), found);
        let name = SagaName {
            key: value.to_owned(),
            life: 0,
        };
        let place = engine.place_of_saga_id(followed, name, None).await;
        let place = place.expect("asked").expect("a place");
        assert_eq!((place.event, place.path.as_str()), (Some(0), path));
    }

    let folded = engine.fold_state(vec![capture], "$.orderId", "ord-702", Vec::new());
    let folded = folded.await.expect("folded").events;
    let told: Vec<&str> = folded.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(told, WAY[..5]);
    assert!(
        folded[4].state.contains("\"step\": 4"),
        "{}",
        folded[4].state
    );

    let words = engine.saga_words(vec![capture]).await.expect("words");
    assert!(words.kinds.iter().any(|(kind, _)| kind == "SHIPPED"));
    let learned = engine
        .learn_definition(vec![capture])
        .await
        .expect("learned");
    assert!(
        learned.yaml.contains("$.detail.orderId"),
        "{}",
        learned.yaml
    );
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_read_by_the_layers_that_somebody_pinned() {
    let bench = Bench::empty().await;
    let capture = bench
        .import(&way(|kind, order, n| {
            gzip(event(kind, order, n).as_bytes())
        }))
        .await;
    let board_before = board(&bench, capture).await;
    assert_eq!(kinds(&saga(&bench, board_before, "ord-701").await), WAY);
    let shards = bench.engine.captures().await.expect("captures");
    let arn = shards[0].streams[0].arn.clone();
    let pinned = Pipeline::Pinned(vec![Step::new(LayerKind::Zstd), Step::new(LayerKind::Json)]);
    let pin = bench.engine.pin_decoding(arn.clone(), pinned).await;
    pin.expect("pinned");
    let gone = bench.engine.saga_board(board_before).await;
    assert!(
        gone.is_err(),
        "what was judged is not what the records say now"
    );
    let now = board(&bench, capture).await;
    let rows = bench.rows(now, ListFilter::default()).await;
    assert!(rows.is_empty(), "{rows:?}");
    bench
        .engine
        .pin_decoding(arn, Pipeline::Auto)
        .await
        .expect("as before");
    let now = board(&bench, capture).await;
    assert_eq!(kinds(&saga(&bench, now, "ord-702").await), WAY[..5]);
    bench.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_of_packed_records_are_offered_as_filters_find_them() {
    let bench = Bench::empty().await;
    let padding = "x".repeat(6_000);
    let far = format!(r#"{{"padding":"{padding}","beyond":7}}"#);
    let events = [
        ("orders", gzip(event("PLACED", "ord-1", 1).as_bytes())),
        ("orders", far.into_bytes()),
    ];
    let capture = bench.import(&events).await;
    for (typed, expected) in [("orderI", "orderId"), ("beyo", "beyond")] {
        let asked = bench
            .engine
            .complete_filter(vec![capture], typed.to_owned(), typed.len());
        let offers = asked.await.expect("offers").offers;
        assert!(
            offers
                .iter()
                .any(|offer| offer.text.starts_with(expected) && offer.records == 1),
            "{typed}: {offers:?}"
        );
    }
    bench.close().await;
}
