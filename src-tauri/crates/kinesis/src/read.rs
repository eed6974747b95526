//! Reading one shard: iterators and pages of records.
//!
//! One call, one attempt: whoever reads a shard owns its pace and its retries, because every attempt
//! counts against the shard's five calls a second, which production's consumers share.

use crate::{
    Connection, KinesisError, Operation,
    answers::{hash_key_range, malformed, millis},
    clients::once,
    connection::send,
    witness::Place,
};
use aws_sdk_kinesis::{
    operation::get_records::GetRecordsOutput,
    types::{Record, ShardIteratorType},
};
use aws_smithy_types::DateTime;
use record::{HashKeyRange, KinesisRecord, Millis, SequenceNumber, ShardId, StreamName};
use std::{fmt, sync::Arc};

/// Where an iterator begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    TrimHorizon,
    Latest,
    AtTimestamp(Millis),
    AtSequence(SequenceNumber),
    AfterSequence(SequenceNumber),
}

/// An opaque place in a shard, valid for five minutes on AWS.
#[derive(Clone, PartialEq, Eq)]
pub struct ShardIterator {
    token: String,
    /// Whose it is: the token does not say.
    place: Arc<Place>,
}

impl fmt::Debug for ShardIterator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShardIterator(…{} bytes)", self.token.len())
    }
}

/// One answer of `GetRecords`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordsPage {
    pub records: Vec<KinesisRecord>,
    /// `None` at the end of a closed shard.
    pub next: Option<ShardIterator>,
    pub child_shards: Vec<ChildShard>,
    pub millis_behind_latest: Option<u64>,
    /// Payloads and partition keys: what the shard's read limit counts.
    pub bytes: u64,
    /// The answer's `Date`: whole seconds, rounded down.
    pub server_time: Option<Millis>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildShard {
    pub id: ShardId,
    pub parents: Vec<ShardId>,
    pub hash_range: Option<HashKeyRange>,
}

impl Connection {
    pub async fn iterator(
        &self,
        stream: &StreamName,
        shard: &ShardId,
        start: &Start,
    ) -> Result<ShardIterator, KinesisError> {
        const OPERATION: Operation = Operation::GetShardIterator;
        let request = self
            .0
            .client
            .get_shard_iterator()
            .stream_name(stream.as_str())
            .shard_id(shard.as_str());
        let request = match start {
            Start::TrimHorizon => request.shard_iterator_type(ShardIteratorType::TrimHorizon),
            Start::Latest => request.shard_iterator_type(ShardIteratorType::Latest),
            Start::AtTimestamp(time) => request
                .shard_iterator_type(ShardIteratorType::AtTimestamp)
                .timestamp(DateTime::from_millis(time.0)),
            Start::AtSequence(number) => request
                .shard_iterator_type(ShardIteratorType::AtSequenceNumber)
                .starting_sequence_number(number.to_string()),
            Start::AfterSequence(number) => request
                .shard_iterator_type(ShardIteratorType::AfterSequenceNumber)
                .starting_sequence_number(number.to_string()),
        };
        let (output, _) = send!(self, OPERATION, request, override once())?;
        let iterator = output
            .shard_iterator
            .filter(|iterator| !iterator.is_empty());
        let token = iterator.ok_or_else(|| malformed(OPERATION, "no iterator"))?;
        let place = Place {
            stream: stream.clone(),
            shard: shard.clone(),
        };
        Ok(ShardIterator {
            token,
            place: Arc::new(place),
        })
    }

    /// At most `limit` records from the iterator on; fewer, and none at all, are normal.
    pub async fn records(
        &self,
        iterator: &ShardIterator,
        limit: u32,
    ) -> Result<RecordsPage, KinesisError> {
        const OPERATION: Operation = Operation::GetRecords;
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let request = self
            .0
            .client
            .get_records()
            .shard_iterator(&iterator.token)
            .limit(limit);
        let (output, witness) = send!(
            self,
            OPERATION,
            request,
            override once(),
            of Some(&iterator.place)
        )?;
        self.0.observed.page(&output);
        page(output, &iterator.place, witness.server_time())
    }
}

fn page(
    output: GetRecordsOutput,
    place: &Arc<Place>,
    server_time: Option<Millis>,
) -> Result<RecordsPage, KinesisError> {
    let mut bytes = 0;
    let mut records = Vec::with_capacity(output.records.len());
    for record in output.records {
        let record = kinesis_record(record)?;
        bytes +=
            (record.payload.len() + record.partition_key.as_ref().map_or(0, String::len)) as u64;
        records.push(record);
    }
    let children = output.child_shards.unwrap_or_default();
    Ok(RecordsPage {
        records,
        next: output
            .next_shard_iterator
            .filter(|next| !next.is_empty())
            .map(|token| ShardIterator {
                token,
                place: Arc::clone(place),
            }),
        child_shards: children.iter().map(child_shard).collect::<Result<_, _>>()?,
        millis_behind_latest: output
            .millis_behind_latest
            .and_then(|millis| u64::try_from(millis).ok()),
        bytes,
        server_time,
    })
}

fn kinesis_record(record: Record) -> Result<KinesisRecord, KinesisError> {
    let arrival = record.approximate_arrival_timestamp.as_ref().map(millis);
    Ok(KinesisRecord {
        sequence: record
            .sequence_number
            .parse()
            .map_err(|error| malformed(Operation::GetRecords, error))?,
        arrival: arrival
            .ok_or_else(|| malformed(Operation::GetRecords, "a record has no arrival time"))?,
        partition_key: record.partition_key,
        payload: record.data.into_inner(),
    })
}

fn child_shard(child: &aws_sdk_kinesis::types::ChildShard) -> Result<ChildShard, KinesisError> {
    let id = |text: &str| {
        text.parse::<ShardId>()
            .map_err(|error| malformed(Operation::GetRecords, error))
    };
    Ok(ChildShard {
        id: id(&child.shard_id)?,
        parents: child
            .parent_shards
            .iter()
            .map(|parent| id(parent))
            .collect::<Result<_, _>>()?,
        hash_range: child.hash_key_range.as_ref().and_then(hash_key_range),
    })
}
