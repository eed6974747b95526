//! Where each step stands.

use super::{
    Case,
    facts::Facts,
    outcome::Outcome,
    unwinding::{self, Unwinding},
};
use crate::verdict::{Awaited, Obligation, Status, StepState};

pub(super) fn states(
    case: &Case<'_>,
    facts: &Facts,
    unwinding: &Unwinding,
    obligations: &[Obligation],
    outcome: &Outcome,
) -> Vec<StepState> {
    let state = |step: usize| {
        let of_step = &facts.steps[step];
        let obligation = obligations
            .iter()
            .find(|open| open.step == Some(step) && open.awaited != Awaited::Undo);
        let is_undone = unwinding.trigger.is_none() && unwinding::is_undone(case, of_step);
        match unwinding.held.iter().find(|held| held.step == step) {
            Some(held) if held.has_failed => StepState::UndoFailed,
            Some(_) => StepState::Held,
            None if of_step.done.is_some()
                && (is_undone || is_unwound(case, unwinding, facts, step)) =>
            {
                StepState::Undone
            }
            None if of_step.done.is_some() => StepState::Done,
            None if obligation.is_some_and(|open| open.overdue) => StepState::Overdue,
            None if obligation.is_some() && outcome.status == Status::Running => StepState::Pending,
            None if !of_step.failures.is_empty() && !of_step.is_unanswered() => StepState::Failed,
            None if of_step.is_unanswered() => StepState::Pending,
            None if outcome.status.is_terminal() => StepState::Skipped,
            None => StepState::NotReached,
        }
    };
    (0..facts.steps.len()).map(state).collect()
}

fn is_unwound(case: &Case<'_>, unwinding: &Unwinding, facts: &Facts, step: usize) -> bool {
    case.definition.steps[step].undo.is_some()
        && unwinding.trigger.is_some()
        && !unwinding.is_held(step)
        && !facts.steps[step].undo_successes.is_empty()
}
