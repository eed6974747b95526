//! One request on its way. Where nothing was heard of the target for a while, it is confirmed before anything is put
//! into it: a stream that was made again meanwhile has the name of the one that was granted.

use crate::{Batch, Outcome, PublishError, Refusal, Target, WriteError};
use kinesis::KinesisError;
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

/// A target that has been silent for so long may be another one by now.
const REST: Duration = Duration::from_secs(5);

/// When the target was confirmed, or answered, last.
#[derive(Debug, Default)]
pub(super) struct Heard(Option<Instant>);

impl Heard {
    pub fn now(&mut self) {
        self.0 = Some(Instant::now());
    }

    /// A pause may be long enough for anything.
    pub fn forget(&mut self) {
        self.0 = None;
    }

    pub fn is_recent(&self) -> bool {
        self.0.is_some_and(|at| at.elapsed() < REST)
    }
}

/// A request that came back.
pub(super) struct Sent {
    pub batch: Batch,
    pub outcomes: Vec<Outcome>,
    /// The target is the one that was confirmed: it was asked, or it answered.
    pub has_heard: bool,
}

pub(super) async fn send<T: Target>(target: Arc<T>, batch: Batch, is_confirmed: bool) -> Sent {
    if !is_confirmed && let Err(error) = target.confirm().await {
        return Sent {
            outcomes: vec![not_confirmed(&error); batch.entries().len()],
            batch,
            has_heard: false,
        };
    }
    let outcomes = target.send(batch.entries(), batch.after()).await;
    let is_answer = |outcome: &Outcome| !matches!(outcome, Outcome::Unclear { .. });
    Sent {
        has_heard: !is_confirmed || outcomes.iter().any(is_answer),
        batch,
        outcomes,
    }
}

/// Nothing was put. Where nobody answered, it is asked again before the next put.
fn not_confirmed(error: &PublishError) -> Outcome {
    let refusal = match error {
        PublishError::Kinesis(cause) | PublishError::Write(WriteError::Kinesis(cause))
            if matches!(
                cause,
                KinesisError::Unreachable { .. } | KinesisError::Timeout { .. }
            ) =>
        {
            Refusal::Passing
        }
        _ => Refusal::Withheld,
    };
    Outcome::Refused {
        refusal,
        code: "NotConfirmed".to_owned(),
        message: error.to_string(),
    }
}
