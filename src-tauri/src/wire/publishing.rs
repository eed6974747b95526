//! Publishing: a message as it is composed, records as they are imported, and what became of them.

use super::{Number, WriteTarget};
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum DraftFormat {
    Json,
    Text,
    Base64,
}

/// What the payload is packed in before it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum DraftEncoding {
    None,
    Gzip,
    Zlib,
    Zstd,
    Base64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum WriteOrder {
    Keyed,
    Strict,
    Fast,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    pub target: WriteTarget,
    /// The payload, with variables: {{uuid}}, {{now}}, {{now-5m}}, {{seq}}, {{random:1..100}}.
    pub text: String,
    pub format: DraftFormat,
    /// Literal with variables, or an expression over the payload: {$.order.id}.
    pub key: String,
    pub explicit_hash_key: Option<String>,
    /// Text and key are meant as they are: {{…}} and {$.…} in them mean nothing.
    pub as_it_is: bool,
    /// 1 to 10,000 messages out of one draft.
    pub repeat: Number,
    /// Between two of them; absent: as fast as the stream takes them.
    pub every_millis: Option<Number>,
    pub encoding: DraftEncoding,
    /// As KPL records.
    pub aggregate: bool,
    pub order: WriteOrder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum DraftField {
    Text,
    Key,
    HashKey,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftProblem {
    pub message: String,
    pub field: DraftField,
    /// From 1, in the text.
    pub line: Option<Number>,
    pub column: Option<Number>,
}

/// The first message as it would be sent.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DraftPreview {
    pub text: String,
    pub key: String,
    pub hash_key: String,
    pub shard: Option<String>,
    /// Key and data, as they are encoded.
    pub size_bytes: Number,
    /// The data before its encoding.
    pub plain_bytes: Number,
    pub limit_bytes: Number,
    /// None: it can be sent.
    pub problems: Vec<DraftProblem>,
    /// Of all messages; estimated where there are many.
    pub put_units: Number,
    pub put_units_saved: Number,
    /// Sent along with the message: what is sent is what was shown.
    pub moment: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum JobState {
    Running,
    Paused,
    Finished,
    Cancelled,
    Failed,
    Interrupted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SentOutcome {
    Acknowledged,
    Refused,
    Unclear,
    Waiting,
    InFlight,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SentRow {
    pub index: Number,
    pub key: String,
    pub outcome: SentOutcome,
    pub shard: Option<String>,
    pub sequence: Option<String>,
    pub attempts: Number,
    pub message: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum PublishKind {
    Draft,
    Import,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PublishRow {
    pub id: String,
    pub at: Number,
    pub stream: String,
    pub caller: Option<String>,
    pub kind: PublishKind,
    pub state: JobState,
    pub sent: Number,
    pub refused: Number,
    pub unclear: Number,
    pub total: Number,
    pub size_bytes: Number,
    /// The first 100; none in a list.
    pub results: Vec<SentRow>,
    pub rate_per_second: Number,
    pub eta_millis: Option<Number>,
    pub message: Option<String>,
    pub hint: Option<String>,
    /// It was cut off, and can go on under a permission.
    pub can_go_on: bool,
    /// The file that it reads then; it may lie elsewhere by now.
    pub file: Option<String>,
    /// The stream that it writes to, where it can go on and the connection to it is open.
    pub writes_to: Option<WriteTarget>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PublishPage {
    pub total: Number,
    pub rows: Vec<PublishRow>,
}

/// A record as a message that can be sent again, byte for byte; text and key are meant as they are.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordDraft {
    pub text: String,
    pub format: DraftFormat,
    pub key: Option<String>,
    pub explicit_hash_key: Option<String>,
    /// Masks stand in it where rules hide something: what is sent is another record.
    pub is_masked: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    pub name: String,
    pub text: String,
    pub format: DraftFormat,
    pub key: String,
    /// Text and key are meant as they are: {{…}} and {$.…} in them mean nothing.
    pub as_it_is: bool,
    pub encoding: DraftEncoding,
}
