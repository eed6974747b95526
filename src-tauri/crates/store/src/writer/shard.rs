//! What the writer remembers of a shard between batches, and writes back with each transaction.

use crate::{ShardKey, StoreError, sql::optional_sequence, tail};
use record::SequenceNumber;
use rusqlite::{Connection, params};

#[derive(Clone, Debug)]
pub(crate) struct ShardState {
    pub next_number: u64,
    pub records: u64,
    pub size_bytes: u64,
    /// The highest that was ever stored: a batch beyond it cannot hold a duplicate.
    pub last_sequence: Option<SequenceNumber>,
    pub arrivals: Option<(i64, i64)>,
    pub tail_rows: u64,
    pub tail_bytes: u64,
}

impl ShardState {
    pub fn load(connection: &Connection, shard: ShardKey) -> Result<Self, StoreError> {
        let (tail_rows, tail_bytes) = tail::extent(connection, shard)?;
        let mut statement = connection.prepare_cached(
            "SELECT next_number, records, size_bytes, last_sequence, arrival_min, arrival_max FROM shard WHERE key = ?",
        )?;
        let mut rows = statement.query([shard])?;
        let row = rows.next()?.ok_or(StoreError::UnknownShard(shard))?;
        Ok(Self {
            next_number: row.get::<_, i64>(0)? as u64,
            records: row.get::<_, i64>(1)? as u64,
            size_bytes: row.get::<_, i64>(2)? as u64,
            last_sequence: optional_sequence(row, 3)?,
            arrivals: row.get::<_, Option<i64>>(4)?.zip(row.get(5)?),
            tail_rows,
            tail_bytes,
        })
    }

    pub fn save(&self, connection: &Connection, shard: ShardKey) -> Result<(), StoreError> {
        let (arrival_min, arrival_max) = self.arrivals.unzip();
        connection
            .prepare_cached(
                "UPDATE shard SET next_number = ?, records = ?, size_bytes = ?, last_sequence = ?, arrival_min = ?,
                    arrival_max = ? WHERE key = ?",
            )?
            .execute(params![
                self.next_number as i64,
                self.records as i64,
                self.size_bytes as i64,
                self.last_sequence.as_ref().map(SequenceNumber::as_key),
                arrival_min,
                arrival_max,
                shard
            ])?;
        Ok(())
    }

    /// Gives out the numbers for so many rows.
    pub fn take_numbers(&mut self, shard: ShardKey, rows: u64) -> Result<u32, StoreError> {
        let first = self.next_number;
        if first + rows > tail::NUMBERS_END {
            return Err(StoreError::ShardFull(shard));
        }
        self.next_number += rows;
        self.records += rows;
        Ok(first as u32)
    }

    pub fn saw(&mut self, last: SequenceNumber, arrival_min: i64, arrival_max: i64) {
        self.last_sequence = self.last_sequence.max(Some(last));
        let (min, max) = self.arrivals.unwrap_or((arrival_min, arrival_max));
        self.arrivals = Some((min.min(arrival_min), max.max(arrival_max)));
    }
}
