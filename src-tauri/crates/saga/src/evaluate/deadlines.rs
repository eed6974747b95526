//! Obligations: what is awaited since when and until when, and what did not come in time.

use super::{Case, Draft, facts::Facts, late, unwinding::Unwinding};
use crate::{
    finding::FindingKind,
    frontier::Reach,
    verdict::{Awaited, Obligation},
};
use record::Millis;

/// When a step's answer began to be awaited.
#[derive(Clone, Copy)]
pub(super) struct Opening {
    /// The event that opened it.
    pub by: usize,
    pub due: Option<Millis>,
}

/// The last request before the step's answer; without requests, the step before it; without that, the start. `None`
/// if it is not its turn.
pub(super) fn opening(case: &Case<'_>, facts: &Facts, step: usize) -> Option<Opening> {
    let of_step = &facts.steps[step];
    match of_step.done {
        Some(done) => opening_of(case, facts, (step, done)),
        None => opened(case, facts, step, (None, of_step.failures.last().copied())),
    }
}

/// As [`opening`], of an answer of the step: a success, or a failure that is not the last of its tries.
pub(super) fn opening_of(
    case: &Case<'_>,
    facts: &Facts,
    (step, answer): (usize, usize),
) -> Option<Opening> {
    let mut failures = facts.steps[step].failures.iter().rev().copied();
    let before = failures.find(|&failure| failure < answer);
    opened(case, facts, step, (Some(answer), before))
}

/// Of the step's answer, if there is one, after a failure before it, if that is why it is awaited again.
fn opened(
    case: &Case<'_>,
    facts: &Facts,
    step: usize,
    (answer, failure): (Option<usize>, Option<usize>),
) -> Option<Opening> {
    let definition = &case.definition.steps[step];
    let of_step = &facts.steps[step];
    let before_answer =
        |request: &&usize| answer.is_none_or(|answer| case.time(**request) <= case.time(answer));
    let request = of_step
        .requests
        .iter()
        .rev()
        .find(before_answer)
        .or(of_step.requests.first());
    let by = match request {
        // a retry begins when the failure before it is known
        Some(&request) => failure.map_or(request, |failure| request.max(failure)),
        None if definition.after.is_empty() => facts.start()?,
        None => {
            let before = definition
                .after
                .iter()
                .map(|&before| facts.steps[before].done);
            before.collect::<Option<Vec<usize>>>()?.into_iter().max()?
        }
    };
    Some(Opening {
        by,
        due: definition
            .timeout_millis
            .map(|timeout| case.time(by).saturating_add(timeout)),
    })
}

/// What is awaited, the steps first. Says what is overdue, and which answers came late.
pub(super) fn obligations(
    case: &Case<'_>,
    facts: &Facts,
    unwinding: &Unwinding,
    draft: &mut Draft,
) -> Vec<Obligation> {
    let mut obligations = Vec::new();
    for step in 0..facts.steps.len() {
        late::answer(case, facts, step, draft);
        if facts.steps[step].done.is_some() {
            continue;
        }
        if is_awaited(case, facts, unwinding, step) {
            obligations.extend(awaited(case, facts, step, draft));
        }
    }
    obligations.extend(
        unwinding
            .held
            .iter()
            .filter(|held| !held.has_failed)
            .map(|held| Obligation {
                step: Some(held.step),
                awaited: Awaited::Undo,
                opened: held.opened,
                due: held.due,
                optional: false,
                overdue: held.is_overdue,
            }),
    );
    obligations.extend(outcome(case, facts, unwinding));
    obligations
}

/// After a trigger only what was asked for can still be answered; after the end nothing is awaited.
fn is_awaited(case: &Case<'_>, facts: &Facts, unwinding: &Unwinding, step: usize) -> bool {
    if unwinding.trigger.is_some() {
        return facts.steps[step].is_unanswered();
    }
    if has_failed(case, facts, step) {
        return false;
    }
    let has_completed = if case.definition.tells_completion() {
        !facts.completed.is_empty()
    } else {
        facts.are_required_done(case.definition)
    };
    !has_completed
}

/// It failed more often than it may be tried again, and was not asked for since.
fn has_failed(case: &Case<'_>, facts: &Facts, step: usize) -> bool {
    let of_step = &facts.steps[step];
    let retries = case.definition.steps[step].retries as usize;
    of_step.failures.len() > retries && !of_step.is_unanswered()
}

fn awaited(case: &Case<'_>, facts: &Facts, step: usize, draft: &mut Draft) -> Option<Obligation> {
    let definition = &case.definition.steps[step];
    let opening = opening(case, facts, step)?;
    let is_requested = !facts.steps[step].requests.is_empty() || definition.request.is_empty();
    let mut overdue = false;
    if let Some(due) = opening.due {
        overdue = draft.concludes(case.reach(&case.watched.answers[step], opening.by, due));
        if overdue {
            draft.flags.overdue = true;
            let answers = facts.steps[step].successes.len();
            let timed_out = FindingKind::StepTimedOut { step, due, answers };
            draft.find(timed_out, [opening.by]);
        }
    }
    Some(Obligation {
        step: Some(step),
        awaited: if is_requested {
            Awaited::Answer
        } else {
            Awaited::Request
        },
        opened: case.time(opening.by),
        due: opening.due,
        optional: definition.optional,
        overdue,
    })
}

fn outcome(case: &Case<'_>, facts: &Facts, unwinding: &Unwinding) -> Option<Obligation> {
    let is_open = unwinding.trigger.is_none()
        && case.definition.tells_completion()
        && facts.completed.is_empty()
        && facts.are_required_done(case.definition);
    let last = facts.last_done(case.definition).filter(|_| is_open)?;
    let due = saga_due(case, facts);
    let reach = |due| case.reach(&case.watched.all, facts.begin(), due);
    Some(Obligation {
        step: None,
        awaited: Awaited::Outcome,
        opened: case.time(last),
        due,
        optional: false,
        overdue: due.is_some_and(|due| reach(due) == Reach::Covered),
    })
}

/// By when a saga must have ended.
pub(super) fn saga_due(case: &Case<'_>, facts: &Facts) -> Option<Millis> {
    let limit = case.definition.limits.saga_millis?;
    Some(case.time(facts.begin()).saturating_add(limit))
}
