//! What is said of a stream, and is not so.

use crate::bench::{Bench, SHARD, STREAM};
use aws_sdk_kinesis::types::StreamDescriptionSummary;
use faults::Action;

async fn listed(bench: &Bench) -> Vec<String> {
    let asked = bench.client.list_shards().stream_name(STREAM);
    let answer = asked.send().await.expect("the shards");
    let shards = answer.shards.unwrap_or_default().into_iter();
    shards.map(|shard| shard.shard_id).collect()
}

async fn described(bench: &Bench) -> StreamDescriptionSummary {
    let asked = bench.client.describe_stream_summary().stream_name(STREAM);
    let answer = asked.send().await.expect("a description");
    answer.stream_description_summary.expect("a description")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_repeats_leaves_out_or_turns_round() {
    let bench = Bench::with(0).await;
    let split = bench.client.split_shard().stream_name(STREAM);
    let split = split.shard_to_split(SHARD);
    let split = split.new_starting_hash_key((1u128 << 127).to_string());
    split.send().await.expect("a split");
    // a split takes a moment
    crate::bench::until("the children", || async {
        (listed(&bench).await.len() == 3).then_some(())
    })
    .await;
    let id = |number: u32| format!("shardId-{number:012}");
    let expected: [(Action, Vec<String>); 3] = [
        (
            Action::duplicate_shards(),
            [0, 0, 1, 1, 2, 2].map(id).into(),
        ),
        (Action::without_shard(&id(1)), [0, 2].map(id).into()),
        (Action::children_first(), [2, 1, 0].map(id).into()),
    ];
    for (action, shards) in expected {
        let rule = bench.add("ListShards", action);
        assert_eq!(listed(&bench).await, shards);
        bench.assert_fired(rule, 1);
        bench.proxy.switch_off(rule);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_was_created_later_or_keeps_its_records_for_less_long() {
    let bench = Bench::with(0).await;
    let sound = described(&bench).await;
    let rule = bench.add("DescribeStreamSummary", Action::created_later(60));
    let later = described(&bench).await;
    bench.assert_fired(rule, 1);
    let seconds = |summary: &StreamDescriptionSummary| summary.stream_creation_timestamp.secs();
    assert_eq!(seconds(&later) - seconds(&sound), 60);
    assert_eq!(later.stream_arn, sound.stream_arn);
    bench.proxy.switch_off(rule);
    let rule = bench.add("DescribeStreamSummary", Action::retention(7));
    let cut = described(&bench).await;
    bench.assert_fired(rule, 1);
    assert_eq!(
        (sound.retention_period_hours, cut.retention_period_hours),
        (24, 7)
    );
}
