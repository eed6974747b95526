//! What a delivery must do at any endpoint. The tests of each endpoint call all of it.

use super::lab::{Lab, name, options, plan, until};
use aws_sdk_kinesis::{primitives::Blob, types::PutRecordsRequestEntry};
use bytes::Bytes;
use kinesis::WriteError;
use publish::{AtOnce, Delivery, End, Entries, Order, PublishError};
use record::SequenceNumber;
use store::{AttemptResult, Subject};

const MIB: usize = 1 << 20;

/// All of it.
pub async fn all(lab: &Lab) {
    keyed(lab).await;
    strict(lab).await;
    numbers(lab).await;
    full_batches(lab).await;
    made_again(lab).await;
}

/// In order per key, each record once, and the journal leads from each to its original and back.
pub async fn keyed(lab: &Lab) {
    lab.create_stream("keyed", 3).await;
    let plan = plan(600, 30);
    let (id, end) = lab
        .deliver(&lab.connection, "keyed", Order::Keyed, plan.clone())
        .await;
    assert!(matches!(end, End::Finished), "{end:?}");
    assert_eq!(
        lab.judge("keyed", id, Order::Keyed, &plan).await,
        0,
        "doubles"
    );

    let origin = plan[77].origin.expect("an origin");
    let shard = origin.record.shard();
    let delivered = lab
        .store
        .deliveries_of_record(shard, origin.sequence, 0)
        .expect("found");
    assert_eq!((delivered.len(), delivered[0].position), (1, 77));
    let [(_, AttemptResult::Acknowledged { shard, sequence })] = &delivered[0].results[..] else {
        panic!("{delivered:?}")
    };
    let target = lab
        .connection
        .stream(&name("keyed"))
        .await
        .expect("a stream");
    let places = [(shard.clone(), *sequence)];
    let back = lab
        .store
        .origins_of_delivered(&target.identity, &places)
        .expect("found");
    let found = back[0].expect("the original");
    assert!(
        matches!(found.subject, Subject::Captured { record, sequence, .. }
            if record == origin.record && sequence == origin.sequence),
        "{found:?}"
    );
}

/// One after the other per source shard: within a target shard they follow the plan.
pub async fn strict(lab: &Lab) {
    lab.create_stream("strict", 2).await;
    let plan = plan(120, 30);
    let (id, end) = lab
        .deliver(&lab.connection, "strict", Order::Strict, plan.clone())
        .await;
    assert!(matches!(end, End::Finished), "{end:?}");
    assert_eq!(
        lab.judge("strict", id, Order::Strict, &plan).await,
        0,
        "doubles"
    );
}

/// Numbers of an endpoint fit the store's, whatever their width.
pub async fn numbers(lab: &Lab) {
    lab.create_stream("numbers", 1).await;
    let plan = plan(20, 20);
    let (id, _) = lab
        .deliver(&lab.connection, "numbers", Order::Fast, plan)
        .await;
    let page = lab.store.delivery_log(id, None).expect("a log");
    let mut numbers: Vec<SequenceNumber> = Vec::new();
    for line in page.lines {
        if let store::LogEvent::Came(AttemptResult::Acknowledged { sequence, .. }) = line.event {
            numbers.push(sequence);
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 20);
}

/// Requests as large as they may be, in records and in bytes, and what fits in none.
pub async fn full_batches(lab: &Lab) {
    lab.create_stream("full", 2).await;
    let mut plan = plan(1_200, 600);
    for entry in &mut plan[600..612] {
        entry.data = Bytes::from(vec![b'x'; MIB - 64]);
    }
    plan[620].data = Bytes::from(vec![b'x'; MIB + 1]);
    let (id, end) = lab
        .deliver(&lab.connection, "full", Order::Fast, plan)
        .await;
    assert!(matches!(end, End::Finished), "{end:?}");
    let progress = lab.store.delivery_progress(id).expect("progress");
    assert_eq!(progress.acknowledged(), 1_199, "one fits in no request");
    assert!(!progress.is_acknowledged(620) && progress.unsettled().is_empty());
}

/// A permission is for one incarnation of a stream.
pub async fn made_again(lab: &Lab) {
    lab.create_stream("again", 1).await;
    let target = lab.target(&lab.connection, "again").await;
    let claim = lab.begin("again", &target);
    let (again, full) = (name("again"), name("full"));
    let described = || lab.connection.stream(&again);
    let before = described().await.expect("a stream").identity.created_at;
    let delete = lab.client.delete_stream().stream_name("again");
    delete.send().await.expect("deleted");
    until("it is gone", || async { described().await.is_err() }).await;
    // some endpoints have creation times of whole seconds
    until("the clock has gone on", || async {
        let server = lab.connection.stream(&full).await;
        let now = server.ok().and_then(|summary| summary.server_time);
        now.is_some_and(|now| now.since(before) > 2_000)
    })
    .await;
    lab.create_stream("again", 1).await;
    let (options, map) = (options(Order::Keyed, &target), lab.map("again").await);
    let source = Entries::new(plan(10, 2));
    let delivery = Delivery::start(claim, target, source, AtOnce, options, map);
    let end = delivery.ended().await;
    assert!(
        matches!(&end, End::Failed(PublishError::Write(WriteError::TargetChanged { what, .. }))
            if *what == "the stream's creation time"),
        "{end:?}"
    );
}

/// What Kinesis does with writes and this endpoint does not: its tests have these names. A delivery keeps to the limits
/// itself.
pub async fn lacking(lab: &Lab) -> Vec<&'static str> {
    lab.create_stream("lacking", 2).await;
    let mut lacking = Vec::new();
    let mut note = |is_there: bool, what| {
        if !is_there {
            lacking.push(what);
        }
    };
    note(explicit_hash_keys(lab).await, "explicit hash keys");
    let refused = !put_batch(lab, 501, 10).await;
    note(refused, "at most 500 records a request");
    let refused = !put_batch(lab, 11, MIB - 64).await;
    note(refused, "at most 10 MiB a request");
    let refused = !put_batch(lab, 1, MIB + 1).await;
    note(refused, "at most 1 MiB a record");
    note(orders_on_request(lab).await, "SequenceNumberForOrdering");
    lacking
}

async fn explicit_hash_keys(lab: &Lab) -> bool {
    let shards = lab.connection.shards(&name("lacking")).await;
    let shards = shards.expect("the shards");
    for shard in &shards {
        let put = lab.client.put_record().stream_name("lacking");
        let put = put.partition_key("k").data(Blob::new("{}"));
        let put = put.explicit_hash_key(shard.hash_range.start.to_string());
        let landed = put.send().await.expect("written").shard_id;
        if landed != shard.id.to_string() {
            return false;
        }
    }
    true
}

async fn put_batch(lab: &Lab, records: usize, bytes: usize) -> bool {
    let entry = |n: usize| {
        PutRecordsRequestEntry::builder()
            .partition_key(format!("key-{n}"))
            .data(Blob::new(vec![b'x'; bytes]))
            .build()
            .expect("an entry")
    };
    let entries = (0..records).map(entry).collect();
    let put = lab.client.put_records().stream_name("lacking");
    let put = put.set_records(Some(entries)).send();
    put.await.is_ok()
}

/// A number of no record of the stream is refused.
async fn orders_on_request(lab: &Lab) -> bool {
    let put = lab.client.put_record().stream_name("lacking");
    let put = put.partition_key("k").data(Blob::new("{}"));
    let put = put.sequence_number_for_ordering("not a number");
    put.send().await.is_err()
}
