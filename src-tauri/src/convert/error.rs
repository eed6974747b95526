//! The one place where an engine's error becomes the window's: by exhaustive match.

use crate::wire::{CommandError, ErrorCode};
use engine::{
    CaptureError, CollectorError, EngineError, KinesisError, PublishError, ReplayError, StoreError,
    WriteError,
};

impl CommandError {
    /// The window sent something that it cannot mean.
    pub fn invalid(message: String) -> Self {
        Self {
            code: ErrorCode::Invalid,
            message,
            hint: None,
        }
    }

    /// Something of the host that cannot be helped.
    pub fn failed(message: String) -> Self {
        Self {
            code: ErrorCode::Failed,
            message,
            hint: None,
        }
    }
}

impl From<EngineError> for CommandError {
    fn from(error: EngineError) -> Self {
        let code = match &error {
            EngineError::Kinesis(error) => kinesis_code(error),
            EngineError::Write(error) => write_code(error),
            EngineError::UnknownPlan(_)
            | EngineError::UnknownConnection(_)
            | EngineError::UnknownRecord(_)
            | EngineError::UnknownGrant
            | EngineError::OtherGrant { .. }
            | EngineError::UnknownExport
            | EngineError::UnknownBoard(_)
            | EngineError::UnknownSaga(_)
            | EngineError::UnknownDefinition(_)
            | EngineError::NotConnected { .. } => ErrorCode::Gone,
            EngineError::UnknownView(_)
            | EngineError::UnknownQuestion(_)
            | EngineError::Superseded => ErrorCode::Superseded,
            EngineError::Filter { .. } | EngineError::Input(_) | EngineError::Definition(_) => {
                ErrorCode::Invalid
            }
            EngineError::Collector(error) => collector_code(error),
            EngineError::UntrustedCollector { .. } => ErrorCode::UntrustedEndpoint,
            EngineError::Capture(error) => capture_code(error),
            EngineError::Publish(error) | EngineError::Replay(ReplayError::Publish(error)) => {
                publish_code(error)
            }
            EngineError::Store(error) if may_be_salvaged(error) => ErrorCode::Damaged,
            EngineError::Store(_)
            | EngineError::Replay(_)
            | EngineError::File { .. }
            | EngineError::NotGranted
            | EngineError::Demo(_)
            | EngineError::TrustKept(_)
            | EngineError::BoardEnded(_)
            | EngineError::Stopped => ErrorCode::Failed,
        };
        Self {
            code,
            hint: error.next_step(),
            message: error.to_string(),
        }
    }
}

/// A workspace by its name whose first bytes are not one's may be a damaged one.
fn may_be_salvaged(error: &StoreError) -> bool {
    match error {
        StoreError::Damaged { .. } => true,
        StoreError::NotAWorkspace { path } => path.extension().is_some_and(|end| end == "kscope"),
        _ => false,
    }
}

/// The cause's own code, where there is one: an expired sign-in is the same by every way.
fn capture_code(error: &CaptureError) -> ErrorCode {
    match error {
        CaptureError::Kinesis(error) => kinesis_code(error),
        CaptureError::NoSuchShard { .. } => ErrorCode::Gone,
        CaptureError::NoStream
        | CaptureError::SameStream { .. }
        | CaptureError::SequenceNeedsOneShard { .. }
        | CaptureError::DifferentEnds
        | CaptureError::EndBeforeStart { .. }
        | CaptureError::StartAhead { .. } => ErrorCode::Invalid,
        CaptureError::Store(_) => ErrorCode::Failed,
    }
}

fn publish_code(error: &PublishError) -> ErrorCode {
    match error {
        PublishError::Kinesis(error) => kinesis_code(error),
        PublishError::Write(error) => write_code(error),
        PublishError::Store(_)
        | PublishError::Source(_)
        | PublishError::Unfit { .. }
        | PublishError::Interrupted => ErrorCode::Failed,
    }
}

fn write_code(error: &WriteError) -> ErrorCode {
    match error {
        WriteError::Kinesis(error) => kinesis_code(error),
        WriteError::NameNotTyped { .. }
        | WriteError::FunctionNotTyped { .. }
        | WriteError::SourceIsTarget { .. } => ErrorCode::Invalid,
        WriteError::Expired { .. }
        | WriteError::Revoked
        | WriteError::TargetChanged { .. }
        | WriteError::NotWritable { .. } => ErrorCode::Failed,
    }
}

fn collector_code(error: &CollectorError) -> ErrorCode {
    match error {
        CollectorError::Address { .. } | CollectorError::Insecure { .. } => ErrorCode::Invalid,
        CollectorError::Certificates(_)
        | CollectorError::Unreachable(_)
        | CollectorError::Silent(_)
        | CollectorError::Refused { .. }
        | CollectorError::Redirected { .. }
        | CollectorError::Foreign(_) => ErrorCode::Failed,
    }
}

fn kinesis_code(error: &KinesisError) -> ErrorCode {
    match error {
        KinesisError::ExpiredCredentials { .. } => ErrorCode::SignIn,
        KinesisError::UntrustedEndpoint { .. } => ErrorCode::UntrustedEndpoint,
        KinesisError::NotFound { .. } => ErrorCode::Gone,
        KinesisError::Unsupported { .. } => ErrorCode::NotOffered,
        KinesisError::InvalidArgument { .. }
        | KinesisError::InvalidEndpoint { .. }
        | KinesisError::InsecureEndpoint { .. }
        | KinesisError::MissingEndpoint
        | KinesisError::UnusableEndpoint { .. }
        | KinesisError::MissingRegion { .. }
        | KinesisError::WrongRegion { .. }
        | KinesisError::UnknownProfile { .. } => ErrorCode::Invalid,
        KinesisError::ConfigFiles { .. }
        | KinesisError::Credentials { .. }
        | KinesisError::AccessDenied { .. }
        | KinesisError::Unreachable { .. }
        | KinesisError::Timeout { .. }
        | KinesisError::NotKinesis { .. }
        | KinesisError::Oversized { .. }
        | KinesisError::Malformed { .. }
        | KinesisError::ExpiredIterator { .. }
        | KinesisError::Throttled { .. }
        | KinesisError::EncryptionKey { .. }
        | KinesisError::Refused { .. }
        | KinesisError::Fault { .. } => ErrorCode::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Operation;

    fn code(error: impl Into<EngineError>) -> ErrorCode {
        CommandError::from(error.into()).code
    }

    #[test]
    fn a_capture_s_error_has_its_cause_s_code() {
        let gone = KinesisError::NotFound {
            operation: Operation::ListShards,
            region: "eu-west-1".to_owned(),
            cause: "no such stream".to_owned(),
        };
        let over = KinesisError::ExpiredCredentials {
            cause: "the SSO session is over".to_owned(),
            sign_in: engine::SignIn::Sso { profile: None },
        };
        assert_eq!(code(CaptureError::Kinesis(gone.clone())), code(gone));
        assert_eq!(code(CaptureError::Kinesis(over)), ErrorCode::SignIn);
        assert_eq!(code(CaptureError::NoStream), ErrorCode::Invalid);
        let missing = CaptureError::NoSuchShard {
            stream: "orders".parse().expect("a stream name"),
            shard: "shardId-000000000000".parse().expect("a shard id"),
        };
        assert_eq!(code(missing), ErrorCode::Gone);
    }

    #[test]
    fn what_a_delivery_meets_at_the_endpoint_has_the_endpoint_s_code() {
        let not_offered = || KinesisError::Unsupported {
            operation: Operation::PutRecords,
            cause: "UnknownOperation".to_owned(),
        };
        let published = PublishError::Kinesis(not_offered());
        assert_eq!(code(EngineError::Publish(published)), ErrorCode::NotOffered);
        let replayed = ReplayError::Publish(PublishError::Kinesis(not_offered()));
        assert_eq!(code(replayed), ErrorCode::NotOffered);
    }
}
