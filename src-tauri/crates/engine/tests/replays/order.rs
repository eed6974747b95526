//! One order out of a captured flow, into a test stream: what is planned is what happens, and it can be proven.

use super::lab::{COMMANDS, EVENTS, Lab, Landed, STEPS, event, saga, wanted};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    EngineError, Permission, ReplayState, ReplayedWhich, Settled, WantedChange, WantedRule,
    WriteError,
};
use std::collections::HashMap;

const TARGET: &str = "order-test";

fn rule(name: &str, change: WantedChange) -> WantedRule {
    WantedRule {
        name: name.to_owned(),
        on: true,
        change,
    }
}

fn new_ids_and_times() -> Vec<WantedRule> {
    vec![
        rule(
            "new ids",
            WantedChange::NewIds {
                paths: Vec::new(),
                and_key: true,
            },
        ),
        rule(
            "an hour later",
            WantedChange::ShiftTime {
                delta_millis: Some(3_600_000),
                paths: Vec::new(),
            },
        ),
    ]
}

fn steps_of(landed: &[Landed]) -> Vec<(String, String, String)> {
    let field = |data: &[u8], name: &str| -> String {
        let value: serde_json::Value = serde_json::from_slice(data).expect("JSON");
        value[name].as_str().expect("a text").to_owned()
    };
    landed
        .iter()
        .map(|record| {
            (
                record.key.clone(),
                field(&record.data, "sagaId"),
                field(&record.data, "eventType"),
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_order_becomes_another_one_in_a_test_stream() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    suite(&Lab::at(&emulator.endpoint()).await).await;
}

/// The same at every endpoint.
pub async fn suite(lab: &Lab) {
    lab.capture_orders(40).await;
    lab.create_stream(TARGET, 3).await;
    plan_and_replay(lab).await;
    untouched_bytes(lab).await;
    refusals(lab).await;
    lab.engine.close().await;
}

async fn plan_and_replay(lab: &Lab) {
    let engine = &lab.engine;
    let wanted = wanted(saga(7), lab.to_stream(TARGET), new_ids_and_times());
    let plan = engine.plan_replay("test", wanted.clone()).await;
    let plan = plan.expect("a plan");
    assert_eq!((plan.records, plan.keys), (STEPS, Some(1)));
    let changed: Vec<_> = plan.changed.iter().map(|(_, records)| *records).collect();
    assert_eq!(changed, [STEPS, STEPS]);
    assert_eq!(plan.shards.len(), 3);

    let preview = engine.preview_replay(wanted.clone(), 2).await;
    let preview = preview.expect("a preview");
    assert_eq!((preview.position, preview.total), (2, STEPS));
    assert_eq!(preview.rules, ["new ids", "an hour later"]);
    assert_eq!(preview.key_before.as_deref(), Some("ord-7"));
    assert_ne!(preview.key_after, "ord-7");
    assert!(preview.before.contains("\"sagaId\": \"saga-7\""));
    assert!(!preview.after.contains("saga-7\""), "{}", preview.after);

    // saved, read again and run: the same figures
    let path = lab.folder.path().join("order-7.plan.json");
    engine.save_plan(&plan.id, &path).await.expect("saved");
    let (again, loaded) = engine.load_plan(&path).await.expect("loaded");
    assert_eq!(again, wanted);
    assert_ne!(loaded.id, plan.id, "a plan may be run as often as needed");
    assert_eq!(
        (loaded.records, loaded.size_bytes, loaded.changed.clone()),
        (plan.records, plan.size_bytes, plan.changed.clone())
    );
    let permission = || lab.permission(TARGET);
    let started = engine.start_replay(&loaded.id, permission().await).await;
    let id = started.expect("it starts").id;
    let twice = engine.start_replay(&loaded.id, permission().await).await;
    assert_eq!(twice.expect("it answers").id, id, "a double click");
    let replay = lab.finished(id).await;
    assert_eq!((replay.counts.acknowledged, replay.planned), (STEPS, STEPS));

    let landed = lab.landed(TARGET).await;
    assert_eq!(landed.len() as u64, STEPS, "sent once");
    let bytes: usize = landed
        .iter()
        .map(|one| one.data.len() + one.key.len())
        .sum();
    assert_eq!(bytes as u64, plan.size_bytes, "the plan equals the run");
    let mut by_shard: HashMap<&str, u64> = HashMap::new();
    for record in &landed {
        *by_shard.entry(&record.shard).or_default() += 1;
    }
    for shard in &plan.shards {
        let found = by_shard.get(shard.shard.as_str()).copied();
        assert_eq!(found.unwrap_or_default(), shard.records, "{}", shard.shard);
    }
    let steps = steps_of(&landed);
    let (key, saga, _) = &steps[0];
    assert!(steps.iter().all(|step| step.0 == *key && step.1 == *saga));
    assert!(
        steps.is_sorted_by_key(|step| &step.2),
        "one key, in order: {steps:?}"
    );

    let verdict = engine.verify_replay(id).await.expect("a verdict");
    assert!(verdict.is_covered, "{verdict:?}");
    assert_eq!((verdict.compared, verdict.identical), (STEPS, STEPS));
    assert_eq!(
        (
            verdict.missing,
            verdict.extra,
            verdict.changed,
            verdict.out_of_order
        ),
        (0, 0, 0, 0)
    );
    provenance(lab, id).await;
    report(lab, id).await;
}

async fn provenance(lab: &Lab, id: engine::DeliveryId) {
    let engine = &lab.engine;
    let page = engine
        .replay_records(id, ReplayedWhich::All, 0, 100)
        .await
        .expect("a page");
    assert_eq!(page.total, STEPS);
    for row in &page.rows {
        assert_eq!(row.outcome, Settled::Acknowledged);
        let copy = row.copy.expect("the verification captured it");
        let from_copy = engine.record_replays(copy).await.expect("found");
        let original = from_copy.original.expect("the copy leads back");
        assert_eq!(
            (original.replay, original.record, &original.place),
            (id, row.record, &row.place)
        );
        let from_original = engine.record_replays(row.record).await.expect("found");
        let copies: Vec<_> = from_original.copies.iter().map(|one| one.copy).collect();
        assert_eq!(copies, [Some(copy)]);
        let opened = engine.open_record(copy).await.expect("the copy opens");
        assert!(opened.row.is_replayed, "a badge in the table");
        let opened = engine.open_record(row.record).await.expect("it opens");
        assert!(!opened.row.is_replayed);
    }
    let none = engine
        .replay_records(id, ReplayedWhich::MayBeDoubled, 0, 100)
        .await;
    assert_eq!(none.expect("a page").total, 0);
}

async fn report(lab: &Lab, id: engine::DeliveryId) {
    let (json, csv) = (
        lab.folder.path().join("report.json"),
        lab.folder.path().join("report.csv"),
    );
    let engine = &lab.engine;
    let written = engine
        .export_replay_report(id, engine::ReportFormat::Json, &json)
        .await;
    written.expect("a report");
    let written = engine
        .export_replay_report(id, engine::ReportFormat::Csv, &csv)
        .await;
    written.expect("a report");
    let text = std::fs::read_to_string(&json).expect("the report");
    let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        report["rows"].as_array().map(Vec::len),
        Some(STEPS as usize)
    );
    assert!(!text.contains("saga-"), "no payload is in it");
    let lines = std::fs::read_to_string(&csv).expect("the report");
    assert_eq!(lines.lines().count() as u64, STEPS + 1);
}

/// Without a rule every byte is as it was; the target's own records are no source.
async fn untouched_bytes(lab: &Lab) {
    let replay = lab
        .replay(wanted(saga(9), lab.to_stream(TARGET), Vec::new()))
        .await;
    assert_eq!(replay.counts.acknowledged, STEPS);
    let mut sent: Vec<Vec<u8>> = lab
        .landed(TARGET)
        .await
        .into_iter()
        .filter(|record| record.key == "ord-9")
        .map(|record| record.data)
        .collect();
    sent.sort();
    let mut captured: Vec<Vec<u8>> = (0..STEPS).map(|step| event(9, step)).collect();
    captured.sort();
    assert_eq!(sent, captured);
    let verdict = lab
        .engine
        .verify_replay(replay.id)
        .await
        .expect("a verdict");
    assert_eq!(
        (verdict.identical, verdict.extra),
        (STEPS, 0),
        "{verdict:?}"
    );

    let again = wanted(saga(9), lab.to_stream(TARGET), Vec::new());
    let plan = lab.engine.plan_replay("test", again).await.expect("a plan");
    assert_eq!(
        (plan.records, plan.replayed_before),
        (STEPS, STEPS),
        "the copies are captured and are left out"
    );
    assert!(
        plan.warnings
            .iter()
            .any(|one| one.contains("the target itself"))
    );
}

async fn refusals(lab: &Lab) {
    let engine = &lab.engine;
    let to_test = engine
        .plan_replay("test", wanted(saga(3), lab.to_stream(TARGET), Vec::new()))
        .await
        .expect("a plan");
    let before = lab.landed(TARGET).await.len();
    let nothing = engine.start_replay(&to_test.id, Permission::Nothing).await;
    assert!(
        matches!(nothing, Err(EngineError::NotGranted)),
        "{nothing:?}"
    );
    let elsewhere = lab.permission(EVENTS).await;
    let other = engine.start_replay(&to_test.id, elsewhere).await;
    assert!(matches!(other, Err(EngineError::Input(_))), "{other:?}");
    let revoked = lab.permission(TARGET).await;
    if let Permission::Write(grant) = &revoked {
        grant.revoke();
    }
    let refused = engine.start_replay(&to_test.id, revoked).await;
    assert!(matches!(refused, Err(EngineError::Write(_))), "{refused:?}");
    assert_eq!(lab.landed(TARGET).await.len(), before, "nothing was sent");

    let only_itself = wanted(
        engine::WantedChoice::Filter {
            filter: format!("stream:{COMMANDS}"),
            from: None,
            until: None,
        },
        lab.to_stream(COMMANDS),
        Vec::new(),
    );
    let itself = engine.plan_replay("test", only_itself).await;
    assert!(
        matches!(
            itself,
            Err(EngineError::Write(WriteError::SourceIsTarget { .. }) | EngineError::Input(_))
        ),
        "{itself:?}"
    );
    let none = engine
        .plan_replay("test", wanted(saga(999), lab.to_stream(TARGET), Vec::new()))
        .await;
    assert!(matches!(none, Err(EngineError::Input(_))), "{none:?}");
    let states: Vec<_> = engine.replay_list().await.expect("a list");
    assert!(states.iter().all(|one| one.state == ReplayState::Finished));
}
