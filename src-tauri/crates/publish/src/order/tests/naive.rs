//! The machine that many producers have: batches of neighbours, and what failed goes into the next one.

use super::{LIMITS, Machine};
use crate::{Action, Batch, Outcome, Planned, order::Place};
use record::Millis;
use std::collections::{HashSet, VecDeque};

#[derive(Default)]
pub struct Naive {
    waiting: VecDeque<Planned>,
    under_way: usize,
    unclear: HashSet<u64>,
}

impl Machine for Naive {
    fn room(&self) -> usize {
        200usize.saturating_sub(self.waiting.len())
    }

    fn offer(&mut self, planned: Planned, _now: Millis) {
        self.waiting.push_back(planned);
    }

    fn next(&mut self, _now: Millis) -> Action {
        // one request at a time: it fails at retrying, not at being in a hurry
        if self.under_way > 0 || self.waiting.is_empty() {
            return Action::Wait { until: None };
        }
        let mut batch = Batch {
            entries: Vec::new(),
            after: None,
            places: Vec::new(),
        };
        let mut bytes = 0;
        while let Some(planned) = self.waiting.front() {
            bytes += planned.entry.size_bytes();
            if batch.entries.len() == LIMITS.request_records || bytes > LIMITS.request_bytes {
                break;
            }
            let planned = self.waiting.pop_front().expect("looked at");
            batch.places.push(Place::alone(planned.position));
            batch.entries.push(planned.entry);
        }
        self.under_way += 1;
        Action::Send(batch)
    }

    fn outcome(&mut self, batch: Batch, outcomes: &[Outcome], _now: Millis) {
        self.under_way -= 1;
        let entries = batch.places.iter().zip(batch.entries).zip(outcomes);
        for ((place, entry), outcome) in entries {
            if let Outcome::Unclear { .. } = outcome {
                self.unclear.insert(place.position);
            }
            if !outcome.is_acknowledged() {
                self.waiting.push_back(Planned {
                    position: place.position,
                    at_millis: 0,
                    entry,
                });
            }
        }
    }

    fn is_through(&self) -> bool {
        self.waiting.is_empty() && self.under_way == 0
    }

    fn unclear(&self, position: u64) -> bool {
        self.unclear.contains(&position)
    }
}
