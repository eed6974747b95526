//! A batch of one shard on its way to the writer.
//!
//! The submitting thread does what costs time: it checks the order and, where there is enough for
//! whole blocks, encodes them. The writer thread only inserts.

use crate::{
    CaptureId, NewGap, Position, PreparedRecord, RecordId, ShardKey, StoreError,
    block::{self, EncodedBlock, MAX_RECORD_BYTES},
};
use record::{Millis, SequenceNumber};
use std::sync::Arc;

/// Records of one shard with everything that must be true together with them.
#[derive(Clone, Debug)]
pub struct ShardBatch {
    pub capture: CaptureId,
    pub shard: ShardKey,
    /// In sequence order; a record that is repeated is taken once.
    pub records: Vec<PreparedRecord>,
    pub checkpoint: Position,
    /// How far in time the shard was read, with or without records.
    pub covered_through: Option<Millis>,
    pub gap: Option<NewGap>,
}

/// What became of a batch. Counted in user records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    pub inserted: u64,
    pub duplicates: u64,
    /// The last that was inserted.
    pub last_id: Option<RecordId>,
    /// The batch's first record was stored before: the proof that reading went on without a gap.
    pub first_already_present: bool,
}

pub type Done = Box<dyn FnOnce(Result<Committed, Arc<StoreError>>) + Send>;

/// A batch with at least this much is sealed at once instead of passing through the tail.
const DIRECT_ROWS: usize = 256;
const DIRECT_BYTES: usize = 128 * 1024;

pub(crate) struct QueuedBatch {
    pub capture: CaptureId,
    pub shard: ShardKey,
    pub checkpoint: Position,
    pub covered_through: Option<Millis>,
    pub gap: Option<NewGap>,
    pub load: Load,
    pub rows: u64,
    /// Dropped for being repeated within the batch.
    pub repeated: u64,
    pub sequences: Option<(SequenceNumber, SequenceNumber)>,
    pub arrivals: Option<(Millis, Millis)>,
    /// What it takes in memory while it waits.
    pub memory_bytes: usize,
    pub done: Done,
}

pub(crate) enum Load {
    Records(Vec<PreparedRecord>),
    Blocks(Vec<EncodedBlock>),
}

impl QueuedBatch {
    pub fn new(batch: ShardBatch, done: Done) -> Result<Self, (StoreError, Done)> {
        let ShardBatch {
            capture,
            shard,
            mut records,
            checkpoint,
            covered_through,
            gap,
        } = batch;
        let before: u64 = records.iter().map(|r| r.rows() as u64).sum();
        records.dedup_by(|next, kept| next.sequence == kept.sequence);
        if let Err(error) = check(shard, &records) {
            return Err((error, done));
        }
        let rows: usize = records.iter().map(PreparedRecord::rows).sum();
        let sequences = records
            .first()
            .zip(records.last())
            .map(|(first, last)| (first.sequence, last.sequence));
        let times = || records.iter().map(|r| r.arrival);
        let arrivals = times().min().zip(times().max());
        let load = match load(records, rows) {
            Ok(load) => load,
            Err(error) => return Err((error, done)),
        };
        Ok(Self {
            capture,
            shard,
            checkpoint,
            covered_through,
            gap,
            rows: rows as u64,
            repeated: before - rows as u64,
            sequences,
            arrivals,
            memory_bytes: load.memory_bytes(),
            load,
            done,
        })
    }
}

fn check(shard: ShardKey, records: &[PreparedRecord]) -> Result<(), StoreError> {
    if !records.is_sorted_by(|a, b| a.sequence < b.sequence) {
        return Err(StoreError::OutOfOrder(shard));
    }
    match records.iter().find(|r| r.blob.len() > MAX_RECORD_BYTES) {
        Some(record) => Err(StoreError::TooLarge(record.blob.len())),
        None => Ok(()),
    }
}

fn load(records: Vec<PreparedRecord>, rows: usize) -> Result<Load, StoreError> {
    let bytes: usize = records.iter().map(|r| r.blob.len()).sum();
    if rows < DIRECT_ROWS && bytes < DIRECT_BYTES {
        return Ok(Load::Records(records));
    }
    let encode =
        |piece: std::ops::Range<usize>| block::encode(&records[piece].iter().collect::<Vec<_>>());
    block::cut(&records.iter())
        .into_iter()
        .map(encode)
        .collect::<Result<_, _>>()
        .map(Load::Blocks)
}

impl Load {
    fn memory_bytes(&self) -> usize {
        match self {
            Self::Records(records) => records
                .iter()
                .map(|r| size_of::<PreparedRecord>() + r.blob.len())
                .sum(),
            Self::Blocks(blocks) => blocks
                .iter()
                .map(|b| b.arrivals.len() + b.columns.len() + b.payloads.len())
                .sum(),
        }
    }
}
