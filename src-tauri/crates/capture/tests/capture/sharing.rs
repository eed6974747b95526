//! Captures of one stream in one program: together they read a shard as one polite reader does.

use crate::lab::{Lab, name};
use capture::{CaptureOptions, CaptureRun, From, Phase, Politeness};
use emulator::{Emulator, EmulatorOptions, NewRecord};
use std::time::Duration;
use store::CaptureId;

const POLITE: CaptureOptions = CaptureOptions {
    politeness: Politeness::On,
    ..crate::lab::QUICK
};

async fn live(lab: &Lab, run: &CaptureRun) {
    lab.status(run, "live", |status| {
        !status.shards.is_empty() && status.shards.iter().all(|shard| shard.phase == Phase::Live)
    })
    .await;
}

fn busiest(emulator: &Emulator) -> usize {
    emulator
        .requests()
        .busiest("GetRecords", Duration::from_secs(1))
}

/// Two captures from the horizon on, of a stream with records to catch up with.
async fn two(lab: &Lab, emulator: &Emulator) -> [(CaptureId, CaptureRun); 2] {
    lab.create_stream("orders", 2).await;
    let record = |n| NewRecord {
        partition_key: format!("k{n}"),
        payload: vec![b'x'; 500],
        arrival: None,
    };
    let records: Vec<_> = (0..12_000).map(record).collect();
    let written = emulator.writer().put(&name("orders"), &records).await;
    written.expect("written");
    let begin = async || {
        let capture = lab.create("orders", From::TrimHorizon, None).await;
        (capture, lab.start_with(capture, POLITE).await)
    };
    [begin().await, begin().await]
}

/// At most one call a second and shard when idle, five when catching up, however many captures; and no throttle.
#[tokio::test(flavor = "multi_thread")]
async fn captures_of_a_stream_share_its_read_budget() {
    let options = EmulatorOptions {
        enforces_read_limits: true,
        ..EmulatorOptions::default()
    };
    let emulator = Emulator::start(options).expect("the embedded endpoint");
    let lab = Lab::at(emulator.endpoint()).await;
    let [(first, one), (second, other)] = two(&lab, &emulator).await;
    for run in [&one, &other] {
        lab.captured(run, 12_000).await;
        live(&lab, run).await;
    }
    let calls = busiest(&emulator);
    assert!((2..=5).contains(&calls), "{calls} calls in a second");
    for shard in [&one, &other].iter().flat_map(|run| run.status().shards) {
        let (read, budget) = (shard.bytes_per_second, shard.bytes_per_second_budget);
        assert!(Some(read) <= budget, "{shard:?}");
    }
    emulator.forget_requests();
    lab.until_idle_polls(&emulator, 12).await;
    assert_eq!(busiest(&emulator), 1, "idle");
    // neither waits for ever behind the other
    lab.put("orders", "news", 10).await;
    for run in [&one, &other] {
        lab.captured(run, 12_010).await;
    }
    let errors = emulator
        .requests()
        .errors("ProvisionedThroughputExceededException");
    assert_eq!(errors, 0);
    assert_eq!(lab.stored(first), lab.stored(second));
    one.stop().await;
    other.stop().await;
}

/// One that waits for its turn is paused and stopped at once, and leaves the budget to the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_rests_leaves_its_turns_to_the_other() {
    let emulator = crate::lab::emulator();
    let lab = Lab::at(emulator.endpoint()).await;
    let [(_, one), (_, other)] = two(&lab, &emulator).await;
    one.pause().await.expect("paused");
    lab.status(&one, "at rest", |status| {
        let mut shards = status.shards.iter();
        !status.shards.is_empty() && shards.all(|shard| shard.phase == Phase::Paused)
    })
    .await;
    lab.captured(&other, 12_000).await;
    live(&lab, &other).await;
    other.stop().await;
    one.resume().await.expect("resumed");
    lab.captured(&one, 12_000).await;
    one.stop().await;
    assert!(busiest(&emulator) <= 5);
}
