//! Sagas that do not end: stuck, or beyond the time that a saga may take.

use super::{Case, Draft, deadlines, facts::Facts};
use crate::{finding::FindingKind, verdict::Obligation};

/// For sagas whose status is not final.
pub(super) fn check(case: &Case<'_>, facts: &Facts, obligations: &[Obligation], draft: &mut Draft) {
    timed_out(case, facts, draft);
    stuck(case, obligations, draft);
}

fn timed_out(case: &Case<'_>, facts: &Facts, draft: &mut Draft) {
    let Some(due) = deadlines::saga_due(case, facts) else {
        return;
    };
    if draft.concludes(case.reach(&case.watched.all, facts.begin(), due)) {
        draft.flags.overdue = true;
        let lower_bound = facts.start().is_none();
        draft.find(
            FindingKind::SagaTimedOut { due, lower_bound },
            [facts.begin()],
        );
    }
}

/// Silent for longer than allowed, and nothing that is awaited may take that long.
fn stuck(case: &Case<'_>, obligations: &[Obligation], draft: &mut Draft) {
    let Some(stuck_after) = case.definition.limits.stuck_after_millis else {
        return;
    };
    let Some(last) = (0..case.events.len()).max_by_key(|&place| case.time(place)) else {
        return;
    };
    let silent_until = case.time(last).saturating_add(stuck_after);
    let awaited = obligations
        .iter()
        .filter(|obligation| obligation.step.is_some())
        .filter_map(|obligation| obligation.due);
    let due = awaited.fold(silent_until, Ord::max);
    if draft.concludes(case.reach(&case.watched.all, last, due)) {
        draft.flags.stuck = true;
        draft.find(
            FindingKind::Stuck {
                since: case.time(last),
            },
            [last],
        );
    }
}
