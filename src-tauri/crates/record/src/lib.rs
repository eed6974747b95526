//! The words that the whole program uses: stream, shard, sequence number, hash key, record.
//!
//! Pure: no I/O, no clock, no AWS and no SQLite types. What a value cannot be is refused where it
//! is parsed, so that a [`SequenceNumber`] or a [`StreamName`] that exists is valid.

mod hash_key;
mod names;
mod record;
mod sequence_number;
mod time;

pub use hash_key::{HashKey, HashKeyRange};
pub use names::{NameError, ShardId, StreamArn, StreamIdentity, StreamName};
pub use record::{KinesisRecord, MAX_PARTITION_KEY_CHARS, SubSequence};
pub use sequence_number::{SequenceNumber, SequenceNumberError};
pub use time::Millis;
