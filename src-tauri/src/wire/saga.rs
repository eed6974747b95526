//! One saga: its events, steps, findings, graph, sequence and state, and how it differs from another one.

use super::{Number, SagaRow};
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Clone, Debug, Deserialize, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaName {
    pub key: String,
    pub life: u32,
}

/// Where an id stands: a record, which of its events (from 0; null for the record itself), and the path in it.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaIdPlace {
    pub record: String,
    pub event: Option<u32>,
    pub path: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    NotReached,
    Pending,
    Overdue,
    Done,
    Failed,
    /// Done, and to be undone.
    Held,
    Undone,
    UndoFailed,
    Skipped,
}

/// What an event says to its saga.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SagaRole {
    Start,
    Request,
    Success,
    Failure,
    UndoRequest,
    UndoSuccess,
    UndoFailure,
    Abort,
    Completed,
    Failed,
    Other,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaEvent {
    /// Its place in the saga's list of events.
    pub index: u32,
    /// The record's handle in this workspace.
    pub record: String,
    #[serde(rename = "type")]
    pub event_type: String,
    pub source: String,
    pub stream: String,
    pub shard: String,
    pub sequence: String,
    pub sub: u32,
    /// Which event of its record, from 0; null where the record itself is the event.
    pub part: Option<u32>,
    /// In the definition's clock.
    pub at: Number,
    pub arrival: Number,
    pub step: Option<String>,
    pub role: SagaRole,
    /// False for repetitions, which change nothing.
    pub effective: bool,
    pub replayed: bool,
    /// Why it belongs to the saga: the name of the key, or of an alias.
    pub linked: String,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaUndo {
    pub state: StepState,
    pub requested_at: Option<Number>,
    pub answered_at: Option<Number>,
    pub due_at: Option<Number>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaStep {
    pub id: String,
    pub state: StepState,
    pub optional: bool,
    pub requested_at: Option<Number>,
    pub answered_at: Option<Number>,
    pub due_at: Option<Number>,
    pub undo: Option<SagaUndo>,
    pub events: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SagaAwaited {
    Request,
    Answer,
    Undo,
    Outcome,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaObligation {
    /// Absent for the saga's outcome.
    pub step: Option<String>,
    pub awaited: SagaAwaited,
    pub types: Vec<String>,
    pub opened_at: Number,
    pub due_at: Option<Number>,
    pub overdue: bool,
    pub optional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SagaSeverity {
    Note,
    Warning,
    Error,
}

/// How sure it is what came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SagaConfidence {
    Certain,
    Likely,
    Unordered,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaFinding {
    /// A code.
    pub kind: String,
    pub severity: SagaSeverity,
    pub confidence: Option<SagaConfidence>,
    pub text: String,
    pub events: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SagaMessageKind {
    Command,
    Event,
    Failure,
    Undo,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaMessage {
    /// Places among the lifelines.
    pub from: u32,
    pub to: u32,
    pub event: u32,
    pub kind: SagaMessageKind,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaSequence {
    pub lifelines: Vec<String>,
    pub messages: Vec<SagaMessage>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaGraphNode {
    pub id: String,
    pub label: String,
    pub state: StepState,
    pub column: u32,
    pub row: u32,
    /// The step that it undoes.
    pub undo_of: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SagaEdgeKind {
    After,
    Undo,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaGraphEdge {
    pub from: String,
    pub to: String,
    pub kind: SagaEdgeKind,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaGraph {
    pub nodes: Vec<SagaGraphNode>,
    pub edges: Vec<SagaGraphEdge>,
}

#[derive(Clone, Debug, Deserialize, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaAlias {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaDetail {
    pub row: SagaRow,
    /// The status as a sentence.
    pub sentence: String,
    pub aliases: Vec<SagaAlias>,
    pub unknowns: Vec<String>,
    pub start_captured: bool,
    pub events: Vec<SagaEvent>,
    pub steps: Vec<SagaStep>,
    pub obligations: Vec<SagaObligation>,
    pub findings: Vec<SagaFinding>,
    pub sequence: SagaSequence,
    pub graph: SagaGraph,
}

/// JSON texts, cut and safe to show; absent for what was not, or is no longer, there.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StateChange {
    pub path: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaStateStep {
    pub event: u32,
    pub changes: Vec<StateChange>,
}

#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaComparisonRow {
    pub mark: String,
    /// The event; absent where this one has no such mark.
    pub a: Option<u32>,
    pub b: Option<u32>,
    /// Since the start.
    pub a_millis: Option<Number>,
    pub b_millis: Option<Number>,
}

/// Two sagas side by side by what happened.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SagaComparison {
    /// What is at the right.
    pub label: String,
    pub rows: Vec<SagaComparisonRow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub enum SagaExportFormat {
    Json,
    /// A sequence diagram.
    Mermaid,
    /// A page that opens offline.
    Html,
    /// The same with fakes for all ids and values.
    HtmlMasked,
}
