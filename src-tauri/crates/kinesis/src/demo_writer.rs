//! The demo's own way to write: creates streams and puts records on this machine only.
//!
//! It takes a socket address, refuses any that is not loopback and signs with placeholder words, so
//! it cannot reach AWS whatever the environment says. It retries nothing: the SDK repeats `Put*` by
//! default, and a repeated put is a duplicate.

use crate::{Connection, ConnectionSpec, KinesisError, Operation, Trust, connection::send};
use aws_config::retry::RetryConfig;
use aws_sdk_kinesis::{config::Builder, primitives::Blob, types::PutRecordsRequestEntry};
use record::{HashKey, SequenceNumber, ShardId, StreamName};
use std::net::SocketAddr;

/// `PutRecords` takes at most so many (API reference).
pub const MAX_RECORDS_PER_PUT: usize = 500;

#[derive(Clone, Debug)]
pub struct DemoWriter(Connection);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    pub partition_key: String,
    pub explicit_hash_key: Option<HashKey>,
    pub payload: Vec<u8>,
}

/// What became of one record of a batch; a batch may fail in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutOutcome {
    Written {
        shard: ShardId,
        sequence: SequenceNumber,
    },
    Failed {
        code: String,
    },
}

impl DemoWriter {
    /// # Errors
    /// [`KinesisError::InsecureEndpoint`] where `address` is not this machine.
    pub async fn to(address: SocketAddr) -> Result<Self, KinesisError> {
        if !address.ip().is_loopback() {
            return Err(KinesisError::InsecureEndpoint {
                host: address.to_string(),
            });
        }
        let spec = ConnectionSpec::local(format!("http://{address}"));
        Connection::open(spec, Trust::AwsAndLoopback)
            .await
            .map(Self)
    }

    pub async fn create_stream(&self, name: &StreamName, shards: u32) -> Result<(), KinesisError> {
        let count = i32::try_from(shards).unwrap_or(i32::MAX);
        let request = self
            .0
            .0
            .client
            .create_stream()
            .stream_name(name.as_str())
            .shard_count(count);
        send!(self.0, Operation::CreateStream, request, override without_retries()).map(drop)
    }

    /// One attempt; the outcomes are in the order of the records.
    pub async fn put(
        &self,
        stream: &StreamName,
        records: Vec<NewRecord>,
    ) -> Result<Vec<PutOutcome>, KinesisError> {
        const OPERATION: Operation = Operation::PutRecords;
        let entries = records
            .into_iter()
            .map(entry)
            .collect::<Result<Vec<_>, _>>()?;
        let request = self
            .0
            .0
            .client
            .put_records()
            .stream_name(stream.as_str())
            .set_records(Some(entries));
        let (output, _) = send!(self.0, OPERATION, request, override without_retries())?;
        output.records.into_iter().map(outcome).collect()
    }

    /// The same endpoint, for reading.
    pub fn connection(&self) -> &Connection {
        &self.0
    }
}

fn without_retries() -> Builder {
    Builder::default().retry_config(RetryConfig::disabled())
}

fn entry(record: NewRecord) -> Result<PutRecordsRequestEntry, KinesisError> {
    PutRecordsRequestEntry::builder()
        .partition_key(record.partition_key)
        .set_explicit_hash_key(record.explicit_hash_key.map(|key| key.to_string()))
        .data(Blob::new(record.payload))
        .build()
        .map_err(|error| KinesisError::InvalidArgument {
            operation: Operation::PutRecords,
            cause: error.to_string(),
        })
}

fn outcome(
    entry: aws_sdk_kinesis::types::PutRecordsResultEntry,
) -> Result<PutOutcome, KinesisError> {
    let malformed = |cause: &dyn std::fmt::Display| KinesisError::Malformed {
        operation: Operation::PutRecords,
        cause: cause.to_string(),
    };
    match (entry.shard_id, entry.sequence_number, entry.error_code) {
        (Some(shard), Some(sequence), None) => Ok(PutOutcome::Written {
            shard: shard.parse().map_err(|error| malformed(&error))?,
            sequence: sequence.parse().map_err(|error| malformed(&error))?,
        }),
        (_, _, Some(code)) => Ok(PutOutcome::Failed { code }),
        _ => Err(malformed(&"a record was neither written nor refused")),
    }
}
