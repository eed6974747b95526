//! Where an id of a saga stands in a payload, so that it can be followed like any value that is seen there.

use super::{
    board::BoardId, one::SagaName, samples::PARTITION_KEY, unpacking::EventPayloads,
    worker::record_id,
};
use crate::{Engine, EngineError};
use saga::{BuiltIn, Definition, Lookup, NamedId, Saga};
use store::RecordId;

/// Events that are looked at: the first that carries it is nearly always among the first ones.
const MOST_EVENTS: usize = 200;

/// A record, which of its events (from 0; nothing for the record itself), and the path to the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdPlace {
    pub record: RecordId,
    pub event: Option<u16>,
    pub path: String,
}

impl Engine {
    /// Where one of the saga's aliases stands, or without one its key; `None` where no event of it carries it any more.
    ///
    /// # Errors
    /// [`EngineError::UnknownSaga`] where the board has none of that name.
    pub async fn place_of_saga_id(
        &self,
        board: BoardId,
        name: SagaName,
        alias: Option<NamedId>,
    ) -> Result<Option<IdPlace>, EngineError> {
        self.ask_board(board, move |board| {
            let found = board.ask_saga(&name, |_, saga| {
                let id = exact(saga, alias.as_ref())?;
                Some((id, saga.events().to_vec()))
            })?;
            let Some((NamedId { name, text }, events)) = found else {
                return Ok(None);
            };
            let lookups = lookups(&board.plan.definition, &name);
            let mut payloads = EventPayloads::new(&board.source);
            for event in events.iter().take(MOST_EVENTS) {
                let record = record_id(event.record);
                let at = (record, event.part);
                let path = match path_to(&text, at, &lookups, &mut payloads)? {
                    None if by_partition_key(&lookups)
                        && board.source.has_key(record, &text)? =>
                    {
                        Some(PARTITION_KEY.to_owned())
                    }
                    path => path,
                };
                if let Some(path) = path {
                    return Ok(Some(IdPlace {
                        record,
                        event: event.part.checked_sub(1),
                        path,
                    }));
                }
            }
            Ok(None)
        })
        .await
    }
}

/// The first of the paths at which the event has the id, or the envelope around it.
fn path_to(
    id: &str,
    event: (RecordId, u16),
    lookups: &[Lookup],
    payloads: &mut EventPayloads<'_>,
) -> Result<Option<String>, EngineError> {
    for lookup in lookups {
        if let Lookup::Path(path) = lookup
            && payloads.text_at(event, path)?.as_deref() == Some(id)
        {
            return Ok(Some(path.to_string()));
        }
    }
    Ok(None)
}

fn by_partition_key(lookups: &[Lookup]) -> bool {
    lookups.contains(&Lookup::BuiltIn(BuiltIn::PartitionKey))
}

/// The id as the events carry it: what was shown of it may differ in what cannot be shown safely.
fn exact(saga: &Saga<'_>, alias: Option<&NamedId>) -> Option<NamedId> {
    let Some(alias) = alias else {
        return Some(saga.key.clone());
    };
    let is_it = |known: &&NamedId| {
        known.name == alias.name
            && (known.text == alias.text || decode::safe_text(&known.text) == alias.text)
    };
    saga.aliases.iter().find(is_it).cloned()
}

fn lookups(definition: &Definition, name: &str) -> Vec<Lookup> {
    let correlate = &definition.correlate;
    let key = (correlate.key == name).then_some(&correlate.paths);
    let aliases = correlate.aliases.iter();
    let aliases = aliases.filter(|alias| alias.name == name);
    let all = key.into_iter().chain(aliases.map(|alias| &alias.at));
    all.flatten().cloned().collect()
}
