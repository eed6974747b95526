//! A saga's events in their order, each with what it says to its saga; and its steps with the events that they have.

use crate::{
    definition::{Definition, Role},
    event::Event,
    saga::Saga,
    verdict::{Awaited, Obligation, StepState},
};
use record::Millis;

/// What an event says to its saga.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventRole {
    Start,
    Request,
    Success,
    Failure,
    UndoRequest,
    UndoSuccess,
    UndoFailure,
    Abort,
    Completed,
    Failed,
    /// The definition does not know its type.
    Other,
}

/// The role of an event of the saga, and the step that it is about.
pub fn role(saga: &Saga<'_>, event: &Event) -> (EventRole, Option<usize>) {
    let roles = saga.definition().roles.of(event.kind.0);
    match roles.first() {
        Some(Role::Start) => (EventRole::Start, None),
        Some(Role::Request(step)) => (EventRole::Request, Some(*step)),
        Some(Role::Success(step)) => (EventRole::Success, Some(*step)),
        Some(Role::Failure(step)) => (EventRole::Failure, Some(*step)),
        Some(Role::UndoRequest(step)) => (EventRole::UndoRequest, Some(*step)),
        Some(Role::UndoSuccess(step)) => (EventRole::UndoSuccess, Some(*step)),
        Some(Role::UndoFailure(step)) => (EventRole::UndoFailure, Some(*step)),
        Some(Role::Abort) => (EventRole::Abort, None),
        Some(Role::Completed) => (EventRole::Completed, None),
        Some(Role::Failed) => (EventRole::Failed, None),
        None => (EventRole::Other, None),
    }
}

/// A question and its answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub requested: Option<Millis>,
    pub answered: Option<Millis>,
    pub due: Option<Millis>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRow {
    pub id: String,
    pub state: StepState,
    pub is_optional: bool,
    pub asked: Asked,
    /// Of a step that can be undone.
    pub undo: Option<(StepState, Asked)>,
    /// Places in the saga's list of events, those of its undo as well.
    pub events: Vec<usize>,
}

/// In the order of the definition.
pub fn steps(saga: &Saga<'_>) -> Vec<StepRow> {
    let definition = saga.definition();
    let states = saga.judgement.steps.iter().copied();
    let states = states.chain(std::iter::repeat(StepState::NotReached));
    let row = |((step, of_step), state): ((usize, &crate::Step), StepState)| StepRow {
        id: of_step.id.clone(),
        state,
        is_optional: of_step.optional,
        asked: forward(saga, step),
        undo: of_step.undo.as_ref().map(|_| undo(saga, step, state)),
        events: (0..saga.events().len())
            .filter(|&event| role(saga, &saga.events()[event]).1 == Some(step))
            .collect(),
    };
    definition
        .steps
        .iter()
        .enumerate()
        .zip(states)
        .map(row)
        .collect()
}

fn forward(saga: &Saga<'_>, step: usize) -> Asked {
    let of_step = &saga.definition().steps[step];
    let requested = times(saga, Role::Request(step)).next();
    let done = times(saga, Role::Success(step)).nth(of_step.count.max(1) as usize - 1);
    let open = open(saga, step, false);
    Asked {
        requested,
        answered: done.or_else(|| times(saga, Role::Failure(step)).last()),
        due: due(open, requested, of_step.timeout_millis),
    }
}

/// How far the compensation of a step is.
pub(crate) fn undo(saga: &Saga<'_>, step: usize, state: StepState) -> (StepState, Asked) {
    let limit = undo_limit(saga.definition(), step);
    let open = open(saga, step, true);
    // what was undone and done again is to be undone again: the undo before that is history
    let again = open.and_then(|_| times(saga, Role::Success(step)).last());
    let of_now = |at: &Millis| again.is_none_or(|again| *at >= again);
    let requested = times(saga, Role::UndoRequest(step)).find(of_now);
    let is_answered = open.is_none();
    let done = times(saga, Role::UndoSuccess(step))
        .find(|_| is_answered && state != StepState::UndoFailed);
    let failed = times(saga, Role::UndoFailure(step))
        .filter(|_| is_answered)
        .last();
    let undo = match (open, state) {
        (Some(open), _) if open.overdue => StepState::Overdue,
        (Some(_), _) => StepState::Pending,
        (None, _) if done.is_some() => StepState::Undone,
        (None, _) if failed.is_some() => StepState::UndoFailed,
        (None, _) if requested.is_some() => StepState::Pending,
        (None, _) => StepState::NotReached,
    };
    let asked = Asked {
        requested,
        answered: done.or(failed),
        due: due(open, requested, limit),
    };
    (undo, asked)
}

fn undo_limit(definition: &Definition, step: usize) -> Option<i64> {
    let undo = definition.steps[step].undo.as_ref();
    undo.and_then(|undo| undo.timeout_millis)
}

/// When the events that count say something, in their order.
fn times<'s>(saga: &'s Saga<'_>, wanted: Role) -> impl Iterator<Item = Millis> + 's {
    let counted = saga.events().iter().zip(&saga.judgement.effective);
    let says = move |event: &&Event| saga.definition().roles.of(event.kind.0).contains(&wanted);
    counted
        .filter(|(_, counts)| **counts)
        .map(|(event, _)| event)
        .filter(says)
        .map(|event| event.time)
}

fn open<'s>(saga: &'s Saga<'_>, step: usize, is_undo: bool) -> Option<&'s Obligation> {
    saga.judgement
        .obligations
        .iter()
        .find(|open| open.step == Some(step) && (open.awaited == Awaited::Undo) == is_undo)
}

fn due(open: Option<&Obligation>, requested: Option<Millis>, limit: Option<i64>) -> Option<Millis> {
    open.and_then(|open| open.due)
        .or_else(|| Some(requested?.saturating_add(limit?)))
}
