//! A saga over time: a row per step, its undo mirrored under it, idle stretches collapsed.

use crate::{
    definition::Role,
    event::RecordHandle,
    saga::Saga,
    verdict::{Awaited, StepState},
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
    let definition = saga.definition();
    let dots: Vec<Dot> = (0..saga.events().len())
        .filter(|&event| lane_of(saga, event) == lane)
        .map(|event| dot(saga, event))
        .collect();
    let (label, step, awaited) = match lane {
        Lane::Saga => (definition.name.clone(), None, None),
        Lane::Step(step) => (
            definition.steps[step].id.clone(),
            Some(step),
            Some([Awaited::Request, Awaited::Answer]),
        ),
        Lane::Undo(step) => (
            format!("undo {}", definition.steps[step].id),
            Some(step),
            Some([Awaited::Undo, Awaited::Undo]),
        ),
    };
    let open = saga.judgement.obligations.iter().find(|open| {
        step.is_some()
            && open.step == step
            && awaited.is_some_and(|awaited| awaited.contains(&open.awaited))
    });
    let counted: Vec<Millis> = dots
        .iter()
        .filter(|dot| !dot.is_repeated)
        .map(|dot| dot.at)
        .collect();
    let first = counted.first().copied().or(open.map(|open| open.opened));
    let bar = first.filter(|_| step.is_some()).map(|from| Bar {
        from,
        until: counted.last().copied().filter(|_| open.is_none()),
    });
    let limit = match lane {
        Lane::Saga => None,
        Lane::Step(step) => definition.steps[step].timeout_millis,
        Lane::Undo(step) => definition.steps[step]
            .undo
            .as_ref()
            .and_then(|undo| undo.timeout_millis),
    };
    let deadline = open
        .and_then(|open| open.due)
        .or_else(|| Some(bar?.from.saturating_add(limit?)));
    let state = match lane {
        Lane::Step(step) => saga.judgement.steps.get(step).copied(),
        _ => None,
    };
    Row {
        label,
        lane,
        state,
        bar,
        deadline,
        dots,
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
