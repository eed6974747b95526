//! Boards of sagas: how a board stands, its list, its variants, and what needs no definition.

use super::{Number, StateChange, StepState};
use serde::{Deserialize, Serialize};
use specta::Type;

/// Whose sagas a board has.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "kind"
)]
pub enum SagaSubject {
    Saved {
        name: String,
    },
    /// A definition that is being written.
    Text {
        text: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SagaStatus {
    Running,
    Completed,
    CompletedWithFindings,
    Failed,
    Compensating,
    Compensated,
    PartiallyCompensated,
    CompensationFailed,
}

/// What holds beside the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SagaFlag {
    Overdue,
    Stuck,
    Late,
    Orphan,
    Unknown,
}

#[derive(Clone, Copy, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a set of independent flags, as they are shown"
)]
pub struct SagaFlags {
    pub overdue: bool,
    pub stuck: bool,
    pub late: bool,
    pub orphan: bool,
    pub unknown: bool,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaFlagCounts {
    pub overdue: Number,
    pub stuck: Number,
    pub late: Number,
    pub orphan: Number,
    pub unknown: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaStatusCount {
    pub status: SagaStatus,
    pub count: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaWaiting {
    pub event_type: String,
    pub count: Number,
}

/// Up to when a stream was captured: "it did not happen" needs that.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaCoverage {
    pub stream: String,
    pub until: Option<Number>,
    /// There is no hole before.
    pub complete: bool,
}

/// What a board leaves out; the window has the words.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "code"
)]
pub enum SagaNote {
    /// So common a value is looked for in fields of the key's name only.
    OwnFieldOnly { value: String, key: String },
    /// More ids go with the value than are followed.
    IdsLeftOut { value: String },
    /// Records without the key belong to no saga.
    Unrelated { records: Number, key: String },
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaBoard {
    pub id: u32,
    /// Grows when a verdict may have changed.
    pub revision: Number,
    /// Everything was read once: until then there are no sagas.
    pub complete: bool,
    pub scanned: Number,
    pub total: Number,
    /// Records without an id of any saga, of those that were looked through.
    pub unrelated: Number,
    pub events: Number,
    pub sagas: Number,
    /// Sagas whose ids are another's as well.
    pub colliding: Number,
    pub by_status: Vec<SagaStatusCount>,
    pub flags: SagaFlagCounts,
    /// What is awaited, the most frequent first.
    pub waiting: Vec<SagaWaiting>,
    /// Durations that half, 19 of 20 and 99 of 100 of those that have ended did not exceed.
    pub p50_millis: Option<Number>,
    pub p95_millis: Option<Number>,
    pub p99_millis: Option<Number>,
    pub coverage: Vec<SagaCoverage>,
    pub notes: Vec<SagaNote>,
    /// Without steps there are no verdicts: only what belongs together.
    pub has_steps: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SagaSort {
    Started,
    Duration,
    Events,
    Findings,
    Status,
    Key,
}

/// Which sagas, in which order; what is empty does not matter.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaQuery {
    /// Occurs in the key or an alias.
    pub search: String,
    /// A filter of records: one of the saga's events lies in a record that it lets through.
    pub records: String,
    /// Any of these.
    pub status: Vec<SagaStatus>,
    /// All of these.
    pub flags: Vec<SagaFlag>,
    /// Any of these codes of findings.
    pub findings: Vec<String>,
    pub variant: Option<String>,
    /// An awaited event type, as the rows say it.
    pub waiting_for: Option<String>,
    /// Has events of the saga.
    pub stream: Option<String>,
    pub min_events: Option<u32>,
    pub min_duration_millis: Option<Number>,
    pub started_from: Option<Number>,
    /// Before this.
    pub started_until: Option<Number>,
    pub sort: SagaSort,
    pub descending: bool,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaRow {
    pub key: String,
    /// Which use of the key, from 0.
    pub life: u32,
    #[serde(rename = "type")]
    pub saga: String,
    pub status: SagaStatus,
    pub flags: SagaFlags,
    pub waiting_for: Option<String>,
    pub started_at: Number,
    pub duration_millis: Number,
    pub ended: bool,
    pub events: Number,
    pub streams: Vec<String>,
    pub findings: Number,
    pub steps: Vec<StepState>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaPage {
    pub revision: Number,
    /// Those that pass.
    pub total: Number,
    /// All of the board.
    pub of: Number,
    /// Of a filter of records: while it is not complete, ask again.
    pub search: Option<SagaSearch>,
    pub rows: Vec<SagaRow>,
}

/// How far the records behind the sagas were looked at.
#[derive(Clone, Copy, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaSearch {
    pub searched: Number,
    pub total: Number,
    pub complete: bool,
}

/// The sagas that took one way.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaVariant {
    pub id: String,
    pub path: Vec<String>,
    pub count: Number,
    pub share: Number,
    pub p50_millis: Number,
    pub p95_millis: Number,
    pub p99_millis: Number,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaPoint {
    pub key: String,
    pub life: u32,
    pub started_at: Number,
    pub duration_millis: Number,
    pub status: SagaStatus,
}

/// At most 5,000 points: where there are more sagas they are an even sample.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaScatter {
    pub points: Vec<SagaPoint>,
    pub total: Number,
    pub sampled: bool,
}

/// What became of sagas that were sent as traces.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SentTraces {
    pub sent: Number,
    /// Of their spans, as the collector counts.
    pub refused_spans: Number,
    /// What the collector says, or why it ended early.
    pub message: Option<String>,
}

/// A command whose time is over.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UnansweredCommand {
    pub record: String,
    #[serde(rename = "type")]
    pub event_type: String,
    pub key: String,
    pub life: u32,
    pub at: Number,
    pub due_at: Number,
    pub stream: String,
    /// False: the stream of its answer is not captured up to the deadline.
    pub known: bool,
    /// Of one that was answered after its time.
    pub late_by_millis: Option<Number>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UnansweredPage {
    pub total: Number,
    pub rows: Vec<UnansweredCommand>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum ReducerHow {
    Replace,
    Merge,
    Append,
    Remove,
}

/// What the events of one type do to the state of an entity.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Reducer {
    #[serde(rename = "type")]
    pub event_type: String,
    pub how: ReducerHow,
    pub path: Option<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FoldedEvent {
    pub record: String,
    #[serde(rename = "type")]
    pub event_type: String,
    pub at: Number,
    pub changes: Vec<StateChange>,
    /// JSON text.
    pub state: String,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FoldedState {
    pub events: Vec<FoldedEvent>,
    /// There are more than are told.
    pub truncated: bool,
}
