//! One record, opened.

use super::{Number, RecordLayers, RecordRow};
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordDetails {
    pub row: RecordRow,
    pub stream_arn: String,
    /// Decimal text; from the explicit hash key where a KPL record carries one, else of the partition key.
    pub hash_key: Option<String>,
    pub explicit_hash_key: Option<String>,
    /// The size of the Kinesis record that carries it, where it is part of a KPL aggregate.
    pub aggregate_bytes: Option<Number>,
    /// Why the aggregate is not sound.
    pub aggregate_fault: Option<String>,
    /// The size of the payload as it is shown.
    pub shown_bytes: Number,
    /// A masking rule hides something of it.
    pub is_masked: bool,
    pub layers: RecordLayers,
}

/// Which rows of the tree are wanted. A node is open if its depth is below `depth`, unless toggled.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TreeRequest {
    pub depth: u32,
    pub toggled: Vec<u32>,
    pub first: u32,
    /// At most 1,000.
    pub count: u32,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TreePage {
    pub total: Number,
    pub rows: Vec<TreeRow>,
    /// Said where a limit cut the document.
    pub truncated: Option<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TreeRow {
    pub node: u32,
    pub depth: u32,
    /// The member's name, or absent in an array and at the root.
    pub key: Option<String>,
    pub index: Option<u32>,
    pub kind: TreeNodeKind,
    /// A scalar's exact source text, safe to show; empty for containers.
    pub text: String,
    pub children: u32,
    pub expanded: bool,
    /// `JSONPath`; absent where it would be very long.
    pub path: Option<String>,
    /// The key or the text was cut to fit a row.
    pub cut: bool,
    /// The bytes of its event's content that it stands in.
    pub start: Number,
    pub end: Number,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum TreeNodeKind {
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

/// What a record is copied as.
#[derive(Clone, Copy, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CopyForm {
    /// Indented, with every number as it was written.
    Json,
    /// The payload's text, byte for byte.
    Text,
    Base64,
    Hex,
    /// `aws kinesis put-record`.
    AwsCommand,
    /// A signed `PutRecord` request.
    Curl,
    /// A few lines of Python.
    Boto3,
    /// What a function would be invoked with.
    LambdaEvent,
}

/// Text that is safe to show.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordText {
    pub text: String,
    /// Said where a limit cut the text.
    pub truncated: Option<String>,
}
