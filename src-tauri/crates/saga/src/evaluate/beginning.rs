//! Sagas without a start: orphans, unless the start lies where nothing was captured.

use super::{Case, Draft, facts::Facts};
use crate::{finding::FindingKind, frontier::Reach};
use record::Millis;

pub(super) fn check(case: &Case<'_>, facts: &Facts, draft: &mut Draft) {
    if case.definition.start.is_empty() || facts.start().is_some() {
        return;
    }
    let first = case.time(0);
    // a saga is at most so long: a start before that would be another one's
    let earliest = case
        .definition
        .limits
        .saga_millis
        .map_or(Millis::MIN, |limit| first.saturating_add(-limit));
    match case.frontier.reach(&case.watched.all, earliest, first) {
        Reach::Covered => {
            draft.flags.orphan = true;
            draft.find(FindingKind::Orphan, [0]);
        }
        Reach::Unknown(_) => draft.find(FindingKind::StartNotCaptured, [0]),
        Reach::NotYet => {}
    }
}
