//! Steps that rise again: done after they were undone, or after the saga's end.

use super::{
    Case, Draft,
    facts::{Facts, MAX_COMPARED},
};
use crate::finding::{Confidence, Finding, FindingKind, ZombieAfter};

pub(super) fn check(case: &Case<'_>, facts: &Facts, draft: &mut Draft) {
    for step in 0..facts.steps.len() {
        for &success in facts.steps[step].successes.iter().take(MAX_COMPARED) {
            let (after, end, confidence) = match after_undo(case, facts, step, success) {
                Some((undo, confidence)) => (ZombieAfter::Undo, undo, confidence),
                None => match after_end(case, facts, step, success) {
                    Some((end, confidence)) => (ZombieAfter::End, end, confidence),
                    None => continue,
                },
            };
            draft.findings.push(Finding {
                kind: FindingKind::Zombie { step, after },
                confidence: Some(confidence),
                events: vec![end, success],
            });
        }
    }
}

fn after_undo(
    case: &Case<'_>,
    facts: &Facts,
    step: usize,
    success: usize,
) -> Option<(usize, Confidence)> {
    before(
        case,
        facts.steps[step]
            .undo_successes
            .iter()
            .copied()
            .take(MAX_COMPARED),
        success,
    )
}

/// What is optional, such as telling the customer, may come after completion.
fn after_end(
    case: &Case<'_>,
    facts: &Facts,
    step: usize,
    success: usize,
) -> Option<(usize, Confidence)> {
    let completed = facts
        .completed
        .iter()
        .filter(|_| !case.definition.steps[step].optional);
    before(
        case,
        completed.chain(&facts.failed).copied().take(MAX_COMPARED),
        success,
    )
}

fn before(
    case: &Case<'_>,
    mut events: impl Iterator<Item = usize>,
    success: usize,
) -> Option<(usize, Confidence)> {
    let orders = case.orders();
    events.find_map(|event| Some((event, orders.of(event, success).before()?)))
}
