//! Captures and their checkpoints: names, starts, ends, states. Not the records, not the coverage.

use crate::{
    Anchor, CaptureId, Position, ShardKey, StoreError, StreamKey, Until,
    sql::{millis, optional_millis, optional_sequence},
};
use record::{Millis, SequenceNumber};
use rusqlite::{Connection, OptionalExtension, Row, params};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCapture {
    pub name: String,
    /// How to reconnect: the engine's own JSON, opaque here.
    pub connection: String,
    pub created_at: Millis,
    pub streams: Vec<CaptureStream>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureStream {
    pub stream: StreamKey,
    /// Shard ids; `None` takes all, also those that a reshard adds.
    pub shards: Option<Vec<String>>,
    pub anchor: Anchor,
    pub until: Option<Until>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureState {
    Running,
    Paused,
    Stopped,
    /// At its own end: it has all that it was made for.
    Finished,
    Failed(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCapture {
    pub id: CaptureId,
    pub name: String,
    pub connection: String,
    pub created_at: Millis,
    pub state: CaptureState,
    pub streams: Vec<CaptureStream>,
    /// Inside the capture's coverage, other captures' finds included.
    pub records: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardCheckpoint {
    pub shard: ShardKey,
    pub position: Position,
    /// How far the capture has read in time, where it knows.
    pub covered_through: Option<Millis>,
}

impl CaptureState {
    fn columns(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Running => ("running", None),
            Self::Paused => ("paused", None),
            Self::Stopped => ("stopped", None),
            Self::Finished => ("finished", None),
            Self::Failed(reason) => ("failed", Some(reason)),
        }
    }

    /// A word that a later version may write means rest: nothing begins by itself, and the records can be read.
    fn from_columns(word: &str, failure: Option<String>) -> Self {
        match word {
            "running" => Self::Running,
            "paused" => Self::Paused,
            "finished" => Self::Finished,
            "failed" => Self::Failed(failure.unwrap_or_default()),
            _ => Self::Stopped,
        }
    }
}

pub(crate) fn create(connection: &Connection, new: &NewCapture) -> Result<CaptureId, StoreError> {
    let id = connection
        .prepare_cached(
            "INSERT INTO capture (name, connection, created_at, state) VALUES (?, ?, ?, 'paused')",
        )?
        .insert(params![new.name, new.connection, new.created_at.0])
        .map(CaptureId)?;
    for stream in &new.streams {
        put_capture_stream(connection, id, stream)?;
    }
    Ok(id)
}

fn put_capture_stream(
    connection: &Connection,
    capture: CaptureId,
    chosen: &CaptureStream,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("SELECT 1 FROM stream WHERE key = ?")?
        .query_row([chosen.stream], |_| Ok(()))
        .optional()?
        .ok_or(StoreError::UnknownStream(chosen.stream))?;
    let (anchor, time, sequence) = chosen.anchor.columns();
    let (until, until_value) = chosen.until.map(Until::columns).unzip();
    connection
        .prepare_cached(
            "INSERT INTO capture_stream (capture, stream, anchor, anchor_time, anchor_sequence, until, until_value, all_shards)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            capture,
            chosen.stream,
            anchor,
            time,
            sequence.as_ref().map(SequenceNumber::as_key),
            until,
            until_value,
            chosen.shards.is_none()
        ])?;
    let mut statement = connection.prepare_cached(
        "INSERT OR IGNORE INTO capture_shard (capture, stream, shard) VALUES (?, ?, ?)",
    )?;
    for shard in chosen.shards.iter().flatten() {
        statement.execute(params![capture, chosen.stream, shard])?;
    }
    Ok(())
}

const CAPTURE: &str = "SELECT id, name, connection, created_at, state, failure,
    (SELECT coalesce(sum(records), 0) FROM coverage WHERE coverage.capture = capture.id)
    FROM capture WHERE deleting = 0";

pub(crate) fn all(connection: &Connection) -> Result<Vec<StoredCapture>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{CAPTURE} ORDER BY id"))?;
    let captures = statement.query_and_then([], |row| capture_from_row(connection, row))?;
    captures.collect()
}

pub(crate) fn one(connection: &Connection, id: CaptureId) -> Result<StoredCapture, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{CAPTURE} AND id = ?"))?;
    let mut rows = statement.query([id])?;
    let row = rows.next()?.ok_or(StoreError::UnknownCapture(id))?;
    capture_from_row(connection, row)
}

/// Says whether the capture is there and not on its way out.
pub(crate) fn require(connection: &Connection, id: CaptureId) -> Result<(), StoreError> {
    connection
        .prepare_cached("SELECT 1 FROM capture WHERE id = ? AND deleting = 0")?
        .query_row([id], |_| Ok(()))
        .optional()?
        .ok_or(StoreError::UnknownCapture(id))
}

fn capture_from_row(connection: &Connection, row: &Row) -> Result<StoredCapture, StoreError> {
    let id = row.get(0)?;
    let state: String = row.get(4)?;
    Ok(StoredCapture {
        id,
        name: row.get(1)?,
        connection: row.get(2)?,
        created_at: millis(row, 3)?,
        state: CaptureState::from_columns(&state, row.get(5)?),
        streams: capture_streams(connection, id)?,
        records: row.get::<_, i64>(6)? as u64,
    })
}

fn capture_streams(
    connection: &Connection,
    id: CaptureId,
) -> Result<Vec<CaptureStream>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT stream, anchor, anchor_time, anchor_sequence, until, until_value, all_shards
         FROM capture_stream WHERE capture = ? ORDER BY stream",
    )?;
    let mut chosen_shards = connection.prepare_cached(
        "SELECT shard FROM capture_shard WHERE capture = ? AND stream = ? ORDER BY shard",
    )?;
    let streams = statement.query_and_then([id], |row| {
        let stream: StreamKey = row.get(0)?;
        let anchor: String = row.get(1)?;
        let until = row
            .get::<_, Option<String>>(4)?
            .zip(row.get::<_, Option<i64>>(5)?);
        let all_shards: bool = row.get(6)?;
        let chosen = chosen_shards
            .query_map(params![id, stream], |row| row.get(0))?
            .collect::<Result<Vec<_>, _>>()?;
        Ok(CaptureStream {
            stream,
            shards: (!all_shards).then_some(chosen),
            anchor: Anchor::from_columns(
                &anchor,
                optional_millis(row, 2)?,
                optional_sequence(row, 3)?,
            )?,
            until: until
                .map(|(word, value)| Until::from_columns(&word, value))
                .transpose()?,
        })
    })?;
    streams.collect()
}

pub(crate) fn set_state(
    connection: &Connection,
    id: CaptureId,
    state: &CaptureState,
) -> Result<(), StoreError> {
    require(connection, id)?;
    let (word, failure) = state.columns();
    connection
        .prepare_cached("UPDATE capture SET state = ?, failure = ? WHERE id = ?")?
        .execute(params![word, failure, id])?;
    Ok(())
}

pub(crate) fn rename(connection: &Connection, id: CaptureId, name: &str) -> Result<(), StoreError> {
    require(connection, id)?;
    connection
        .prepare_cached("UPDATE capture SET name = ? WHERE id = ?")?
        .execute(params![name, id])?;
    Ok(())
}

pub(crate) fn checkpoints(
    connection: &Connection,
    id: CaptureId,
) -> Result<Vec<ShardCheckpoint>, StoreError> {
    require(connection, id)?;
    let mut statement = connection.prepare_cached(
        "SELECT shard, position, time, sequence,
                (SELECT max(through_time) FROM coverage
                 WHERE coverage.capture = checkpoint.capture AND coverage.shard = checkpoint.shard)
         FROM checkpoint WHERE capture = ? ORDER BY shard",
    )?;
    let mut rows = statement.query([id])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let word: String = row.get(1)?;
        found.push(ShardCheckpoint {
            shard: row.get(0)?,
            position: Position::from_columns(
                &word,
                optional_millis(row, 2)?,
                optional_sequence(row, 3)?,
            )?,
            covered_through: optional_millis(row, 4)?,
        });
    }
    Ok(found)
}

/// Called by the writer within the transaction of the records; alone only for an anchor.
pub(crate) fn put_checkpoint(
    connection: &Connection,
    capture: CaptureId,
    shard: ShardKey,
    position: Position,
) -> Result<(), StoreError> {
    let (word, time, sequence) = position.columns();
    connection
        .prepare_cached(
            "INSERT INTO checkpoint (capture, shard, position, time, sequence) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (capture, shard) DO UPDATE
             SET position = excluded.position, time = excluded.time, sequence = excluded.sequence",
        )?
        .execute(params![capture, shard, word, time, sequence.as_ref().map(SequenceNumber::as_key)])?;
    Ok(())
}
