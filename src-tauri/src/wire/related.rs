//! What belongs to an opened record: where a text stands in it, and what other records have in common with it.

use super::{Number, RecordRow};
use serde::{Deserialize, Serialize};
use specta::Type;

/// Which node of a tree is meant.
#[derive(Clone, Copy, Debug, Deserialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum TreeTarget {
    Node {
        node: u32,
    },
    /// The innermost one at this byte of the event's content.
    Byte {
        at: Number,
    },
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TreeFound {
    /// The first of them, in the order of the document.
    pub nodes: Vec<u32>,
    pub total: Number,
}

/// Where a node stands, and what has to be toggled for it to be seen.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TreePlace {
    pub node: u32,
    pub toggled: Vec<u32>,
    pub row: Number,
}

/// What two records may have in common.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum Relation {
    Key,
    /// The id at this path of the event, under whatever name the other has it.
    Id {
        event: u32,
        path: String,
    },
    /// Byte for byte the same payload.
    Bytes,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PossibleRelation {
    pub relation: Relation,
    /// What the others would share, safe to show; empty for bytes.
    pub value: String,
}

/// Records that have something in common with one, itself among them, in the order of arrival.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RelatedRecords {
    pub rows: Vec<RecordRow>,
    /// How many arrived before the first of these rows.
    pub before: Number,
    pub total: Number,
    /// Everything stored was looked at.
    pub complete: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum GroupBy {
    Type,
    Key,
}

/// A view's records over time, by a value that they have in common.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GroupCounts {
    /// The largest first; one without a value holds the records that have none.
    pub groups: Vec<RecordGroup>,
    pub others: Option<RecordGroup>,
    pub other_values: Number,
    /// All records of that time were looked at.
    pub complete: bool,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordGroup {
    pub value: Option<String>,
    pub records: Number,
    /// A count for each bucket.
    pub buckets: Vec<u32>,
}
