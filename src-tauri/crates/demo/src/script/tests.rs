//! One saga of each kind, as a person would tell it.

use super::*;
use crate::orders::Shop;
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
    println!("SNAP Happy\n{}ENDSNAP", told(Kind::Happy));
}

#[test]
fn a_failed_payment() {
    println!("SNAP PaymentFailed\n{}ENDSNAP", told(Kind::PaymentFailed));
}

#[test]
fn a_failed_shipment() {
    println!("SNAP ShippingFailed\n{}ENDSNAP", told(Kind::ShippingFailed));
}

#[test]
fn a_rejection() {
    println!("SNAP Rejected\n{}ENDSNAP", told(Kind::Rejected));
}

#[test]
fn a_cancellation() {
    println!("SNAP Cancelled\n{}ENDSNAP", told(Kind::Cancelled));
}

#[test]
fn a_stuck_order() {
    println!("SNAP Stuck\n{}ENDSNAP", told(Kind::Stuck));
}

#[test]
fn a_redelivery() {
    println!("SNAP Redelivered\n{}ENDSNAP", told(Kind::Redelivered));
}

#[test]
fn a_second_charge() {
    println!("SNAP ChargedTwice\n{}ENDSNAP", told(Kind::ChargedTwice));
}

#[test]
fn a_late_payment() {
    println!("SNAP LatePayment\n{}ENDSNAP", told(Kind::LatePayment));
}

#[test]
fn an_unpaid_shipment() {
    println!("SNAP ShippedUnpaid\n{}ENDSNAP", told(Kind::ShippedUnpaid));
}

#[test]
fn the_envelopes() {
    let script = script(Kind::Rejected);
    for step in &script.steps {
        println!("JSON {}", step.json);
    }
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
