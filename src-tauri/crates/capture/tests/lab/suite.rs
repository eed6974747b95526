//! What browsing and capturing must do at any endpoint. The tests of each endpoint call all of it.

use super::{Lab, name, set, shard, until};
use capture::{From, Phase, StreamRequest};
use kinesis::{Availability, Feature, StreamStatus};
use record::{HashKey, Millis, SequenceNumber};
use std::{collections::BTreeMap, time::Duration};
use store::{Cancel, CaptureId, GapReason, Scope, Store};

/// Streams by pages, a description, shards, keys, tags, and what is not there.
pub async fn browse(lab: &Lab) {
    for number in 0..12 {
        lab.create_stream(&format!("browse-{number:02}"), 1).await;
    }
    let streams = lab.connection.streams().await.expect("the streams");
    let listed: Vec<_> = streams
        .iter()
        .filter(|stream| stream.name.as_str().starts_with("browse-"))
        .collect();
    assert_eq!(listed.len(), 12);

    lab.create_stream("browse-wide", 3).await;
    let summary = lab
        .connection
        .stream(&name("browse-wide"))
        .await
        .expect("a description");
    assert_eq!(
        (summary.status, summary.open_shards, summary.retention_hours),
        (StreamStatus::Active, 3, 24)
    );
    assert_eq!(summary.identity.arn.stream_name(), "browse-wide");
    assert!(summary.server_time.is_some(), "the Date header");
    let shards = lab
        .connection
        .shards(&name("browse-wide"))
        .await
        .expect("the shards");
    assert_eq!(
        set(shards.iter().map(|shard| shard.id.clone())),
        set((0..3).map(shard))
    );
    for key in ["a", "order-1", "日本"] {
        let hash = HashKey::of_partition_key(key);
        assert_eq!(
            shards
                .iter()
                .filter(|shard| shard.hash_range.contains(hash))
                .count(),
            1,
            "{key}"
        );
    }
    assert!(
        lab.connection
            .consumers(&summary.identity.arn)
            .await
            .expect("consumers")
            .is_empty()
    );
    let tag = lab
        .client
        .add_tags_to_stream()
        .stream_name("browse-wide")
        .tags("team", "orders");
    tag.send().await.expect("tagged");
    let tags = lab
        .connection
        .tags(&name("browse-wide"))
        .await
        .expect("tags");
    assert_eq!(
        tags.iter()
            .map(|tag| (tag.key.as_str(), tag.value.as_str()))
            .collect::<Vec<_>>(),
        [("team", "orders")]
    );
    assert!(matches!(
        lab.connection.stream(&name("nowhere")).await,
        Err(kinesis::KinesisError::NotFound { .. })
    ));
}

/// From the horizon, on through new records, a pause and a restart: each record once, byte for byte.
pub async fn capture(lab: &mut Lab) {
    lab.create_stream("capture", 2).await;
    lab.put("capture", "a", 120).await;
    for (key, payload) in awkward() {
        lab.put_one("capture", key, payload).await;
    }
    let awkward_count = awkward().len() as u64;
    let (capture, run) = lab.capturing("capture", 120 + awkward_count).await;
    run.pause().await.expect("paused");
    lab.put("capture", "b", 80).await;
    run.resume().await.expect("resumed");
    lab.captured(&run, 200 + awkward_count).await;
    run.suspend().await;
    lab.reopen();
    lab.put("capture", "c", 50).await;
    let run = lab.start(capture).await;
    lab.captured(&run, 250 + awkward_count).await;
    lab.status(&run, "both live", |status| {
        status.shards.iter().all(|shard| shard.phase == Phase::Live)
    })
    .await;
    run.stop().await;
    assert!(lab.store.gaps(capture).expect("the gaps").is_empty());

    let mut expected: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for (prefix, count) in [("a", 120), ("b", 80), ("c", 50)] {
        for n in 0..count {
            *expected
                .entry(format!("{prefix}-{n}").into_bytes())
                .or_default() += 1;
        }
    }
    for (_, payload) in awkward() {
        *expected.entry(payload).or_default() += 1;
    }
    let stored = stored_records(&lab.store, capture);
    let mut found: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for (_, payload) in &stored {
        *found.entry(payload.clone()).or_default() += 1;
    }
    assert!(found == expected, "payloads differ");
    let keys = set(stored.into_iter().map(|(key, _)| key));
    for (key, _) in awkward() {
        assert!(keys.contains(key), "{key:?}");
    }
}

/// Large, empty, binary, and with keys that are unpleasant to show.
fn awkward() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("nul\u{0}inside", b"nul key".to_vec()),
        ("\u{202e}desrever", b"bidi key".to_vec()),
        ("invalid utf-8", vec![0xff, 0xfe, 0x00, 0x80]),
        ("large", vec![b'x'; (1 << 20) - 5]),
        ("empty", Vec::new()),
        ("one byte", vec![0]),
    ]
}

/// Partition keys and payloads of a capture, in the view's order.
pub fn stored_records(store: &Store, capture: CaptureId) -> Vec<(String, Vec<u8>)> {
    let view = store
        .view(
            Scope {
                captures: vec![capture],
            },
            &query::Filter::Everything,
        )
        .expect("a view");
    while !view
        .advance(&Cancel::default(), Duration::from_secs(5))
        .expect("progress")
        .complete
    {}
    let rows = view.page(0, view.len() as usize).expect("the rows");
    rows.into_iter()
        .map(|row| {
            let full = store.record(row.id).expect("readable").expect("a record");
            (full.row.partition_key.unwrap_or_default(), full.payload)
        })
        .collect()
}

/// What is written between making the capture and its first read is captured.
pub async fn latest(lab: &Lab) {
    lab.create_stream("latest", 1).await;
    lab.put("latest", "long ago", 5).await;
    // old means: in an earlier second than the moment, by the endpoint's own clock, with the margin
    let then = lab
        .connection
        .stream(&name("latest"))
        .await
        .expect("a description")
        .server_time
        .expect("a date");
    until("time passes", || async {
        let now = lab
            .connection
            .stream(&name("latest"))
            .await
            .expect("a description")
            .server_time;
        now.expect("a date").since(then) >= 4000
    })
    .await;
    let capture = lab.create("latest", From::Latest, None).await;
    lab.put("latest", "early", 30).await;
    let run = lab.start(capture).await;
    lab.captured(&run, 30).await;
    lab.put("latest", "later", 30).await;
    lab.captured(&run, 60).await;
    run.stop().await;
    let old = stored_records(&lab.store, capture)
        .iter()
        .any(|(_, payload)| payload.starts_with(b"long ago"));
    assert!(!old, "records from before the start");
}

/// Starts inside a stream: at a record, after it, and at a time between two.
pub async fn starts(lab: &Lab) {
    lab.create_stream("starts", 1).await;
    let now = || async {
        let summary = lab.connection.stream(&name("starts")).await;
        let summary = summary.expect("a description");
        summary.server_time.expect("a date")
    };
    let pass = |since: Millis| {
        until("time passes", move || async move {
            now().await.since(since) >= 3000
        })
    };
    let mut numbers = Vec::new();
    for n in 0..6 {
        if n == 3 {
            pass(now().await).await;
        }
        let payload = format!("record-{n}");
        numbers.push(lab.put_one("starts", "key", payload).await);
    }
    // three seconds after the third record, as far as whole seconds can tell
    let between = arrival_of(lab, "starts", numbers[3]).await;
    for (from, first) in [
        (From::AtSequence(numbers[2]), 2),
        (From::AfterSequence(numbers[2]), 3),
        (From::AfterSequence(numbers[5]), 6),
        (From::Timestamp(between), 3),
    ] {
        let capture = lab
            .create_for(StreamRequest {
                stream: name("starts"),
                shards: Some(vec![shard(0)]),
                from,
                until: None,
            })
            .await;
        let run = lab.start(capture).await;
        lab.captured(&run, 6 - first).await;
        lab.status(&run, "live", |status| {
            status.shards.iter().all(|shard| shard.phase == Phase::Live)
        })
        .await;
        run.stop().await;
        let payloads = stored_records(&lab.store, capture);
        let payloads: Vec<_> = payloads.into_iter().map(|(_, payload)| payload).collect();
        let expected: Vec<_> = (first..6)
            .map(|n| format!("record-{n}").into_bytes())
            .collect();
        assert_eq!(payloads, expected, "{from:?}");
        assert!(
            lab.store.gaps(capture).expect("the gaps").is_empty(),
            "{from:?}"
        );
    }
}

/// As the endpoint stamped it.
async fn arrival_of(lab: &Lab, stream: &str, number: SequenceNumber) -> Millis {
    let start = kinesis::Start::AtSequence(number);
    let iterator = lab
        .connection
        .iterator(&name(stream), &shard(0), &start)
        .await;
    let page = lab
        .connection
        .records(&iterator.expect("an iterator"), 1)
        .await;
    let page = page.expect("a page");
    assert_eq!(page.records[0].sequence, number);
    page.records[0].arrival
}

/// A split and a merge while capturing: nothing lost, nothing twice. Answers with the gaps declared.
pub async fn reshard(lab: &Lab) -> usize {
    lab.create_stream("reshard", 2).await;
    let capture = lab.create("reshard", From::TrimHorizon, None).await;
    let run = lab.start(capture).await;
    lab.put("reshard", "a", 60).await;
    lab.captured(&run, 60).await;
    lab.split("reshard", &shard(0)).await;
    lab.put("reshard", "b", 60).await;
    lab.captured(&run, 120).await;
    lab.merge("reshard", &shard(2), &shard(3)).await;
    lab.put("reshard", "c", 60).await;
    lab.captured(&run, 180).await;
    run.stop().await;
    lab.store.gaps(capture).expect("the gaps").len()
}

/// A stream that is deleted ends its capture with a reason, and a gap for each shard.
pub async fn deleted(lab: &Lab) {
    lab.create_stream("deleted", 2).await;
    lab.put("deleted", "a", 10).await;
    let (capture, run) = lab.capturing("deleted", 10).await;
    lab.delete("deleted").await;
    lab.failed(&run).await;
    let gaps = lab.store.gaps(capture).expect("the gaps");
    let reasons: Vec<_> = gaps.iter().map(|gap| gap.gap.reason).collect();
    assert_eq!(reasons, [GapReason::StreamGone; 2]);
    assert_eq!(lab.stored(capture), 10);
}

/// A stream of another region is not found, and the message says where it was looked for.
pub async fn wrong_region(lab: &Lab) {
    lab.create_stream("here", 1).await;
    let elsewhere = super::connect_in(&lab.endpoint, "eu-west-3").await;
    let error = elsewhere
        .stream(&name("here"))
        .await
        .expect_err("another region");
    assert!(
        matches!(error, kinesis::KinesisError::NotFound { .. }),
        "{error:?}"
    );
    assert!(
        error.next_step().contains("eu-west-3"),
        "{}",
        error.next_step()
    );
}

/// What the endpoint does not offer, as the connection found out.
pub async fn lacking(lab: &Lab) -> Vec<(Feature, Availability)> {
    let capabilities = lab.connection.capabilities().await;
    let lacking = capabilities
        .into_iter()
        .filter(|capability| capability.offered != Availability::Offered);
    lacking
        .map(|capability| (capability.feature, capability.offered))
        .collect()
}
