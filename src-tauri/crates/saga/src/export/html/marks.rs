//! What stands for a status, a step's state or a severity: a sign, a word and a tone. The tone is never alone.

use crate::{
    finding::{Confidence, Severity},
    verdict::{Flags, Status, StepState},
};

/// A class of the style sheet.
pub(super) type Tone = &'static str;

pub(super) struct Mark {
    pub sign: &'static str,
    pub word: &'static str,
    pub tone: Tone,
}

fn mark(sign: &'static str, word: &'static str, tone: Tone) -> Mark {
    Mark { sign, word, tone }
}

pub(super) fn status(status: Status) -> Mark {
    let (sign, tone) = match status {
        Status::Running => ("○", "plain"),
        Status::Completed => ("✓", "good"),
        Status::CompletedWithFindings => ("!", "warn"),
        Status::Failed => ("✕", "bad"),
        Status::Compensating => ("↺", "warn"),
        Status::Compensated => ("↺", "plain"),
        Status::PartiallyCompensated => ("◐", "bad"),
        Status::CompensationFailed => ("⊗", "bad"),
    };
    mark(sign, status.word(), tone)
}

pub(super) fn step(state: StepState) -> Mark {
    match state {
        StepState::NotReached => mark("·", "not reached", "plain"),
        StepState::Pending => mark("○", "pending", "plain"),
        StepState::Overdue => mark("⧗", "overdue", "warn"),
        StepState::Done => mark("●", "done", "good"),
        StepState::Failed => mark("✕", "failed", "bad"),
        StepState::Held => mark("◉", "done, to be undone", "bad"),
        StepState::Undone => mark("↺", "undone", "plain"),
        StepState::UndoFailed => mark("⊗", "undo failed", "bad"),
        StepState::Skipped => mark("–", "skipped", "plain"),
    }
}

pub(super) fn severity(severity: Severity) -> Mark {
    match severity {
        Severity::Note => mark("i", "Note", "plain"),
        Severity::Warning => mark("!", "Warning", "warn"),
        Severity::Error => mark("✕", "Error", "bad"),
    }
}

pub(super) fn confidence(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Certain => "certain",
        Confidence::Likely => "likely",
        Confidence::Unordered => "order not known",
    }
}

/// The flags that are up, in words.
pub(super) fn flags(flags: Flags) -> impl Iterator<Item = &'static str> {
    let all = [
        (flags.overdue, "overdue"),
        (flags.stuck, "stuck"),
        (flags.late, "late"),
        (flags.orphan, "without a start"),
        (flags.unknown, "not everything is known"),
    ];
    all.into_iter()
        .filter_map(|(is_up, word)| is_up.then_some(word))
}
