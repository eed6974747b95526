//! The way that a saga took, as marks: two sagas of one way are of one variant.

use super::{Case, facts::Facts};
use crate::{definition::Role, verdict::Path};

/// Longer ways differ in their beginnings already.
const MAX_MARKS: usize = 64;

/// Answers, undos and outcomes of the events that count; without steps, the event types themselves.
pub(super) fn path(case: &Case<'_>, facts: &Facts) -> Path {
    let effective = case
        .events
        .iter()
        .zip(&facts.effective)
        .filter(|(_, counts)| **counts);
    let marks = effective.filter_map(|(event, _)| {
        if !case.definition.judges() {
            return Some(case.names.text(event.kind).to_owned());
        }
        case.definition
            .roles
            .of(event.kind.0)
            .iter()
            .find_map(|&role| mark(case, role))
    });
    Path(marks.take(MAX_MARKS).collect())
}

fn mark(case: &Case<'_>, role: Role) -> Option<String> {
    let id = |step: usize| &case.definition.steps[step].id;
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
