//! Sealing: tail rows become blocks, in the caller's transaction.
//!
//! Blocks of a shard never overlap in sequence numbers. Records that fall into an existing block,
//! which happens only where captures overlap out of order, are merged into it.

use super::shard::ShardState;
use crate::{
    PreparedRecord, ShardKey, StoreError,
    block::{self, MAX_BLOB_BYTES, MAX_ROWS, Numbers},
    blocks::{self, BlockHeader},
    tail::{self, TailRecord},
};
use rusqlite::Connection;
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    /// What fills blocks; the rest stays in the tail.
    Full,
    /// Everything, also into small blocks.
    All,
}

pub(crate) fn is_due(state: &ShardState) -> bool {
    state.tail_rows >= MAX_ROWS as u64 || state.tail_bytes >= MAX_BLOB_BYTES as u64
}

/// Seals what is due; a tail that is scattered over many places is sealed whole.
pub(crate) fn seal_due(
    connection: &Connection,
    shard: ShardKey,
    state: &mut ShardState,
) -> Result<(), StoreError> {
    if is_due(state) {
        seal(connection, shard, state, Seal::Full)?;
    }
    if is_due(state) {
        seal(connection, shard, state, Seal::All)?;
    }
    Ok(())
}

pub(crate) fn seal(
    connection: &Connection,
    shard: ShardKey,
    state: &mut ShardState,
    how: Seal,
) -> Result<(), StoreError> {
    if state.tail_rows == 0 {
        return Ok(());
    }
    let mut records = tail::records(connection, shard, 0..tail::NUMBERS_END)?;
    records.sort_by_key(|(_, record)| record.sequence);
    let mut rest = records.as_slice();
    while let Some((_, first)) = rest.first() {
        let before = blocks::at_or_before(connection, shard, first.sequence)?;
        let sealed = match before {
            Some(block) if block.last >= first.sequence => {
                let inside = rest.partition_point(|(_, record)| record.sequence <= block.last);
                merge(connection, shard, &block, &rest[..inside])?;
                inside
            }
            _ => {
                let next = blocks::after(connection, shard, first.sequence)?;
                let group = next.map_or(rest.len(), |b| {
                    rest.partition_point(|(_, r)| r.sequence < b.first)
                });
                seal_group(connection, shard, before.as_ref(), &rest[..group], how)?;
                group
            }
        };
        rest = &rest[sealed..];
    }
    (state.tail_rows, state.tail_bytes) = tail::extent(connection, shard)?;
    Ok(())
}

/// Records with no block among them.
fn seal_group(
    connection: &Connection,
    shard: ShardKey,
    before: Option<&BlockHeader>,
    group: &[TailRecord],
    how: Seal,
) -> Result<(), StoreError> {
    if how == Seal::All {
        return match before.filter(|block| has_room(block, group)) {
            Some(block) => merge(connection, shard, block, group),
            None => put_sealed(connection, shard, group, whole(group)),
        };
    }
    let mut rest = group;
    while let Some(full) = full_prefix(rest) {
        put_sealed(connection, shard, &rest[..full], std::iter::once(0..full))?;
        rest = &rest[full..];
    }
    Ok(())
}

fn whole(records: &[TailRecord]) -> impl Iterator<Item = Range<usize>> + use<> {
    block::cut(&records.iter().map(|(_, record)| record)).into_iter()
}

/// As many records as one block takes, if there are enough to fill it.
fn full_prefix(records: &[TailRecord]) -> Option<usize> {
    let (mut rows, mut bytes) = (0, 0);
    for (index, (_, record)) in records.iter().enumerate() {
        let over = rows + record.rows() > MAX_ROWS || bytes + record.blob.len() > MAX_BLOB_BYTES;
        if over && index > 0 {
            return Some(index);
        }
        rows += record.rows();
        bytes += record.blob.len();
        if rows >= MAX_ROWS || bytes >= MAX_BLOB_BYTES {
            return Some(index + 1);
        }
    }
    None
}

/// A small block is taken back in rather than leaving many small ones over the years.
fn has_room(block: &BlockHeader, group: &[TailRecord]) -> bool {
    let rows: usize = group.iter().map(|(_, record)| record.rows()).sum();
    let bytes: usize = group.iter().map(|(_, record)| record.blob.len()).sum();
    block.rows as usize + rows <= MAX_ROWS && block.blob_bytes as usize + bytes <= MAX_BLOB_BYTES
}

fn merge(
    connection: &Connection,
    shard: ShardKey,
    into: &BlockHeader,
    group: &[TailRecord],
) -> Result<(), StoreError> {
    let mut records = blocks::decode(connection, into)?.to_prepared();
    records.extend_from_slice(group);
    records.sort_by_key(|(_, record)| record.sequence);
    blocks::remove(connection, into.key)?;
    remove_from_tail(connection, shard, group)?;
    put_blocks(connection, shard, &records, whole(&records))
}

fn put_sealed(
    connection: &Connection,
    shard: ShardKey,
    records: &[TailRecord],
    pieces: impl Iterator<Item = Range<usize>>,
) -> Result<(), StoreError> {
    remove_from_tail(connection, shard, records)?;
    put_blocks(connection, shard, records, pieces)
}

fn remove_from_tail(
    connection: &Connection,
    shard: ShardKey,
    records: &[TailRecord],
) -> Result<(), StoreError> {
    for (number, record) in records {
        tail::remove(connection, shard, *number, record.rows())?;
    }
    Ok(())
}

/// Records in sequence order, each piece a block.
pub(crate) fn put_blocks(
    connection: &Connection,
    shard: ShardKey,
    records: &[TailRecord],
    pieces: impl Iterator<Item = Range<usize>>,
) -> Result<(), StoreError> {
    for piece in pieces {
        let mut numbers = Numbers::default();
        for (number, record) in &records[piece.clone()] {
            numbers.push(*number, record.rows() as u32);
        }
        let records: Vec<&PreparedRecord> =
            records[piece].iter().map(|(_, record)| record).collect();
        blocks::put(connection, shard, &block::encode(&records)?, &numbers)?;
    }
    Ok(())
}
