//! Sweeps: every record of a scope once, whichever thread reads it, over blocks and tail.

use crate::fixture::{advance, aggregate, batch, record, sequence, submit, workspace};
use proptest::prelude::*;
use query::Filter;
use record::{KinesisRecord, Millis};
use std::{sync::Mutex, thread};
use store::{Payloads, RecordId, Scope, Store, Sweep, prepare};

const FILTERS: [&str; 7] = [
    "",
    "type:T1",
    "key:key-3 after:1970-01-01T00:00:08Z",
    "n:>800 -type:T2",
    "shard:0",
    "t1 -\"n\\\":3\"",
    "is:duplicate",
];

/// (id, size of the payload) of what matches, and how many records were looked at.
fn swept(sweep: Sweep, filter: &Filter) -> (Vec<(RecordId, usize)>, u64) {
    let sweep = Mutex::new(sweep);
    let part = || {
        let (mut found, mut looked_at) = (Vec::new(), 0);
        loop {
            let slice = sweep
                .lock()
                .expect("a sweep")
                .next_slice()
                .expect("a slice");
            let Some(slice) = slice else {
                return (found, looked_at);
            };
            let read = slice.read(&mut |subject, id| {
                if filter.matches(subject) {
                    found.push((id, subject.payload.len()));
                }
            });
            looked_at += read.expect("records").records;
        }
    };
    let mut parts = thread::scope(|scope| {
        let threads = [scope.spawn(part), scope.spawn(part)];
        threads.map(|thread| thread.join().expect("a part"))
    });
    let looked_at = parts.iter().map(|(_, looked_at)| looked_at).sum();
    let mut found: Vec<_> = parts
        .iter_mut()
        .flat_map(|(found, _)| found.drain(..))
        .collect();
    found.sort_unstable();
    (found, looked_at)
}

fn viewed(store: &Store, scope: &Scope, filter: &Filter) -> Vec<(RecordId, usize)> {
    let view = store.view(scope.clone(), filter).expect("a view");
    advance(&view);
    let rows = view.page(0, usize::MAX).expect("rows");
    let mut found: Vec<_> = rows.iter().map(|row| (row.id, row.head.len())).collect();
    found.sort_unstable();
    found
}

fn stretches() -> impl Strategy<Value = Vec<(usize, u64, u64)>> {
    let len = prop_oneof![1u64..20, 250u64..700];
    prop::collection::vec((0usize..2, 0u64..2_300, len), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]
    #[test]
    fn a_sweep_meets_what_a_view_shows(stretches in stretches(), text in 0..FILTERS.len()) {
        let space = workspace(2);
        let mut captures = Vec::new();
        for (turn, &(shard, first, len)) in stretches.iter().enumerate() {
            let capture = space.capture(&format!("capture {turn}"));
            let mut records: Vec<_> = (first..first + len)
                .map(|n| {
                    let payload = format!("{{\"type\":\"T{}\",\"n\":{}}}", n % 5, n / 2);
                    record(n, 9_000 - n as i64, &format!("key-{}", n % 7), payload.as_bytes())
                })
                .collect();
            records[0] = prepare(KinesisRecord {
                sequence: sequence(first),
                arrival: Millis(1),
                partition_key: Some("outer".into()),
                payload: aggregate(&[("a", b"one"), ("b", b"two")]),
            }, None);
            submit(&space.store, batch(capture, space.shards[shard], records)).expect("committed");
            captures.push(capture);
        }
        let filter = query::parse(FILTERS[text], Millis(0)).expect("a filter");
        for scope in [Scope::default(), Scope { captures: captures[..1].to_vec() }] {
            let sweep = space.store.sweep(&scope, &filter, Payloads::With).expect("a sweep");
            let total = sweep.total();
            let (found, looked_at) = swept(sweep, &filter);
            prop_assert_eq!(looked_at, total);
            prop_assert_eq!(&found, &viewed(&space.store, &scope, &filter));
            if !filter.needs_payload() {
                let sweep = space.store.sweep(&scope, &filter, Payloads::Without).expect("a sweep");
                let (without, _) = swept(sweep, &filter);
                prop_assert!(without.iter().all(|(_, bytes)| *bytes == 0));
                let ids = |found: &[(RecordId, usize)]| found.iter().map(|(id, _)| *id).collect::<Vec<_>>();
                prop_assert_eq!(ids(&without), ids(&found));
            }
        }
    }
}

#[test]
fn a_sweep_is_pinned_and_meets_what_is_sealed_meanwhile() {
    let space = workspace(1);
    let capture = space.capture("grows");
    let store = |numbers: std::ops::Range<u64>| {
        let records = numbers.map(|n| record(n, n as i64, "k", b"{\"a\":1}"));
        let batch = batch(capture, space.shards[0], records.collect());
        submit(&space.store, batch).expect("committed");
    };
    // into the tail; the batch after it seals them
    store(0..200);
    let scope = Scope::default();
    let sweep = || {
        let sweep = space
            .store
            .sweep(&scope, &Filter::Everything, Payloads::With);
        sweep.expect("a sweep")
    };
    let mut begun = sweep();
    let slice = begun.next_slice().expect("a slice").expect("records");
    store(200..400);
    store(400..1_500);
    let mut numbers = Vec::new();
    let read = slice.read(&mut |_, id| numbers.push(id.0 & 0xFFFF_FFFF));
    assert_eq!(read.expect("records").records, 200);
    numbers.sort_unstable();
    assert_eq!(numbers, (0..200).collect::<Vec<_>>());
    assert!(begun.next_slice().expect("the end").is_none());
    assert_eq!((begun.total(), sweep().total()), (200, 1_500));
}
