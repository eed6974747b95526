//! Replays that were started: how they stand, what became of their records, how the target compares.

use super::{BadLine, JobState, Number, ReplayPacing, SentOutcome, WriteTarget};
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplayRow {
    pub id: String,
    pub name: String,
    pub state: JobState,
    /// The stream, the file or the function.
    pub target: String,
    pub started_at: Number,
    pub ended_at: Option<Number>,
    pub planned: Number,
    pub acknowledged: Number,
    pub in_flight: Number,
    /// Of the target; of very many those with the most planned. None where it has none.
    pub shards: Vec<ReplayShard>,
    /// All of them.
    pub shards_total: Number,
    pub refused: Number,
    pub unclear: Number,
    pub may_be_doubled: Number,
    pub rate_per_second: Number,
    pub eta_millis: Option<Number>,
    pub retries: Number,
    pub throttles: Number,
    /// How far the last record was from its planned time.
    pub skew_millis: Option<Number>,
    pub message: Option<String>,
    pub hint: Option<String>,
    pub pacing: ReplayPacing,
    pub can_verify: bool,
    pub next: Option<NextRecord>,
    /// Where it writes to a stream: what a resume asks the permission for.
    pub writes_to: Option<WriteTarget>,
    /// Where its target was to be captured.
    pub beside: Option<CaptureBeside>,
}

/// How far a replay is on one shard of its target.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplayShard {
    pub shard: String,
    /// 0 for a shard that the plan does not know.
    pub planned: Number,
    pub acknowledged: Number,
    pub in_flight: Number,
}

/// The capture of the target that runs beside a replay.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaptureBeside {
    /// Absent: it was deleted, or could not begin.
    pub capture: Option<String>,
    pub records: Number,
    pub state: BesideState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum BesideState {
    Reading,
    /// Everything that was acknowledged is captured.
    Read,
    /// It does not read, and something that was acknowledged is not captured.
    Short,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NextRecord {
    pub record: String,
    pub due_millis: Option<Number>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ReplayedWhich {
    All,
    Acknowledged,
    Refused,
    Unclear,
    MayBeDoubled,
    InFlight,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplayedPage {
    pub total: Number,
    pub rows: Vec<ReplayedRow>,
}

/// An original with its copy.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplayedRow {
    pub record: String,
    pub original_stream: String,
    pub original_shard: String,
    pub original_sequence: String,
    pub sub: u32,
    pub key: String,
    pub outcome: SentOutcome,
    pub shard: Option<String>,
    pub sequence: Option<String>,
    pub attempts: u32,
    pub message: Option<String>,
    /// The new record's handle, where a capture of the target holds it.
    pub copy: Option<String>,
}

/// Provenance in both directions.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecordReplays {
    pub original: Option<ReplayedRow>,
    pub copies: Vec<ReplayedRow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ReportFormat {
    Json,
    Csv,
}

/// What the target holds, against what was sent.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplayVerdict {
    pub compared: Number,
    pub identical: Number,
    pub missing: Number,
    pub extra: Number,
    pub changed: Number,
    /// Records behind a later one of their key.
    pub out_of_order: Number,
    /// Nobody knows whether they were written: they are not compared.
    pub in_doubt: Number,
    /// Captures of the target hold all of what was acknowledged.
    pub covered: bool,
    pub notes: Vec<String>,
    pub examples: Vec<ReplayFinding>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ReplayFinding {
    pub what: ReplayDifference,
    pub record: Option<String>,
    pub found: Option<String>,
    pub key: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ReplayDifference {
    Missing,
    Extra,
    Changed,
    OutOfOrder,
}

/// A capture that was made of a file.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportedCapture {
    pub path: String,
    /// Absent for a file without a single record.
    pub capture: Option<String>,
    pub records: Number,
    /// Records that share their number with one before them: kept as parts of one aggregate.
    pub shared_numbers: Number,
    /// Records whose number came long before: left out.
    pub repeated: Number,
    pub bad_lines: Number,
    /// The first of them.
    pub bad: Vec<BadLine>,
}

/// A capture as a file.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExportedCapture {
    pub path: String,
    pub records: Number,
}
