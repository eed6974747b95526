//! The alarm of a capture that falls so far behind that records would be trimmed before they are read.

use crate::lab::{Lab, connect, emulator, name};
use capture::{From, Phase};
use faults::{Action, Proxy, Rule, raw};

const HOUR: i64 = 3_600_000;

/// Every answer says that the reader is so far behind.
fn behind(hours: i64) -> Rule {
    let lag = Action::edit("a lag", move |_, answer| {
        answer.insert("MillisBehindLatest".to_owned(), raw(hours * HOUR));
    });
    Rule::on("GetRecords", lag)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_at_rest_tells_when_its_oldest_unread_record_expires() {
    let emulator = emulator();
    let proxy = Proxy::to(&emulator.endpoint()).await;
    proxy.add(behind(22));
    let mut lab = Lab::at(emulator.endpoint()).await;
    lab.connection = connect(&proxy.endpoint()).await;
    lab.create_stream("orders", 1).await;
    let capture = lab.create("orders", From::TrimHorizon, None).await;
    let run = lab.start(capture).await;
    lab.status(&run, "the lag is told", |status| {
        status
            .shards
            .iter()
            .any(|shard| shard.lag_millis == Some(22 * 3_600_000))
    })
    .await;
    let shard = run.status().shards.remove(0);
    assert_eq!(shard.expires_at, None, "it may catch up yet: {shard:?}");

    run.pause().await.expect("it pauses");
    lab.status(&run, "the alarm is given", |status| {
        let shard = &status.shards[0];
        shard.phase == Phase::Paused && shard.expires_at.is_some()
    })
    .await;
    let expires = run.status().shards[0].expires_at.expect("an alarm");
    let described = lab.connection.stream(&name("orders")).await;
    let now = described.expect("it is there").server_time;
    let now = now.expect("its time");
    let left = expires.0 - now.0;
    assert!(
        (2 * HOUR - 120_000..=2 * HOUR + 2_000).contains(&left),
        "24 hours are kept and 22 are gone: {left} ms"
    );
    run.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_capture_that_keeps_up_is_quiet_also_while_it_rests() {
    let emulator = emulator();
    let proxy = Proxy::to(&emulator.endpoint()).await;
    proxy.add(behind(1));
    let mut lab = Lab::at(emulator.endpoint()).await;
    lab.connection = connect(&proxy.endpoint()).await;
    lab.create_stream("orders", 1).await;
    let capture = lab.create("orders", From::TrimHorizon, None).await;
    let run = lab.start(capture).await;
    lab.status(&run, "the lag is told", |status| {
        status.shards.iter().any(|shard| shard.lag_millis.is_some())
    })
    .await;
    run.pause().await.expect("it pauses");
    lab.status(&run, "it rests", |status| {
        status.shards[0].phase == Phase::Paused
    })
    .await;
    assert_eq!(run.status().shards[0].expires_at, None);
    run.stop().await;
}
