//! Why something could not be published, or stopped being published.
//!
//! What became of single records is no error: it is in the journal.

use crate::Unfit;
use kinesis::{KinesisError, WriteError};
use std::sync::Arc;
use store::StoreError;

#[derive(Clone, Debug, thiserror::Error)]
pub enum PublishError {
    #[error(transparent)]
    Kinesis(#[from] KinesisError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Store(Arc<StoreError>),
    #[error("a part of this program ended before its time; what was under way is in the journal")]
    Interrupted,
    /// The source of the entries could not go on; the reason is the source's own error.
    #[error("the entries could not be read to their end: {0}")]
    Source(#[source] Arc<dyn std::error::Error + Send + Sync>),
    #[error("entry {position} cannot be sent: {unfit}")]
    Unfit { position: u64, unfit: Unfit },
}

impl From<StoreError> for PublishError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}
