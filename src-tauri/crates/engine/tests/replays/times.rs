//! How long a replay still takes: by the times of its records where the pace keeps them.

use super::lab::{EVERYTHING, Lab, until, wanted};
use emulator::{Emulator, EmulatorOptions};
use engine::{DeliveryId, ReplayOverview, ReplayState, Speed, WantedPacing};
use std::fmt::Write;

const TARGET: &str = "order-test";
/// One record a second, for a minute.
const RECORDS: u64 = 61;

/// As ferrokinesis writes it.
fn capture_file() -> String {
    let mut text = String::new();
    for n in 0..RECORDS {
        writeln!(
            text,
            "{{\"op\":\"PutRecord\",\"ts\":{},\"stream\":\"orders\",\"partition_key\":\"ord-{n}\",\"data\":\"eyJuIjoxfQ==\",\
             \"sequence_number\":\"{}\",\"shard_id\":\"shardId-000000000000\"}}",
            1_760_000_000_000 + n * 1_000,
            49_000_000 + n,
        )
        .expect("a line");
    }
    text
}

fn times(speed: f64, longest_wait_millis: Option<u64>) -> WantedPacing {
    WantedPacing::Original {
        speed: Speed::try_from(speed).expect("a speed"),
        longest_wait_millis,
    }
}

async fn begun(lab: &Lab, pacing: WantedPacing) -> DeliveryId {
    let mut wanted = wanted(EVERYTHING, lab.to_stream(TARGET), Vec::new());
    wanted.setup.pacing = pacing;
    let plan = lab.engine.plan_replay("test", wanted).await;
    let permission = lab.permission(TARGET).await;
    let plan = plan.expect("a plan");
    let started = lab.engine.start_replay(&plan.id, permission).await;
    started.expect("it starts").id
}

/// As soon as something is written.
async fn left_seconds(lab: &Lab, id: DeliveryId) -> u64 {
    let status = || async { lab.engine.replay(id).await.expect("a replay") };
    let is_under_way = |now: &ReplayOverview| now.counts.acknowledged > 0 && now.next.is_some();
    until("something is written", async || {
        is_under_way(&status().await)
    })
    .await;
    let now = status().await;
    assert_eq!(now.state, ReplayState::Running);
    now.left_millis.expect("the end is known") / 1_000
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_left_follows_the_times_of_the_records() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream(TARGET, 1).await;
    let path = lab.folder.path().join("orders.ndjson");
    std::fs::write(&path, capture_file()).expect("a file");
    lab.engine.import_capture(&path).await.expect("imported");

    let id = begun(&lab, times(1.0, None)).await;
    let left = left_seconds(&lab, id).await;
    assert!((30..=60).contains(&left), "{left} s of a minute");
    let faster = lab.engine.set_replay_pace(id, times(10.0, None)).await;
    faster.expect("another pace");
    let left = left_seconds(&lab, id).await;
    assert!(left <= 6, "{left} s at ten times the speed");
    lab.engine.cancel_replay(id).await.expect("cancelled");

    // no wait is longer than a tenth of a second, as it was planned
    let id = begun(&lab, times(0.5, Some(100))).await;
    let left = left_seconds(&lab, id).await;
    assert!(left <= 6, "{left} s where waits are cut short");
    lab.engine.cancel_replay(id).await.expect("cancelled");
    lab.engine.close().await;
}
