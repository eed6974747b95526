//! The one error that the window gets.

use serde::Serialize;
use specta::Type;

/// What went wrong, for a person and for the window's code.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CommandError {
    pub code: ErrorCode,
    /// What happened, in a sentence that names the cause.
    pub message: String,
    /// What to do next, where there is something to do; it may hold a line to type.
    pub hint: Option<String>,
}

/// Only what the window branches on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ErrorCode {
    /// The user must sign in again; nothing is lost.
    SignIn,
    /// Nobody has confirmed the endpoint, which is not one of AWS's: the program asks, where it is told to.
    UntrustedEndpoint,
    /// What was asked for is not there (any more).
    Gone,
    /// The endpoint has no such feature.
    NotOffered,
    /// The question was replaced by a newer one in its slot.
    Superseded,
    /// The workspace is damaged: what is whole in it can be salvaged.
    Damaged,
    /// The input cannot be used as it is; the message says why.
    Invalid,
    /// Anything else: message and hint say all there is.
    Failed,
}
