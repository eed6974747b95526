//! One thing that was noticed about a saga, with its records and how sure it is.

use record::Millis;
use serde::Serialize;

mod sentence;

/// How sure it is what came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// By sequence number within a shard or its descendants, or because one caused the other.
    Certain,
    /// The times are apart by more than clocks may be.
    Likely,
    Unordered,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing, and nothing wrong with the saga.
    Note,
    Warning,
    Error,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub kind: FindingKind,
    /// For findings about order.
    pub confidence: Option<Confidence>,
    /// Places in the saga's list of events.
    pub events: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disorder {
    /// It happened first and arrived later.
    LateArrival,
    /// It also happened later.
    LogicViolation,
    /// It arrived later, and the times are too close to say more.
    ProducerReorder,
    /// It arrived first, and its own time says otherwise.
    ClockSkew,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZombieAfter {
    Undo,
    End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingKind {
    Stuck {
        since: Millis,
    },
    /// `answers`: so many came of those that the step counts.
    StepTimedOut {
        step: usize,
        due: Millis,
        answers: usize,
    },
    LateStep {
        step: usize,
        by_millis: i64,
    },
    LateUndo {
        step: usize,
        by_millis: i64,
    },
    SagaTimedOut {
        due: Millis,
        lower_bound: bool,
    },
    LateOutcome {
        by_millis: i64,
        lower_bound: bool,
    },
    /// `answers`: so many came of those that the step counts.
    MissingStep {
        step: usize,
        answers: usize,
    },
    UndoAfterPivot {
        step: usize,
        pivot: usize,
    },
    PartiallyCompensated {
        held: Vec<usize>,
    },
    CompensationFailed {
        step: usize,
    },
    WrongOrderCompensation {
        undone_first: usize,
        undone_later: usize,
    },
    PrematureUndo {
        step: usize,
    },
    /// `in_doubt`: the step was asked for and never answered.
    PhantomUndo {
        step: usize,
        in_doubt: bool,
    },
    /// An undo whose reason may lie where nothing was captured.
    UnexplainedUndo {
        step: usize,
    },
    Zombie {
        step: usize,
        after: ZombieAfter,
    },
    Redelivery {
        times: usize,
    },
    ConflictingDuplicate,
    /// `requests`: the command was repeated, and not the success.
    LogicalDuplicate {
        step: usize,
        times: usize,
        requests: bool,
    },
    ProducerRetry,
    Replayed,
    OutOfOrder {
        earlier: usize,
        later: usize,
        disorder: Disorder,
    },
    Orphan,
    StartNotCaptured,
    OrderingHazard {
        stream: String,
        keys: usize,
        shards: usize,
    },
    ConflictingOutcomes,
    TooManyEvents {
        events: usize,
    },
}

impl FindingKind {
    /// Every code, in the order of [`bit`](Self::bit).
    pub const CODES: [&'static str; 26] = [
        "stuck",
        "step-timed-out",
        "late-step",
        "saga-timed-out",
        "missing-step",
        "undo-after-pivot",
        "partially-compensated",
        "compensation-failed",
        "wrong-order-compensation",
        "premature-undo",
        "phantom-undo",
        "unexplained-undo",
        "zombie-step",
        "redelivery",
        "conflicting-duplicate",
        "logical-duplicate",
        "producer-retry",
        "replay",
        "out-of-order",
        "orphan",
        "start-not-captured",
        "ordering-hazard",
        "conflicting-outcomes",
        "too-many-events",
        "late-undo",
        "late-outcome",
    ];

    pub fn code(&self) -> &'static str {
        Self::CODES[self.bit() as usize]
    }

    /// Its number, for sets of findings.
    pub(crate) fn bit(&self) -> u32 {
        match self {
            Self::Stuck { .. } => 0,
            Self::StepTimedOut { .. } => 1,
            Self::LateStep { .. } => 2,
            Self::SagaTimedOut { .. } => 3,
            Self::MissingStep { .. } => 4,
            Self::UndoAfterPivot { .. } => 5,
            Self::PartiallyCompensated { .. } => 6,
            Self::CompensationFailed { .. } => 7,
            Self::WrongOrderCompensation { .. } => 8,
            Self::PrematureUndo { .. } => 9,
            Self::PhantomUndo { .. } => 10,
            Self::UnexplainedUndo { .. } => 11,
            Self::Zombie { .. } => 12,
            Self::Redelivery { .. } => 13,
            Self::ConflictingDuplicate => 14,
            Self::LogicalDuplicate { .. } => 15,
            Self::ProducerRetry => 16,
            Self::Replayed => 17,
            Self::OutOfOrder { .. } => 18,
            Self::Orphan => 19,
            Self::StartNotCaptured => 20,
            Self::OrderingHazard { .. } => 21,
            Self::ConflictingOutcomes => 22,
            Self::TooManyEvents { .. } => 23,
            Self::LateUndo { .. } => 24,
            Self::LateOutcome { .. } => 25,
        }
    }
}

impl FindingKind {
    /// The steps that it is about, as places in the definition.
    pub fn steps(&self) -> Vec<usize> {
        match self {
            Self::StepTimedOut { step, .. }
            | Self::LateStep { step, .. }
            | Self::LateUndo { step, .. }
            | Self::MissingStep { step, .. }
            | Self::CompensationFailed { step }
            | Self::PrematureUndo { step }
            | Self::PhantomUndo { step, .. }
            | Self::UnexplainedUndo { step }
            | Self::Zombie { step, .. }
            | Self::LogicalDuplicate { step, .. } => vec![*step],
            Self::UndoAfterPivot { step, pivot } => vec![*step, *pivot],
            Self::WrongOrderCompensation {
                undone_first,
                undone_later,
            } => vec![*undone_first, *undone_later],
            Self::OutOfOrder { earlier, later, .. } => vec![*earlier, *later],
            Self::PartiallyCompensated { held } => held.clone(),
            _ => Vec::new(),
        }
    }
}

impl Finding {
    /// Unordered pairs never make an error, and repetitions never change how a saga ends.
    pub fn severity(&self) -> Severity {
        if self.confidence == Some(Confidence::Unordered) {
            return Severity::Note;
        }
        match &self.kind {
            FindingKind::UnexplainedUndo { .. }
            | FindingKind::Redelivery { .. }
            | FindingKind::ProducerRetry
            | FindingKind::Replayed
            | FindingKind::StartNotCaptured
            | FindingKind::OrderingHazard { .. }
            | FindingKind::OutOfOrder {
                disorder: Disorder::ClockSkew,
                ..
            } => Severity::Note,
            FindingKind::Stuck { .. }
            | FindingKind::StepTimedOut { .. }
            | FindingKind::LateStep { .. }
            | FindingKind::LateUndo { .. }
            | FindingKind::SagaTimedOut { .. }
            | FindingKind::LateOutcome { .. }
            | FindingKind::PhantomUndo { in_doubt: true, .. }
            | FindingKind::LogicalDuplicate { requests: true, .. }
            | FindingKind::OutOfOrder {
                disorder: Disorder::LateArrival | Disorder::ProducerReorder,
                ..
            }
            | FindingKind::Orphan
            | FindingKind::TooManyEvents { .. } => Severity::Warning,
            FindingKind::MissingStep { .. }
            | FindingKind::UndoAfterPivot { .. }
            | FindingKind::PartiallyCompensated { .. }
            | FindingKind::CompensationFailed { .. }
            | FindingKind::WrongOrderCompensation { .. }
            | FindingKind::PrematureUndo { .. }
            | FindingKind::PhantomUndo { .. }
            | FindingKind::Zombie { .. }
            | FindingKind::ConflictingDuplicate
            | FindingKind::LogicalDuplicate { .. }
            | FindingKind::OutOfOrder { .. }
            | FindingKind::ConflictingOutcomes => Severity::Error,
        }
    }
}
