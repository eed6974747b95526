//! Undos that should not be: before there was a reason, of what was never done, past the point of no return, or in
//! the wrong order.

use super::{Case, Draft, facts::Facts, unwinding::Unwinding};
use crate::{
    definition::UndoOrder,
    finding::{Confidence, Finding, FindingKind},
    frontier::Reach,
    order::Order,
    verdict::Trigger,
};

pub(super) fn check(case: &Case<'_>, facts: &Facts, unwinding: &Unwinding, draft: &mut Draft) {
    for step in 0..facts.steps.len() {
        if let Some(undo) = facts.steps[step].first_undo() {
            premature(case, facts, unwinding, (step, undo), draft);
            phantom(case, facts, (step, undo), draft);
            after_pivot(case, facts, step, draft);
        }
    }
    for first in 0..facts.steps.len() {
        for later in 0..facts.steps.len() {
            wrong_order(case, facts, first, later, draft);
        }
    }
}

fn premature(
    case: &Case<'_>,
    facts: &Facts,
    unwinding: &Unwinding,
    (step, undo): (usize, usize),
    draft: &mut Draft,
) {
    match unwinding.trigger {
        Some(Trigger::Event(trigger)) => {
            if let Some(confidence) = case.orders().of(undo, trigger).before() {
                draft.findings.push(Finding {
                    kind: FindingKind::PrematureUndo { step },
                    confidence: Some(confidence),
                    events: vec![undo, trigger],
                });
            }
        }
        Some(Trigger::Deadline { .. }) => {}
        Some(Trigger::Unseen { .. }) => unexplained((step, undo), draft),
        None => {
            let reach = case.reach(&case.watched.all, facts.begin(), case.time(undo));
            if draft.concludes(reach) {
                draft.find(FindingKind::PrematureUndo { step }, [undo]);
            }
        }
    }
}

/// Neither why it was asked for nor what it undoes may have been captured: that is told once.
fn unexplained((step, undo): (usize, usize), draft: &mut Draft) {
    let kind = FindingKind::UnexplainedUndo { step };
    if !draft.findings.iter().any(|found| found.kind == kind) {
        draft.find(kind, [undo]);
    }
}

fn phantom(case: &Case<'_>, facts: &Facts, (step, undo): (usize, usize), draft: &mut Draft) {
    let of_step = &facts.steps[step];
    if !of_step.successes.is_empty() {
        return;
    }
    if facts.start().is_none() {
        unexplained((step, undo), draft);
        return;
    }
    match case.reach(&case.watched.answers[step], facts.begin(), case.time(undo)) {
        Reach::Covered => {
            let in_doubt = of_step.is_unanswered();
            draft.find(
                FindingKind::PhantomUndo { step, in_doubt },
                of_step.requests.iter().copied().chain([undo]),
            );
        }
        Reach::NotYet => {}
        Reach::Unknown(unknown) => {
            draft.concludes(Reach::Unknown(unknown));
            unexplained((step, undo), draft);
        }
    }
}

/// A required step that cannot be undone is the point of no return for all steps before it.
fn after_pivot(case: &Case<'_>, facts: &Facts, step: usize, draft: &mut Draft) {
    let steps = &case.definition.steps;
    let pivots =
        (0..steps.len()).filter(|&pivot| steps[pivot].undo.is_none() && !steps[pivot].optional);
    for pivot in pivots.filter(|&pivot| case.definition.is_after(pivot, step)) {
        let Some(done) = facts.steps[pivot].done else {
            continue;
        };
        let of_step = &facts.steps[step];
        // the answer, where it came, is told on the same stream as the step: its order is the surest
        let undos = of_step.undo_successes.iter().chain(&of_step.undo_requests);
        let orders = case.orders();
        let after = undos
            .copied()
            .find_map(|undo| Some((undo, orders.of(done, undo).before()?)));
        if let Some((undo, confidence)) = after {
            let kind = FindingKind::UndoAfterPivot { step, pivot };
            draft.findings.push(Finding {
                kind,
                confidence: Some(confidence),
                events: vec![done, undo],
            });
        }
    }
}

/// `first` was undone before `later`, though it should have been the other way round. Parallel steps are exempt.
fn wrong_order(case: &Case<'_>, facts: &Facts, first: usize, later: usize, draft: &mut Draft) {
    let Some(Duty::Sure(of_doing)) = duty(case, facts, first, later) else {
        return;
    };
    let (Some(&undo_first), Some(&undo_later)) = (
        facts.steps[first].undo_successes.first(),
        facts.steps[later].undo_successes.first(),
    ) else {
        return;
    };
    let confidence = match case.orders().of(undo_first, undo_later) {
        Order::Before(of_undoing) => of_doing.max(of_undoing),
        Order::Unordered => Confidence::Unordered,
        Order::After(_) => return,
    };
    draft.findings.push(Finding {
        kind: FindingKind::WrongOrderCompensation {
            undone_first: first,
            undone_later: later,
        },
        confidence: Some(confidence),
        events: vec![undo_first, undo_later],
    });
}

/// That `first` must be undone after `later`.
enum Duty {
    Sure(Confidence),
    /// It is not known which of them was done first.
    Unsure,
}

fn duty(case: &Case<'_>, facts: &Facts, first: usize, later: usize) -> Option<Duty> {
    let is_chained = || case.definition.is_after(later, first);
    let by_definition = |must: bool| must.then_some(Duty::Sure(Confidence::Certain));
    match case.definition.compensation {
        UndoOrder::Any => None,
        UndoOrder::ReverseDefinition => by_definition(first < later && is_chained()),
        UndoOrder::Declared => {
            let undo = case.definition.steps[first].undo.as_ref();
            by_definition(undo.is_some_and(|undo| undo.after.contains(&later)))
        }
        UndoOrder::ReverseCompletion => {
            let done = facts.steps[first].done.zip(facts.steps[later].done);
            let (done_first, done_later) = done.filter(|_| is_chained())?;
            match case.orders().of(done_first, done_later) {
                Order::Before(confidence) => Some(Duty::Sure(confidence)),
                Order::Unordered => Some(Duty::Unsure),
                Order::After(_) => None,
            }
        }
    }
}

/// Whether steps that had to be undone in an order were, each pair of them as far as can be told.
pub(super) fn are_in_order(case: &Case<'_>, facts: &Facts) -> bool {
    let steps = 0..facts.steps.len();
    let pairs = steps
        .clone()
        .flat_map(|first| steps.clone().map(move |later| (first, later)));
    let undone = |step: usize| facts.steps[step].undo_successes.first().copied();
    let mut kept = pairs.filter_map(|(first, later)| {
        let (undo_first, undo_later) = undone(first).zip(undone(later))?;
        let is_after = || case.orders().of(undo_first, undo_later).is_after();
        match duty(case, facts, first, later)? {
            Duty::Sure(_) => Some(is_after()),
            Duty::Unsure => Some(false),
        }
    });
    // there is an order to keep only where there is a pair
    kept.next() == Some(true) && kept.all(|is_kept| is_kept)
}
