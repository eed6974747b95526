//! Commands and their answers across streams: which commands were not answered in their time.

use crate::{
    definition::Definition,
    engine::Engine,
    event::{NameKey, RecordHandle},
    frontier::Reach,
    saga::{NamedId, SagaId},
    verdict::Unknown,
};
use record::Millis;

/// A command and what answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandPair {
    pub command: String,
    pub answers: Vec<String>,
    pub timeout_millis: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerState {
    /// Its time is over, and nothing was missed by the capture.
    Unanswered,
    /// Its time is not over, as far as was captured.
    Waiting,
    /// It may have been answered where nothing was captured.
    Unknown(Vec<Unknown>),
    Late {
        by_millis: i64,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRow {
    pub saga: SagaId,
    pub key: NamedId,
    pub command: String,
    pub record: RecordHandle,
    pub stream: String,
    pub sent: Millis,
    pub due: Option<Millis>,
    pub state: AnswerState,
}

/// The commands of a definition: what its steps and their undos ask for.
pub fn pairs(definition: &Definition) -> Vec<CommandPair> {
    let pair = |requests: &[String], answers: [&[String]; 2], timeout_millis: Option<i64>| {
        let answers = answers.concat();
        let pair = move |command: &String| CommandPair {
            command: command.clone(),
            answers: answers.clone(),
            timeout_millis,
        };
        requests.iter().map(pair).collect::<Vec<_>>()
    };
    let of_step = |step: &crate::Step| {
        let undo = step.undo.as_ref().map(|undo| {
            pair(
                &undo.request,
                [&undo.success, &undo.failure],
                undo.timeout_millis,
            )
        });
        let mut pairs = pair(
            &step.request,
            [&step.success, &step.failure],
            step.timeout_millis,
        );
        pairs.extend(undo.into_iter().flatten());
        pairs
    };
    definition.steps.iter().flat_map(of_step).collect()
}

/// Every command that was not answered in its time, by the time at which it was sent. A command that was sent again
/// counts as answered with the answer to either.
pub fn unanswered(engine: &Engine, pairs: &[CommandPair]) -> Vec<CommandRow> {
    let mut rows = Vec::new();
    let known: Vec<Known<'_>> = pairs
        .iter()
        .filter_map(|pair| Known::new(engine, pair))
        .collect();
    for id in engine.ids() {
        if engine.has_any_kind(id, known.iter().map(|known| known.command)) {
            rows.extend(of_saga(engine, id, &known));
        }
    }
    rows.sort_by_key(|row| (row.sent, row.record));
    rows
}

/// A pair whose command occurs at all.
struct Known<'p> {
    pair: &'p CommandPair,
    command: NameKey,
    answers: Vec<NameKey>,
}

impl<'p> Known<'p> {
    fn new(engine: &Engine, pair: &'p CommandPair) -> Option<Self> {
        let names = engine.names();
        let command = names.find(&pair.command)?;
        Some(Self {
            pair,
            command,
            answers: pair
                .answers
                .iter()
                .filter_map(|answer| names.find(answer))
                .collect(),
        })
    }
}

fn of_saga(engine: &Engine, id: SagaId, known: &[Known<'_>]) -> Vec<CommandRow> {
    let Some(saga) = engine.saga(id) else {
        return Vec::new();
    };
    let skew = saga.definition().clock.skew_millis;
    let mut rows = Vec::new();
    let effective = saga
        .events()
        .iter()
        .zip(&saga.judgement.effective)
        .filter(|(_, counts)| **counts);
    for (event, _) in effective {
        let Some(known) = known.iter().find(|known| known.command == event.kind) else {
            continue;
        };
        let due = known
            .pair
            .timeout_millis
            .map(|timeout| event.time.saturating_add(timeout));
        let answer = saga.events().iter().find(|answer| {
            known.answers.contains(&answer.kind) && answer.time.saturating_add(skew) >= event.time
        });
        let state = match (answer, due) {
            (Some(answer), Some(due)) if answer.time.since(due) > skew => AnswerState::Late {
                by_millis: answer.time.since(due),
            },
            (Some(_), _) => continue,
            (None, None) => AnswerState::Waiting,
            (None, Some(due)) => match engine.reach(event, due) {
                Reach::Covered => AnswerState::Unanswered,
                Reach::NotYet => AnswerState::Waiting,
                Reach::Unknown(unknowns) => AnswerState::Unknown(unknowns),
            },
        };
        rows.push(CommandRow {
            saga: id,
            key: saga.key.clone(),
            command: known.pair.command.clone(),
            record: event.record,
            stream: saga.stream(event).to_owned(),
            sent: event.time,
            due,
            state,
        });
    }
    rows
}
