//! What is said of one saga: its status, what it waits for, what is not known, and what was found.

use crate::{definition::Definition, finding::Finding};
use record::Millis;
use serde::Serialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Running,
    Completed,
    CompletedWithFindings,
    Failed,
    Compensating,
    Compensated,
    PartiallyCompensated,
    CompensationFailed,
}

impl Status {
    pub const ALL: [Self; 8] = [
        Self::Running,
        Self::Completed,
        Self::CompletedWithFindings,
        Self::Failed,
        Self::Compensating,
        Self::Compensated,
        Self::PartiallyCompensated,
        Self::CompensationFailed,
    ];

    /// Nothing more is expected.
    pub fn is_terminal(self) -> bool {
        !matches!(self, Self::Running | Self::Compensating)
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::CompletedWithFindings => "completed with findings",
            Self::Failed => "failed",
            Self::Compensating => "compensating",
            Self::Compensated => "compensated",
            Self::PartiallyCompensated => "partially compensated",
            Self::CompensationFailed => "compensation failed",
        }
    }
}

/// What holds beside the status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "a set of independent flags, as they are shown"
)]
pub struct Flags {
    /// A deadline passed without what was due.
    pub overdue: bool,
    pub stuck: bool,
    /// Something came after its deadline.
    pub late: bool,
    pub orphan: bool,
    /// Something cannot be said, because it was not captured.
    pub unknown: bool,
}

/// Why something cannot be said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unknown {
    pub stream: String,
    /// Where its records end; `None` if none are captured around the time in question.
    pub after: Option<Millis>,
}

impl Unknown {
    pub fn sentence(&self) -> String {
        match self.after {
            Some(after) => format!("unknown (no data after {after} on {})", self.stream),
            None => format!("unknown (no data on {})", self.stream),
        }
    }
}

/// Something that is awaited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obligation {
    /// `None` for the saga's outcome.
    pub step: Option<usize>,
    pub awaited: Awaited,
    pub opened: Millis,
    pub due: Option<Millis>,
    pub optional: bool,
    /// Its deadline passed without it, as far as was captured.
    pub overdue: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Awaited {
    Request,
    Answer,
    Undo,
    Outcome,
}

impl Obligation {
    /// The event types that would settle it.
    pub fn types<'d>(&self, definition: &'d Definition) -> Vec<&'d str> {
        use crate::definition::Completed;
        let all = |lists: &[&'d Vec<String>]| {
            lists
                .iter()
                .flat_map(|list| list.iter().map(String::as_str))
                .collect::<Vec<_>>()
        };
        let step = self.step.map(|step| &definition.steps[step]);
        match (self.awaited, step) {
            (Awaited::Request, Some(step)) => all(&[&step.request]),
            (Awaited::Answer, Some(step)) => all(&[&step.success, &step.failure]),
            (Awaited::Undo, Some(step)) => step
                .undo
                .as_ref()
                .map_or(Vec::new(), |undo| all(&[&undo.success])),
            (_, _) => match &definition.outcomes.completed {
                Completed::On(types) => all(&[types, &definition.outcomes.failed]),
                Completed::AllRequiredSteps => Vec::new(),
            },
        }
    }
}

/// Why a saga began to undo, or ended badly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// An event of the saga, by its place: a failure, an abort or the failed outcome.
    Event(usize),
    /// A step that did not answer in time.
    Deadline { step: usize, due: Millis },
    /// Undo events say that there was one, where nothing was captured.
    Unseen { before: Millis },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    NotReached,
    /// Requested or ready, and not answered.
    Pending,
    Overdue,
    Done,
    Failed,
    /// Done and to be undone.
    Held,
    Undone,
    UndoFailed,
    /// The saga went on or ended without it.
    Skipped,
}

/// Everything that is said of one saga. Events are named by their place in its list of events.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    pub status: Status,
    pub flags: Flags,
    pub started: Millis,
    /// Whether the start itself is among the events.
    pub start_captured: bool,
    pub last: Millis,
    /// When the status became final.
    pub ended: Option<Millis>,
    pub trigger: Option<Trigger>,
    /// Steps that had to be undone in an order were, as far as it is certain or likely.
    pub undone_in_order: bool,
    /// Steps that may have been done where nothing was captured, and would then have to be undone.
    pub in_doubt: Vec<usize>,
    pub steps: Vec<StepState>,
    pub obligations: Vec<Obligation>,
    pub unknowns: Vec<Unknown>,
    pub findings: Vec<Finding>,
    /// The events that count: all but repetitions.
    pub effective: Vec<bool>,
    pub path: Path,
}

/// The way that a saga took: what happened, one mark after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Path(pub Vec<String>);
