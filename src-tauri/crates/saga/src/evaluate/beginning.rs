//! Sagas without a start: orphans, unless the start lies where nothing was captured.

use super::{Case, Draft, facts::Facts};
use crate::{finding::FindingKind, frontier::Reach};

pub(super) fn check(case: &Case<'_>, facts: &Facts, draft: &mut Draft) {
    if case.definition.start.is_empty() || facts.start().is_some() {
        return;
    }
    let (earliest, first) = (case.earliest_start(), case.time(0));
    match case.frontier.reach(&case.watched.all, earliest, first) {
        Reach::Covered => {
            draft.flags.orphan = true;
            draft.find(FindingKind::Orphan, [0]);
        }
        Reach::Unknown(_) => draft.find(FindingKind::StartNotCaptured, [0]),
        Reach::NotYet => {}
    }
}
