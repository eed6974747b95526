//! A record as Kinesis gives it.

use crate::{Millis, SequenceNumber};

/// In Unicode characters; the API reference's limit for `PartitionKey`.
pub const MAX_PARTITION_KEY_CHARS: usize = 256;

/// The place of a user record within a KPL aggregate, from 0. A record that is no aggregate has
/// no sub-sequence number and is stored under 0.
pub type SubSequence = u32;

/// One answer element of `GetRecords`. The payload is the truth: never changed, never re-encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KinesisRecord {
    pub sequence: SequenceNumber,
    /// Approximate, and it may go backwards: sequence order is the truth within a shard.
    pub arrival: Millis,
    /// Absent on streams with automatic record distribution.
    pub partition_key: Option<String>,
    pub payload: Vec<u8>,
}
