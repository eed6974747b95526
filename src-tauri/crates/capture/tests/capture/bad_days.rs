//! Endpoints that go down, throttle, or have forgotten; a store that fails; unusual records. Streams that cannot be
//! reached, or go, are in `reaching`.

use crate::lab::{Lab, emulator, name, shard, suite};
use capture::{CaptureOptions, From, Phase, Politeness, RunState, StreamRequest};
use emulator::{Emulator, EmulatorOptions, NewRecord};
use faults::Proxy;
use kinesis::Operation;
use md5::{Digest, Md5};
use record::Millis;
use std::time::Duration;
use store::{CaptureState, GapReason, Until};

/// Keeps the last 60 kB only.
fn forgetful() -> Emulator {
    let options = EmulatorOptions {
        retained_bytes_max: 60_000,
        ..EmulatorOptions::default()
    };
    Emulator::start(options).expect("the embedded endpoint")
}

/// Writes more than [`forgetful`] keeps.
async fn overflow(lab: &Lab) {
    for _ in 0..200 {
        lab.put_one("orders", "k", vec![b'x'; 1000]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_goes_down_and_comes_back() {
    let emulator = emulator();
    let mut cable = Proxy::to(&emulator.endpoint()).await;
    let mut lab = Lab::at(emulator.endpoint()).await;
    lab.connection = crate::lab::connect(&cable.endpoint()).await;
    lab.create_stream("orders", 2).await;
    let capture = lab.create("orders", From::TrimHorizon, None).await;
    let run = lab.start(capture).await;
    lab.put("orders", "a", 100).await;
    lab.captured(&run, 100).await;
    lab.connection.vouch_for_lag();
    lab.status(&run, "the lag is told", |status| {
        status
            .shards
            .iter()
            .all(|shard| shard.lag_millis == Some(0))
    })
    .await;
    cable.unplug().await;
    lab.put("orders", "b", 100).await;
    lab.status(&run, "failures are shown", |status| {
        status
            .shards
            .iter()
            .all(|shard| shard.phase == Phase::BackingOff && shard.backoff_until.is_some())
    })
    .await;
    let shards = run.status().shards;
    // a lag that nobody measures any more is not shown as if it stood
    assert!(
        shards.iter().all(|shard| shard.lag_millis.is_none()),
        "{shards:?}"
    );
    let trouble = shards[0].last_error.clone().expect("an error");
    assert!(trouble.next_step.contains("127.0.0.1"), "{trouble:?}");
    cable.plug_in().await;
    lab.captured(&run, 200).await;
    lab.status(&run, "the lag is told again", |status| {
        status
            .shards
            .iter()
            .all(|shard| shard.lag_millis == Some(0))
    })
    .await;
    let retries: u64 = run.status().shards.iter().map(|shard| shard.retries).sum();
    let meter = lab.connection.meter();
    let counted = [Operation::GetRecords, Operation::GetShardIterator]
        .map(|operation| meter.of(operation).retries);
    assert_eq!(counted.iter().sum::<u64>(), retries, "{meter:?}");
    run.stop().await;
    assert!(lab.store.gaps(capture).expect("the gaps").is_empty());
}

/// At most one call a second and shard when idle, five when catching up, and no throttle at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_shared_stream_is_read_politely() {
    let options = EmulatorOptions {
        enforces_read_limits: true,
        ..EmulatorOptions::default()
    };
    let emulator = Emulator::start(options).expect("the embedded endpoint");
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 2).await;
    let records: Vec<NewRecord> = (0..12_000)
        .map(|n| NewRecord {
            partition_key: format!("k{n}"),
            payload: vec![b'x'; 500],
            arrival: None,
        })
        .collect();
    emulator
        .writer()
        .put(&name("orders"), &records)
        .await
        .expect("written");
    let capture = lab.create("orders", From::TrimHorizon, None).await;
    let polite = CaptureOptions {
        politeness: Politeness::On,
        ..crate::lab::QUICK
    };
    let run = lab.start_with(capture, polite).await;
    lab.captured(&run, 12_000).await;
    lab.status(&run, "both live", |status| {
        status.shards.iter().all(|shard| shard.phase == Phase::Live)
    })
    .await;
    let busiest = emulator
        .requests()
        .busiest("GetRecords", Duration::from_secs(1));
    assert!((2..=5).contains(&busiest), "{busiest} calls in a second");
    emulator.forget_requests();
    lab.until_idle_polls(&emulator, 8).await;
    assert_eq!(
        emulator
            .requests()
            .busiest("GetRecords", Duration::from_secs(1)),
        1
    );
    assert_eq!(
        emulator
            .requests()
            .errors("ProvisionedThroughputExceededException"),
        0
    );
    let status = run.status();
    assert!(
        status
            .shards
            .iter()
            .all(|shard| shard.throttles == 0 && shard.calls_per_second_budget.is_some())
    );
    run.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aggregates_become_user_records() {
    let emulator = emulator();
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 1).await;
    lab.put_one(
        "orders",
        "aggregate",
        aggregate(&[("a", b"first"), ("b", b"second"), ("a", b"")]),
    )
    .await;
    lab.put_one("orders", "plain", "third").await;
    let (capture, run) = lab.capturing("orders", 4).await;
    run.stop().await;
    let stored = suite::stored_records(&lab.store, capture);
    let found = crate::lab::set(
        stored
            .iter()
            .map(|(key, payload)| (key.as_str(), payload.as_slice())),
    );
    let expected: [(&str, &[u8]); 4] = [
        ("a", b"first"),
        ("b", b"second"),
        ("a", b""),
        ("plain", b"third"),
    ];
    assert_eq!(found, crate::lab::set(expected));
}

/// A KPL aggregate: magic, protobuf, MD5 (github.com/awslabs/amazon-kinesis-producer, aggregation-format.md).
fn aggregate(records: &[(&str, &[u8])]) -> Vec<u8> {
    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let mut field = vec![number << 3 | 2, u8::try_from(bytes.len()).expect("short")];
        field.extend(bytes);
        field
    }
    let mut body = Vec::new();
    for (key, _) in records {
        body.extend(field(1, key.as_bytes()));
    }
    for (index, (_, data)) in records.iter().enumerate() {
        let mut record = vec![1 << 3, u8::try_from(index).expect("few")];
        record.extend(field(3, data));
        body.extend(field(3, &record));
    }
    let digest = Md5::digest(&body);
    [&[0xf3, 0x89, 0x9a, 0xc2][..], &body, &digest[..]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn several_streams_end_at_a_time() {
    let emulator = emulator();
    let mut lab = Lab::at(emulator.endpoint()).await;
    let streams = ["orders", "payments"];
    for stream in streams {
        let writer = emulator.writer();
        let created = writer.create_stream(&name(stream), 2, Millis(0)).await;
        created.expect("a stream");
    }
    let described = lab.connection.stream(&name("orders")).await;
    let now = described.expect("a description").server_time;
    let now = now.expect("a date");
    for stream in streams {
        // one record before the end and one after it, in each shard or not
        for (key, age_millis) in [("a", 60_000), ("b", 60_000), ("a", 1000), ("b", 1000)] {
            let record = NewRecord {
                partition_key: key.into(),
                payload: vec![1],
                arrival: Some(now.saturating_add(-age_millis)),
            };
            let put = emulator.writer().put(&name(stream), &[record]).await;
            put.expect("written");
        }
    }
    let request = |stream: &str| StreamRequest {
        stream: name(stream),
        shards: None,
        from: From::TrimHorizon,
        until: Some(Until::Time(now.saturating_add(-30_000))),
    };
    let capture = lab.create_of(streams.map(request).into()).await;
    let run = lab.start(capture).await;
    lab.finished(&run).await;
    assert_eq!(lab.stored(capture), 4);
    drop(run);
    lab.reopen();
    let state = lab.store.capture(capture).expect("the capture").state;
    assert_eq!(state, CaptureState::Finished, "at the next start too");
    // and if somebody begins it again, without the endpoint
    let mut cable = Proxy::to(&emulator.endpoint()).await;
    lab.connection = crate::lab::connect(&cable.endpoint()).await;
    cable.unplug().await;
    lab.finished(&lab.start(capture).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_closes_fails_the_capture_with_its_own_words() {
    let emulator = emulator();
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 1).await;
    let capture = lab.create("orders", From::TrimHorizon, None).await;
    let run = lab.start(capture).await;
    lab.put("orders", "a", 10).await;
    lab.captured(&run, 10).await;
    lab.store.clone().close().expect("closed");
    lab.put("orders", "b", 10).await;
    lab.status(&run, "failed", |status| {
        matches!(&status.state, RunState::Failed(trouble) if trouble.message.contains("closed"))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trimmed_checkpoint_leaves_a_gap() {
    let emulator = forgetful();
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 1).await;
    lab.put("orders", "a", 10).await;
    let (capture, run) = lab.capturing("orders", 10).await;
    run.suspend().await;
    overflow(&lab).await;
    let run = lab.start(capture).await;
    lab.status(&run, "read on", |status| {
        status.shards.iter().any(|shard| shard.records > 0)
    })
    .await;
    run.stop().await;
    let gaps = lab.store.gaps(capture).expect("the gaps");
    assert_eq!(gaps.len(), 1);
    assert_eq!(gaps[0].gap.reason, GapReason::Trimmed);
    assert!(gaps[0].gap.after < gaps[0].gap.before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_at_a_number_that_was_trimmed_leaves_a_gap() {
    let emulator = forgetful();
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 1).await;
    let first = lab.put_one("orders", "k", "first").await;
    overflow(&lab).await;
    for (from, after) in [
        (From::AtSequence(first), None),
        (From::AfterSequence(first), Some(first)),
    ] {
        let request = StreamRequest {
            stream: name("orders"),
            shards: Some(vec![shard(0)]),
            from,
            until: None,
        };
        let capture = lab.create_for(request).await;
        let run = lab.start(capture).await;
        lab.status(&run, "read", |status| {
            status.shards.iter().any(|shard| shard.records > 0)
        })
        .await;
        run.stop().await;
        let gaps = lab.store.gaps(capture).expect("the gaps");
        let told: Vec<_> = gaps
            .iter()
            .map(|gap| (gap.gap.reason, gap.gap.after))
            .collect();
        assert_eq!(told, [(GapReason::Trimmed, after)], "{from:?}");
        assert!(gaps[0].gap.before > Some(first));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_captured_is_refused() {
    let emulator = emulator();
    let lab = Lab::at(emulator.endpoint()).await;
    lab.create_stream("orders", 2).await;
    let refused = async |streams| {
        let refused = lab.try_create(streams).await.expect_err("refused");
        refused.to_string()
    };
    let orders = |shards, from| StreamRequest {
        stream: name("orders"),
        shards,
        from,
        until: None,
    };
    assert_eq!(
        refused(Vec::new()).await,
        "a capture needs at least one stream"
    );
    assert_eq!(
        refused(vec![orders(Some(vec![shard(7)]), From::Latest)]).await,
        "the stream orders has no shard shardId-000000000007"
    );
    let number = "49590338271490256608559692538361571095921575989136588898"
        .parse()
        .expect("a number");
    assert!(
        refused(vec![orders(None, From::AtSequence(number))])
            .await
            .contains("choose one shard")
    );
    let nowhere = StreamRequest {
        stream: name("nowhere"),
        ..orders(None, From::Latest)
    };
    assert!(
        refused(vec![nowhere])
            .await
            .contains("not found in region us-east-1")
    );
    let until = |count| StreamRequest {
        until: count,
        ..orders(None, From::TrimHorizon)
    };
    for other in [
        None,
        Some(Until::Records(20)),
        Some(Until::Time(Millis(10))),
    ] {
        assert_eq!(
            refused(vec![until(Some(Until::Records(10))), until(other)]).await,
            "the streams of a capture end together, and these have different ends"
        );
    }
    let payments = StreamRequest {
        stream: name("payments"),
        ..until(None)
    };
    assert_eq!(
        refused(vec![until(None), payments, until(None)]).await,
        "the stream orders is named twice"
    );
    let year_2100 = Millis(4_102_444_800_000);
    assert!(
        refused(vec![orders(None, From::Timestamp(year_2100))])
            .await
            .contains("in the future")
    );
    let backwards = StreamRequest {
        until: Some(Until::Time(Millis(1000))),
        ..orders(None, From::Timestamp(Millis(2000)))
    };
    assert_eq!(
        refused(vec![backwards]).await,
        "the capture ends before it starts"
    );
    let left = lab.store.captures().expect("the captures");
    assert!(left.is_empty(), "{left:?}");
}
