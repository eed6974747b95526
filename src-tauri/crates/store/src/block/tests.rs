//! Blocks against the records that they are made of.

use super::*;
use crate::{
    PreparedRecord, RecordFlags, StoreError,
    prepare::{Parts, UserPart},
};
use proptest::prelude::*;
use record::{HashKey, Millis};

fn text() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop_oneof![
        "[a-c]{0,3}",
        ".{0,12}",
        Just("nul \0 and \u{202e}".to_owned())
    ])
}

fn user_part(blob_bytes: u32) -> impl Strategy<Value = UserPart> {
    let range = (0..=blob_bytes).prop_flat_map(move |start| (Just(start), 0..=blob_bytes - start));
    (
        text(),
        prop::option::of(any::<u128>()),
        text(),
        0u8..8,
        range,
    )
        .prop_map(
            |(partition_key, hash_key, event_type, flags, (start, size_bytes))| UserPart {
                partition_key,
                explicit_hash_key: hash_key.map(HashKey),
                event_type,
                flags: RecordFlags(flags),
                start,
                size_bytes,
            },
        )
}

fn prepared() -> impl Strategy<Value = PreparedRecord> {
    let blob = prop_oneof![4 => prop::collection::vec(any::<u8>(), 0..60), 1 => prop::collection::vec(0u8..4, 0..3_000)];
    (blob, text(), text(), any::<i64>(), 0u8..8).prop_flat_map(
        |(blob, key, event_type, arrival, flags)| {
            let whole = Just(Parts::Whole {
                event_type,
                flags: RecordFlags(flags),
            });
            let parts = prop::collection::vec(user_part(blob.len() as u32), 1..6)
                .prop_map(Parts::UserRecords);
            prop_oneof![3 => whole, 1 => parts].prop_map(move |parts| PreparedRecord {
                sequence: "0".parse().expect("digits"),
                arrival: Millis(arrival),
                partition_key: key.clone(),
                blob: blob.clone(),
                parts,
            })
        },
    )
}

fn records() -> impl Strategy<Value = Vec<PreparedRecord>> {
    let numbers = prop::collection::btree_set("[1-9][0-9]{0,56}", 1..40);
    (numbers, prop::collection::vec(prepared(), 40)).prop_map(|(numbers, mut records)| {
        let mut sequences: Vec<record::SequenceNumber> = numbers
            .iter()
            .map(|text| text.parse().expect("digits"))
            .collect();
        sequences.sort();
        records.truncate(sequences.len());
        for (record, sequence) in records.iter_mut().zip(sequences) {
            record.sequence = sequence;
        }
        records
    })
}

fn decode(block: &EncodedBlock) -> Result<DecodedBlock, StoreError> {
    let mut numbers = Numbers::default();
    numbers.push(7, block.rows);
    let columns = Columns::decode(&block.columns, &block.arrivals, block.rows as usize)?;
    DecodedBlock::new(numbers, columns, &block.payloads)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_block_gives_back_its_records(records in records()) {
        let block = encode(&records.iter().collect::<Vec<_>>()).expect("a block");
        let decoded = decode(&block).expect("the block");
        let mut place = 0;
        for record in &records {
            for sub in 0..record.rows() {
                prop_assert_eq!(decoded.columns.row(place), record.row(sub));
                prop_assert_eq!(decoded.blob(place), record.blob.as_slice());
                prop_assert_eq!(decoded.payload(place), &record.blob[record.row(sub).range()]);
                place += 1;
            }
        }
        prop_assert_eq!(place, decoded.columns.len());
        let back: Vec<PreparedRecord> = decoded.to_prepared().into_iter().map(|(_, record)| record).collect();
        prop_assert_eq!(&back, &records);
        prop_assert_eq!(block.size_bytes, records.iter().map(PreparedRecord::size_bytes).sum::<u64>());
    }

    /// Wherever one run of records is cut, the pieces hold the same.
    #[test]
    fn every_cut_gives_the_same_records(records in records(), at in any::<prop::sample::Index>()) {
        let at = at.index(records.len());
        let pieces = [&records[..at], &records[at..]];
        let mut back = Vec::new();
        for piece in pieces.into_iter().filter(|piece| !piece.is_empty()) {
            let block = encode(&piece.iter().collect::<Vec<_>>()).expect("a block");
            back.extend(decode(&block).expect("the block").to_prepared().into_iter().map(|(_, record)| record));
        }
        prop_assert_eq!(back, records);
    }

    #[test]
    fn cuts_keep_the_limits_and_lose_nothing(sizes in prop::collection::vec((0usize..40_000, 1usize..90), 0..80)) {
        let records: Vec<PreparedRecord> = sizes.iter().map(|&(bytes, rows)| of_size(bytes, rows)).collect();
        let cuts = cut(&records.iter());
        prop_assert_eq!(cuts.iter().flat_map(Clone::clone).collect::<Vec<_>>(), (0..records.len()).collect::<Vec<_>>());
        for piece in cuts {
            let rows: usize = records[piece.clone()].iter().map(PreparedRecord::rows).sum();
            let bytes: usize = records[piece.clone()].iter().map(|r| r.blob.len()).sum();
            prop_assert!(piece.len() == 1 || (rows <= MAX_ROWS && bytes <= MAX_BLOB_BYTES));
        }
    }

    /// A flipped bit is told or changes nothing.
    #[test]
    fn damage_is_told(records in records(), part in 0..3, at in any::<prop::sample::Index>(), bit in 0u32..8) {
        let sound = encode(&records.iter().collect::<Vec<_>>()).expect("a block");
        let mut block = encode(&records.iter().collect::<Vec<_>>()).expect("a block");
        let bytes = [&mut block.arrivals, &mut block.columns, &mut block.payloads][part as usize].as_mut_slice();
        let place = at.index(bytes.len());
        bytes[place] ^= 1u8 << bit;
        match decode(&block) {
            Ok(decoded) => prop_assert_eq!(decoded.to_prepared(), decode(&sound).expect("the block").to_prepared()),
            Err(error) => {
                let told = matches!(error, StoreError::Damaged { .. });
                prop_assert!(told, "{error}");
            }
        }
    }

    #[test]
    fn any_bytes_are_decoded_without_a_panic(arrivals: Vec<u8>, columns: Vec<u8>, rows in 0usize..2_000) {
        let _ = super::arrivals(&arrivals, rows);
        let _ = Columns::decode(&columns, &arrivals, rows);
        let packed = zstd::bulk::compress(&columns, 1).expect("packed");
        let _ = Columns::decode(&packed, &arrivals, rows);
    }
}

fn of_size(bytes: usize, rows: usize) -> PreparedRecord {
    let part = UserPart {
        partition_key: None,
        explicit_hash_key: None,
        event_type: None,
        flags: RecordFlags::NONE,
        start: 0,
        size_bytes: 0,
    };
    PreparedRecord {
        sequence: "1".parse().expect("digits"),
        arrival: Millis(0),
        partition_key: None,
        blob: vec![0; bytes],
        parts: Parts::UserRecords(vec![part; rows]),
    }
}
