//! The layers that a record may have, and which of them a user has pinned for a stream.
//!
//! Plain values to store and to send; what a layer does is in the modules that take it apart.

use crate::SchemaId;
use serde::{Deserialize, Serialize};

/// How a record is to be taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pipeline {
    /// Each layer by its content.
    #[default]
    Auto,
    /// These layers, in this order. What follows the last is found by its content, unless the last
    /// is a format. A layer that does not fit is a failure, and no other is tried.
    Pinned(Vec<Step>),
}

/// One pinned layer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Step {
    pub layer: LayerKind,
    /// The schema for [`LayerKind::Avro`] and [`LayerKind::Protobuf`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<SchemaId>,
    /// The full name of the message for [`LayerKind::Protobuf`]. Without it the one that fits best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Step {
    pub fn new(layer: LayerKind) -> Self {
        Self {
            layer,
            schema: None,
            message: None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LayerKind {
    Kpl,
    Gzip,
    Zlib,
    Zstd,
    /// The frame format, not a bare block.
    Lz4,
    SnappyFrame,
    /// Without a frame.
    Snappy,
    Base64,
    /// The header of the Glue Schema Registry.
    Glue,
    /// The header of the Confluent Schema Registry.
    Confluent,
    CloudWatchLogs,
    DynamoDb,
    EventBridge,
    CloudEvents,
    Sns,
    Sqs,
    Dms,
    LambdaFailure,
    /// NDJSON, and JSON documents one after the other.
    JsonDocuments,
    AvroContainer,
    Json,
    Text,
    MessagePack,
    Cbor,
    /// A single datum: single-object encoding, or bare with a pinned or framed schema.
    Avro,
    Protobuf,
    Xml,
    Binary,
}

impl LayerKind {
    /// Whether it is the last layer of an event.
    pub fn is_format(self) -> bool {
        self >= Self::Json
    }

    pub fn is_envelope(self) -> bool {
        (Self::CloudWatchLogs..=Self::LambdaFailure).contains(&self)
    }
}
