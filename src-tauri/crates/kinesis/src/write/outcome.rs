//! What became of a record that was put: written, certainly not written, or nobody knows.
//!
//! From the SDK's answers to that, once and here. It retries nothing; whoever retries must know that
//! an [`Unclear`](Outcome::Unclear) record may be in the stream already.

use record::{SequenceNumber, ShardId};

/// Of one record in one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The endpoint said where the record is.
    Acknowledged {
        shard: ShardId,
        sequence: SequenceNumber,
    },
    /// Certainly not written.
    Refused {
        refusal: Refusal,
        /// AWS's error code, or a word of ours where no answer came.
        code: String,
        message: String,
    },
    /// A timeout, a 5xx or a connection lost after sending: it may have been written.
    Unclear { cause: String },
}

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// The shard, the stream or the account takes no more just now.
    Throttled,
    /// It may be well the next time: nobody answered at the address, the service was busy.
    Passing,
    /// It stays so until a person does something: permissions, credentials, keys, arguments.
    Barred,
}

impl Outcome {
    pub fn is_acknowledged(&self) -> bool {
        matches!(self, Self::Acknowledged { .. })
    }

    pub fn is_throttled(&self) -> bool {
        matches!(
            self,
            Self::Refused {
                refusal: Refusal::Throttled,
                ..
            }
        )
    }
}
