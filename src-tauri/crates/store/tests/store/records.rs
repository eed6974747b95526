//! Records in and out: bytes, keys, aggregates, duplicates, order.

use crate::fixture::{aggregate, batch, everything, record, sequence, submit, workspace};
use record::{KinesisRecord, Millis};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use store::{Aggregate, Committed, RecordFlags, Scope, StoreError, prepare};

#[test]
fn any_payload_and_key_come_back_byte_for_byte_from_the_tail_and_from_a_block() {
    let space = workspace(1);
    let capture = space.capture("bytes");
    let mebibyte: Vec<u8> = (0..1 << 20)
        .map(|n: u32| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let payloads: [&[u8]; 5] = [
        b"",
        b"\xff\xfe\x00 no UTF-8",
        "{\"type\":\"Order\u{202e}Placed\"}".as_bytes(),
        b"\0\0",
        b"plain text",
    ];
    let keys = [
        "nul \0 inside",
        "\u{202e}bidi\u{2066}",
        "日本語",
        " ",
        "cust-42",
    ];
    let mut records: Vec<_> = (1..)
        .zip(payloads.iter().zip(keys))
        .map(|(n, (p, k))| record(n, 5, k, p))
        .collect();
    submit(
        &space.store,
        batch(capture, space.shards[0], records.split_off(0)),
    )
    .expect("committed");
    submit(
        &space.store,
        batch(
            capture,
            space.shards[0],
            vec![record(6, 6, "big", &mebibyte)],
        ),
    )
    .expect("committed");

    let check = |space: &crate::fixture::Workspace| {
        let rows = everything(&space.store, &Scope::default());
        assert_eq!(rows.len(), 6);
        for (row, (payload, key)) in rows.iter().zip(payloads.iter().zip(keys)) {
            let full = space.store.record(row.id).expect("read").expect("there");
            assert_eq!(
                (full.payload.as_slice(), row.partition_key.as_deref()),
                (*payload, Some(key))
            );
            assert_eq!(row.head, &payload[..payload.len().min(store::HEAD_BYTES)]);
        }
        assert_eq!(
            space
                .store
                .record(rows[5].id)
                .expect("read")
                .expect("there")
                .payload,
            mebibyte
        );
        rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let ids = check(&space);
    let space = space.reopen();
    assert_eq!(check(&space), ids, "sealing keeps the ids");
}

#[test]
fn an_aggregate_becomes_its_user_records_and_stays_whole() {
    let space = workspace(1);
    let capture = space.capture("kpl");
    let blob = aggregate(&[
        ("a", b"{\"type\":\"One\"}"),
        ("b", b""),
        ("c", b"{\"type\":\"Three\"}"),
    ]);
    let mut damaged = blob.clone();
    *damaged.last_mut().expect("a digest") ^= 1;
    let of = |n, payload: &[u8]| record(n, 10 + n as i64, "outer", payload);
    submit(
        &space.store,
        batch(
            capture,
            space.shards[0],
            vec![of(1, b"x"), of(2, &blob), of(3, &damaged)],
        ),
    )
    .expect("committed");
    let space = space.reopen().reopen();
    let rows = everything(&space.store, &Scope::default());
    let seen: Vec<_> = rows
        .iter()
        .map(|r| (r.sub, r.partition_key.as_deref(), r.event_type.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            (0, Some("outer"), None),
            (0, Some("a"), Some("One")),
            (1, Some("b"), None),
            (2, Some("c"), Some("Three")),
            (0, Some("outer"), None),
        ]
    );
    let third = space
        .store
        .record(rows[3].id)
        .expect("read")
        .expect("there");
    assert_eq!(third.payload, b"{\"type\":\"Three\"}");
    assert_eq!(
        third.aggregate,
        Some(Aggregate {
            blob: blob.clone(),
            partition_key: Some("outer".into())
        })
    );
    let last = space
        .store
        .record(rows[4].id)
        .expect("read")
        .expect("there");
    assert_eq!(last.payload, damaged);
    assert!(last.row.flags.has(RecordFlags::DAMAGED_AGGREGATE));
    assert_eq!(space.store.captures().expect("captures")[0].records, 5);
}

#[test]
fn a_key_outside_the_shard_is_flagged() {
    let range = crate::fixture::shard_records(4)[0].hash_range;
    let flags = |key: &str| {
        let record = KinesisRecord {
            sequence: sequence(1),
            arrival: Millis(1),
            partition_key: Some(key.into()),
            payload: Vec::new(),
        };
        let space = workspace(4);
        let capture = space.capture("range");
        submit(
            &space.store,
            batch(capture, space.shards[0], vec![prepare(record, Some(range))]),
        )
        .expect("committed");
        everything(&space.store, &Scope::default())[0].flags
    };
    // md5("") begins with d4, md5("a") with 0c
    assert_eq!(flags(""), RecordFlags::OUTSIDE_RANGE);
    assert_eq!(flags("a"), RecordFlags::NONE);
}

#[test]
fn a_record_that_comes_again_is_stored_once_and_proves_continuity() {
    let space = workspace(1);
    let (capture, shard) = (space.capture("again"), space.shards[0]);
    let records = |numbers: std::ops::Range<u64>| {
        numbers
            .map(|n| record(n, n as i64, "k", b"v"))
            .collect::<Vec<_>>()
    };
    let committed = |records| {
        let Committed {
            inserted,
            duplicates,
            first_already_present,
            ..
        } = submit(&space.store, batch(capture, shard, records)).expect("committed");
        (inserted, duplicates, first_already_present)
    };
    assert_eq!(committed(records(10..20)), (10, 0, false));
    assert_eq!(
        committed(records(19..400)),
        (380, 1, true),
        "resumed at the last stored record"
    );
    assert_eq!(
        committed(records(0..800)),
        (410, 390, false),
        "read again from before the start"
    );
    let mut repeated = records(800..802);
    repeated.insert(1, repeated[0].clone());
    assert_eq!(
        committed(repeated),
        (2, 1, false),
        "a page that repeats a record"
    );
    let rows = everything(
        &space.store,
        &Scope {
            captures: vec![capture],
        },
    );
    assert_eq!(
        rows.iter().map(|r| r.sequence).collect::<Vec<_>>(),
        (0..802).map(sequence).collect::<Vec<_>>()
    );
    assert_eq!(
        space.store.capture(capture).expect("the capture").records,
        802
    );
}

#[test]
fn a_batch_out_of_order_is_refused_whole() {
    let space = workspace(1);
    let (capture, shard) = (space.capture("order"), space.shards[0]);
    let refused = submit(
        &space.store,
        batch(
            capture,
            shard,
            vec![record(2, 0, "k", b""), record(1, 0, "k", b"")],
        ),
    );
    assert!(matches!(*refused.expect_err("refused"), StoreError::OutOfOrder(s) if s == shard));
    assert!(
        space
            .store
            .checkpoints(capture)
            .expect("checkpoints")
            .is_empty()
    );
}

#[test]
fn one_batch_that_is_wrong_leaves_the_others_be() {
    let space = workspace(1);
    let capture = space.capture("right");
    let gone = space.capture("gone");
    space.store.delete_capture(gone).expect("deleted");
    let outcomes = std::sync::mpsc::sync_channel(3);
    for (n, capture) in [(1, capture), (2, gone), (3, capture)] {
        let sender = outcomes.0.clone();
        let batch = batch(capture, space.shards[0], vec![record(n, 1, "k", b"v")]);
        space.store.submit(
            batch,
            Box::new(move |outcome| sender.send((n, outcome)).expect("a listener")),
        );
    }
    for (n, outcome) in outcomes.1.iter().take(3) {
        assert_eq!(outcome.is_ok(), n != 2);
    }
    assert_eq!(everything(&space.store, &Scope::default()).len(), 2);
}

#[test]
fn listeners_hear_of_commits() {
    let space = workspace(1);
    let capture = space.capture("heard");
    let heard = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&heard);
    let shard = space.shards[0];
    let listener = move |notice: store::CommitNotice| {
        assert_eq!(notice.captures, [capture]);
        assert_eq!((notice.shards, notice.grown), (vec![shard], vec![shard]));
        counter.fetch_add(notice.inserted, Ordering::AcqRel);
    };
    space.store.on_commit(Box::new(listener));
    for n in 0..50 {
        submit(
            &space.store,
            batch(capture, space.shards[0], vec![record(n, 1, "k", b"v")]),
        )
        .expect("committed");
    }
    // done is called before the listeners of its transaction
    space
        .store
        .rename_capture(capture, "in turn")
        .expect("renamed");
    assert_eq!(heard.load(Ordering::Acquire), 50);
}
