//! The small views: shards, coverage, captures, and those that whoever opens a console brings. Their rows are made when a
//! statement first asks for them, and once for each statement.

use super::{
    functions::{SqlValue, failure},
    guard::Guard,
    records::locked,
    views::{self, SqlView},
};
use crate::{
    CaptureId, CaptureState, CoverageInterval, ShardKey, Store, StoreError, StoredCapture,
    StoredGap, StoredShard, StoredStream, view::ScopeShard,
};
use record::{Millis, ShardId, StreamName};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

type Row = Vec<SqlValue>;
type Made = fn(&Store, &[CaptureId], &[ShardKey]) -> Result<Vec<Row>, StoreError>;
type Load = Box<dyn Fn(&mut Taking<'_>) -> Result<(), String> + Send + Sync>;

/// Of one view's rows.
const MOST_BYTES: usize = 256 * 1024 * 1024;
/// Rows between two looks at whether the statement must end.
const LOOK_EVERY: usize = 256;

/// A view whose rows are all made at once.
pub struct Rows {
    view: SqlView,
    load: Load,
    loaded: Mutex<Option<Arc<Vec<Row>>>>,
}

impl Rows {
    /// `load` hands over rows with the view's columns until no more are wanted; its error is shown.
    pub fn new(
        view: SqlView,
        load: impl Fn(&mut Taking<'_>) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        Self {
            view,
            load: Box::new(load),
            loaded: Mutex::default(),
        }
    }

    pub(super) fn view(&self) -> SqlView {
        self.view
    }

    pub(super) fn load(&self, guard: &Guard) -> rusqlite::Result<Arc<Vec<Row>>> {
        let mut loaded = locked(&self.loaded);
        if let Some(rows) = &*loaded {
            return Ok(Arc::clone(rows));
        }
        let mut taking = Taking {
            guard,
            rows: Vec::new(),
            left_bytes: MOST_BYTES,
            is_full: false,
        };
        (self.load)(&mut taking).map_err(failure)?;
        guard.look()?;
        if taking.is_full {
            return Err(failure("its rows take more memory than a view may"));
        }
        let rows = Arc::new(taking.rows);
        *loaded = Some(Arc::clone(&rows));
        Ok(rows)
    }
}

/// Takes a view's rows as they are made.
pub struct Taking<'g> {
    guard: &'g Guard,
    rows: Vec<Row>,
    left_bytes: usize,
    is_full: bool,
}

impl Taking<'_> {
    /// Whether more are wanted: not once the statement must end, and not beyond what they may take.
    pub fn row(&mut self, row: Row) -> bool {
        let of_text = |value: &SqlValue| match value {
            SqlValue::Text(text) => text.capacity(),
            SqlValue::Blob(bytes) => bytes.capacity(),
            _ => 0,
        };
        let texts: usize = row.iter().map(of_text).sum();
        match self
            .left_bytes
            .checked_sub(texts + size_of_val(row.as_slice()))
        {
            Some(left) => self.left_bytes = left,
            None => self.is_full = true,
        }
        let is_looked_at = self.rows.len().is_multiple_of(LOOK_EVERY);
        if self.is_full || is_looked_at && self.guard.must_end() {
            return false;
        }
        self.rows.push(row);
        true
    }

    /// As [`row`](Self::row), of many.
    pub fn rows(&mut self, rows: impl IntoIterator<Item = Row>) -> bool {
        rows.into_iter().all(|row| self.row(row))
    }
}

/// The store's own, of the shards and captures of a scope.
pub(super) fn of_store(store: &Store, captures: &[CaptureId], shards: &[ScopeShard]) -> [Rows; 3] {
    let keys: Arc<[ShardKey]> = shards.iter().map(|shard| shard.name.key).collect();
    let captures: Arc<[CaptureId]> = captures.into();
    let made = |view, rows: Made| {
        let (store, captures, keys) = (store.clone(), Arc::clone(&captures), Arc::clone(&keys));
        Rows::new(view, move |taking| {
            let rows = rows(&store, &captures, &keys).map_err(|error| error.to_string())?;
            taking.rows(rows);
            Ok(())
        })
    };
    [
        made(views::SHARDS, |store, _, keys| shard_rows(store, keys)),
        made(views::COVERAGE, coverage_rows),
        made(views::CAPTURES, |store, captures, _| {
            capture_rows(store, captures)
        }),
    ]
}

fn count(value: u64) -> SqlValue {
    SqlValue::Integer(value as i64)
}

fn time(value: Option<Millis>) -> SqlValue {
    SqlValue::maybe(value, |time| SqlValue::Integer(time.0))
}

fn text<T: ToString>(value: Option<T>) -> SqlValue {
    SqlValue::maybe(value, |value| SqlValue::Text(value.to_string()))
}

/// The shards of the scope with their streams, in the order of their keys.
fn known(store: &Store, keys: &[ShardKey]) -> Result<Vec<(StoredStream, StoredShard)>, StoreError> {
    let mut found = Vec::new();
    for stream in store.streams()? {
        for shard in store.shards(stream.key)? {
            if keys.contains(&shard.key) {
                found.push((stream.clone(), shard));
            }
        }
    }
    found.sort_by_key(|(_, shard)| shard.key);
    Ok(found)
}

fn shard_rows(store: &Store, keys: &[ShardKey]) -> Result<Vec<Row>, StoreError> {
    let rows = known(store, keys)?.into_iter().map(|(stream, stored)| {
        let shard = &stored.shard;
        let identity = &stream.stream.identity;
        vec![
            SqlValue::Integer(stored.key.0),
            SqlValue::text(stream.stream.name.as_str()),
            SqlValue::text(identity.arn.as_str()),
            SqlValue::Integer(identity.created_at.0),
            SqlValue::text(shard.id.as_str()),
            text(shard.parents.first().map(ShardId::as_str)),
            text(shard.parents.get(1).map(ShardId::as_str)),
            SqlValue::Text(shard.hash_range.start.0.to_string()),
            SqlValue::Text(shard.hash_range.end.0.to_string()),
            SqlValue::Text(shard.starting_sequence.to_string()),
            text(stored.last_sequence),
            SqlValue::Integer(shard.closed.into()),
            count(stored.records),
            count(stored.size_bytes),
            time(stored.first_arrival),
            time(stored.last_arrival),
        ]
    });
    Ok(rows.collect())
}

fn in_scope(store: &Store, captures: &[CaptureId]) -> Result<Vec<StoredCapture>, StoreError> {
    let mut all = store.captures()?;
    all.retain(|capture| captures.is_empty() || captures.contains(&capture.id));
    Ok(all)
}

fn coverage_rows(
    store: &Store,
    captures: &[CaptureId],
    keys: &[ShardKey],
) -> Result<Vec<Row>, StoreError> {
    let names: HashMap<ShardKey, [SqlValue; 3]> = known(store, keys)?
        .into_iter()
        .map(|(stream, stored)| {
            let names = [
                SqlValue::Integer(stored.key.0),
                SqlValue::text(stream.stream.name.as_str()),
                SqlValue::text(stored.shard.id.as_str()),
            ];
            (stored.key, names)
        })
        .collect();
    let mut rows = Vec::new();
    for capture in in_scope(store, captures)? {
        let row = |kind: &str, shard: ShardKey, rest: [SqlValue; 7]| {
            let mut row = vec![SqlValue::text(kind), SqlValue::Integer(capture.id.0)];
            row.extend(names.get(&shard)?.iter().cloned());
            row.extend(rest);
            Some(row)
        };
        let covered = store.coverage(capture.id)?;
        rows.extend(
            covered
                .iter()
                .filter_map(|one| row("covered", one.shard, covered_cells(one))),
        );
        let gaps = store.gaps(capture.id)?;
        rows.extend(
            gaps.iter()
                .filter_map(|gap| row("gap", gap.shard, gap_cells(gap))),
        );
    }
    Ok(rows)
}

fn covered_cells(interval: &CoverageInterval) -> [SqlValue; 7] {
    let (first, last) = interval.sequences.unzip();
    [
        SqlValue::Null,
        text(first),
        text(last),
        time(interval.from),
        time(interval.through),
        count(interval.records),
        SqlValue::Integer(interval.is_open.into()),
    ]
}

fn gap_cells(StoredGap { gap, .. }: &StoredGap) -> [SqlValue; 7] {
    [
        SqlValue::text(gap.reason.word()),
        text(gap.after),
        text(gap.before),
        time(gap.from),
        time(gap.until),
        SqlValue::Null,
        SqlValue::Null,
    ]
}

fn capture_rows(store: &Store, captures: &[CaptureId]) -> Result<Vec<Row>, StoreError> {
    let streams: HashMap<_, _> = store
        .streams()?
        .into_iter()
        .map(|stream| (stream.key, stream.stream.name))
        .collect();
    let rows = in_scope(store, captures)?.into_iter().map(|capture| {
        let chosen = capture
            .streams
            .iter()
            .filter_map(|chosen| streams.get(&chosen.stream));
        let names: Vec<&str> = chosen.map(StreamName::as_str).collect();
        let (state, failure) = state_words(&capture.state);
        vec![
            SqlValue::Integer(capture.id.0),
            SqlValue::Text(capture.name),
            SqlValue::Integer(capture.created_at.0),
            SqlValue::text(state),
            text(failure),
            SqlValue::Text(names.join(", ")),
            count(capture.records),
        ]
    });
    Ok(rows.collect())
}

fn state_words(state: &CaptureState) -> (&'static str, Option<&str>) {
    match state {
        CaptureState::Running => ("running", None),
        CaptureState::Paused => ("paused", None),
        CaptureState::Stopped => ("stopped", None),
        CaptureState::Finished => ("finished", None),
        CaptureState::Failed(why) => ("failed", Some(why)),
    }
}
