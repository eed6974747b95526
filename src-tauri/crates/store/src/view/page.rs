//! Rows and whole records, read from the tail or from blocks when they are asked for.

use super::{View, scope::ShardName};
use crate::{
    Reading, RecordFlags, RecordId, ShardKey, Store, StoreError, StreamKey, block,
    blocks::{self, BlockHeader},
    prepare::{Parts, Row},
    search::searched_text,
    tail,
};
use record::{HashKey, Millis, SequenceNumber, SubSequence};
use rusqlite::{Connection, OptionalExtension};
use std::{borrow::Cow, collections::HashMap, sync::Arc};

/// One byte more than `decode::preview` looks at, so that it knows a payload that goes on.
pub const HEAD_BYTES: usize = 4 * 1024 + 1;

/// One line of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    pub id: RecordId,
    pub arrival: Millis,
    pub stream: StreamKey,
    pub shard: ShardKey,
    pub sequence: SequenceNumber,
    pub sub: SubSequence,
    pub partition_key: Option<String>,
    /// Where the record names none itself, that of the first event packed in it that does.
    pub event_type: Option<String>,
    pub size_bytes: u64,
    pub flags: RecordFlags,
    /// The payload's beginning, at most [`HEAD_BYTES`]: enough for a line that shows it.
    pub head: Vec<u8>,
}

/// A record with its bytes as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullRecord {
    pub row: RecordRow,
    pub payload: Vec<u8>,
    pub aggregate: Option<Aggregate>,
    pub explicit_hash_key: Option<HashKey>,
}

/// The Kinesis record that a user record came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregate {
    pub blob: Vec<u8>,
    pub partition_key: Option<String>,
}

impl View {
    /// `count` rows from `first_row` on, in the order (arrival, id). Fewer at the end, and where
    /// records were deleted meanwhile: the next [`View::advance`] leaves those out.
    pub fn page(&self, first_row: u64, count: usize) -> Result<Vec<RecordRow>, StoreError> {
        let rows = self.page_with(first_row, count, |_, _| ())?;
        Ok(rows.into_iter().map(|(row, ())| row).collect())
    }

    /// The same rows, each with what `look` makes of its whole payload.
    pub fn page_with<T>(
        &self,
        first_row: u64,
        count: usize,
        mut look: impl FnMut(&[u8], &Reading) -> T,
    ) -> Result<Vec<(RecordRow, T)>, StoreError> {
        let wanted: Vec<(Arc<ShardName>, u32)> = {
            let lanes = self.inner.read();
            let rows = lanes.rows(first_row, count).into_iter();
            rows.map(|(lane, number)| (Arc::clone(&lanes.lanes[lane].shard), number))
                .collect()
        };
        let mut by_shard: HashMap<ShardKey, (&ShardName, Vec<u32>)> = HashMap::new();
        for (shard, number) in &wanted {
            by_shard
                .entry(shard.key)
                .or_insert((shard, Vec::new()))
                .1
                .push(*number);
        }
        let snapshot = self.store.shared.readers.snapshot()?;
        let mut rows = HashMap::with_capacity(wanted.len());
        for (shard, mut numbers) in by_shard.into_values() {
            numbers.sort_unstable();
            let reading = self.store.reading(shard.key);
            self.store.read_rows(
                &snapshot,
                (shard.key, shard.stream),
                &numbers,
                &mut |row: RecordRow, payload: &[u8]| {
                    let row = row.typed(payload, &reading);
                    rows.insert(row.id, (row, look(payload, &reading)));
                },
            )?;
        }
        Ok(wanted
            .into_iter()
            .filter_map(|(shard, number)| rows.remove(&RecordId::new(shard.key, number)))
            .collect())
    }
}

impl RecordRow {
    /// With the type of the first event that is packed in its payload, where it names none itself.
    fn typed(self, payload: &[u8], reading: &Reading) -> Self {
        if self.event_type.is_some() {
            return self;
        }
        let event_type = packed_type(payload, reading);
        Self { event_type, ..self }
    }
}

/// The type of the first event packed in a payload that has one.
pub(crate) fn packed_type(payload: &[u8], reading: &Reading) -> Option<String> {
    let text = searched_text(payload, reading)?;
    let mut types = decode::said_events(&text).flat_map(decode::SaidEvent::types);
    types.next().map(Cow::into_owned)
}

impl Store {
    pub fn record(&self, id: RecordId) -> Result<Option<FullRecord>, StoreError> {
        let found = self.stored_record(id)?;
        Ok(found.map(|full| FullRecord {
            row: full.row.typed(&full.payload, &self.reading(id.shard())),
            ..full
        }))
    }

    fn stored_record(&self, id: RecordId) -> Result<Option<FullRecord>, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let Some(stream) = stream_of(&snapshot, id.shard())? else {
            return Ok(None);
        };
        if let Some(block) = blocks::with_number(&snapshot, id.shard(), id.number())? {
            return self.sealed_record(&snapshot, stream, &block, id);
        }
        let records = tail::records_around(&snapshot, id.shard(), id.number(), id.number())?;
        Ok(records.into_iter().next().and_then(|(first, record)| {
            let row = record.row(id.number().checked_sub(first)? as usize);
            let payload = &record.blob[row.range()];
            let aggregate = matches!(record.parts, Parts::UserRecords(_)).then(|| Aggregate {
                blob: record.blob.clone(),
                partition_key: record.partition_key.clone(),
            });
            Some(full(id, stream, &row, payload, aggregate))
        }))
    }

    fn sealed_record(
        &self,
        snapshot: &Connection,
        stream: StreamKey,
        block: &BlockHeader,
        id: RecordId,
    ) -> Result<Option<FullRecord>, StoreError> {
        let decoded = self.shared.cache.get(snapshot, block)?;
        let Some(place) = decoded.numbers.place_of(id.number()) else {
            return Ok(None);
        };
        let row = decoded.columns.row(place);
        let aggregate = row.flags.has(RecordFlags::KPL_PART).then(|| Aggregate {
            blob: decoded.blob(place).to_vec(),
            partition_key: decoded.outer_key(place).map(str::to_owned),
        });
        Ok(Some(full(
            id,
            stream,
            &row,
            decoded.payload(place),
            aggregate,
        )))
    }

    /// Rows of one shard by their numbers, which are sorted.
    pub(crate) fn read_rows(
        &self,
        snapshot: &Connection,
        (shard, stream): (ShardKey, StreamKey),
        numbers: &[u32],
        take: &mut impl FnMut(RecordRow, &[u8]),
    ) -> Result<(), StoreError> {
        let mut unsealed = Vec::new();
        let mut rest = numbers;
        while let Some(&number) = rest.first() {
            let Some(block) = blocks::with_number(snapshot, shard, number)? else {
                unsealed.push(number);
                rest = &rest[1..];
                continue;
            };
            let decoded = self.shared.cache.get(snapshot, &block)?;
            let before = rest.len();
            while let Some((number, place)) = rest
                .first()
                .and_then(|&n| Some((n, decoded.numbers.place_of(n)?)))
            {
                let id = RecordId::new(shard, number);
                let payload = decoded.payload(place);
                take(
                    record_row(id, stream, &decoded.columns.row(place), payload),
                    payload,
                );
                rest = &rest[1..];
            }
            if rest.len() == before {
                return Err(StoreError::damaged(
                    "a block does not hold the record that it is listed for",
                ));
            }
        }
        read_unsealed(snapshot, (shard, stream), &unsealed, take)
    }
}

fn read_unsealed(
    snapshot: &Connection,
    (shard, stream): (ShardKey, StreamKey),
    numbers: &[u32],
    take: &mut impl FnMut(RecordRow, &[u8]),
) -> Result<(), StoreError> {
    let (Some(&first), Some(&last)) = (numbers.first(), numbers.last()) else {
        return Ok(());
    };
    for (start, record) in tail::records_around(snapshot, shard, first, last)? {
        for sub in 0..record.rows() {
            let number = start + sub as u32;
            if numbers.binary_search(&number).is_ok() {
                let row = record.row(sub);
                let payload = &record.blob[row.range()];
                let id = RecordId::new(shard, number);
                take(record_row(id, stream, &row, payload), payload);
            }
        }
    }
    Ok(())
}

pub(super) fn arrival_of(store: &Store, id: RecordId) -> Result<Option<i64>, StoreError> {
    let snapshot = store.shared.readers.snapshot()?;
    if let Some(block) = blocks::with_number(&snapshot, id.shard(), id.number())? {
        let arrivals = block::arrivals(&block.arrivals, block.rows as usize)?;
        return Ok(block
            .numbers
            .place_of(id.number())
            .and_then(|place| arrivals.get(place).copied()));
    }
    let arrival = snapshot
        .prepare_cached("SELECT arrival FROM tail WHERE id = ?")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(arrival)
}

fn stream_of(connection: &Connection, shard: ShardKey) -> Result<Option<StreamKey>, StoreError> {
    let stream = connection
        .prepare_cached("SELECT stream FROM shard WHERE key = ?")?
        .query_row([shard], |row| row.get(0))
        .optional()?;
    Ok(stream)
}

fn full(
    id: RecordId,
    stream: StreamKey,
    row: &Row,
    payload: &[u8],
    aggregate: Option<Aggregate>,
) -> FullRecord {
    FullRecord {
        row: record_row(id, stream, row, payload),
        payload: payload.to_vec(),
        aggregate,
        explicit_hash_key: row.explicit_hash_key,
    }
}

fn record_row(id: RecordId, stream: StreamKey, row: &Row, payload: &[u8]) -> RecordRow {
    RecordRow {
        id,
        arrival: row.arrival,
        stream,
        shard: id.shard(),
        sequence: row.sequence,
        sub: row.sub,
        partition_key: row.partition_key.map(str::to_owned),
        event_type: row.event_type.map(str::to_owned),
        size_bytes: row.size_bytes.into(),
        flags: row.flags,
        head: payload[..payload.len().min(HEAD_BYTES)].to_vec(),
    }
}
