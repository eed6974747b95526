//! `ListShards` page by page and through its filters.

use crate::client::*;
use aws_sdk_kinesis::{
    Client,
    operation::list_shards::ListShardsOutput,
    types::{ShardFilter, ShardFilterType},
};
use emulator::EmulatorOptions;
use std::time::Duration;

fn numbers(answer: &ListShardsOutput) -> Vec<usize> {
    answer
        .shards()
        .iter()
        .map(|shard| {
            shard
                .shard_id()
                .trim_start_matches("shardId-")
                .parse()
                .expect("a shard number")
        })
        .collect()
}

async fn filtered(client: &Client, filter: ShardFilter) -> Vec<usize> {
    numbers(
        &client
            .list_shards()
            .stream_name("orders")
            .shard_filter(filter)
            .send()
            .await
            .expect("shards"),
    )
}

fn filter(kind: ShardFilterType) -> ShardFilter {
    ShardFilter::builder()
        .r#type(kind)
        .build()
        .expect("a filter")
}

#[tokio::test]
async fn shards_come_in_pages() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 10).await;
    let mut page = client
        .list_shards()
        .stream_name("orders")
        .max_results(4)
        .send()
        .await
        .expect("shards");
    let mut pages = vec![numbers(&page)];
    while let Some(token) = page.next_token() {
        page = client
            .list_shards()
            .next_token(token)
            .max_results(4)
            .send()
            .await
            .expect("shards");
        pages.push(numbers(&page));
    }
    assert_eq!(pages, [vec![0, 1, 2, 3], vec![4, 5, 6, 7], vec![8, 9]]);

    let after = client
        .list_shards()
        .stream_name("orders")
        .exclusive_start_shard_id("shardId-000000000007");
    assert_eq!(numbers(&after.send().await.expect("shards")), [8, 9]);
}

#[tokio::test]
async fn a_page_that_ends_with_the_last_shard_has_no_token() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 4).await;
    let page = client
        .list_shards()
        .stream_name("orders")
        .max_results(4)
        .send()
        .await
        .expect("shards");
    assert_eq!((numbers(&page).len(), page.next_token()), (4, None));
}

#[tokio::test]
async fn a_token_excludes_the_parameters_of_a_new_listing_and_expires() {
    let next_token_ttl = Duration::from_millis(200);
    let emulator = start_with(EmulatorOptions {
        next_token_ttl,
        ..EmulatorOptions::default()
    });
    let client = client(&emulator);
    create(&client, "orders", 2).await;
    let page = client
        .list_shards()
        .stream_name("orders")
        .max_results(1)
        .send()
        .await
        .expect("shards");
    let token = page.next_token().expect("a token");
    let both = client
        .list_shards()
        .stream_name("orders")
        .next_token(token)
        .send()
        .await;
    assert_eq!(code(&both.expect_err("both")), "InvalidArgumentException");
    let damaged = client.list_shards().next_token("nonsense").send().await;
    assert_eq!(
        code(&damaged.expect_err("no token")),
        "InvalidArgumentException"
    );
    let expired = until(async || client.list_shards().next_token(token).send().await.err()).await;
    assert_eq!(code(&expired), "ExpiredNextTokenException");
}

#[tokio::test]
async fn filters_tell_open_shards_from_closed_ones() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 2).await;
    split(
        &client,
        "orders",
        SHARD,
        "42535295865117307932921825928971026432",
    )
    .await;

    assert_eq!(
        numbers(
            &client
                .list_shards()
                .stream_name("orders")
                .send()
                .await
                .expect("shards")
        ),
        [0, 1, 2, 3]
    );
    assert_eq!(
        filtered(&client, filter(ShardFilterType::AtLatest)).await,
        [1, 2, 3]
    );
    assert_eq!(
        filtered(&client, filter(ShardFilterType::FromTrimHorizon)).await,
        [0, 1, 2, 3]
    );
    let after = ShardFilter::builder()
        .r#type(ShardFilterType::AfterShardId)
        .shard_id("shardId-000000000001");
    assert_eq!(
        filtered(&client, after.build().expect("a filter")).await,
        [2, 3]
    );
    let later = ShardFilter::builder()
        .r#type(ShardFilterType::FromTimestamp)
        .timestamp(aws_sdk_kinesis::primitives::DateTime::from_millis(
            now().0 + 5_000,
        ));
    assert_eq!(
        filtered(&client, later.build().expect("a filter")).await,
        [1, 2, 3]
    );
    let incomplete = client
        .list_shards()
        .stream_name("orders")
        .shard_filter(filter(ShardFilterType::AtTimestamp));
    assert_eq!(
        code(&incomplete.send().await.expect_err("no time")),
        "InvalidArgumentException"
    );
}

#[tokio::test]
async fn the_trim_horizon_is_held_by_the_parents_while_they_are_young() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    split(
        &client,
        "orders",
        SHARD,
        "170141183460469231731687303715884105728",
    )
    .await;
    assert_eq!(
        filtered(&client, filter(ShardFilterType::AtTrimHorizon)).await,
        [0]
    );
}

#[tokio::test]
async fn streams_come_in_pages_with_their_summaries() {
    let emulator = start();
    let client = client(&emulator);
    for stream in ["a", "b", "c", "d", "e"] {
        create(&client, stream, 1).await;
    }
    let first = client
        .list_streams()
        .limit(2)
        .send()
        .await
        .expect("streams");
    assert_eq!(first.stream_names(), ["a", "b"]);
    assert!(first.has_more_streams());
    let described = described(&client, "a").await;
    let summary = &first.stream_summaries()[0];
    assert_eq!(summary.stream_name(), "a");
    assert_eq!(summary.stream_arn(), described.stream_arn());
    assert_eq!(summary.stream_status(), described.stream_status());
    assert_eq!(
        summary.stream_creation_timestamp(),
        Some(described.stream_creation_timestamp())
    );
    assert_eq!(
        summary.stream_mode_details(),
        described.stream_mode_details()
    );

    let token = first.next_token().expect("a token");
    let next = client.list_streams().limit(2).next_token(token);
    assert_eq!(
        next.send().await.expect("streams").stream_names(),
        ["c", "d"]
    );
    let after = client.list_streams().exclusive_start_stream_name("d");
    let last = after.send().await.expect("streams");
    assert_eq!(last.stream_names(), ["e"]);
    assert_eq!((last.has_more_streams(), last.next_token()), (false, None));

    // a token of another listing is none of this one's
    let shards = client.list_streams().next_token("bm9uc2Vuc2U");
    let refused = shards.send().await.expect_err("no token");
    assert_eq!(code(&refused), "InvalidArgumentException");
}
