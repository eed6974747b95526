//! What a replay promises, at any endpoint: strictly in order, shard by shard, with the target captured beside it; and
//! gone on with after an interruption. `servers` calls it for the servers; what one of them lacks is a list.

use super::lab::{COMMANDS, EVENTS, EVERYTHING, Lab, STEPS, connect, permission, until, wanted};
use emulator::{Emulator, EmulatorOptions};
use engine::{
    BesideState, CaptureId, DeliveryId, Order, Placement, Rate, ReplayOverview, ReplayState,
    WantedPacing, WantedReplay,
};
use std::collections::HashMap;

const STRICT: &str = "strict-test";
const RESUMED: &str = "resumed-test";
const ORDERS: u64 = 20;
const RECORDS: u64 = ORDERS * STEPS;

#[tokio::test(flavor = "multi_thread")]
async fn strictly_in_order_and_captured_beside() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lacking = suite(&Lab::at(&emulator.endpoint()).await).await;
    assert_eq!(lacking, [] as [&str; 0]);
}

/// Everything that any endpoint must do; answers what this one lacks of the rest.
pub async fn suite(lab: &Lab) -> Vec<&'static str> {
    let sources = lab.capture_orders(ORDERS).await;
    lab.engine.stop_capture(sources).await.expect("it stops");
    let lacking = strict(lab, sources).await;
    interrupted(lab, sources).await;
    lab.engine.close().await;
    lacking
}

/// From the source's capture alone: what is captured beside a replay is no source of the next one.
fn into(lab: &Lab, sources: CaptureId, stream: &str) -> WantedReplay {
    let mut wanted = wanted(EVERYTHING, lab.to_stream(stream), Vec::new());
    wanted.setup.source.captures = vec![sources.0];
    wanted.setup.capture_target = true;
    wanted
}

async fn strict(lab: &Lab, sources: CaptureId) -> Vec<&'static str> {
    lab.create_stream(STRICT, 3).await;
    let mut wanted = into(lab, sources, STRICT);
    wanted.setup.order = Order::Strict;
    wanted.setup.placement = Placement::ShardFaithful;
    let replay = lab.replay(wanted).await;
    assert_eq!(replay.counts.acknowledged, RECORDS);
    assert_eq!(replay.counts.may_be_doubled + replay.counts.unclear, 0);
    follows_its_sources(lab).await;
    read_up(lab, replay.id).await;
    let verdict = lab.engine.verify_replay(replay.id).await;
    let verdict = verdict.expect("a verdict");
    assert_eq!(
        (verdict.compared, verdict.identical, verdict.extra),
        (RECORDS, RECORDS, 0),
        "{verdict:?}"
    );
    assert_eq!((verdict.missing, verdict.out_of_order), (0, 0));
    let mut lacking = Vec::new();
    if !verdict.is_covered {
        lacking.push("a capture that proves itself whole");
    }
    lacking
}

/// Within each shard of the target the records of one source shard are in its order.
async fn follows_its_sources(lab: &Lab) {
    let mut originals = HashMap::new();
    for stream in [EVENTS, COMMANDS] {
        for (place, record) in lab.landed(stream).await.into_iter().enumerate() {
            let shard = format!("{stream} {}", record.shard);
            originals.insert(record.data, (shard, place));
        }
    }
    let landed = lab.landed(STRICT).await;
    assert_eq!(landed.len() as u64, RECORDS, "each once");
    let mut last = HashMap::new();
    for record in landed {
        let (from, place) = originals.remove(&record.data).expect("its bytes, once");
        let before = last.insert((record.shard, from.clone()), place);
        assert!(before.is_none_or(|before| before < place), "{from}");
    }
}

async fn interrupted(lab: &Lab, sources: CaptureId) {
    lab.create_stream(RESUMED, 2).await;
    let mut wanted = into(lab, sources, RESUMED);
    let rate = Rate::try_from(100.0).expect("a rate");
    wanted.setup.pacing = WantedPacing::Fixed { rate };
    let plan = lab.engine.plan_replay("test", wanted).await;
    let plan = plan.expect("a plan");
    let granted = lab.permission(RESUMED).await;
    let started = lab.engine.start_replay(&plan.id, granted).await;
    let id = started.expect("it starts").id;
    until("some of it has landed", async || {
        now(lab, id).await.counts.acknowledged > 20
    })
    .await;
    let opened = lab.engine.connection(lab.connection).expect("it is open");
    let endpoint = opened.choice.endpoint.expect("it was named");
    let closed = lab.engine.close_connection(lab.connection).await;
    closed.expect("it closes");
    assert_eq!(now(lab, id).await.state, ReplayState::Interrupted);

    let connection = connect(&lab.engine, &endpoint).await;
    let granted = permission(&lab.engine, connection, RESUMED).await;
    let resumed = lab.engine.resume_replay(id, granted).await;
    resumed.expect("it goes on");
    let end = lab.finished(id).await;
    assert_eq!(end.counts.acknowledged, plan.records);
    let mut copies: HashMap<Vec<u8>, u64> = HashMap::new();
    for record in lab.landed(RESUMED).await {
        *copies.entry(record.data).or_default() += 1;
    }
    assert_eq!(copies.len() as u64, RECORDS, "no gap");
    let all: u64 = copies.values().sum();
    let doubled = all - plan.records;
    assert!(doubled <= end.counts.may_be_doubled, "{doubled}: {end:?}");
    read_up(lab, id).await;
}

async fn now(lab: &Lab, id: DeliveryId) -> ReplayOverview {
    lab.engine.replay(id).await.expect("a replay")
}

async fn read_up(lab: &Lab, id: DeliveryId) {
    until("everything that was acknowledged is read", async || {
        let beside = now(lab, id).await.beside;
        beside.is_some_and(|beside| beside.state == BesideState::Read)
    })
    .await;
}
