//! The workspace examined from end to end: does everything add up? Reads all and changes nothing.
//!
//! For a person who asks, after an error of the disk, and for tests. It holds a snapshot for as
//! long as it takes, so not while a capture runs at full speed.

use crate::{
    CaptureId, Position, ShardKey, Store, StoreError,
    blocks::{self, BlockHeader, HEADER},
    captures, coverage,
    ranges::Ranges,
    sql::optional_sequence,
    tail,
};
use record::SequenceNumber;
use rusqlite::{Connection, params};

/// What was found sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    pub records: u64,
    pub blocks: u64,
    pub unsealed_records: u64,
}

/// What one shard was found to hold.
#[derive(Default)]
struct Found {
    records: u64,
    size_bytes: u64,
    last: Option<SequenceNumber>,
    arrivals: Option<(i64, i64)>,
    numbers: Vec<(u64, u64)>,
}

impl Store {
    /// # Errors
    /// [`StoreError::Damaged`] with the first thing that does not add up.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let mut verified = Verified::default();
        let mut statement = snapshot.prepare("SELECT key FROM shard ORDER BY key")?;
        let shards: Vec<ShardKey> = statement
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for shard in shards {
            verify_shard(&snapshot, shard, &mut verified)?;
        }
        for capture in captures::all(&snapshot)? {
            verify_checkpoints(&snapshot, capture.id)?;
        }
        Ok(verified)
    }
}

fn wrong(shard: ShardKey, what: &str) -> StoreError {
    StoreError::damaged(format!("shard {shard}: {what}"))
}

fn verify_shard(
    connection: &Connection,
    shard: ShardKey,
    verified: &mut Verified,
) -> Result<(), StoreError> {
    let mut found = Found::default();
    let mut sealed = Vec::new();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {HEADER} FROM block WHERE shard = ? ORDER BY first_sequence"
    ))?;
    let mut rows = statement.query([shard])?;
    while let Some(row) = rows.next()? {
        let block = blocks::header(row)?.of_shard(shard)?;
        if found.last.is_some_and(|last| block.first <= last) {
            return Err(wrong(shard, "two blocks overlap"));
        }
        verify_block(connection, shard, &block, &mut found)?;
        sealed.push(crate::ranges::SequenceRange {
            first: block.first,
            last: block.last,
        });
        verified.blocks += 1;
    }
    let sealed = Ranges::union(sealed);
    let before = found.records;
    for (number, record) in tail::records(connection, shard, 0..tail::NUMBERS_END)? {
        if sealed.contains(record.sequence) && is_sealed(connection, shard, record.sequence)? {
            return Err(wrong(shard, "a record is both sealed and not"));
        }
        found.add(u64::from(number), record.rows() as u64, record.size_bytes());
        found.saw(record.sequence, record.arrival.0, record.arrival.0);
    }
    verified.unsealed_records += found.records - before;
    verified.records += found.records;
    verify_totals(connection, shard, found)
}

fn verify_block(
    connection: &Connection,
    shard: ShardKey,
    block: &BlockHeader,
    found: &mut Found,
) -> Result<(), StoreError> {
    let decoded = blocks::decode(connection, block)?;
    let rows: Vec<_> = (0..decoded.columns.len())
        .map(|place| decoded.columns.row(place))
        .collect();
    let in_order = rows.is_sorted_by(|a, b| (a.sequence, a.sub) < (b.sequence, b.sub));
    let ends = rows.first().map(|row| row.sequence) == Some(block.first)
        && rows.last().map(|row| row.sequence) == Some(block.last);
    let times = || rows.iter().map(|row| row.arrival.0);
    let extent =
        (times().min(), times().max()) == (Some(block.arrival_min), Some(block.arrival_max));
    let size: u64 = rows.iter().map(|row| u64::from(row.size_bytes)).sum();
    if !in_order || !ends || !extent || size != block.size_bytes {
        return Err(wrong(shard, "a block is not what its header says"));
    }
    let mut statement =
        connection.prepare_cached("SELECT count(*) FROM run WHERE block = ? AND shard = ?")?;
    let runs: i64 = statement.query_row(params![block.key, shard], |row| row.get(0))?;
    if runs as usize != block.numbers.runs().len() {
        return Err(wrong(shard, "a block's numbers are not listed"));
    }
    for run in block.numbers.runs() {
        let listed = blocks::with_number(connection, shard, run.first)?;
        if listed.is_none_or(|listed| listed.key != block.key) {
            return Err(wrong(shard, "a record's number leads elsewhere"));
        }
        found.add(run.first.into(), run.records.into(), 0);
    }
    found.size_bytes += size;
    found.saw(block.last, block.arrival_min, block.arrival_max);
    Ok(())
}

fn is_sealed(
    connection: &Connection,
    shard: ShardKey,
    sequence: SequenceNumber,
) -> Result<bool, StoreError> {
    for block in blocks::overlapping(connection, shard, sequence, sequence)? {
        let columns = blocks::columns(connection, &block)?;
        if (0..columns.len()).any(|place| columns.row(place).sequence == sequence) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn verify_totals(
    connection: &Connection,
    shard: ShardKey,
    mut found: Found,
) -> Result<(), StoreError> {
    found.numbers.sort_unstable();
    if !found.numbers.is_sorted_by(|a, b| a.0 + a.1 <= b.0) {
        return Err(wrong(shard, "two records have one number"));
    }
    let mut statement = connection.prepare_cached(
        "SELECT next_number, records, size_bytes, last_sequence, arrival_min, arrival_max FROM shard WHERE key = ?",
    )?;
    let mut rows = statement.query([shard])?;
    let row = rows.next()?.ok_or(StoreError::UnknownShard(shard))?;
    let (next_number, records, size_bytes): (i64, i64, i64) =
        (row.get(0)?, row.get(1)?, row.get(2)?);
    let arrivals = row.get::<_, Option<i64>>(4)?.zip(row.get(5)?);
    if found
        .numbers
        .last()
        .is_some_and(|run| run.0 + run.1 > next_number as u64)
    {
        return Err(wrong(shard, "a record's number was never given out"));
    }
    if (records as u64, size_bytes as u64) != (found.records, found.size_bytes) {
        return Err(wrong(shard, "the totals are not those of the records"));
    }
    if (optional_sequence(row, 3)?, arrivals) != (found.last, found.arrivals) {
        return Err(wrong(shard, "the ends are not those of the records"));
    }
    Ok(())
}

/// A checkpoint never runs ahead of what is stored and covered.
fn verify_checkpoints(connection: &Connection, capture: CaptureId) -> Result<(), StoreError> {
    for checkpoint in captures::checkpoints(connection, capture)? {
        let (Position::Stored(last)
        | Position::Finished { last: Some(last) }
        | Position::Reached { last: Some(last) }) = checkpoint.position
        else {
            continue;
        };
        let covered = coverage::covered(connection, checkpoint.shard, |c| c == capture)?;
        if !covered.contains(last) {
            return Err(wrong(
                checkpoint.shard,
                "a checkpoint is ahead of the records",
            ));
        }
    }
    Ok(())
}

impl Found {
    fn add(&mut self, number: u64, rows: u64, size_bytes: u64) {
        self.numbers.push((number, rows));
        self.records += rows;
        self.size_bytes += size_bytes;
    }

    fn saw(&mut self, sequence: SequenceNumber, arrival_min: i64, arrival_max: i64) {
        self.last = self.last.max(Some(sequence));
        let (min, max) = self.arrivals.unwrap_or((arrival_min, arrival_max));
        self.arrivals = Some((min.min(arrival_min), max.max(arrival_max)));
    }
}
