//! Streams that cannot be reached when a capture begins, that turn out to be something else, or that go.

use crate::lab::{Lab, emulator, name, shard};
use capture::{CaptureStatus, From, Phase, RunState, ShardStatus};
use faults::{Action, Proxy, Rule};
use std::time::{Duration, Instant};
use store::{CaptureState, GapReason, StoredGap};

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_may_begin_before_its_endpoint() {
    let emulator = emulator();
    let mut cable = Proxy::to(&emulator.endpoint()).await;
    let mut lab = Lab::at(emulator.endpoint()).await;
    lab.connection = crate::lab::connect(&cable.endpoint()).await;
    lab.create_stream("orders", 1).await;
    lab.put("orders", "a", 10).await;
    let capture = lab.create("orders", From::TrimHorizon, None).await;
    cable.unplug().await;
    let run = lab.start(capture).await;
    lab.status(&run, "the stream is in trouble", |status| {
        status.streams.iter().any(|s| s.trouble.is_some())
    })
    .await;
    cable.plug_in().await;
    lab.captured(&run, 10).await;
    lab.status(&run, "the trouble is over", |status| {
        status.streams.iter().all(|s| s.trouble.is_none())
    })
    .await;
    run.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_is_paused_before_it_reached_its_stream_asks_for_nothing() {
    let emulator = emulator();
    let mut cable = Proxy::to(&emulator.endpoint()).await;
    let mut lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 1).await;
    lab.put("orders", "a", 10).await;
    let capture = lab.create("orders", From::TrimHorizon, None).await;
    lab.connection = crate::lab::connect(&cable.endpoint()).await;
    cable.unplug().await;
    let run = lab.start(capture).await;
    let is_in_trouble =
        |status: &CaptureStatus| status.streams.iter().any(|stream| stream.trouble.is_some());
    lab.status(&run, "the stream is in trouble", is_in_trouble)
        .await;
    run.pause().await.expect("paused");
    cable.plug_in().await;
    emulator.forget_requests();
    // longer than the first retry would wait, by the endpoint's own clock
    let clock = crate::lab::connect(&emulator.endpoint()).await;
    let now = || async {
        let summary = clock.stream(&name("orders")).await;
        let summary = summary.expect("a description");
        summary.server_time.expect("a date")
    };
    let paused = now().await;
    crate::lab::until("time passes", || async {
        now().await.since(paused) >= 4000
    })
    .await;
    assert_eq!(emulator.requests().count("ListShards"), 0);
    assert_eq!(run.status().state, RunState::Paused);
    run.resume().await.expect("resumed");
    lab.captured(&run, 10).await;
    run.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_became_a_web_page_says_so_and_stops_at_once() {
    let emulator = emulator();
    let mut lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 1).await;
    let capture = lab.create("orders", From::TrimHorizon, None).await;
    let proxy = Proxy::to(&emulator.endpoint()).await;
    proxy.add(Rule::always(Action::other_answer(200, "<html></html>")));
    lab.connection = crate::lab::connect(&proxy.endpoint()).await;
    let run = lab.start(capture).await;
    lab.status(&run, "it is not Kinesis", |status| {
        status.streams.iter().any(|stream| {
            stream
                .trouble
                .as_ref()
                .is_some_and(|trouble| trouble.message.contains("this endpoint is not Kinesis"))
        })
    })
    .await;
    let started = Instant::now();
    run.stop().await;
    assert!(started.elapsed() < Duration::from_secs(5));
    assert_eq!(
        lab.store.capture(capture).expect("the capture").state,
        CaptureState::Stopped
    );
}

/// Children that still waited for their parent had no reader that could tell of the gap.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_goes_leaves_a_gap_in_the_shards_that_waited_too() {
    let emulator = emulator();
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let mut lab = Lab::at(emulator.endpoint()).await;
    lab.connection = crate::lab::connect(&proxy.endpoint()).await;
    lab.create_stream("orders", 1).await;
    lab.put("orders", "a", 10).await;
    let (capture, run) = lab.capturing("orders", 10).await;
    run.suspend().await;
    lab.split("orders", &shard(0)).await;
    lab.put("orders", "b", 10).await;
    proxy.add(Rule::on("GetRecords", Action::throttled()));
    let run = lab.start(capture).await;
    lab.status(&run, "both children wait", |status| {
        let waiting = |shard: &&ShardStatus| shard.phase == Phase::Waiting;
        status.shards.iter().filter(waiting).count() == 2
    })
    .await;
    lab.delete("orders").await;
    lab.failed(&run).await;
    let gone = |gaps: Vec<StoredGap>| {
        assert!(
            gaps.iter()
                .all(|gap| gap.gap.reason == GapReason::StreamGone)
        );
        gaps.into_iter().map(|gap| gap.shard).collect::<Vec<_>>()
    };
    let gaps = gone(lab.store.gaps(capture).expect("the gaps"));
    assert_eq!((gaps.len(), crate::lab::set(gaps.clone()).len()), (3, 3));
    // and not again at the next start
    let run = lab.start(capture).await;
    lab.failed(&run).await;
    assert_eq!(gone(lab.store.gaps(capture).expect("the gaps")), gaps);
    assert_eq!(lab.stored(capture), 10);
}
