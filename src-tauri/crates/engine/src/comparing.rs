//! The record to compare another with: the last one before it in its stream that has its key, or its type. It compares
//! nothing; it looks among what was captured, and knows of nothing else.

use crate::{
    Engine, EngineError, PageRow,
    engine::{blocking, locked},
};
use query::Filter;
use std::{
    sync::Mutex,
    time::{Duration, Instant},
};
use store::{Cancel, RecordId, RecordRow, Scope, View};

/// How far back is looked at first, in milliseconds; then all that was captured.
const FIRST_LOOKS: [i64; 4] = [60_000, 3_600_000, 86_400_000, 30 * 86_400_000];
const SCAN_STEP: Duration = Duration::from_millis(200);
/// Longer than this nobody waits.
const PATIENCE: Duration = Duration::from_secs(20);
const PAGE_ROWS: u64 = 100;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    Key,
    Type,
}

/// The question that is being answered: a new one ends it.
#[derive(Default)]
pub(crate) struct Comparing(Mutex<Cancel>);

impl Engine {
    /// The last record of the same stream before this one, in the order of arrival, that has its key or its type.
    /// Nothing where none was captured.
    ///
    /// # Errors
    /// [`EngineError::Input`] where the record has no such thing; [`EngineError::Superseded`] by a later question.
    pub async fn earlier_record(
        &self,
        id: RecordId,
        likeness: Likeness,
    ) -> Result<Option<PageRow>, EngineError> {
        let cancel = Cancel::new();
        std::mem::replace(&mut *locked(&self.comparing().0), cancel.clone()).cancel();
        let engine = self.clone();
        blocking(move || engine.find_earlier(id, likeness, &cancel)).await?
    }

    fn find_earlier(
        &self,
        id: RecordId,
        likeness: Likeness,
        cancel: &Cancel,
    ) -> Result<Option<PageRow>, EngineError> {
        let row = self.full(id)?.row;
        let like = match likeness {
            Likeness::Key => row.partition_key.as_deref().map(Filter::has_key),
            Likeness::Type => row.event_type.as_deref().map(Filter::has_type),
        };
        let lacks = || EngineError::Input("the record has none".to_owned());
        let names = self.names_of([row.shard])?;
        let name = names.get(&row.shard).ok_or(EngineError::Stopped)?;
        let like = like.ok_or_else(lacks)?.and(Filter::in_stream(&name.stream));
        let started = Instant::now();
        for back in FIRST_LOOKS.map(Some).into_iter().chain([None]) {
            let time = Filter::Time {
                from: back.map(|back| row.arrival.saturating_add(-back)),
                until: Some(row.arrival.saturating_add(1)),
            };
            let view = self
                .store()
                .view(Scope::default(), &like.clone().and(time))?;
            while !view.advance(cancel, SCAN_STEP)?.complete {
                if cancel.is_cancelled() {
                    return Err(EngineError::Superseded);
                }
                if started.elapsed() > PATIENCE {
                    let message = "it takes too long to look through all that was captured";
                    return Err(EngineError::Input(message.to_owned()));
                }
            }
            if let Some(found) = before(&view, &row)? {
                return Ok(self.page_rows(vec![found])?.pop());
            }
        }
        Ok(None)
    }
}

/// Another stream may have the name, too.
fn before(view: &View, row: &RecordRow) -> Result<Option<RecordRow>, EngineError> {
    let mut end = view.row_of(row.id)?.unwrap_or(0);
    while end > 0 {
        let first = end.saturating_sub(PAGE_ROWS);
        let page = view.page(first, (end - first) as usize)?;
        let found = page
            .into_iter()
            .rev()
            .find(|other| other.stream == row.stream);
        if found.is_some() {
            return Ok(found);
        }
        end = first;
    }
    Ok(None)
}
