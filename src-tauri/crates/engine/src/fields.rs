//! The fields that a view's records have: kinds of values, how often, since when, and what of that changed. A sample, spread
//! evenly over the view where it is large, says how many records were looked at. It keeps nothing.

use crate::{Engine, EngineError, ViewId, engine::blocking, shown, shown_said};
use query::{Marks, Schema, Subject};
use store::{Cancel, Reading, RecordRow, View, searched_text};

/// Of so many places, evenly spread from the oldest to the newest, records are looked at. Neighbours lie in the same blocks.
const PLACES: u64 = 100;
const ROWS_EACH: u64 = 200;
const MOST_RECORDS: u64 = PLACES * ROWS_EACH;
/// A larger record is left out: half a document would say that its other half is missing.
const MOST_BYTES: usize = 256 * 1024;

/// What was seen, and of how much.
#[derive(Clone, Debug)]
pub struct SeenFields {
    pub schema: Schema,
    /// Records that the view has.
    pub total: u64,
    /// Records that are too large to be looked at here.
    pub left_out: u64,
}

impl Engine {
    /// # Errors
    /// [`EngineError::Superseded`] where the view is closed meanwhile.
    pub async fn seen_fields(&self, id: ViewId) -> Result<SeenFields, EngineError> {
        let (view, cancel) = self.views().looked_at(id)?;
        let engine = self.clone();
        blocking(move || engine.look_for_fields(&view, &cancel)).await?
    }

    fn look_for_fields(&self, view: &View, cancel: &Cancel) -> Result<SeenFields, EngineError> {
        let total = view.len();
        let mut seen = SeenFields {
            schema: Schema::default(),
            total,
            left_out: 0,
        };
        for first in places(total) {
            if cancel.is_cancelled() {
                return Err(EngineError::Superseded);
            }
            let bytes = |payload: &[u8], _: &Reading| {
                (payload.len() <= MOST_BYTES).then(|| payload.to_vec())
            };
            for (row, payload) in view.page_with(first, ROWS_EACH as usize, bytes)? {
                match payload {
                    Some(payload) => self.take_fields(&mut seen.schema, &row, &payload)?,
                    None => seen.left_out += 1,
                }
            }
        }
        Ok(seen)
    }

    fn take_fields(
        &self,
        schema: &mut Schema,
        row: &RecordRow,
        payload: &[u8],
    ) -> Result<(), EngineError> {
        let names = self.names_of([row.shard])?;
        let name = names.get(&row.shard).ok_or(EngineError::Stopped)?;
        let text = searched_text(payload, &self.store().reading(row.shard));
        let masks = self.masks();
        let text = text.as_deref().map(|text| shown_said(text, &masks));
        let row = masks.row(row.clone());
        schema.take(&Subject {
            arrival: row.arrival,
            stream: &name.stream,
            shard: &name.stored.shard.id,
            partition_key: row.partition_key.as_deref(),
            event_type: row.event_type.as_deref(),
            size_bytes: row.size_bytes,
            sequence: &row.sequence,
            marks: Marks::NONE,
            payload: &shown(payload, &masks),
            text: text.as_deref(),
            read_by: None,
        });
        Ok(())
    }
}

/// The first rows of the pages that are looked at, in order: all of a small view.
fn places(total: u64) -> Vec<u64> {
    if total <= MOST_RECORDS {
        return (0..total).step_by(ROWS_EACH as usize).collect();
    }
    let last = total - ROWS_EACH;
    (0..PLACES)
        .map(|place| last * place / (PLACES - 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_view_is_looked_at_whole_and_a_large_one_from_end_to_end() {
        assert!(places(0).is_empty());
        assert_eq!(places(450), [0, 200, 400]);
        assert_eq!(places(MOST_RECORDS).len() as u64, PLACES);
        let spread = places(10_000_000);
        assert_eq!((spread[0], spread[99]), (0, 10_000_000 - ROWS_EACH));
        assert!(spread.windows(2).all(|two| two[1] - two[0] >= ROWS_EACH));
    }
}
