//! Capture files of ferrokinesis in and out of a workspace.

mod lab;

use lab::{START, Workspace, captured};
use query::Filter;
use record::Millis;
use replay::{Chosen, Selection, export_capture_file, import_capture_file};
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
        export_capture_file(&space.store, &selection, &path).expect("a file"),
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
