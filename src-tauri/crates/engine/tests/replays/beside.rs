//! Replays whose target is captured while they run: from before the first record on, over pauses, ends and losses,
//! and what the target spoiled is shown.

use super::lab::{
    COMMANDS, EVENTS, EVERYTHING, Lab, client, connect, event, permission, put, until, wanted,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    BesideState, CaptureBeside, CaptureId, DeliveryId, EngineError, Rate, ReplayDifference,
    ReplayOverview, ReplayState, ReplayVerdict, RunState, WantedPacing, WantedReplay,
};
use faults::{Action, Proxy, Rule, raw};
use serde_json::Value;

pub const TARGET: &str = "order-test";
const ORDERS: u64 = 20;
const RECORDS: u64 = ORDERS * super::lab::STEPS;

/// Everything that was captured, with the target captured beside it.
fn captured_beside(lab: &Lab, per_second: f64) -> WantedReplay {
    let mut wanted = wanted(EVERYTHING, lab.to_stream(TARGET), Vec::new());
    wanted.setup.capture_target = true;
    wanted.setup.pacing = match Rate::try_from(per_second) {
        Ok(rate) => WantedPacing::Fixed { rate },
        Err(_) => WantedPacing::AtOnce,
    };
    wanted
}

const AT_ONCE: f64 = f64::INFINITY;

async fn started(lab: &Lab, per_second: f64) -> ReplayOverview {
    let plan = lab
        .engine
        .plan_replay("test", captured_beside(lab, per_second))
        .await
        .expect("a plan");
    let permission = lab.permission(TARGET).await;
    let started = lab.engine.start_replay(&plan.id, permission).await;
    started.expect("it starts")
}

async fn now(lab: &Lab, id: DeliveryId) -> ReplayOverview {
    lab.engine.replay(id).await.expect("a replay")
}

async fn beside(lab: &Lab, id: DeliveryId) -> CaptureBeside {
    now(lab, id).await.beside.expect("one is wanted")
}

async fn read_up(lab: &Lab, id: DeliveryId) -> CaptureBeside {
    until("everything that was acknowledged is read", async || {
        beside(lab, id).await.state == BesideState::Read
    })
    .await;
    beside(lab, id).await
}

async fn acknowledged(lab: &Lab, id: DeliveryId, at_least: u64) {
    until("some are written", async || {
        now(lab, id).await.counts.acknowledged >= at_least
    })
    .await;
}

async fn captures_of_target(lab: &Lab) -> Vec<CaptureId> {
    let captures = lab.engine.captures().await.expect("a list");
    let of_target = |capture: &engine::CaptureOverview| {
        let streams = &capture.streams;
        streams.iter().any(|stream| stream.name == TARGET)
    };
    let of_target = captures.into_iter().filter(of_target);
    of_target.map(|capture| capture.stored.id).collect()
}

async fn verdict(lab: &Lab, id: DeliveryId) -> ReplayVerdict {
    lab.engine.verify_replay(id).await.expect("a verdict")
}

fn assert_identical(verdict: &ReplayVerdict) {
    assert!(
        verdict.is_covered && verdict.notes.is_empty(),
        "{verdict:?}"
    );
    assert_eq!(
        (verdict.compared, verdict.identical),
        (RECORDS, RECORDS),
        "{verdict:?}"
    );
    let differing = verdict.missing + verdict.extra + verdict.changed + verdict.out_of_order;
    assert_eq!(differing, 0, "{verdict:?}");
}

struct Stage {
    emulator: Emulator,
    proxy: Proxy,
    lab: Lab,
}

/// Orders are captured, and there is an empty stream for them.
async fn stage() -> Stage {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let lab = Lab::at(&proxy.endpoint()).await;
    let sources = lab.capture_orders(ORDERS).await;
    lab.engine.stop_capture(sources).await.expect("it stops");
    lab.create_stream(TARGET, 2).await;
    proxy.forget_log();
    Stage {
        emulator,
        proxy,
        lab,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_replayed_is_captured_from_before_its_first_record() {
    let stage = stage().await;
    let (lab, proxy) = (&stage.lab, &stage.proxy);
    // nothing can be read before everything is written
    let held = proxy.add(Rule::on("GetShardIterator", Action::throttled()).stream(TARGET));
    let replay = started(lab, AT_ONCE).await;
    let finished = lab.finished(replay.id).await;
    let reading = finished.beside.expect("its capture");
    assert_eq!((reading.state, reading.records), (BesideState::Reading, 0));
    until("it was kept from reading", async || proxy.fired(held) > 0).await;
    proxy.switch_off(held);

    let read = read_up(lab, replay.id).await;
    assert_eq!(read.records, RECORDS);
    let capture = read.capture.expect("its capture");
    let stopped = lab.engine.capture(capture).await.expect("a capture");
    assert_eq!(stopped.overview.state, RunState::Stopped, "it has its end");
    assert_identical(&verdict(lab, replay.id).await);
    assert_eq!(captures_of_target(lab).await, [capture], "no other one");
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_where_the_target_cannot_be_captured() {
    let stage = stage().await;
    let (lab, proxy) = (&stage.lab, &stage.proxy);
    let plan = lab
        .engine
        .plan_replay("test", captured_beside(lab, AT_ONCE));
    let plan = plan.await.expect("a plan");
    let permission = lab.permission(TARGET).await;
    proxy.add(Rule::on("ListShards", Action::access_denied()).stream(TARGET));
    let refused = lab.engine.start_replay(&plan.id, permission).await;
    assert!(
        matches!(&refused, Err(EngineError::Capture(_))),
        "{refused:?}"
    );
    let log = proxy.log();
    assert!(log.iter().any(|one| one.operation == "ListShards"));
    assert!(!log.iter().any(|one| one.operation.starts_with("Put")));
    let replays = lab.engine.replay_list().await.expect("a list");
    let [replay] = &replays[..] else {
        panic!("{replays:?}")
    };
    assert_eq!(replay.state, ReplayState::Interrupted);
    assert!(replay.message.is_some(), "it says why: {replay:?}");

    // it can still be gone on with, and is then captured from its beginning
    proxy.mend();
    let permission = lab.permission(TARGET).await;
    let resumed = lab.engine.resume_replay(replay.id, permission).await;
    resumed.expect("it goes on");
    lab.finished(replay.id).await;
    read_up(lab, replay.id).await;
    assert_identical(&verdict(lab, replay.id).await);
    lab.engine.close().await;
}

/// One record is left out of every page, and another one has other bytes.
fn spoiled_pages() -> Rule {
    let text = |order, step| Value::from(BASE64_STANDARD.encode(event(order, step)));
    let (lost, changed) = (text(3, 2), text(4, 2));
    let other = BASE64_STANDARD.encode(b"{\"spoiled\":true}");
    let spoil = Action::edit("spoiled records", move |_, page| {
        let Some(records) = page.get("Records") else {
            return;
        };
        let mut records: Vec<Value> = serde_json::from_str(records.get()).expect("records");
        records.retain(|record| record["Data"] != lost);
        for record in &mut records {
            if record["Data"] == changed {
                record["Data"] = other.clone().into();
            }
        }
        page.insert("Records".to_owned(), raw(records));
    });
    Rule::on("GetRecords", spoil).stream(TARGET)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_target_lost_changed_or_got_from_elsewhere_is_shown() {
    let stage = stage().await;
    let (lab, proxy) = (&stage.lab, &stage.proxy);
    proxy.add(spoiled_pages());
    let replay = started(lab, 60.0).await;
    acknowledged(lab, replay.id, RECORDS / 3).await;
    let elsewhere = client(&stage.emulator.endpoint());
    put(
        &elsewhere,
        TARGET,
        vec![("foreign".to_owned(), b"{}".to_vec())],
    )
    .await;
    lab.finished(replay.id).await;
    read_up(lab, replay.id).await;
    let verdict = verdict(lab, replay.id).await;
    assert!(verdict.is_covered, "{verdict:?}");
    assert_eq!(
        (verdict.missing, verdict.changed, verdict.extra),
        (1, 1, 1),
        "{verdict:?}"
    );
    assert_eq!(verdict.identical, RECORDS - 2);
    assert_eq!(verdict.out_of_order, 0);
    let example = |what: ReplayDifference| {
        let mut found = verdict.examples.iter().filter(|one| one.what == what);
        found.next().expect("an example").clone()
    };
    assert_eq!(example(ReplayDifference::Missing).key, "ord-3");
    let changed = example(ReplayDifference::Changed);
    let original = changed.original.expect("its original");
    let original = lab.engine.open_record(original).await.expect("it opens");
    assert_eq!(changed.key, "ord-4");
    assert!([EVENTS, COMMANDS].contains(&original.row.stream.as_str()));
    assert_eq!(example(ReplayDifference::Extra).original, None);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_connection_interrupts_both_and_both_go_on() {
    let stage = stage().await;
    let (lab, proxy) = (&stage.lab, &stage.proxy);
    let replay = started(lab, 60.0).await;
    acknowledged(lab, replay.id, 10).await;
    let before = beside(lab, replay.id).await;
    let closed = lab.engine.close_connection(lab.connection).await;
    closed.expect("closed");
    let rests = now(lab, replay.id).await;
    assert_eq!(rests.state, ReplayState::Interrupted);
    assert_ne!(rests.beside.expect("known").state, BesideState::Reading);

    let connection = connect(&lab.engine, &proxy.endpoint()).await;
    let allowed = permission(&lab.engine, connection, TARGET).await;
    let resumed = lab.engine.resume_replay(replay.id, allowed).await;
    resumed.expect("it goes on");
    assert_eq!(beside(lab, replay.id).await.state, BesideState::Reading);
    lab.finished(replay.id).await;
    let after = read_up(lab, replay.id).await;
    assert_eq!(after.capture, before.capture, "the same capture");
    assert_identical(&verdict(lab, replay.id).await);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_a_person_ends_leaves_the_rest_unverified() {
    let stage = stage().await;
    let lab = &stage.lab;
    let replay = started(lab, 60.0).await;
    acknowledged(lab, replay.id, RECORDS / 3).await;
    let capture = beside(lab, replay.id).await.capture.expect("its capture");
    lab.engine.stop_capture(capture).await.expect("stopped");
    let short = beside(lab, replay.id).await;
    assert_eq!(short.state, BesideState::Short, "{short:?}");
    lab.finished(replay.id).await;
    let short = beside(lab, replay.id).await;
    assert_eq!(
        (short.state, short.capture),
        (BesideState::Short, Some(capture))
    );
    assert!(short.records < RECORDS, "{short:?}");

    // asked to compare, the rest is captured
    assert_identical(&verdict(lab, replay.id).await);
    assert_eq!(captures_of_target(lab).await.len(), 2);
    assert_eq!(beside(lab, replay.id).await.state, BesideState::Read);
    for capture in captures_of_target(lab).await {
        let deleted = lab.engine.delete_capture(capture).await;
        deleted.expect("deleted");
    }
    let gone = beside(lab, replay.id).await;
    assert_eq!((gone.state, gone.capture), (BesideState::Short, None));
    lab.engine.close().await;
}

/// A finished replay whose capture was ended early by a person.
async fn ended_early(lab: &Lab) -> (DeliveryId, CaptureId) {
    let replay = started(lab, 60.0).await.id;
    acknowledged(lab, replay, RECORDS / 3).await;
    let capture = beside(lab, replay).await.capture.expect("its capture");
    until("something is read", async || {
        beside(lab, replay).await.records > 0
    })
    .await;
    lab.engine.stop_capture(capture).await.expect("stopped");
    lab.finished(replay).await;
    assert_eq!(beside(lab, replay).await.state, BesideState::Short);
    (replay, capture)
}

async fn ended(lab: &Lab, capture: CaptureId) {
    until("the capture has its end", async || {
        let capture = lab.engine.capture(capture).await.expect("a capture");
        capture.overview.state == RunState::Stopped
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_a_person_goes_on_with_ends_once_it_has_read() {
    let stage = stage().await;
    let lab = &stage.lab;
    let (replay, capture) = ended_early(lab).await;
    let resumed = lab.engine.resume_capture(capture).await;
    resumed.expect("it goes on");
    ended(lab, capture).await;
    assert_eq!(beside(lab, replay).await.state, BesideState::Read);
    assert_identical(&verdict(lab, replay).await);
    assert_eq!(captures_of_target(lab).await, [capture], "no other one");

    // and again, for somebody who wants to watch its target
    let resumed = lab.engine.resume_capture(capture).await;
    resumed.expect("it goes on");
    assert_eq!(beside(lab, replay).await.state, BesideState::Reading);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_lost_something_ends_too_and_says_that_it_is_short() {
    let stage = stage().await;
    let (lab, proxy) = (&stage.lab, &stage.proxy);
    let (replay, capture) = ended_early(lab).await;
    // the last stored record does not come again, but later ones do
    let lose = Action::edit("the first record is gone", |_, page| {
        let Some(records) = page.get("Records") else {
            return;
        };
        let mut records: Vec<Value> = serde_json::from_str(records.get()).expect("records");
        if records.len() > 1 {
            records.remove(0);
        }
        page.insert("Records".to_owned(), raw(records));
    });
    let rule = proxy.add(Rule::on("GetRecords", lose).stream(TARGET));
    let resumed = lab.engine.resume_capture(capture).await;
    resumed.expect("it goes on");
    ended(lab, capture).await;
    assert!(proxy.fired(rule) > 0);
    let short = beside(lab, replay).await;
    assert_eq!(
        (short.state, short.capture),
        (BesideState::Short, Some(capture))
    );

    // asked to compare, another one reads it from the beginning
    proxy.mend();
    assert_identical(&verdict(lab, replay).await);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_replay_ends_its_capture_and_says_what_was_never_sent() {
    let stage = stage().await;
    let lab = &stage.lab;
    let replay = started(lab, 60.0).await;
    acknowledged(lab, replay.id, 10).await;
    lab.engine.pause_replay(replay.id).await.expect("paused");
    until("it is paused", async || {
        now(lab, replay.id).await.state == ReplayState::Paused
    })
    .await;
    assert_eq!(beside(lab, replay.id).await.state, BesideState::Reading);
    let cancelled = lab.engine.cancel_replay(replay.id).await;
    cancelled.expect("cancelled");
    let read = read_up(lab, replay.id).await;
    let sent = now(lab, replay.id).await.counts.acknowledged;
    assert_eq!(read.records, sent);
    let verdict = verdict(lab, replay.id).await;
    assert_eq!(
        (verdict.identical, verdict.missing, verdict.extra),
        (sent, RECORDS - sent, 0),
        "{verdict:?}"
    );
    lab.engine.close().await;
}
