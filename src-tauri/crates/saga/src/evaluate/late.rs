//! What came after its deadline: answers, undos, and the outcome itself. Nothing is overdue any more, and it is said by
//! how much it came late.

use super::{Case, Draft, deadlines, facts::Facts, outcome::Outcome, unwinding::Unwinding};
use crate::{finding::FindingKind, verdict::Status};
use record::Millis;

/// A step's success, or the failure with which it was given up.
pub(super) fn answer(case: &Case<'_>, facts: &Facts, step: usize, draft: &mut Draft) {
    let of_step = &facts.steps[step];
    let failure = of_step.failures.last().copied();
    let Some(answer) = of_step.done.or(failure) else {
        return;
    };
    let opening = deadlines::opening_of(case, facts, (step, answer));
    let Some((opening, due)) = opening.and_then(|opening| Some((opening, opening.due?))) else {
        return;
    };
    if let Some(by_millis) = by(case, answer, due) {
        draft.flags.late = true;
        draft.find(
            FindingKind::LateStep { step, by_millis },
            [opening.by, answer],
        );
    }
}

/// Undos that came, or failed, after their deadlines.
pub(super) fn undos(case: &Case<'_>, facts: &Facts, unwinding: &Unwinding, draft: &mut Draft) {
    for &step in &unwinding.undoable {
        let Some((opened_by, answer, due)) = undo(case, facts, unwinding, step) else {
            continue;
        };
        if let Some(by_millis) = by(case, answer, due) {
            draft.flags.late = true;
            draft.find(
                FindingKind::LateUndo { step, by_millis },
                [opened_by, answer],
            );
        }
    }
}

/// What opened an undo, what answered it, and when that was due.
fn undo(
    case: &Case<'_>,
    facts: &Facts,
    unwinding: &Unwinding,
    step: usize,
) -> Option<(usize, usize, Millis)> {
    let of_step = &facts.steps[step];
    let timeout = case.definition.steps[step].undo.as_ref()?.timeout_millis?;
    let last_success = of_step.successes.last().copied();
    let answer = match unwinding.held.iter().find(|held| held.step == step) {
        Some(held) if held.has_failed => of_step.undo_failures.last().copied(),
        Some(_) => None,
        None => of_step.undone(),
    }?;
    let is_before = |event: &usize| *event < answer;
    let mut requests = of_step.undo_requests.iter().rev().copied();
    let request = requests.find(is_before);
    let trigger = unwinding.trigger_event().filter(is_before);
    let deadline = unwinding.deadline();
    if request.or(trigger).is_none() && deadline.is_none() {
        return None;
    }
    let openings = [last_success.filter(is_before), request, trigger];
    let opened_by = openings.into_iter().flatten().max()?;
    let opened = case.time(opened_by).max(deadline.unwrap_or(Millis::MIN));
    Some((opened_by, answer, opened.saturating_add(timeout)))
}

/// An outcome after the time that a saga may take.
pub(super) fn outcome(case: &Case<'_>, facts: &Facts, outcome: &Outcome, draft: &mut Draft) {
    let told = match outcome.status {
        Status::Completed => facts.completed.first(),
        _ => facts.failed.first(),
    };
    let ended = told.copied().or(outcome.ended);
    let (Some(ended), Some(due)) = (ended, deadlines::saga_due(case, facts)) else {
        return;
    };
    if let Some(by_millis) = by(case, ended, due) {
        draft.flags.late = true;
        draft.find(
            FindingKind::LateOutcome {
                by_millis,
                lower_bound: facts.start().is_none(),
            },
            [facts.begin(), ended],
        );
    }
}

/// By how much an event came after it was due; clocks may be apart.
fn by(case: &Case<'_>, event: usize, due: Millis) -> Option<i64> {
    let by_millis = case.time(event).since(due);
    (by_millis > case.definition.clock.skew_millis).then_some(by_millis)
}
