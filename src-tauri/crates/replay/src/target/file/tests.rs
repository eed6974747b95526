//! A file that is written, torn, gone on with, or another one than it was.

use super::*;
use bytes::Bytes;
use exchange::read_captured_put;
use publish::Origin;
use store::{Attempt, AttemptResult, Begun, DeliveryKind, Intent, NewDelivery, RecordId, Subject};

fn entry(number: u64) -> Entry {
    Entry {
        key: format!("key-{number}"),
        explicit_hash_key: None,
        data: Bytes::from(format!("payload {number}")),
        origin: Some(Origin {
            record: RecordId(7 << 32 | number as i64),
            sequence: (49_000 + number)
                .to_string()
                .parse()
                .expect("a sequence number"),
            sub: 0,
            arrival: Millis(1_000 + number as i64),
        }),
    }
}

fn sources() -> [(ShardKey, (StreamName, ShardId)); 1] {
    let shard = "shardId-000000000001".parse().expect("a shard id");
    [(ShardKey(7), ("orders".parse().expect("a name"), shard))]
}

fn go_on(path: &Path, count: u64, has_doubts: bool) -> Result<FileTarget, ReplayError> {
    let written = WrittenLines { count, has_doubts };
    let format = FileFormat::Ferrokinesis;
    FileTarget::go_on(path, format, sources(), || Millis(0), written)
}

#[tokio::test]
async fn a_new_file_holds_the_payloads_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replay.ndjson");
    std::fs::write(&path, "of an earlier run\n").expect("written");
    let target = FileTarget::create(&path, FileFormat::Ndjson, sources(), || Millis(0));
    let outcomes = target.expect("a file").send(&[entry(0)], None).await;
    assert!(
        outcomes.iter().all(Outcome::is_acknowledged),
        "{outcomes:?}"
    );
    let text = std::fs::read_to_string(&path).expect("the file");
    assert_eq!(text, "\"payload 0\"\n");
}

#[tokio::test]
async fn a_torn_line_is_cut_off_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replay.ndjson");
    let format = FileFormat::Ferrokinesis;
    let target = FileTarget::create(&path, format, sources(), || Millis(0)).expect("a file");
    let outcomes = target.send(&[entry(0), entry(1)], None).await;
    assert!(
        outcomes.iter().all(Outcome::is_acknowledged),
        "{outcomes:?}"
    );
    let mut torn = OpenOptions::new()
        .append(true)
        .open(&path)
        .expect("the file");
    torn.write_all(br#"{"op":"PutRec"#).expect("written");

    let target = go_on(&path, 2, false).expect("two lines");
    let outcomes = target.send(&[entry(2)], None).await;
    assert!(
        matches!(&outcomes[..], [Outcome::Acknowledged { sequence, .. }] if sequence.to_string() == "3"),
        "{outcomes:?}"
    );
    let text = std::fs::read_to_string(&path).expect("the file");
    let puts: Vec<CapturedPut> = text
        .lines()
        .map(|line| {
            read_captured_put(line)
                .expect("a record")
                .expect("no empty line")
        })
        .collect();
    let told: Vec<_> = puts
        .iter()
        .map(|put| {
            (
                put.partition_key.as_str(),
                put.arrival.0,
                put.sequence_number.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("key-0", 1_000, "49000"),
            ("key-1", 1_001, "49001"),
            ("key-2", 1_002, "49002")
        ]
    );
    assert_eq!(puts[2].data, b"payload 2");
    assert_eq!(
        (puts[2].stream.as_str(), puts[2].shard_id.as_str()),
        ("orders", "shardId-000000000001")
    );
}

#[test]
fn a_file_that_is_not_as_it_was_left_is_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replay.ndjson");
    for (text, count, has_doubts, fits) in [
        (Some("1\n2\n3\n"), 3, false, true),
        (Some("1\n2\n3\n4\n"), 3, true, true),
        (Some("1\n2\n3\n4\n"), 3, false, false),
        (Some("1\n2\ntor"), 3, true, false),
        (Some(""), 3, true, false),
        (None, 3, true, false),
        (None, 0, false, true),
        (None, 0, true, true),
        (Some("somebody else's\n"), 0, false, false),
    ] {
        let _ = std::fs::remove_file(&path);
        if let Some(text) = text {
            std::fs::write(&path, text).expect("written");
        }
        let opened = go_on(&path, count, has_doubts);
        if fits {
            assert!(opened.is_ok(), "{text:?}");
            continue;
        }
        let error = opened.err().expect("it is not opened");
        assert!(
            matches!(error, ReplayError::FileChanged { .. }),
            "{text:?}: {error}"
        );
        assert_eq!(std::fs::read_to_string(&path).ok().as_deref(), text);
    }
}

fn delivery(store: &Store) -> DeliveryId {
    let new = NewDelivery {
        token: "into a file".into(),
        kind: DeliveryKind::Replay,
        created_at: Millis(1),
        caller: "a test".into(),
        target: "a file".into(),
        target_stream: None,
        order: "keyed".into(),
        plan: "{}".into(),
        composed: None,
    };
    match store.begin_delivery(&new).expect("begun") {
        Begun::New(id) | Begun::Before(id) => id,
    }
}

/// An attempt may have been unclear; once the line is known, the file holds nothing of it that is not known.
#[test]
fn what_has_its_line_is_in_no_doubt() {
    let unclear = |position| {
        let cause = "the disk was away".to_owned();
        (position, AttemptResult::Unclear { cause })
    };
    let line = |position, line: u64| {
        let result = AttemptResult::Acknowledged {
            shard: "file".parse().expect("an id"),
            sequence: line.to_string().parse().expect("a number"),
        };
        (position, result)
    };
    let released = |position| (position, AttemptResult::Released);
    for (came, count, has_doubts) in [
        (vec![line(0, 1), line(1, 2)], 2, false),
        (vec![unclear(0), line(0, 1), line(1, 2)], 2, false),
        (vec![line(0, 1), unclear(1)], 1, true),
        (vec![line(0, 1)], 1, true),
        (vec![line(0, 1), released(1)], 1, false),
        (vec![released(0), released(1)], 0, false),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("w.kscope")).expect("a workspace");
        let id = delivery(&store);
        let intents = [0, 1].map(|position| {
            let origin = entry(position).origin.expect("a captured record");
            Intent {
                position,
                subject: Subject::Captured {
                    record: origin.record,
                    sequence: origin.sequence,
                    sub: origin.sub,
                },
            }
        });
        store
            .journal(id, Millis(1), &intents, &[])
            .expect("journaled");
        for one in &came {
            let attempt = Attempt {
                at: Millis(2),
                results: vec![one.clone()],
            };
            store
                .journal(id, Millis(2), &[], &[attempt])
                .expect("journaled");
        }
        let written = WrittenLines::of_delivery(&store, id).expect("the journal");
        assert_eq!(written, WrittenLines { count, has_doubts }, "{came:?}");
    }
}
