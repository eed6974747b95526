//! The one place where an engine's error becomes the window's: by exhaustive match.

use crate::wire::{CommandError, ErrorCode};
use engine::{CollectorError, EngineError, KinesisError, WriteError};

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
            EngineError::Capture(_)
            | EngineError::Store(_)
            | EngineError::Publish(_)
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

fn write_code(error: &WriteError) -> ErrorCode {
    match error {
        WriteError::Kinesis(error) => kinesis_code(error),
        WriteError::NameNotTyped { .. } | WriteError::SourceIsTarget { .. } => ErrorCode::Invalid,
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
