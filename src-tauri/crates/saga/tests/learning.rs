//! A definition proposed from the demo's records judges its sagas as the shipped one does, in the main cases; and a
//! value can be followed without any.

mod common;

use common::{engine_of, judged, play};
use decode::Path;
use demo::Kind;
use saga::{
    Definition, Status, StepState, follow,
    learn::{Sample, learn},
};

fn samples(played: &common::Played) -> Vec<Sample<'_>> {
    let sample = |record: &'_ common::Owned| (record.stream.name(), record.arrival);
    played
        .records
        .iter()
        .map(|record| {
            let (stream, arrival) = sample(record);
            Sample {
                stream,
                arrival,
                payload: &record.payload,
            }
        })
        .collect()
}

#[test]
fn the_proposal_judges_the_demo_alike() {
    let (played, shipped) = judged(21, 1_500);
    let proposal = learn(&samples(&played)).expect("a proposal");
    insta::assert_snapshot!(proposal.yaml, @r#"
    # Proposed from 168 sagas. Deadlines are 3 times what was usual.
    apiVersion: kinescope/v1
    saga: "order"
    version: 1
    streams: ["order-events", "order-commands"]
    clock: { time: event, skew: 100ms }
    event:
      type: ["$.eventType", "$.commandType"]
      id: ["$.eventId"]
      time: ["$.timestamp"]
      source: ["@stream"]
    correlate:
      key: "sagaId"
      paths: [{ at: ["$.sagaId"] }]
      aliases:
        - { name: "orderId", at: ["$.payload.orderId", "$.orderId"] }
        - { name: "traceparent", at: ["$.traceparent"] }
      reuse: new-after-terminal
    start: { on: "ORDER_CREATED" }
    steps:
      - id: "inventory"
        request: "RESERVE_INVENTORY"
        success: "INVENTORY_RESERVED"
        failure: ["INVENTORY_REJECTED"]
        timeout: 2s
        undo: { request: "RELEASE_INVENTORY", success: "INVENTORY_RELEASED", timeout: 2s }
      - id: "payment"
        after: ["inventory"]
        request: "PROCESS_PAYMENT"
        success: "PAYMENT_PROCESSED"
        failure: ["PAYMENT_FAILED"]
        timeout: 4s
        undo: { request: "REFUND_PAYMENT", success: "PAYMENT_REFUNDED", timeout: 3s }
      - id: "ship-order"
        after: ["payment"]
        request: "SHIP_ORDER"
        success: "ORDER_SHIPPED"
        failure: ["SHIPPING_FAILED"]
        timeout: 2s
      - id: "customer"
        after: ["ship-order"]
        success: "CUSTOMER_NOTIFIED"
        optional: true
    abort: { on: ["ORDER_CANCELLED"] }
    outcomes:
      completed: { on: "ORDER_COMPLETED" }
      failed: { on: ["ORDER_FAILED"] }
    compensation: { order: reverse-completion, covers: completed }
    limits: { saga: 34s, stuckAfter: 6s }
    "#);

    let first = &proposal.follows[0];
    assert_eq!(
        (first.first.as_str(), first.then.as_str()),
        ("ORDER_CREATED", "RESERVE_INVENTORY")
    );

    let mut learned = engine_of(Definition::parse(&proposal.yaml).expect("valid"));
    learned.take(played.records.iter().enumerate());
    let end = played.until.saturating_add(30_000);
    learned.cover(end);
    learned.engine.advance(end);
    learned.engine.settle();

    let mut compared = 0;
    for (id, kind) in &played.sagas[..played.sagas.len() - 3] {
        let is_main = matches!(
            kind,
            Kind::Happy
                | Kind::PaymentFailed
                | Kind::ShippingFailed
                | Kind::Rejected
                | Kind::Cancelled
                | Kind::Stuck
        );
        if !is_main {
            continue;
        }
        let saga = |demo: &common::Demo| {
            let id = demo.engine.find(id)[0];
            let saga = demo.engine.saga(id).expect("a saga");
            let undone = saga
                .judgement
                .steps
                .iter()
                .filter(|state| **state == StepState::Undone)
                .count();
            (
                saga.judgement.status,
                saga.judgement.flags.stuck,
                undone,
                saga.events().len(),
            )
        };
        assert_eq!(saga(&learned), saga(&shipped), "{kind:?} {id}");
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn a_value_is_followed_across_streams_with_its_aliases() {
    let played = play(4, 200);
    let path = Path::parse("$.payload.orderId").expect("a path");
    let definition = follow(&path, &samples(&played));
    let aliases: Vec<&str> = definition
        .correlate
        .aliases
        .iter()
        .map(|alias| alias.name.as_str())
        .collect();
    assert!(aliases.contains(&"sagaId"), "{aliases:?}");
    assert!(
        !aliases.contains(&"userId") && !aliases.contains(&"eventId"),
        "{aliases:?}"
    );

    let mut demo = engine_of(definition);
    demo.take(played.records.iter().enumerate());
    demo.engine.settle();
    let found = demo.engine.find("ord-000003");
    assert_eq!(found.len(), 1);
    let saga = demo.engine.saga(found[0]).expect("a saga");
    let carrying = played.records.iter().filter(|record| {
        std::str::from_utf8(&record.payload).is_ok_and(|text| text.contains("\"ord-000003\""))
    });
    assert_eq!(saga.events().len(), carrying.count());
    let mut streams: Vec<&str> = saga
        .events()
        .iter()
        .map(|event| saga.stream(event))
        .collect();
    streams.sort_unstable();
    streams.dedup();
    assert_eq!(streams, ["order-commands", "order-events"]);
    assert_eq!(
        saga.judgement.status,
        Status::Running,
        "nothing is judged without a definition"
    );
    assert!(saga.judgement.findings.is_empty());
}
