//! What the filter bar asks while a person types: whether it is a filter, what its parts are, and what
//! may stand at a place. It opens no view of its own that anybody sees.

use crate::{Engine, EngineError, NamedShard, engine::blocking, shown};
use query::{Completion, Filter, FilterError, Marks, Reading, Seen, Subject};
use std::{collections::HashMap, time::Duration};
use store::{Cancel, CaptureId, RecordRow, Scope, ShardKey};

/// The newest records, of which fields and values are offered.
const SAMPLE_ROWS: u64 = 300;
/// How long to look for the newest ones.
const SCAN_BUDGET: Duration = Duration::from_millis(15);

impl Engine {
    /// # Errors
    /// The place in the text and what was expected there.
    pub fn check_filter(&self, text: &str) -> Result<Filter, FilterError> {
        query::parse(text, crate::engine::now())
    }

    /// A filter with the parts of its text, as far as it can be read.
    pub fn read_filter(&self, text: &str) -> Reading {
        query::read(text, crate::engine::now())
    }

    /// What may stand at a byte of a filter's text: fields and values of the newest records in these
    /// captures (none: the whole workspace), and the language's words.
    ///
    /// # Errors
    /// An unknown capture.
    pub async fn complete_filter(
        &self,
        captures: Vec<CaptureId>,
        text: String,
        cursor: usize,
    ) -> Result<Completion, EngineError> {
        let engine = self.clone();
        let rows = self.ask(move |store| {
            let view = store.view(Scope { captures }, &Filter::Everything)?;
            view.advance(&Cancel::new(), SCAN_BUDGET)?;
            let first = view.len().saturating_sub(SAMPLE_ROWS);
            view.page(first, SAMPLE_ROWS as usize)
        });
        let rows = rows.await?;
        blocking(move || {
            let names = engine.read_shard_names()?;
            let seen = engine.seen(&rows, &names);
            Ok(query::complete(&text, cursor, &seen))
        })
        .await?
    }

    fn seen(&self, rows: &[RecordRow], names: &HashMap<ShardKey, NamedShard>) -> Seen {
        let mut seen = Seen::default();
        for row in rows {
            let Some(name) = names.get(&row.shard) else {
                continue;
            };
            seen.take(&Subject {
                arrival: row.arrival,
                stream: &name.stream,
                shard: &name.stored.shard.id,
                partition_key: row.partition_key.as_deref(),
                event_type: row.event_type.as_deref(),
                size_bytes: row.size_bytes,
                sequence: &row.sequence,
                marks: Marks::NONE,
                payload: &shown(&row.head, self.masks()),
            });
        }
        seen
    }
}
