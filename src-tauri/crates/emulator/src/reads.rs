//! `GetRecords`: a page of one shard, and how it ends.
//!
//! Source of the limits and of the meaning of each field:
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html>.

use crate::{
    positions::Position,
    shard_log::{KeptRecord, ShardLog},
    shim::{Shim, now},
    wire::{Blob, Fields, Refusal, decoded_bytes, text},
};
use ferrokinesis::{
    constants,
    types::{EpochSeconds, HashKeyRange, Stream},
};
use record::Millis;
use serde::Serialize;
use serde_json::Value;
use std::time::Instant;

const PAGE_BYTES_MAX: u64 = 10 << 20;
const PAGE_RECORDS_MAX: usize = 10_000;
/// The size of a page's records is unknown at first, and any may have a mebibyte.
const FIRST_FETCH_RECORDS: usize = 16;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Page {
    millis_behind_latest: i64,
    next_shard_iterator: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    child_shards: Vec<ChildShard>,
    records: Vec<PageRecord>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ChildShard {
    shard_id: String,
    parent_shards: Vec<String>,
    hash_key_range: HashKeyRange,
}

struct PageRecord(KeptRecord);

impl Serialize for PageRecord {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Fields<'a> {
            sequence_number: &'a str,
            approximate_arrival_timestamp: EpochSeconds,
            data: Blob<'a>,
            partition_key: &'a str,
        }
        Fields {
            sequence_number: &self.0.sequence,
            approximate_arrival_timestamp: EpochSeconds(self.0.arrival.as_secs_f64()),
            data: Blob(&self.0.data),
            partition_key: &self.0.partition_key,
        }
        .serialize(serializer)
    }
}

impl Shim {
    pub(crate) async fn records(&self, fields: &Fields) -> Result<Page, Refusal> {
        let position =
            Position::from_iterator(text(fields, constants::SHARD_ITERATOR).unwrap_or_default())?;
        let now = now();
        self.refuse_expired(&position, now)?;
        let gate = self.gate.read().await;
        let stream = self.store.get_stream(&position.stream).await?;
        let log = ShardLog::of(&self.store, &stream, position.shard_index)
            .ok_or_else(|| self.no_shard(&stream, &position.shard_id))?;
        self.reserve_read(&position)?;

        let limit = fields.get(constants::LIMIT).and_then(Value::as_u64);
        let limit = limit
            .and_then(|limit| usize::try_from(limit).ok())
            .unwrap_or(PAGE_RECORDS_MAX);
        let start = self
            .readable_from(&log, &stream, &position.sequence, now)
            .await;
        let (records, bytes) = page_of(&log, &start, limit.min(PAGE_RECORDS_MAX)).await;
        self.charge_read(&position, bytes);

        let next = records
            .last()
            .and_then(|last| ShardLog::after(&last.sequence))
            .unwrap_or(start);
        let more = !log.from(&next, 1).await.is_empty();
        drop(gate);
        let is_end = !more && is_closed(&stream, position.shard_index);
        let lag = records.last().map_or(0, |last| now.since(last.arrival));
        Ok(Page {
            millis_behind_latest: if more { lag.max(1) } else { 0 },
            next_shard_iterator: (!is_end).then(|| position.iterator_at(&next, now)),
            child_shards: if is_end {
                children(&stream, &position.shard_id)
            } else {
                Vec::new()
            },
            records: records.into_iter().map(PageRecord).collect(),
        })
    }

    fn refuse_expired(&self, position: &Position, now: Millis) -> Result<(), Refusal> {
        let age_millis = now.0.unsigned_abs().saturating_sub(position.created_millis);
        let ttl_millis = self.options.iterator_ttl.as_millis();
        if u128::from(age_millis) <= ttl_millis {
            return Ok(());
        }
        let created = Millis(position.created_millis.cast_signed());
        let message = format!(
            "Iterator expired. The iterator was created at time {created} while right now it is {now} which is further in the future than the tolerated delay of {ttl_millis} milliseconds."
        );
        Err(Refusal::client_error(
            constants::EXPIRED_ITERATOR,
            Some(&message),
        ))
    }

    fn reserve_read(&self, position: &Position) -> Result<(), Refusal> {
        if !self.options.enforces_read_limits
            || self
                .read_budgets
                .reserve(&position.stream, position.shard_index, Instant::now())
        {
            return Ok(());
        }
        let message = format!(
            "Rate exceeded for shard {} in stream {} under account {}.",
            position.shard_id, position.stream, self.store.aws_account_id
        );
        Err(Refusal::client_error(
            "ProvisionedThroughputExceededException",
            Some(&message),
        ))
    }

    fn charge_read(&self, position: &Position, bytes: u64) {
        if self.options.enforces_read_limits {
            self.read_budgets
                .charge(&position.stream, position.shard_index, bytes);
        }
    }

    /// The position itself, or the trim horizon when that has passed it.
    async fn readable_from(
        &self,
        log: &ShardLog<'_>,
        stream: &Stream,
        sequence: &str,
        now: Millis,
    ) -> String {
        let horizon = self.trim_horizon(stream, now);
        match log.from(sequence, 1).await.pop() {
            Some(first) if first.arrival < horizon => log.position_at(horizon).await,
            _ => sequence.to_owned(),
        }
    }
}

/// As many records as fit, at least one if there is one, and their size.
async fn page_of(log: &ShardLog<'_>, start: &str, limit: usize) -> (Vec<KeptRecord>, u64) {
    let mut records: Vec<KeptRecord> = Vec::new();
    let mut bytes = 0;
    let mut from = start.to_owned();
    let mut fetch = FIRST_FETCH_RECORDS.min(limit);
    while fetch > 0 {
        let fetched = log.from(&from, fetch).await;
        let exhausted = fetched.len() < fetch;
        for record in fetched {
            let size = decoded_bytes(&record.data) + record.partition_key.len() as u64;
            if bytes + size > PAGE_BYTES_MAX && !records.is_empty() {
                return (records, bytes);
            }
            bytes += size;
            records.push(record);
        }
        match records
            .last()
            .and_then(|last| ShardLog::after(&last.sequence))
        {
            Some(next) if !exhausted => from = next,
            _ => break,
        }
        let mean_bytes = (bytes / records.len() as u64).max(1);
        let fitting = usize::try_from((PAGE_BYTES_MAX - bytes.min(PAGE_BYTES_MAX)) / mean_bytes)
            .unwrap_or(limit);
        fetch = (fitting + 1).min(limit - records.len());
    }
    (records, bytes)
}

fn is_closed(stream: &Stream, shard_index: i64) -> bool {
    let shard = usize::try_from(shard_index)
        .ok()
        .and_then(|index| stream.shards.get(index));
    shard.is_some_and(|shard| shard.sequence_number_range.ending_sequence_number.is_some())
}

fn children(stream: &Stream, parent: &str) -> Vec<ChildShard> {
    let parents = |shard: &ferrokinesis::types::Shard| -> Vec<String> {
        shard
            .parent_shard_id
            .iter()
            .chain(&shard.adjacent_parent_shard_id)
            .cloned()
            .collect()
    };
    stream
        .shards
        .iter()
        .filter(|shard| parents(shard).iter().any(|id| id == parent))
        .map(|shard| ChildShard {
            shard_id: shard.shard_id.clone(),
            parent_shards: parents(shard),
            hash_key_range: shard.hash_key_range.clone(),
        })
        .collect()
}
