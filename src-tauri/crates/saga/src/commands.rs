//! Commands and their answers across streams: which commands were not answered in their time.

use crate::{
    definition::Definition,
    engine::Engine,
    event::{Event, NameKey, RecordHandle},
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
    pub life: u32,
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
    let skew = engine.definition().clock.skew_millis;
    for id in engine.ids() {
        let events = engine.events_of(id.group());
        let is_open = |event: &Event| {
            let known = known.iter().find(|known| known.command == event.kind);
            known.is_some_and(|known| !known.is_answered_in_time(event, events, skew))
        };
        // most commands were answered: only the others' sagas are judged. Where several sagas share a group, one's
        // answer is not the other's
        if engine.sagas_in(id.group()) > 1 || events.iter().any(is_open) {
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

impl Known<'_> {
    fn answer<'e>(&self, event: &Event, events: &'e [Event], skew: i64) -> Option<&'e Event> {
        events.iter().find(|answer| {
            self.answers.contains(&answer.kind) && answer.time.saturating_add(skew) >= event.time
        })
    }

    fn due(&self, event: &Event) -> Option<Millis> {
        let timeout = self.pair.timeout_millis?;
        Some(event.time.saturating_add(timeout))
    }

    fn is_answered_in_time(&self, event: &Event, events: &[Event], skew: i64) -> bool {
        let answer = self.answer(event, events, skew);
        answer.is_some_and(|answer| {
            self.due(event)
                .is_none_or(|due| answer.time.since(due) <= skew)
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
        let due = known.due(event);
        let answer = known.answer(event, saga.events(), skew);
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
            life: saga.life,
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
