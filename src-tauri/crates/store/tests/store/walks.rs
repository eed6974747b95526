//! Walks: every record once, in sequence order, over blocks and tail, however they were stored.

use crate::fixture::{aggregate, batch, everything, record, sequence, submit, workspace};
use proptest::prelude::*;
use query::Filter;
use record::{KinesisRecord, Millis};
use store::{Payloads, RecordId, Scope, ShardWalk, WalkedRecord, prepare};

fn all(mut walk: ShardWalk, payloads: Payloads) -> Vec<WalkedRecord> {
    let mut found = Vec::new();
    while let Some(page) = walk.next_page(payloads).expect("a page") {
        assert!(!page.is_empty(), "an empty page");
        found.extend(page);
    }
    assert_eq!(walk.next_page(payloads).expect("a page"), None);
    found
}

fn ids(records: &[WalkedRecord]) -> Vec<RecordId> {
    records.iter().map(|record| record.id).collect()
}

/// Stretches of the numbers 0 to 3,000 in any order, small ones into the tail, large ones sealed at
/// once; with arrivals that go backwards, and an aggregate in each.
fn stretches() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let len = prop_oneof![1u64..20, 250u64..700];
    prop::collection::vec((0u64..2_300, len), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn a_walk_is_the_sorted_shard(stretches in stretches(), window in (0u64..3_000, 0u64..3_000), pick in 1usize..40) {
        let space = workspace(2);
        for (turn, &(first, len)) in stretches.iter().enumerate() {
            let capture = space.capture(&format!("capture {turn}"));
            let mut records: Vec<_> = (first..first + len)
                .map(|n| record(n, 9_000 - n as i64, &format!("key-{}", n % 7), format!("payload {n}").as_bytes()))
                .collect();
            records[0] = prepare(KinesisRecord {
                sequence: sequence(first),
                arrival: Millis(1),
                partition_key: Some("outer".into()),
                payload: aggregate(&[("a", b"one"), ("b", b"two")]),
            }, None);
            submit(&space.store, batch(capture, space.shards[1], records)).expect("committed");
        }
        let mut expected = everything(&space.store, &Scope::default());
        expected.sort_by_key(|row| (row.sequence, row.sub));
        let walk = || {
            let walks = space.store.walks(&Scope::default(), &Filter::Everything).expect("walks");
            walks.into_iter().find(|walk| walk.shard() == space.shards[1]).expect("the shard")
        };
        let found = all(walk(), Payloads::With);
        let expected_ids: Vec<_> = expected.iter().map(|row| row.id).collect();
        prop_assert_eq!(ids(&found), &expected_ids[..]);
        for (record, row) in found.iter().zip(&expected) {
            prop_assert_eq!(&record.payload, &row.head);
            prop_assert_eq!(&record.partition_key, &row.partition_key);
        }
        prop_assert_eq!(ids(&all(walk(), Payloads::Without)), &expected_ids[..]);

        let (low, high) = (sequence(window.0.min(window.1)), sequence(window.0.max(window.1)));
        let within: Vec<_> = expected.iter().filter(|row| (low..=high).contains(&row.sequence)).map(|row| row.id).collect();
        prop_assert_eq!(ids(&all(walk().between(low, high), Payloads::Without)), within);

        let picked: Vec<_> = expected_ids.iter().copied().step_by(pick).collect();
        let mut shuffled = picked.clone();
        shuffled.reverse();
        prop_assert_eq!(ids(&all(walk().only(&shuffled), Payloads::With)), picked);

        let filter = query::parse("key:key-3 \"payload\"", Millis(0)).expect("a filter");
        let filtered = space.store.walks(&Scope::default(), &filter).expect("walks").pop().expect("the shard");
        let matching: Vec<_> = expected.iter().filter(|row| row.partition_key.as_deref() == Some("key-3")).map(|row| row.id).collect();
        prop_assert_eq!(ids(&all(filtered, Payloads::Without)), matching);
    }
}

#[test]
fn what_is_stored_during_a_walk_is_not_met() {
    let space = workspace(1);
    let capture = space.capture("first");
    let of = |numbers: std::ops::Range<u64>| {
        numbers
            .map(|n| record(n, 1_000, "k", b"{}"))
            .collect::<Vec<_>>()
    };
    submit(
        &space.store,
        batch(capture, space.shards[0], of(500..1_500)),
    )
    .expect("committed");
    let mut walk = space
        .store
        .walks(&Scope::default(), &Filter::Everything)
        .expect("walks")
        .remove(0);
    let pinned = walk.end_number();
    let first = walk
        .next_page(Payloads::Without)
        .expect("a page")
        .expect("records");
    // older and newer ones, sealed and not
    let other = space.capture("second");
    for numbers in [0..500, 1_500..2_500, 2_500..2_510] {
        submit(&space.store, batch(other, space.shards[0], of(numbers))).expect("committed");
    }
    let rest = all(walk, Payloads::Without);
    let met: Vec<_> = first.iter().chain(&rest).map(|r| r.sequence).collect();
    assert_eq!(met, (500..1_500).map(sequence).collect::<Vec<_>>());

    let again = space
        .store
        .walks(&Scope::default(), &Filter::Everything)
        .expect("walks")
        .remove(0);
    assert_eq!(all(again.clone(), Payloads::Without).len(), 2_510);
    let again = all(again.pinned_at(pinned), Payloads::Without);
    assert_eq!(again.iter().map(|r| r.sequence).collect::<Vec<_>>(), met);
}
