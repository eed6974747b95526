//! A block's row, without its records: read, and held to its check.

use crate::{
    ShardKey, StoreError,
    block::{Columns, DecodedBlock, NumberRun, Numbers},
    checks::{Head, Sums},
    sql::sequence,
};
use mutants::Mutant;
use record::SequenceNumber;
use rusqlite::Row;

/// A block without its columns and payloads.
#[derive(Clone, Debug)]
pub(crate) struct BlockHeader {
    pub key: i64,
    pub shard: ShardKey,
    pub first: SequenceNumber,
    pub last: SequenceNumber,
    pub rows: u32,
    pub arrival_min: i64,
    pub arrival_max: i64,
    pub size_bytes: u64,
    pub blob_bytes: u64,
    pub numbers: Numbers,
    pub arrivals: Vec<u8>,
    sums: Option<Sums>,
}

impl BlockHeader {
    /// # Errors
    /// [`StoreError::Damaged`] where an index led to another shard's block.
    pub fn of_shard(self, shard: ShardKey) -> Result<Self, StoreError> {
        if self.shard == shard || mutants::is_on(Mutant::ChecksUnread) {
            Ok(self)
        } else {
            Err(StoreError::damaged("a block is listed for another shard"))
        }
    }

    /// # Errors
    /// [`StoreError::Damaged`] where what led to this block is another shard's, or names numbers that it does not have.
    pub fn require_run(&self, shard: ShardKey, run: NumberRun) -> Result<(), StoreError> {
        let is_listed = self.shard == shard && self.numbers.runs().contains(&run);
        if is_listed || mutants::is_on(Mutant::ChecksUnread) {
            Ok(())
        } else {
            Err(StoreError::damaged("a record's number leads elsewhere"))
        }
    }

    pub(super) fn columns(&self, columns: &[u8]) -> Result<Columns, StoreError> {
        self.sums
            .map_or(Ok(()), |sums| sums.require_columns(columns))?;
        Columns::decode(columns, &self.arrivals, self.rows as usize)
    }

    pub(super) fn decoded(
        &self,
        columns: Columns,
        payloads: &[u8],
    ) -> Result<DecodedBlock, StoreError> {
        self.sums
            .map_or(Ok(()), |sums| sums.require_payloads(payloads))?;
        DecodedBlock::new(self.numbers.clone(), columns, payloads)
    }
}

/// The columns of `block` that [`header`] reads, in its order.
pub(crate) const HEADER: &str = "block.key, block.first_sequence, block.last_sequence, block.records, block.arrival_min, \
     block.arrival_max, block.size_bytes, block.blob_bytes, block.numbers, block.shard, block.sums, block.head_check, \
     block.arrivals";
/// How many they are: what a statement asks for besides comes after them.
pub(crate) const HEADER_COLUMNS: usize = 13;

/// The same for [`outline`].
pub(super) const OUTLINE: &str = "block.key, block.first_sequence, block.last_sequence, block.records, block.arrival_min, \
     block.arrival_max, block.size_bytes, block.blob_bytes, block.numbers, block.shard, block.sums, block.head_check";

pub(crate) fn header(row: &Row) -> Result<BlockHeader, StoreError> {
    let sums = verified(row)?;
    let outline = unverified(row)?;
    Ok(BlockHeader {
        key: outline.key,
        shard: row.get(9)?,
        first: outline.first,
        last: outline.last,
        rows: row.get(3)?,
        arrival_min: outline.arrival_min,
        arrival_max: outline.arrival_max,
        size_bytes: row.get::<_, i64>(6)? as u64,
        blob_bytes: row.get::<_, i64>(7)? as u64,
        numbers: outline.numbers,
        arrivals: row.get(12)?,
        sums,
    })
}

pub(super) fn outline(row: &Row) -> Result<BlockOutline, StoreError> {
    verified(row)?;
    unverified(row)
}

fn unverified(row: &Row) -> Result<BlockOutline, StoreError> {
    let numbers = row.get_ref(8)?.as_blob().map_err(rusqlite::Error::from)?;
    Ok(BlockOutline {
        key: row.get(0)?,
        first: sequence(row, 1)?,
        last: sequence(row, 2)?,
        arrival_min: row.get(4)?,
        arrival_max: row.get(5)?,
        numbers: Numbers::from_bytes(numbers, row.get::<_, u32>(3)? as usize)?,
    })
}

fn verified(row: &Row) -> Result<Option<Sums>, StoreError> {
    let blob = |column: usize| {
        row.get_ref(column)?
            .as_blob()
            .map_err(rusqlite::Error::from)
    };
    let head = Head {
        shard: row.get(9)?,
        first: blob(1)?,
        last: blob(2)?,
        figures: [
            row.get(3)?,
            row.get(4)?,
            row.get(5)?,
            row.get(6)?,
            row.get(7)?,
        ],
        numbers: blob(8)?,
    };
    head.verified(row, 10, 11)
}

/// A block without its arrivals: what is kept of many.
#[derive(Clone, Debug)]
pub(crate) struct BlockOutline {
    pub key: i64,
    pub first: SequenceNumber,
    pub last: SequenceNumber,
    pub arrival_min: i64,
    pub arrival_max: i64,
    pub numbers: Numbers,
}

impl From<BlockHeader> for BlockOutline {
    fn from(block: BlockHeader) -> Self {
        Self {
            key: block.key,
            first: block.first,
            last: block.last,
            arrival_min: block.arrival_min,
            arrival_max: block.arrival_max,
            numbers: block.numbers,
        }
    }
}
