//! A saga as a sequence diagram: a lifeline per source, commands solid, events dashed.

use crate::{definition::Role, event::RecordHandle, saga::Saga};
use record::Millis;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// In the order in which they first speak.
    pub lifelines: Vec<String>,
    pub messages: Vec<Message>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub event: usize,
    pub record: RecordHandle,
    pub at: Millis,
    /// Places among the lifelines.
    pub from: usize,
    pub to: usize,
    pub label: String,
    pub line: Line,
    pub is_repeated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Command,
    Event,
    Failure,
    Undo,
}

/// Who has not spoken yet when a command is sent to it.
const UNNAMED: &str = "?";

pub fn sequence(saga: &Saga<'_>) -> Sequence {
    let mut lifelines: Vec<String> = Vec::new();
    let mut lifeline = |name: &str| {
        let name = if name.is_empty() { UNNAMED } else { name };
        lifelines
            .iter()
            .position(|known| known == name)
            .unwrap_or_else(|| {
                lifelines.push(name.to_owned());
                lifelines.len() - 1
            })
    };
    let mut messages = Vec::new();
    let mut last_asking = None;
    for (place, event) in saga.events().iter().enumerate() {
        let from = lifeline(saga.source(event));
        let (line, asks) = line(saga, place);
        // a command goes to who answers it, and an answer to who asked last
        let to = if asks {
            answerer(saga, place).map(|answer| lifeline(saga.source(&saga.events()[answer])))
        } else {
            last_asking
        };
        if asks {
            last_asking = Some(from);
        }
        messages.push(Message {
            event: place,
            record: event.record,
            at: event.time,
            from,
            to: to.unwrap_or(from),
            label: saga.kind(event).to_owned(),
            line,
            is_repeated: !saga.judgement.effective[place],
        });
    }
    Sequence {
        lifelines,
        messages,
    }
}

fn role(saga: &Saga<'_>, event: usize) -> Option<Role> {
    saga.definition()
        .roles
        .of(saga.events()[event].kind.0)
        .first()
        .copied()
}

/// How a message is drawn, and whether it asks for something.
fn line(saga: &Saga<'_>, event: usize) -> (Line, bool) {
    match role(saga, event) {
        Some(Role::Request(_)) => (Line::Command, true),
        Some(Role::UndoRequest(_)) => (Line::Undo, true),
        Some(Role::UndoSuccess(_)) => (Line::Undo, false),
        Some(Role::Failure(_) | Role::UndoFailure(_) | Role::Failed | Role::Abort) => {
            (Line::Failure, false)
        }
        Some(Role::Start | Role::Success(_) | Role::Completed) | None => (Line::Event, false),
    }
}

/// The first answer to a request.
fn answerer(saga: &Saga<'_>, request: usize) -> Option<usize> {
    let asked = role(saga, request)?;
    (request + 1..saga.events().len()).find(|&event| match (asked, role(saga, event)) {
        (Role::Request(step), Some(Role::Success(answered) | Role::Failure(answered)))
        | (
            Role::UndoRequest(step),
            Some(Role::UndoSuccess(answered) | Role::UndoFailure(answered)),
        ) => step == answered,
        _ => false,
    })
}
