//! What the filter bar and the question's field ask while a person types: whether it is a filter, what its parts are, and
//! what may stand at a place; and the change that narrows it to a value on the screen. It opens no view of its own that
//! anybody sees.

use crate::{Engine, EngineError, Masks, NamedShard, engine::blocking, shown, shown_said};
use decode::{Path, SaidEvent, Scalar};
use query::{Completion, Filter, FilterError, Marks, Reading, Seen, Subject};
use std::{collections::HashMap, time::Duration};
use store::{
    Cancel, CaptureId, FullRecord, RecordId, RecordRow, Scope, ShardKey, StoreError, View,
    searched, searched_text,
};

/// Of so many places, evenly spread from the oldest to the newest, fields and values are offered.
const SAMPLE_PLACES: u64 = 6;
const SAMPLE_ROWS_EACH: u64 = 50;
/// So much of what a record says is looked at.
const LOOK_BYTES: usize = 64 * 1024;
/// How long to look for records, newest first.
const SCAN_BUDGET: Duration = Duration::from_millis(15);

/// A field of one record: `@type`, `@key`, `@stream`, `@shard`, `@size`, `@time` of its arrival, or a path into the
/// payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordField {
    pub record: RecordId,
    /// The one of the record's events, as the inspector shows them, whose value is meant; else the first that has one.
    pub event: Option<u32>,
    pub field: String,
}

fn unread(error: FilterError) -> EngineError {
    EngineError::Filter {
        at: error.at,
        message: error.message,
    }
}

fn masked(field: &str) -> EngineError {
    EngineError::Input(format!(
        "{field} is masked: a filter would show what it holds"
    ))
}

/// A record with what it says: its payload, or what is packed in it, as far as fields are looked for there.
struct Sampled {
    row: RecordRow,
    payload: Vec<u8>,
    text: Option<Vec<u8>>,
}

/// The newest alone may be of one stream: another may not have been read as far.
fn sample(view: &View, masks: &Masks) -> Result<Vec<Sampled>, StoreError> {
    let cut = |shown: &[u8]| shown[..shown.len().min(LOOK_BYTES)].to_vec();
    let look = |payload: &[u8], reading: &store::Reading| match searched_text(payload, reading) {
        Some(text) => (Vec::new(), Some(cut(&shown_said(&text, masks)))),
        None => (cut(&shown(payload, masks)), None),
    };
    let page = |first: u64, count: usize| -> Result<Vec<Sampled>, StoreError> {
        let rows = view.page_with(first, count, look)?.into_iter();
        let sampled = rows.map(|(row, (payload, text))| Sampled {
            row: masks.row(row),
            payload,
            text,
        });
        Ok(sampled.collect())
    };
    let rows = view.len();
    let Some(last) = rows.checked_sub(SAMPLE_PLACES * SAMPLE_ROWS_EACH) else {
        return page(0, rows as usize);
    };
    let mut sampled = Vec::new();
    for place in 0..SAMPLE_PLACES {
        let first = last * place / (SAMPLE_PLACES - 1) + place * SAMPLE_ROWS_EACH;
        sampled.extend(page(first, SAMPLE_ROWS_EACH as usize)?);
    }
    Ok(sampled)
}

impl Engine {
    /// # Errors
    /// The place in the text and what was expected there.
    pub fn check_filter(&self, text: &str) -> Result<Filter, FilterError> {
        query::parse(text, self.clock())
    }

    /// A filter with the parts of its text, as far as it can be read.
    pub fn read_filter(&self, text: &str) -> Reading {
        query::read(text, self.clock())
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
        let clock = self.clock();
        self.with_sampled(captures, move |seen| {
            query::complete_question(&text, cursor, seen, clock)
        })
        .await
    }

    /// What some records of these captures have.
    async fn with_sampled<T: Send + 'static>(
        &self,
        captures: Vec<CaptureId>,
        tell: impl FnOnce(&Seen) -> T + Send + 'static,
    ) -> Result<T, EngineError> {
        let masks = self.masks();
        let rows = self.ask(move |store| {
            let view = store.view(Scope { captures }, &Filter::Everything)?;
            view.advance(&Cancel::new(), SCAN_BUDGET)?;
            sample(&view, &masks)
        });
        let rows = rows.await?;
        let engine = self.clone();
        blocking(move || {
            let names = engine.read_shard_names()?;
            Ok(tell(&Self::seen(&rows, &names)))
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
            query::narrowed(&text, &condition, engine.clock()).map_err(unread)
        })
        .await?
    }

    /// The text of a filter without some conditions where all of them must hold in it, else with those that are missing.
    ///
    /// # Errors
    /// [`EngineError::Filter`] where one of the texts cannot be read.
    pub fn toggle_filter(&self, text: &str, conditions: &str) -> Result<String, EngineError> {
        query::toggled(text, conditions, self.clock()).map_err(unread)
    }

    fn condition(&self, by: &RecordField) -> Result<Filter, EngineError> {
        let full = self.full(by.record)?;
        let masks = self.masks();
        let names = self.names_of([full.row.shard])?;
        let name = names.get(&full.row.shard).ok_or(EngineError::Stopped)?;
        let found = match &*by.field {
            "@type" => match full.row.event_type.as_deref() {
                Some(name) if masks.event_type(name) != name => return Err(masked(&by.field)),
                name => name.map(Filter::has_type),
            },
            "@key" => match full.row.partition_key.as_deref() {
                Some(key) if masks.key(key) != key => return Err(masked(&by.field)),
                key => key.map(Filter::has_key),
            },
            "@stream" => Some(Filter::in_stream(&name.stream)),
            "@shard" => Some(Filter::Shard(vec![name.stored.shard.id.short().to_owned()])),
            "@size" => Some(Filter::Size {
                min: Some(full.row.size_bytes),
                max: Some(full.row.size_bytes),
            }),
            "@time" => Some(Filter::Time {
                from: Some(full.row.arrival),
                until: Some(full.row.arrival.saturating_add(1)),
            }),
            _ => self.value_at(&full, by, &masks)?,
        };
        found.ok_or_else(|| EngineError::Input(format!("the record has no {}", by.field)))
    }

    /// As the whole payload has it, however little of it a row shows. Having nothing there is a condition too, unless the
    /// search knows a part of the record only, or an event was named. A masked value is none that a filter finds, and the
    /// true one would stand in its text.
    fn value_at(
        &self,
        full: &FullRecord,
        by: &RecordField,
        masks: &Masks,
    ) -> Result<Option<Filter>, EngineError> {
        let Ok(path) = Path::parse(&by.field) else {
            return Ok(None);
        };
        let has = |json: &[u8]| {
            let value = decode::find(json, &path)?;
            let is_masked = matches!(&value, Scalar::String(text) if query::holds_mask(text));
            if is_masked && !masks.is_empty() {
                return Some(Err(masked(&by.field)));
            }
            Some(Ok(Filter::has_value(path.clone(), &value)))
        };
        if let Some(event) = by.event {
            let layered = self.layered(full)?;
            match layered.searched_at(event)?.as_deref() {
                None => {
                    return Err(EngineError::Input(
                        "filters do not look into this event: it is packed within text, or too large"
                            .to_owned(),
                    ));
                }
                Some("$") => {
                    let event = layered.event(event)?;
                    return has(&layered.shown(event, event.content.bytes())).transpose();
                }
                Some(_) => {}
            }
        }
        let reading = self.store().reading(full.row.shard);
        let searched = searched(&full.payload, &reading);
        let said = match &searched.text {
            Some(text) => shown_said(text, masks),
            None => shown(&full.payload, masks),
        };
        let events = SaidEvent::all(&said, searched.text.is_some());
        let documents = |event: &SaidEvent<'_>| {
            event
                .documents()
                .into_iter()
                .chain(event.envelope)
                .find_map(has)
        };
        match events.iter().find_map(documents) {
            Some(condition) => condition.map(Some),
            None if by.event.is_some() => Ok(None),
            None if searched.is_in_part => Err(EngineError::Input(
                "filters look into a part of this record only: what it does not have is not known"
                    .to_owned(),
            )),
            // what is hidden whole has no fields
            None if !masks.is_empty() && query::holds_mask(&String::from_utf8_lossy(&said)) => {
                Err(masked(&by.field))
            }
            None => Ok(Some(!Filter::Exists(path))),
        }
    }

    fn seen(rows: &[Sampled], names: &HashMap<ShardKey, NamedShard>) -> Seen {
        let mut seen = Seen::default();
        for Sampled { row, payload, text } in rows {
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
                payload,
                text: text.as_deref(),
                read_by: None,
            });
        }
        seen
    }
}
