//! What a view looks at: the shards of some captures with the stretches that those cover.

use crate::{
    CaptureId, ShardKey, StoreError, StreamKey,
    blocks::{self, BlockHeader},
    captures, coverage,
    ranges::{Ranges, Within},
    readings::ShardReading,
    sql::optional_sequence,
    streams::shard_id,
    tail::{self, TailRecord},
};
use query::Bounds;
use record::{SequenceNumber, ShardId};
use rusqlite::{Connection, Row, types::Value};
use std::{ops::Range, sync::Arc};

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
    /// Stored of the shard, whoever captured them.
    pub records: u64,
    /// What each capture of the scope stored or met there, added up: more than there are where they share some.
    pub added_up: u64,
    /// More than one capture of the scope has records there.
    is_shared: bool,
    pub arrivals: Option<(i64, i64)>,
    pub last_sequence: Option<SequenceNumber>,
}

#[derive(Clone, Debug)]
pub(crate) struct ShardName {
    pub key: ShardKey,
    pub stream: StreamKey,
    pub id: ShardId,
    pub stream_name: String,
    /// How its records are read, where a filter looks into them.
    pub reading: ShardReading,
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

    /// How many of a block's records it has, of those with a number in `numbers`.
    pub fn count(
        &self,
        connection: &Connection,
        block: &BlockHeader,
        numbers: &Range<u64>,
    ) -> Result<u64, StoreError> {
        let is_in = |number: &u32| numbers.contains(&u64::from(*number));
        Ok(match self.within(block.first, block.last) {
            Within::NotAtAll => 0,
            Within::Wholly => block.numbers.iter().filter(is_in).count() as u64,
            Within::Partly => count_where(connection, block, numbers, |sequence| {
                self.contains(sequence)
            })?,
        })
    }

    pub fn count_tail(&self, tail: &[TailRecord]) -> u64 {
        let covered = tail
            .iter()
            .filter(|(_, record)| self.contains(record.sequence));
        covered.map(|(_, record)| record.rows() as u64).sum()
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
        let counts = counts(connection, shard.name.key, &scope.captures)?;
        shard.added_up = counts.iter().sum();
        shard.is_shared = counts.iter().filter(|&&count| count > 0).count() > 1;
        found.push(shard);
    }
    Ok(found)
}

/// How many of a block's records with a number in `numbers` have such a sequence number.
pub(super) fn count_where(
    connection: &Connection,
    block: &BlockHeader,
    numbers: &Range<u64>,
    is_counted: impl Fn(SequenceNumber) -> bool,
) -> Result<u64, StoreError> {
    let columns = blocks::columns(connection, block)?;
    let places = (0..).zip(block.numbers.iter());
    let places = places.filter(|(_, number)| numbers.contains(&u64::from(*number)));
    Ok(places
        .filter(|&(place, _)| is_counted(columns.row(place).sequence))
        .count() as u64)
}

/// Of each capture, as its coverage counts them.
fn counts(
    connection: &Connection,
    shard: ShardKey,
    captures: &[CaptureId],
) -> Result<Vec<u64>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(sum(records), 0) FROM coverage WHERE capture = ? AND shard = ?",
    )?;
    let counted = captures.iter().map(|capture| {
        let counted: i64 = statement.query_row([capture.0, shard.0], |row| row.get(0))?;
        Ok(counted.unsigned_abs())
    });
    counted.collect()
}

impl ScopeShard {
    /// Records inside the coverage, each once. Where captures share some, the headers of all blocks are read.
    pub fn covered_records(&self, snapshot: &Connection) -> Result<u64, StoreError> {
        if !self.is_shared {
            return Ok(self.added_up.min(self.records));
        }
        let everything = 0..self.next_number;
        let mut records = 0;
        for outline in blocks::outlines(snapshot, self.name.key)? {
            records += match self.covered.within(outline.first, outline.last) {
                Within::Wholly => outline.numbers.len() as u64,
                Within::NotAtAll => 0,
                // the ends of stretches are few
                Within::Partly => match blocks::find(snapshot, outline.key)? {
                    Some(block) => self.covered.count(snapshot, &block, &everything)?,
                    None => 0,
                },
            };
        }
        let tail = tail::records(snapshot, self.name.key, everything)?;
        Ok(records + self.covered.count_tail(&tail))
    }
}

fn shard(row: &Row) -> Result<ScopeShard, StoreError> {
    let records = row.get::<_, i64>(5)? as u64;
    Ok(ScopeShard {
        name: Arc::new(ShardName {
            key: row.get(0)?,
            stream: row.get(1)?,
            id: shard_id(&row.get::<_, String>(2)?)?,
            stream_name: row.get(3)?,
            reading: ShardReading::default(),
        }),
        covered: Covered::Everything,
        next_number: row.get::<_, i64>(4)? as u64,
        records,
        added_up: records,
        is_shared: false,
        arrivals: row.get::<_, Option<i64>>(6)?.zip(row.get(7)?),
        last_sequence: optional_sequence(row, 8)?,
    })
}
