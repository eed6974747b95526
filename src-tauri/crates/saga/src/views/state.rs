//! A saga's accumulated data, event by event: what each event changed.
//!
//! Payloads come in from the caller, who decides what may be shown of them.

use crate::{
    event::{Event, RecordHandle},
    fold::{Change, Reducer, State},
    saga::Saga,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateRow {
    /// Its place in the saga's list of events.
    pub event: usize,
    pub record: RecordHandle,
    /// As [`Event::part`].
    pub part: u16,
    pub kind: String,
    pub changes: Vec<Change>,
}

/// The rows of the events that count, before anything is known of what they changed.
pub fn rows(saga: &Saga<'_>) -> Vec<StateRow> {
    let events = saga.events().iter().enumerate();
    let counted = events.filter(|&(place, _)| saga.judgement.effective[place]);
    let row = |(place, event): (usize, &Event)| StateRow {
        event: place,
        record: event.record,
        part: event.part,
        kind: saga.kind(event).to_owned(),
        changes: Vec::new(),
    };
    counted.map(row).collect()
}

impl StateRow {
    /// Takes the row's event into the state: its bytes, as far as they may be shown.
    pub fn fold(&mut self, state: &mut State, reducer: &Reducer, payload: &[u8]) {
        self.changes = state.apply(reducer, &self.kind, payload);
    }
}
