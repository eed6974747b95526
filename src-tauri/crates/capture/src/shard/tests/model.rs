//! Random lives of a shard: written to, trimmed, closed, with faults and crashes in between.
//!
//! The oracle: at the end each record is stored once and in order, or lies in a declared gap; no gap
//! is declared over records that nobody trimmed.

use super::{
    super::{
        Batch, Effect, EndCheck, Failure, Input, Moment, Outcome, Page, ShardSetting, ShardState,
        StreamCheck,
    },
    from_horizon, number, record, setting,
};
use kinesis::Start;
use proptest::prelude::*;
use record::{KinesisRecord, Millis, SequenceNumber};
use std::collections::VecDeque;
use store::{NewGap, Position};

const RETENTION_MILLIS: i64 = 1_000_000;

#[derive(Clone, Debug)]
enum Act {
    Write(u8),
    /// Of what is there, in 256ths.
    Trim(u8),
    Close,
    Fault(Failure),
    Crash,
    /// Lets so many answers through.
    Answer(u8),
    PauseAndResume,
    CommitFirst(bool),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let failure = prop_oneof![
        Just(Failure::IteratorLost),
        Just(Failure::Throttled),
        Just(Failure::Passing),
        Just(Failure::Barred),
        Just(Failure::Missing),
    ];
    let act = prop_oneof![
        6 => (1u8..40).prop_map(Act::Write),
        1 => any::<u8>().prop_map(Act::Trim),
        1 => Just(Act::Close),
        3 => failure.prop_map(Act::Fault),
        2 => Just(Act::Crash),
        8 => (1u8..12).prop_map(Act::Answer),
        1 => Just(Act::PauseAndResume),
        2 => any::<bool>().prop_map(Act::CommitFirst),
    ];
    proptest::collection::vec(act, 1..80)
}

#[derive(Clone, Copy, Debug)]
enum Asked {
    Turn,
    Iterator(Option<u64>),
    Page(usize),
    End,
    Stream,
}

/// The endpoint, the store and the runner in one.
struct World {
    clock: i64,
    /// Of the records 1, 2, 3, …
    arrivals: Vec<i64>,
    trimmed: u64,
    closed: bool,
    // the store
    stored: Vec<SequenceNumber>,
    checkpoint: Position,
    covered: Option<Millis>,
    gaps: Vec<NewGap>,
    // the runner
    state: ShardState,
    now: Millis,
    iterator: u64,
    asked: Option<Asked>,
    committing: Option<Batch>,
    timer: Option<Millis>,
    done: Option<Outcome>,
    fault: VecDeque<Failure>,
    commits_first: bool,
}

impl World {
    fn new() -> Self {
        let setting = ShardSetting {
            retention_millis: Some(RETENTION_MILLIS),
            ..from_horizon()
        };
        let mut world = Self {
            clock: 0,
            arrivals: Vec::new(),
            trimmed: 0,
            closed: false,
            stored: Vec::new(),
            checkpoint: setting.position,
            covered: None,
            gaps: Vec::new(),
            state: ShardState::new(&setting),
            now: Millis(1_000_000),
            iterator: 0,
            asked: None,
            committing: None,
            timer: None,
            done: None,
            fault: VecDeque::new(),
            commits_first: true,
        };
        world.take(Input::Begin);
        world
    }

    fn take(&mut self, input: Input) {
        let moment = Moment {
            now: self.now,
            jitter: 0.5,
        };
        let (state, effects) = self.state.clone().step(input, moment);
        self.state = state;
        self.timer = None;
        for effect in effects {
            match effect {
                Effect::AskIterator(start) => self.ask(Asked::Iterator(self.place(&start))),
                Effect::AskTurn => self.ask(Asked::Turn),
                Effect::LeaveTurn => {
                    assert!(
                        matches!(self.asked.take(), Some(Asked::Turn)),
                        "no turn to leave"
                    );
                }
                Effect::Read { limit } => self.ask(Asked::Page(limit as usize)),
                Effect::CheckEnd => self.ask(Asked::End),
                Effect::CheckStream => self.ask(Asked::Stream),
                Effect::Store(batch) => {
                    assert!(
                        self.committing.replace(batch).is_none(),
                        "two batches at once"
                    );
                }
                Effect::WaitUntil(time) => self.timer = Some(time),
                Effect::Drained => {}
                Effect::Done(outcome) => self.done = Some(outcome),
            }
        }
    }

    fn ask(&mut self, asked: Asked) {
        assert!(self.asked.replace(asked).is_none(), "two requests at once");
    }

    /// The number before the first one that an iterator gives; `None` where it is refused.
    fn place(&self, start: &Start) -> Option<u64> {
        let value =
            |number: &SequenceNumber| number.to_string().parse::<u64>().expect("a small number");
        match start {
            Start::TrimHorizon => Some(self.trimmed),
            Start::AtSequence(number) => Some((value(number) - 1).max(self.trimmed)),
            _ => None,
        }
    }

    /// One thing comes to its end: a commit, an answer, a wait.
    fn turn(&mut self) {
        let can_answer = self.asked.is_some();
        if self.committing.is_some() && (self.commits_first || !can_answer) {
            return self.commit();
        }
        if can_answer {
            return self.answer();
        }
        if let Some(time) = self.timer {
            self.now = self.now.max(time);
            self.take(Input::Tick);
        }
    }

    fn commit(&mut self) {
        let Some(batch) = self.committing.take() else {
            return;
        };
        if let Some(gap) = batch.gap {
            self.gaps.push(gap);
        }
        self.stored
            .extend(batch.records.iter().map(|record| record.sequence));
        self.checkpoint = batch.checkpoint;
        let last_arrival = batch.records.last().map(|record| record.arrival);
        self.covered = self.covered.max(batch.covered_through).max(last_arrival);
        self.take(Input::Stored(Ok(())));
    }

    fn answer(&mut self) {
        let Some(asked) = self.asked.take() else {
            return;
        };
        self.now = self.now.saturating_add(5);
        let fault = match asked {
            Asked::Turn => None,
            _ => self.fault.pop_front(),
        };
        let input = match (asked, fault) {
            (Asked::Iterator(Some(_)), Some(failure)) if failure != Failure::IteratorLost => {
                Input::Iterator(Err(failure))
            }
            (Asked::Iterator(Some(place)), _) => {
                self.iterator = place;
                Input::Iterator(Ok(()))
            }
            (Asked::Iterator(None), _) => Input::Iterator(Err(Failure::IteratorLost)),
            (Asked::Page(_), Some(failure)) => Input::Page(Err(failure)),
            (Asked::Page(limit), None) => Input::Page(Ok(self.page(limit))),
            (Asked::Turn, _) => Input::Turn,
            (Asked::End, _) => Input::End(if self.closed {
                EndCheck::Ended
            } else {
                EndCheck::StillOpen
            }),
            (Asked::Stream, _) => Input::Stream(StreamCheck::Same),
        };
        self.take(input);
    }

    fn written(&self) -> u64 {
        self.arrivals.len() as u64
    }

    fn arrival(&self, value: u64) -> Millis {
        Millis(self.arrivals[value as usize - 1])
    }

    fn page(&mut self, limit: usize) -> Page {
        let first = self.iterator.max(self.trimmed) + 1;
        let last = self.written().min(first + (limit as u64).min(7) - 1);
        self.iterator = last.max(first - 1);
        let behind = match self.arrivals.get(self.iterator as usize) {
            Some(next) => (self.clock - next).max(1),
            None => 0,
        };
        let read = |value| KinesisRecord {
            arrival: self.arrival(value),
            ..record(value)
        };
        Page {
            records: (first..=last).map(read).collect(),
            has_next: !(self.closed && self.iterator >= self.written()),
            children: Vec::new(),
            millis_behind: Some(behind as u64),
            server_time: Some(Millis(self.clock)),
            bytes: 700,
            left: None,
        }
    }

    fn crash(&mut self) {
        (self.asked, self.committing, self.timer) = (None, None, None);
        self.state = ShardState::new(&ShardSetting {
            covered_through: self.covered,
            horizon: Some(Millis(self.clock - RETENTION_MILLIS)),
            retention_millis: Some(RETENTION_MILLIS),
            ..setting(self.checkpoint)
        });
        self.take(Input::Begin);
    }

    /// Lets time pass until a part of the records has outlived its retention.
    fn trim(&mut self, share: u8) {
        let last = self.trimmed + (self.written() - self.trimmed) * u64::from(share) / 256;
        if last > self.trimmed {
            self.clock = self.clock.max(self.arrival(last).0 + 1 + RETENTION_MILLIS);
            let horizon = self.clock - RETENTION_MILLIS;
            self.trimmed = self.arrivals.partition_point(|arrival| *arrival < horizon) as u64;
        }
    }

    fn act(&mut self, act: &Act) {
        match act {
            Act::Write(count) if !self.closed => {
                for _ in 0..*count {
                    self.clock += 10;
                    self.arrivals.push(self.clock);
                }
            }
            Act::Trim(share) => self.trim(*share),
            Act::Close => self.closed = true,
            Act::Fault(failure) => self.fault.push_back(*failure),
            Act::Crash => self.crash(),
            Act::Answer(count) => (0..*count).for_each(|_| self.turn()),
            Act::PauseAndResume => {
                self.take(Input::Pause);
                (0..4).for_each(|_| self.turn());
                self.take(Input::Resume);
            }
            Act::CommitFirst(first) => self.commits_first = *first,
            Act::Write(_) => {}
        }
    }

    /// No more faults: everything is read, and a closed shard ends.
    fn settle(&mut self) {
        self.fault.clear();
        for _ in 0..(self.written() * 6 + 300) {
            self.turn();
        }
    }
}

/// By number where the gap has numbers, else by time.
fn is_in(gap: &NewGap, value: SequenceNumber, arrival: Millis) -> bool {
    if gap.after.is_none() && gap.before.is_none() {
        return gap.from.is_none_or(|from| from <= arrival)
            && gap.until.is_none_or(|until| arrival < until);
    }
    gap.after.is_none_or(|after| after < value) && gap.before.is_none_or(|before| value < before)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn each_record_is_stored_once_or_declared_missing(acts in acts()) {
        let mut world = World::new();
        for act in &acts {
            world.act(act);
        }
        world.settle();
        prop_assert!(world.stored.is_sorted_by(|a, b| a < b), "{:?}", world.stored);
        let has_trimmed = world.trimmed > 0;
        for value in 1..=world.written() {
            let (value, arrival) = (number(value), world.arrival(value));
            let is_stored = world.stored.binary_search(&value).is_ok();
            let is_missing = world.gaps.iter().any(|gap| is_in(gap, value, arrival));
            // before the first stored record nothing was promised: the capture began at the horizon
            let is_before = world.stored.first().is_none_or(|first| value < *first);
            prop_assert!(is_stored || is_missing || (has_trimmed && is_before), "{value} is lost: {:?}", world.gaps);
        }
        prop_assert!(has_trimmed || world.gaps.is_empty(), "{:?}", world.gaps);
        prop_assert_eq!(world.done, world.closed.then_some(Outcome::Ended));
    }
}
