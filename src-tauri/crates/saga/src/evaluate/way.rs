//! The way that a saga took, as marks: two sagas of one way are of one variant.

use super::{Case, facts::Facts};
use crate::{
    definition::{Definition, Role},
    event::Event,
    names::Names,
    verdict::Path,
};

/// Longer ways differ in their beginnings already.
const MAX_MARKS: usize = 64;

/// Answers, undos and outcomes of the events that count; without steps, the event types themselves.
pub(super) fn path(case: &Case<'_>, facts: &Facts) -> Path {
    let effective = (0..case.events.len()).filter(|&event| facts.effective[event]);
    let marks =
        effective.filter_map(|event| mark(case.definition, case.names, &case.events[event]));
    Path(marks.take(MAX_MARKS).collect())
}

/// What an event adds to the way.
pub(crate) fn mark(definition: &Definition, names: &Names, event: &Event) -> Option<String> {
    if !definition.judges() {
        return Some(names.text(event.kind).to_owned());
    }
    let roles = definition.roles.of(event.kind.0);
    roles.iter().find_map(|&role| mark_of(definition, role))
}

fn mark_of(definition: &Definition, role: Role) -> Option<String> {
    let id = |step: usize| &definition.steps[step].id;
    match role {
        Role::Success(step) => Some(id(step).clone()),
        Role::Failure(step) => Some(format!("{} ✕", id(step))),
        Role::UndoSuccess(step) => Some(format!("{} ↺", id(step))),
        Role::UndoFailure(step) => Some(format!("{} ↺✕", id(step))),
        Role::Abort => Some("aborted".to_owned()),
        Role::Completed => Some("completed".to_owned()),
        Role::Failed => Some("failed".to_owned()),
        Role::Start | Role::Request(_) | Role::UndoRequest(_) => None,
    }
}
