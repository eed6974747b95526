//! How far a replay is on each shard of its target: while it runs, after an interruption, and at its end.

use super::lab::{EVERYTHING, Lab, connect, until, wanted};
use emulator::{Emulator, EmulatorOptions};
use engine::{Rate, ReplayOverview, ReplayState, WantedPacing};

const TARGET: &str = "order-test";
const ORDERS: u64 = 100;
const RECORDS: u64 = ORDERS * super::lab::STEPS;

fn agrees(replay: &ReplayOverview) -> bool {
    let sum = |of: fn(&engine::ReplayShard) -> u64| replay.shards.iter().map(of).sum::<u64>();
    sum(|shard| shard.planned) == RECORDS
        && sum(|shard| shard.acknowledged) == replay.counts.acknowledged
        && sum(|shard| shard.in_flight) == replay.in_flight
}

#[tokio::test(flavor = "multi_thread")]
async fn each_shard_is_told_also_after_an_interruption() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.capture_orders(ORDERS).await;
    lab.create_stream(TARGET, 4).await;
    let mut everything = wanted(EVERYTHING, lab.to_stream(TARGET), Vec::new());
    let rate = Rate::try_from(300.0).expect("a rate");
    everything.setup.pacing = WantedPacing::Fixed { rate };
    let plan = lab.engine.plan_replay("test", everything).await;
    let plan = plan.expect("a plan");
    let permission = lab.permission(TARGET).await;
    let started = lab.engine.start_replay(&plan.id, permission).await;
    let id = started.expect("it starts").id;
    let now = || async { lab.engine.replay(id).await.expect("a replay") };
    until("some of it has landed", async || {
        let now = now().await;
        assert!(agrees(&now), "{now:?}");
        now.counts.acknowledged > RECORDS / 5
    })
    .await;

    lab.engine
        .close_connection(lab.connection)
        .await
        .expect("closed");
    let cut = now().await;
    assert_eq!((cut.state, cut.shards.len()), (ReplayState::Interrupted, 4));
    assert!(agrees(&cut), "{cut:?}");
    let connection = connect(&lab.engine, &emulator.endpoint()).await;
    let permission = super::lab::permission(&lab.engine, connection, TARGET).await;
    let resumed = lab.engine.resume_replay(id, permission).await;
    resumed.expect("it goes on");
    until("it is further than before", async || {
        let now = now().await;
        // what was acknowledged before is counted as it is left out
        let left_out = now.counts.acknowledged >= cut.counts.acknowledged;
        assert!(!left_out || agrees(&now), "{now:?}");
        now.counts.acknowledged > cut.counts.acknowledged + 50
    })
    .await;

    let end = lab.finished(id).await;
    let landed = lab.landed(TARGET).await;
    for shard in &end.shards {
        let there = landed
            .iter()
            .filter(|one| one.shard == shard.shard.to_string());
        let there = there.count() as u64;
        assert_eq!(
            (shard.planned, shard.acknowledged, shard.in_flight),
            (there, there, 0)
        );
    }
    lab.engine.close().await;
}
