//! The columns of the record table: what was chosen, and what a path leads to in a row.

use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KeptColumn {
    /// A name of the window's, or a path from `$` on.
    pub id: String,
    pub width_px: Option<u32>,
    pub pinned: bool,
    pub shown: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ColumnLayout {
    /// The streams that it is for, by their ARNs.
    pub streams: Vec<String>,
    /// In their order; none where nothing was chosen.
    pub columns: Vec<KeptColumn>,
}

/// What a path leads to in a record.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FieldCell {
    pub kind: FieldKind,
    /// One line, safe to show; a number as it is written.
    pub text: String,
    /// The value goes on after the text.
    pub cut: bool,
    /// Further events of the record that have a value there; the text is the first one's.
    pub others: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FieldKind {
    Missing,
    /// The payload is large, and the part of it that was looked at does not have it.
    NotRead,
    Null,
    Bool,
    Number,
    String,
    Object,
    Array,
}
