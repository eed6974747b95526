use super::*;
use proptest::prelude::*;
use prost::Message;

/// The message as its specification gives it: prost writes what the reader above must read.
#[derive(Clone, PartialEq, prost::Message)]
struct AggregatedRecord {
    #[prost(string, repeated, tag = "1")]
    partition_key_table: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    explicit_hash_key_table: Vec<String>,
    #[prost(message, repeated, tag = "3")]
    records: Vec<Record>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Record {
    #[prost(uint64, required, tag = "1")]
    partition_key_index: u64,
    #[prost(uint64, optional, tag = "2")]
    explicit_hash_key_index: Option<u64>,
    #[prost(bytes = "vec", required, tag = "3")]
    data: Vec<u8>,
    #[prost(message, repeated, tag = "4")]
    tags: Vec<Tag>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Tag {
    #[prost(string, required, tag = "1")]
    key: String,
    #[prost(string, optional, tag = "2")]
    value: Option<String>,
}

fn framed(protobuf: &[u8]) -> Vec<u8> {
    [&MAGIC[..], protobuf, &Md5::digest(protobuf)[..]].concat()
}

fn record(partition_key_index: u64, hash: Option<u64>, data: &[u8]) -> Record {
    let explicit_hash_key_index = hash;
    Record {
        partition_key_index,
        explicit_hash_key_index,
        data: data.to_vec(),
        tags: vec![],
    }
}

fn two_records() -> AggregatedRecord {
    AggregatedRecord {
        partition_key_table: vec!["cust-42".into(), "cust-97".into()],
        explicit_hash_key_table: vec![u128::MAX.to_string()],
        records: vec![record(1, None, b"first"), record(0, Some(0), b"")],
    }
}

#[track_caller]
fn damage(message: &AggregatedRecord) -> AggregateDamage {
    match deaggregate(&framed(&message.encode_to_vec())) {
        Aggregation::Damaged(damage) => damage,
        other => panic!("read as {other:?}"),
    }
}

#[test]
fn user_records_come_out_in_order_with_their_keys() {
    let blob = framed(&two_records().encode_to_vec());
    let Aggregation::Aggregated(records) = deaggregate(&blob) else {
        panic!("an aggregate")
    };
    let seen: Vec<_> = records
        .iter()
        .map(|r| (r.partition_key, r.explicit_hash_key, &blob[r.data.clone()]))
        .collect();
    assert_eq!(
        seen,
        [
            ("cust-97", None, &b"first"[..]),
            ("cust-42", Some(HashKey::MAX), &b""[..])
        ]
    );
}

#[test]
fn other_payloads_are_single() {
    for blob in [
        &b""[..],
        b"{}",
        &MAGIC[..3],
        &[0xF3, 0x89, 0x9A, 0xC3, 0, 0, 0, 0],
    ] {
        assert_eq!(deaggregate(blob), Aggregation::Single);
    }
}

/// awslabs/kinesis-aggregation, the format of the aggregate made by hand from its description:
/// one key "a", one record with key index 0 and data "x".
#[test]
fn a_blob_written_by_hand_is_read() {
    let blob = framed(&[0x0A, 1, b'a', 0x1A, 5, 0x08, 0, 0x1A, 1, b'x']);
    let Aggregation::Aggregated(records) = deaggregate(&blob) else {
        panic!("an aggregate")
    };
    assert_eq!(
        (records[0].partition_key, &blob[records[0].data.clone()]),
        ("a", &b"x"[..])
    );
}

#[test]
fn each_damage_has_its_reason() {
    let mut message = two_records();
    message.records[1].partition_key_index = 2;
    insta::assert_snapshot!(damage(&message), @"record 1 names partition key 2 of 2");
    message = two_records();
    message.records[0].explicit_hash_key_index = Some(u64::MAX);
    insta::assert_snapshot!(damage(&message), @"record 0 names explicit hash key 18446744073709551615 of 1");
    message = two_records();
    message.explicit_hash_key_table[0] = "twelve".into();
    insta::assert_snapshot!(damage(&message), @"an explicit hash key is no decimal number below 2^128");
    message = two_records();
    message.records.clear();
    insta::assert_snapshot!(damage(&message), @"it holds no records");
}

#[test]
fn broken_frames_and_protobufs_have_their_reason() {
    let reason = |blob: &[u8]| match deaggregate(blob) {
        Aggregation::Damaged(damage) => damage,
        other => panic!("read as {other:?}"),
    };
    assert_eq!(reason(&MAGIC), AggregateDamage::TooShort);
    assert_eq!(reason(&framed(b"")[..19]), AggregateDamage::TooShort);
    let mut blob = framed(&two_records().encode_to_vec());
    blob[10] ^= 1;
    assert_eq!(reason(&blob), AggregateDamage::Digest);
    let cut = framed(&two_records().encode_to_vec());
    assert_eq!(reason(&cut[..cut.len() - 1]), AggregateDamage::Digest);

    assert_eq!(
        reason(&framed(&[0x0A, 9, b'a'])),
        AggregateDamage::Protobuf { at: 4 }
    );
    assert_eq!(
        reason(&framed(&[0x0A, 1, 0xFF])),
        AggregateDamage::PartitionKey
    );
    assert_eq!(
        reason(&framed(&[0x1A, 0])),
        AggregateDamage::PartitionKeyMissing { record: 0 }
    );
    let no_data = framed(&[0x0A, 0, 0x1A, 2, 0x08, 0]);
    assert_eq!(reason(&no_data), AggregateDamage::DataMissing { record: 0 });
    // a length that wraps around, a group without end, one that ends as another, an end without a group, groups
    // in groups without end, a varint without end, field number 0
    let endless = [[0x0A].as_slice(), &[0xFF; 9], &[1]].concat();
    let nested = vec![0x4B; 200_000];
    let broken: [&[u8]; 7] = [
        &endless,
        &[0x0B],
        &[0x4B, 0x54],
        &[0x4C],
        &nested,
        &[0xFF; 12],
        &[0x02, 0],
    ];
    for protobuf in broken {
        assert_eq!(
            reason(&framed(protobuf)),
            AggregateDamage::Protobuf { at: 4 },
            "{:?}",
            &protobuf[..protobuf.len().min(20)]
        );
    }
}

#[test]
fn fields_of_a_later_version_are_passed_over() {
    let numbers = [0x28, 7, 0x31, 0, 0, 0, 0, 0, 0, 0, 0, 0x3D, 0, 0, 0, 0];
    let groups = [0x4B, 0x28, 7, 0x53, 0x4A, 1, 0x4C, 0x54, 0x4C];
    for later in [&numbers[..], &groups] {
        let protobuf = [later, &two_records().encode_to_vec()].concat();
        assert!(
            matches!(deaggregate(&framed(&protobuf)), Aggregation::Aggregated(records) if records.len() == 2)
        );
    }
}

#[test]
fn a_blob_full_of_empty_records_is_refused() {
    let flood = [0x1A, 0].repeat(MAX_USER_RECORDS + 1);
    let blob = framed(&flood);
    assert_eq!(
        deaggregate(&blob),
        Aggregation::Damaged(AggregateDamage::TooManyRecords)
    );
}

prop_compose! {
    fn any_aggregate()(
        keys in proptest::collection::vec("\\PC{0,12}", 1..5),
        hashes in proptest::collection::vec(any::<u128>(), 1..4),
    )(
        records in proptest::collection::vec(
            (0..keys.len() as u64, proptest::option::of(0..hashes.len() as u64), any::<Vec<u8>>()),
            1..20,
        ),
        keys in Just(keys),
        hashes in Just(hashes),
    ) -> AggregatedRecord {
        AggregatedRecord {
            partition_key_table: keys,
            explicit_hash_key_table: hashes.iter().map(u128::to_string).collect(),
            records: records.iter().map(|(key, hash, data)| Record {
                tags: vec![Tag { key: "t".into(), value: None }],
                ..record(*key, *hash, data)
            }).collect(),
        }
    }
}

proptest! {
    #[test]
    fn every_record_that_prost_wrote_is_read(message in any_aggregate()) {
        let blob = framed(&message.encode_to_vec());
        let Aggregation::Aggregated(records) = deaggregate(&blob) else {
            return Err(TestCaseError::fail("no aggregate"));
        };
        prop_assert_eq!(records.len(), message.records.len());
        for (read, written) in records.iter().zip(&message.records) {
            prop_assert_eq!(&blob[read.data.clone()], &written.data[..]);
            prop_assert_eq!(read.partition_key, &message.partition_key_table[written.partition_key_index as usize]);
            let hash = written.explicit_hash_key_index.map(|i| message.explicit_hash_key_table[i as usize].clone());
            prop_assert_eq!(read.explicit_hash_key.map(|key| key.to_string()), hash);
        }
    }

    /// What prost accepts is read as prost reads it; the tags are looked at by prost only.
    #[test]
    fn a_disturbed_protobuf_is_read_as_prost_reads_it(
        message in any_aggregate(),
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut protobuf = message.encode_to_vec();
        let at = at.index(protobuf.len());
        protobuf[at] = byte;
        let blob = framed(&protobuf);
        if let Ok(expected) = AggregatedRecord::decode(&protobuf[..]) {
            match deaggregate(&blob) {
                Aggregation::Aggregated(read) => prop_assert_eq!(read.len(), expected.records.len()),
                Aggregation::Damaged(damage) => {
                    prop_assert!(!matches!(damage, AggregateDamage::Protobuf { .. }), "{}", damage);
                }
                Aggregation::Single => prop_assert!(false, "the magic bytes are there"),
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>()) {
        deaggregate(&framed(&bytes));
        deaggregate(&[&MAGIC[..], &bytes].concat());
    }
}
