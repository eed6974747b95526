//! The embedded endpoint: all of the suite, and what a person does to a delivery that runs.

use super::{
    lab::{Lab, options, plan, until},
    suite,
};
use emulator::{Emulator, EmulatorOptions};
use kinesis::{StreamStatus, WriteError};
use publish::{
    AtOnce, Delivery, End, Entries, KinesisTarget, Order, Pace, Phase, Planned, PublishError,
    Request, StopReason,
};
use std::time::Duration;
use store::{DeliveryState, StoreError};

pub fn emulator() -> Emulator {
    Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint")
}

#[tokio::test(flavor = "multi_thread")]
async fn suite_at_the_embedded_endpoint() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    suite::all(&lab).await;
    assert_eq!(suite::lacking(&lab).await, [] as [&str; 0]);
}

/// So many milliseconds between two records.
#[derive(Clone, Copy)]
pub struct Every(pub u64);

impl Pace for Every {
    fn due(&mut self, next: &Planned, _clock: Duration) -> Duration {
        Duration::from_millis(self.0 * next.position)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_delivers_once() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream("once", 1).await;
    let target = lab.target(&lab.connection, "once").await;
    let new = Lab::new_delivery("composed-1", &target);
    let clicks = [(); 8].map(|()| {
        let (store, new) = (lab.store.clone(), new.clone());
        tokio::task::spawn_blocking(move || publish::begin(&store, &new).expect("begun"))
    });
    let mut claims = Vec::new();
    for click in clicks {
        if let Request::First(claim) = click.await.expect("clicked") {
            claims.push(claim);
        }
    }
    assert_eq!(claims.len(), 1, "one of the clicks sends");
    let claim = claims.remove(0);
    let second = lab.store.claim_delivery(claim.id());
    assert!(matches!(second, Err(StoreError::DeliveryRuns(_))));
    let (options, map) = (options(Order::Keyed, &target), lab.map("once").await);
    let plan = plan(1, 1);
    let delivery = Delivery::start(
        claim,
        target,
        Entries::new(plan.clone()),
        AtOnce,
        options,
        map,
    );
    let id = delivery.id();
    assert!(matches!(delivery.ended().await, End::Finished));
    assert_eq!(lab.judge("once", id, Order::Keyed, &plan).await, 0);
    assert_eq!(
        lab.store.delivery(id).expect("stored").state,
        DeliveryState::Finished
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pause_step_and_resume() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream("hand", 2).await;
    let target = lab.target(&lab.connection, "hand").await;
    let claim = lab.begin("hand", &target);
    let (options, map) = (options(Order::Keyed, &target), lab.map("hand").await);
    let plan = plan(300, 10);
    let source = Entries::new(plan.clone());
    let delivery = Delivery::start(claim, target, source, Every(20), options, map);
    until("some are written", || async {
        delivery.progress().acknowledged >= 3
    })
    .await;
    delivery.pause().await;
    until("it stands still", || async {
        delivery.progress().phase == Phase::Paused
    })
    .await;
    let before = delivery.progress();
    assert!(before.acknowledged < 200, "{before:?}");
    let journaled = lab
        .store
        .delivery_progress(delivery.id())
        .expect("progress");
    until("nothing is in doubt while it is paused", || async {
        let progress = lab
            .store
            .delivery_progress(delivery.id())
            .expect("progress");
        progress.unsettled().is_empty()
    })
    .await;
    assert!(journaled.acknowledged() as u64 <= before.acknowledged);
    for step in 1..=3 {
        delivery.step().await;
        let expected = before.acknowledged + step;
        until("one more is written", || async {
            delivery.progress().acknowledged == expected
        })
        .await;
    }
    until("it stands again", || async {
        delivery.progress().phase == Phase::Paused
    })
    .await;
    delivery.resume().await;
    let id = delivery.id();
    let end = delivery.ended().await;
    assert!(matches!(end, End::Finished), "{end:?}");
    assert_eq!(lab.judge("hand", id, Order::Keyed, &plan).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_delivery_goes_on_later_without_a_gap_or_a_double() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream("later", 2).await;
    let plan = plan(3_000, 50);
    let target = lab.target(&lab.connection, "later").await;
    let claim = lab.begin("later", &target);
    let (order, map) = (options(Order::Keyed, &target), lab.map("later").await);
    let source = Entries::new(plan.clone());
    let delivery = Delivery::start(claim, target, source, AtOnce, order, map.clone());
    let id = delivery.id();
    until("some are written", || async {
        delivery.progress().acknowledged >= 100
    })
    .await;
    delivery.cancel().await;
    let end = delivery.ended().await;
    assert!(matches!(end, End::Cancelled), "{end:?}");
    let left = lab.store.delivery_progress(id).expect("progress");
    assert!(left.acknowledged() < 3_000, "it was not cancelled in time");
    assert_eq!(
        left.unsettled(),
        Vec::<u64>::new(),
        "what was not sent is let go of"
    );

    let target = lab.target(&lab.connection, "later").await;
    let claim = lab.store.claim_delivery(id).expect("free again");
    let order = options(Order::Keyed, &target);
    let source = Entries::new(plan.clone());
    let delivery = Delivery::start(claim, target, source, AtOnce, order, map);
    assert!(matches!(delivery.ended().await, End::Finished));
    assert_eq!(lab.judge("later", id, Order::Keyed, &plan).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_start_counts_on() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream("on", 2).await;
    let mut plan = plan(300, 10);
    plan[4].data = bytes::Bytes::from(vec![b'1'; (1 << 20) + 1]);
    let target = lab.target(&lab.connection, "on").await;
    let claim = lab.begin("on", &target);
    let (order, map) = (options(Order::Keyed, &target), lab.map("on").await);
    let source = Entries::new(plan.clone());
    let delivery = Delivery::start(claim, target, source, Every(20), order, map.clone());
    let id = delivery.id();
    until("some are written", || async {
        delivery.progress().acknowledged >= 6
    })
    .await;
    delivery.suspend().await;
    let left = lab.store.delivery_progress(id).expect("progress");

    let target = lab.target(&lab.connection, "on").await;
    let claim = lab.store.claim_delivery(id).expect("free again");
    let order = options(Order::Keyed, &target);
    let source = Entries::new(plan);
    let delivery = Delivery::start_held(claim, target, source, AtOnce, order, map);
    until("it stands still by itself", || async {
        delivery.progress().phase == Phase::Paused
    })
    .await;
    let held = delivery.progress();
    assert_eq!(
        (held.already, held.acknowledged, held.unfit),
        (left.acknowledged() as u64, 0, 1)
    );
    delivery.resume().await;
    let watch = delivery.watch();
    assert!(matches!(delivery.ended().await, End::Finished));
    let seen = watch.borrow().clone();
    assert_eq!((seen.already + seen.acknowledged, seen.unfit), (299, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn records_leave_on_time() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream("paced", 1).await;
    let target = lab.target(&lab.connection, "paced").await;
    let claim = lab.begin("paced", &target);
    let (options, map) = (options(Order::Keyed, &target), lab.map("paced").await);
    let source = Entries::new(plan(100, 10));
    let started = std::time::Instant::now();
    let delivery = Delivery::start(claim, target, source, Every(10), options, map);
    let id = delivery.id();
    assert!(matches!(delivery.ended().await, End::Finished));
    assert!(
        started.elapsed() >= Duration::from_millis(990),
        "{:?}",
        started.elapsed()
    );
    let lines = lab.store.delivery_log(id, None).expect("a log").lines;
    let came = lines
        .iter()
        .filter(|line| matches!(line.event, store::LogEvent::Came(_)));
    let times: Vec<i64> = came
        .map(|line| line.at.0 - 10 * line.position as i64)
        .collect();
    let (first, last) = (times.iter().min(), times.iter().max());
    let spread = first.zip(last).map(|(first, last)| last - first);
    assert!(
        spread.is_some_and(|spread| spread < 500),
        "{spread:?} ms apart"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_created_again_gets_nothing() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream("again", 1).await;
    let target = lab.target(&lab.connection, "again").await;
    let claim = lab.begin("again", &target);
    lab.client
        .delete_stream()
        .stream_name("again")
        .send()
        .await
        .expect("deleted");
    lab.create_stream("again", 1).await;
    let (options, map) = (options(Order::Keyed, &target), lab.map("again").await);
    let delivery = Delivery::start(
        claim,
        target,
        Entries::new(plan(10, 2)),
        AtOnce,
        options,
        map,
    );
    let end = delivery.ended().await;
    assert!(
        matches!(&end, End::Failed(PublishError::Write(WriteError::TargetChanged { what, .. }))
            if *what == "the stream's creation time"),
        "{end:?}"
    );
    let puts = emulator.requests().count("PutRecords") + emulator.requests().count("PutRecord");
    assert_eq!(puts, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_never_its_own_target() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream("self", 1).await;
    let grant = lab.grant(&lab.connection, "self").await;
    let source = lab
        .connection
        .stream(&super::lab::name("self"))
        .await
        .expect("a stream");
    assert_eq!(source.status, StreamStatus::Active);
    let opened = KinesisTarget::open(lab.connection.clone(), grant, &[source.identity]).await;
    assert!(matches!(opened, Err(WriteError::SourceIsTarget { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fits_in_no_request_is_said_and_the_rest_goes_on() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream("unfit", 1).await;
    let mut plan = plan(10, 2);
    plan[4].data = bytes::Bytes::from(vec![b'1'; (1 << 20) + 1]);
    let target = lab.target(&lab.connection, "unfit").await;
    let claim = lab.begin("unfit", &target);
    let (options, map) = (options(Order::Keyed, &target), lab.map("unfit").await);
    let delivery = Delivery::start(claim, target, Entries::new(plan), AtOnce, options, map);
    let id = delivery.id();
    let watch = delivery.watch();
    assert!(matches!(delivery.ended().await, End::Finished));
    let seen = watch.borrow().clone();
    assert_eq!(
        (seen.acknowledged, seen.unfit, seen.phase),
        (9, 1, Phase::Ended)
    );
    let progress = lab.store.delivery_progress(id).expect("progress");
    assert!(!progress.is_acknowledged(4) && progress.unsettled().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_goes_away_stops_the_delivery() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    lab.create_stream("gone", 1).await;
    let target = lab.target(&lab.connection, "gone").await;
    let claim = lab.begin("gone", &target);
    let (options, map) = (options(Order::Keyed, &target), lab.map("gone").await);
    let source = Entries::new(plan(2_000, 50));
    let delivery = Delivery::start(claim, target, source, Every(5), options, map);
    let id = delivery.id();
    until("some are written", || async {
        delivery.progress().acknowledged >= 3
    })
    .await;
    lab.client
        .delete_stream()
        .stream_name("gone")
        .send()
        .await
        .expect("deleted");
    let end = delivery.ended().await;
    assert!(
        matches!(&end, End::Stopped(StopReason::Barred { code, .. }) if code == "ResourceNotFoundException"),
        "{end:?}"
    );
    let stored = lab.store.delivery(id).expect("stored");
    assert_eq!(stored.state, DeliveryState::Stopped);
    assert!(
        stored
            .detail
            .is_some_and(|detail| detail.contains("ResourceNotFoundException"))
    );
}
