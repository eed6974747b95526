//! A stream that is made again under its name while a delivery stands or waits: it was not granted and gets nothing.

use super::{
    embedded::{Every, emulator},
    lab::{Lab, options, plan, until},
};
use emulator::Emulator;
use faults::{Action, Proxy, Rule};
use publish::{Delivery, End, Entries, Order, Pace, Phase, StopReason};

async fn made_again(lab: &Lab, stream: &str) {
    let deleted = lab.client.delete_stream().stream_name(stream).send();
    deleted.await.expect("deleted");
    // a stream is still being deleted for a while
    until("the stream is gone", || async {
        let described = lab
            .client
            .describe_stream_summary()
            .stream_name(stream)
            .send();
        described.await.is_err()
    })
    .await;
    lab.create_stream(stream, 1).await;
}

fn puts(emulator: &Emulator) -> usize {
    emulator.requests().count("PutRecords") + emulator.requests().count("PutRecord")
}

async fn delivery(lab: &Lab, stream: &str, pace: impl Pace, is_held: bool) -> Delivery {
    lab.create_stream(stream, 1).await;
    let target = lab.target(&lab.connection, stream).await;
    let claim = lab.begin(stream, &target);
    let (options, map) = (options(Order::Keyed, &target), lab.map(stream).await);
    let start = if is_held {
        Delivery::start_held
    } else {
        Delivery::start
    };
    let source = Entries::new(plan(3, 1));
    start(claim, target, source, pace, options, map)
}

fn is_not_confirmed(end: &End) -> bool {
    matches!(end, End::Stopped(StopReason::Barred { code, message })
        if code == "NotConfirmed" && message.contains("the stream's creation time"))
}

async fn stands(delivery: &Delivery, acknowledged: u64) {
    until("it stands still", || async {
        let progress = delivery.progress();
        progress.phase == Phase::Paused && progress.acknowledged == acknowledged
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_step_of_a_pause_asks_for_the_stream_again() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    let held = delivery(&lab, "held", Every(1), true).await;
    stands(&held, 0).await;
    made_again(&lab, "held").await;
    held.step().await;
    let end = held.ended().await;
    assert!(is_not_confirmed(&end), "{end:?}");
    assert_eq!(puts(&emulator), 0);

    let paused = delivery(&lab, "paused", Every(60_000), false).await;
    until("one is written", || async {
        paused.progress().acknowledged == 1
    })
    .await;
    paused.pause().await;
    stands(&paused, 1).await;
    paused.step().await;
    stands(&paused, 2).await;
    paused.resume().await;
    until("it goes on", || async {
        paused.progress().phase == Phase::Running
    })
    .await;
    paused.pause().await;
    stands(&paused, 2).await;
    made_again(&lab, "paused").await;
    let id = paused.id();
    paused.step().await;
    let end = paused.ended().await;
    assert!(is_not_confirmed(&end), "{end:?}");
    assert_eq!(puts(&emulator), 2);
    let journaled = lab.store.delivery_progress(id).expect("progress");
    assert_eq!(journaled.unsettled(), Vec::<u64>::new(), "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_seconds_of_silence_the_stream_is_asked_for_again() {
    let emulator = emulator();
    let lab = Lab::at(&emulator.endpoint()).await;
    let waits = delivery(&lab, "silent", Every(6_000), false).await;
    until("one is written", || async {
        waits.progress().acknowledged == 1
    })
    .await;
    made_again(&lab, "silent").await;
    let end = waits.ended().await;
    assert!(is_not_confirmed(&end), "{end:?}");
    assert_eq!(puts(&emulator), 1);
}

/// Also while a request of before the pause is still awaited.
#[tokio::test(flavor = "multi_thread")]
async fn who_pauses_and_goes_on_at_once_goes_on() {
    let emulator = emulator();
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let lab = Lab::at(&proxy.endpoint()).await;
    let stalled = std::time::Duration::from_millis(500);
    let stalls = proxy.add(Rule::on("PutRecord", Action::stall_before(stalled)));
    let delivery = delivery(&lab, "at-once", Every(1_000), false).await;
    until("a put stalls", || async { proxy.fired(stalls) > 0 }).await;
    delivery.pause().await;
    until("it is awaited", || async {
        delivery.progress().phase == Phase::Pausing
    })
    .await;
    delivery.resume().await;
    until("it goes on", || async {
        delivery.progress().phase == Phase::Running
    })
    .await;
    delivery.pause().await;
    until("it stands or waits", || async {
        matches!(delivery.progress().phase, Phase::Pausing | Phase::Paused)
    })
    .await;
    delivery.step().await;
    stands(&delivery, 2).await;
    delivery.resume().await;
    let id = delivery.id();
    let end = delivery.ended().await;
    assert!(matches!(end, End::Finished), "{end:?}");
    let written = lab.store.delivery_progress(id).expect("progress");
    assert_eq!(written.acknowledged(), 3);
}
