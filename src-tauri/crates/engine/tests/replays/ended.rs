//! Replays that came to rest before their end: what was planned and not sent is told as such, everybody who went on
//! is named, and nobody waits for a request that never ends.

use super::lab::{EVERYTHING, Lab, client, connect, open, permission, until, wanted};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    Permission, Rate, ReplayOverview, ReplayState, ReplayedWhich, ReportFormat, Settled,
    WantedPacing,
};
use faults::{Action, Proxy, Rule};
use std::time::{Duration, Instant};
use store::{DeliveryState, Store};

const TARGET: &str = "order-test";
const RECORDS: u64 = 10 * super::lab::STEPS;

/// Orders that were captured, and a stream to replay them into.
async fn captured() -> (Emulator, Lab) {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.capture_orders(10).await;
    lab.create_stream(TARGET, 1).await;
    (emulator, lab)
}

/// At a pace at which nothing ends by itself in a test.
async fn begun(lab: &Lab, permission: Permission) -> ReplayOverview {
    let mut wanted = wanted(EVERYTHING, lab.to_stream(TARGET), Vec::new());
    let rate = Rate::try_from(10.0).expect("a rate");
    wanted.setup.pacing = WantedPacing::Fixed { rate };
    let plan = lab.engine.plan_replay("test", wanted).await;
    let plan = plan.expect("a plan");
    let started = lab.engine.start_replay(&plan.id, permission).await;
    started.expect("it starts")
}

async fn acknowledged(lab: &Lab, replay: &ReplayOverview, at_least: u64) {
    until("some are written", async || {
        let now = lab.engine.replay(replay.id).await.expect("a replay");
        now.counts.acknowledged >= at_least
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_planned_and_never_sent_is_missing() {
    let (_emulator, lab) = captured().await;
    let replay = begun(&lab, lab.permission(TARGET).await).await;
    acknowledged(&lab, &replay, 3).await;
    lab.engine
        .cancel_replay(replay.id)
        .await
        .expect("cancelled");
    until("it is cancelled", async || {
        let now = lab.engine.replay(replay.id).await.expect("a replay");
        now.state == ReplayState::Cancelled
    })
    .await;
    let sent = lab.engine.replay(replay.id).await.expect("a replay");
    let sent = sent.counts.acknowledged;
    assert!(sent < RECORDS, "it was not cancelled in time");

    let verdict = lab.engine.verify_replay(replay.id).await;
    let verdict = verdict.expect("a verdict");
    assert_eq!(
        (verdict.identical, verdict.missing),
        (sent, RECORDS - sent),
        "{verdict:?}"
    );
    assert!(
        verdict
            .notes
            .iter()
            .any(|note| note.contains("never written"))
    );

    let page = lab
        .engine
        .replay_records(replay.id, ReplayedWhich::All, 0, 500);
    let page = page.await.expect("a page");
    let waiting = page
        .rows
        .iter()
        .filter(|row| row.outcome == Settled::Waiting);
    assert_eq!(
        (page.total, waiting.count() as u64),
        (RECORDS, RECORDS - sent)
    );
    let path = lab.folder.path().join("report.csv");
    let written = lab
        .engine
        .export_replay_report(replay.id, ReportFormat::Csv, &path);
    written.await.expect("a report");
    let report = std::fs::read_to_string(&path).expect("the report");
    let planned = report.lines().filter(|line| line.contains(",planned,"));
    assert_eq!(planned.count() as u64, RECORDS - sent);
    assert_eq!(report.lines().count() as u64, RECORDS + 1);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_who_goes_on_stands_in_the_log() {
    let (emulator, lab) = captured().await;
    let replay = begun(&lab, lab.permission(TARGET).await).await;
    acknowledged(&lab, &replay, 1).await;
    lab.engine.close().await;

    // the next run of the program, and another permission
    let workspace = lab.engine.workspace().to_owned();
    let (folder, client) = (lab.folder, lab.client);
    drop(lab.engine);
    let engine = open(&workspace).await;
    let connection = connect(&engine, &emulator.endpoint()).await;
    let lab = Lab {
        engine,
        folder,
        client,
        connection,
    };
    let before = lab.engine.replay(replay.id).await.expect("a replay");
    let second = lab.permission(TARGET).await;
    let resumed = lab.engine.resume_replay(replay.id, second).await;
    resumed.expect("it goes on");
    acknowledged(&lab, &replay, before.counts.acknowledged + 1).await;
    lab.engine.close().await;
    drop(lab.engine);
    let store = Store::open(&workspace).expect("the workspace");
    let events = store.delivery_events(replay.id).expect("its events");
    let who: Vec<&str> = events
        .iter()
        .filter(|event| event.state == DeliveryState::Running)
        .filter_map(|event| event.detail.as_deref())
        .collect();
    let [first, second] = who[..] else {
        panic!("{events:?}")
    };
    assert!(first.contains("by the permission of"), "{first}");
    assert_ne!(first, second, "another permission is another line");
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_does_not_wait_for_a_request_that_never_ends() {
    let (emulator, lab) = captured().await;
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let through = connect(&lab.engine, &proxy.endpoint()).await;
    let lab = Lab {
        connection: through,
        client: client(&emulator.endpoint()),
        ..lab
    };
    let hangs = proxy.add(Rule::on("PutRecord", Action::hang_before()));
    let allowed = permission(&lab.engine, through, TARGET).await;
    begun(&lab, allowed).await;
    until("a put hangs", async || proxy.fired(hangs) > 0).await;
    let began = Instant::now();
    lab.engine.close().await;
    // the SDK itself gives up after 15 s
    assert!(
        began.elapsed() < Duration::from_secs(12),
        "{:?}",
        began.elapsed()
    );
}
