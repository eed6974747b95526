//! How far a delivery came, from its journal alone: what a resumed delivery must know.

use super::{
    AttemptResult, body, deliveries,
    write::{ATTEMPTS, INTENTS},
};
use crate::{DeliveryId, Store, StoreError};
use record::Millis;
use rusqlite::Connection;

/// What became of each position so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryProgress {
    states: Vec<State>,
    doubtful: Vec<bool>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Never intended, or let go of before it was sent.
    #[default]
    Open,
    /// Intended: it may have been sent, and refused so far at best.
    Intended,
    /// In no request; let go of, too.
    Unfit,
    Unclear,
    Acknowledged,
}

impl DeliveryProgress {
    /// Whether the position has its place in the target: a resumed delivery leaves it out.
    pub fn is_acknowledged(&self, position: u64) -> bool {
        self.state(position) == State::Acknowledged
    }

    /// Whether the position may be in the target, or not.
    pub fn is_unsettled(&self, position: u64) -> bool {
        matches!(self.state(position), State::Intended | State::Unclear)
    }

    pub fn acknowledged(&self) -> usize {
        let states = self.states.iter();
        states
            .filter(|state| **state == State::Acknowledged)
            .count()
    }

    /// Intended and not settled: they may be in the target, or not. After a crash these are what was
    /// under way.
    pub fn unsettled(&self) -> Vec<u64> {
        self.positions(|state, _| matches!(state, State::Intended | State::Unclear))
    }

    /// Acknowledged after an attempt of which nobody knows: they may be in the target twice.
    pub fn may_be_doubled(&self) -> Vec<u64> {
        self.positions(|state, doubtful| state == State::Acknowledged && doubtful)
    }

    /// They fit in no request, as far as they were tried.
    pub fn unfit(&self) -> Vec<u64> {
        self.positions(|state, _| state == State::Unfit)
    }

    fn state(&self, position: u64) -> State {
        let index = usize::try_from(position).ok();
        index
            .and_then(|index| self.states.get(index).copied())
            .unwrap_or_default()
    }

    fn positions(&self, fits: impl Fn(State, bool) -> bool) -> Vec<u64> {
        let both = self.states.iter().zip(&self.doubtful);
        (0..)
            .zip(both)
            .filter(|(_, (state, doubtful))| fits(**state, **doubtful))
            .map(|(position, _)| position)
            .collect()
    }

    fn intend(&mut self, position: u64) -> Result<(), StoreError> {
        let index = usize::try_from(position)
            .ok()
            .filter(|&index| index < MOST_POSITIONS)
            .ok_or_else(|| StoreError::damaged("a journal's position is out of range"))?;
        if index >= self.states.len() {
            self.states.resize(index + 1, State::Open);
            self.doubtful.resize(index + 1, false);
        }
        // intended before and never settled: an attempt of an earlier life may have written it
        self.doubtful[index] |= matches!(self.states[index], State::Intended | State::Unclear);
        self.states[index] = State::Intended;
        Ok(())
    }

    fn settle(&mut self, position: u64, result: &AttemptResult) -> Result<(), StoreError> {
        let index = usize::try_from(position)
            .ok()
            .filter(|&index| index < self.states.len())
            .ok_or_else(|| StoreError::damaged("a journal settles what it never intended"))?;
        self.states[index] = match result {
            AttemptResult::Acknowledged { .. } => State::Acknowledged,
            AttemptResult::Unclear { .. } => {
                self.doubtful[index] = true;
                State::Unclear
            }
            // this attempt did nothing, those before it may have
            _ if self.doubtful[index] => State::Unclear,
            unfit if unfit.is_unfit() => State::Unfit,
            AttemptResult::Released if self.states[index] == State::Unfit => State::Unfit,
            AttemptResult::Refused { .. } => State::Intended,
            AttemptResult::Released => State::Open,
        };
        Ok(())
    }
}

/// A replay of more does not fit in a workspace either.
const MOST_POSITIONS: usize = 1 << 32;

impl Store {
    pub fn delivery_progress(&self, id: DeliveryId) -> Result<DeliveryProgress, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        deliveries::require(&snapshot, id)?;
        progress(&snapshot, id)
    }
}

fn progress(connection: &Connection, id: DeliveryId) -> Result<DeliveryProgress, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT kind, at, body FROM delivery_chunk WHERE delivery = ? ORDER BY key",
    )?;
    let mut rows = statement.query([id])?;
    let mut progress = DeliveryProgress::default();
    while let Some(row) = rows.next()? {
        let at = Millis(row.get(1)?);
        let bytes = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        match row.get(0)? {
            INTENTS => {
                for intent in body::decode_intents(bytes)? {
                    progress.intend(intent.position)?;
                }
            }
            ATTEMPTS => {
                for attempt in body::decode_attempts(at, bytes)? {
                    for (position, result) in &attempt.results {
                        progress.settle(*position, result)?;
                    }
                }
            }
            _ => return Err(StoreError::damaged("a journal's chunk is of no known kind")),
        }
    }
    Ok(progress)
}
