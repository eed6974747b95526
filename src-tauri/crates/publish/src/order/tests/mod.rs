//! The machine against a stream that does everything a stream may do: see [`world`]. What must hold is
//! judged by [`judge`], which must also find fault with the naive machine of [`naive`].

mod aggregated;
mod judge;
mod laws;
mod naive;
mod pace;
mod world;

use super::{Action, Batch, OrderMachine, OrderOptions};
use crate::{Entry, Limits, Origin, Outcome, Planned};
use bytes::Bytes;
use record::Millis;
use store::RecordId;

/// What the driver needs of a machine: ours has it, and so has the naive one.
pub(super) trait Machine {
    fn room(&self) -> usize;
    fn offer(&mut self, planned: Planned, now: Millis);
    fn next(&mut self, now: Millis) -> Action;
    fn outcome(&mut self, batch: Batch, outcomes: &[Outcome], now: Millis);
    fn is_through(&self) -> bool;
    fn unclear(&self, position: u64) -> bool;
}

impl Machine for OrderMachine {
    fn room(&self) -> usize {
        Self::room(self)
    }

    fn offer(&mut self, planned: Planned, now: Millis) {
        Self::offer(self, planned, now).expect("it fits");
    }

    fn next(&mut self, now: Millis) -> Action {
        Self::next(self, now)
    }

    fn outcome(&mut self, batch: Batch, outcomes: &[Outcome], now: Millis) {
        Self::outcome(self, batch, outcomes, now);
    }

    fn is_through(&self) -> bool {
        self.held() == 0
    }

    fn unclear(&self, position: u64) -> bool {
        Self::unclear(self).contains(&position)
    }
}

/// Small enough that a test reaches them.
pub(super) const LIMITS: Limits = Limits {
    request_records: 20,
    request_bytes: 2_000,
    record_bytes: 900,
};

pub(super) fn planned(position: u64, key: &str, shard: i64, size: usize) -> Planned {
    let sequence = format!("49{position:054}").parse().expect("a number");
    Planned {
        position,
        at_millis: 0,
        entry: Entry {
            key: key.to_owned(),
            explicit_hash_key: None,
            data: Bytes::from(vec![0; size]),
            origin: Some(Origin {
                record: RecordId(shard << 32 | position as i64),
                sequence,
                sub: 0,
                arrival: Millis(0),
            }),
        },
    }
}

pub(super) fn options(order: super::Order, seed: u64) -> OrderOptions {
    OrderOptions {
        window_records: 200,
        requests_at_once: 4,
        seed,
        ..OrderOptions::new(order, LIMITS)
    }
}
