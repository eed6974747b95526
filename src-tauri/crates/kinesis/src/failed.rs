//! What a call that failed comes to: its class, what its attempts say beyond that, and one line in the log.

use crate::{
    Connection, KinesisError, Operation,
    classify::{Asked, classify},
    witness::{ANSWER_BYTES_MAX, Witness, is_over_limit},
};
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error;

impl Connection {
    pub(crate) fn failed<E>(
        &self,
        operation: Operation,
        error: &SdkError<E, HttpResponse>,
        witness: &Witness,
    ) -> KinesisError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        Self::failed_as(self.asked(operation), error, witness)
    }

    /// [`failed`](Self::failed), where another address was asked than Kinesis'.
    pub(crate) fn failed_as<E>(
        asked: Asked<'_>,
        error: &SdkError<E, HttpResponse>,
        witness: &Witness,
    ) -> KinesisError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let operation = asked.operation;
        let is_endless = is_over_limit(error);
        let mut error = classify(asked, error);
        // the SDK slows down until the time is up: the throttle is the reason, not the time
        if matches!(error, KinesisError::Timeout { .. }) && witness.was_throttled() {
            let cause = "it was still throttled when the time was up".to_owned();
            error = KinesisError::Throttled { operation, cause };
        }
        let unannounced = is_endless.then_some(ANSWER_BYTES_MAX);
        if let Some(size_bytes) = witness.oversized().or(unannounced) {
            error = KinesisError::Oversized {
                operation,
                size_bytes,
            };
        }
        // a foreign answer is shown to the user, and kept out of the log: nobody knows what is in it
        match &error {
            KinesisError::NotKinesis { status, .. } => {
                tracing::debug!(%operation, status, "an answer that is not Kinesis'");
            }
            error => tracing::debug!(%operation, %error, "a call failed"),
        }
        error
    }
}
