//! Why a capture could not be made or begun.
//!
//! What happens to a capture that runs is no error of a call: it is in its status.

use kinesis::KinesisError;
use record::{ShardId, StreamName};
use std::sync::Arc;
use store::StoreError;

#[derive(Clone, Debug, thiserror::Error)]
pub enum CaptureError {
    #[error(transparent)]
    Kinesis(#[from] KinesisError),
    #[error(transparent)]
    Store(Arc<StoreError>),
    #[error("a capture needs at least one stream")]
    NoStream,
    #[error("the stream {stream} is named twice")]
    SameStream { stream: StreamName },
    #[error("the stream {stream} has no shard {shard}")]
    NoSuchShard { stream: StreamName, shard: ShardId },
    #[error(
        "sequence numbers are comparable within one shard only: choose one shard of {stream} to start at one"
    )]
    SequenceNeedsOneShard { stream: StreamName },
    #[error("the streams of a capture end together, and these have different ends")]
    DifferentEnds,
    #[error("the capture ends before it starts")]
    EndBeforeStart { stream: StreamName },
    #[error("the start lies {} s in the future, by the clock of the endpoint", ahead_millis / 1000)]
    StartAhead {
        stream: StreamName,
        ahead_millis: i64,
    },
}

impl CaptureError {
    /// What the user can do now, as one sentence; the store's messages say it themselves.
    pub fn next_step(&self) -> Option<String> {
        match self {
            Self::Kinesis(error) => Some(error.next_step()),
            Self::Store(_) => None,
            Self::NoStream => Some("Choose a stream.".into()),
            Self::SameStream { .. } => Some("Name each stream once.".into()),
            Self::NoSuchShard { .. } => Some("Refresh the shards and choose again.".into()),
            Self::SequenceNeedsOneShard { .. } => {
                Some("Choose the shard that the number comes from.".into())
            }
            Self::DifferentEnds => {
                Some("Choose one end for all, or make a capture for each stream.".into())
            }
            Self::EndBeforeStart { .. } => Some("Choose a later end.".into()),
            Self::StartAhead { .. } => Some(
                "Choose an earlier start, or the latest record; check this machine's clock if the time is past here."
                    .into(),
            ),
        }
    }
}

impl From<StoreError> for CaptureError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}
