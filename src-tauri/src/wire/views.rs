//! Views: the records of some captures through one filter, as rows, lanes and buckets.

use super::{FieldCell, Number};
use serde::Serialize;
use specta::Type;

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ViewStatus {
    pub view: u32,
    /// Grows when rows came or went: what was fetched before may have moved.
    pub revision: Number,
    pub matched: Number,
    pub scanned: Number,
    pub total: Number,
    /// Of those that were looked at, the ones of which a part only could be searched.
    pub in_part: Number,
    /// All that is stored has been looked at.
    pub complete: bool,
    /// The first and last arrival of what matched.
    pub from: Option<Number>,
    pub until: Option<Number>,
    pub lanes: Vec<Lane>,
    /// How long the last step of the scan took.
    pub scan_millis: Number,
}

/// One shard, as a row of the lanes view.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Lane {
    pub lane: u32,
    pub stream: String,
    pub shard: String,
    pub short: String,
    pub parents: Vec<String>,
    pub closed: bool,
    pub records: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LaneCoverage {
    pub lane: u32,
    /// What was captured, in order and apart from each other.
    pub covered: Vec<CoverageInterval>,
    /// It is still read: what is later than this and not covered is not read yet. 0 is the stream's beginning.
    pub read_on_from: Option<Number>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CoverageInterval {
    pub from: Number,
    pub until: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordPage {
    pub revision: Number,
    pub first: Number,
    pub total: Number,
    pub rows: Vec<RecordRow>,
    /// For each row, a cell for each path that was asked for.
    pub cells: Vec<Vec<FieldCell>>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordRow {
    /// The record's handle in this workspace.
    pub id: String,
    pub arrival: Number,
    pub lane: u32,
    pub stream: String,
    pub shard: String,
    pub sequence: String,
    /// Its place within a KPL aggregate; absent where it is no part of one.
    pub sub_sequence: Option<u32>,
    /// Safe to show: control and direction characters are written out.
    pub partition_key: Option<String>,
    pub event_type: Option<String>,
    pub size_bytes: Number,
    pub format: PayloadFormat,
    /// One line, cut and safe to show.
    pub preview: String,
    /// The partition key does not lead to this shard: an explicit hash key was used.
    pub outside_range: bool,
    /// It says that it is a KPL aggregate and is not a sound one.
    pub damaged_aggregate: bool,
    /// A replay of this workspace wrote it.
    pub replayed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum PayloadFormat {
    Empty,
    Json,
    Text,
    Binary,
}
