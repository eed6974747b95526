//! Coverage and gaps: what a capture has read without a break, and what it is known to lack.
//!
//! Intervals are in sequence numbers, both ends included, with the time that they stand for. What
//! lies in no interval is "not captured", never "did not happen".

use crate::{
    CaptureId, ShardKey, StoreError,
    ranges::{Ranges, SequenceRange},
    sql::{optional_millis, optional_sequence, sequence},
};
use record::{Millis, SequenceNumber};
use rusqlite::{Connection, Row, params};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoverageInterval {
    pub shard: ShardKey,
    /// First and last sequence number; `None` while the time was read and nothing was in it.
    pub sequences: Option<(SequenceNumber, SequenceNumber)>,
    pub from: Option<Millis>,
    pub through: Option<Millis>,
    pub records: u64,
    /// What is read next goes on from here; no gap has ended it.
    pub is_open: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapReason {
    /// The trim horizon passed the checkpoint: the records are gone from the stream.
    Trimmed,
    /// The last stored record did not come back on resume: what lies between is not known.
    ContinuityUnproven,
    /// The stream was deleted, or deleted and created again.
    StreamGone,
    /// The endpoint refused to read on: permissions, keys, or a limit that did not lift.
    ReadRefused,
    /// They were stored, and the workspace that held them was damaged.
    Damaged,
}

/// Goes before the batch's records, or after what was read so far if the batch has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewGap {
    pub reason: GapReason,
    pub after: Option<SequenceNumber>,
    pub before: Option<SequenceNumber>,
    pub from: Option<Millis>,
    pub until: Option<Millis>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredGap {
    pub shard: ShardKey,
    pub gap: NewGap,
}

impl GapReason {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Trimmed => "trimmed",
            Self::ContinuityUnproven => "continuity-unproven",
            Self::StreamGone => "stream-gone",
            Self::ReadRefused => "read-refused",
            Self::Damaged => "damaged",
        }
    }

    fn from_word(word: &str) -> Result<Self, StoreError> {
        [
            Self::Trimmed,
            Self::ContinuityUnproven,
            Self::StreamGone,
            Self::ReadRefused,
            Self::Damaged,
        ]
        .into_iter()
        .find(|reason| reason.word() == word)
        .ok_or_else(|| StoreError::damaged(format!("the gap reason {word:?}")))
    }
}

/// What one batch adds to a capture's coverage of a shard.
pub(crate) struct Reading {
    pub sequences: Option<(SequenceNumber, SequenceNumber)>,
    pub first_arrival: Option<Millis>,
    pub last_arrival: Option<Millis>,
    pub covered_through: Option<Millis>,
}

impl Reading {
    fn from(&self) -> Option<Millis> {
        self.first_arrival.or(self.covered_through)
    }

    fn through(&self) -> Option<Millis> {
        self.covered_through.max(self.last_arrival)
    }
}

/// The interval that a shard's next batch extends.
pub(crate) struct OpenInterval {
    key: i64,
    pub sequences: Option<(SequenceNumber, SequenceNumber)>,
}

pub(crate) fn open_interval(
    connection: &Connection,
    capture: CaptureId,
    shard: ShardKey,
) -> Result<Option<OpenInterval>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT key, first_sequence, last_sequence FROM coverage
         WHERE capture = ? AND shard = ? AND open ORDER BY key DESC LIMIT 1",
    )?;
    let mut rows = statement.query(params![capture, shard])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let sequences = optional_sequence(row, 1)?.zip(optional_sequence(row, 2)?);
    Ok(Some(OpenInterval {
        key: row.get(0)?,
        sequences,
    }))
}

pub(crate) fn extend(
    connection: &Connection,
    (capture, shard): (CaptureId, ShardKey),
    interval: Option<&OpenInterval>,
    reading: &Reading,
    new_records: u64,
) -> Result<(), StoreError> {
    match interval {
        Some(interval) => grow(connection, interval, reading, new_records),
        None => begin(connection, (capture, shard), reading, new_records),
    }
}

fn begin(
    connection: &Connection,
    (capture, shard): (CaptureId, ShardKey),
    reading: &Reading,
    new_records: u64,
) -> Result<(), StoreError> {
    let (first, last) = reading.sequences.unzip();
    if first.is_none() && reading.through().is_none() {
        return Ok(());
    }
    connection
        .prepare_cached(
            "INSERT INTO coverage (capture, shard, first_sequence, last_sequence, from_time, through_time, records, open)
             VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
        )?
        .execute(params![
            capture,
            shard,
            first.as_ref().map(SequenceNumber::as_key),
            last.as_ref().map(SequenceNumber::as_key),
            reading.from().map(|t| t.0),
            reading.through().map(|t| t.0),
            new_records as i64
        ])?;
    Ok(())
}

fn grow(
    connection: &Connection,
    interval: &OpenInterval,
    reading: &Reading,
    new_records: u64,
) -> Result<(), StoreError> {
    let (old_first, old_last) = interval.sequences.unzip();
    let (first, last) = reading.sequences.unzip();
    let first = old_first.into_iter().chain(first).min();
    let last = old_last.max(last);
    connection
        .prepare_cached(
            "UPDATE coverage SET first_sequence = ?1, last_sequence = ?2,
                from_time = coalesce(min(from_time, ?3), from_time, ?3),
                through_time = coalesce(max(through_time, ?4), through_time, ?4), records = records + ?5
             WHERE key = ?6",
        )?
        .execute(params![
            first.as_ref().map(SequenceNumber::as_key),
            last.as_ref().map(SequenceNumber::as_key),
            reading.from().map(|t| t.0),
            reading.through().map(|t| t.0),
            new_records as i64,
            interval.key
        ])?;
    Ok(())
}

/// A capture that starts at a time covers from that time on, also where no record is.
pub(crate) fn start_at(
    connection: &Connection,
    capture: CaptureId,
    shard: ShardKey,
    time: Millis,
) -> Result<(), StoreError> {
    if open_interval(connection, capture, shard)?.is_none() {
        let reading = Reading {
            sequences: None,
            first_arrival: Some(time),
            last_arrival: None,
            covered_through: Some(time),
        };
        extend(connection, (capture, shard), None, &reading, 0)?;
    }
    Ok(())
}

/// Ends what was read without a break.
pub(crate) fn put_gap(
    connection: &Connection,
    capture: CaptureId,
    shard: ShardKey,
    gap: &NewGap,
) -> Result<(), StoreError> {
    let read_through = connection
        .prepare_cached(
            "SELECT max(through_time) FROM coverage WHERE capture = ? AND shard = ? AND open",
        )?
        .query_row(params![capture, shard], |row| row.get::<_, Option<i64>>(0))?
        .map(Millis);
    connection
        .prepare_cached("UPDATE coverage SET open = 0 WHERE capture = ? AND shard = ? AND open")?
        .execute(params![capture, shard])?;
    connection
        .prepare_cached(
            "INSERT INTO gap (capture, shard, reason, after_sequence, before_sequence, from_time, until_time)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            capture,
            shard,
            gap.reason.word(),
            gap.after.as_ref().map(SequenceNumber::as_key),
            gap.before.as_ref().map(SequenceNumber::as_key),
            beginning(gap, read_through).map(|t| t.0),
            gap.until.map(|t| t.0)
        ])?;
    Ok(())
}

/// A gap behind what was read begins where that ends: a server tells the time of an answer in whole seconds, and the last
/// record that was stored is of a later moment of that second. One of which nothing is known before its end, and one that
/// ends before what was read, stay as they are.
fn beginning(gap: &NewGap, read_through: Option<Millis>) -> Option<Millis> {
    let is_known = gap.from.is_some() || gap.after.is_some();
    let is_behind = |through: &Millis| gap.until.is_none_or(|until| *through < until);
    gap.from
        .max(read_through.filter(|through| is_known && is_behind(through)))
}

pub(crate) fn intervals(
    connection: &Connection,
    capture: CaptureId,
) -> Result<Vec<CoverageInterval>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT shard, first_sequence, last_sequence, from_time, through_time, records, open
         FROM coverage WHERE capture = ? ORDER BY shard, key",
    )?;
    let mut rows = statement.query([capture])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(CoverageInterval {
            shard: row.get(0)?,
            sequences: optional_sequence(row, 1)?.zip(optional_sequence(row, 2)?),
            from: optional_millis(row, 3)?,
            through: optional_millis(row, 4)?,
            records: row.get::<_, i64>(5)? as u64,
            is_open: row.get(6)?,
        });
    }
    Ok(found)
}

pub(crate) fn gaps(
    connection: &Connection,
    capture: CaptureId,
) -> Result<Vec<StoredGap>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT shard, reason, after_sequence, before_sequence, from_time, until_time
         FROM gap WHERE capture = ? ORDER BY shard, key",
    )?;
    let mut rows = statement.query([capture])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let word: String = row.get(1)?;
        let gap = NewGap {
            reason: GapReason::from_word(&word)?,
            after: optional_sequence(row, 2)?,
            before: optional_sequence(row, 3)?,
            from: optional_millis(row, 4)?,
            until: optional_millis(row, 5)?,
        };
        found.push(StoredGap {
            shard: row.get(0)?,
            gap,
        });
    }
    Ok(found)
}

/// The union of some captures' intervals on one shard.
pub(crate) fn covered(
    connection: &Connection,
    shard: ShardKey,
    counts: impl Fn(CaptureId) -> bool,
) -> Result<Ranges, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT first_sequence, last_sequence, capture FROM coverage
         WHERE shard = ? AND first_sequence IS NOT NULL",
    )?;
    let mut rows = statement.query([shard])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        if counts(row.get(2)?) {
            found.push(range_from_row(row)?);
        }
    }
    Ok(Ranges::union(found))
}

fn range_from_row(row: &Row) -> Result<SequenceRange, StoreError> {
    Ok(SequenceRange {
        first: sequence(row, 0)?,
        last: sequence(row, 1)?,
    })
}
