//! Pages of `GetRecords` that are allowed, odd or wrong.

use crate::bench::{Bench, until};
use aws_sdk_kinesis::operation::get_records::GetRecordsOutput;
use faults::{Action, Calls, Rule, raw};

fn keys(page: &GetRecordsOutput) -> Vec<&str> {
    page.records
        .iter()
        .filter_map(|r| r.partition_key.as_deref())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_empty_pages_lose_nothing() {
    let bench = Bench::with(2).await;
    let empty = Rule::on("GetRecords", Action::empty_page()).calls(Calls::First(1_000));
    let rule = bench.proxy.add(empty);
    let mut iterator = bench.iterator().await;
    for _ in 0..1_000 {
        let page = bench.page(&iterator).await;
        assert!(page.records.is_empty() && page.millis_behind_latest == Some(1000));
        iterator = page.next_shard_iterator.expect("it goes on");
    }
    bench.assert_fired(rule, 1_000);
    assert_eq!(keys(&bench.page(&iterator).await), ["key-0", "key-1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_page() {
    let bench = Bench::with(4).await;
    let repeated = Rule::on("GetRecords", Action::repeated_page()).calls(Calls::Nth(1));
    let rule = bench.proxy.add(repeated);
    let mut iterator = bench.iterator().await;
    let mut read = Vec::new();
    for _ in 0..3 {
        let page = bench.page(&iterator).await;
        read.extend(keys(&page).into_iter().map(str::to_owned));
        iterator = page.next_shard_iterator.expect("it goes on");
    }
    bench.assert_fired(rule, 1);
    assert_eq!(read, ["key-0", "key-1", "key-0", "key-1", "key-2", "key-3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_is_none() {
    let bench = Bench::with(2).await;
    let rule = bench.add("GetRecords", Action::end_without_children());
    let page = bench.page(&bench.iterator().await).await;
    bench.assert_fired(rule, 1);
    assert_eq!(keys(&page), ["key-0", "key-1"]);
    assert_eq!((page.next_shard_iterator, page.child_shards), (None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn children_on_a_shard_that_goes_on() {
    let bench = Bench::with(2).await;
    let rule = bench.add(
        "GetRecords",
        Action::with_children(&["shardId-000000000007"]),
    );
    let page = bench.page(&bench.iterator().await).await;
    bench.assert_fired(rule, 1);
    assert!(page.next_shard_iterator.is_some());
    let children: Vec<String> = page
        .child_shards
        .expect("children")
        .into_iter()
        .map(|child| child.shard_id)
        .collect();
    assert_eq!(children, ["shardId-000000000007"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn children_out_of_a_true_end() {
    let bench = Bench::with(2).await;
    let split = bench
        .client
        .split_shard()
        .stream_name(crate::bench::STREAM)
        .shard_to_split(crate::bench::SHARD)
        .new_starting_hash_key((1u128 << 127).to_string());
    split.send().await.expect("a split");
    let iterator = bench.iterator().await;
    // a split takes a moment
    let children = until("an end with children", || async {
        bench.page(&iterator).await.child_shards
    });
    assert_eq!(children.await.len(), 2);
    let rule = bench.add("GetRecords", Action::without_children());
    let page = bench.page(&iterator).await;
    bench.assert_fired(rule, 1);
    assert_eq!(keys(&page), ["key-0", "key-1"]);
    assert_eq!((page.next_shard_iterator, page.child_shards), (None, None));
}

/// What an edit leaves alone keeps its text: a time of arrival survives no detour through f64 printing.
#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_ones_own_touches_nothing_else() {
    let bench = Bench::with(2).await;
    let iterator = bench.iterator().await;
    let sound = bench.page(&iterator).await;
    let late = Action::edit("late", |_, page| {
        page.insert("MillisBehindLatest".to_owned(), raw(86_400_000));
    });
    let rule = bench.add("GetRecords", late);
    let page = bench.page(&iterator).await;
    bench.assert_fired(rule, 1);
    assert_eq!(page.records, sound.records);
    assert_eq!(page.millis_behind_latest, Some(86_400_000));
}

/// The numbers and the times of a page, as the SDK has them.
fn places(page: &GetRecordsOutput) -> Vec<(String, Option<i64>)> {
    let time = |r: &aws_sdk_kinesis::types::Record| {
        let time = r.approximate_arrival_timestamp;
        time.and_then(|time| time.to_millis().ok())
    };
    let records = page.records.iter();
    records
        .map(|r| (r.sequence_number.clone(), time(r)))
        .collect()
}

/// Forty records, each ten milliseconds after the one before it, through a fault.
async fn forty(action: Action) -> (Vec<(String, Option<i64>)>, Vec<(String, Option<i64>)>) {
    let bench = Bench::with(0).await;
    let writer = bench.emulator.writer();
    let stream = crate::bench::STREAM.parse().expect("a stream name");
    let now = writer.now();
    let record = |n: i64| emulator::NewRecord {
        partition_key: format!("key-{n}"),
        payload: b"payload".to_vec(),
        arrival: Some(now.saturating_add(n * 10)),
    };
    let records: Vec<_> = (0..40).map(record).collect();
    writer.put(&stream, &records).await.expect("written");
    let iterator = bench.iterator().await;
    let read = async || {
        let asked = bench.client.get_records().shard_iterator(&iterator);
        places(&asked.send().await.expect("a page"))
    };
    let sound = read().await;
    let rule = bench.add("GetRecords", action);
    let spoiled = read().await;
    bench.assert_fired(rule, 1);
    assert_eq!(sound.len(), 40);
    (sound, spoiled)
}

#[tokio::test(flavor = "multi_thread")]
async fn times_of_arrival_that_go_backwards() {
    let (sound, shuffled) = forty(Action::shuffled_arrivals(7)).await;
    let parts = |page: &[(String, Option<i64>)]| -> (Vec<String>, Vec<Option<i64>>) {
        page.iter().cloned().unzip()
    };
    let ((numbers, times), (same, mut moved)) = (parts(&sound), parts(&shuffled));
    assert_eq!(numbers, same, "the records and their order are the same");
    assert!(!moved.is_sorted(), "{moved:?}");
    moved.sort();
    assert_eq!(moved, times, "and so are the times");
    let again = forty(Action::shuffled_arrivals(7)).await.1;
    let order = |page: &[(String, Option<i64>)]| {
        let mut places: Vec<usize> = (0..page.len()).collect();
        places.sort_by_key(|&place| page[place].1);
        places
    };
    assert_eq!(order(&shuffled), order(&again), "by the seed");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_out_of_order_twice_or_trimmed() {
    let (sound, mut moved) = forty(Action::shuffled_records(7)).await;
    assert_ne!(moved, sound);
    moved.sort();
    assert_eq!(moved, sound);
    let (sound, twice) = forty(Action::repeated_records()).await;
    let expected: Vec<_> = sound.into_iter().flat_map(|r| [r.clone(), r]).collect();
    assert_eq!(twice, expected);
    let (sound, cut) = forty(Action::trimmed(15)).await;
    assert_eq!(cut, sound[15..]);
    assert!(forty(Action::trimmed(400)).await.1.is_empty());
}
