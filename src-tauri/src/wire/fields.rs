//! The fields that records have: their kinds, how often, since when, and what of that changed.

use super::{FieldKind, Number};
use serde::Serialize;
use specta::Type;

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FieldsSeen {
    /// Of the `total` records of the view.
    pub looked_at: Number,
    pub total: Number,
    /// Too large to be looked at here.
    pub left_out: Number,
    /// There were more types or fields than are kept.
    pub cut: bool,
    pub types: Vec<TypeFields>,
    /// In the order of time.
    pub drift: Vec<FieldDrift>,
}

/// The records of one stream and event type that were looked at.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TypeFields {
    pub stream: String,
    pub event_type: Option<String>,
    pub records: Number,
    pub fields: Vec<FieldSeen>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FieldSeen {
    /// As the filter's language writes it.
    pub name: String,
    /// From `$` on.
    pub path: String,
    pub records: Number,
    /// The most frequent first.
    pub kinds: Vec<KindSeen>,
    pub first: Number,
    pub last: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct KindSeen {
    pub kind: FieldKind,
    pub records: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FieldDrift {
    pub stream: String,
    pub event_type: Option<String>,
    pub name: String,
    pub path: String,
    pub change: FieldChange,
    /// Where its kinds changed, from which to which.
    pub before: Vec<FieldKind>,
    pub after: Vec<FieldKind>,
    /// When it was met first, or last.
    pub at: Number,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum FieldChange {
    Appeared,
    Disappeared,
    Kinds,
}
