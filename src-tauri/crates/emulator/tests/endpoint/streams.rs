//! Streams: created with tags and modes, named by ARN, told apart when they are made again.

use crate::client::*;
use aws_sdk_kinesis::types::{
    ShardIteratorType, StreamDescriptionSummary, StreamMode, StreamModeDetails, StreamStatus,
};
use emulator::EmulatorOptions;
use std::time::Duration;

#[tokio::test]
async fn an_on_demand_stream_needs_no_shard_count() {
    let emulator = start();
    let client = client(&emulator);
    let mode = StreamModeDetails::builder()
        .stream_mode(StreamMode::OnDemand)
        .build()
        .expect("a mode");
    client
        .create_stream()
        .stream_name("orders")
        .stream_mode_details(mode)
        .send()
        .await
        .expect("a stream");
    let summary = described(&client, "orders").await;
    assert_eq!(summary.open_shard_count(), 4);
    assert_eq!(
        summary
            .stream_mode_details()
            .map(StreamModeDetails::stream_mode),
        Some(&StreamMode::OnDemand)
    );
}

#[tokio::test]
async fn tags_are_there_from_the_start() {
    let emulator = start();
    let client = client(&emulator);
    let create = client.create_stream().stream_name("orders").shard_count(1);
    create
        .tags("team", "orders")
        .tags("stage", "")
        .send()
        .await
        .expect("a stream");
    let tags = client
        .list_tags_for_stream()
        .stream_name("orders")
        .send()
        .await
        .expect("tags");
    let tags: Vec<_> = tags
        .tags()
        .iter()
        .map(|tag| (tag.key(), tag.value()))
        .collect();
    assert_eq!(tags, [("stage", Some("")), ("team", Some("orders"))]);
}

#[tokio::test]
async fn a_stream_can_be_named_by_its_arn_alone() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    let arn = "arn:aws:kinesis:us-east-1:000000000000:stream/orders";
    client
        .put_record()
        .stream_arn(arn)
        .partition_key("key")
        .data(b"a".to_vec().into())
        .send()
        .await
        .expect("a put");
    let summary = client
        .describe_stream_summary()
        .stream_arn(arn)
        .send()
        .await
        .expect("a summary");
    assert_eq!(
        summary
            .stream_description_summary()
            .map(StreamDescriptionSummary::stream_arn),
        Some(arn)
    );
    assert_eq!(
        client
            .list_shards()
            .stream_arn(arn)
            .send()
            .await
            .expect("shards")
            .shards()
            .len(),
        1
    );
    client
        .add_tags_to_stream()
        .stream_arn(arn)
        .tags("team", "orders")
        .send()
        .await
        .expect("tags");
    assert_eq!(
        client
            .list_tags_for_stream()
            .stream_arn(arn)
            .send()
            .await
            .expect("tags")
            .tags()
            .len(),
        1
    );
    client
        .increase_stream_retention_period()
        .stream_arn(arn)
        .retention_period_hours(48)
        .send()
        .await
        .expect("a longer life");
    let iterator = client.get_shard_iterator().stream_arn(arn).shard_id(SHARD);
    let iterator = iterator
        .shard_iterator_type(ShardIteratorType::TrimHorizon)
        .send()
        .await
        .expect("an iterator");
    let records = client
        .get_records()
        .stream_arn(arn)
        .set_shard_iterator(iterator.shard_iterator);
    assert_eq!(
        payloads(records.send().await.expect("a page").records()),
        ["a"]
    );
    client
        .delete_stream()
        .stream_arn(arn)
        .send()
        .await
        .expect("deleted");
}

#[tokio::test]
async fn the_arn_of_another_account_or_region_is_no_stream_here() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    for arn in [
        "arn:aws:kinesis:us-east-1:123456789012:stream/orders",
        "arn:aws:kinesis:eu-west-1:000000000000:stream/orders",
    ] {
        let refused = client
            .list_shards()
            .stream_arn(arn)
            .send()
            .await
            .expect_err("another stream");
        assert_eq!(code(&refused), "ResourceNotFoundException", "{arn}");
    }
}

#[tokio::test]
async fn a_stream_made_again_is_another_stream() {
    let emulator = start();
    let client = client(&emulator);
    let mut created = Vec::new();
    for _ in 0..2 {
        create(&client, "orders", 1).await;
        put(&client, "orders", "key", "a").await;
        let summary = described(&client, "orders").await;
        created.push(record::Millis::from_secs_f64(
            summary.stream_creation_timestamp().as_secs_f64(),
        ));
        assert_eq!(read_all(&client, "orders", SHARD).await.len(), 1);
        client
            .delete_stream()
            .stream_name("orders")
            .send()
            .await
            .expect("deleted");
        until(async || {
            client
                .describe_stream_summary()
                .stream_name("orders")
                .send()
                .await
                .err()
        })
        .await;
    }
    assert!(created[0] < created[1], "{created:?}");
}

#[tokio::test]
async fn a_stream_takes_the_time_that_was_chosen() {
    let transition = Duration::from_millis(1_500);
    let emulator = start_with(EmulatorOptions {
        transition,
        ..EmulatorOptions::default()
    });
    let client = client(&emulator);
    client
        .create_stream()
        .stream_name("orders")
        .shard_count(1)
        .send()
        .await
        .expect("a stream");
    let summary = described(&client, "orders").await;
    assert_eq!(
        (summary.stream_status(), summary.open_shard_count()),
        (&StreamStatus::Creating, 0)
    );
    active(&client, "orders").await;
    put(&client, "orders", "key", "a").await;
}

#[tokio::test]
async fn names_and_shards_are_limited() {
    let emulator = start_with(EmulatorOptions {
        shards_max: 12,
        ..EmulatorOptions::default()
    });
    let client = client(&emulator);
    create(&client, "orders", 11).await;
    let again = client
        .create_stream()
        .stream_name("orders")
        .shard_count(1)
        .send()
        .await;
    assert_eq!(
        code(&again.expect_err("the name is taken")),
        "ResourceInUseException"
    );
    let many = client
        .create_stream()
        .stream_name("others")
        .shard_count(2)
        .send()
        .await;
    assert_eq!(
        code(&many.expect_err("too many shards")),
        "LimitExceededException"
    );
    create(&client, "others", 1).await;
    let nowhere = client.list_shards().stream_name("nowhere").send().await;
    assert_eq!(
        code(&nowhere.expect_err("no stream")),
        "ResourceNotFoundException"
    );
}
