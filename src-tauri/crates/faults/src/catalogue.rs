//! All faults there are, one function each: errors, lines and writes here, pages of records in `pages`, what a stream is
//! said to be in `streams`. A new one is added to one of the three.

mod pages;
mod streams;

use crate::{
    action::{Action, Answer, Deed, Side},
    entries::Entries,
};
use bytes::Bytes;
use serde_json::json;
use std::time::Duration;

/// Errors as Kinesis words them; nothing is forwarded.
impl Action {
    /// Any modeled error: a code of the API reference, with its status.
    pub fn refused(status: u16, code: &'static str, message: &'static str) -> Self {
        Self::instead(code, move |_| {
            Answer::json(status, &json!({"__type": code, "message": message}))
        })
    }

    pub fn throttled() -> Self {
        Self::refused(
            400,
            "ProvisionedThroughputExceededException",
            "Rate exceeded for shard.",
        )
    }

    pub fn limit_exceeded() -> Self {
        Self::refused(400, "LimitExceededException", "Rate exceeded.")
    }

    pub fn expired_iterator() -> Self {
        Self::refused(400, "ExpiredIteratorException", "Iterator expired.")
    }

    pub fn stream_not_found() -> Self {
        Self::refused(400, "ResourceNotFoundException", "Stream not found.")
    }

    pub fn access_denied() -> Self {
        Self::refused(400, "AccessDeniedException", "User is not authorized.")
    }

    pub fn expired_credentials() -> Self {
        Self::refused(
            400,
            "ExpiredTokenException",
            "The security token included in the request is expired.",
        )
    }

    /// A 500 in Kinesis' words.
    pub fn internal_failure() -> Self {
        Self::refused(500, "InternalFailureException", "Internal failure.")
    }

    /// A status with no word of Kinesis, as load balancers give it: 500, 502, 503.
    pub fn bare_status(status: u16) -> Self {
        Self::other_answer(status, "")
    }

    /// Something that is not Kinesis answers.
    pub fn other_answer(status: u16, body: &'static str) -> Self {
        Self::instead("an answer of something else", move |_| Answer {
            status,
            content_type: "text/html",
            body: Bytes::from_static(body.as_bytes()),
        })
    }
}

/// Lines that break.
impl Action {
    /// The request never arrives.
    pub fn reset_before() -> Self {
        Self::of(
            "reset before forwarding",
            Deed::Reset(Side::BeforeForwarding),
        )
    }

    /// The request has its effect, and its answer is lost.
    pub fn reset_after() -> Self {
        Self::of("reset after forwarding", Deed::Reset(Side::AfterForwarding))
    }

    /// The request waits on its way.
    pub fn stall_before(time: Duration) -> Self {
        Self::of(
            "stall before forwarding",
            Deed::Stall(Side::BeforeForwarding, Some(time)),
        )
    }

    /// The request has its effect, and the answer waits on its way.
    pub fn stall_after(time: Duration) -> Self {
        Self::of(
            "stall after forwarding",
            Deed::Stall(Side::AfterForwarding, Some(time)),
        )
    }

    /// The request never arrives, and the client is left waiting.
    pub fn hang_before() -> Self {
        Self::of(
            "hang before forwarding",
            Deed::Stall(Side::BeforeForwarding, None),
        )
    }

    /// The request has its effect, and the client is left waiting.
    pub fn hang_after() -> Self {
        Self::of(
            "hang after forwarding",
            Deed::Stall(Side::AfterForwarding, None),
        )
    }

    /// The request has its effect, and its answer ends in the middle.
    pub fn cut_body() -> Self {
        Self::of("cut body", Deed::Cut)
    }
}

/// Writes that succeed in part.
impl Action {
    /// Only the entries that do not fail are forwarded; the answer tells of both, in their places.
    pub fn fail_entries(entries: Entries) -> Self {
        Self::of("failed entries", Deed::FailEntries(entries))
    }
}
