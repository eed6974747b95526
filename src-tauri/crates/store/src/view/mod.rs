//! Views: the records of a scope that a filter lets through, in the order of their arrival.
//!
//! A view keeps what matched as sorted columns in memory, four to eight bytes a record, and nothing
//! else: rows are read when a page is asked for. It is filled by [`View::advance`] in bounded steps,
//! and answers at any moment for what it has taken in so far.

mod column;
mod facts;
mod fill;
mod held;
mod in_part;
mod packed;
mod page;
mod passing;
mod scan;
mod scope;
mod sieve;
mod sweep;
mod texts;
mod timeline;
mod walk;

pub use held::RecordSet;
pub(crate) use page::packed_type;
pub use page::{Aggregate, FullRecord, HEAD_BYTES, RecordRow};
pub use scope::Scope;
pub(crate) use scope::{ScopeShard, shards as scope_shards};
pub use sweep::{Slice, SliceRead, Sweep};
pub use timeline::LaneCounts;
pub use walk::{Payloads, ShardWalk, WalkedRecord};

use crate::{RecordId, ShardKey, Store, StoreError};
use column::Column;
use query::Filter;
use record::Millis;
use scan::LaneCursor;
use scope::ShardName;
use sieve::Sieve;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Stops a scan that nobody waits for any more.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// How far a view is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub matched: u64,
    /// Of the records that are to be looked at.
    pub scanned: u64,
    pub total: u64,
    /// Of those that were looked at, the ones of which a part only could be searched. More than there are where captures
    /// overlap.
    pub in_part: u64,
    pub complete: bool,
}

/// A cheap handle; clones share what was taken in.
#[derive(Clone)]
pub struct View {
    store: Store,
    inner: Arc<Inner>,
}

struct Inner {
    scope: Scope,
    sieve: Sieve,
    /// Everything in the whole workspace: its extent is known before a record is looked at.
    unfiltered: bool,
    cursor: Mutex<Cursor>,
    lanes: RwLock<Lanes>,
}

#[derive(Default)]
struct Cursor {
    /// The store's count of deletions when the lanes were begun.
    deletions: u64,
    /// How records were read then, where the filter asks for that.
    readings: u64,
    lanes: Vec<LaneCursor>,
    /// A step was ended in its middle: all is to be looked at again.
    is_spoiled: bool,
}

#[derive(Default)]
struct Lanes {
    /// In the order of the shards' keys, and so of the records' ids.
    lanes: Vec<Lane>,
    extent: Option<(i64, i64)>,
}

struct Lane {
    shard: Arc<ShardName>,
    column: Column,
}

/// Views of everything that are in use, so that those of one scope share their columns.
#[derive(Default)]
pub(crate) struct SharedViews(Mutex<HashMap<Scope, Weak<Inner>>>);

impl Store {
    /// A view of the records of `scope` that `filter` lets through. Costs nothing until it is
    /// advanced.
    pub fn view(&self, mut scope: Scope, filter: &Filter) -> Result<View, StoreError> {
        scope.captures.sort_unstable();
        scope.captures.dedup();
        let sieve = Sieve::new(filter, &self.shared.library);
        scope::shards(&*self.shared.readers.snapshot()?, &scope, &sieve.bounds)?;
        let unfiltered = *filter == Filter::Everything;
        let inner = if unfiltered {
            self.shared
                .views
                .get_or_make(scope, |scope| Inner::new(scope, sieve, true))
        } else {
            Arc::new(Inner::new(scope, sieve, false))
        };
        Ok(View {
            store: self.clone(),
            inner,
        })
    }
}

impl SharedViews {
    fn get_or_make(&self, scope: Scope, make: impl FnOnce(Scope) -> Inner) -> Arc<Inner> {
        let mut views = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        views.retain(|_, view| view.strong_count() > 0);
        if let Some(inner) = views.get(&scope).and_then(Weak::upgrade) {
            return inner;
        }
        let inner = Arc::new(make(scope.clone()));
        views.insert(scope, Arc::downgrade(&inner));
        inner
    }
}

impl Inner {
    fn new(scope: Scope, sieve: Sieve, unfiltered: bool) -> Self {
        Self {
            unfiltered,
            cursor: Mutex::default(),
            lanes: RwLock::default(),
            scope,
            sieve,
        }
    }

    fn cursor(&self) -> MutexGuard<'_, Cursor> {
        self.cursor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, Lanes> {
        self.lanes.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl View {
    /// Takes in what was committed since, then goes on with what is left, newest first, until
    /// everything is looked at, the budget is spent, or it is cancelled. Does at least one step.
    ///
    /// # Errors
    /// [`StoreError::UnknownCapture`] when a capture of the scope was deleted.
    pub fn advance(&self, cancel: &Cancel, budget: Duration) -> Result<Progress, StoreError> {
        let until = Instant::now().checked_add(budget);
        let mut cursor = self.inner.cursor();
        self.refresh(&mut cursor)?;
        let is_whole = fill::fill(self, &mut cursor.lanes, cancel, until)?;
        cursor.is_spoiled = !is_whole;
        Ok(self.progress(&cursor))
    }

    fn step_lane(&self, place: usize, lane: &mut LaneCursor) -> Result<(), StoreError> {
        let mut entries = lane.step(&*self.store.shared.readers.snapshot()?, &self.inner.sieve)?;
        if entries.is_empty() {
            return Ok(());
        }
        entries.sort_unstable();
        let mut lanes = self
            .inner
            .lanes
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        lanes.lanes[place].column.insert(&entries);
        Ok(())
    }

    /// The scope as it stands now: new shards, new coverage, new records, or a new beginning.
    fn refresh(&self, cursor: &mut Cursor) -> Result<(), StoreError> {
        let deletions = self.store.shared.deletions.load(Ordering::Acquire);
        let snapshot = self.store.shared.readers.snapshot()?;
        let sieve = &self.inner.sieve;
        let mut shards = scope::shards(&snapshot, &self.inner.scope, &sieve.bounds)?;
        let readings = sieve.read_by(&self.store, &mut shards);
        let is_outdated = sieve.facts.learn_written(&snapshot, &shards, |shard| {
            let lane = cursor
                .lanes
                .iter()
                .find(|lane| lane.shard.name.key == shard);
            lane.and_then(|lane| lane.shard.last_sequence)
        })?;
        let mut lanes = self
            .inner
            .lanes
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if cursor.deletions != deletions {
            sieve.facts.forget();
        }
        let is_read_anew = cursor.readings != readings;
        if cursor.deletions != deletions || is_read_anew || is_outdated || cursor.is_spoiled {
            *cursor = Cursor {
                deletions,
                readings,
                ..Cursor::default()
            };
            lanes.lanes.clear();
        }
        let whole = self.inner.unfiltered && self.inner.scope.captures.is_empty();
        let arrivals = || shards.iter().filter_map(|shard| shard.arrivals);
        let extent = arrivals()
            .map(|a| a.0)
            .min()
            .zip(arrivals().map(|a| a.1).max());
        lanes.extent = extent.filter(|_| whole);
        for shard in shards {
            match cursor
                .lanes
                .binary_search_by_key(&shard.name.key, |lane| lane.shard.name.key)
            {
                Ok(place) => cursor.lanes[place].update(shard),
                Err(place) => {
                    let lane = Lane {
                        shard: Arc::clone(&shard.name),
                        column: Column::default(),
                    };
                    lanes.lanes.insert(place, lane);
                    cursor.lanes.insert(place, LaneCursor::new(shard));
                }
            }
        }
        Ok(())
    }

    fn progress(&self, cursor: &Cursor) -> Progress {
        let complete = !cursor.is_spoiled && cursor.lanes.iter().all(LaneCursor::is_complete);
        Progress {
            matched: self.len(),
            scanned: cursor.lanes.iter().map(|lane| lane.scanned).sum(),
            total: cursor.lanes.iter().map(LaneCursor::total).sum(),
            in_part: cursor.lanes.iter().map(|lane| lane.in_part).sum(),
            complete,
        }
    }

    /// Records taken in so far.
    pub fn len(&self) -> u64 {
        self.inner
            .read()
            .lanes
            .iter()
            .map(|lane| lane.column.len() as u64)
            .sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// First and last arrival.
    pub fn extent(&self) -> Option<(Millis, Millis)> {
        let lanes = self.inner.read();
        let first = lanes
            .lanes
            .iter()
            .filter_map(|lane| lane.column.first())
            .map(|e| e.arrival)
            .min();
        let last = lanes
            .lanes
            .iter()
            .filter_map(|lane| lane.column.last())
            .map(|e| e.arrival)
            .max();
        lanes
            .extent
            .or(first.zip(last))
            .map(|(first, last)| (Millis(first), Millis(last)))
    }

    /// The shards in the scope, in the order of their keys.
    pub fn lanes(&self) -> Vec<ShardKey> {
        self.inner
            .read()
            .lanes
            .iter()
            .map(|lane| lane.shard.key)
            .collect()
    }

    /// How many rows arrived before a time.
    pub fn row_at(&self, time: Millis) -> u64 {
        self.inner.read().rank(time.0) as u64
    }

    /// The row of a record, if the view has it.
    pub fn row_of(&self, id: RecordId) -> Result<Option<u64>, StoreError> {
        let Some(arrival) = page::arrival_of(&self.store, id)? else {
            return Ok(None);
        };
        Ok(self.inner.read().row_of(id, arrival))
    }
}
