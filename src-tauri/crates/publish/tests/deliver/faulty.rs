//! The embedded endpoint behind a proxy that spoils puts: throttles, partial failures, lost answers.

use super::lab::{Lab, connect, options, plan};
use emulator::{Emulator, EmulatorOptions};
use faults::{Action, Calls, Entries as Which, Proxy, Rule};
use publish::{AfterUnclear, AtOnce, Delivery, End, Entries, Order, OrderOptions, StopReason};

async fn at_a_proxy(stream: &str, shards: i32) -> (Emulator, Lab, Proxy) {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream(stream, shards).await;
    let proxy = Proxy::to(&emulator.endpoint()).await;
    (emulator, lab, proxy)
}

#[tokio::test(flavor = "multi_thread")]
async fn partial_failures_and_lost_answers_break_no_order() {
    let (_emulator, lab, proxy) = at_a_proxy("bad", 3).await;
    let some = Which::Share {
        probability: 0.2,
        seed: 7,
    };
    let partial =
        proxy.add(Rule::on("PutRecords", Action::fail_entries(some)).calls(Calls::Every(2)));
    let lost = proxy.add(Rule::on("PutRecords", Action::reset_after()).calls(Calls::Every(7)));
    let unsent = proxy.add(Rule::on("PutRecords", Action::reset_before()).calls(Calls::Every(11)));
    let fault = proxy.add(Rule::on("PutRecord", Action::internal_failure()).calls(Calls::Every(9)));
    let plan = plan(800, 60);
    let connection = connect(&proxy.endpoint()).await;
    let (id, end) = lab
        .deliver(&connection, "bad", Order::Keyed, plan.clone())
        .await;
    assert!(matches!(end, End::Finished), "{end:?}");
    let doubled = lab.judge("bad", id, Order::Keyed, &plan).await;
    for rule in [partial, lost, unsent, fault] {
        assert!(proxy.fired(rule) > 0, "a fault did not fire");
    }
    assert!(
        doubled > 0,
        "a lost answer leaves doubles, and they are listed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn strict_order_survives_lost_answers() {
    let (_emulator, lab, proxy) = at_a_proxy("strict-bad", 2).await;
    let lost = proxy.add(Rule::on("PutRecord", Action::reset_after()).calls(Calls::Every(13)));
    let slow = proxy.add(Rule::on("PutRecord", Action::throttled()).calls(Calls::Every(10)));
    let plan = plan(90, 20);
    let connection = connect(&proxy.endpoint()).await;
    let (id, end) = lab
        .deliver(&connection, "strict-bad", Order::Strict, plan.clone())
        .await;
    assert!(matches!(end, End::Finished), "{end:?}");
    let doubled = lab.judge("strict-bad", id, Order::Strict, &plan).await;
    assert_eq!(
        doubled as u64,
        proxy.fired(lost),
        "each lost answer is one double"
    );
    assert!(proxy.fired(slow) > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unclear_outcome_is_told_as_such_and_not_repeated_where_that_was_asked_for() {
    let (_emulator, lab, proxy) = at_a_proxy("unclear", 1).await;
    proxy.add(Rule::on("PutRecord", Action::reset_after()));
    let connection = connect(&proxy.endpoint()).await;
    let target = lab.target(&connection, "unclear").await;
    let claim = lab.begin("unclear", &target);
    let options = OrderOptions {
        after_unclear: AfterUnclear::Stop,
        ..options(Order::Keyed, &target)
    };
    let map = lab.map("unclear").await;
    let delivery = Delivery::start(
        claim,
        target,
        Entries::new(plan(1, 1)),
        AtOnce,
        options,
        map,
    );
    let id = delivery.id();
    let end = delivery.ended().await;
    assert!(
        matches!(end, End::Stopped(StopReason::Unclear { .. })),
        "{end:?}"
    );
    let progress = lab.store.delivery_progress(id).expect("progress");
    assert_eq!(
        (progress.acknowledged(), progress.unsettled()),
        (0, vec![0])
    );
    assert_eq!(
        lab.written("unclear").await.concat().len(),
        1,
        "it was written all the same"
    );
}
