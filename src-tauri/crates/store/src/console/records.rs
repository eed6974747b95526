//! The records as a statement sees them: those that were stored when it began, wherever they lie by the time they are
//! read. No transaction stays open between two blocks, so that a statement never holds the writer's log back.

use super::{Reading, ReadingOf, Shown, functions::SqlValue, views::place};
use crate::{
    RecordId, ShardKey, Store, StoreError,
    blocks::{self, BlockOutline},
    cache::BlockCache,
    ranges::Within,
    tail::{self, TailRecord},
    view::{Scope, ScopeShard, scope_shards},
};
use query::Filter;
use record::{Millis, SequenceNumber};
use std::{
    collections::HashSet,
    ops::RangeInclusive,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

pub(super) struct Records {
    pub store: Store,
    pub shown: Shown,
    pub shards: Vec<ScopeShard>,
    /// Of each of the shards.
    pub readings: Vec<Arc<Reading>>,
    pub cache: BlockCache,
    plan: Mutex<Option<Arc<Vec<Lane>>>>,
    read: AtomicU64,
    read_blocks: Mutex<HashSet<Place>>,
    asked: Mutex<Option<Asked>>,
    passed_over: AtomicBool,
    total: u64,
    /// Why a view could not be read, with its own words.
    failed: Mutex<Option<StoreError>>,
}

/// What is looked at of one shard.
pub(super) struct Lane {
    pub blocks: Vec<BlockOutline>,
    pub tail: Arc<Vec<TailRecord>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Block(i64),
    TailOf(ShardKey),
}

/// The times that all scans so far were about; an end that is absent is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub from: Option<Millis>,
    pub until: Option<Millis>,
}

/// What a statement's conditions leave of the records: at least what it asks for. SQLite tests each row again.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bounds {
    pub arrivals: RangeInclusive<i64>,
    pub ids: RangeInclusive<i64>,
    pub shard_key: Option<i64>,
    pub stream: Option<String>,
    pub shard: Option<String>,
    pub sequence: Option<SequenceNumber>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            arrivals: i64::MIN..=i64::MAX,
            ids: i64::MIN..=i64::MAX,
            shard_key: None,
            stream: None,
            shard: None,
            sequence: None,
        }
    }
}

/// How a condition compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Above,
    AtLeast,
    Below,
    AtMost,
}

impl Bounds {
    /// Takes a condition in. What cannot be said as a bound changes nothing.
    pub fn narrow(&mut self, column: i32, comparison: Comparison, value: &SqlValue) {
        match (column, value) {
            (place::ARRIVAL, value) => narrow(&mut self.arrivals, comparison, value),
            (place::ID, value) => narrow(&mut self.ids, comparison, value),
            (place::SHARD_KEY, SqlValue::Integer(key)) => self.shard_key = Some(*key),
            (place::STREAM, SqlValue::Text(name)) => self.stream = Some(name.clone()),
            (place::SHARD, SqlValue::Text(id)) => self.shard = Some(id.clone()),
            (place::SEQUENCE, SqlValue::Text(number)) => {
                self.sequence = number.parse().ok().or(self.sequence);
            }
            _ => {}
        }
    }

    pub fn may_be_in(&self, shard: &ScopeShard) -> bool {
        let name = &shard.name;
        let is =
            |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|one| one == found);
        // a shard's records have its key in the upper half of their ids
        let ids = (self.ids.start() >> 32)..=(self.ids.end() >> 32);
        self.shard_key.is_none_or(|key| key == name.key.0)
            && ids.contains(&name.key.0)
            && is(&self.stream, &name.stream_name)
            && is(&self.shard, name.id.as_str())
    }

    pub fn may_hold(&self, shard: &ScopeShard, block: &BlockOutline) -> bool {
        let id = |number: u64| (shard.name.key.0 << 32) | number as i64;
        let has_id = |run: &crate::block::NumberRun| {
            id(run.first.into()) <= *self.ids.end() && id(run.end() - 1) >= *self.ids.start()
        };
        block.arrival_max >= *self.arrivals.start()
            && block.arrival_min <= *self.arrivals.end()
            && self
                .sequence
                .is_none_or(|number| (block.first..=block.last).contains(&number))
            && block.numbers.runs().iter().any(has_id)
            && shard.covered.within(block.first, block.last) != Within::NotAtAll
    }
}

impl Bounds {
    /// Whether a row of an unsealed record may be in them.
    pub fn may_be(&self, shard: &ScopeShard, (first, record): &TailRecord) -> bool {
        let id = (shard.name.key.0 << 32) | i64::from(*first);
        self.arrivals.contains(&record.arrival.0)
            && id <= *self.ids.end()
            && id + record.rows() as i64 > *self.ids.start()
            && self.sequence.is_none_or(|number| number == record.sequence)
    }
}

fn narrow(range: &mut RangeInclusive<i64>, comparison: Comparison, value: &SqlValue) {
    let value = match value {
        SqlValue::Integer(value) => *value,
        // casts stay within i64; the row before and after are taken in, too
        SqlValue::Real(value) if value.is_finite() => {
            return narrow_real(range, comparison, *value);
        }
        _ => return,
    };
    let (mut start, mut end) = (*range.start(), *range.end());
    match comparison {
        Comparison::Equal => (start, end) = (start.max(value), end.min(value)),
        Comparison::Above | Comparison::AtLeast => start = start.max(value),
        Comparison::Below | Comparison::AtMost => end = end.min(value),
    }
    *range = start..=end;
}

fn narrow_real(range: &mut RangeInclusive<i64>, comparison: Comparison, value: f64) {
    let (below, above) = (value.floor() as i64, value.ceil() as i64);
    if matches!(
        comparison,
        Comparison::Equal | Comparison::Above | Comparison::AtLeast
    ) {
        narrow(range, Comparison::AtLeast, &SqlValue::Integer(below));
    }
    if matches!(
        comparison,
        Comparison::Equal | Comparison::Below | Comparison::AtMost
    ) {
        narrow(range, Comparison::AtMost, &SqlValue::Integer(above));
    }
}

impl Records {
    pub fn new(
        store: &Store,
        scope: &Scope,
        shown: Shown,
        reading: &ReadingOf,
    ) -> Result<Self, StoreError> {
        let snapshot = store.shared.readers.snapshot()?;
        let shards = scope_shards(&snapshot, scope, &Filter::Everything.bounds())?;
        let mut total = 0;
        for shard in &shards {
            total += shard.covered_records(&snapshot)?;
        }
        // whoever says how shards are read may need a reader, too
        drop(snapshot);
        Ok(Self {
            store: store.clone(),
            shown,
            readings: shards.iter().map(|shard| reading(shard.name.key)).collect(),
            shards,
            cache: BlockCache::default(),
            plan: Mutex::default(),
            read: AtomicU64::new(0),
            read_blocks: Mutex::default(),
            asked: Mutex::default(),
            passed_over: AtomicBool::new(false),
            total,
            failed: Mutex::default(),
        })
    }

    pub fn total(&self) -> u64 {
        self.total
    }

    /// Records that were looked at, each once.
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    pub fn has(&self, id: RecordId) -> bool {
        let is_in = |shard: &ScopeShard| {
            shard.name.key == id.shard() && u64::from(id.number()) < shard.next_number
        };
        self.shards.iter().any(is_in)
    }

    pub fn passed_over(&self) -> bool {
        self.passed_over.load(Ordering::Relaxed)
    }

    pub fn passes_over(&self) {
        self.passed_over.store(true, Ordering::Relaxed);
    }

    pub fn asked(&self) -> Option<Asked> {
        *locked(&self.asked)
    }

    pub fn fail(&self, error: StoreError) {
        locked(&self.failed).get_or_insert(error);
    }

    pub fn failure(&self) -> Option<StoreError> {
        locked(&self.failed).take()
    }

    /// Tells what a scan is about, for the gaps in it.
    pub fn asks(&self, bounds: &Bounds) {
        let (from, until) = (*bounds.arrivals.start(), *bounds.arrivals.end());
        let scan = Asked {
            from: (from != i64::MIN).then_some(Millis(from)),
            until: (until != i64::MAX).then_some(Millis(until.saturating_add(1))),
        };
        if *bounds != Bounds::default() {
            self.passes_over();
        }
        let mut asked = locked(&self.asked);
        *asked = Some(match *asked {
            None => scan,
            Some(before) => Asked {
                from: before.from.zip(scan.from).map(|(a, b)| a.min(b)),
                until: before.until.zip(scan.until).map(|(a, b)| a.max(b)),
            },
        });
    }

    pub fn reads(&self, place: Place, records: u64) {
        if locked(&self.read_blocks).insert(place) {
            self.read.fetch_add(records, Ordering::Relaxed);
        }
    }

    /// The blocks and tails of all shards, of one moment: a record is in one of them, and not in two.
    pub fn plan(&self) -> Result<Arc<Vec<Lane>>, StoreError> {
        let mut plan = locked(&self.plan);
        if let Some(plan) = &*plan {
            return Ok(Arc::clone(plan));
        }
        let snapshot = self.store.shared.readers.snapshot()?;
        let lane = |shard: &ScopeShard| {
            let (key, end) = (shard.name.key, shard.next_number);
            let is_older = |block: &BlockOutline| {
                block
                    .numbers
                    .runs()
                    .iter()
                    .any(|run| u64::from(run.first) < end)
            };
            let mut blocks = blocks::outlines(&snapshot, key)?;
            blocks.retain(is_older);
            Ok(Lane {
                blocks,
                tail: Arc::new(tail::records(&snapshot, key, 0..end)?),
            })
        };
        let lanes: Result<Vec<Lane>, StoreError> = self.shards.iter().map(lane).collect();
        let lanes = Arc::new(lanes?);
        *plan = Some(Arc::clone(&lanes));
        Ok(lanes)
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
