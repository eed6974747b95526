//! Captures: what was asked for, how far each shard is, and what is missing.

use super::Number;
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewCapture {
    pub connection: String,
    /// Absent: named after its streams and the time.
    pub name: Option<String>,
    pub streams: Vec<NewCaptureStream>,
    /// Stop after this time of arrival.
    pub until_time: Option<Number>,
    /// Stop after this many records.
    pub until_count: Option<Number>,
}

#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewCaptureStream {
    pub stream: String,
    /// Absent: all shards, also those that come later.
    pub shards: Option<Vec<String>>,
    pub start: CaptureStart,
}

#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum CaptureStart {
    TrimHorizon,
    Latest,
    AtTimestamp { at: Number },
    AtSequenceNumber { sequence: String },
    AfterSequenceNumber { sequence: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum CaptureState {
    Running,
    Paused,
    Stopped,
    Failed,
    /// It read all it was asked for.
    Finished,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaptureRow {
    pub id: String,
    pub name: String,
    pub state: CaptureState,
    /// Why it failed or stopped by itself.
    pub reason: Option<String>,
    pub hint: Option<String>,
    /// What it reads from, for a person: "dev · eu-west-1".
    pub connection: String,
    /// The open connection that it reads or waits through: closing that one ends it.
    pub connection_id: Option<String>,
    pub created_at: Number,
    pub records: Number,
    pub streams: Vec<CaptureStreamRow>,
    /// Streams that are not read as a whole, and why; what made the capture fail is its reason.
    pub troubles: Vec<StreamTrouble>,
    pub gaps: Number,
    /// The largest lag of its shards, where it runs and the endpoint says.
    pub lag_millis: Option<Number>,
    /// When the first of its records would be trimmed before it is read, where that is near; it may have passed.
    pub expires_at: Option<Number>,
    pub records_per_second: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaptureStreamRow {
    pub name: String,
    pub arn: String,
    pub shards: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StreamTrouble {
    pub stream: String,
    pub message: String,
    pub hint: Option<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CaptureStatus {
    pub capture: CaptureRow,
    pub shards: Vec<ShardProgress>,
    pub gaps: Vec<GapRow>,
    /// Something was read, so that no gaps means that nothing is missing.
    pub covered: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ShardProgressState {
    /// Waits for its parents to be read to their end.
    Waiting,
    Starting,
    CatchingUp,
    /// At the tip.
    Live,
    BackingOff,
    /// A person has to do something; it is tried again meanwhile.
    Blocked,
    Paused,
    /// Read to its end; it was split, merged or closed.
    Finished,
    Failed,
    Stopped,
    /// The stream was deleted, or deleted and created again.
    StreamGone,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ShardProgress {
    /// The lane that this shard is drawn in; absent before its first commit.
    pub lane: Option<u32>,
    pub stream: String,
    pub shard: String,
    pub short: String,
    pub state: ShardProgressState,
    pub lag_millis: Option<Number>,
    /// As of its capture.
    pub expires_at: Option<Number>,
    pub records_per_second: Number,
    pub bytes_per_second: Number,
    /// Whether the shard is written at these rates; what was written before is read faster.
    pub is_rate_of_writing: bool,
    /// What the pace allows; absent while the shard is not read. All captures of the shard share it, as they share its
    /// calls.
    pub bytes_budget: Option<Number>,
    pub calls_per_second: Number,
    /// What the pace allowed over the same seconds as the calls; absent while the shard is not read.
    pub calls_budget: Option<Number>,
    pub throttles: Number,
    /// Reads that failed and were, or will be, tried again; throttled ones too.
    pub retries: Number,
    pub error: Option<String>,
    /// What to do about the error.
    pub hint: Option<String>,
    /// When the next call is due, while backing off.
    pub retry_at: Option<Number>,
}

/// What a capture does not hold, and why.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GapRow {
    pub lane: u32,
    pub stream: String,
    pub shard: String,
    pub from: Option<Number>,
    pub until: Option<Number>,
    pub reason: GapReason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum GapReason {
    /// The stream's retention ended before these records were read.
    Trimmed,
    /// The last stored record did not come back: what followed it is not known.
    ContinuityUnproven,
    /// The stream was deleted, or deleted and created again.
    StreamGone,
    /// The endpoint refused to read on.
    ReadRefused,
    /// They were stored, and the workspace that held them was damaged.
    Damaged,
}
