//! What a sieve does where something may be packed in records: by which layers and schemas they are read, and when the
//! types of events decide that a record does not name.

use super::{
    scope::{ScopeShard, ShardName},
    sieve::Sieve,
    texts::{BlockTexts, Said, Texts},
};
use crate::{Store, block::Columns, prepare::Row, search::Library};
use std::sync::Arc;

impl Sieve {
    /// What is packed in records is looked at, whatever the filter asks for.
    #[must_use]
    pub fn looking_into_all(mut self, library: &Arc<Library>) -> Self {
        self.texts = self.texts.or_else(|| Some(Texts::of_all(library)));
        self.looks_into_events = true;
        self
    }

    /// Where it matters by which layers and schemas records are read, tells the shards. Another number than before: what
    /// was decided so far may be wrong now.
    pub fn read_by(&self, store: &Store, shards: &mut [ScopeShard]) -> u64 {
        if !self.needs_payload() {
            return 0;
        }
        // a change after this is met again with the next number
        let revision = store.shared.readings.revision();
        store.shared.readings.tell(shards);
        revision
    }

    /// Whether one of the candidates names no type and may hold events that do.
    pub(super) fn may_be_packed(
        &self,
        columns: &Columns,
        candidates: &[(usize, u32)],
        texts: Option<&BlockTexts>,
    ) -> bool {
        let is_unnamed = |place: usize| columns.row(place).event_type.is_none();
        let may_hold = |place| texts.is_none_or(|texts| texts.packed(place).is_some());
        let mut places = candidates.iter().map(|&(place, _)| place);
        self.asks_for_types && places.any(|place| is_unnamed(place) && may_hold(place))
    }

    /// By what is known of the record itself.
    pub(super) fn admits_own(&self, shard: &ShardName, (row, number): (&Row, u32)) -> bool {
        let nothing = Said {
            payload: &[],
            text: None,
        };
        self.matcher
            .matches(&self.subject(shard, (row, number), nothing))
    }
}

/// Whether one of the places has a record that names no type.
pub(super) fn is_one_unnamed(columns: &Columns, places: &[(usize, u32)]) -> bool {
    let mut rows = places.iter().map(|&(place, _)| columns.row(place));
    rows.any(|row| row.event_type.is_none())
}
