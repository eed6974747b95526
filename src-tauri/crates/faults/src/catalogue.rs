//! All faults there are, one function each. A new one is added here.

use crate::{
    action::{Action, Answer, Deed, Side, raw, text},
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

/// Pages of `GetRecords` that are allowed, odd or wrong.
impl Action {
    /// No records, and the same iterator again: nothing is lost, nothing goes on.
    pub fn empty_page() -> Self {
        Self::instead("empty page", |asked| {
            let iterator = text(asked, "ShardIterator");
            let page =
                json!({"Records": [], "NextShardIterator": iterator, "MillisBehindLatest": 1000});
            Answer::json(200, &page)
        })
    }

    /// The page comes, and its next iterator leads to it once more.
    pub fn repeated_page() -> Self {
        Self::edit("repeated page", |asked, page| {
            if let Some(iterator) = text(asked, "ShardIterator") {
                page.insert("NextShardIterator".to_owned(), raw(iterator));
            }
        })
    }

    /// A shard's end that names no children, as imitations give it: children out.
    pub fn without_children() -> Self {
        Self::edit("without children", |_, page| {
            page.remove("ChildShards");
        })
    }

    /// Children in: on a shard's end they are its only ones, on any other page they are malformed, because
    /// the shard goes on.
    pub fn with_children(children: &[&str]) -> Self {
        let children: Vec<_> = children.iter().map(|id| child(id)).collect();
        Self::edit("with children", move |_, page| {
            page.insert("ChildShards".to_owned(), raw(children.clone()));
        })
    }

    /// Malformed: the shard is said to end here, with no children, whatever follows.
    pub fn end_without_children() -> Self {
        Self::edit("end without children", |_, page| {
            page.remove("NextShardIterator");
            page.remove("ChildShards");
        })
    }
}

fn child(id: &str) -> serde_json::Value {
    json!({
        "ShardId": id,
        "ParentShards": [],
        "HashKeyRange": {"StartingHashKey": "0", "EndingHashKey": "1"},
    })
}

/// Writes that succeed in part.
impl Action {
    /// Only the entries that do not fail are forwarded; the answer tells of both, in their places.
    pub fn fail_entries(entries: Entries) -> Self {
        Self::of("failed entries", Deed::FailEntries(entries))
    }
}
