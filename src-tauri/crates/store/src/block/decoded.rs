//! A block with its payloads: rows, blobs, and the records as they were handed in.

use super::{
    MAX_RECORD_BYTES, Numbers,
    decode::{BlobPlace, Columns, decompress, more_rows},
};
use crate::{
    PreparedRecord, StoreError,
    prepare::{Parts, Row, UserPart},
};

#[derive(Debug)]
pub(crate) struct DecodedBlock {
    pub numbers: Numbers,
    pub columns: Columns,
    blobs: Vec<u8>,
}

impl DecodedBlock {
    pub fn new(numbers: Numbers, columns: Columns, payloads: &[u8]) -> Result<Self, StoreError> {
        let len = columns.blob_bytes();
        if len > MAX_RECORD_BYTES {
            return Err(StoreError::damaged(
                "a block claims to be larger than a block can be",
            ));
        }
        let blobs = decompress(payloads, len)?;
        if blobs.len() == len && numbers.len() == columns.len() {
            Ok(Self {
                numbers,
                columns,
                blobs,
            })
        } else {
            Err(more_rows())
        }
    }

    pub fn blob(&self, place: usize) -> &[u8] {
        let record = &self.columns.records[self.columns.rows[place].record as usize];
        &self.blobs[record.start as usize..(record.start + record.len) as usize]
    }

    pub fn payload(&self, place: usize) -> &[u8] {
        &self.blob(place)[self.columns.row(place).range()]
    }

    /// The key that Kinesis gave for an aggregate.
    pub fn outer_key(&self, place: usize) -> Option<&str> {
        let record = &self.columns.records[self.columns.rows[place].record as usize];
        record
            .outer_key
            .as_ref()
            .map(|range| self.columns.text(range))
    }

    pub fn memory_bytes(&self) -> usize {
        self.columns.memory_bytes() + self.blobs.len()
    }

    /// The records as they were handed in, each with the number of its first row.
    pub fn to_prepared(&self) -> Vec<(u32, PreparedRecord)> {
        let numbers: Vec<u32> = self.numbers.iter().collect();
        let prepared = |record: &BlobPlace| {
            let first = record.first_row as usize;
            (numbers[first], self.prepared_at(first, record))
        };
        self.columns.records.iter().map(prepared).collect()
    }

    fn prepared_at(&self, first: usize, record: &BlobPlace) -> PreparedRecord {
        let row = self.columns.row(first);
        let (key, parts) = if record.parts == 0 {
            let parts = Parts::Whole {
                event_type: row.event_type.map(str::to_owned),
                flags: row.flags,
            };
            (row.partition_key, parts)
        } else {
            let rows = first..first + record.parts as usize;
            let parts = rows
                .map(|place| user_part(self.columns.row(place)))
                .collect();
            (self.outer_key(first), Parts::UserRecords(parts))
        };
        PreparedRecord {
            sequence: record.sequence,
            arrival: record.arrival,
            partition_key: key.map(str::to_owned),
            blob: self.blob(first).to_vec(),
            parts,
        }
    }
}

fn user_part(row: Row) -> UserPart {
    UserPart {
        partition_key: row.partition_key.map(str::to_owned),
        explicit_hash_key: row.explicit_hash_key,
        event_type: row.event_type.map(str::to_owned),
        flags: row.flags,
        start: row.start,
        size_bytes: row.size_bytes,
    }
}
