//! Obligations: what is awaited since when and until when, and what did not come in time.

use super::{Case, Draft, facts::Facts, unwinding::Unwinding};
use crate::{
    finding::FindingKind,
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
    let definition = &case.definition.steps[step];
    let of_step = &facts.steps[step];
    let before_answer = |request: &&usize| {
        of_step
            .done
            .is_none_or(|done| case.time(**request) <= case.time(done))
    };
    let request = of_step
        .requests
        .iter()
        .rev()
        .find(before_answer)
        .or(of_step.requests.first());
    let by = match request {
        // a retry begins when the failure before it is known
        Some(&request) => of_step
            .failures
            .iter()
            .copied()
            .filter(|_| of_step.done.is_none())
            .fold(request, usize::max),
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

/// What is awaited, the steps first. Says what is overdue and what came late.
pub(super) fn obligations(
    case: &Case<'_>,
    facts: &Facts,
    unwinding: &Unwinding,
    draft: &mut Draft,
) -> Vec<Obligation> {
    let mut obligations = Vec::new();
    for step in 0..facts.steps.len() {
        if facts.steps[step].done.is_some() {
            late(case, facts, step, draft);
        } else if is_awaited(case, facts, unwinding, step) {
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
                overdue: false,
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
    let has_completed = if case.definition.tells_completion() {
        !facts.completed.is_empty()
    } else {
        facts.are_required_done(case.definition)
    };
    !has_completed
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
            draft.find(FindingKind::StepTimedOut { step, due }, [opening.by]);
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

/// A success after its deadline: the saga recovers, and it is said by how much.
fn late(case: &Case<'_>, facts: &Facts, step: usize, draft: &mut Draft) {
    let (Some(done), Some(opening)) = (facts.steps[step].done, opening(case, facts, step)) else {
        return;
    };
    let Some(due) = opening.due else {
        return;
    };
    let by_millis = case.time(done).since(due);
    if by_millis > case.definition.clock.skew_millis {
        draft.flags.late = true;
        draft.find(
            FindingKind::LateStep { step, by_millis },
            [opening.by, done],
        );
    }
}

fn outcome(case: &Case<'_>, facts: &Facts, unwinding: &Unwinding) -> Option<Obligation> {
    let is_open = unwinding.trigger.is_none()
        && case.definition.tells_completion()
        && facts.completed.is_empty()
        && facts.are_required_done(case.definition);
    let last = facts.last_done(case.definition).filter(|_| is_open)?;
    let limit = case.definition.limits.saga_millis;
    Some(Obligation {
        step: None,
        awaited: Awaited::Outcome,
        opened: case.time(last),
        due: limit.map(|limit| case.time(facts.begin()).saturating_add(limit)),
        optional: false,
        overdue: false,
    })
}
