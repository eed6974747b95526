//! `PutRecords` that fails in part.

use crate::bench::{Bench, STREAM};
use aws_sdk_kinesis::{primitives::Blob, types::PutRecordsRequestEntry};
use faults::{Action, Calls, Entries, Rule};

/// Writes ten records `k0` to `k9`; which of them failed, as the client heard it.
async fn put_ten(bench: &Bench) -> (i32, Vec<String>) {
    let keys: Vec<String> = (0..10).map(|n| format!("k{n}")).collect();
    let entries = keys.iter().map(|key| {
        let entry = PutRecordsRequestEntry::builder().partition_key(key);
        let entry = entry.data(Blob::new(key.as_bytes()));
        entry.build().expect("an entry")
    });
    let put = bench.client.put_records().stream_name(STREAM);
    let put = put.set_records(Some(entries.collect()));
    let answer = put.send().await.expect("an answer");
    assert_eq!(answer.records.len(), 10, "one answer for each entry");
    let failed = keys.into_iter().zip(&answer.records).filter(|(_, told)| {
        assert_ne!(told.error_code.is_some(), told.sequence_number.is_some());
        told.error_code.is_some()
    });
    let failed = failed.map(|(key, _)| key).collect();
    (answer.failed_record_count.unwrap_or(0), failed)
}

/// What failed by the client's account is what is not there, and nothing else.
async fn assert_parted(which: Entries, expected: &[&str]) {
    let bench = Bench::with(0).await;
    let rule = bench.add("PutRecords", Action::fail_entries(which));
    let (count, failed) = put_ten(&bench).await;
    bench.assert_fired(rule, 1);
    assert_eq!(
        (count as usize, failed.as_slice()),
        (expected.len(), &*own(expected))
    );
    let all = (0..10).map(|n| format!("k{n}"));
    let kept: Vec<String> = all.filter(|key| !failed.contains(key)).collect();
    let exchange = bench.last();
    assert_eq!(exchange.entries, 10);
    let reached = exchange.forwarded.map_or(0, |forwarded| forwarded.entries);
    assert_eq!(reached, kept.len());
    assert_eq!(bench.stored().await, kept, "in the order of the request");
}

fn own(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_fail_by_place_and_by_key() {
    assert_parted(Entries::At(vec![0, 9, 77]), &["k0", "k9"]).await;
    assert_parted(Entries::Every(4), &["k3", "k7"]).await;
    assert_parted(Entries::WithKey("k5".to_owned()), &["k5"]).await;
    assert_parted(Entries::WithKey("nobody's".to_owned()), &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_entries_may_fail_and_nothing_is_forwarded() {
    let all: Vec<String> = (0..10).map(|n| format!("k{n}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    assert_parted(Entries::All, &all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_of_the_entries_fails_as_the_seed_has_it() {
    let which = |seed| Entries::Share {
        probability: 0.5,
        seed,
    };
    let fallen = |seed| async move {
        let bench = Bench::with(0).await;
        let rule = bench.add("PutRecords", Action::fail_entries(which(seed)));
        let both = (put_ten(&bench).await.1, put_ten(&bench).await.1);
        bench.assert_fired(rule, 2);
        both
    };
    let (first, second) = fallen(1).await;
    assert_eq!((first.clone(), second.clone()), fallen(1).await);
    assert_ne!(first, second, "each request falls in its own way");
    assert_ne!((first, second), fallen(2).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_request_passes_whole() {
    let bench = Bench::with(0).await;
    let rule = Rule::on("PutRecords", Action::fail_entries(Entries::All)).calls(Calls::Nth(1));
    let rule = bench.proxy.add(rule);
    assert_eq!(put_ten(&bench).await.0, 10);
    assert_eq!(put_ten(&bench).await, (0, Vec::new()));
    bench.assert_fired(rule, 1);
    assert_eq!(bench.stored().await.len(), 10);
}
