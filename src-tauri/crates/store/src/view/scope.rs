//! What a view looks at: the shards of some captures with the stretches that those cover.

use crate::{
    CaptureId, ShardKey, StoreError, StreamKey, captures, coverage,
    ranges::{Ranges, Within},
    sql::optional_sequence,
    streams::shard_id,
};
use query::Bounds;
use record::{SequenceNumber, ShardId};
use rusqlite::{Connection, Row, types::Value};
use std::sync::Arc;

/// The records inside these captures' coverage; without captures, the whole workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    pub captures: Vec<CaptureId>,
}

/// A shard in a scope, as it stands in one snapshot.
#[derive(Clone, Debug)]
pub(crate) struct ScopeShard {
    pub name: Arc<ShardName>,
    pub covered: Covered,
    pub next_number: u64,
    pub records: u64,
    pub arrivals: Option<(i64, i64)>,
    pub last_sequence: Option<SequenceNumber>,
}

#[derive(Debug)]
pub(crate) struct ShardName {
    pub key: ShardKey,
    pub stream: StreamKey,
    pub id: ShardId,
    pub stream_name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Covered {
    Everything,
    Only(Ranges),
}

impl Covered {
    pub fn contains(&self, sequence: SequenceNumber) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(ranges) => ranges.contains(sequence),
        }
    }

    pub fn within(&self, first: SequenceNumber, last: SequenceNumber) -> Within {
        match self {
            Self::Everything => Within::Wholly,
            Self::Only(ranges) => ranges.within(first, last),
        }
    }
}

const SHARD: &str =
    "SELECT shard.key, shard.stream, shard.id, stream.name, shard.next_number, shard.records,
    shard.arrival_min, shard.arrival_max, shard.last_sequence FROM shard JOIN stream ON stream.key = shard.stream";

/// The scope's shards in the order of their keys, without those that the bounds rule out.
pub(crate) fn shards(
    connection: &Connection,
    scope: &Scope,
    bounds: &Bounds,
) -> Result<Vec<ScopeShard>, StoreError> {
    if bounds.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    if scope.captures.is_empty() {
        let mut statement = connection.prepare_cached(&format!("{SHARD} ORDER BY shard.key"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            found.push(shard(row)?);
        }
    } else {
        for &capture in &scope.captures {
            captures::require(connection, capture)?;
        }
        found = captured_shards(connection, scope)?;
    }
    found.retain(|shard| bounds.may_be_in(&shard.name.stream_name, &shard.name.id));
    Ok(found)
}

fn captured_shards(connection: &Connection, scope: &Scope) -> Result<Vec<ScopeShard>, StoreError> {
    let marks = vec!["?"; scope.captures.len()].join(", ");
    let mut statement = connection.prepare_cached(&format!(
        "{SHARD} WHERE shard.key IN (SELECT shard FROM checkpoint WHERE capture IN ({marks})
                                     UNION SELECT shard FROM coverage WHERE capture IN ({marks}))
         ORDER BY shard.key"
    ))?;
    let twice = scope
        .captures
        .iter()
        .chain(&scope.captures)
        .map(|id| Value::from(id.0));
    let mut rows = statement.query(rusqlite::params_from_iter(twice))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mut shard = shard(row)?;
        let ranges = coverage::covered(connection, shard.name.key, |capture| {
            scope.captures.contains(&capture)
        })?;
        shard.covered = Covered::Only(ranges);
        found.push(shard);
    }
    Ok(found)
}

fn shard(row: &Row) -> Result<ScopeShard, StoreError> {
    Ok(ScopeShard {
        name: Arc::new(ShardName {
            key: row.get(0)?,
            stream: row.get(1)?,
            id: shard_id(&row.get::<_, String>(2)?)?,
            stream_name: row.get(3)?,
        }),
        covered: Covered::Everything,
        next_number: row.get::<_, i64>(4)? as u64,
        records: row.get::<_, i64>(5)? as u64,
        arrivals: row.get::<_, Option<i64>>(6)?.zip(row.get(7)?),
        last_sequence: optional_sequence(row, 8)?,
    })
}
