//! Replays that go on under another permission: what waits is waiting, and what was counted is counted on.

use super::lab::{
    COMMANDS, EVENTS, EVERYTHING, Lab, STEPS, client, connect, event, permission, until, wanted,
};
use emulator::{Emulator, EmulatorOptions};
use engine::{DeliveryId, Rate, ReplayOverview, ReplayState, ReplayedWhich, Settled, WantedPacing};
use faults::{Action, Calls, Proxy, Rule};

const TARGET: &str = "order-test";
const RECORDS: u64 = 40 * STEPS;

async fn now(lab: &Lab, id: DeliveryId) -> ReplayOverview {
    lab.engine.replay(id).await.expect("a replay")
}

/// A replay whose permission is taken back while it runs, after its target asked it to slow down.
async fn cut_off(lab: &Lab, proxy: &Proxy) -> ReplayOverview {
    let slowed = Rule::on("PutRecord", Action::throttled()).calls(Calls::Nth(2));
    let slowed = proxy.add(slowed);
    let mut wanted = wanted(EVERYTHING, lab.to_stream(TARGET), Vec::new());
    let rate = Rate::try_from(50.0).expect("a rate");
    wanted.setup.pacing = WantedPacing::Fixed { rate };
    let plan = lab.engine.plan_replay("test", wanted).await;
    let allowed = permission(&lab.engine, lab.connection, TARGET).await;
    let started = lab
        .engine
        .start_replay(&plan.expect("a plan").id, allowed)
        .await;
    let id = started.expect("it starts").id;
    until("some are written", async || {
        now(lab, id).await.counts.acknowledged >= 5
    })
    .await;
    assert_eq!(proxy.fired(slowed), 1);
    for granted in lab.engine.grants() {
        lab.engine.revoke_grant(granted.id);
    }
    until("it comes to rest", async || {
        now(lab, id).await.state == ReplayState::Interrupted
    })
    .await;
    now(lab, id).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_waiting_and_counts_go_on_where_they_stood() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.capture_orders(RECORDS / STEPS).await;
    lab.create_stream(TARGET, 1).await;
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let lab = Lab {
        connection: connect(&lab.engine, &proxy.endpoint()).await,
        client: client(&emulator.endpoint()),
        ..lab
    };
    let cut = cut_off(&lab, &proxy).await;
    let counts = cut.counts;
    assert_eq!((counts.refused, counts.unclear), (0, 0), "{cut:?}");
    assert_eq!((counts.retries, counts.throttles), (1, 1), "{cut:?}");
    assert!(counts.acknowledged < RECORDS, "it was taken back too late");
    let page = lab
        .engine
        .replay_records(cut.id, ReplayedWhich::All, 0, 500)
        .await
        .expect("a page");
    for row in &page.rows {
        let is_sent = row.outcome == Settled::Acknowledged;
        assert!(is_sent || (row.outcome, row.attempts) == (Settled::Waiting, 0));
    }

    let again = permission(&lab.engine, lab.connection, TARGET).await;
    let resumed = lab.engine.resume_replay(cut.id, again).await;
    resumed.expect("it goes on");
    let first = now(&lab, cut.id).await;
    assert!(
        first.counts.acknowledged >= counts.acknowledged,
        "{first:?}"
    );
    assert_eq!((first.counts.retries, first.counts.throttles), (1, 1));
    let end = lab.finished(cut.id).await;
    assert_eq!(end.counts.acknowledged, RECORDS);
    assert_eq!((end.counts.retries, end.counts.throttles), (1, 1));
    assert_eq!(lab.landed(TARGET).await.len() as u64, RECORDS);
    lab.engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_is_replayed_also_when_its_streams_are_gone() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.capture_orders(5).await;
    lab.create_stream(TARGET, 1).await;
    for stream in [EVENTS, COMMANDS] {
        let delete = lab.client.delete_stream().stream_name(stream);
        delete.send().await.expect("deleted");
        until("it is gone", async || {
            let asked = lab.client.describe_stream_summary().stream_name(stream);
            asked.send().await.is_err()
        })
        .await;
    }
    let wanted = wanted(EVERYTHING, lab.to_stream(TARGET), Vec::new());
    let replay = lab.replay(wanted).await;
    assert_eq!(replay.counts.acknowledged, 5 * STEPS);
    let landed = lab.landed(TARGET).await;
    let mut data: Vec<Vec<u8>> = landed.into_iter().map(|record| record.data).collect();
    let mut expected: Vec<Vec<u8>> = (0..5)
        .flat_map(|order| (0..STEPS).map(move |step| event(order, step)))
        .collect();
    data.sort_unstable();
    expected.sort_unstable();
    assert_eq!(data, expected);
    lab.engine.close().await;
}
