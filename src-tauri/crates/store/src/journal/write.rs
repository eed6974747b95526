//! Chunks on their way into the file: packed by who hands them in, appended by the writer thread.

use super::{Attempt, AttemptResult, Intent, Subject, body};
use crate::{DeliveryId, StoreError};
use record::{Millis, SequenceNumber};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

pub(super) const INTENTS: i64 = 0;
pub(super) const ATTEMPTS: i64 = 1;

type Span = (SequenceNumber, SequenceNumber);

pub(super) struct Chunk {
    kind: i64,
    at: Millis,
    positions: (u64, u64),
    records: usize,
    body: Vec<u8>,
    origins: BTreeMap<i64, Span>,
    results: BTreeMap<String, Span>,
}

/// `None` for nothing.
pub(super) fn intents(at: Millis, intents: &[Intent]) -> Option<Chunk> {
    let mut origins = BTreeMap::new();
    for intent in intents {
        if let Subject::Captured {
            record, sequence, ..
        } = intent.subject
        {
            widen(&mut origins, record.shard().0, sequence);
        }
    }
    Some(Chunk {
        kind: INTENTS,
        at,
        positions: bounds(intents.iter().map(|intent| intent.position))?,
        records: intents.len(),
        body: body::encode_intents(intents),
        origins,
        results: BTreeMap::new(),
    })
}

/// `None` for nothing.
pub(super) fn attempts(at: Millis, attempts: &[Attempt]) -> Option<Chunk> {
    let all = || attempts.iter().flat_map(|attempt| &attempt.results);
    let mut by_shard: BTreeMap<&str, Span> = BTreeMap::new();
    for (_, result) in all() {
        if let AttemptResult::Acknowledged { shard, sequence } = result {
            widen(&mut by_shard, shard.as_str(), *sequence);
        }
    }
    let results = by_shard
        .into_iter()
        .map(|(shard, span)| (shard.to_owned(), span))
        .collect();
    Some(Chunk {
        kind: ATTEMPTS,
        at,
        positions: bounds(all().map(|(position, _)| *position))?,
        records: all().count(),
        body: body::encode_attempts(at, attempts),
        origins: BTreeMap::new(),
        results,
    })
}

fn bounds(positions: impl Iterator<Item = u64> + Clone) -> Option<(u64, u64)> {
    positions.clone().min().zip(positions.max())
}

fn widen<K: Ord>(spans: &mut BTreeMap<K, Span>, shard: K, sequence: SequenceNumber) {
    let span = spans.entry(shard).or_insert((sequence, sequence));
    span.0 = span.0.min(sequence);
    span.1 = span.1.max(sequence);
}

pub(super) fn append(
    connection: &Connection,
    delivery: DeliveryId,
    chunk: &Chunk,
) -> Result<(), StoreError> {
    let key = connection
        .prepare_cached(
            "INSERT INTO delivery_chunk (delivery, kind, at, first_position, last_position, records, body)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .insert(params![
            delivery,
            chunk.kind,
            chunk.at.0,
            chunk.positions.0 as i64,
            chunk.positions.1 as i64,
            chunk.records as i64,
            chunk.body
        ])?;
    let mut origin = connection.prepare_cached(
        "INSERT INTO delivery_origin (shard, first_sequence, last_sequence, chunk) VALUES (?, ?, ?, ?)",
    )?;
    for (shard, (first, last)) in &chunk.origins {
        origin.execute(params![shard, first.as_key(), last.as_key(), key])?;
    }
    let mut result = connection.prepare_cached(
        "INSERT INTO delivery_result (shard, first_sequence, last_sequence, chunk) VALUES (?, ?, ?, ?)",
    )?;
    for (shard, (first, last)) in &chunk.results {
        result.execute(params![shard, first.as_key(), last.as_key(), key])?;
    }
    Ok(())
}
