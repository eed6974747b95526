//! Capture files of ferrokinesis in and out of a workspace.

mod lab;

use lab::{Captured, START, Workspace, captured};
use publish::{Entry, Limits, ShardMap, aggregate};
use query::Filter;
use record::{HashKey, Millis};
use replay::{Chosen, ExportShown, Selection, export_capture_file, import_capture_file};
use store::{Payloads, Store};

fn all(store: &Store, captures: Vec<store::CaptureId>) -> Vec<(String, i64, String, Vec<u8>)> {
    let selection = Selection {
        captures,
        chosen: Chosen::Filter(Filter::Everything),
    };
    let pinned = selection.pin(store).expect("pinned");
    let mut reader = pinned.read(store, Payloads::With).expect("a reader");
    let mut found = Vec::new();
    while let Some(selected) = reader.next_record().expect("a record") {
        let record = selected.record;
        let key = record.partition_key.unwrap_or_default();
        found.push((
            record.sequence.to_string(),
            record.arrival.0,
            key,
            record.payload,
        ));
    }
    found
}

#[test]
fn a_file_comes_back_as_it_went() {
    let space = Workspace::new(3);
    let record = |n| captured(n, &format!("key-{}", n % 50), &format!("{{\"n\":{n}}}"));
    space.store_by_key((0..12_000).map(record).collect());
    let selection = space
        .select(Chosen::Filter(Filter::Everything))
        .pin(&space.store)
        .expect("pinned");
    let path = space.folder.path().join("capture.ndjson");
    assert_eq!(
        export_capture_file(&space.store, &selection, &ExportShown::default(), &path)
            .expect("a file"),
        12_000
    );
    // as concurrent puts leave it, with a torn line and an empty one
    let text = std::fs::read_to_string(&path).expect("the file");
    let mut lines: Vec<&str> = text.lines().collect();
    for pair in lines.chunks_mut(2) {
        pair.reverse();
    }
    lines.insert(1, "");
    lines.insert(7, "{\"op\":\"PutRec");
    std::fs::write(&path, lines.join("\n")).expect("written");

    let imported =
        import_capture_file(&space.store, &path, "imported", Millis(START)).expect("imported");
    assert_eq!((imported.records, imported.bad_lines), (12_000, 1));
    assert_eq!(imported.named_lines[0].line, 8);
    let capture = imported.capture.expect("a capture");
    assert_eq!(
        all(&space.store, vec![capture]),
        all(&space.store, vec![space.capture])
    );
}

/// So many user records in one Kinesis record, some of them alike.
fn aggregated(number: u64, users: u64) -> Captured {
    let user = |n: u64| Entry {
        key: format!("key-{}", n % 3),
        explicit_hash_key: n.is_multiple_of(5).then(|| HashKey(n.into())),
        data: format!("{{\"n\":{number},\"part\":{}}}", n / 6)
            .into_bytes()
            .into(),
        origin: None,
    };
    let limits = Limits::of_stream(None);
    let entries = (0..users).map(user).collect();
    let mut together = aggregate(entries, &ShardMap::default(), &limits, 1 << 20).entries;
    assert_eq!(together.len(), 1);
    let one = together.remove(0);
    Captured {
        number,
        arrival: START + number as i64 * 10,
        key: Some(one.key),
        payload: one.data.to_vec(),
    }
}

#[test]
fn the_user_records_of_aggregates_come_back_too() {
    let space = Workspace::new(2);
    let mut records: Vec<_> = (0..10).map(|n| aggregated(n, 50)).collect();
    records.push(captured(10, "alone", "{\"n\":10}"));
    space.store_in(0, records);
    space.store_in(1, vec![aggregated(3, 50)]);
    let selection = space.select(Chosen::Filter(Filter::Everything));
    let selection = selection.pin(&space.store).expect("pinned");
    let path = space.folder.path().join("kpl.ndjson");
    let written = export_capture_file(&space.store, &selection, &ExportShown::default(), &path);
    assert_eq!(written.expect("a file"), 551);
    // as puts of several keys leave it: the lines of one number lie apart, in their order
    let text = std::fs::read_to_string(&path).expect("the file");
    let lines: Vec<&str> = text.lines().collect();
    let apart: Vec<&str> = (0..50)
        .flat_map(|first| lines.iter().skip(first).step_by(50).copied())
        .collect();
    std::fs::write(&path, apart.join("\n")).expect("written");

    let imported =
        import_capture_file(&space.store, &path, "imported", Millis(START)).expect("imported");
    assert_eq!(
        (imported.records, imported.shared_numbers, imported.repeated),
        (551, 11 * 49, 0)
    );
    let capture = imported.capture.expect("a capture");
    assert_eq!(
        all(&space.store, vec![capture]),
        all(&space.store, vec![space.capture])
    );
}

#[test]
fn a_number_that_comes_again_much_later_is_told() {
    let space = Workspace::new(1);
    let line = |n: u64| {
        format!(
            "{{\"op\":\"PutRecord\",\"ts\":1760000000000,\"stream\":\"s\",\"partition_key\":\"k\",\"data\":\"e30=\",\
             \"sequence_number\":\"{}\",\"shard_id\":\"shardId-000000000000\"}}\n",
            n + 1
        )
    };
    let path = space.folder.path().join("long.ndjson");
    let text: String = (0..25_000).chain([0]).map(line).collect();
    std::fs::write(&path, text).expect("written");
    let imported =
        import_capture_file(&space.store, &path, "imported", Millis(START)).expect("imported");
    assert_eq!(
        (imported.records, imported.shared_numbers, imported.repeated),
        (25_000, 0, 1)
    );
}

#[test]
fn a_file_without_records_makes_nothing() {
    let space = Workspace::new(1);
    let path = space.folder.path().join("empty.ndjson");
    std::fs::write(&path, "\n\nno record\n").expect("written");
    let imported =
        import_capture_file(&space.store, &path, "imported", Millis(START)).expect("read");
    assert_eq!(
        (imported.capture, imported.records, imported.bad_lines),
        (None, 0, 1)
    );
    assert_eq!(space.store.captures().expect("captures").len(), 1);
    assert!(
        import_capture_file(
            &space.store,
            &space.folder.path().join("none"),
            "x",
            Millis(0)
        )
        .is_err()
    );
}
