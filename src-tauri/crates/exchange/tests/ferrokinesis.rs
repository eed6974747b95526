//! Capture files go both ways: what we write its own reader takes, and lines made from its own type
//! are byte for byte ours.

use base64::{Engine, engine::general_purpose::STANDARD};
use exchange::{CapturedPut, PutOperation, read_captured_put, write_captured_put};
use ferrokinesis_core::capture::{CaptureOp, CaptureRecord, read_capture_file};
use proptest::prelude::*;
use record::{HashKey, Millis};

fn any_put() -> impl Strategy<Value = CapturedPut> {
    (
        any::<bool>(),
        0i64..=i64::MAX,
        any::<String>(),
        any::<String>(),
        any::<Vec<u8>>(),
        any::<Option<u128>>(),
        "[0-9]{0,60}",
    )
        .prop_map(
            |(one, arrival, stream, key, data, hash_key, sequence)| CapturedPut {
                operation: if one {
                    PutOperation::PutRecord
                } else {
                    PutOperation::PutRecords
                },
                arrival: Millis(arrival),
                stream,
                partition_key: key,
                data,
                explicit_hash_key: hash_key.map(HashKey),
                sequence_number: sequence,
                shard_id: "shardId-000000000000".into(),
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn ferrokinesis_reads_what_we_write(puts in prop::collection::vec(any_put(), 0..8)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("capture.ndjson");
        let text: String = puts.iter().map(|put| write_captured_put(put).expect("a line")).collect();
        std::fs::write(&path, text).expect("a file");
        let read = read_capture_file(&path).expect("a capture");
        prop_assert_eq!(read.len(), puts.len());
        for (read, put) in read.iter().zip(&puts) {
            prop_assert_eq!(read.op == CaptureOp::PutRecord, put.operation == PutOperation::PutRecord);
            prop_assert_eq!(read.ts as i64, put.arrival.0);
            prop_assert_eq!(&read.stream, &put.stream);
            prop_assert_eq!(&read.partition_key, &put.partition_key);
            prop_assert_eq!(STANDARD.decode(&read.data).expect("base64"), &put.data[..]);
            prop_assert_eq!(read.explicit_hash_key.clone(), put.explicit_hash_key.map(|key| key.to_string()));
            prop_assert_eq!(&read.sequence_number, &put.sequence_number);
            prop_assert_eq!(&read.shard_id, &put.shard_id);
        }
    }

    #[test]
    fn we_read_what_ferrokinesis_writes(puts in prop::collection::vec(any_put(), 0..8)) {
        let mut text = String::new();
        for put in &puts {
            let line = serde_json::to_string(&CaptureRecord {
                op: if put.operation == PutOperation::PutRecord { CaptureOp::PutRecord } else { CaptureOp::PutRecords },
                ts: put.arrival.0 as u64,
                stream: put.stream.clone(),
                partition_key: put.partition_key.clone(),
                data: STANDARD.encode(&put.data),
                explicit_hash_key: put.explicit_hash_key.map(|key| key.to_string()),
                sequence_number: put.sequence_number.clone(),
                shard_id: put.shard_id.clone(),
            });
            text.push_str(&line.expect("a line"));
            text.push('\n');
        }
        let lines = text.split_inclusive('\n').map(|line| read_captured_put(line).expect("a record").expect("no empty line"));
        prop_assert_eq!(lines.collect::<Vec<_>>(), puts.clone());
        // the very same bytes
        let ours: String = puts.iter().map(|put| write_captured_put(put).expect("a line")).collect();
        prop_assert_eq!(ours, text);
    }
}

#[test]
fn empty_lines_are_passed_over_and_broken_ones_named() {
    assert!(read_captured_put(" \r\n").expect("empty").is_none());
    for line in [
        "x",
        "{}",
        r#"{"op":"PutRecord","ts":1,"stream":"s","partition_key":"k","data":"*","sequence_number":"1","shard_id":"s"}"#,
        r#"{"op":"PutRecord","ts":1,"stream":"s","partition_key":"k","data":"","explicit_hash_key":"x","sequence_number":"1","shard_id":"s"}"#,
        r#"{"op":"Delete","ts":1,"stream":"s","partition_key":"k","data":"","sequence_number":"1","shard_id":"s"}"#,
    ] {
        assert!(read_captured_put(line).is_err(), "{line}");
    }
}
