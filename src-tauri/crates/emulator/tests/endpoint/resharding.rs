//! Splits and merges: where a closed shard ends, and which children it names.

use crate::client::*;
use aws_sdk_kinesis::{
    Client,
    operation::get_records::GetRecordsOutput,
    types::{ChildShard, ShardIteratorType},
};

const MIDDLE: &str = "170141183460469231731687303715884105728";

fn family(child: &ChildShard) -> (String, Vec<String>) {
    let short = |id: &String| {
        id.trim_start_matches("shardId-")
            .trim_start_matches('0')
            .to_owned()
    };
    (
        short(&child.shard_id),
        child.parent_shards.iter().map(short).collect(),
    )
}

/// The pages of a shard from its beginning to its end.
async fn pages_to_the_end(client: &Client, shard: &str) -> Vec<GetRecordsOutput> {
    let mut next = Some(iterator(client, "orders", shard, ShardIteratorType::TrimHorizon).await);
    let mut pages = Vec::new();
    while let Some(iterator) = next {
        let page = client
            .get_records()
            .shard_iterator(iterator)
            .limit(2)
            .send()
            .await
            .expect("a page");
        next = page.next_shard_iterator().map(str::to_owned);
        pages.push(page);
        assert!(pages.len() < 100, "the shard does not end");
    }
    pages
}

#[tokio::test]
async fn a_split_shard_names_two_children_at_its_end_only() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    for number in 0..5 {
        put(&client, "orders", "key", format!("{number}")).await;
    }
    let at_the_tip = iterator(&client, "orders", SHARD, ShardIteratorType::Latest).await;
    split(&client, "orders", SHARD, MIDDLE).await;
    put(&client, "orders", "key", "child").await;

    let pages = pages_to_the_end(&client, SHARD).await;
    let (last, earlier) = pages.split_last().expect("pages");
    assert!(
        earlier
            .iter()
            .all(|page| page.child_shards().is_empty() && page.next_shard_iterator().is_some())
    );
    let records: Vec<_> = pages
        .iter()
        .flat_map(|page| payloads(page.records()))
        .collect();
    assert_eq!(records, ["0", "1", "2", "3", "4"]);
    let families: Vec<_> = last.child_shards().iter().map(family).collect();
    assert_eq!(
        families,
        [
            ("1".to_owned(), vec![String::new()]),
            ("2".to_owned(), vec![String::new()])
        ]
    );
    let ranges: Vec<_> = last
        .child_shards()
        .iter()
        .filter_map(|child| child.hash_key_range())
        .collect();
    assert_eq!(ranges[1].starting_hash_key(), MIDDLE);

    let tip = page(&client, &at_the_tip).await;
    assert_eq!(
        (
            tip.records().len(),
            tip.next_shard_iterator(),
            tip.child_shards().len()
        ),
        (0, None, 2)
    );
    let mut children = payloads(&read_all(&client, "orders", "shardId-000000000001").await);
    children.extend(payloads(
        &read_all(&client, "orders", "shardId-000000000002").await,
    ));
    assert_eq!(children, ["child"]);
}

#[tokio::test]
async fn merged_shards_name_the_same_child_with_both_parents() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 2).await;
    let merge = client.merge_shards().stream_name("orders");
    let merge = merge
        .shard_to_merge(SHARD)
        .adjacent_shard_to_merge("shardId-000000000001");
    merge.send().await.expect("a merge");
    active(&client, "orders").await;
    put(&client, "orders", "key", "merged").await;
    for parent in [SHARD, "shardId-000000000001"] {
        let pages = pages_to_the_end(&client, parent).await;
        let last = pages.last().expect("a page");
        let families: Vec<_> = last.child_shards().iter().map(family).collect();
        assert_eq!(
            families,
            [("2".to_owned(), vec![String::new(), "1".to_owned()])]
        );
    }
    assert_eq!(
        payloads(&read_all(&client, "orders", "shardId-000000000002").await),
        ["merged"]
    );
}

#[tokio::test]
async fn an_open_shard_never_ends() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    let mut next = iterator(&client, "orders", SHARD, ShardIteratorType::TrimHorizon).await;
    for _ in 0..5 {
        let page = page(&client, &next).await;
        assert!(page.child_shards().is_empty());
        next = page
            .next_shard_iterator()
            .expect("an open shard")
            .to_owned();
    }
    put(&client, "orders", "key", "at last").await;
    assert_eq!(payloads(page(&client, &next).await.records()), ["at last"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_record_is_lost_when_a_shard_is_split_under_load() {
    let emulator = start();
    let client = client(&emulator);
    create(&client, "orders", 1).await;
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let client = client.clone();
            tokio::spawn(async move {
                for number in 0..150 {
                    put(
                        &client,
                        "orders",
                        &format!("{number}"),
                        format!("{writer}-{number}"),
                    )
                    .await;
                }
            })
        })
        .collect();
    until(async || (!read_all(&client, "orders", SHARD).await.is_empty()).then_some(())).await;
    split(&client, "orders", SHARD, MIDDLE).await;
    split(
        &client,
        "orders",
        "shardId-000000000001",
        "85070591730234615865843651857942052864",
    )
    .await;
    for writer in writers {
        writer.await.expect("a writer");
    }
    let mut read = Vec::new();
    for shard in 0..5 {
        read.extend(payloads(
            &read_all(&client, "orders", &format!("shardId-{shard:012}")).await,
        ));
    }
    read.sort_unstable();
    read.dedup();
    assert_eq!(read.len(), 4 * 150);
}
