//! Browsing and reading at the embedded endpoint, over HTTP.

use crate::common;
use emulator::{Emulator, EmulatorOptions, NewRecord};
use kinesis::{
    Availability, CallOutcome, Feature, Identity, KinesisError, Operation, ShardIterator, Start,
    StreamStatus, Subject,
};
use record::{HashKey, Millis, ShardId, StreamName};

fn emulator() -> Emulator {
    Emulator::start(EmulatorOptions::default()).expect("the embedded endpoint")
}

fn name(text: &str) -> StreamName {
    text.parse().expect("a stream name")
}

fn shard(number: usize) -> ShardId {
    format!("shardId-{number:012}").parse().expect("a shard id")
}

async fn make(emulator: &Emulator, stream: &str, shards: u32) {
    emulator
        .writer()
        .create_stream(&name(stream), shards, Millis(1_700_000_000_000))
        .await
        .expect("a stream");
}

#[tokio::test]
async fn a_stream_is_described_and_its_shards_cover_every_key() {
    let emulator = emulator();
    make(&emulator, "orders", 4).await;
    let connection = common::local(&emulator.endpoint()).await;
    let summary = connection
        .stream(&name("orders"))
        .await
        .expect("a description");
    assert_eq!(
        (summary.status, summary.open_shards),
        (StreamStatus::Active, 4)
    );
    assert_eq!(summary.identity.created_at, Millis(1_700_000_000_000));
    assert!(summary.server_time.is_some(), "the Date header");
    let shards = connection
        .shards(&name("orders"))
        .await
        .expect("the shards");
    assert_eq!(shards.len(), 4);
    for key in ["", "a", "order-1", "日本"] {
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
        connection
            .consumers(&summary.identity.arn)
            .await
            .expect("consumers")
            .is_empty()
    );
    assert!(
        connection
            .tags(&name("orders"))
            .await
            .expect("tags")
            .is_empty()
    );
}

#[tokio::test]
async fn records_come_as_they_were_written_and_are_counted() {
    let emulator = emulator();
    make(&emulator, "orders", 1).await;
    let records: Vec<NewRecord> = (0..10)
        .map(|n| NewRecord {
            partition_key: format!("k{n}"),
            payload: vec![n; 100],
            arrival: None,
        })
        .collect();
    emulator
        .writer()
        .put(&name("orders"), &records)
        .await
        .expect("written");
    let connection = common::local(&emulator.endpoint()).await;
    let iterator = connection
        .iterator(&name("orders"), &shard(0), &Start::TrimHorizon)
        .await
        .expect("an iterator");
    let page = connection.records(&iterator, 100).await.expect("a page");
    assert_eq!(page.records.len(), 10);
    assert_eq!(page.records[3].payload, vec![3; 100]);
    assert_eq!(page.records[3].partition_key.as_deref(), Some("k3"));
    assert_eq!(page.bytes, 10 * 102);
    assert!(page.next.is_some() && page.child_shards.is_empty());
    let count = connection.meter().of(Operation::GetRecords);
    assert_eq!((count.calls, count.retries, count.errors), (1, 0, 0));
    assert!(count.received_bytes > 1000, "{count:?}");
}

#[tokio::test]
async fn calls_are_told_with_what_they_were_about() {
    let emulator = emulator();
    make(&emulator, "orders", 2).await;
    let connection = common::local(&emulator.endpoint()).await;
    let start = Start::TrimHorizon;
    let iterator = connection
        .iterator(&name("orders"), &shard(1), &start)
        .await
        .expect("an iterator");
    let page = connection.records(&iterator, 100).await.expect("a page");
    let next = page.next.expect("the shard goes on");
    connection.records(&next, 50).await.expect("a page");
    connection
        .stream(&name("nope"))
        .await
        .expect_err("no such stream");
    let calls = connection.calls(0);
    let told: Vec<_> = calls
        .iter()
        .map(|call| {
            let Subject { stream, shard, .. } = &call.subject;
            (call.operation, stream.as_deref(), shard.as_deref())
        })
        .collect();
    let of_shard = Some("shardId-000000000001");
    assert_eq!(
        told,
        [
            (Operation::GetShardIterator, Some("orders"), of_shard),
            (Operation::GetRecords, Some("orders"), of_shard),
            (Operation::GetRecords, Some("orders"), of_shard),
            (Operation::DescribeStreamSummary, Some("nope"), None),
        ]
    );
    assert_eq!(calls[2].subject.options, [("limit", "50".to_owned())]);
    assert_eq!(calls[2].outcome, CallOutcome::Answered);
    assert!(calls[2].received_bytes > 0 && calls[2].attempt == 1);
    let refused = CallOutcome::Failed("ResourceNotFoundException".to_owned());
    assert_eq!(calls[3].outcome, refused);
    assert_eq!(connection.calls(calls[2].number), calls[3..]);
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let emulator = emulator();
    let connection = common::local(&emulator.endpoint()).await;
    let error = connection
        .stream(&name("nope"))
        .await
        .expect_err("no such stream");
    assert!(matches!(error, KinesisError::NotFound { .. }), "{error:?}");
    assert!(
        error.next_step().contains("us-east-1"),
        "{}",
        error.next_step()
    );
    assert!(matches!(
        connection.identity().await,
        Ok(Identity::Absent { .. })
    ));
}

/// A feature that the endpoint gains fails this test: then the list is to be shortened.
#[tokio::test]
async fn what_the_embedded_endpoint_lacks() {
    let emulator = emulator();
    make(&emulator, "orders", 1).await;
    let connection = common::local(&emulator.endpoint()).await;
    let lacking: Vec<_> = connection
        .capabilities()
        .await
        .into_iter()
        .filter(|capability| capability.offered != Availability::Offered)
        .map(|capability| (capability.feature, capability.offered))
        .collect();
    let expected = [
        (Feature::Identity, Availability::Missing),
        // nothing has been read
        (Feature::Lag, Availability::Unknown),
        (Feature::ChildShards, Availability::Unknown),
        (Feature::Subscriptions, Availability::Unused),
    ];
    assert_eq!(lacking, expected);
}

#[tokio::test]
async fn an_iterator_s_text_is_not_shown() {
    let emulator = emulator();
    make(&emulator, "orders", 1).await;
    let connection = common::local(&emulator.endpoint()).await;
    let iterator: ShardIterator = connection
        .iterator(&name("orders"), &shard(0), &Start::Latest)
        .await
        .expect("an iterator");
    assert!(format!("{iterator:?}").len() < 40);
}
