//! A saga's accumulated data, event by event: what each event changed.
//!
//! Payloads come in from the caller, who decides what may be shown of them.

use crate::{
    event::{Event, RecordHandle},
    fold::{Change, Reducer, State},
    saga::Saga,
    value::Value,
};
use record::Millis;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateRow {
    pub event: usize,
    pub record: RecordHandle,
    pub at: Millis,
    pub kind: String,
    pub changes: Vec<Change>,
}

/// The rows of the events that count, and the state at the end. `payload` gives an event's bytes, as far as they may
/// be shown.
pub fn state<'p>(
    saga: &Saga<'_>,
    reducer: &Reducer,
    mut payload: impl FnMut(&Event) -> Option<&'p [u8]>,
) -> (Vec<StateRow>, Value) {
    let mut state = State::default();
    let mut rows = Vec::new();
    for (place, event) in saga
        .events()
        .iter()
        .enumerate()
        .filter(|&(place, _)| saga.judgement.effective[place])
    {
        let changes = payload(event).map(|bytes| state.apply(reducer, saga.kind(event), bytes));
        rows.push(StateRow {
            event: place,
            record: event.record,
            at: event.time,
            kind: saga.kind(event).to_owned(),
            changes: changes.unwrap_or_default(),
        });
    }
    (rows, state.value)
}
