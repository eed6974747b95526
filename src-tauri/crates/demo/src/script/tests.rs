//! One saga of each kind, as a person would tell it.

use super::*;
use crate::{orders::Shop, play::uuid};
use rand::SeedableRng;
use std::fmt::Write;

const START: Millis = Millis(1_761_825_600_000);

fn script(kind: Kind) -> Script {
    let mut rng = StdRng::seed_from_u64(11);
    let mut shop = Shop::default();
    // the second customer's order: the first one of a shop always registers
    shop.order(&mut rng);
    let order = shop.order(&mut rng);
    Script::new(kind, order, &mut rng, START)
}

fn message(step: &Step) -> serde_json::Value {
    serde_json::from_str(&step.json).expect("JSON")
}

fn kind_of(step: &Step) -> String {
    let message = message(step);
    let kind = message.get("eventType").or(message.get("commandType"));
    kind.and_then(serde_json::Value::as_str)
        .expect("a type")
        .to_owned()
}

/// Each record: when it is published, on which stream, under which key, what; and when it happened,
/// where that is another time.
fn told(kind: Kind) -> String {
    let mut told = String::new();
    for step in &script(kind).steps {
        let happened = message(step)["timestamp"]
            .as_str()
            .expect("a time")
            .to_owned();
        let published = START.saturating_add(step.offset_millis).to_string();
        write!(
            told,
            "+{} {} {} {}",
            step.offset_millis,
            step.stream.name(),
            step.partition_key,
            kind_of(step)
        )
        .expect("text");
        let note = if happened == published {
            String::new()
        } else {
            format!(" (of {happened})")
        };
        writeln!(told, "{note}").expect("text");
    }
    told
}

fn steps_of(script: &Script, kind: &str) -> Vec<Step> {
    script
        .steps
        .iter()
        .filter(|step| kind_of(step) == kind)
        .cloned()
        .collect()
}

#[test]
fn a_happy_order() {
    insta::assert_snapshot!(told(Kind::Happy), @r"
        +0 order-events usr-00001 ORDER_CREATED
        +66 order-commands ord-000002 RESERVE_INVENTORY
        +632 order-events usr-00001 INVENTORY_RESERVED
        +690 order-commands ord-000002 PROCESS_PAYMENT
        +1528 order-events usr-00001 PAYMENT_PROCESSED
        +1549 order-commands ord-000002 SHIP_ORDER
        +1961 order-events usr-00001 ORDER_SHIPPED
        +2055 order-events usr-00001 CUSTOMER_NOTIFIED
        +2092 order-events usr-00001 ORDER_COMPLETED
    ");
}

#[test]
fn a_failed_payment() {
    insta::assert_snapshot!(told(Kind::PaymentFailed), @r"
        +0 order-events usr-00001 ORDER_CREATED
        +66 order-commands ord-000002 RESERVE_INVENTORY
        +632 order-events usr-00001 INVENTORY_RESERVED
        +690 order-commands ord-000002 PROCESS_PAYMENT
        +1528 order-events usr-00001 PAYMENT_FAILED
        +1549 order-commands ord-000002 RELEASE_INVENTORY
        +1961 order-events usr-00001 INVENTORY_RELEASED
        +2025 order-events usr-00001 ORDER_FAILED
    ");
}

#[test]
fn a_failed_shipment() {
    insta::assert_snapshot!(told(Kind::ShippingFailed), @r"
        +0 order-events usr-00001 ORDER_CREATED
        +66 order-commands ord-000002 RESERVE_INVENTORY
        +632 order-events usr-00001 INVENTORY_RESERVED
        +690 order-commands ord-000002 PROCESS_PAYMENT
        +1528 order-events usr-00001 PAYMENT_PROCESSED
        +1549 order-commands ord-000002 SHIP_ORDER
        +1961 order-events usr-00001 SHIPPING_FAILED
        +2025 order-commands ord-000002 REFUND_PAYMENT
        +2499 order-events usr-00001 PAYMENT_REFUNDED
        +2536 order-commands ord-000002 RELEASE_INVENTORY
        +2929 order-events usr-00001 INVENTORY_RELEASED
        +2986 order-events usr-00001 ORDER_FAILED
    ");
}

#[test]
fn a_rejection() {
    insta::assert_snapshot!(told(Kind::Rejected), @r"
        +0 order-events usr-00001 ORDER_CREATED
        +66 order-commands ord-000002 RESERVE_INVENTORY
        +632 order-events usr-00001 INVENTORY_REJECTED
        +690 order-events usr-00001 ORDER_FAILED
    ");
}

#[test]
fn a_cancellation() {
    insta::assert_snapshot!(told(Kind::Cancelled), @r"
        +0 order-events usr-00001 ORDER_CREATED
        +66 order-commands ord-000002 RESERVE_INVENTORY
        +632 order-events usr-00001 INVENTORY_RESERVED
        +1126 order-events usr-00001 ORDER_CANCELLED
        +1151 order-commands ord-000002 RELEASE_INVENTORY
        +1620 order-events usr-00001 INVENTORY_RELEASED
    ");
}

#[test]
fn a_stuck_order() {
    insta::assert_snapshot!(told(Kind::Stuck), @r"
        +0 order-events usr-00001 ORDER_CREATED
        +66 order-commands ord-000002 RESERVE_INVENTORY
        +632 order-events usr-00001 INVENTORY_RESERVED
        +690 order-commands ord-000002 PROCESS_PAYMENT
    ");
}

#[test]
fn a_redelivery() {
    insta::assert_snapshot!(told(Kind::Redelivered), @r"
        +0 order-events usr-00001 ORDER_CREATED
        +66 order-commands ord-000002 RESERVE_INVENTORY
        +632 order-events usr-00001 INVENTORY_RESERVED
        +690 order-commands ord-000002 PROCESS_PAYMENT
        +1206 order-events usr-00001 INVENTORY_RESERVED (of 2025-10-30T12:00:00.632Z)
        +1528 order-events usr-00001 PAYMENT_PROCESSED
        +1549 order-commands ord-000002 SHIP_ORDER
        +1961 order-events usr-00001 ORDER_SHIPPED
        +2055 order-events usr-00001 CUSTOMER_NOTIFIED
        +2092 order-events usr-00001 ORDER_COMPLETED
    ");
}

#[test]
fn a_second_charge() {
    insta::assert_snapshot!(told(Kind::ChargedTwice), @r"
        +0 order-events usr-00001 ORDER_CREATED
        +66 order-commands ord-000002 RESERVE_INVENTORY
        +632 order-events usr-00001 INVENTORY_RESERVED
        +690 order-commands ord-000002 PROCESS_PAYMENT
        +1528 order-events usr-00001 PAYMENT_PROCESSED
        +1609 order-events usr-00001 PAYMENT_PROCESSED
        +1668 order-commands ord-000002 SHIP_ORDER
        +1942 order-events usr-00001 ORDER_SHIPPED
        +2089 order-events usr-00001 CUSTOMER_NOTIFIED
        +2146 order-events usr-00001 ORDER_COMPLETED
    ");
}

#[test]
fn a_late_payment() {
    insta::assert_snapshot!(told(Kind::LatePayment), @r"
        +0 order-events usr-00001 ORDER_CREATED
        +66 order-commands ord-000002 RESERVE_INVENTORY
        +632 order-events usr-00001 INVENTORY_RESERVED
        +690 order-commands ord-000002 PROCESS_PAYMENT
        +1549 order-commands ord-000002 SHIP_ORDER
        +1961 order-events usr-00001 ORDER_SHIPPED
        +1985 order-events usr-00001 PAYMENT_PROCESSED (of 2025-10-30T12:00:01.528Z)
        +2055 order-events usr-00001 CUSTOMER_NOTIFIED
        +2092 order-events usr-00001 ORDER_COMPLETED
    ");
}

#[test]
fn an_unpaid_shipment() {
    insta::assert_snapshot!(told(Kind::ShippedUnpaid), @r"
        +0 order-events usr-00001 ORDER_CREATED
        +66 order-commands ord-000002 RESERVE_INVENTORY
        +632 order-events usr-00001 INVENTORY_RESERVED
        +690 order-commands ord-000002 PROCESS_PAYMENT
        +1549 order-commands ord-000002 SHIP_ORDER
        +1961 order-events usr-00001 ORDER_SHIPPED
        +1985 order-events usr-00001 PAYMENT_PROCESSED
        +2055 order-events usr-00001 CUSTOMER_NOTIFIED
        +2092 order-events usr-00001 ORDER_COMPLETED
    ");
}

#[test]
fn events_come_in_the_envelope_and_commands_flat() {
    let script = script(Kind::Rejected);
    insta::assert_snapshot!(script.steps[0].json, @r#"{"eventId":"642d7a84-d81f-43cc-a2b3-05c9ecbfbc85","eventType":"ORDER_CREATED","timestamp":"2025-10-30T12:00:00.000Z","sagaId":"c1cf4eee-5ce9-4e4e-aa5b-db6a88071026","payload":{"orderId":"ord-000002","userId":"usr-00001","items":[{"name":"Desk lamp, brass","quantity":1,"sku":"HM-3307","unitPrice":89.0}],"total":89.0,"currency":"EUR","shippingAddress":{"city":"Dublin","country":"IE","postalCode":"D04 X2P5","street":"14 Marlborough Road"}}}"#);
    insta::assert_snapshot!(script.steps[1].json, @r#"{"commandType":"RESERVE_INVENTORY","sagaId":"c1cf4eee-5ce9-4e4e-aa5b-db6a88071026","orderId":"ord-000002","userId":"usr-00001","timestamp":"2025-10-30T12:00:00.066Z","reservationId":"res-e59b462d","warehouse":"leipzig-2","items":[{"quantity":1,"sku":"HM-3307"}],"requestedBy":"order-orchestrator","attempt":1}"#);
}

#[test]
fn some_sagas_carry_a_trace() {
    let mut rng = StdRng::seed_from_u64(4);
    let mut shop = Shop::default();
    let mut traced =
        |_| {
            let order = shop.order(&mut rng);
            let script = Script::new(Kind::Happy, order, &mut rng, START);
            let traces = script
                .steps
                .iter()
                .filter_map(|step| message(step)["traceparent"].as_str().map(str::to_owned));
            let traces: std::collections::BTreeSet<String> = traces.collect();
            assert!(traces.iter().all(|trace| trace.len() == 55
                && trace.starts_with("00-")
                && trace.ends_with("-01")));
            assert!(traces.len() <= 1, "one trace for a saga");
            traces.len()
        };
    let traced: usize = (0..100).map(&mut traced).sum();
    assert!((30..70).contains(&traced), "{traced} of 100");
}

#[test]
fn a_redelivery_is_the_same_bytes_and_a_second_charge_is_not() {
    let twice = script(Kind::Redelivered);
    let mut texts: Vec<_> = twice.steps.iter().map(|step| step.json.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(
        texts.windows(2).filter(|pair| pair[0] == pair[1]).count(),
        1
    );

    let charged = steps_of(&script(Kind::ChargedTwice), "PAYMENT_PROCESSED");
    let ids: Vec<_> = charged
        .iter()
        .map(|step| message(step)["eventId"].clone())
        .collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
    assert_eq!(
        message(&charged[0])["payload"]["paymentId"],
        message(&charged[1])["payload"]["paymentId"]
    );
}

#[test]
fn answers_come_within_the_five_seconds_of_a_step() {
    for seed in 0..200 {
        let mut rng = StdRng::seed_from_u64(seed);
        for kind in Kind::ALL {
            let order = Shop::default().order(&mut rng);
            let script = Script::new(kind, order, &mut rng, START);
            let gaps = script
                .steps
                .windows(2)
                .map(|pair| pair[1].offset_millis - pair[0].offset_millis);
            assert!(gaps.max() < Some(2_000), "{kind:?}, seed {seed}");
            let first = script
                .steps
                .iter()
                .find(|step| kind_of(step) == "ORDER_CREATED")
                .expect("an order");
            let last = script.steps.last().expect("steps");
            assert!(
                last.offset_millis - first.offset_millis < 5_000,
                "{kind:?}, seed {seed}"
            );
        }
    }
}

#[test]
fn ids_are_version_4_uuids() {
    let mut rng = StdRng::seed_from_u64(1);
    for _ in 0..100 {
        let id = uuid(&mut rng);
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4", "{id}");
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"), "{id}");
    }
}
