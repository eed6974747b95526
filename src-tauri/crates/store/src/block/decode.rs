//! A block's columns back to rows. Takes nothing on trust: every length is checked, and what does not
//! fit together is damage, never a wrong row.

use super::{FORMAT, MAX_RECORD_BYTES, check_of};
use crate::{
    StoreError,
    prepare::{RecordFlags, Row},
    varint::Reader,
};
use record::{HashKey, Millis, SequenceNumber};
use std::{cell::RefCell, ops::Range};
use zstd::bulk::Decompressor;

/// The largest columns: those of an aggregate with a million user records.
const MAX_COLUMN_BYTES: usize = 2 * MAX_RECORD_BYTES;

/// Everything but the payloads.
#[derive(Debug)]
pub(crate) struct Columns {
    text: Vec<u8>,
    pub(super) records: Vec<BlobPlace>,
    pub(super) rows: Vec<RowPlace>,
    types: Vec<Range<u32>>,
}

#[derive(Debug)]
pub(super) struct BlobPlace {
    pub(super) sequence: SequenceNumber,
    pub(super) arrival: Millis,
    pub(super) start: u32,
    pub(super) len: u32,
    pub(super) first_row: u32,
    /// User records, 0 where the blob is the record.
    pub(super) parts: u32,
    pub(super) outer_key: Option<Range<u32>>,
}

#[derive(Debug)]
pub(super) struct RowPlace {
    pub(super) record: u32,
    pub(super) flags: RecordFlags,
    pub(super) event_type: u32,
    pub(super) partition_key: Option<Range<u32>>,
    pub(super) explicit_hash_key: Option<HashKey>,
    pub(super) start: u32,
    pub(super) size_bytes: u32,
}

pub(crate) fn arrivals(bytes: &[u8], rows: usize) -> Result<Vec<i64>, StoreError> {
    let (deltas, check) = bytes
        .split_last_chunk()
        .ok_or_else(|| StoreError::damaged("a block has no arrivals"))?;
    if check_of(deltas) != u32::from_le_bytes(*check) {
        return Err(StoreError::damaged(
            "a block's arrival times do not match their check",
        ));
    }
    let mut reader = Reader::new(deltas);
    let mut times = Vec::with_capacity(rows.min(deltas.len()));
    let mut time = 0i64;
    for _ in 0..rows {
        time = time.wrapping_add(reader.signed()?);
        times.push(time);
    }
    reader.finish()?;
    Ok(times)
}

impl Columns {
    /// `compressed_arrivals` is the block's other part, `rows` what the block says it holds.
    pub fn decode(
        compressed: &[u8],
        compressed_arrivals: &[u8],
        rows: usize,
    ) -> Result<Self, StoreError> {
        let text = decompress(compressed, MAX_COLUMN_BYTES)?;
        let times = arrivals(compressed_arrivals, rows)?;
        let mut reader = Reader::new(&text);
        if reader.byte()? != FORMAT {
            return Err(StoreError::damaged("a block is of an unknown format"));
        }
        if reader.take(4)? != check_of(compressed_arrivals).to_le_bytes() {
            return Err(StoreError::damaged(
                "a block's columns and arrival times are not of one block",
            ));
        }
        let count = reader.u32()? as usize;
        if count > rows {
            return Err(StoreError::damaged("a block has more blobs than records"));
        }
        let mut records = read_records(&mut reader, count, &times)?;
        let mut places = read_rows(&mut reader, &records, rows)?;
        let words = reader.u32()? as usize;
        let types = read_texts(&mut reader, words)?
            .into_iter()
            .flatten()
            .collect::<Vec<_>>();
        for place in &mut places {
            place.event_type = reader.u32()?;
            if place.event_type as usize > types.len() {
                return Err(StoreError::damaged(
                    "a block's record has a type that is not there",
                ));
            }
        }
        let keys = read_texts(&mut reader, rows)?;
        for (place, key) in places.iter_mut().zip(keys) {
            place.partition_key = key;
        }
        read_aggregates(&mut reader, &mut records, &mut places)?;
        reader.finish()?;
        let columns = Self {
            text,
            records,
            rows: places,
            types,
        };
        columns.check_texts()?;
        Ok(columns)
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn row(&self, place: usize) -> Row<'_> {
        let row = &self.rows[place];
        let record = &self.records[row.record as usize];
        let event_type = row
            .event_type
            .checked_sub(1)
            .map(|word| &self.types[word as usize]);
        Row {
            sequence: record.sequence,
            sub: place as u32 - record.first_row,
            arrival: record.arrival,
            partition_key: row.partition_key.as_ref().map(|range| self.text(range)),
            explicit_hash_key: row.explicit_hash_key,
            event_type: event_type.map(|range| self.text(range)),
            flags: row.flags,
            start: row.start,
            size_bytes: row.size_bytes,
        }
    }

    /// What the columns take in memory, for the cache's budget.
    pub fn memory_bytes(&self) -> usize {
        self.text.len()
            + self.records.len() * size_of::<BlobPlace>()
            + self.rows.len() * size_of::<RowPlace>()
    }

    pub(super) fn text(&self, range: &Range<u32>) -> &str {
        // checked when the block was decoded
        std::str::from_utf8(&self.text[range.start as usize..range.end as usize])
            .unwrap_or_default()
    }

    fn check_texts(&self) -> Result<(), StoreError> {
        let keys = self
            .rows
            .iter()
            .filter_map(|row| row.partition_key.as_ref());
        let outer = self
            .records
            .iter()
            .filter_map(|record| record.outer_key.as_ref());
        for range in self.types.iter().chain(keys).chain(outer) {
            std::str::from_utf8(&self.text[range.start as usize..range.end as usize])
                .map_err(|_| StoreError::damaged("a text in a block is no UTF-8"))?;
        }
        Ok(())
    }

    pub(super) fn blob_bytes(&self) -> usize {
        self.records
            .last()
            .map_or(0, |record| record.start as usize + record.len as usize)
    }
}

fn read_records(
    reader: &mut Reader,
    count: usize,
    times: &[i64],
) -> Result<Vec<BlobPlace>, StoreError> {
    let mut records = Vec::with_capacity(count);
    let mut key: Vec<u8> = Vec::new();
    for _ in 0..count {
        let (shared, rest) = (usize::from(reader.byte()?), usize::from(reader.byte()?));
        if shared > key.len() {
            return Err(StoreError::damaged(
                "a sequence number in a block does not fit its neighbour",
            ));
        }
        key.truncate(shared);
        key.extend_from_slice(reader.take(rest)?);
        let sequence =
            SequenceNumber::from_key(&key).map_err(|e| StoreError::damaged(e.to_string()))?;
        records.push(BlobPlace {
            sequence,
            arrival: Millis(0),
            start: 0,
            len: 0,
            first_row: 0,
            parts: 0,
            outer_key: None,
        });
    }
    let mut row = 0usize;
    for record in &mut records {
        record.parts = reader.u32()?;
        record.first_row = row as u32;
        record.arrival = times.get(row).map(|&t| Millis(t)).ok_or_else(more_rows)?;
        row += record.parts.max(1) as usize;
    }
    if row != times.len() {
        return Err(more_rows());
    }
    let mut start = 0u32;
    for record in &mut records {
        record.start = start;
        record.len = reader.u32()?;
        start = start.checked_add(record.len).ok_or_else(more_rows)?;
    }
    Ok(records)
}

pub(super) fn more_rows() -> StoreError {
    StoreError::damaged("a block's parts do not add up")
}

fn read_rows(
    reader: &mut Reader,
    records: &[BlobPlace],
    rows: usize,
) -> Result<Vec<RowPlace>, StoreError> {
    let mut places = Vec::with_capacity(rows);
    for (index, record) in records.iter().enumerate() {
        for _ in 0..record.parts.max(1) {
            places.push(RowPlace {
                record: index as u32,
                flags: RecordFlags(reader.byte()?),
                event_type: 0,
                partition_key: None,
                explicit_hash_key: None,
                start: 0,
                size_bytes: record.len,
            });
        }
    }
    Ok(places)
}

fn read_texts(reader: &mut Reader, count: usize) -> Result<Vec<Option<Range<u32>>>, StoreError> {
    let mut lengths = Vec::new();
    for _ in 0..count {
        lengths.push(reader.u32()?.checked_sub(1));
    }
    let mut texts = Vec::with_capacity(count);
    for len in lengths {
        texts.push(match len {
            None => None,
            Some(len) => {
                let start = reader.at() as u32;
                reader.take(len as usize)?;
                Some(start..start + len)
            }
        });
    }
    Ok(texts)
}

fn read_aggregates(
    reader: &mut Reader,
    records: &mut [BlobPlace],
    rows: &mut [RowPlace],
) -> Result<(), StoreError> {
    let aggregates = records.iter().filter(|record| record.parts > 0).count();
    let outer_keys = read_texts(reader, aggregates)?;
    for (record, key) in records
        .iter_mut()
        .filter(|record| record.parts > 0)
        .zip(outer_keys)
    {
        record.outer_key = key;
    }
    for row in rows {
        let record = &records[row.record as usize];
        if record.parts == 0 {
            continue;
        }
        row.start = reader.u32()?;
        row.size_bytes = reader.u32()?;
        if u64::from(row.start) + u64::from(row.size_bytes) > u64::from(record.len) {
            return Err(StoreError::damaged(
                "a user record lies outside its aggregate",
            ));
        }
        if reader.byte()? != 0 {
            let mut bytes = [0; 16];
            bytes.copy_from_slice(reader.take(16)?);
            row.explicit_hash_key = Some(HashKey(u128::from_be_bytes(bytes)));
        }
    }
    Ok(())
}

/// `limit` bounds what a damaged frame can make us allocate.
pub(super) fn decompress(compressed: &[u8], limit: usize) -> Result<Vec<u8>, StoreError> {
    thread_local! {
        static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
    }
    let damaged = |e: std::io::Error| StoreError::damaged(format!("a block does not unpack ({e})"));
    let claimed = Decompressor::upper_bound(compressed).unwrap_or(limit);
    if claimed > limit {
        return Err(StoreError::damaged(
            "a block claims to be larger than a block can be",
        ));
    }
    DECOMPRESSOR.with_borrow_mut(|slot| {
        let decompressor = match slot {
            Some(decompressor) => decompressor,
            None => slot.insert(Decompressor::new().map_err(damaged)?),
        };
        decompressor
            .decompress(compressed, claimed)
            .map_err(damaged)
    })
}
