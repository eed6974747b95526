//! Plans that are read again later, and targets that look at no key: what is told of them is what is there now.

use super::lab::{EVENTS, EVERYTHING, Lab, STEPS, connect, saga, wanted};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    CaptureFrom, NewCapture, NewCaptureStream, PlanOverview, ReplayInto, WantedChange, WantedRule,
};
use faults::{Action, Proxy, Rule, raw};
use serde_json::Value;

const TARGET: &str = "order-test";

async fn lab() -> (Emulator, Lab) {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.capture_orders(10).await;
    (emulator, lab)
}

fn warns(plan: &PlanOverview, words: &str) -> bool {
    plan.warnings.iter().any(|warning| warning.contains(words))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_plan_is_counted_anew() {
    let (_emulator, lab) = lab().await;
    lab.create_stream(TARGET, 2).await;
    let new_ids = WantedRule {
        name: "new ids".to_owned(),
        on: true,
        change: WantedChange::NewIds {
            paths: Vec::new(),
            and_key: true,
        },
    };
    let replay = wanted(saga(4), lab.to_stream(TARGET), vec![new_ids]);
    let plan = lab.engine.plan_replay("test", replay.clone()).await;
    let plan = plan.expect("a plan");
    let path = lab.folder.path().join("again.plan.json");
    lab.engine.save_plan(&plan.id, &path).await.expect("saved");
    let load = async || lab.engine.load_plan(&path).await.expect("loaded");
    let (_, loaded) = load().await;
    assert_eq!((loaded.replayed_before, loaded.records), (0, STEPS));
    assert_eq!(loaded.warnings, plan.warnings);
    let permission = lab.permission(TARGET).await;
    let started = lab.engine.start_replay(&loaded.id, permission).await;
    lab.finished(started.expect("it starts").id).await;

    let (again, loaded) = load().await;
    assert_eq!(again, replay);
    assert_eq!((loaded.replayed_before, loaded.records), (STEPS, STEPS));
    assert!(warns(&loaded, "another seed"), "{:?}", loaded.warnings);

    let deleted = lab.client.delete_stream().stream_name(TARGET).send();
    deleted.await.expect("deleted");
    lab.create_stream(TARGET, 3).await;
    let (_, loaded) = load().await;
    assert_eq!(loaded.shards.len(), 3);
    assert!(warns(&loaded, "created again"), "{:?}", loaded.warnings);
    assert!(warns(&loaded, "other shards"), "{:?}", loaded.warnings);
    let permission = lab.permission(TARGET).await;
    let started = lab.engine.start_replay(&loaded.id, permission).await;
    lab.finished(started.expect("it starts").id).await;
    assert_eq!(lab.landed(TARGET).await.len() as u64, STEPS);
    lab.engine.close().await;
}

/// A stream whose records find their shard without a key.
fn automatic() -> Rule {
    let automatic = Action::edit("automatic distribution", |_, answer| {
        let Some(summary) = answer.get("StreamDescriptionSummary") else {
            return;
        };
        let mut summary: Value = serde_json::from_str(summary.get()).expect("a summary");
        summary["RecordDistributionStrategy"] = "AUTO".into();
        answer.insert("StreamDescriptionSummary".to_owned(), raw(summary));
    });
    Rule::on("DescribeStreamSummary", automatic).stream(TARGET)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_distributes_records_itself_has_no_shares() {
    let (emulator, lab) = lab().await;
    lab.create_stream(TARGET, 3).await;
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let through = connect(&lab.engine, &proxy.endpoint()).await;
    let into = ReplayInto::Stream {
        connection: through,
        stream: TARGET.to_owned(),
    };
    let by_key = wanted(EVERYTHING, into.clone(), Vec::new());
    let by_key = lab.engine.plan_replay("test", by_key).await;
    let by_key = by_key.expect("a plan");
    assert_eq!(by_key.shards.len(), 3);
    assert!(!warns(&by_key, "by itself"));
    let rule = proxy.add(automatic());
    let plan = wanted(EVERYTHING, into, Vec::new());
    let plan = lab.engine.plan_replay("test", plan).await.expect("a plan");
    assert!(proxy.fired(rule) > 0);
    assert_eq!(plan.records, by_key.records);
    assert!(plan.shards.is_empty(), "{:?}", plan.shards);
    assert!(warns(&plan, "by itself"), "{:?}", plan.warnings);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_of_one_shard_does_not_stand_for_all() {
    let (_emulator, lab) = lab().await;
    lab.create_stream(TARGET, 2).await;
    let one_shard = NewCapture {
        connection: lab.connection,
        name: None,
        streams: vec![NewCaptureStream {
            stream: TARGET.to_owned(),
            shards: Some(vec!["shardId-000000000000".to_owned()]),
            start: CaptureFrom::TrimHorizon,
        }],
        until: None,
    };
    let started = lab.engine.start_capture(one_shard).await;
    started.expect("a capture");
    let all = wanted(EVERYTHING, lab.to_stream(TARGET), Vec::new());
    let replay = lab.replay(all).await;
    let verdict = lab.engine.verify_replay(replay.id).await;
    let verdict = verdict.expect("a verdict");
    assert!(verdict.is_covered, "{verdict:?}");
    assert_eq!((verdict.missing, verdict.in_doubt), (0, 0));
    assert_eq!(verdict.identical, 10 * STEPS);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_of_records_that_are_gone_says_how_many_are_left() {
    let (_emulator, lab) = lab().await;
    lab.create_stream(TARGET, 1).await;
    let captures = lab.engine.captures().await.expect("a list");
    let events = lab.capture(&[EVENTS]).await;
    lab.until_captured(events, 10 * STEPS / 2).await;
    let all = wanted(EVERYTHING, lab.to_stream(TARGET), Vec::new());
    let plan = lab.engine.plan_replay("test", all).await.expect("a plan");
    let path = lab.folder.path().join("gone.plan.json");
    lab.engine.save_plan(&plan.id, &path).await.expect("saved");
    let both = captures[0].stored.id;
    lab.engine.delete_capture(both).await.expect("deleted");
    let (_, loaded) = lab.engine.load_plan(&path).await.expect("loaded");
    assert_eq!((plan.records, loaded.records), (10 * STEPS, 10 * STEPS / 2));
    assert!(
        warns(&loaded, "30 of them are left"),
        "{:?}",
        loaded.warnings
    );
    // and that many are sent
    let permission = lab.permission(TARGET).await;
    let started = lab.engine.start_replay(&loaded.id, permission).await;
    let replay = lab.finished(started.expect("it starts").id).await;
    assert_eq!(replay.counts.acknowledged, 10 * STEPS / 2);
    lab.engine.close().await;
}
