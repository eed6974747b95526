//! Compensation: what set it off, what must be undone, what has been, and what is still held.

use super::{
    Case, Draft, deadlines,
    facts::{Facts, MAX_COMPARED, StepFacts},
};
use crate::{frontier::Reach, verdict::Trigger};
use record::Millis;

pub(super) struct Unwinding {
    pub trigger: Option<Trigger>,
    /// Some undo was asked for or done.
    pub has_begun: bool,
    /// Steps that are done and can be undone; those that were done after the trigger are among them, and those of
    /// which an undo tells and the capture does not reach far enough to say that they were never done.
    pub undoable: Vec<usize>,
    pub held: Vec<Held>,
}

/// A step that must still be undone.
pub(super) struct Held {
    pub step: usize,
    /// The event since which it is awaited.
    pub since: usize,
    pub opened: Millis,
    pub due: Option<Millis>,
    /// Its deadline passed without it, as far as was captured.
    pub is_overdue: bool,
    /// The undo failed, and was not asked for again.
    pub has_failed: bool,
}

impl Unwinding {
    pub fn new(case: &Case<'_>, facts: &Facts, draft: &mut Draft) -> Self {
        let first_undo = facts.steps.iter().filter_map(StepFacts::first_undo).min();
        let has_begun = first_undo.is_some();
        let event = first_trigger(case, facts, has_begun);
        let trigger = match first_undo {
            // an undo before any such event may have had another reason
            Some(undo) if event.is_none_or(|event| undo < event) => {
                let surely_before = |event: usize| case.orders().of(undo, event).before().is_some();
                let near = event.filter(|&event| !surely_before(event));
                overdue(case, facts, undo)
                    .or(near.map(Trigger::Event))
                    .or_else(|| mended(facts, undo).filter(|_| event.is_none()))
                    .or_else(|| missed(case, facts, undo, draft))
                    .or(event.map(Trigger::Event))
                    .or_else(|| unseen(case, facts, undo))
            }
            _ => event.map(Trigger::Event),
        };
        let undoable: Vec<usize> = (0..facts.steps.len())
            .filter(|&step| is_undoable(case, facts, step))
            .collect();
        let held = match trigger {
            Some(trigger) => undoable
                .iter()
                .filter_map(|&step| held(case, facts, step, trigger))
                .collect(),
            None => Vec::new(),
        };
        Self {
            trigger,
            has_begun,
            undoable,
            held,
        }
    }

    pub fn is_held(&self, step: usize) -> bool {
        self.held.iter().any(|held| held.step == step)
    }

    /// The event that set it off.
    pub fn trigger_event(&self) -> Option<usize> {
        match self.trigger {
            Some(Trigger::Event(event)) => Some(event),
            _ => None,
        }
    }

    /// The deadline that set it off.
    pub fn deadline(&self) -> Option<Millis> {
        match self.trigger {
            Some(Trigger::Deadline { due, .. }) => Some(due),
            _ => None,
        }
    }
}

/// The first event that says that the saga will not complete.
fn first_trigger(case: &Case<'_>, facts: &Facts, has_begun: bool) -> Option<usize> {
    let is_lost = has_begun || !facts.aborts.is_empty() || !facts.failed.is_empty();
    let failures = case
        .definition
        .steps
        .iter()
        .zip(&facts.steps)
        .filter(|(step, _)| !step.optional);
    let final_failures = failures
        .filter_map(|(definition, facts)| final_failure(facts, definition.retries, is_lost));
    let ends = [facts.aborts.first(), facts.failed.first()]
        .into_iter()
        .flatten()
        .copied();
    final_failures.chain(ends).min()
}

/// The failure after which a step is not tried again, if it never succeeds.
fn final_failure(facts: &StepFacts, retries: u32, is_lost: bool) -> Option<usize> {
    let last = *facts.failures.last()?;
    if facts.done.is_some() {
        return None;
    }
    match facts.failures.get(retries as usize) {
        Some(&one_too_many) => Some(one_too_many),
        None => is_lost.then_some(last),
    }
}

/// The first deadline that had passed without an answer when something was undone, as far as that is known: an answer
/// that came later says it, or the capture.
fn overdue(case: &Case<'_>, facts: &Facts, undo: usize) -> Option<Trigger> {
    let overdue = (0..facts.steps.len()).filter_map(|step| {
        let opening = deadlines::opening(case, facts, step)?;
        let due = opening.due.filter(|&due| due <= case.time(undo))?;
        let is_missed = match facts.steps[step].done {
            Some(done) => case.time(done) > due,
            None => case.reach(&case.watched.answers[step], opening.by, due) == Reach::Covered,
        };
        is_missed.then_some((due, step))
    });
    overdue
        .min()
        .map(|(due, step)| Trigger::Deadline { step, due })
}

/// A failure before the undo that was mended later.
fn mended(facts: &Facts, undo: usize) -> Option<Trigger> {
    let failures = facts.steps.iter().filter_map(|step| step.failures.first());
    let first = failures.min().filter(|&&failure| failure < undo);
    first.map(|&failure| Trigger::Event(failure))
}

/// The reason may lie where nothing was captured.
fn missed(case: &Case<'_>, facts: &Facts, undo: usize, draft: &mut Draft) -> Option<Trigger> {
    let before = case.time(undo);
    let reach = case.reach_of_all(facts, &case.watched.all, before);
    let is_unknown = matches!(reach, Reach::Unknown(_));
    draft.concludes(reach);
    is_unknown.then_some(Trigger::Unseen { before })
}

/// Something is undone, and no event says why: there was one before the first that was captured.
fn unseen(case: &Case<'_>, facts: &Facts, undo: usize) -> Option<Trigger> {
    let before = case.time(undo);
    facts
        .start()
        .is_none()
        .then_some(Trigger::Unseen { before })
}

fn is_undoable(case: &Case<'_>, facts: &Facts, step: usize) -> bool {
    let of_step = &facts.steps[step];
    let may_be_done = || {
        of_step.first_undo().is_some_and(|undo| {
            let watches = &case.watched.answers[step];
            case.reach(watches, facts.begin(), case.time(undo)) != Reach::Covered
        })
    };
    case.definition.steps[step].undo.is_some() && (!of_step.successes.is_empty() || may_be_done())
}

/// How a step is held, if no undo came after its last success.
fn held(case: &Case<'_>, facts: &Facts, step: usize, trigger: Trigger) -> Option<Held> {
    let of_step = &facts.steps[step];
    let undo = case.definition.steps[step].undo.as_ref()?;
    if is_undone(case, of_step) {
        return None;
    }
    let last_request = of_step.undo_requests.last().copied();
    let last_failure = of_step.undo_failures.last().copied();
    let (trigger_event, overdue_since) = match trigger {
        Trigger::Event(event) => (Some(event), Millis::MIN),
        Trigger::Deadline { due, .. } => (None, due),
        Trigger::Unseen { .. } => (None, Millis::MIN),
    };
    let openings = [
        of_step.successes.last().copied(),
        last_request,
        trigger_event,
    ];
    let since = openings.into_iter().flatten().max()?;
    let opened = case.time(since).max(overdue_since);
    let due = undo
        .timeout_millis
        .map(|timeout| opened.saturating_add(timeout));
    let watches = &case.watched.undos[step];
    Some(Held {
        step,
        since,
        opened,
        due,
        is_overdue: due.is_some_and(|due| case.reach(watches, since, due) == Reach::Covered),
        has_failed: last_failure
            .is_some_and(|failure| last_request.is_none_or(|request| request < failure)),
    })
}

/// Some undo came after every success, or the last ones of very many. One whose order is not known counts.
pub(super) fn is_undone(case: &Case<'_>, of_step: &StepFacts) -> bool {
    let orders = case.orders();
    let comes_last = |&undo: &usize| {
        let mut last = of_step.successes.iter().rev().take(MAX_COMPARED);
        last.all(|&success| !orders.of(success, undo).is_after())
    };
    of_step
        .undo_successes
        .iter()
        .rev()
        .take(MAX_COMPARED)
        .any(comes_last)
}
