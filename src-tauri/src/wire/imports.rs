//! Records out of a file or a paste.

use super::{Number, WriteOrder, WriteTarget};
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum ImportSource {
    Pasted {
        text: String,
    },
    /// One that the user chose in the program's own dialog.
    File {
        path: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ImportFormat {
    Ndjson,
    JsonArray,
    Csv,
}

/// How a text is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ImportAs {
    Detect,
    Ndjson,
    JsonArray,
    Csv,
}

#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportRequest {
    pub target: WriteTarget,
    pub source: ImportSource,
    pub format: ImportAs,
    pub key: String,
    pub payload_column: Option<String>,
    pub order: WriteOrder,
    pub aggregate: bool,
    pub records_per_second: Option<Number>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportPreview {
    pub source: ImportSource,
    pub format: ImportFormat,
    pub records: Number,
    pub size_bytes: Number,
    pub first: Vec<ImportedRow>,
    /// The first 50.
    pub bad: Vec<BadLine>,
    pub bad_total: Number,
    /// Of a CSV's header.
    pub columns: Vec<String>,
    /// Of all records; estimated where there are many.
    pub put_units: Number,
    pub put_units_saved: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportedRow {
    pub line: Number,
    pub key: String,
    /// Its beginning.
    pub text: String,
    pub shard: Option<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BadLine {
    pub line: Number,
    pub message: String,
}
