//! The sagas that a filter of records leaves: those with an event in at least one record that it lets through.
//!
//! The filter is the explorer's and runs as a view does, newest first and as long as somebody asks; another filter, or the
//! board's end, ends it. It judges nothing and reads no record itself.

use super::{board::Board, worker::record_id};
use crate::{EngineError, engine::locked};
use query::{Clock, Filter};
use saga::{Engine as Judge, SagaId, views::list::ListFilter};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    time::Duration,
};
use store::{Cancel, Progress, RecordSet, Scope, View};

/// How long one question may go on with a scan before it answers with what it has.
const SCAN_BUDGET: Duration = Duration::from_millis(40);

/// Which sagas of a board.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SagaFilter {
    /// By what is kept of each saga.
    pub list: ListFilter,
    /// By the records of its events, in the language of filters; empty for all.
    pub records: String,
}

impl From<ListFilter> for SagaFilter {
    fn from(list: ListFilter) -> Self {
        Self {
            list,
            records: String::new(),
        }
    }
}

/// How far the records were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SagaSearch {
    pub searched: u64,
    pub total: u64,
    /// Every record that is stored so far was looked at.
    pub is_complete: bool,
}

impl From<Progress> for SagaSearch {
    fn from(progress: Progress) -> Self {
        Self {
            searched: progress.scanned,
            total: progress.total,
            is_complete: progress.complete,
        }
    }
}

/// One filter over the records of a board's captures.
pub(super) struct Sifting {
    text: String,
    /// By which its text was read.
    clock: Clock,
    view: View,
    cancel: Cancel,
    found: Mutex<Option<Found>>,
}

/// What was found out, and of which moment that is.
struct Found {
    of: (u64, Progress),
    sagas: Arc<HashSet<SagaId>>,
}

impl Drop for Sifting {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

impl Sifting {
    fn new(board: &Board, text: &str, clock: &Clock) -> Result<Self, EngineError> {
        let filter = query::parse(text, clock.clone()).map_err(|error| EngineError::Filter {
            at: error.at,
            message: error.message,
        })?;
        let streams = &board.plan.definition.streams;
        let filter = if streams.is_empty() {
            filter
        } else {
            // no other stream has events of these sagas
            filter.and(Filter::any(
                streams.iter().map(|name| Filter::in_stream(name)),
            ))
        };
        let scope = Scope {
            captures: board.source.chosen.clone(),
        };
        Ok(Self {
            text: text.to_owned(),
            clock: clock.clone(),
            view: board.source.store.view(scope, &filter)?,
            cancel: Cancel::new(),
            found: Mutex::default(),
        })
    }

    fn advance(&self, board: &Board, budget: Duration) -> Result<Progress, EngineError> {
        let progress = self.view.advance(&self.cancel, budget)?;
        if self.cancel.is_cancelled() || board.cancel.is_cancelled() {
            return Err(EngineError::Superseded);
        }
        Ok(progress)
    }

    /// As the judge has them now.
    fn sagas(
        &self,
        judge: &Judge,
        of: (u64, Progress),
        records: &RecordSet,
    ) -> Arc<HashSet<SagaId>> {
        let sagas = Arc::new(judge.holding_any(|record| records.holds(record_id(record))));
        *locked(&self.found) = Some(Found {
            of,
            sagas: Arc::clone(&sagas),
        });
        sagas
    }

    fn known(&self, of: (u64, Progress)) -> Option<Arc<HashSet<SagaId>>> {
        let found = locked(&self.found);
        found
            .as_ref()
            .filter(|found| found.of == of)
            .map(|found| Arc::clone(&found.sagas))
    }
}

impl Board {
    /// The scan of this filter; the one of another filter ends.
    fn sifting(&self, text: &str, clock: &Clock) -> Result<Option<Arc<Sifting>>, EngineError> {
        let text = text.trim();
        let mut sifting = locked(&self.sifting);
        let is_same = |known: &&Arc<Sifting>| known.text == text && known.clock.zone == clock.zone;
        if let Some(known) = sifting.as_ref().filter(is_same) {
            return Ok(Some(Arc::clone(known)));
        }
        if let Some(other) = sifting.take() {
            other.cancel.cancel();
        }
        if !text.is_empty() {
            *sifting = Some(Arc::new(Sifting::new(self, text, clock)?));
        }
        Ok(sifting.clone())
    }

    /// Asks the judge with a list's filter that leaves the sagas whose records pass as well, as far as they were looked
    /// at in this question's time.
    ///
    /// # Errors
    /// [`EngineError::Filter`] where the filter of records cannot be read; [`EngineError::Superseded`] where another one
    /// was asked meanwhile.
    pub fn ask_sifted<T>(
        &self,
        filter: SagaFilter,
        clock: &Clock,
        question: impl FnOnce(&Judge, &ListFilter) -> T,
    ) -> Result<(T, Option<SagaSearch>), EngineError> {
        let SagaFilter { mut list, records } = filter;
        let Some(sifting) = self.sifting(&records, clock)? else {
            return Ok((self.ask(|judge| question(judge, &list))?, None));
        };
        let progress = sifting.advance(self, SCAN_BUDGET)?;
        let of = (self.revision(), progress);
        let known = sifting.known(of);
        let set = if known.is_none() {
            sifting.view.records()
        } else {
            RecordSet::default()
        };
        let answer = self.ask(|judge| {
            let only = known.unwrap_or_else(|| sifting.sagas(judge, of, &set));
            list.only = Some(only);
            question(judge, &list)
        })?;
        Ok((answer, Some(progress.into())))
    }

    /// Looks at every record that the filter asks about, until it is done or another one is asked for.
    pub fn sift_all(&self, records: &str, clock: &Clock) -> Result<(), EngineError> {
        while let Some(sifting) = self.sifting(records, clock)? {
            if sifting.advance(self, SCAN_BUDGET)?.complete {
                break;
            }
        }
        Ok(())
    }

    /// Nobody waits for a filter any more.
    pub fn end_sifting(&self) {
        if let Some(sifting) = locked(&self.sifting).take() {
            sifting.cancel.cancel();
        }
    }
}
