//! Writing to an emulator without HTTP, for the demo's generator and for tests that fill streams.
//!
//! A writer can be had from [`Emulator::writer`](crate::Emulator::writer) only and reaches nothing
//! but the memory of that emulator: whoever holds one cannot write to a real stream. It can do what no client can:
//! say when a record arrived, so that a demo begins with a past.

use crate::{
    shim::{Shim, now},
    streams::NewStream,
    writes::Incoming,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use ferrokinesis::{constants, error::KinesisErrorResponse};
use record::{HashKey, MAX_PARTITION_KEY_CHARS, Millis, SequenceNumber, ShardId, StreamName};
use std::{collections::BTreeMap, sync::Arc};

const RECORD_BYTES_MAX: usize = 1 << 20;

/// Why an emulator did not take a record or a stream.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A partition key has 1 to 256 characters.
    #[error("a partition key has 1 to {MAX_PARTITION_KEY_CHARS} characters, and this has {0}")]
    PartitionKey(usize),
    /// Payload and partition key together are too large.
    #[error("a record has at most {RECORD_BYTES_MAX} bytes with its key, and this has {0}")]
    TooLarge(usize),
    /// The emulator's own reason, in AWS's words.
    #[error("the embedded Kinesis refused {what}: {code}: {message}")]
    Refused {
        what: &'static str,
        code: String,
        message: String,
    },
}

impl WriteError {
    fn refused(what: &'static str, refusal: KinesisErrorResponse) -> Self {
        Self::Refused {
            what,
            code: refusal.body.error_type,
            message: refusal.body.message.unwrap_or_default(),
        }
    }
}

/// A record to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    pub partition_key: String,
    pub payload: Vec<u8>,
    /// When it is to have arrived; `None` means when it is written. A shard's arrivals never go
    /// backwards: an earlier time than the last one's becomes that.
    pub arrival: Option<Millis>,
}

/// Writes to one emulator. Cheap to clone.
#[derive(Clone, Debug)]
pub struct EmulatorWriter(Arc<Shim>);

impl EmulatorWriter {
    pub(crate) fn new(shim: Arc<Shim>) -> Self {
        Self(shim)
    }

    /// The emulator's clock, by which records arrive.
    pub fn now(&self) -> Millis {
        now()
    }

    /// Makes a stream that is active at once; false if there is one of that name already.
    pub async fn create_stream(
        &self,
        name: &StreamName,
        shards: u32,
        created_at: Millis,
    ) -> Result<bool, WriteError> {
        let new = NewStream {
            name: name.to_string(),
            shards,
            on_demand: false,
            tags: BTreeMap::new(),
            created_at,
        };
        match self.0.create_active_stream(new).await {
            Ok(()) => Ok(true),
            Err(refusal) if refusal.body.error_type == constants::RESOURCE_IN_USE => Ok(false),
            Err(refusal) => Err(WriteError::refused("a stream", refusal)),
        }
    }

    /// Writes records in this order, all or none, and says where they went.
    pub async fn put(
        &self,
        stream: &StreamName,
        records: &[NewRecord],
    ) -> Result<Vec<(ShardId, SequenceNumber)>, WriteError> {
        let mut payloads = Vec::with_capacity(records.len());
        for record in records {
            record.check()?;
            payloads.push(STANDARD.encode(&record.payload));
        }
        let incoming: Vec<Incoming<'_>> = records
            .iter()
            .zip(&payloads)
            .map(|(record, data)| Incoming {
                hash_key: HashKey::of_partition_key(&record.partition_key).0,
                partition_key: &record.partition_key,
                data,
                arrival: record.arrival,
            })
            .collect();
        let placed = self.0.write(stream.as_str(), &incoming, false).await;
        let placed = placed.and_then(|placed| placed.into_iter().collect::<Result<Vec<_>, _>>());
        let placed = placed.map_err(|refusal| WriteError::refused("records", refusal))?;
        Ok(placed
            .into_iter()
            .filter_map(|place| Some((place.shard_id.parse().ok()?, place.sequence.parse().ok()?)))
            .collect())
    }
}

impl NewRecord {
    fn check(&self) -> Result<(), WriteError> {
        let key_chars = self.partition_key.chars().count();
        if !(1..=MAX_PARTITION_KEY_CHARS).contains(&key_chars) {
            return Err(WriteError::PartitionKey(key_chars));
        }
        let bytes = self.payload.len() + self.partition_key.len();
        if bytes > RECORD_BYTES_MAX {
            Err(WriteError::TooLarge(bytes))
        } else {
            Ok(())
        }
    }
}
