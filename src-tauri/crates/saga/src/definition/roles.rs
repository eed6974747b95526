//! What an event type says to a saga, by number: looked up once per event and not by text again.

use super::{Completed, Definition};
use std::collections::HashMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Start,
    Request(usize),
    Success(usize),
    Failure(usize),
    UndoRequest(usize),
    UndoSuccess(usize),
    UndoFailure(usize),
    Abort,
    Completed,
    Failed,
}

/// The definition's types are numbered from 0; other types come after them and have no role.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roles {
    pub names: Vec<String>,
    by_kind: Vec<Vec<Role>>,
    /// For each step the steps that it comes after, directly or through others.
    before: Vec<Vec<bool>>,
}

impl Roles {
    pub fn new(definition: &Definition) -> Self {
        let mut roles = Self {
            before: closure(definition),
            ..Self::default()
        };
        let mut numbers = HashMap::new();
        let mut add = |types: &[String], role| {
            for name in types {
                let number = *numbers.entry(name.clone()).or_insert_with(|| {
                    roles.names.push(name.clone());
                    roles.by_kind.push(Vec::new());
                    roles.names.len() - 1
                });
                roles.by_kind[number].push(role);
            }
        };
        add(&definition.start, Role::Start);
        for (index, step) in definition.steps.iter().enumerate() {
            add(&step.request, Role::Request(index));
            add(&step.success, Role::Success(index));
            add(&step.failure, Role::Failure(index));
            if let Some(undo) = &step.undo {
                add(&undo.request, Role::UndoRequest(index));
                add(&undo.success, Role::UndoSuccess(index));
                add(&undo.failure, Role::UndoFailure(index));
            }
        }
        add(&definition.abort, Role::Abort);
        if let Completed::On(types) = &definition.outcomes.completed {
            add(types, Role::Completed);
        }
        add(&definition.outcomes.failed, Role::Failed);
        roles
    }

    /// The roles of a type by its number.
    pub fn of(&self, kind: u32) -> &[Role] {
        self.by_kind.get(kind as usize).map_or(&[], Vec::as_slice)
    }

    pub fn is_after(&self, later: usize, earlier: usize) -> bool {
        self.before[later][earlier]
    }
}

fn closure(definition: &Definition) -> Vec<Vec<bool>> {
    let count = definition.steps.len();
    let mut before = vec![vec![false; count]; count];
    // steps may be written in any order: as many rounds as there are steps reach the farthest
    for _ in 0..count {
        for (later, step) in definition.steps.iter().enumerate() {
            for &earlier in &step.after {
                before[later][earlier] = true;
                let through = before[earlier].clone();
                before[later]
                    .iter_mut()
                    .zip(through)
                    .for_each(|(reached, also)| *reached |= also);
            }
        }
    }
    before
}
