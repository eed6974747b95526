//! Sagas as traces, decoded by the published schema of OTLP.

#[path = "../common/mod.rs"]
mod common;
mod schema;

use common::{Demo, Played, judged};
use demo::Kind;
use protox::prost_reflect::DynamicMessage;
use record::{Millis, SequenceNumber};
use saga::{
    Definition, Engine, Record, RecordHandle, Saga,
    export::otlp::{Batch, MAX_BATCH_BYTES, Packer},
};
use schema::{attributes, decoded, list, message, spans, text};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    sync::LazyLock,
};

static JUDGED: LazyLock<(Played, Demo)> = LazyLock::new(|| judged(7, 900));

fn of_demo(kind: Kind) -> Saga<'static> {
    let (played, demo) = &*JUDGED;
    let mut sagas = played.sagas.iter();
    let (id, _) = sagas
        .find(|(_, other)| *other == kind)
        .expect("one of each kind");
    demo.engine.saga(demo.engine.find(id)[0]).expect("a saga")
}

fn packed(saga: &Saga<'_>) -> Batch {
    let mut packer = Packer::new(saga.definition(), MAX_BATCH_BYTES);
    assert_eq!(packer.add(saga), None);
    packer.finish().expect("a batch")
}

/// A trace as a person reads it, times in milliseconds from its start.
fn told(body: &[u8]) -> String {
    let spans = spans(body);
    let nanos =
        |of: &DynamicMessage, field: &str| -> u64 { text(of, field).parse().expect("a number") };
    let start = nanos(&spans[0], "start_time_unix_nano");
    let names: BTreeMap<String, String> = spans
        .iter()
        .map(|span| (text(span, "span_id"), text(span, "name")))
        .collect();
    let after = |nanos: u64| (nanos - start) / 1_000_000;
    let mut told = String::new();
    for span in &spans {
        let status = message(span, "status");
        let links = list(span, "links");
        let links: Vec<&String> = links
            .iter()
            .map(|link| &names[&text(link, "span_id")])
            .collect();
        writeln!(
            told,
            "{} {}..{} under {:?} status {} {:?} links {links:?}",
            text(span, "name"),
            after(nanos(span, "start_time_unix_nano")),
            after(nanos(span, "end_time_unix_nano")),
            names.get(&text(span, "parent_span_id")),
            text(&status, "code"),
            text(&status, "message"),
        )
        .expect("text");
        for event in list(span, "events") {
            writeln!(
                told,
                "  {} {}",
                after(nanos(&event, "time_unix_nano")),
                text(&event, "name")
            )
            .expect("text");
        }
    }
    told
}

#[test]
fn a_compensated_saga_is_a_trace_with_its_undos_linked() {
    insta::assert_snapshot!(told(&packed(&of_demo(Kind::ShippingFailed)).body), @r#"
    order-fulfilment 0..2720 under None status 2 "Compensated: 2 of 2 completed steps undone, in reverse order, 887 ms after SHIPPING_FAILED" links []
      0 ORDER_CREATED
      2720 ORDER_FAILED
    inventory 60..493 under Some("order-fulfilment") status 1 "" links []
      60 RESERVE_INVENTORY
      493 INVENTORY_RESERVED
    undo inventory 2191..2700 under Some("order-fulfilment") status 1 "" links ["inventory"]
      2191 RELEASE_INVENTORY
      2700 INVENTORY_RELEASED
    payment 551..1215 under Some("order-fulfilment") status 1 "" links []
      551 PROCESS_PAYMENT
      1215 PAYMENT_PROCESSED
    undo payment 1879..2131 under Some("order-fulfilment") status 1 "" links ["payment"]
      1879 REFUND_PAYMENT
      2131 PAYMENT_REFUNDED
    shipping 1258..1833 under Some("order-fulfilment") status 2 "failed" links []
      1258 SHIP_ORDER
      1833 SHIPPING_FAILED
    "#);
}

#[test]
fn a_stuck_saga_ends_where_nothing_more_was_heard() {
    insta::assert_snapshot!(told(&packed(&of_demo(Kind::Stuck)).body), @r#"
    order-fulfilment 0..553 under None status 2 "Stuck: silent since 2025-10-30T12:02:24.553Z, waiting for PAYMENT_PROCESSED since 2025-10-30T12:02:24.553Z, due by 2025-10-30T12:02:29.553Z" links []
      0 ORDER_CREATED
      0 finding
      553 finding
    inventory 52..536 under Some("order-fulfilment") status 1 "" links []
      52 RESERVE_INVENTORY
      536 INVENTORY_RESERVED
    payment 553..553 under Some("order-fulfilment") status 2 "not answered in time" links []
      553 PROCESS_PAYMENT
      553 finding
    "#);
}

#[test]
fn the_saga_its_records_and_its_findings_can_be_found_again() {
    let saga = of_demo(Kind::ShippedUnpaid);
    let batch = packed(&saga);
    let request = decoded(&batch.body);
    let resource = &list(&request, "resource_spans")[0];
    assert_eq!(
        attributes(&message(resource, "resource"))["service.name"],
        "order-fulfilment"
    );
    let scope = message(&list(resource, "scope_spans")[0], "scope");
    assert_eq!(text(&scope, "name"), "kinescope");

    let spans = spans(&batch.body);
    assert_eq!((batch.sagas, batch.spans), (1, spans.len()));
    let of_saga = attributes(&spans[0]);
    assert_eq!(of_saga["kinescope.saga.key"], saga.key.text);
    assert_eq!(of_saga["kinescope.saga.key_name"], "sagaId");
    assert_eq!(of_saga["kinescope.saga.status"], "completed-with-findings");
    assert!(of_saga["kinescope.saga.alias.orderId"].starts_with('['));

    let events: Vec<DynamicMessage> = spans.iter().flat_map(|span| list(span, "events")).collect();
    let (found, records): (Vec<_>, Vec<_>) = events
        .iter()
        .partition(|event| text(event, "name") == "finding");
    let places: BTreeSet<(String, String, String)> = records
        .iter()
        .map(|event| {
            let mut attributes = attributes(event);
            let mut take = |name: &str| attributes.remove(name).expect("a place");
            (
                take("aws.kinesis.stream_name"),
                take("aws.kinesis.shard_id"),
                take("aws.kinesis.sequence_number"),
            )
        })
        .collect();
    let expected = saga.events().iter().map(|event| {
        let shard = saga.streams().shard_id(event.shard);
        (
            saga.stream(event).to_owned(),
            shard.to_owned(),
            event.sequence().to_string(),
        )
    });
    assert_eq!(places, expected.collect());
    assert_eq!(found.len(), saga.judgement.findings.len());
    let finding = attributes(found[0]);
    assert_eq!(finding["kinescope.finding.code"], "out-of-order");
    assert_eq!(finding["kinescope.finding.severity"], "error");
}

#[test]
fn no_payload_is_sent() {
    let (played, _) = &*JUDGED;
    let saga = of_demo(Kind::ShippingFailed);
    let body = packed(&saga).body;
    let body = String::from_utf8_lossy(&body);
    let has = |text: &str| body.contains(text);
    assert!(!has("no carrier serves"), "a payload's text");
    let payload: serde_json::Value =
        serde_json::from_slice(&played.records[saga.events()[0].record.0 as usize].payload)
            .expect("JSON");
    let user = payload["payload"]["userId"]
        .as_str()
        .or(payload["userId"].as_str());
    assert!(!has(user.expect("an order has a user")));
}

#[test]
fn a_saga_sent_twice_is_one_trace_and_two_sagas_are_two() {
    let ids = |saga: &Saga<'_>| -> Vec<(String, String)> {
        let ids = |span: &DynamicMessage| (text(span, "trace_id"), text(span, "span_id"));
        spans(&packed(saga).body).iter().map(ids).collect()
    };
    let (again, demo) = judged(7, 900);
    let (id, _) = again
        .sagas
        .iter()
        .find(|(_, kind)| *kind == Kind::Happy)
        .expect("a saga");
    let again = demo.engine.saga(demo.engine.find(id)[0]).expect("a saga");
    assert_eq!(
        ids(&again),
        ids(&of_demo(Kind::Happy)),
        "captured and judged anew"
    );

    let trace = |kind: Kind| ids(&of_demo(kind))[0].0.clone();
    let traces: BTreeSet<String> = Kind::ALL.into_iter().map(trace).collect();
    assert_eq!(traces.len(), Kind::ALL.len());
    for kind in Kind::ALL {
        let ids = ids(&of_demo(kind));
        let spans: BTreeSet<&String> = ids.iter().map(|(_, span)| span).collect();
        assert_eq!(spans.len(), ids.len(), "each span has its own id");
        assert!(
            ids.iter()
                .all(|(trace, span)| *trace == ids[0].0 && trace.len() == 32 && span.len() == 16)
        );
    }
    // what other programs keep must not change with a version of this one
    assert_eq!(
        ids(&of_demo(Kind::Happy))[0],
        (
            "62505c0444edf46cb5f3a0cd91e8560a".to_owned(),
            "19049111c13041d7".to_owned()
        )
    );
}

#[test]
fn batches_keep_their_limit_and_sagas_stay_whole() {
    let (_, demo) = &*JUDGED;
    let engine = &demo.engine;
    for limit in [20_000, 100_000, MAX_BATCH_BYTES] {
        let mut packer = Packer::new(engine.definition(), limit);
        let sagas = engine.ids().filter_map(|id| engine.saga(id));
        let mut batches: Vec<Batch> = sagas.filter_map(|saga| packer.add(&saga)).collect();
        batches.extend(packer.finish());
        assert_eq!(packer.finish(), None);
        assert_eq!(
            batches.iter().map(|batch| batch.sagas).sum::<usize>(),
            engine.len()
        );
        let mut seen = BTreeSet::new();
        for batch in &batches {
            assert!(batch.body.len() <= limit, "{} of {limit}", batch.body.len());
            let spans = spans(&batch.body);
            assert_eq!(spans.len(), batch.spans);
            let traces: BTreeSet<String> =
                spans.iter().map(|span| text(span, "trace_id")).collect();
            assert_eq!(traces.len(), batch.sagas);
            assert!(
                traces.into_iter().all(|trace| seen.insert(trace)),
                "a trace in two batches"
            );
        }
        let least = batches
            .iter()
            .rev()
            .skip(1)
            .map(|batch| batch.body.len())
            .min();
        assert!(
            least.is_none_or(|least| least > limit / 2),
            "{least:?} of {limit}: batches are full"
        );
    }
}

/// One saga of many events of long names.
fn crowded() -> Engine {
    let text = "apiVersion: kinescope/v1\nsaga: crowd\nversion: 1\nevent: { type: [$.t] }\n\
                correlate: { key: k, paths: [{ at: $.k }] }\nsteps: [{ id: one, request: ASK, success: DONE }]\n";
    let mut engine = Engine::new(Definition::parse(text).expect("a definition"));
    let stream = engine.add_stream("crowd");
    let shard = engine.add_shard(stream, "0");
    let extractor = engine.extractor().clone();
    for number in 0..9_000_u64 {
        let payload = format!(
            r#"{{"k":"k","t":"{}","n":{number}}}"#,
            if number == 0 { "ASK" } else { "NOISE" }
        );
        let sequence: SequenceNumber = (number + 1).to_string().parse().expect("a number");
        engine.ingest(extractor.read(&Record {
            handle: RecordHandle(number),
            shard,
            sequence: &sequence,
            sub: 0,
            arrival: Millis(number as i64),
            partition_key: None,
            payload: payload.as_bytes(),
            replayed: false,
        }));
    }
    engine.settle();
    engine
}

#[test]
fn a_saga_that_is_too_large_is_sent_without_its_last_events() {
    let engine = crowded();
    let saga = engine
        .saga(engine.ids().next().expect("a saga"))
        .expect("a saga");
    for limit in [MAX_BATCH_BYTES, 50_000] {
        let mut packer = Packer::new(engine.definition(), limit);
        packer.add(&saga);
        let batch = packer.finish().expect("a batch");
        assert!(batch.body.len() <= limit);
        let spans = spans(&batch.body);
        let kept: usize = spans.iter().map(|span| list(span, "events").len()).sum();
        let dropped: u64 = spans
            .iter()
            .map(|span| {
                text(span, "dropped_events_count")
                    .parse::<u64>()
                    .expect("a number")
            })
            .sum();
        let findings = saga.judgement.findings.len();
        assert_eq!(kept as u64 + dropped, 9_000 + findings as u64);
        assert!(kept > 50, "{kept}");
    }
}
