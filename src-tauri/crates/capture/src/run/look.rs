//! Looking at a stream: is it there, is it still the same one, what shards has it?
//!
//! Asks the endpoint and says what that means; what follows from it is the stream task's affair.

use super::{Command, blocking, stream::StreamReading};
use crate::{
    CaptureError,
    shard::{EndCheck, StreamCheck, read_up_to},
};
use kinesis::{KinesisError, ShardSummary, StreamSummary};
use mutants::Mutant;
use record::{ShardId, StreamIdentity};
use std::future::Future;
use store::{GapReason, NewGap, Position, ShardBatch};

/// Why a look at the stream gave nothing.
pub(super) enum Look {
    Failed(KinesisError),
    Halt(Halt),
}

/// Why a stream is not read on.
pub(super) enum Halt {
    /// By a person, or because the capture's count is spent.
    Over,
    Gone(KinesisError),
    Store(CaptureError),
}

impl From<CaptureError> for Halt {
    fn from(error: CaptureError) -> Self {
        Self::Store(error)
    }
}

impl StreamReading {
    /// Unless it is stopped, or the capture's count is spent.
    pub(super) async fn unless_over<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        let mut command = self.shared.command.subscribe();
        let stopped = command.wait_for(|told| matches!(told, Command::Stop | Command::Suspend));
        tokio::select! {
            value = call => Some(value),
            _ = stopped => None,
            () = self.shared.spent() => None,
        }
    }

    pub(super) async fn describe(&self) -> Result<StreamSummary, Look> {
        let call = self.shared.connection.stream(&self.name);
        match self.unless_over(call).await {
            None => Err(Look::Halt(Halt::Over)),
            Some(Ok(summary)) if is_same(&summary.identity, &self.identity) => Ok(summary),
            Some(Ok(_)) => Err(Look::Halt(Halt::Gone(self.recreated()))),
            Some(Err(error @ KinesisError::NotFound { .. })) => Err(Look::Halt(Halt::Gone(error))),
            Some(Err(error)) => Err(Look::Failed(error)),
        }
    }

    pub(super) fn recreated(&self) -> KinesisError {
        KinesisError::NotFound {
            operation: kinesis::Operation::DescribeStreamSummary,
            region: self.shared.connection.region().name.clone(),
            cause: format!(
                "the stream {} that was created at {} is gone; there is another one of its name now",
                self.name, self.identity.created_at
            ),
        }
    }

    pub(super) async fn list(&self) -> Result<Vec<ShardSummary>, Look> {
        let listed = self
            .unless_over(self.shared.connection.shards(&self.name))
            .await;
        listed.ok_or(Look::Halt(Halt::Over))?.map_err(Look::Failed)
    }

    pub(super) fn gone(&self) -> KinesisError {
        KinesisError::NotFound {
            operation: kinesis::Operation::GetRecords,
            region: self.shared.connection.region().name.clone(),
            cause: format!(
                "the stream {} was deleted, or deleted and created again",
                self.name
            ),
        }
    }

    pub(super) async fn has_ended(&self, shard: &ShardId) -> EndCheck {
        let Ok(listed) = self.list().await else {
            return EndCheck::Unknown;
        };
        let Some(found) = listed.iter().find(|other| other.id == *shard) else {
            return EndCheck::Gone;
        };
        let has_children = listed.iter().any(|other| other.parents.contains(shard));
        if found.is_open() && !has_children {
            EndCheck::StillOpen
        } else {
            EndCheck::Ended
        }
    }

    pub(super) async fn is_there(&self, shard: &ShardId) -> StreamCheck {
        match self.describe().await {
            Err(Look::Halt(Halt::Gone(_))) => return StreamCheck::StreamGone,
            Err(_) => return StreamCheck::Unknown,
            Ok(_) => {}
        }
        match self.list().await {
            Ok(listed) if listed.iter().any(|other| other.id == *shard) => StreamCheck::Same,
            Ok(_) => StreamCheck::ShardGone,
            Err(_) => StreamCheck::Unknown,
        }
    }

    /// The stream is gone: says so once for each shard that was not finished, and of which its reader, if it had one,
    /// has not said so.
    pub(super) async fn declare_gone(&self) -> Result<(), CaptureError> {
        let (store, capture) = (self.shared.store.clone(), self.shared.capture);
        let shards = self.graph.keys();
        blocking(move || {
            let told = store.gaps(capture)?;
            let unfinished = store.checkpoints(capture)?.into_iter().filter(|found| {
                shards.contains(&found.shard)
                    && matches!(found.position, Position::Anchor(_) | Position::Stored(_))
            });
            for checkpoint in unfinished {
                if told.iter().any(|gap| {
                    gap.shard == checkpoint.shard && gap.gap.reason == GapReason::StreamGone
                }) {
                    continue;
                }
                let gap = NewGap {
                    reason: GapReason::StreamGone,
                    after: read_up_to(checkpoint.position),
                    before: None,
                    from: checkpoint.covered_through,
                    until: None,
                };
                let batch = ShardBatch {
                    capture,
                    shard: checkpoint.shard,
                    records: Vec::new(),
                    checkpoint: checkpoint.position,
                    covered_through: None,
                    gap: Some(gap),
                };
                // the writer takes work in turn: a failure here shows in the capture's state, which comes next
                store.submit(batch, Box::new(drop));
            }
            Ok(())
        })
        .await
    }
}

pub(super) fn is_same(found: &StreamIdentity, known: &StreamIdentity) -> bool {
    found == known || mutants::is_on(Mutant::RecreatedIsSame)
}
