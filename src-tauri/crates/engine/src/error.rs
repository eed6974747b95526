//! What can fail in the engine, with the crate that failed kept whole.

use crate::{BoardId, ConnectionId, PlanId, QuestionId, ViewId};
use collector::CollectorError;
use kinesis::{KinesisError, WriteError};
use publish::PublishError;
use std::path::PathBuf;
use store::{RecordId, StoreError};

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error(transparent)]
    Kinesis(#[from] KinesisError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Collector(#[from] CollectorError),
    #[error(transparent)]
    Capture(#[from] capture::CaptureError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Publish(PublishError),
    #[error("the permission to write is over")]
    UnknownGrant,
    #[error("the permission is for {granted}, and not for {wanted}")]
    OtherGrant { granted: String, wanted: String },
    #[error(transparent)]
    Replay(#[from] replay::ReplayError),
    #[error("there is no permission to write there")]
    NotGranted,
    #[error("a newer question replaced this one")]
    Superseded,
    #[error("{0} is not there any more")]
    UnknownPlan(PlanId),
    #[error("{}: {error}", path.display())]
    File {
        path: PathBuf,
        error: std::io::Error,
    },
    #[error("the demo cannot start: {0}")]
    Demo(String),
    #[error("connection {0} is closed")]
    UnknownConnection(ConnectionId),
    #[error("{what} is reached through {connection}, which is not open")]
    NotConnected { what: String, connection: String },
    #[error("“{0}” is not open any more")]
    UnknownView(ViewId),
    #[error("{0} is not open any more")]
    UnknownQuestion(QuestionId),
    #[error("this export ended long ago")]
    UnknownExport,
    #[error("{0} of sagas is not open any more")]
    UnknownBoard(BoardId),
    #[error("the sagas are not followed any more: {0}")]
    BoardEnded(String),
    #[error("there is no saga “{0}” on this board")]
    UnknownSaga(String),
    #[error("there is no definition “{0}”")]
    UnknownDefinition(String),
    /// With the file and the line, where there is one.
    #[error("{0}")]
    Definition(String),
    #[error("record {0} is not in this workspace any more")]
    UnknownRecord(RecordId),
    #[error("the endpoint is still confirmed: its file cannot be changed: {0}")]
    TrustKept(std::io::Error),
    #[error("{host} is not this machine, and nobody has confirmed that traces may go there")]
    UntrustedCollector { host: String },
    #[error("the filter cannot be read: {message}")]
    Filter {
        at: std::ops::Range<usize>,
        message: String,
    },
    #[error("{0}")]
    Input(String),
    #[error("the program is shutting down")]
    Stopped,
}

impl EngineError {
    /// What the user can do now, where there is something to do.
    pub fn next_step(&self) -> Option<String> {
        match self {
            Self::Kinesis(error) => Some(error.next_step()),
            Self::Capture(error) => error.next_step(),
            Self::Write(error) => Some(write_step(error)),
            Self::Publish(error) => publish_step(error),
            Self::UnknownGrant | Self::OtherGrant { .. } => Some(ASK_AGAIN.to_owned()),
            Self::UnknownConnection(_) | Self::NotConnected { .. } => {
                Some("Open the connection again, then repeat this.".to_owned())
            }
            Self::UnknownRecord(_) => Some("Its capture was deleted meanwhile.".to_owned()),
            Self::Demo(_) => {
                Some("Start the program again; other connections still work.".to_owned())
            }
            Self::NotGranted => {
                Some("Nothing was sent. Ask for the permission to write.".to_owned())
            }
            Self::UnknownPlan(_) => Some("Plan it again.".to_owned()),
            Self::File { .. } => Some("Choose another file or folder.".to_owned()),
            Self::TrustKept(_) => Some(
                "Check that you may write to the folder of your settings, then withdraw it again."
                    .to_owned(),
            ),
            Self::UntrustedCollector { .. } => Some(
                "Nothing was sent. Send again and allow it, if you know the collector.".to_owned(),
            ),
            Self::Collector(error) => Some(collector_step(error).to_owned()),
            Self::BoardEnded(_) => Some("Open the board again.".to_owned()),
            Self::UnknownDefinition(_) => {
                Some("Choose another one, or the folder that it is in.".to_owned())
            }
            Self::Store(StoreError::Damaged { .. }) => Some(
                "Salvage what is whole into a new workspace. The damaged file is only read."
                    .to_owned(),
            ),
            Self::Store(_)
            | Self::Replay(_)
            | Self::UnknownBoard(_)
            | Self::UnknownSaga(_)
            | Self::Definition(_)
            | Self::Superseded
            | Self::UnknownView(_)
            | Self::UnknownQuestion(_)
            | Self::UnknownExport
            | Self::Filter { .. }
            | Self::Input(_)
            | Self::Stopped => None,
        }
    }
}

impl From<PublishError> for EngineError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Kinesis(error) => Self::Kinesis(error),
            PublishError::Write(error) => Self::Write(error),
            other => Self::Publish(other),
        }
    }
}

fn publish_step(error: &PublishError) -> Option<String> {
    match error {
        PublishError::Kinesis(error) => Some(error.next_step()),
        PublishError::Write(error) => Some(write_step(error)),
        PublishError::Interrupted => {
            Some("Look at what the target holds, then resume or cancel.".to_owned())
        }
        PublishError::Store(_) | PublishError::Source(_) | PublishError::Unfit { .. } => None,
    }
}

const ASK_AGAIN: &str = "Nothing was sent. Ask for the permission again.";

fn write_step(error: &WriteError) -> String {
    match error {
        WriteError::Kinesis(error) => error.next_step(),
        WriteError::Expired { .. } | WriteError::Revoked => ASK_AGAIN.to_owned(),
        WriteError::TargetChanged { .. } => {
            "Nothing was sent. Look at the target, then ask for the permission again.".to_owned()
        }
        WriteError::NameNotTyped { .. } => "Type the stream's name as it is.".to_owned(),
        WriteError::FunctionNotTyped { .. } => "Type the function's name as it is.".to_owned(),
        WriteError::SourceIsTarget { .. } => "Choose another stream to write to.".to_owned(),
        WriteError::NotWritable { .. } => {
            "Nothing was sent. Try again when the stream is active.".to_owned()
        }
    }
}

fn collector_step(error: &CollectorError) -> &'static str {
    match error {
        CollectorError::Address { .. } => "Such as http://localhost:4318/v1/traces.",
        CollectorError::Insecure { .. } => "Use https, or a collector on this machine.",
        CollectorError::Certificates(_) => "Install the system's certificates (ca-certificates).",
        CollectorError::Unreachable(_) => {
            "Check that it runs, and that it takes OTLP over HTTP there."
        }
        CollectorError::Silent(_) => "Send again: the same sagas are the same traces.",
        CollectorError::Refused { .. } | CollectorError::Foreign(_) => {
            "Check the address: OTLP over HTTP usually has port 4318 and the path /v1/traces."
        }
        CollectorError::Redirected { .. } => "Type the address that it leads to, if you trust it.",
    }
}
