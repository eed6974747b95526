//! The tail: records that are stored and not sealed yet, one row each, payload inline.

use crate::{
    PreparedRecord, RecordId, ShardKey, StoreError, checks,
    prepare::{Parts, RecordFlags, Row, UserPart},
    sql::{millis, sequence},
};
use record::{HashKey, SequenceNumber};
use rusqlite::{Connection, OptionalExtension, params};
use std::ops::Range;

/// The highest number, one past the end: `RecordId`s of a shard are `shard * 2^32 + number`.
pub(crate) const NUMBERS_END: u64 = 1 << 32;

/// A Kinesis record in the tail, with the number of its first row.
pub(crate) type TailRecord = (u32, PreparedRecord);

/// `number` is that of the first row; the caller counts on by [`PreparedRecord::rows`].
pub(crate) fn insert(
    connection: &Connection,
    shard: ShardKey,
    number: u32,
    record: &PreparedRecord,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO tail (id, sequence, sub, arrival, partition_key, explicit_hash_key, event_type, flags, start,
                           size_bytes, outer_key, blob, row_check)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    let outer_key = match record.parts {
        Parts::Whole { .. } => None,
        Parts::UserRecords(_) => record.partition_key.as_deref(),
    };
    for sub in 0..record.rows() {
        let row = record.row(sub);
        let id = RecordId::new(shard, number + row.sub);
        let outer_key = outer_key.filter(|_| sub == 0);
        let blob = (sub == 0).then_some(record.blob.as_slice());
        statement.execute(params![
            id,
            row.sequence.as_key(),
            row.sub,
            row.arrival.0,
            row.partition_key,
            row.explicit_hash_key.map(|key| key.0.to_be_bytes()),
            row.event_type,
            row.flags.0,
            row.start,
            row.size_bytes,
            outer_key,
            blob,
            checks::tail_row(id.0, &row, outer_key, blob)
        ])?;
    }
    Ok(())
}

/// The records whose rows have these numbers, in that order. Both ends must lie between records:
/// where a transaction or a block ended.
pub(crate) fn records(
    connection: &Connection,
    shard: ShardKey,
    numbers: Range<u64>,
) -> Result<Vec<TailRecord>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, sequence, sub, arrival, partition_key, explicit_hash_key, event_type, flags, start, size_bytes,
                outer_key, blob, row_check
         FROM tail WHERE id >= ? AND id < ? ORDER BY id",
    )?;
    let start = shard.0 << 32;
    let mut rows = statement.query([start + numbers.start as i64, start + numbers.end as i64])?;
    let mut found: Vec<TailRecord> = Vec::new();
    while let Some(row) = rows.next()? {
        read_row(row, &mut found)?;
    }
    Ok(found)
}

/// The records that hold the rows from `first` to `last`, whole. A tail is small: what lies between
/// is read too.
pub(crate) fn records_around(
    connection: &Connection,
    shard: ShardKey,
    first: u32,
    last: u32,
) -> Result<Vec<TailRecord>, StoreError> {
    let start: Option<i64> = connection
        .prepare_cached("SELECT id - sub FROM tail WHERE id >= ? AND id <= ? ORDER BY id LIMIT 1")?
        .query_row(
            [RecordId::new(shard, first), RecordId::new(shard, last)],
            |row| row.get(0),
        )
        .optional()?;
    let Some(start) = start else {
        return Ok(Vec::new());
    };
    let end: Option<i64> = connection
        .prepare_cached(
            "SELECT id FROM tail WHERE id > ? AND id < ? AND sub = 0 ORDER BY id LIMIT 1",
        )?
        .query_row([RecordId::new(shard, last).0, (shard.0 + 1) << 32], |row| {
            row.get(0)
        })
        .optional()?;
    let number = |id: i64| (id - (shard.0 << 32)) as u64;
    records(
        connection,
        shard,
        number(start)..end.map_or(NUMBERS_END, number),
    )
}

fn require_check(row: &rusqlite::Row) -> Result<(), StoreError> {
    let hash_key: Option<[u8; 16]> = row.get(5)?;
    let [key, event_type, outer_key]: [Option<String>; 3] =
        [row.get(4)?, row.get(6)?, row.get(10)?];
    let blob = row
        .get_ref(11)?
        .as_blob_or_null()
        .map_err(rusqlite::Error::from)?;
    let stored = Row {
        sequence: sequence(row, 1)?,
        sub: row.get(2)?,
        arrival: millis(row, 3)?,
        partition_key: key.as_deref(),
        explicit_hash_key: hash_key.map(|bytes| HashKey(u128::from_be_bytes(bytes))),
        event_type: event_type.as_deref(),
        flags: RecordFlags(row.get(7)?),
        start: row.get(8)?,
        size_bytes: row.get(9)?,
    };
    let id = row.get(0)?;
    checks::require_tail_row(row.get_ref(12)?, || {
        checks::tail_row(id, &stored, outer_key.as_deref(), blob)
    })
}

fn read_row(row: &rusqlite::Row, found: &mut Vec<TailRecord>) -> Result<(), StoreError> {
    require_check(row)?;
    let flags = RecordFlags(row.get(7)?);
    let sub: u32 = row.get(2)?;
    if sub == 0 {
        let blob = row
            .get::<_, Option<Vec<u8>>>(11)?
            .ok_or_else(|| StoreError::damaged("a record lost its payload"))?;
        let whole = !flags.has(RecordFlags::KPL_PART);
        let parts = if whole {
            Parts::Whole {
                event_type: row.get(6)?,
                flags,
            }
        } else {
            Parts::UserRecords(vec![user_part(row, flags)?])
        };
        let prepared = PreparedRecord {
            sequence: sequence(row, 1)?,
            arrival: millis(row, 3)?,
            partition_key: row.get(if whole { 4 } else { 10 })?,
            blob,
            parts,
        };
        found.push((RecordId(row.get(0)?).number(), prepared));
        return Ok(());
    }
    match found.last_mut().map(|(_, record)| &mut record.parts) {
        Some(Parts::UserRecords(parts)) if parts.len() == sub as usize => {
            parts.push(user_part(row, flags)?);
        }
        _ => return Err(StoreError::damaged("a user record lost its aggregate")),
    }
    Ok(())
}

fn user_part(row: &rusqlite::Row, flags: RecordFlags) -> Result<UserPart, StoreError> {
    let hash_key: Option<[u8; 16]> = row.get(5)?;
    Ok(UserPart {
        partition_key: row.get(4)?,
        explicit_hash_key: hash_key.map(|bytes| HashKey(u128::from_be_bytes(bytes))),
        event_type: row.get(6)?,
        flags,
        start: row.get(8)?,
        size_bytes: row.get(9)?,
    })
}

/// Sequence numbers from `first` to `last` that are in the tail.
pub(crate) fn sequences(
    connection: &Connection,
    shard: ShardKey,
    first: SequenceNumber,
    last: SequenceNumber,
) -> Result<Vec<SequenceNumber>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence FROM tail
         WHERE id >= ? AND id < ? AND sub = 0 AND sequence BETWEEN ? AND ?",
    )?;
    let start = shard.0 << 32;
    let mut rows = statement.query(params![
        start,
        start + NUMBERS_END as i64,
        first.as_key(),
        last.as_key()
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(sequence(row, 0)?);
    }
    Ok(found)
}

pub(crate) fn remove(
    connection: &Connection,
    shard: ShardKey,
    number: u32,
    rows: usize,
) -> Result<(), StoreError> {
    let first = RecordId::new(shard, number).0;
    connection
        .prepare_cached("DELETE FROM tail WHERE id >= ? AND id < ?")?
        .execute(params![first, first + rows as i64])?;
    Ok(())
}

/// Rows and bytes of blobs.
pub(crate) fn extent(connection: &Connection, shard: ShardKey) -> Result<(u64, u64), StoreError> {
    let start = shard.0 << 32;
    let extent = connection
        .prepare_cached(
            "SELECT count(*), coalesce(sum(length(blob)), 0) FROM tail WHERE id >= ? AND id < ?",
        )?
        .query_row([start, start + NUMBERS_END as i64], |row| {
            Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64))
        })?;
    Ok(extent)
}

pub(crate) fn shards(connection: &Connection) -> Result<Vec<ShardKey>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT DISTINCT id >> 32 FROM tail")?;
    let found = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(found)
}
