//! What an opened record was found to be made of: its layers and its events.

use super::{Number, RegistryRow, SchemaReport};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A record taken apart.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordLayers {
    /// At least one.
    pub events: u32,
    /// Said where the record holds more events than are shown.
    pub truncated: Option<String>,
    /// The layers that were pinned for its stream; absent where each is told by its content.
    pub pinned: Option<Vec<LayerStep>>,
    /// Schemas that it names, that are not there, and that its stream's registry may have.
    pub schemas: Vec<SchemaReport>,
    pub first: RecordEvent,
}

/// One logical event of a record.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordEvent {
    pub index: u32,
    pub event_type: Option<String>,
    pub format: LayerKind,
    /// From the record inwards.
    pub trail: Vec<EventLayer>,
    /// Ids, times and names that the layers say of it.
    pub facts: Vec<EventFact>,
    /// The size of what its format was given.
    pub source_bytes: Number,
    /// Those are the record's own bytes.
    pub stored: bool,
    /// At which byte of those its content begins, where it is a part of them.
    pub content_at: Option<Number>,
    /// The same in the stored payload.
    pub content_in_record: Option<Number>,
    /// It is a change, and says what was there before, or after.
    pub has_before: bool,
    pub has_after: bool,
    pub failure: Option<EventFailure>,
    /// Why there is no tree: what is wrong with the JSON, and at which byte.
    pub tree_fault: Option<String>,
    /// The path of its JSON in the stored payload, which filters read; absent where no filter on a path finds it.
    pub stored_at: Option<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EventLayer {
    pub kind: LayerKind,
    pub size_in: Number,
    pub size_out: Number,
    /// Counts, schema, source; safe to show.
    pub detail: String,
    /// In percent; 100 for one that is pinned.
    pub confidence: u8,
    /// Said where its output was cut.
    pub truncated: Option<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EventFact {
    pub name: String,
    pub value: String,
}

/// Why the bytes after a layer could not be read.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EventFailure {
    /// Absent: the record itself.
    pub after: Option<LayerKind>,
    pub candidates: Vec<RefusedLayer>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RefusedLayer {
    pub kind: LayerKind,
    pub reason: String,
}

/// One pinned layer.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LayerStep {
    pub layer: LayerKind,
    /// The schema for Avro and Protobuf: `file:NAME`.
    pub schema: Option<String>,
    /// The full name of a Protobuf message; absent: the one that fits best.
    pub message: Option<String>,
}

/// How a stream's records are read, and what there is to choose from.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StreamDecoding {
    /// Absent: each layer by its content.
    pub pinned: Option<Vec<LayerStep>>,
    pub schemas: Vec<SchemaRow>,
    /// Absent: no registry is asked.
    pub registry: Option<RegistryRow>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SchemaRow {
    /// `file:NAME`, or `glue:UUID` or `confluent:NUMBER` where it stands for a registry's.
    pub id: String,
    pub kind: SchemaKind,
    /// Or the host of the registry that said it.
    pub files: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SchemaKind {
    Avro,
    Protobuf,
    Json,
}

/// What an earlier record has in common with one.
#[derive(Clone, Copy, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum Likeness {
    Key,
    Type,
}

/// Which text of an event is asked for.
#[derive(Clone, Copy, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum EventPart {
    Content,
    /// What was there before a change.
    Before,
    After,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum LayerKind {
    Kpl,
    Gzip,
    Zlib,
    Zstd,
    Lz4,
    SnappyFrame,
    Snappy,
    Base64,
    Glue,
    Confluent,
    CloudWatchLogs,
    DynamoDb,
    EventBridge,
    CloudEvents,
    Sns,
    Sqs,
    Dms,
    LambdaFailure,
    JsonDocuments,
    AvroContainer,
    Json,
    Text,
    MessagePack,
    Cbor,
    Avro,
    Protobuf,
    Xml,
    Binary,
}
