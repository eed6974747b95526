//! Records in and out: bytes, keys, aggregates, duplicates, gaps, totals.

use crate::fixture::{advance, aggregate, batch, everything, record, sequence, submit, workspace};
use query::Filter;
use record::{KinesisRecord, Millis};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use store::{
    Aggregate, Anchor, CaptureState, CaptureStream, Committed, GapReason, NewCapture, NewGap,
    Position, RecordFlags, Scope, ShardBatch, StoreError, Until, prepare,
};

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
fn checkpoints_coverage_and_gaps_are_kept() {
    let space = workspace(2);
    let (capture, shard) = (space.capture("gaps"), space.shards[0]);
    let anchor = Position::Anchor(Anchor::AtTimestamp(Millis(50)));
    space
        .store
        .put_checkpoint(capture, shard, anchor)
        .expect("an anchor");
    assert_eq!(
        space.store.checkpoints(capture).expect("checkpoints")[0].position,
        anchor
    );
    let first = ShardBatch {
        covered_through: Some(Millis(200)),
        ..batch(
            capture,
            shard,
            vec![record(1, 100, "k", b"v"), record(2, 90, "k", b"v")],
        )
    };
    submit(&space.store, first).expect("committed");
    let gap = NewGap {
        reason: GapReason::Trimmed,
        after: Some(sequence(2)),
        before: Some(sequence(9)),
        from: Some(Millis(200)),
        until: Some(Millis(300)),
    };
    let second = ShardBatch {
        gap: Some(gap),
        ..batch(capture, shard, vec![record(9, 300, "k", b"v")])
    };
    submit(&space.store, second).expect("committed");
    let finished = ShardBatch {
        checkpoint: Position::Finished {
            last: Some(sequence(9)),
        },
        covered_through: Some(Millis(900)),
        ..batch(capture, shard, Vec::new())
    };
    submit(&space.store, finished).expect("committed");

    let space = space.reopen();
    let coverage = space.store.coverage(capture).expect("coverage");
    let intervals: Vec<_> = coverage
        .iter()
        .map(|c| (c.sequences, c.from, c.through, c.records))
        .collect();
    assert_eq!(
        intervals,
        [
            (
                Some((sequence(1), sequence(2))),
                Some(Millis(50)),
                Some(Millis(200)),
                2
            ),
            (
                Some((sequence(9), sequence(9))),
                Some(Millis(300)),
                Some(Millis(900)),
                1
            ),
        ]
    );
    let gaps = space.store.gaps(capture).expect("gaps");
    assert_eq!(
        gaps.iter().map(|g| (g.shard, g.gap)).collect::<Vec<_>>(),
        [(shard, gap)]
    );
    let checkpoint = space.store.checkpoints(capture).expect("checkpoints")[0];
    assert_eq!(
        checkpoint.position,
        Position::Finished {
            last: Some(sequence(9))
        }
    );
    assert_eq!(checkpoint.covered_through, Some(Millis(900)));
}

#[test]
fn captures_keep_what_they_were_made_with() {
    let space = workspace(1);
    let capture = space.capture("first");
    space
        .store
        .rename_capture(capture, "renamed")
        .expect("renamed");
    let failed = CaptureState::Failed("expired credentials".into());
    space
        .store
        .set_capture_state(capture, failed.clone())
        .expect("a state");
    let space = space.reopen();
    let stored = space.store.capture(capture).expect("the capture");
    assert_eq!(
        (
            stored.name.as_str(),
            &stored.state,
            stored.connection.as_str()
        ),
        ("renamed", &failed, "{}")
    );
    assert_eq!(stored.streams[0].anchor, Anchor::TrimHorizon);
    let shards = space.store.shards(space.stream).expect("shards");
    assert_eq!(shards[0].shard, crate::fixture::shard_records(1)[0]);
    assert_eq!(
        space.store.streams().expect("streams")[0].stream,
        crate::fixture::stream_record("orders")
    );
    space.store.delete_capture(capture).expect("deleted");
    assert!(
        matches!(space.store.capture(capture), Err(StoreError::UnknownCapture(id)) if id == capture)
    );
    let next = space.capture("next");
    assert_ne!(next, capture, "ids are not used again");
}

#[test]
fn a_capture_may_choose_shards_a_start_and_an_end() {
    let space = workspace(2);
    let streams: Vec<_> = [
        (
            Anchor::AtTimestamp(Millis(7)),
            Some(Until::Time(Millis(9))),
            Some(vec!["shardId-000000000001".into()]),
        ),
        (
            Anchor::AfterSequence(sequence(3)),
            Some(Until::Records(10)),
            None,
        ),
        (Anchor::AtSequence(sequence(3)), None, Some(Vec::new())),
    ]
    .into_iter()
    .zip(["a", "b", "c"])
    .map(|((anchor, until, shards), name)| {
        let stream = space
            .store
            .put_stream(&crate::fixture::stream_record(name))
            .expect("a stream");
        CaptureStream {
            stream,
            shards,
            anchor,
            until,
        }
    })
    .collect();
    let new = NewCapture {
        name: "chosen".into(),
        connection: "{\"a\":1}".into(),
        created_at: Millis(5),
        streams,
    };
    let capture = space.store.create_capture(&new).expect("a capture");
    let space = space.reopen();
    let stored = space.store.capture(capture).expect("the capture");
    assert_eq!(
        (stored.streams, stored.connection, stored.created_at),
        (new.streams, new.connection, Millis(5))
    );
}

#[test]
fn a_stream_created_again_is_another_stream() {
    let space = workspace(1);
    let mut again = crate::fixture::stream_record("orders");
    assert_eq!(
        space.store.put_stream(&again).expect("the same"),
        space.stream
    );
    again.identity.created_at = Millis(again.identity.created_at.0 + 1);
    let other = space.store.put_stream(&again).expect("another");
    assert_ne!(other, space.stream);
    let shard = space
        .store
        .put_shards(other, &crate::fixture::shard_records(1))
        .expect("a shard")[0];
    let (old, new) = (
        space.capture("old"),
        crate::fixture::capture(&space.store, other, "new"),
    );
    submit(
        &space.store,
        batch(old, space.shards[0], vec![record(1, 1, "k", b"old")]),
    )
    .expect("committed");
    let same_number = submit(
        &space.store,
        batch(new, shard, vec![record(1, 1, "k", b"new")]),
    )
    .expect("committed");
    assert_eq!(same_number.inserted, 1);
}

#[test]
fn listeners_hear_of_commits() {
    let space = workspace(1);
    let capture = space.capture("heard");
    let heard = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&heard);
    let listener = move |notice: store::CommitNotice| {
        assert_eq!(notice.captures, [capture]);
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

#[test]
fn a_filter_finds_in_the_tail_and_in_blocks() {
    let space = workspace(2);
    let capture = space.capture("filter");
    for (place, &shard) in space.shards.iter().enumerate() {
        let records = (0..700).map(|n| {
            let payload = format!("{{\"type\":\"T{}\",\"amount\":{n}}}", n % 7);
            record(
                n,
                1_000 + n as i64 * 10,
                &format!("key-{}", n % 11),
                payload.as_bytes(),
            )
        });
        let mut records: Vec<_> = records.collect();
        let late = records.split_off(600 + 50 * place);
        submit(&space.store, batch(capture, shard, records)).expect("committed");
        submit(&space.store, batch(capture, shard, late)).expect("committed");
    }
    for text in [
        "type:T3",
        "key:key-5",
        "shard:1 amount:>650",
        "amount:650",
        "\"amount\\\":65\"",
        "type:T3 key:key-5",
        "-type:T3",
        "size:>22",
        "type:T9",
    ] {
        let filter = query::parse(text, Millis(0)).expect("a filter");
        let view = space.store.view(Scope::default(), &filter).expect("a view");
        advance(&view);
        let found = view.page(0, usize::MAX).expect("rows");
        let all = everything(&space.store, &Scope::default());
        let shards = space.store.shards(space.stream).expect("shards");
        let expected: Vec<_> = all
            .into_iter()
            .filter(|row| {
                let payload = space
                    .store
                    .record(row.id)
                    .expect("read")
                    .expect("there")
                    .payload;
                filter.matches(&query::Subject {
                    arrival: row.arrival,
                    stream: "orders",
                    shard: &shards
                        .iter()
                        .find(|s| s.key == row.shard)
                        .expect("a shard")
                        .shard
                        .id,
                    partition_key: row.partition_key.as_deref(),
                    event_type: row.event_type.as_deref(),
                    size_bytes: row.size_bytes,
                    sequence: &row.sequence,
                    payload: &payload,
                })
            })
            .collect();
        assert_eq!(found, expected, "{text}");
        assert_eq!(text == "type:T9", found.is_empty(), "{text} tests nothing");
    }
    let window = Filter::Time {
        from: Some(Millis(2_000)),
        until: Some(Millis(3_000)),
    };
    let view = space.store.view(Scope::default(), &window).expect("a view");
    advance(&view);
    assert_eq!(
        (view.len(), view.extent()),
        (200, Some((Millis(2_000), Millis(2_990))))
    );
}

#[test]
fn a_cancelled_scan_stops_and_goes_on_later() {
    let space = workspace(1);
    let capture = space.capture("long");
    for part in 0..40 {
        let records = (part * 500..(part + 1) * 500)
            .map(|n| record(n, n as i64, "k", b"{\"a\":1}"))
            .collect();
        submit(&space.store, batch(capture, space.shards[0], records)).expect("committed");
    }
    let filter = query::parse("a:1", Millis(0)).expect("a filter");
    let view = space.store.view(Scope::default(), &filter).expect("a view");
    let cancelled = store::Cancel::new();
    cancelled.cancel();
    let nothing = view
        .advance(&cancelled, std::time::Duration::MAX)
        .expect("progress");
    assert_eq!(
        (nothing.matched, nothing.complete, nothing.total),
        (0, false, 20_000)
    );
    let some = view
        .advance(&store::Cancel::new(), std::time::Duration::ZERO)
        .expect("progress");
    assert!(some.matched > 0 && !some.complete, "{some:?}");
    assert_eq!(
        view.extent().map(|(_, last)| last),
        Some(Millis(19_999)),
        "the newest come first"
    );
    advance(&view);
    assert_eq!(view.len(), 20_000);
}
