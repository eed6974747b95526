//! A workspace of the first format, with records in it, is brought up to date.

use crate::fixture::{batch, everything, record, submit, workspace};
use rusqlite::Connection;
use store::{Scope, Store};

/// Takes off again what the later migrations brought.
fn to_first_format(path: &std::path::Path) {
    let connection = Connection::open(path).expect("the file");
    let brought: Vec<(String, String)> = connection
        .prepare(
            "SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'trigger')
             AND (tbl_name LIKE 'delivery%' OR tbl_name IN ('composed', 'template')) ORDER BY type DESC",
        )
        .and_then(|mut listed| {
            listed
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .expect("the tables");
    assert!(brought.len() > 7, "{brought:?}");
    for (kind, name) in brought {
        connection
            .execute_batch(&format!("DROP {kind} {name}"))
            .expect("dropped");
    }
    for column in [
        "block DROP COLUMN sums",
        "block DROP COLUMN head_check",
        "tail DROP COLUMN row_check",
    ] {
        connection
            .execute_batch(&format!("ALTER TABLE {column}"))
            .expect("dropped");
    }
    connection
        .pragma_update(None, "user_version", 1)
        .expect("the first format");
}

#[test]
fn records_of_the_first_format_are_the_same_in_the_last() {
    let all = Scope {
        captures: Vec::new(),
    };
    let space = workspace(2);
    let capture = space.capture("old");
    for shard in 0..2 {
        let records = (1..=3_000)
            .map(|number| record(number, number.cast_signed(), "key", b"{\"type\":\"KEPT\"}"))
            .collect();
        submit(&space.store, batch(capture, space.shards[shard], records)).expect("stored");
    }
    let before = everything(&space.store, &all);
    let (path, folder) = (space.path(), space.folder);
    space.store.close().expect("closed");
    to_first_format(&path);

    let store = Store::open(&path).expect("brought up to date");
    assert_eq!(everything(&store, &all), before);
    assert!(
        store
            .delivery_heads()
            .expect("the journal is there")
            .is_empty()
    );
    let backup = folder.path().join("test.kscope.format-1.backup");
    let kept = Connection::open(backup).expect("a backup of the old file");
    let version: u32 = kept
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .expect("its format");
    assert_eq!(version, 1);
}
