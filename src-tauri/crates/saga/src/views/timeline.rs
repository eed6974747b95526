//! A saga over time: a row per step, its undo mirrored under it, idle stretches collapsed.

use crate::{
    definition::{Definition, Role},
    event::RecordHandle,
    saga::Saga,
    verdict::{Awaited, Obligation, StepState},
};
use record::Millis;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    pub rows: Vec<Row>,
    /// Stretches in which nothing happened, to be drawn short.
    pub idle: Vec<Idle>,
    pub from: Millis,
    pub until: Millis,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub label: String,
    pub lane: Lane,
    pub state: Option<StepState>,
    /// From what opened it to its answer; without an end while it is awaited.
    pub bar: Option<Bar>,
    /// When the answer is or was due.
    pub deadline: Option<Millis>,
    pub dots: Vec<Dot>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// The start, the outcomes, and what belongs to no step.
    Saga,
    Step(usize),
    /// The compensation of a step: its row comes right after the step's.
    Undo(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    pub from: Millis,
    pub until: Option<Millis>,
}

/// An event on its shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dot {
    pub event: usize,
    pub record: RecordHandle,
    pub at: Millis,
    pub arrival: Millis,
    pub kind: String,
    pub stream: String,
    pub shard: String,
    /// A repetition, which does not count.
    pub is_repeated: bool,
    /// It has findings.
    pub is_flagged: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    pub from: Millis,
    pub until: Millis,
}

/// Of the whole length: shorter pauses are drawn as they are.
const IDLE_SHARE: i64 = 4;

pub fn timeline(saga: &Saga<'_>) -> Timeline {
    let mut rows = vec![row(saga, Lane::Saga)];
    for (step, definition) in saga.definition().steps.iter().enumerate() {
        rows.push(row(saga, Lane::Step(step)));
        if definition.undo.is_some() {
            rows.push(row(saga, Lane::Undo(step)));
        }
    }
    rows.retain(|row| {
        matches!(row.lane, Lane::Step(_)) || !row.dots.is_empty() || row.bar.is_some()
    });
    let from = saga
        .events()
        .first()
        .map_or(saga.judgement.started, |event| event.time);
    Timeline {
        idle: idle(saga),
        from,
        until: saga.judgement.last,
        rows,
    }
}

fn row(saga: &Saga<'_>, lane: Lane) -> Row {
    let dots: Vec<Dot> = (0..saga.events().len())
        .filter(|&event| lane_of(saga, event) == lane)
        .map(|event| dot(saga, event))
        .collect();
    let open = open(saga, lane);
    let mut counted = dots.iter().filter(|dot| !dot.is_repeated).map(|dot| dot.at);
    let first = counted.clone().next().or(open.map(|open| open.opened));
    let bar = first.filter(|_| lane != Lane::Saga).map(|from| Bar {
        from,
        until: counted.next_back().filter(|_| open.is_none()),
    });
    let due = open.and_then(|open| open.due);
    let (label, limit) = label_and_limit(saga.definition(), lane);
    let state = match lane {
        Lane::Step(step) => saga.judgement.steps.get(step).copied(),
        Lane::Saga | Lane::Undo(_) => None,
    };
    Row {
        label,
        lane,
        state,
        bar,
        deadline: due.or_else(|| Some(bar?.from.saturating_add(limit?))),
        dots,
    }
}

/// What is awaited in a lane.
fn open<'s>(saga: &'s Saga<'_>, lane: Lane) -> Option<&'s Obligation> {
    saga.judgement.obligations.iter().find(|open| match lane {
        Lane::Saga => false,
        Lane::Step(step) => open.step == Some(step) && open.awaited != Awaited::Undo,
        Lane::Undo(step) => open.step == Some(step) && open.awaited == Awaited::Undo,
    })
}

/// A lane's name, and how long it may take.
fn label_and_limit(definition: &Definition, lane: Lane) -> (String, Option<i64>) {
    match lane {
        Lane::Saga => (definition.name.clone(), None),
        Lane::Step(step) => {
            let step = &definition.steps[step];
            (step.id.clone(), step.timeout_millis)
        }
        Lane::Undo(step) => {
            let step = &definition.steps[step];
            let limit = step.undo.as_ref().and_then(|undo| undo.timeout_millis);
            (format!("undo {}", step.id), limit)
        }
    }
}

fn lane_of(saga: &Saga<'_>, event: usize) -> Lane {
    match saga
        .definition()
        .roles
        .of(saga.events()[event].kind.0)
        .first()
    {
        Some(Role::Request(step) | Role::Success(step) | Role::Failure(step)) => Lane::Step(*step),
        Some(Role::UndoRequest(step) | Role::UndoSuccess(step) | Role::UndoFailure(step)) => {
            Lane::Undo(*step)
        }
        _ => Lane::Saga,
    }
}

fn dot(saga: &Saga<'_>, place: usize) -> Dot {
    let event = &saga.events()[place];
    Dot {
        event: place,
        record: event.record,
        at: event.time,
        arrival: event.arrival,
        kind: saga.kind(event).to_owned(),
        stream: saga.stream(event).to_owned(),
        shard: saga.streams().shard_id(event.shard).to_owned(),
        is_repeated: !saga.judgement.effective[place],
        is_flagged: saga
            .judgement
            .findings
            .iter()
            .any(|finding| finding.events.contains(&place)),
    }
}

fn idle(saga: &Saga<'_>) -> Vec<Idle> {
    let times: Vec<Millis> = saga.events().iter().map(|event| event.time).collect();
    let length = times
        .last()
        .zip(times.first())
        .map_or(0, |(last, first)| last.since(*first));
    let pairs = times.windows(2).map(|pair| Idle {
        from: pair[0],
        until: pair[1],
    });
    pairs
        .filter(|idle| idle.until.since(idle.from) > length / IDLE_SHARE && length > 0)
        .collect()
}
