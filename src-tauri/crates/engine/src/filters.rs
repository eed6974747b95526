//! What the filter bar and the question's field ask while a person types: whether it is a filter, what its parts are, and
//! what may stand at a place; and the change that narrows it to a value on the screen. It opens no view of its own that
//! anybody sees.

use crate::{Engine, EngineError, NamedShard, engine::blocking, shown};
use decode::{Path, Scalar};
use query::{Completion, Filter, FilterError, Marks, Reading, Seen, Subject};
use std::{collections::HashMap, time::Duration};
use store::{
    Cancel, CaptureId, FullRecord, RecordId, RecordRow, Scope, ShardKey, StoreError, View,
    searched_text,
};

/// Of so many places, evenly spread from the oldest to the newest, fields and values are offered.
const SAMPLE_PLACES: u64 = 6;
const SAMPLE_ROWS_EACH: u64 = 50;
/// How long to look for records, newest first.
const SCAN_BUDGET: Duration = Duration::from_millis(15);

/// A field of one record: `@type`, `@key`, `@stream`, `@shard`, or a path into the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordField {
    pub record: RecordId,
    pub field: String,
}

fn unread(error: FilterError) -> EngineError {
    EngineError::Filter {
        at: error.at,
        message: error.message,
    }
}

/// The newest alone may be of one stream: another may not have been read as far.
fn sample(view: &View) -> Result<Vec<RecordRow>, StoreError> {
    let rows = view.len();
    let Some(last) = rows.checked_sub(SAMPLE_PLACES * SAMPLE_ROWS_EACH) else {
        return view.page(0, rows as usize);
    };
    let mut sampled = Vec::new();
    for place in 0..SAMPLE_PLACES {
        let first = last * place / (SAMPLE_PLACES - 1) + place * SAMPLE_ROWS_EACH;
        sampled.extend(view.page(first, SAMPLE_ROWS_EACH as usize)?);
    }
    Ok(sampled)
}

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

    /// What may stand at a byte of a filter's text: fields and values of some records of these
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
        self.with_sampled(captures, move |seen| query::complete(&text, cursor, seen))
            .await
    }

    /// What may stand at a byte of a question's text: steps, functions, columns of earlier steps, and fields and values
    /// of some records of these captures (none: the whole workspace).
    ///
    /// # Errors
    /// An unknown capture.
    pub async fn complete_question(
        &self,
        captures: Vec<CaptureId>,
        text: String,
        cursor: usize,
    ) -> Result<Completion, EngineError> {
        self.with_sampled(captures, move |seen| {
            query::complete_question(&text, cursor, seen, crate::engine::now())
        })
        .await
    }

    /// What some records of these captures have.
    async fn with_sampled<T: Send + 'static>(
        &self,
        captures: Vec<CaptureId>,
        tell: impl FnOnce(&Seen) -> T + Send + 'static,
    ) -> Result<T, EngineError> {
        let rows = self.ask(move |store| {
            let view = store.view(Scope { captures }, &Filter::Everything)?;
            view.advance(&Cancel::new(), SCAN_BUDGET)?;
            sample(&view)
        });
        let rows = rows.await?;
        let engine = self.clone();
        blocking(move || {
            let names = engine.read_shard_names()?;
            Ok(tell(&engine.seen(&rows, &names)))
        })
        .await?
    }

    /// The text of a filter with the condition that a field has the value that this record has, or has not. Where the
    /// record has nothing at a path, the others are those that have something there.
    ///
    /// # Errors
    /// [`EngineError::Filter`] where the text cannot be read; [`EngineError::Input`] where the record has no such
    /// field of its own.
    pub async fn narrow_filter(
        &self,
        text: String,
        by: RecordField,
        is_excluded: bool,
    ) -> Result<String, EngineError> {
        let engine = self.clone();
        blocking(move || {
            let condition = engine.condition(&by)?;
            let condition = match condition {
                Filter::Not(without) if is_excluded => *without,
                condition if is_excluded => !condition,
                condition => condition,
            };
            query::narrowed(&text, &condition, crate::engine::now()).map_err(unread)
        })
        .await?
    }

    /// The text of a filter without some conditions where all of them must hold in it, else with those that are missing.
    ///
    /// # Errors
    /// [`EngineError::Filter`] where one of the texts cannot be read.
    pub fn toggle_filter(&self, text: &str, conditions: &str) -> Result<String, EngineError> {
        query::toggled(text, conditions, crate::engine::now()).map_err(unread)
    }

    fn condition(&self, by: &RecordField) -> Result<Filter, EngineError> {
        let full = self.full(by.record)?;
        let names = self.names_of([full.row.shard])?;
        let name = names.get(&full.row.shard).ok_or(EngineError::Stopped)?;
        let found = match &*by.field {
            "@type" => full.row.event_type.as_deref().map(Filter::has_type),
            "@key" => full.row.partition_key.as_deref().map(Filter::has_key),
            "@stream" => Some(Filter::in_stream(&name.stream)),
            "@shard" => Some(Filter::Shard(vec![name.stored.shard.id.short().to_owned()])),
            path => self.value_at(&full, path),
        };
        found.ok_or_else(|| EngineError::Input(format!("the record has no {}", by.field)))
    }

    /// As the whole payload has it, however little of it a row shows. Having nothing there is a condition too.
    fn value_at(&self, full: &FullRecord, path: &str) -> Option<Filter> {
        let path = Path::parse(path).ok()?;
        let payload = shown(&full.payload, self.masks());
        let text = searched_text(&full.payload);
        let text = text.as_deref().map(|text| shown(text, self.masks()));
        let value: Option<Scalar<'_>> = match &text {
            Some(text) => decode::documents(text).find_map(|event| decode::find(event, &path)),
            None => decode::find(&payload, &path),
        };
        Some(match value {
            Some(value) => Filter::has_value(path, &value),
            None => !Filter::Exists(path),
        })
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
                text: None,
            });
        }
        seen
    }
}
