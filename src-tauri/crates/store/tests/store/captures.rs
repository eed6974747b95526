//! What a workspace keeps of streams and captures beside the records.

use crate::fixture::{batch, record, sequence, submit, workspace};
use record::Millis;
use store::{
    Anchor, CaptureState, CaptureStream, GapReason, NewCapture, NewGap, Position, ShardBatch,
    StoreError, Until,
};

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

/// The server's date has whole seconds: what it says was covered is earlier than the last record of that second.
#[test]
fn a_gap_begins_behind_the_last_stored_record() {
    let gone = |from: Option<i64>, until: Option<i64>| NewGap {
        reason: GapReason::StreamGone,
        after: Some(sequence(2)),
        before: None,
        from: from.map(Millis),
        until: until.map(Millis),
    };
    let space = workspace(1);
    let shard = space.shards[0];
    for (name, covered, gap, from) in [
        (
            "of a later moment",
            49_000,
            gone(Some(49_000), None),
            49_983,
        ),
        ("covered further", 51_000, gone(Some(51_000), None), 51_000),
        ("not told", 49_000, gone(None, None), 49_983),
        ("told later", 49_000, gone(Some(60_000), None), 60_000),
        (
            "with an end",
            49_000,
            gone(Some(49_000), Some(70_000)),
            49_983,
        ),
        (
            "ended before",
            49_000,
            gone(Some(10_000), Some(20_000)),
            10_000,
        ),
    ] {
        let capture = space.capture(name);
        let records = vec![record(1, 48_100, "k", b"v"), record(2, 49_983, "k", b"v")];
        let read = ShardBatch {
            covered_through: Some(Millis(covered)),
            ..batch(capture, shard, records)
        };
        submit(&space.store, read).expect("committed");
        let ended = ShardBatch {
            gap: Some(gap),
            ..batch(capture, shard, Vec::new())
        };
        submit(&space.store, ended).expect("committed");
        let gaps = space.store.gaps(capture).expect("gaps");
        assert_eq!(gaps.len(), 1, "{name}");
        assert_eq!(gaps[0].gap.from, Some(Millis(from)), "{name}");
    }
    // nobody knows since when
    let capture = space.capture("from the beginning");
    let unknown = NewGap {
        after: None,
        ..gone(None, None)
    };
    let ended = ShardBatch {
        gap: Some(unknown),
        ..batch(capture, shard, vec![record(2, 49_983, "k", b"v")])
    };
    submit(&space.store, ended).expect("committed");
    let gaps = space.store.gaps(capture).expect("gaps");
    assert_eq!(gaps[0].gap.from, None);
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
fn a_finished_capture_stays_finished_and_an_unknown_state_is_rest() {
    let space = workspace(1);
    let (done, later) = (space.capture("done"), space.capture("later"));
    space
        .store
        .set_capture_state(done, CaptureState::Finished)
        .expect("a state");
    let path = space.path();
    let space = space.reopen();
    let state = |id| space.store.capture(id).expect("the capture").state;
    assert_eq!(state(done), CaptureState::Finished);
    rusqlite::Connection::open(path)
        .expect("the file")
        .execute(
            "UPDATE capture SET state = 'archived' WHERE id = ?",
            [later.0],
        )
        .expect("a word of a later version");
    assert_eq!(state(later), CaptureState::Stopped);
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
