//! Commands and their answers across streams: which commands were not answered in their time.

use crate::{
    definition::Definition,
    engine::Engine,
    event::{Event, NameKey, RecordHandle},
    frontier::Reach,
    order::{Causes, Order, Orders},
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

/// So many answers before a command, and so many after it, are looked at.
const MOST_COMPARED: usize = 64;

/// Every command that was not answered in its time, by the time at which it was sent. A command that was sent again
/// counts as answered with the answer to either, but not by what had answered the one before it.
pub fn unanswered(engine: &Engine, pairs: &[CommandPair]) -> Vec<CommandRow> {
    let mut rows = Vec::new();
    let known: Vec<Known<'_>> = pairs
        .iter()
        .filter_map(|pair| Known::new(engine, pair, pairs))
        .collect();
    for id in engine.ids() {
        // most commands were answered: only the others' sagas are judged. Where several sagas share a group, one's
        // answer is not the other's
        if engine.sagas_in(id.group()) > 1 || is_any_open(engine, id, &known) {
            rows.extend(of_saga(engine, id, &known));
        }
    }
    rows.sort_by_key(|row| (row.sent, row.record));
    rows
}

/// Whether a command of the group may be open. What repeats another event may say more than it does: that is for the
/// verdict.
fn is_any_open(engine: &Engine, id: SagaId, known: &[Known<'_>]) -> bool {
    let events = engine.events_of(id.group());
    let causes = Causes::default();
    let exchange = Exchange::new(engine, events, &causes, |_| true);
    let is_alone = |answer: usize| {
        let is_it = |other: &Event| {
            let answer = &events[answer];
            other.payload == answer.payload || answer.id != 0 && other.id == answer.id
        };
        events.iter().filter(|other| is_it(other)).nth(1).is_none()
    };
    (0..events.len()).any(|place| {
        let known = known
            .iter()
            .find(|known| known.command == events[place].kind);
        known.is_some_and(|known| {
            let answer = exchange.answer(known, place);
            !answer.is_some_and(|answer| {
                known.late_by(&exchange, place, answer).is_none() && is_alone(answer)
            })
        })
    })
}

/// A pair whose command occurs at all.
struct Known<'p> {
    pair: &'p CommandPair,
    command: NameKey,
    answers: Vec<NameKey>,
    /// Every command that has these answers.
    commands: Vec<NameKey>,
}

impl<'p> Known<'p> {
    fn new(engine: &Engine, pair: &'p CommandPair, pairs: &[CommandPair]) -> Option<Self> {
        let names = engine.names();
        let command = names.find(&pair.command)?;
        let same = pairs.iter().filter(|other| other.answers == pair.answers);
        Some(Self {
            commands: same
                .filter_map(|other| names.find(&other.command))
                .collect(),
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
    fn due(&self, event: &Event) -> Option<Millis> {
        let timeout = self.pair.timeout_millis?;
        Some(event.time.saturating_add(timeout))
    }

    /// By how much an answer came after the command's time; clocks may be apart.
    fn late_by(&self, exchange: &Exchange<'_>, command: usize, answer: usize) -> Option<i64> {
        let Orders {
            events,
            skew_millis,
            ..
        } = exchange.orders;
        let by_millis = events[answer].time.since(self.due(&events[command])?);
        (by_millis > skew_millis).then_some(by_millis)
    }
}

/// The events that count, among which commands look for their answers.
struct Exchange<'a> {
    orders: Orders<'a>,
    /// Places.
    counted: Vec<usize>,
}

impl<'a> Exchange<'a> {
    fn new(
        engine: &'a Engine,
        events: &'a [Event],
        causes: &'a Causes,
        counts: impl Fn(usize) -> bool,
    ) -> Self {
        let orders = Orders {
            events,
            causes,
            streams: engine.streams(),
            skew_millis: engine.definition().clock.skew_millis,
        };
        Self {
            orders,
            counted: (0..events.len()).filter(|&place| counts(place)).collect(),
        }
    }

    /// The first answer to the command at a place. One that seems to come before it, as clocks may be apart, is its own
    /// only where the order is not known and no command before it can have had it.
    fn answer(&self, known: &Known<'_>, command: usize) -> Option<usize> {
        let Orders {
            events,
            skew_millis,
            ..
        } = self.orders;
        let is_answer = |place: &usize| known.answers.contains(&events[*place].kind);
        let at = self.counted.partition_point(|&place| place < command);
        let (before, after) = self.counted.split_at(at);
        let near =
            |place: &usize| events[*place].time.saturating_add(skew_millis) >= events[command].time;
        let early = before.iter().rev().copied().take_while(near);
        let early: Vec<usize> = early.filter(is_answer).take(MOST_COMPARED).collect();
        let asked = self.counted.iter().copied();
        let mut asked = asked.filter(|&place| known.commands.contains(&events[place].kind));
        let first_asked = asked.next().unwrap_or(command);
        let is_its = |answer: &usize| match self.orders.of(command, *answer) {
            Order::Before(_) => true,
            Order::Unordered => first_asked > *answer || command < *answer,
            Order::After(_) => false,
        };
        let later = after.iter().copied().filter(is_answer);
        let mut answers = early.into_iter().rev().chain(later.take(MOST_COMPARED));
        answers.find(is_its)
    }
}

fn of_saga(engine: &Engine, id: SagaId, known: &[Known<'_>]) -> Vec<CommandRow> {
    let Some(saga) = engine.saga(id) else {
        return Vec::new();
    };
    let causes = Causes::default();
    let effective = &saga.judgement.effective;
    let exchange = Exchange::new(engine, saga.events(), &causes, |place| effective[place]);
    let mut rows = Vec::new();
    for &place in &exchange.counted {
        let event = &saga.events()[place];
        let Some(known) = known.iter().find(|known| known.command == event.kind) else {
            continue;
        };
        let due = known.due(event);
        let answer = exchange.answer(known, place);
        let state = match (answer, due) {
            (Some(answer), _) => match known.late_by(&exchange, place, answer) {
                Some(by_millis) => AnswerState::Late { by_millis },
                None => continue,
            },
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
