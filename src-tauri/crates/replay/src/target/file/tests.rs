//! A file that is written, torn, gone on with, or another one than it was.

use super::*;
use bytes::Bytes;
use exchange::read_captured_put;
use publish::Origin;
use store::RecordId;

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
    assert_eq!(target.lines(), 2);
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
