//! What can still be found in a damaged workspace, each row by itself: one that cannot be read hides no other.

use crate::{
    CaptureId, CoverageInterval, RecordId, ShardCheckpoint, ShardKey, StoreError, StoredCapture,
    StoredGap, StoredShard, StoredStream, StreamKey, blocks, captures, coverage, streams,
    tail::{self, TailRecord},
};
use record::SequenceNumber;
use rusqlite::{Connection, OptionalExtension};

/// Rows in a row that cannot be read before the rest of a table is given up.
const MOST_FAILURES: u32 = 20_000;
const MOST_FAILURES_IN_TAIL: u32 = 2_000;

pub(super) struct Remains {
    pub streams: Vec<StoredStream>,
    pub shards: Vec<ShardRemains>,
    pub captures: Vec<CaptureRemains>,
}

/// A shard and what is left of its records, in the order of their sequence numbers.
pub(super) struct ShardRemains {
    pub shard: StoredShard,
    pub pieces: Vec<Piece>,
    /// Not all that were counted are there.
    pub is_short: bool,
}

/// Neighbouring records.
pub(super) struct Piece {
    pub first: SequenceNumber,
    pub last: SequenceNumber,
    /// From the first one's number to the one after the last one's.
    pub numbers: (u64, u64),
    pub source: Source,
}

pub(super) enum Source {
    /// By its key. Whether it unpacks is seen later.
    Block(i64),
    Tail(TailRecord),
}

pub(super) struct CaptureRemains {
    pub capture: StoredCapture,
    pub coverage: Vec<CoverageInterval>,
    pub gaps: Vec<StoredGap>,
    pub checkpoints: Vec<ShardCheckpoint>,
}

impl Remains {
    /// # Errors
    /// [`StoreError::Damaged`] where the tables themselves cannot be found.
    pub fn of(connection: &Connection) -> Result<Self, StoreError> {
        connection.prepare("SELECT key FROM block")?;
        let streams = each(connection, "stream", "key", |key| {
            streams::stream(connection, StreamKey(key))
        });
        let mut pieces: Vec<(ShardKey, Piece)> = each(connection, "block", "key", |key| {
            Ok(blocks::find(connection, key)?.map(|block| piece_of(&block)))
        });
        let shards = each(connection, "shard", "key", |key| {
            streams::shard(connection, ShardKey(key))
        });
        let shards = shards.into_iter().map(|shard| {
            let mut own = tail(connection, shard.key);
            let is_own = |(of, _): &mut (ShardKey, Piece)| *of == shard.key;
            own.extend(pieces.extract_if(.., is_own).map(|(_, piece)| piece));
            own.sort_by_key(|piece: &Piece| piece.first);
            let found: u64 = own
                .iter()
                .map(|piece| piece.numbers.1 - piece.numbers.0)
                .sum();
            ShardRemains {
                is_short: found < shard.records,
                shard,
                pieces: own,
            }
        });
        Ok(Self {
            streams,
            shards: shards.collect(),
            captures: each(connection, "capture", "id", |id| {
                capture(connection, CaptureId(id))
            }),
        })
    }
}

fn piece_of(block: &blocks::BlockHeader) -> (ShardKey, Piece) {
    let runs = block.numbers.runs();
    let first = runs.iter().map(|run| u64::from(run.first)).min();
    let end = runs.iter().map(|run| run.end()).max();
    let piece = Piece {
        first: block.first,
        last: block.last,
        numbers: (first.unwrap_or_default(), end.unwrap_or_default()),
        source: Source::Block(block.key),
    };
    (block.shard, piece)
}

fn capture(connection: &Connection, id: CaptureId) -> Result<Option<CaptureRemains>, StoreError> {
    let capture = match captures::one(connection, id) {
        // on its way out
        Err(StoreError::UnknownCapture(_)) => return Ok(None),
        other => other?,
    };
    Ok(Some(CaptureRemains {
        capture,
        coverage: coverage::intervals(connection, id).unwrap_or_default(),
        gaps: coverage::gaps(connection, id).unwrap_or_default(),
        checkpoints: captures::checkpoints(connection, id).unwrap_or_default(),
    }))
}

/// All rows of a table that can be read, by their keys.
fn each<T>(
    connection: &Connection,
    table: &str,
    key: &str,
    read: impl Fn(i64) -> Result<Option<T>, StoreError>,
) -> Vec<T> {
    let after = |last: i64| -> Result<Option<i64>, StoreError> {
        let sql = format!("SELECT {key} FROM {table} WHERE {key} > ? ORDER BY {key} LIMIT 1");
        let mut statement = connection.prepare_cached(&sql)?;
        Ok(statement.query_row([last], |row| row.get(0)).optional()?)
    };
    let (mut last, mut failures, mut found) = (0, 0, Vec::new());
    while failures < MOST_FAILURES {
        match after(last) {
            Ok(None) => break,
            Ok(Some(next)) => {
                found.extend(read(next).ok().flatten());
                (last, failures) = (next, 0);
            }
            // somewhere behind it the rows can be read again
            Err(_) => (last, failures) = (last + 1, failures + 1),
        }
    }
    found
}

/// Records that were not sealed.
fn tail(connection: &Connection, shard: ShardKey) -> Vec<Piece> {
    let end = RecordId::new(ShardKey(shard.0 + 1), 0);
    let after = |last: i64| -> Result<Option<RecordId>, StoreError> {
        let sql = "SELECT id FROM tail WHERE id > ? AND id < ? ORDER BY id LIMIT 1";
        let mut statement = connection.prepare_cached(sql)?;
        let found = statement.query_row([last, end.0], |row| row.get(0));
        Ok(found.optional()?)
    };
    let start = RecordId::new(shard, 0).0;
    let (mut last, mut failures, mut found) = (start - 1, 0, Vec::new());
    while failures < MOST_FAILURES_IN_TAIL {
        let id = match after(last) {
            Ok(None) => break,
            Ok(Some(id)) => id,
            Err(_) => {
                (last, failures) = (last + 1, failures + 1);
                continue;
            }
        };
        (last, failures) = (id.0, 0);
        let Ok(records) = tail::records_around(connection, shard, id.number(), id.number()) else {
            continue;
        };
        for (number, record) in records {
            let (first, sequence) = (u64::from(number), record.sequence);
            let end = first + record.rows() as u64;
            last = last.max(start + end as i64 - 1);
            found.push(Piece {
                first: sequence,
                last: sequence,
                numbers: (first, end),
                source: Source::Tail((number, record)),
            });
        }
    }
    found
}
