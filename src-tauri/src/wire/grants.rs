//! The permission to write: a target, what is known of it, and what was allowed.

use super::Number;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A stream that somebody wants to write to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WriteTarget {
    pub connection: String,
    pub stream: String,
}

/// What the native dialog will show, and what speaks against it.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetFacts {
    pub account: Option<String>,
    pub region: String,
    pub endpoint: String,
    pub stream: String,
    pub arn: String,
    /// As STS says; absent where the endpoint has no STS.
    pub caller: Option<String>,
    /// The stream's name must then be typed before the dialog opens.
    pub looks_like_production: bool,
    pub why: Vec<String>,
    /// Keys are ignored and there is no order.
    pub automatic_distribution: bool,
    /// The open ones.
    pub shards: Vec<TargetShard>,
    pub record_limit_bytes: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetShard {
    pub shard: String,
    pub start_hash: String,
    pub end_hash: String,
}

/// A permission that holds. The permission itself stays in the program; this tells of it.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    pub id: String,
    pub connection: String,
    pub connection_label: String,
    pub account: Option<String>,
    pub region: String,
    pub endpoint: String,
    pub stream: String,
    pub arn: String,
    pub stream_created_at: Number,
    pub caller: Option<String>,
    pub granted_at: Number,
    pub expires_at: Number,
    pub looks_like_production: bool,
    pub why: Vec<String>,
}
