//! Records to a block. Runs on the submitting thread where it can; the writer only inserts.

use super::{FORMAT, check_of};
use crate::{
    PreparedRecord, StoreError,
    prepare::{Parts, Row},
    varint,
};
use record::SequenceNumber;
use std::{cell::RefCell, collections::HashMap};
use zstd::bulk::Compressor;

const ZSTD_LEVEL: i32 = 1;

#[derive(Debug)]
pub(crate) struct EncodedBlock {
    pub first: SequenceNumber,
    pub last: SequenceNumber,
    pub rows: u32,
    pub arrival_min: i64,
    pub arrival_max: i64,
    /// Of the user records' payloads.
    pub size_bytes: u64,
    /// Of the blobs, before compression.
    pub blob_bytes: u64,
    pub arrivals: Vec<u8>,
    pub columns: Vec<u8>,
    pub payloads: Vec<u8>,
}

/// `records` in sequence order and not empty.
pub(crate) fn encode(records: &[&PreparedRecord]) -> Result<EncodedBlock, StoreError> {
    let (Some(first), Some(last)) = (records.first(), records.last()) else {
        return Err(StoreError::damaged("a block without records"));
    };
    let arrivals = encode_arrivals(records);
    let mut blobs = Vec::with_capacity(records.iter().map(|r| r.blob.len()).sum());
    for record in records {
        blobs.extend_from_slice(&record.blob);
    }
    let times = || records.iter().map(|r| r.arrival.0);
    Ok(EncodedBlock {
        first: first.sequence,
        last: last.sequence,
        rows: records.iter().map(|r| r.rows() as u32).sum(),
        arrival_min: times().min().unwrap_or_default(),
        arrival_max: times().max().unwrap_or_default(),
        size_bytes: records.iter().map(|r| r.size_bytes()).sum(),
        blob_bytes: blobs.len() as u64,
        columns: compress(&encode_columns(records, check_of(&arrivals)))?,
        payloads: compress(&blobs)?,
        arrivals,
    })
}

fn encode_arrivals(records: &[&PreparedRecord]) -> Vec<u8> {
    let mut out = Vec::with_capacity(8 + 2 * records.len());
    let mut previous = 0;
    for record in records {
        for _ in 0..record.rows() {
            varint::put_signed(&mut out, record.arrival.0.wrapping_sub(previous));
            previous = record.arrival.0;
        }
    }
    let check = check_of(&out);
    out.extend_from_slice(&check.to_le_bytes());
    out
}

fn encode_columns(records: &[&PreparedRecord], arrivals_check: u32) -> Vec<u8> {
    let rows = || {
        records
            .iter()
            .flat_map(|record| (0..record.rows()).map(|sub| record.row(sub)))
    };
    let mut out = Vec::with_capacity(64 * records.len());
    out.push(FORMAT);
    out.extend_from_slice(&arrivals_check.to_le_bytes());
    varint::put(&mut out, records.len() as u64);
    put_sequences(&mut out, records);
    for record in records {
        varint::put(
            &mut out,
            if matches!(record.parts, Parts::Whole { .. }) {
                0
            } else {
                record.rows() as u64
            },
        );
    }
    for record in records {
        varint::put(&mut out, record.blob.len() as u64);
    }
    out.extend(rows().map(|row| row.flags.0));
    put_types(&mut out, rows());
    put_texts(&mut out, rows().map(|row| row.partition_key));
    let aggregates = || {
        records
            .iter()
            .filter(|record| !matches!(record.parts, Parts::Whole { .. }))
    };
    put_texts(
        &mut out,
        aggregates().map(|record| record.partition_key.as_deref()),
    );
    for row in aggregates().flat_map(|record| (0..record.rows()).map(|sub| record.row(sub))) {
        varint::put(&mut out, row.start.into());
        varint::put(&mut out, row.size_bytes.into());
        out.push(row.explicit_hash_key.is_some().into());
        out.extend(
            row.explicit_hash_key
                .iter()
                .flat_map(|key| key.0.to_be_bytes()),
        );
    }
    out
}

/// Neighbours share most of their bytes: the length of what is shared, then the rest.
fn put_sequences(out: &mut Vec<u8>, records: &[&PreparedRecord]) {
    let mut previous: &[u8] = &[];
    for record in records {
        let key = record.sequence.as_key();
        let shared = previous.iter().zip(key).take_while(|(a, b)| a == b).count();
        out.push(shared as u8);
        out.push((key.len() - shared) as u8);
        out.extend_from_slice(&key[shared..]);
        previous = key;
    }
}

/// The block's own dictionary, then a number a record; 0 is "none".
fn put_types<'a>(out: &mut Vec<u8>, rows: impl Iterator<Item = Row<'a>>) {
    let mut known: HashMap<&str, u64> = HashMap::new();
    let mut words = Vec::new();
    let codes: Vec<u64> = rows
        .map(|row| {
            row.event_type.map_or(0, |word| {
                *known.entry(word).or_insert_with(|| {
                    words.push(word);
                    words.len() as u64
                })
            })
        })
        .collect();
    varint::put(out, words.len() as u64);
    put_texts(out, words.into_iter().map(Some));
    for code in codes {
        varint::put(out, code);
    }
}

/// All lengths (0 is "none"), then all texts.
fn put_texts<'a>(out: &mut Vec<u8>, texts: impl Iterator<Item = Option<&'a str>> + Clone) {
    for text in texts.clone() {
        varint::put(out, text.map_or(0, |text| text.len() as u64 + 1));
    }
    for text in texts.flatten() {
        out.extend_from_slice(text.as_bytes());
    }
}

fn compress(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    thread_local! {
        static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    }
    COMPRESSOR
        .with_borrow_mut(|slot| {
            let compressor = match slot {
                Some(compressor) => compressor,
                None => slot.insert(new_compressor()?),
            };
            compressor.compress(bytes)
        })
        .map_err(StoreError::Compression)
}

fn new_compressor() -> std::io::Result<Compressor<'static>> {
    let mut compressor = Compressor::new(ZSTD_LEVEL)?;
    compressor.set_parameter(zstd::zstd_safe::CParameter::ChecksumFlag(true))?;
    Ok(compressor)
}
