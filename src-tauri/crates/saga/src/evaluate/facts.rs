//! Which event says what: the events that count, sorted by step and role.

use crate::{
    definition::{Definition, Role},
    event::Event,
};
use smallvec::SmallVec;

/// Of one step's events, so many are compared with so many others: who repeats more has been told enough.
pub(super) const MAX_COMPARED: usize = 64;

/// Places in the saga's list of events, in the order in which they are told.
pub(super) type Places = SmallVec<[usize; 2]>;

#[derive(Clone, Debug, Default)]
pub(super) struct StepFacts {
    pub requests: Places,
    pub successes: Places,
    pub failures: Places,
    pub undo_requests: Places,
    pub undo_successes: Places,
    pub undo_failures: Places,
    /// The success that made it done.
    pub done: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub steps: Vec<StepFacts>,
    pub starts: Places,
    pub aborts: Places,
    pub completed: Places,
    pub failed: Places,
    /// Which events are no repetitions.
    pub effective: Vec<bool>,
}

impl Facts {
    pub fn new(definition: &Definition, events: &[Event], effective: Vec<bool>) -> Self {
        let mut facts = Self {
            steps: vec![StepFacts::default(); definition.steps.len()],
            starts: Places::new(),
            aborts: Places::new(),
            completed: Places::new(),
            failed: Places::new(),
            effective: Vec::new(),
        };
        for (place, event) in events
            .iter()
            .enumerate()
            .filter(|&(place, _)| effective[place])
        {
            for &role in definition.roles.of(event.kind.0) {
                facts.list(role).push(place);
            }
        }
        for (step, definition) in facts.steps.iter_mut().zip(&definition.steps) {
            step.done = step.successes.get(definition.count as usize - 1).copied();
        }
        facts.effective = effective;
        facts
    }

    fn list(&mut self, role: Role) -> &mut Places {
        match role {
            Role::Start => &mut self.starts,
            Role::Request(step) => &mut self.steps[step].requests,
            Role::Success(step) => &mut self.steps[step].successes,
            Role::Failure(step) => &mut self.steps[step].failures,
            Role::UndoRequest(step) => &mut self.steps[step].undo_requests,
            Role::UndoSuccess(step) => &mut self.steps[step].undo_successes,
            Role::UndoFailure(step) => &mut self.steps[step].undo_failures,
            Role::Abort => &mut self.aborts,
            Role::Completed => &mut self.completed,
            Role::Failed => &mut self.failed,
        }
    }

    pub fn start(&self) -> Option<usize> {
        self.starts.first().copied()
    }

    /// The start, or the first event that there is.
    pub fn begin(&self) -> usize {
        self.start().unwrap_or(0)
    }

    pub fn are_required_done(&self, definition: &Definition) -> bool {
        let mut required = definition
            .steps
            .iter()
            .zip(&self.steps)
            .filter(|(step, _)| !step.optional);
        !definition.steps.is_empty() && required.all(|(_, facts)| facts.done.is_some())
    }

    /// When the last of the required steps was done.
    pub fn last_done(&self, definition: &Definition) -> Option<usize> {
        let required = definition
            .steps
            .iter()
            .zip(&self.steps)
            .filter(|(step, _)| !step.optional);
        required.filter_map(|(_, facts)| facts.done).max()
    }
}

impl StepFacts {
    /// The first event that says that it is being undone.
    pub fn first_undo(&self) -> Option<usize> {
        [self.undo_requests.first(), self.undo_successes.first()]
            .into_iter()
            .flatten()
            .copied()
            .min()
    }

    /// The first undo after all that was done: undone again is fine.
    pub fn undone(&self) -> Option<usize> {
        let last_success = self.successes.last().copied();
        let mut undos = self.undo_successes.iter().take(MAX_COMPARED).copied();
        undos.find(|&undo| last_success.is_none_or(|success| success < undo))
    }

    /// Asked for, and no answer after that.
    pub fn is_unanswered(&self) -> bool {
        self.requests.last().is_some_and(|request| {
            self.done.is_none() && self.failures.last().is_none_or(|failure| failure < request)
        })
    }
}
