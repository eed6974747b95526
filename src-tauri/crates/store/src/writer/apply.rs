//! One batch, laid down in the writer's open transaction: records, gap, coverage, checkpoint.

use super::{
    seal::{self, Seal},
    shard::ShardState,
};
use crate::{
    Committed, PreparedRecord, RecordId, ShardKey, StoreError,
    batch::{Load, QueuedBatch},
    block::{Columns, DecodedBlock, EncodedBlock, Numbers},
    blocks, captures,
    coverage::{self, Reading},
    tail,
};
use mutants::Mutant;
use record::SequenceNumber;
use rusqlite::Connection;
use std::collections::HashSet;

pub(crate) fn apply(
    connection: &Connection,
    state: &mut ShardState,
    batch: &QueuedBatch,
) -> Result<Committed, StoreError> {
    let at = (batch.capture, batch.shard);
    if let Some(gap) = &batch.gap {
        coverage::put_gap(connection, batch.capture, batch.shard, gap)?;
    }
    let interval = coverage::open_interval(connection, batch.capture, batch.shard)?;
    let known = interval.as_ref().and_then(|interval| interval.sequences);
    let newly_covered = rows_outside(batch, known)?;
    let committed = put_records(connection, state, batch)?;
    let reading = Reading {
        sequences: batch.sequences,
        first_arrival: batch.arrivals.map(|(first, _)| first),
        last_arrival: batch.arrivals.map(|(_, last)| last),
        covered_through: batch.covered_through,
    };
    coverage::extend(connection, at, interval.as_ref(), &reading, newly_covered)?;
    captures::put_checkpoint(connection, batch.capture, batch.shard, batch.checkpoint)?;
    Ok(committed)
}

fn put_records(
    connection: &Connection,
    state: &mut ShardState,
    batch: &QueuedBatch,
) -> Result<Committed, StoreError> {
    let Some((first, last)) = batch.sequences else {
        return Ok(Committed {
            inserted: 0,
            duplicates: batch.repeated,
            last_id: None,
            first_already_present: false,
        });
    };
    let beyond = state.last_sequence.is_none_or(|stored| stored < first)
        || mutants::is_on(Mutant::DuplicatesKept);
    let before = state.next_number;
    let mut first_already_present = false;
    match &batch.load {
        Load::Blocks(blocks) if beyond => append_blocks(connection, batch.shard, state, blocks)?,
        Load::Records(records) if beyond => {
            append_rows(connection, batch.shard, state, records.iter())?;
        }
        load => {
            let present = present(connection, batch.shard, first, last)?;
            first_already_present = present.contains(&first);
            let records = to_records(load)?;
            let fresh = records
                .iter()
                .filter(|record| !present.contains(&record.sequence));
            append_rows(connection, batch.shard, state, fresh)?;
        }
    }
    let inserted = state.next_number - before;
    let last_id =
        (inserted > 0).then(|| RecordId::new(batch.shard, (state.next_number - 1) as u32));
    let duplicates = batch.rows - inserted + batch.repeated;
    Ok(Committed {
        inserted,
        duplicates,
        last_id,
        first_already_present,
    })
}

fn append_blocks(
    connection: &Connection,
    shard: ShardKey,
    state: &mut ShardState,
    encoded: &[EncodedBlock],
) -> Result<(), StoreError> {
    seal::seal(connection, shard, state, Seal::All)?;
    for block in encoded {
        let mut numbers = Numbers::default();
        numbers.push(state.take_numbers(shard, block.rows.into())?, block.rows);
        blocks::put(connection, shard, block, &numbers)?;
        state.size_bytes += block.size_bytes;
        state.saw(block.last, block.arrival_min, block.arrival_max);
    }
    Ok(())
}

fn append_rows<'a>(
    connection: &Connection,
    shard: ShardKey,
    state: &mut ShardState,
    records: impl Iterator<Item = &'a PreparedRecord>,
) -> Result<(), StoreError> {
    for record in records {
        let rows = record.rows() as u64;
        let number = state.take_numbers(shard, rows)?;
        tail::insert(connection, shard, number, record)?;
        state.size_bytes += record.size_bytes();
        state.saw(record.sequence, record.arrival.0, record.arrival.0);
        state.tail_rows += rows;
        state.tail_bytes += record.blob.len() as u64;
    }
    seal::seal_due(connection, shard, state)
}

/// What is stored already of the sequence numbers from `first` to `last`.
fn present(
    connection: &Connection,
    shard: ShardKey,
    first: SequenceNumber,
    last: SequenceNumber,
) -> Result<HashSet<SequenceNumber>, StoreError> {
    let mut present: HashSet<_> = tail::sequences(connection, shard, first, last)?
        .into_iter()
        .collect();
    for block in blocks::overlapping(connection, shard, first, last)? {
        let columns = blocks::columns(connection, &block)?;
        present.extend((0..columns.len()).map(|place| columns.row(place).sequence));
    }
    Ok(present)
}

fn rows_outside(
    batch: &QueuedBatch,
    known: Option<(SequenceNumber, SequenceNumber)>,
) -> Result<u64, StoreError> {
    let (Some((known_first, known_last)), Some((first, last))) = (known, batch.sequences) else {
        return Ok(batch.rows);
    };
    if first > known_last || last < known_first {
        return Ok(batch.rows);
    }
    let outside = |sequence| sequence < known_first || sequence > known_last;
    let rows = |records: &[PreparedRecord]| {
        records
            .iter()
            .filter(|r| outside(r.sequence))
            .map(|r| r.rows() as u64)
            .sum::<u64>()
    };
    match &batch.load {
        Load::Records(records) => Ok(rows(records)),
        Load::Blocks(_) => Ok(rows(&to_records(&batch.load)?)),
    }
}

/// Encoded blocks back to records: only where duplicates are possible.
fn to_records(load: &Load) -> Result<Vec<PreparedRecord>, StoreError> {
    match load {
        Load::Records(records) => Ok(records.clone()),
        Load::Blocks(blocks) => {
            let mut records = Vec::new();
            for block in blocks {
                let columns =
                    Columns::decode(&block.columns, &block.arrivals, block.rows as usize)?;
                let mut numbers = Numbers::default();
                numbers.push(0, block.rows);
                let decoded = DecodedBlock::new(numbers, columns, &block.payloads)?;
                records.extend(decoded.to_prepared().into_iter().map(|(_, record)| record));
            }
            Ok(records)
        }
    }
}
