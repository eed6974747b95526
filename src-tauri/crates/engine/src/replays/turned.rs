//! The pace that a person turned a replay to, as its journal tells of it: who goes on with the replay goes on at it.

use super::WantedPacing;
use crate::EngineError;
use store::{DeliveryId, Store};

/// Begins the detail of an event that says nothing else.
const MARK: &str = "pace: ";

pub(super) fn detail(pacing: WantedPacing) -> Result<String, EngineError> {
    let pacing = serde_json::to_string(&pacing).map_err(replay::ReplayError::SavedPlan)?;
    Ok(format!("{MARK}{pacing}"))
}

/// None where it was never turned.
pub(super) fn last(store: &Store, id: DeliveryId) -> Result<Option<WantedPacing>, EngineError> {
    let events = store.delivery_events(id)?;
    let mut told = events.iter().rev().filter_map(|event| {
        let pacing = event.detail.as_deref()?.strip_prefix(MARK)?;
        serde_json::from_str(pacing).ok()
    });
    Ok(told.next())
}
