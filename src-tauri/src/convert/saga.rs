use crate::wire::{
    Number, SagaAlias, SagaAwaited, SagaComparison, SagaComparisonRow, SagaConfidence, SagaDetail,
    SagaEdgeKind, SagaEvent, SagaFinding, SagaGraph, SagaGraphEdge, SagaGraphNode, SagaIdPlace,
    SagaMessage, SagaMessageKind, SagaName, SagaObligation, SagaRole, SagaRow, SagaSequence,
    SagaSeverity, SagaStateStep, SagaStep, SagaUndo, StateChange, StepState,
};
use engine::{
    Asked, Awaited, Comparison, Confidence, EventRole, FindingRow, MessageLine, OpenObligation,
    Sequence, Severity, StepRow,
};
use record::Millis;

pub(super) fn millis(time: Millis) -> Number {
    Number::from_i64(time.0)
}

pub(super) fn number(count: usize) -> Number {
    Number::from_u64(count as u64)
}

/// Control and direction characters are written out.
pub(super) fn safe(text: String) -> String {
    match engine::safe_text(&text) {
        std::borrow::Cow::Borrowed(_) => text,
        std::borrow::Cow::Owned(safe) => safe,
    }
}

fn place(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn places(all: Vec<usize>) -> Vec<u32> {
    all.into_iter().map(place).collect()
}

macro_rules! out {
    ($wire:ident, $engine:path, $($variant:ident),+) => {
        impl From<$engine> for $wire {
            fn from(value: $engine) -> Self {
                match value {
                    $(<$engine>::$variant => Self::$variant,)+
                }
            }
        }
    };
}

out!(
    StepState,
    engine::StepState,
    NotReached,
    Pending,
    Overdue,
    Done,
    Failed,
    Held,
    Undone,
    UndoFailed,
    Skipped
);
out!(
    SagaRole,
    EventRole,
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
    Other
);
out!(SagaAwaited, Awaited, Request, Answer, Undo, Outcome);
out!(SagaSeverity, Severity, Note, Warning, Error);
out!(SagaConfidence, Confidence, Certain, Likely, Unordered);
out!(SagaMessageKind, MessageLine, Command, Event, Failure, Undo);

impl From<engine::SagaName> for SagaName {
    fn from(name: engine::SagaName) -> Self {
        Self {
            key: safe(name.key),
            life: name.life,
        }
    }
}

impl From<engine::IdPlace> for SagaIdPlace {
    fn from(place: engine::IdPlace) -> Self {
        Self {
            record: place.record.0.to_string(),
            event: place.event.map(u32::from),
            path: place.path,
        }
    }
}

impl From<SagaAlias> for engine::NamedId {
    fn from(alias: SagaAlias) -> Self {
        Self {
            name: alias.name,
            text: alias.value,
        }
    }
}

impl From<SagaName> for engine::SagaName {
    fn from(name: SagaName) -> Self {
        Self {
            key: name.key,
            life: name.life,
        }
    }
}

impl From<engine::SagaDetail> for SagaDetail {
    fn from(saga: engine::SagaDetail) -> Self {
        let alias = |alias: engine::NamedId| SagaAlias {
            name: alias.name,
            value: safe(alias.text),
        };
        let graph = SagaGraph::of(&saga);
        let events = (0..).zip(saga.events);
        Self {
            row: SagaRow::of(saga.row, &saga.saga),
            sentence: safe(saga.sentence),
            aliases: saga.aliases.into_iter().map(alias).collect(),
            unknowns: saga.unknowns.into_iter().map(safe).collect(),
            start_captured: saga.is_start_captured,
            events: events
                .map(|(index, event)| SagaEvent::of(index, event))
                .collect(),
            steps: saga.steps.into_iter().map(SagaStep::from).collect(),
            obligations: saga
                .obligations
                .into_iter()
                .map(SagaObligation::from)
                .collect(),
            findings: saga.findings.into_iter().map(SagaFinding::from).collect(),
            sequence: saga.sequence.into(),
            graph,
        }
    }
}

impl SagaEvent {
    fn of(index: u32, event: engine::SagaEvent) -> Self {
        Self {
            index,
            record: event.record.0.to_string(),
            event_type: safe(event.kind),
            source: safe(event.source),
            stream: event.stream,
            shard: event.shard,
            sequence: event.sequence,
            sub: event.sub,
            part: event.part.map(u32::from),
            at: millis(event.at),
            arrival: millis(event.arrival),
            step: event.step,
            role: event.role.into(),
            effective: event.counts,
            replayed: event.was_replayed,
            linked: event.linked_by,
        }
    }
}

impl From<StepRow> for SagaStep {
    fn from(step: StepRow) -> Self {
        let Asked {
            requested,
            answered,
            due,
        } = step.asked;
        let undo = |(state, asked): (engine::StepState, Asked)| SagaUndo {
            state: state.into(),
            requested_at: asked.requested.map(millis),
            answered_at: asked.answered.map(millis),
            due_at: asked.due.map(millis),
        };
        Self {
            id: step.id,
            state: step.state.into(),
            optional: step.is_optional,
            requested_at: requested.map(millis),
            answered_at: answered.map(millis),
            due_at: due.map(millis),
            undo: step.undo.map(undo),
            events: places(step.events),
        }
    }
}

impl From<OpenObligation> for SagaObligation {
    fn from(open: OpenObligation) -> Self {
        let obligation = open.obligation;
        Self {
            step: open.step,
            awaited: obligation.awaited.into(),
            types: open.kinds,
            opened_at: millis(obligation.opened),
            due_at: obligation.due.map(millis),
            overdue: obligation.overdue,
            optional: obligation.optional,
        }
    }
}

impl From<FindingRow> for SagaFinding {
    fn from(finding: FindingRow) -> Self {
        Self {
            kind: finding.code.to_owned(),
            severity: finding.severity.into(),
            confidence: finding.confidence.map(SagaConfidence::from),
            text: safe(finding.sentence),
            events: places(finding.events),
        }
    }
}

impl From<Sequence> for SagaSequence {
    fn from(sequence: Sequence) -> Self {
        let messages = sequence.messages.into_iter();
        Self {
            lifelines: sequence.lifelines.into_iter().map(safe).collect(),
            messages: messages
                .map(|message| SagaMessage {
                    from: place(message.from),
                    to: place(message.to),
                    event: place(message.event),
                    kind: message.line.into(),
                })
                .collect(),
        }
    }
}

impl SagaGraph {
    /// A node for each step, and one below it for its undo.
    fn of(saga: &engine::SagaDetail) -> Self {
        let steps = &saga.graph.nodes;
        let undo_id = |step: &str| format!("undo {step}");
        let mut graph = Self {
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        for step in steps {
            graph.nodes.push(SagaGraphNode {
                id: step.label.clone(),
                label: step.label.clone(),
                state: step.state.into(),
                column: place(step.column),
                row: place(step.row),
                undo_of: None,
            });
            if let Some(undo) = &step.undo {
                graph.nodes.push(SagaGraphNode {
                    id: undo_id(&step.label),
                    label: undo.label.clone(),
                    state: undo.state.into(),
                    column: place(step.column),
                    row: place(step.row + 1),
                    undo_of: Some(step.label.clone()),
                });
                graph.edges.push(SagaGraphEdge {
                    from: step.label.clone(),
                    to: undo_id(&step.label),
                    kind: SagaEdgeKind::Undo,
                });
            }
        }
        let after = saga.graph.edges.iter().map(|edge| SagaGraphEdge {
            from: steps[edge.from].label.clone(),
            to: steps[edge.to].label.clone(),
            kind: SagaEdgeKind::After,
        });
        graph.edges.extend(after);
        graph
    }
}

/// JSON texts as they may be shown.
pub(super) fn changes(changes: Vec<engine::StateChange>) -> Vec<StateChange> {
    let change = |change: engine::StateChange| StateChange {
        path: safe(change.path.to_string()),
        before: change.before.map(safe),
        after: change.after.map(safe),
    };
    changes.into_iter().map(change).collect()
}

impl From<engine::StateStep> for SagaStateStep {
    fn from(step: engine::StateStep) -> Self {
        Self {
            event: place(step.event),
            changes: changes(step.changes),
        }
    }
}

impl SagaComparison {
    /// `other`: the key of the saga at the right; none for the usual way.
    pub fn of(comparison: Comparison, other: Option<String>) -> Self {
        let way: Vec<&str> = comparison.right_way().collect();
        let label = other.unwrap_or_else(|| safe(way.join(" → ")));
        let since = |reached: Option<engine::Reached>| {
            let millis = reached.and_then(|reached| reached.after_millis);
            millis.map(Number::from_i64)
        };
        let rows = comparison.lines.into_iter();
        Self {
            label,
            rows: rows
                .map(|line| SagaComparisonRow {
                    mark: safe(line.mark),
                    a: line.left.map(|reached| place(reached.event)),
                    b: line.right.map(|reached| place(reached.event)),
                    a_millis: since(line.left),
                    b_millis: since(line.right),
                })
                .collect(),
        }
    }
}
