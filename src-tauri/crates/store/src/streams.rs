//! Streams and shards: what the workspace knows of them, apart from their records.

use crate::{
    ShardKey, StoreError, StreamKey,
    sql::{millis, optional_sequence, sequence},
};
use record::{HashKey, HashKeyRange, Millis, SequenceNumber, ShardId, StreamIdentity, StreamName};
use rusqlite::{Connection, OptionalExtension, Row, params};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamRecord {
    pub identity: StreamIdentity,
    pub name: StreamName,
    pub region: String,
    pub account: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardRecord {
    pub id: ShardId,
    /// None, one after a split, two after a merge.
    pub parents: Vec<ShardId>,
    pub hash_range: HashKeyRange,
    pub starting_sequence: SequenceNumber,
    pub closed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStream {
    pub key: StreamKey,
    pub stream: StreamRecord,
    pub records: u64,
    pub size_bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredShard {
    pub key: ShardKey,
    pub stream: StreamKey,
    pub shard: ShardRecord,
    pub records: u64,
    pub size_bytes: u64,
    /// The highest stored.
    pub last_sequence: Option<SequenceNumber>,
    pub first_arrival: Option<Millis>,
    pub last_arrival: Option<Millis>,
}

pub(crate) fn put_stream(
    connection: &Connection,
    stream: &StreamRecord,
) -> Result<StreamKey, StoreError> {
    let identity = &stream.identity;
    let known: Option<StreamKey> = connection
        .prepare_cached("SELECT key FROM stream WHERE arn = ? AND created_at = ?")?
        .query_row(
            params![identity.arn.as_str(), identity.created_at.0],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(key) = known {
        return Ok(key);
    }
    let key = connection
        .prepare_cached(
            "INSERT INTO stream (arn, created_at, name, region, account) VALUES (?, ?, ?, ?, ?)",
        )?
        .insert(params![
            identity.arn.as_str(),
            identity.created_at.0,
            stream.name.as_str(),
            stream.region,
            stream.account
        ])?;
    Ok(StreamKey(key))
}

pub(crate) fn put_shards(
    connection: &Connection,
    stream: StreamKey,
    shards: &[ShardRecord],
) -> Result<Vec<ShardKey>, StoreError> {
    require_stream(connection, stream)?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO shard (stream, id, parent, adjacent_parent, hash_start, hash_end, starting_sequence, closed)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (stream, id) DO UPDATE SET
            parent = excluded.parent, adjacent_parent = excluded.adjacent_parent, hash_start = excluded.hash_start,
            hash_end = excluded.hash_end, starting_sequence = excluded.starting_sequence,
            closed = max(closed, excluded.closed)
         RETURNING key",
    )?;
    let mut keys = Vec::with_capacity(shards.len());
    for shard in shards {
        let key = statement.query_row(
            params![
                stream,
                shard.id.as_str(),
                shard.parents.first().map(ShardId::as_str),
                shard.parents.get(1).map(ShardId::as_str),
                shard.hash_range.start.0.to_be_bytes(),
                shard.hash_range.end.0.to_be_bytes(),
                shard.starting_sequence.as_key(),
                shard.closed
            ],
            |row| row.get(0),
        )?;
        keys.push(key);
    }
    Ok(keys)
}

const STREAM: &str = "SELECT key, arn, created_at, name, region, account,
            (SELECT coalesce(sum(records), 0) FROM shard WHERE shard.stream = stream.key),
            (SELECT coalesce(sum(size_bytes), 0) FROM shard WHERE shard.stream = stream.key)
     FROM stream";
const SHARD: &str = "SELECT key, stream, id, parent, adjacent_parent, hash_start, hash_end, starting_sequence, closed,
            records, size_bytes, last_sequence, arrival_min, arrival_max
     FROM shard";

pub(crate) fn streams(connection: &Connection) -> Result<Vec<StoredStream>, StoreError> {
    let sql = format!("{STREAM} ORDER BY name, created_at");
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_and_then([], stream_from_row)?.collect()
}

pub(crate) fn stream(
    connection: &Connection,
    key: StreamKey,
) -> Result<Option<StoredStream>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{STREAM} WHERE key = ?"))?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(stream_from_row).transpose()
}

pub(crate) fn shards(
    connection: &Connection,
    stream: StreamKey,
) -> Result<Vec<StoredShard>, StoreError> {
    require_stream(connection, stream)?;
    let sql = format!("{SHARD} WHERE stream = ? ORDER BY key");
    let mut statement = connection.prepare_cached(&sql)?;
    statement
        .query_and_then([stream], shard_from_row)?
        .collect()
}

pub(crate) fn shard(
    connection: &Connection,
    key: ShardKey,
) -> Result<Option<StoredShard>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{SHARD} WHERE key = ?"))?;
    let mut rows = statement.query([key])?;
    rows.next()?.map(shard_from_row).transpose()
}

fn require_stream(connection: &Connection, stream: StreamKey) -> Result<(), StoreError> {
    connection
        .prepare_cached("SELECT 1 FROM stream WHERE key = ?")?
        .query_row([stream], |_| Ok(()))
        .optional()?
        .ok_or(StoreError::UnknownStream(stream))
}

pub(crate) fn require_shard(connection: &Connection, shard: ShardKey) -> Result<(), StoreError> {
    connection
        .prepare_cached("SELECT 1 FROM shard WHERE key = ?")?
        .query_row([shard], |_| Ok(()))
        .optional()?
        .ok_or(StoreError::UnknownShard(shard))
}

fn stream_from_row(row: &Row) -> Result<StoredStream, StoreError> {
    let name = |text: String| {
        text.parse()
            .map_err(|_| StoreError::damaged(format!("the stream name {text:?}")))
    };
    let arn = |text: String| {
        text.parse()
            .map_err(|_| StoreError::damaged(format!("the stream ARN {text:?}")))
    };
    Ok(StoredStream {
        key: row.get(0)?,
        stream: StreamRecord {
            identity: StreamIdentity {
                arn: arn(row.get(1)?)?,
                created_at: millis(row, 2)?,
            },
            name: name(row.get(3)?)?,
            region: row.get(4)?,
            account: row.get(5)?,
        },
        records: row.get::<_, i64>(6)? as u64,
        size_bytes: row.get::<_, i64>(7)? as u64,
    })
}

fn shard_from_row(row: &Row) -> Result<StoredShard, StoreError> {
    let parents = [row.get::<_, Option<String>>(3)?, row.get(4)?];
    Ok(StoredShard {
        key: row.get(0)?,
        stream: row.get(1)?,
        shard: ShardRecord {
            id: shard_id(&row.get::<_, String>(2)?)?,
            parents: parents
                .into_iter()
                .flatten()
                .map(|id| shard_id(&id))
                .collect::<Result<_, _>>()?,
            hash_range: HashKeyRange {
                start: hash_key(row.get(5)?),
                end: hash_key(row.get(6)?),
            },
            starting_sequence: sequence(row, 7)?,
            closed: row.get(8)?,
        },
        records: row.get::<_, i64>(9)? as u64,
        size_bytes: row.get::<_, i64>(10)? as u64,
        last_sequence: optional_sequence(row, 11)?,
        first_arrival: row.get::<_, Option<i64>>(12)?.map(Millis),
        last_arrival: row.get::<_, Option<i64>>(13)?.map(Millis),
    })
}

pub(crate) fn shard_id(text: &str) -> Result<ShardId, StoreError> {
    text.parse()
        .map_err(|_| StoreError::damaged(format!("the shard id {text:?}")))
}

fn hash_key(bytes: [u8; 16]) -> HashKey {
    HashKey(u128::from_be_bytes(bytes))
}
