//! Why a replay cannot be planned, run or proven.

use std::{path::PathBuf, sync::Arc};
use store::{ShardKey, StoreError};

#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An imported record could not be stored.
    #[error(transparent)]
    Import(Arc<StoreError>),
    #[error(transparent)]
    Publish(#[from] publish::PublishError),
    /// The selection names a shard that this workspace does not know.
    #[error("shard {0} is not in this workspace")]
    UnknownShard(ShardKey),
    /// The target's shards leave out a part of the hash-key space, or there are none.
    #[error("the target's open shards do not cover all hash keys")]
    TargetShards,
    #[error("a replay has at most {max} rules, and this has {0}", max = crate::transform::MAX_RULES)]
    TooManyRules(usize),
    /// Records that were planned are not there any more.
    #[error(
        "the plan is of {planned} records, and its selection has {found} now: records were deleted since. Plan again what is left; what was sent stays in the journal"
    )]
    SelectionChanged { planned: u64, found: u64 },
    #[error("{path} could not be written: {source}")]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// A file that was gone on with is not as the replay left it.
    #[error(
        "{path} has {lines} lines, and this replay wrote {written}: the file was moved, emptied or changed, and going on would leave one with only the rest. Put it back, or replay into a new file"
    )]
    FileChanged {
        path: PathBuf,
        lines: u64,
        written: u64,
    },
    #[error(transparent)]
    Exchange(#[from] exchange::ExchangeError),
    /// What a saved plan says is not what a plan says.
    #[error("this is no saved plan: {0}")]
    SavedPlan(#[source] serde_json::Error),
    /// The reading side of a replay ended without a word.
    #[error("reading the selection ended early")]
    ReaderEnded,
}
