//! The tables of sealed blocks: put, find, read, remove. What is in a block: `block`.

mod header;

pub(crate) use header::{BlockHeader, BlockOutline, HEADER, HEADER_COLUMNS, header};

use crate::{
    ShardKey, StoreError,
    block::{Columns, DecodedBlock, EncodedBlock, NumberRun, Numbers},
    checks::{Head, Sums},
};
use mutants::Mutant;
use record::SequenceNumber;
use rusqlite::{Connection, OptionalExtension, Row, params};

pub(crate) fn put(
    connection: &Connection,
    shard: ShardKey,
    block: &EncodedBlock,
    numbers: &Numbers,
) -> Result<(), StoreError> {
    let (sums, numbers_bytes) = (
        Sums::of(&block.columns, &block.payloads),
        numbers.to_bytes(),
    );
    let (size_bytes, blob_bytes) = (block.size_bytes as i64, block.blob_bytes as i64);
    let head = Head {
        shard,
        first: block.first.as_key(),
        last: block.last.as_key(),
        figures: [
            block.rows.into(),
            block.arrival_min,
            block.arrival_max,
            size_bytes,
            blob_bytes,
        ],
        numbers: &numbers_bytes,
    };
    let key = connection
        .prepare_cached(
            "INSERT INTO block (shard, first_sequence, last_sequence, records, arrival_min, arrival_max, size_bytes,
                                blob_bytes, numbers, arrivals, sums, head_check)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .insert(params![
            shard,
            head.first,
            head.last,
            block.rows,
            block.arrival_min,
            block.arrival_max,
            size_bytes,
            blob_bytes,
            numbers_bytes,
            block.arrivals,
            sums.as_bytes(),
            head.check(sums)
        ])?;
    connection
        .prepare_cached("INSERT INTO block_data (block, columns, payloads) VALUES (?, ?, ?)")?
        .execute(params![key, block.columns, block.payloads])?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO run (shard, first_number, records, block) VALUES (?, ?, ?, ?)",
    )?;
    for run in numbers.runs() {
        statement.execute(params![shard, run.first, run.records, key])?;
    }
    Ok(())
}

pub(crate) fn remove(connection: &Connection, key: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM run WHERE block = ?")?
        .execute([key])?;
    connection
        .prepare_cached("DELETE FROM block_data WHERE block = ?")?
        .execute([key])?;
    connection
        .prepare_cached("DELETE FROM block WHERE key = ?")?
        .execute([key])?;
    Ok(())
}

/// The last block that starts at or before `sequence`.
pub(crate) fn at_or_before(
    connection: &Connection,
    shard: ShardKey,
    sequence: SequenceNumber,
) -> Result<Option<BlockHeader>, StoreError> {
    one(
        connection,
        &format!(
            "SELECT {HEADER} FROM block WHERE shard = ? AND first_sequence <= ? ORDER BY first_sequence DESC LIMIT 1"
        ),
        shard,
        sequence,
    )
}

pub(crate) fn after(
    connection: &Connection,
    shard: ShardKey,
    sequence: SequenceNumber,
) -> Result<Option<BlockHeader>, StoreError> {
    one(
        connection,
        &format!(
            "SELECT {HEADER} FROM block WHERE shard = ? AND first_sequence > ? ORDER BY first_sequence LIMIT 1"
        ),
        shard,
        sequence,
    )
}

fn one(
    connection: &Connection,
    sql: &str,
    shard: ShardKey,
    sequence: SequenceNumber,
) -> Result<Option<BlockHeader>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![shard, sequence.as_key()])?;
    let found = rows.next()?.map(header).transpose()?;
    found.map(|block| block.of_shard(shard)).transpose()
}

/// Blocks with a record from `first` to `last`, in sequence order.
pub(crate) fn overlapping(
    connection: &Connection,
    shard: ShardKey,
    first: SequenceNumber,
    last: SequenceNumber,
) -> Result<Vec<BlockHeader>, StoreError> {
    let mut found: Vec<_> = at_or_before(connection, shard, first)?
        .into_iter()
        .filter(|b| b.last >= first)
        .collect();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {HEADER} FROM block WHERE shard = ? AND first_sequence > ? AND first_sequence <= ? ORDER BY first_sequence"
    ))?;
    let mut rows = statement.query(params![shard, first.as_key(), last.as_key()])?;
    while let Some(row) = rows.next()? {
        found.push(header(row)?.of_shard(shard)?);
    }
    Ok(found)
}

/// The block that holds a record's number.
pub(crate) fn with_number(
    connection: &Connection,
    shard: ShardKey,
    number: u32,
) -> Result<Option<BlockHeader>, StoreError> {
    let Some((_, key)) = run_with(connection, shard, number)? else {
        return Ok(None);
    };
    let block = by_key(connection, key)?;
    let holds_it = block.shard == shard && block.numbers.place_of(number).is_some();
    if holds_it || mutants::is_on(Mutant::ChecksUnread) {
        Ok(Some(block))
    } else {
        Err(StoreError::damaged("a record's number leads elsewhere"))
    }
}

/// Whether the shard's blocks hold all records of these numbers.
pub(crate) fn hold_all(
    connection: &Connection,
    shard: ShardKey,
    numbers: &Numbers,
) -> Result<bool, StoreError> {
    for run in numbers.runs() {
        let mut next = u64::from(run.first);
        while next < run.end() {
            let Some((end, _)) = run_with(connection, shard, next as u32)? else {
                return Ok(false);
            };
            next = end;
        }
    }
    Ok(true)
}

/// Of the run that a record's number is in, the number after its last one, and its block.
fn run_with(
    connection: &Connection,
    shard: ShardKey,
    number: u32,
) -> Result<Option<(u64, i64)>, StoreError> {
    let found: Option<(u64, i64)> = connection
        .prepare_cached(
            "SELECT first_number + records, block FROM run WHERE shard = ? AND first_number <= ?
             ORDER BY first_number DESC LIMIT 1",
        )?
        .query_row(params![shard, number], |row| {
            Ok((row.get::<_, i64>(0)? as u64, row.get(1)?))
        })
        .optional()?;
    Ok(found.filter(|(end, _)| u64::from(number) < *end))
}

fn by_key(connection: &Connection, key: i64) -> Result<BlockHeader, StoreError> {
    find(connection, key)?.ok_or_else(|| StoreError::damaged("a block is missing"))
}

/// Nothing if the block is gone: its records are in others then, or deleted.
pub(crate) fn find(connection: &Connection, key: i64) -> Result<Option<BlockHeader>, StoreError> {
    let mut statement =
        connection.prepare_cached(&format!("SELECT {HEADER} FROM block WHERE key = ?"))?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(header).transpose()
}

/// The block that a run of a shard's numbers leads to.
pub(crate) fn of_run(
    connection: &Connection,
    shard: ShardKey,
    run: NumberRun,
    key: i64,
) -> Result<BlockHeader, StoreError> {
    let block = by_key(connection, key)?;
    block.require_run(shard, run)?;
    Ok(block)
}

/// All blocks of a shard, in sequence order.
pub(crate) fn outlines(
    connection: &Connection,
    shard: ShardKey,
) -> Result<Vec<BlockOutline>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {} FROM block WHERE shard = ? ORDER BY first_sequence",
        header::OUTLINE
    ))?;
    let mut rows = statement.query([shard])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if row.get::<_, ShardKey>(9)? != shard && !mutants::is_on(Mutant::ChecksUnread) {
            return Err(StoreError::damaged("a block is listed for another shard"));
        }
        found.push(header::outline(row)?);
    }
    Ok(found)
}

/// A block as it lies in the database, to be decoded elsewhere.
#[derive(Debug)]
pub(crate) struct RawBlock {
    pub header: BlockHeader,
    columns: Vec<u8>,
    payloads: Vec<u8>,
}

impl RawBlock {
    pub fn columns(&self) -> Result<Columns, StoreError> {
        self.header.columns(&self.columns)
    }

    pub fn decode(&self) -> Result<DecodedBlock, StoreError> {
        self.header.decoded(self.columns()?, &self.payloads)
    }
}

/// Nothing if the block is gone.
pub(crate) fn raw(connection: &Connection, key: i64) -> Result<Option<RawBlock>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {HEADER}, block_data.columns, block_data.payloads
         FROM block JOIN block_data ON block_data.block = block.key WHERE block.key = ?"
    ))?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(raw_block).transpose()
}

fn raw_block(row: &Row) -> Result<RawBlock, StoreError> {
    Ok(RawBlock {
        header: header(row)?,
        columns: row.get(HEADER_COLUMNS)?,
        payloads: row.get(HEADER_COLUMNS + 1)?,
    })
}

pub(crate) fn columns(connection: &Connection, block: &BlockHeader) -> Result<Columns, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT columns FROM block_data WHERE block = ?")?;
    let mut rows = statement.query([block.key])?;
    let row = rows
        .next()?
        .ok_or_else(|| StoreError::damaged("a block lost its records"))?;
    let columns = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
    block.columns(columns)
}

pub(crate) fn decode(
    connection: &Connection,
    block: &BlockHeader,
) -> Result<DecodedBlock, StoreError> {
    let columns = columns(connection, block)?;
    with_payloads(connection, block, columns)
}

/// The second half of [`decode`], for who looked at the columns first.
pub(crate) fn with_payloads(
    connection: &Connection,
    block: &BlockHeader,
    columns: Columns,
) -> Result<DecodedBlock, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT payloads FROM block_data WHERE block = ?")?;
    let mut rows = statement.query([block.key])?;
    let row = rows
        .next()?
        .ok_or_else(|| StoreError::damaged("a block lost its payloads"))?;
    let payloads = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
    block.decoded(columns, payloads)
}
