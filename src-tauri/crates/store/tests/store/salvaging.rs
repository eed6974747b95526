//! What is whole in a damaged workspace goes over into a new one; what is not is told, in both.

use crate::fixture::{Workspace, batch, everything, record, sequence, submit, workspace};
use rusqlite::Connection;
use std::{fs, path::Path};
use store::{GapReason, Position, Scope, Store, StoreError};

const RECORDS: u64 = 2_000;

/// Four blocks in each of two shards, and a tail.
fn filled() -> Workspace {
    let space = workspace(2);
    let capture = space.capture("orders");
    for &shard in &space.shards {
        for from in (0..RECORDS).step_by(500) {
            let text = |n| format!("{{\"type\":\"Placed\",\"n\":{n},\"shard\":{shard}}}");
            let records = (from..from + 500).map(|n| record(n, n as i64, "k", text(n).as_bytes()));
            submit(&space.store, batch(capture, shard, records.collect())).expect("stored");
        }
        let last = record(RECORDS, RECORDS as i64, "k", b"not sealed");
        submit(&space.store, batch(capture, shard, vec![last])).expect("stored");
    }
    space
}

/// Changes the file as a disk would: SQLite's own checks stay content.
fn spoil(path: &Path, sql: &str) {
    let connection = Connection::open(path).expect("the file");
    connection
        .pragma_update(None, "foreign_keys", 0)
        .expect("set");
    assert_eq!(connection.execute(sql, []).expect("changed"), 1, "{sql}");
}

fn numbers(store: &Store, shard: usize) -> Vec<u64> {
    let shards = store
        .shards(store.streams().expect("streams")[0].key)
        .expect("shards");
    let rows = everything(store, &Scope::default());
    let of_shard = rows.iter().filter(|row| row.shard == shards[shard].key);
    let number = |sequence| (0..=RECORDS).find(|&n| crate::fixture::sequence(n) == sequence);
    let mut found: Vec<u64> = of_shard.filter_map(|row| number(row.sequence)).collect();
    found.sort_unstable();
    found
}

#[test]
fn a_damaged_block_becomes_a_gap_and_all_others_are_saved() {
    let space = filled();
    let (path, folder) = (space.path(), &space.folder);
    space.store.close().expect("closed");
    spoil(
        &path,
        "UPDATE block_data SET payloads = zeroblob(length(payloads)) WHERE block = 2",
    );
    let damaged = fs::read(&path).expect("the file");
    let into = folder.path().join("new.kscope");
    let salvaged = Store::salvage(&path, &into).expect("salvaged");
    assert_eq!(
        fs::read(&path).expect("the file"),
        damaged,
        "it is only read"
    );
    assert_eq!(
        (salvaged.records, salvaged.lost_records, salvaged.gaps),
        (2 * (RECORDS + 1) - 500, 500, 1)
    );
    let store = Store::open(&into).expect("a workspace");
    store.verify().expect("a sound one");
    let expected: Vec<u64> = (0..500).chain(1_000..=RECORDS).collect();
    assert_eq!(numbers(&store, 0), expected);
    assert_eq!(numbers(&store, 1), (0..=RECORDS).collect::<Vec<_>>());
    let capture = store.captures().expect("captures").remove(0);
    let gaps = store.gaps(capture.id).expect("gaps");
    let [gap] = gaps.as_slice() else {
        panic!("{gaps:?}");
    };
    assert_eq!(gap.gap.reason, GapReason::Damaged);
    assert_eq!(
        (gap.gap.after, gap.gap.before),
        (Some(sequence(499)), Some(sequence(1_000)))
    );
    for checkpoint in store.checkpoints(capture.id).expect("checkpoints") {
        assert_eq!(checkpoint.position, Position::Stored(sequence(RECORDS)));
    }
    let left: Vec<_> = fs::read_dir(folder.path())
        .expect("a folder")
        .flatten()
        .collect();
    let names: Vec<_> = left.iter().map(fs::DirEntry::file_name).collect();
    assert!(
        !names
            .iter()
            .any(|name| name.to_string_lossy().contains("salvaging")),
        "{names:?}"
    );
}

#[test]
fn what_is_lost_at_the_end_is_read_again_from_the_last_that_was_saved() {
    let space = filled();
    let (path, into) = (space.path(), space.folder.path().join("new.kscope"));
    space.store.close().expect("closed");
    spoil(
        &path,
        "UPDATE block_data SET columns = zeroblob(9) WHERE block = (SELECT key FROM block WHERE shard = 1 ORDER BY last_sequence DESC LIMIT 1)",
    );
    Store::salvage(&path, &into).expect("salvaged");
    let store = Store::open(&into).expect("a workspace");
    store.verify().expect("a sound one");
    let last = *numbers(&store, 0).last().expect("records");
    assert!(last < RECORDS);
    let capture = store.captures().expect("captures")[0].id;
    let checkpoints = store.checkpoints(capture).expect("checkpoints");
    assert_eq!(checkpoints[0].position, Position::Stored(sequence(last)));
    assert!(store.gaps(capture).expect("gaps").is_empty());
}

#[test]
fn a_row_that_says_something_else_is_told() {
    for sql in [
        "UPDATE block SET first_sequence = last_sequence WHERE key = 1",
        "UPDATE block SET numbers = (SELECT numbers FROM block WHERE key = 2) WHERE key = 1",
        "UPDATE block SET arrival_min = arrival_min + 1 WHERE key = 1",
        "UPDATE block_data SET payloads = (SELECT payloads FROM block_data WHERE block = 2) WHERE block = 1",
        "UPDATE run SET block = 3 WHERE block = 1",
    ] {
        let space = filled();
        let path = space.path();
        space.store.close().expect("closed");
        spoil(&path, sql);
        let store = Store::open(&path).expect("it opens");
        let error = store.verify().expect_err(sql);
        assert!(
            matches!(error, StoreError::Damaged { .. }),
            "{sql}: {error:?}"
        );
    }
}

#[test]
fn a_record_that_is_not_sealed_is_checked_too() {
    let space = filled();
    spoil(
        &space.path(),
        "UPDATE tail SET blob = CAST('not sealen' AS BLOB) WHERE id >> 32 = 1",
    );
    let error = space.store.verify().expect_err("it was changed");
    assert!(
        error.to_string().contains("does not match its check"),
        "{error}"
    );
}

#[test]
fn nothing_is_salvaged_over_a_file_or_from_an_open_workspace() {
    let space = filled();
    let into = space.folder.path().join("new.kscope");
    let error = Store::salvage(&space.path(), &into).expect_err("it is open");
    assert!(matches!(error, StoreError::InUse { .. }), "{error:?}");
    let path = space.path();
    space.store.close().expect("closed");
    fs::write(&into, b"somebody's").expect("a file");
    let error = Store::salvage(&path, &into).expect_err("there is one");
    assert!(matches!(error, StoreError::File { .. }), "{error:?}");
    assert_eq!(fs::read(&into).expect("the file"), b"somebody's");
}
