//! Writing to one stream: the only code of this program that can put a record.
//!
//! A [`Writer`] is made from a [`Grant`](crate::Grant) alone, for the one stream that the grant names.
//! Every call is one attempt: the SDK's own retries are off, because an attempt that nobody knows of
//! cannot be journaled. Batches, order and repeating are the caller's.

mod outcome;

pub use outcome::{Outcome, Refusal, says_slow_down};

use crate::{
    Connection, Grant, Operation, RecordDistribution, StreamStatus, WriteError, witness::Witness,
};
use aws_config::retry::RetryConfig;
use aws_sdk_kinesis::{Client, primitives::Blob, types::PutRecordsRequestEntry};
use bytes::Bytes;
pub(crate) use outcome::of_failure;
use outcome::{acknowledged, of_entry};
use record::{HashKey, Millis, SequenceNumber, StreamName};
use std::time::Duration;
use tokio::time::Instant;

/// A record as it is put.
#[derive(Clone, Copy, Debug)]
pub struct PutEntry<'a> {
    pub key: &'a str,
    pub explicit_hash_key: Option<HashKey>,
    pub data: &'a Bytes,
}

/// Puts records into the stream of one grant, as long as the grant is valid. Never re-used for
/// another stream: after a pause, [`open`](Writer::open) another one.
#[derive(Debug)]
pub struct Writer {
    grant: Grant,
    stream: StreamName,
    one: Client,
    many: Client,
    expires: Instant,
    /// A clock of the machine's own time stands still while it sleeps; a permission does not.
    clock: fn() -> Millis,
    max_record_kib: Option<u32>,
    distribution: RecordDistribution,
}

impl Writer {
    /// Asks the endpoint again who we are and which stream this is, and opens only if both are what
    /// was granted. No record is put by this. `clock` is the time of day, asked again before each put.
    ///
    /// # Errors
    /// [`WriteError`]: the grant has expired, something is another than granted, the stream takes no
    /// records, or the endpoint could not say.
    pub async fn open(
        connection: &Connection,
        grant: &Grant,
        clock: fn() -> Millis,
    ) -> Result<Self, WriteError> {
        if grant.is_revoked() {
            return Err(WriteError::Revoked);
        }
        let asked = Instant::now();
        let left = grant.expires_at().since(clock());
        let left = u64::try_from(left).ok().filter(|&left| left > 0);
        let left = left.ok_or(WriteError::Expired {
            at: grant.expires_at(),
        })?;
        let (found, summary) = connection.resolve_target(grant.target().name()).await?;
        grant.target().require_same(&found)?;
        if !matches!(
            summary.status,
            StreamStatus::Active | StreamStatus::Updating
        ) {
            return Err(WriteError::NotWritable {
                stream: summary.name,
                status: summary.status,
            });
        }
        let client = |operation| {
            let config = connection.0.client.config().to_builder();
            let witness = Witness::of_single_attempts(operation, &connection.0.counts);
            let config = config.retry_config(RetryConfig::disabled());
            Client::from_conf(config.interceptor(witness).build())
        };
        Ok(Self {
            grant: grant.clone(),
            stream: summary.name,
            one: client(Operation::PutRecord),
            many: client(Operation::PutRecords),
            expires: asked + Duration::from_millis(left),
            clock,
            max_record_kib: summary.max_record_kib,
            distribution: summary.distribution,
        })
    }

    /// The stream's `MaxRecordSizeInKiB`, where the endpoint says it.
    pub fn max_record_kib(&self) -> Option<u32> {
        self.max_record_kib
    }

    /// Streams with automatic distribution refuse `SequenceNumberForOrdering`.
    pub fn takes_ordering(&self) -> bool {
        self.distribution == RecordDistribution::ByKey
    }

    /// `PutRecord`: after the record with the number `after` on its shard, where one is given.
    pub async fn put_record(&self, entry: PutEntry<'_>, after: Option<SequenceNumber>) -> Outcome {
        if let Some(ended) = self.ended() {
            return ended;
        }
        let request = self
            .one
            .put_record()
            .stream_name(self.stream.as_str())
            .partition_key(entry.key)
            .set_explicit_hash_key(entry.explicit_hash_key.map(|key| key.to_string()))
            .set_sequence_number_for_ordering(after.map(|number| number.to_string()))
            .data(blob(entry.data));
        match request.send().await {
            Ok(output) => acknowledged(&output.shard_id, &output.sequence_number),
            Err(error) => of_failure(&error),
        }
    }

    /// `PutRecords`: one outcome for each entry, in their order. What of it was written and what not
    /// has nothing to do with that order.
    pub async fn put_records(&self, entries: &[PutEntry<'_>]) -> Vec<Outcome> {
        let all = |outcome: Outcome| vec![outcome; entries.len()];
        if let Some(ended) = self.ended() {
            return all(ended);
        }
        let records: Result<Vec<_>, _> = entries.iter().map(request_entry).collect();
        let records = match records {
            Ok(records) => records,
            Err(error) => return all(Outcome::barred("InvalidEntry", error.to_string())),
        };
        let request = self.many.put_records().stream_name(self.stream.as_str());
        match request.set_records(Some(records)).send().await {
            // an answer that does not fit the request says nothing about any of its entries
            Ok(output) if output.records.len() != entries.len() => all(Outcome::Unclear {
                cause: format!(
                    "{} entries were answered with {} results",
                    entries.len(),
                    output.records.len()
                ),
            }),
            Ok(output) => output.records.iter().map(of_entry).collect(),
            Err(error) => all(of_failure(&error)),
        }
    }

    /// Why nothing is put any more.
    fn ended(&self) -> Option<Outcome> {
        if self.grant.is_revoked() {
            let message = WriteError::Revoked.to_string();
            return Some(Outcome::withheld("GrantRevoked", message));
        }
        let is_over = Instant::now() >= self.expires || (self.clock)() >= self.grant.expires_at();
        is_over.then(|| Outcome::withheld("GrantExpired", "the permission to write has expired"))
    }
}

fn request_entry(
    entry: &PutEntry<'_>,
) -> Result<PutRecordsRequestEntry, aws_smithy_types::error::operation::BuildError> {
    PutRecordsRequestEntry::builder()
        .partition_key(entry.key)
        .set_explicit_hash_key(entry.explicit_hash_key.map(|key| key.to_string()))
        .data(blob(entry.data))
        .build()
}

fn blob(data: &Bytes) -> Blob {
    Blob::new(data.as_ref())
}
