//! Steps of which no event says that they were done, and of which it cannot be said that they were not: where nothing
//! was captured they may have been, and then they would have to be undone.

use super::{
    Case, Draft,
    facts::{Facts, StepFacts},
    unwinding::Unwinding,
};
use crate::{frontier::Reach, verdict::Trigger};
use record::Millis;

/// In the order of the definition. What cannot be said for want of records is noted as such.
pub(super) fn steps(
    case: &Case<'_>,
    facts: &Facts,
    (unwinding, trigger): (&Unwinding, Trigger),
    draft: &mut Draft,
) -> Vec<usize> {
    let until = match trigger {
        Trigger::Event(event) => case.time(event),
        Trigger::Deadline { due, .. } => due,
        Trigger::Unseen { before } => before,
    };
    let mut in_doubt = Vec::new();
    for step in 0..facts.steps.len() {
        let is_told = case.definition.steps[step].undo.is_none()
            || !facts.steps[step].successes.is_empty()
            || unwinding.undoable.contains(&step);
        if is_told || is_ruled_out(case, facts, step) {
            continue;
        }
        let reach = reach(case, facts, step, until);
        if reach != Reach::Covered {
            draft.concludes(reach);
            in_doubt.push(step);
        }
    }
    in_doubt
}

/// It was given up, or its turn never came as a required step before it was.
fn is_ruled_out(case: &Case<'_>, facts: &Facts, step: usize) -> bool {
    let is_given_up = |step: usize| {
        let retries = case.definition.steps[step].retries as usize;
        let StepFacts { failures, done, .. } = &facts.steps[step];
        done.is_none() && failures.len() > retries && !facts.steps[step].is_unanswered()
    };
    let steps = case.definition.steps.iter().enumerate();
    let mut before = steps.filter(|&(before, _)| case.definition.is_after(step, before));
    is_given_up(step) || before.any(|(before, of)| !of.optional && is_given_up(before))
}

/// Whether everything that could have told of its success was captured: from the start on, or from its last failure.
fn reach(case: &Case<'_>, facts: &Facts, step: usize, until: Millis) -> Reach {
    let watches = &case.watched.answers[step];
    let of_step = &facts.steps[step];
    if let Some(&failure) = of_step.failures.last().filter(|_| !of_step.is_unanswered()) {
        return case.reach(watches, failure, until);
    }
    case.reach_of_all(facts, watches, until)
}
