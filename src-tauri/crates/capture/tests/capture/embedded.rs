//! Captures against the embedded endpoint, over HTTP with the real SDK, into a real workspace.

use crate::lab::{Lab, emulator, name, shard, suite};
use capture::{From, Phase, StreamRequest};
use emulator::{Emulator, EmulatorOptions};
use faults::{Action, Calls, Proxy, Rule, raw};
use kinesis::{Availability, Feature};
use record::SequenceNumber;
use std::time::Duration;
use store::{CaptureState, GapReason, Until};

/// The suite that every endpoint has to pass.
#[tokio::test(flavor = "multi_thread")]
async fn the_common_suite() {
    let emulator = emulator();
    let mut lab = Lab::at(emulator.endpoint()).await;
    suite::browse(&lab).await;
    suite::capture(&mut lab).await;
    suite::latest(&lab).await;
    suite::starts(&lab).await;
    assert_eq!(suite::reshard(&lab).await, 0, "gaps");
    suite::deleted(&lab).await;
    let lacking = [
        (Feature::Identity, Availability::Missing),
        (Feature::Subscriptions, Availability::Unused),
    ];
    assert_eq!(suite::lacking(&lab).await, lacking);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_from_the_horizon_on() {
    let emulator = emulator();
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 4).await;
    lab.put("orders", "before", 1000).await;
    let (capture, run) = lab.capturing("orders", 1000).await;
    lab.put("orders", "after", 500).await;
    lab.captured(&run, 1500).await;
    lab.status(&run, "all shards live", |status| {
        status.shards.iter().all(|shard| shard.phase == Phase::Live)
    })
    .await;
    run.stop().await;
    assert!(lab.store.gaps(capture).expect("the gaps").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn reshards_while_capturing() {
    let emulator = emulator();
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 2).await;
    let capture = lab.create("orders", From::TrimHorizon, None).await;
    let run = lab.start(capture).await;
    lab.put("orders", "a", 300).await;
    lab.split("orders", &shard(0)).await;
    lab.put("orders", "b", 300).await;
    lab.merge("orders", &shard(2), &shard(3)).await;
    lab.put("orders", "c", 300).await;
    lab.captured(&run, 900).await;
    lab.status(&run, "parents finished", |status| {
        status.shards.len() == 5
            && status
                .shards
                .iter()
                .filter(|shard| shard.phase == Phase::Finished)
                .count()
                == 3
    })
    .await;
    run.stop().await;
    assert!(lab.store.gaps(capture).expect("the gaps").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_goes_on_at_the_checkpoints() {
    let emulator = emulator();
    let mut lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 2).await;
    lab.put("orders", "a", 400).await;
    let (capture, run) = lab.capturing("orders", 400).await;
    run.suspend().await;
    lab.reopen();
    lab.split("orders", &shard(1)).await;
    lab.put("orders", "b", 400).await;
    let run = lab.start(capture).await;
    lab.captured(&run, 800).await;
    run.suspend().await;
    lab.reopen();
    // closed shards are not read again
    emulator.forget_requests();
    let run = lab.start(capture).await;
    lab.put("orders", "c", 10).await;
    lab.captured(&run, 810).await;
    run.stop().await;
    let asked: Vec<_> = emulator
        .requests()
        .requests
        .into_iter()
        .filter(|r| r.operation == "GetShardIterator")
        .collect();
    assert!(
        asked
            .iter()
            .all(|request| request.shard.as_deref() != Some(shard(1).as_str())),
        "{asked:#?}"
    );
    assert!(lab.store.gaps(capture).expect("the gaps").is_empty());
}

/// Some endpoints answer 0 of any shard: that is no lag that could be shown.
#[tokio::test(flavor = "multi_thread")]
async fn a_lag_that_has_always_been_0_is_not_known() {
    let emulator = Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint");
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let never_behind = Action::edit("never behind", |_, page| {
        page.insert("MillisBehindLatest".to_owned(), raw(0));
    });
    proxy.add(Rule::on("GetRecords", never_behind));
    let mut lab = Lab::at(emulator.endpoint()).await;
    lab.connection = crate::lab::connect(&proxy.endpoint()).await;
    lab.create_stream("orders", 1).await;
    lab.put("orders", "a", 100).await;
    let capture = lab.create("orders", From::TrimHorizon, None).await;
    let run = lab.start(capture).await;
    lab.captured(&run, 100).await;
    lab.status(&run, "it is read to its end", |status| {
        status.shards[0].phase == Phase::Live
    })
    .await;
    assert_eq!(run.status().shards[0].lag_millis, None);
    // who made the endpoint may know better
    lab.connection.vouch_for_lag();
    lab.status(&run, "the lag is told", |status| {
        status.shards[0].lag_millis == Some(0)
    })
    .await;
    run.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_iterator_is_renewed_after_the_last_stored_record() {
    let options = EmulatorOptions {
        iterator_ttl: Duration::from_secs(1),
        ..EmulatorOptions::default()
    };
    let emulator = Emulator::start(options).expect("the embedded endpoint");
    let proxy = Proxy::to(&emulator.endpoint()).await;
    let mut lab = Lab::at(emulator.endpoint()).await;
    lab.connection = crate::lab::connect(&proxy.endpoint()).await;
    lab.create_stream("orders", 1).await;
    let capture = lab.create("orders", From::Latest, None).await;
    let run = lab.start(capture).await;
    lab.put("orders", "a", 100).await;
    lab.captured(&run, 100).await;
    // a read that is on its way for longer than its iterator lives
    let late = Action::stall_before(Duration::from_secs(2));
    let late = proxy.add(Rule::on("GetRecords", late).calls(Calls::Nth(1)));
    crate::lab::until("a read is late", || async { proxy.fired(late) == 1 }).await;
    lab.put("orders", "b", 100).await;
    lab.captured(&run, 200).await;
    assert_eq!(emulator.requests().errors("ExpiredIteratorException"), 1);
    run.stop().await;
    assert!(lab.store.gaps(capture).expect("the gaps").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn latest_loses_nothing_that_is_written_after_the_capture_was_made() {
    let emulator = emulator();
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 2).await;
    let capture = lab.create("orders", From::Latest, None).await;
    // written before the first read
    lab.put("orders", "early", 200).await;
    let run = lab.start(capture).await;
    lab.captured(&run, 200).await;
    run.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recreated_stream_is_never_continued() {
    let emulator = emulator();
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 1).await;
    lab.put("orders", "old", 50).await;
    let (capture, run) = lab.capturing("orders", 50).await;
    lab.delete("orders").await;
    crate::lab::until("the name is free", || async {
        lab.client
            .create_stream()
            .stream_name("orders")
            .shard_count(1)
            .send()
            .await
            .is_ok()
    })
    .await;
    lab.active("orders").await;
    lab.put("orders", "new", 50).await;
    lab.failed(&run).await;
    assert_eq!(lab.stored(capture), 50);
    let gaps = lab.store.gaps(capture).expect("the gaps");
    assert_eq!(
        gaps.iter().map(|gap| gap.gap.reason).collect::<Vec<_>>(),
        [GapReason::StreamGone]
    );
    drop(run);
    // nor after a restart
    let run = lab.start(capture).await;
    lab.failed(&run).await;
    assert_eq!(
        (
            lab.stored(capture),
            lab.store.gaps(capture).expect("the gaps").len()
        ),
        (50, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_in_records_and_chosen_shards() {
    let emulator = emulator();
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 3).await;
    lab.put("orders", "a", 600).await;
    let capture = lab
        .create("orders", From::TrimHorizon, Some(Until::Records(250)))
        .await;
    let run = lab.start(capture).await;
    lab.finished(&run).await;
    assert_eq!(lab.stored(capture), 250);
    let chosen = StreamRequest {
        stream: name("orders"),
        shards: Some(vec![shard(1)]),
        from: From::TrimHorizon,
        until: None,
    };
    let capture = lab.create_for(chosen).await;
    let run = lab.start(capture).await;
    lab.status(&run, "one shard captured", |status| {
        status.shards.len() == 1 && status.shards[0].records > 0
    })
    .await;
    let stored = lab.stored(capture);
    assert!((100..300).contains(&stored), "{stored}");
    run.stop().await;
}

/// Between the moment at which an end is stored and the one at which it is said.
#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_is_stored_stays_whoever_pauses_meanwhile() {
    let emulator = emulator();
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 1).await;
    lab.put("orders", "a", 10).await;
    let (capture, run) = lab.capturing("orders", 10).await;
    lab.store
        .set_capture_state(capture, CaptureState::Finished)
        .expect("an end");
    let state = || lab.store.capture(capture).expect("the capture").state;
    run.pause().await.expect("paused");
    assert_eq!(state(), CaptureState::Finished);
    run.resume().await.expect("resumed");
    assert_eq!(state(), CaptureState::Finished);
    run.stop().await;
}

/// A number may come from somewhere else, or from a record of another shard.
#[tokio::test(flavor = "multi_thread")]
async fn a_start_at_a_number_that_no_record_has_is_no_gap() {
    let emulator = emulator();
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 1).await;
    let mut numbers = Vec::new();
    for n in 0..4 {
        numbers.push(lab.put_one("orders", "k", format!("{n}")).await);
    }
    for (from, left) in [
        (From::AtSequence(just_behind(numbers[1])), 2),
        (From::AfterSequence(just_behind(numbers[1])), 2),
        (From::AtSequence(just_behind(numbers[3])), 0),
    ] {
        let request = StreamRequest {
            stream: name("orders"),
            shards: Some(vec![shard(0)]),
            from,
            until: None,
        };
        let capture = lab.create_for(request).await;
        let run = lab.start(capture).await;
        lab.captured(&run, left).await;
        lab.status(&run, "caught up, and covered", |status| {
            status.shards.iter().any(|shard| {
                shard.phase == Phase::Live && (left > 0 || shard.covered_through.is_some())
            })
        })
        .await;
        run.stop().await;
        assert_eq!(lab.stored(capture), left, "{from:?}");
        assert_eq!(lab.store.gaps(capture).expect("the gaps"), [], "{from:?}");
    }
}

/// A number between a record's and the next one's: the record's own number with a later second in it.
fn just_behind(number: SequenceNumber) -> SequenceNumber {
    let mut key = number.as_key().to_vec();
    let low = key.len() - 16..;
    let value: [u8; 16] = key[low.clone()].try_into().expect("16 bytes");
    let later = u128::from_be_bytes(value) + (1 << 36);
    key[low].copy_from_slice(&later.to_be_bytes());
    SequenceNumber::from_key(&key).expect("a number")
}
