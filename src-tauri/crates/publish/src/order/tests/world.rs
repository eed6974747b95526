//! A stream as Kinesis allows it to be: it writes the entries of a batch in any order, some of them
//! not at all, loses answers, answers 500 with and without having written, and writes late.

use super::Machine;
use crate::{Action, Batch, Outcome, Planned, Refusal, landing::tests::even};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};
use record::Millis;
use std::collections::VecDeque;

/// How often what happens, each from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    pub entry_throttled: f64,
    pub entry_failed: f64,
    pub call_refused: f64,
    pub call_lost_before: f64,
    /// The acknowledgement is lost: written and unclear.
    pub call_lost_after: f64,
    /// Written only after the caller was told that nobody knows.
    pub call_late: f64,
}

/// One write, as the stream sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub position: u64,
    pub target_shard: usize,
}

/// What a run left behind.
pub struct Trace {
    pub written: Vec<Written>,
    /// Positions and sizes of each batch in the order of sending.
    pub batches: Vec<Vec<(u64, usize)>>,
    /// (records under way when a batch left, its positions): pairs of these may not share a lane.
    pub beside: Vec<(Vec<u64>, Vec<u64>)>,
    pub unclear: Vec<u64>,
    pub ended: bool,
}

pub struct World {
    weather: Weather,
    random: StdRng,
    pub trace: Trace,
    under_way: Vec<(Batch, Vec<Outcome>)>,
    /// Writes that happen at some later time.
    late: VecDeque<Written>,
    shards: u128,
}

impl World {
    pub fn new(weather: Weather, seed: u64) -> Self {
        Self {
            weather,
            random: StdRng::seed_from_u64(seed),
            trace: Trace {
                written: Vec::new(),
                batches: Vec::new(),
                beside: Vec::new(),
                unclear: Vec::new(),
                ended: false,
            },
            under_way: Vec::new(),
            late: VecDeque::new(),
            shards: 3,
        }
    }

    /// Runs until everything is settled, or for so many steps that something must be wrong.
    pub fn run(mut self, mut machine: impl Machine, plan: Vec<Planned>) -> Trace {
        let positions: Vec<u64> = plan.iter().map(|planned| planned.position).collect();
        let mut left = plan.into_iter().peekable();
        let mut now = Millis(0);
        for _ in 0..400_000 {
            while machine.room() > 0
                && left.peek().is_some()
                && (machine.is_through() || self.random.random_bool(0.9))
            {
                machine.offer(left.next().expect("peeked"), now);
            }
            match machine.next(now) {
                Action::Send(batch) => self.send(batch),
                Action::Stopped(_) => break,
                Action::Wait { until } => match self.answered() {
                    Some((batch, outcomes)) => machine.outcome(batch, &outcomes, now),
                    None if machine.is_through() && left.peek().is_none() => {
                        self.trace.ended = true;
                        break;
                    }
                    None => now = until.unwrap_or(now).max(now.saturating_add(1)),
                },
            }
            if self.random.random_bool(0.3) {
                self.trace.written.extend(self.late.pop_front());
            }
            if self.random.random_bool(0.4)
                && let Some((batch, outcomes)) = self.answered()
            {
                machine.outcome(batch, &outcomes, now);
            }
        }
        self.trace.written.extend(self.late.drain(..));
        let unclear = positions.into_iter().filter(|&p| machine.unclear(p));
        self.trace.unclear = unclear.collect();
        self.trace
    }

    /// What happens to it is decided now, the caller learns it later.
    fn send(&mut self, batch: Batch) {
        let others = self
            .under_way
            .iter()
            .flat_map(|(batch, _)| batch.positions());
        let others: Vec<u64> = others.collect();
        self.trace
            .beside
            .push((others, batch.positions().collect()));
        let sizes = batch.entries().iter().map(crate::Entry::size_bytes);
        self.trace
            .batches
            .push(batch.positions().zip(sizes).collect());
        let outcomes = self.happens_to(&batch);
        let place = self.random.random_range(0..=self.under_way.len());
        self.under_way.insert(place, (batch, outcomes));
    }

    fn answered(&mut self) -> Option<(Batch, Vec<Outcome>)> {
        self.under_way.pop()
    }

    fn happens_to(&mut self, batch: &Batch) -> Vec<Outcome> {
        let count = batch.entries().len();
        let writes = self.writes(batch);
        let dice: f64 = self.random.random();
        let weather = self.weather;
        let unclear = || {
            vec![
                Outcome::Unclear {
                    cause: "500".into()
                };
                count
            ]
        };
        let mut edge = weather.call_refused;
        if dice < edge {
            return vec![refused(Refusal::Passing); count];
        }
        edge += weather.call_lost_before;
        if dice < edge {
            return unclear();
        }
        edge += weather.call_lost_after;
        if dice < edge {
            self.trace.written.extend(writes);
            return unclear();
        }
        edge += weather.call_late;
        if dice < edge {
            self.late.extend(writes);
            return unclear();
        }
        self.answer_entries(writes)
    }

    fn writes(&self, batch: &Batch) -> Vec<Written> {
        let map = even(self.shards);
        let entries = batch.positions().zip(batch.entries());
        entries
            .map(|(position, entry)| Written {
                position,
                target_shard: map.index_of(entry.hash_key()).expect("a shard"),
            })
            .collect()
    }

    fn answer_entries(&mut self, writes: Vec<Written>) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        let mut taken = Vec::new();
        for write in writes {
            let dice: f64 = self.random.random();
            if dice < self.weather.entry_throttled {
                outcomes.push(refused(Refusal::Throttled));
            } else if dice < self.weather.entry_throttled + self.weather.entry_failed {
                outcomes.push(refused(Refusal::Passing));
            } else {
                taken.push(write);
                let shard = format!("shardId-{:012}", write.target_shard);
                outcomes.push(Outcome::Acknowledged {
                    shard: shard.parse().expect("an id"),
                    sequence: (self.trace.written.len() + taken.len())
                        .to_string()
                        .parse()
                        .expect("a number"),
                });
            }
        }
        taken.shuffle(&mut self.random);
        self.trace.written.extend(taken);
        outcomes
    }
}

fn refused(refusal: Refusal) -> Outcome {
    Outcome::Refused {
        refusal,
        code: "E".into(),
        message: String::new(),
    }
}
