//! Streams and shards as the endpoint describes them.

use super::Number;
use serde::Serialize;
use specta::Type;

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StreamRow {
    pub name: String,
    pub arn: Option<String>,
    /// The API's word, such as ACTIVE; absent where `ListStreams` gives names only.
    pub status: Option<String>,
    /// `PROVISIONED` or `ON_DEMAND`.
    pub mode: Option<String>,
    pub created_at: Option<Number>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StreamDetails {
    pub name: String,
    pub arn: String,
    pub status: String,
    pub mode: String,
    pub created_at: Number,
    pub open_shards: Number,
    pub retention_hours: Number,
    /// "none", or the KMS key.
    pub encryption: String,
    pub consumers: Option<Number>,
    pub max_record_size_kib: Option<Number>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Shard {
    pub id: String,
    /// The number at the end of the id.
    pub short: String,
    pub open: bool,
    pub parent: Option<String>,
    pub adjacent_parent: Option<String>,
    /// Decimal text, 0 to 2^128 - 1.
    pub hash_key_start: String,
    pub hash_key_end: String,
    /// The range as shares of the whole space, 0.0 to 1.0, for drawing.
    pub hash_share_start: f32,
    pub hash_share_end: f32,
    pub sequence_start: String,
    pub sequence_end: Option<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Consumer {
    pub name: String,
    pub arn: String,
    pub status: String,
    pub created_at: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Tag {
    pub key: String,
    pub value: String,
}

/// Where a partition key lands.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KeyPlacement {
    pub hash_key: String,
    /// The hash key's place in the whole space, 0.0 to 1.0.
    pub hash_share: f32,
    /// The open shard whose range holds it.
    pub shard: Option<String>,
}
