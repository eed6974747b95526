//! How it ends, or stands: from the outcomes, the trigger, and what is still held.

use super::{
    Case, Draft, doubts,
    facts::Facts,
    unwinding::{Held, Unwinding},
};
use crate::{finding::FindingKind, verdict::Status};

pub(super) struct Outcome {
    pub status: Status,
    /// The event that made it final.
    pub ended: Option<usize>,
    /// Steps that may have been done, and would have to be undone: no capture says that they were not.
    pub in_doubt: Vec<usize>,
}

impl Outcome {
    fn at(status: Status, ended: Option<usize>) -> Self {
        Self {
            status,
            ended,
            in_doubt: Vec::new(),
        }
    }
}

pub(super) fn outcome(
    case: &Case<'_>,
    facts: &Facts,
    unwinding: &Unwinding,
    draft: &mut Draft,
) -> Outcome {
    let completed = completion(case, facts, unwinding);
    if let (Some(completed), Some(&failed)) = (completed, facts.failed.last()) {
        draft.find(FindingKind::ConflictingOutcomes, [completed, failed]);
    }
    let is_undone_instead = unwinding.trigger.is_some() && unwinding.has_begun;
    let has_failed_later =
        completed.is_some_and(|completed| facts.failed.iter().any(|&failed| failed > completed));
    match completed {
        Some(completed) if !is_undone_instead && !has_failed_later => {
            missing_steps(case, facts, completed, draft);
            Outcome::at(Status::Completed, Some(completed))
        }
        _ => match unwinding.trigger {
            Some(trigger) => Outcome {
                in_doubt: doubts::steps(case, facts, (unwinding, trigger), draft),
                ..unwound(case, facts, unwinding, draft)
            },
            None => Outcome::at(Status::Running, None),
        },
    }
}

/// The event that completed the saga.
fn completion(case: &Case<'_>, facts: &Facts, unwinding: &Unwinding) -> Option<usize> {
    if case.definition.tells_completion() {
        return facts.completed.last().copied();
    }
    let is_done = unwinding.trigger.is_none() && facts.are_required_done(case.definition);
    facts.last_done(case.definition).filter(|_| is_done)
}

/// Steps without which it completed, where they were not merely missed by the capture.
fn missing_steps(case: &Case<'_>, facts: &Facts, completed: usize, draft: &mut Draft) {
    for (step, definition) in case.definition.steps.iter().enumerate() {
        if definition.optional || facts.steps[step].done.is_some() {
            continue;
        }
        let reach = case.reach(
            &case.watched.answers[step],
            facts.begin(),
            case.time(completed),
        );
        // without a start nothing is known of what came before the first event
        if facts.start().is_some() && draft.concludes(reach) {
            let answers = facts.steps[step].successes.len();
            draft.find(FindingKind::MissingStep { step, answers }, [completed]);
        }
    }
}

fn unwound(case: &Case<'_>, facts: &Facts, unwinding: &Unwinding, draft: &mut Draft) -> Outcome {
    let ended = ended(facts, unwinding);
    if unwinding.undoable.is_empty() {
        return Outcome::at(Status::Failed, Some(ended));
    }
    if unwinding.held.is_empty() {
        return Outcome::at(Status::Compensated, Some(ended));
    }
    let failed: Vec<&Held> = unwinding
        .held
        .iter()
        .filter(|held| held.has_failed)
        .collect();
    for held in &failed {
        let events = facts.steps[held.step].undo_failures.iter().copied();
        draft.find(FindingKind::CompensationFailed { step: held.step }, events);
    }
    let given_up: Vec<&Held> = unwinding
        .held
        .iter()
        .filter(|held| !held.has_failed && is_given_up(case, facts, unwinding, held, draft))
        .collect();
    if !given_up.is_empty() {
        let held = given_up.iter().map(|held| held.step).collect();
        draft.find(
            FindingKind::PartiallyCompensated { held },
            given_up.iter().map(|held| held.since),
        );
    }
    if !failed.is_empty() {
        Outcome::at(Status::CompensationFailed, Some(ended))
    } else if given_up.is_empty() {
        Outcome::at(Status::Compensating, None)
    } else {
        Outcome::at(Status::PartiallyCompensated, Some(ended))
    }
}

/// The undo's deadline passed, or the saga ended without it.
fn is_given_up(
    case: &Case<'_>,
    facts: &Facts,
    unwinding: &Unwinding,
    held: &Held,
    draft: &mut Draft,
) -> bool {
    if held.is_overdue {
        draft.flags.overdue = true;
        return true;
    }
    let watches = &case.watched.undos[held.step];
    let end = facts
        .failed
        .last()
        .copied()
        .filter(|&end| Some(end) != unwinding.trigger_event() && end > held.since);
    if let Some(end) = end
        && draft.concludes(case.reach(watches, held.since, case.time(end)))
    {
        return true;
    }
    held.due
        .is_some_and(|due| draft.concludes(case.reach(watches, held.since, due)))
}

/// The last event that had a say in it. What is undone once more has none.
fn ended(facts: &Facts, unwinding: &Unwinding) -> usize {
    let of_steps = facts.steps.iter().filter_map(|step| {
        let told = step.undo_successes.iter().chain(&step.undo_failures);
        step.undone().or_else(|| told.max().copied())
    });
    let events = of_steps
        .chain(facts.failed.iter().copied())
        .chain(unwinding.trigger_event());
    events.max().unwrap_or(0)
}
