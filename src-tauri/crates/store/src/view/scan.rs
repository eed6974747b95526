//! Taking records into a view, a slice at a time: what was committed since first, then the rest
//! newest first.
//!
//! A shard's records are numbered in the order of storing, so "since" is a number. Only where a
//! capture comes to cover records that another one stored before is an older stretch looked at again.

use super::{
    column::Entry,
    in_part::InPart,
    scope::{Covered, ScopeShard, count_where},
    sieve::Sieve,
};
use crate::{
    ShardKey, StoreError,
    block::NumberRun,
    blocks::{self, BlockHeader, HEADER, HEADER_COLUMNS},
    ranges::{SequenceRange, Within},
    tail,
};
use record::SequenceNumber;
use rusqlite::{Connection, Row, params};
use std::{ops::Range, sync::Arc};

/// Blocks, or pieces of blocks, in a slice: about 8,000 records.
pub(super) const RUNS_PER_SLICE: usize = 16;

/// The same where an index tells of most that nothing in them matches: about 500,000 records.
const RUNS_PASSED_PER_SLICE: usize = 1_024;

/// How far a view has come with one shard.
pub(crate) struct LaneCursor {
    pub shard: ScopeShard,
    /// Numbers in here are done; `high` grows up to `shard.next_number`, `low` falls to 0.
    done: Range<u64>,
    /// The newest that is left below may be this new.
    pub frontier: i64,
    /// Stretches that were covered only after their numbers were done.
    grown: Vec<Growth>,
    /// Records of the scope that were looked at, each once.
    pub scanned: u64,
    /// Of those, the ones of which the filter could look at a part only.
    pub in_part: u64,
}

struct Growth {
    range: SequenceRange,
    before: Arc<Covered>,
}

/// What one step found.
struct Slice {
    entries: Vec<Entry>,
    seen: u64,
    done: Range<u64>,
}

impl LaneCursor {
    pub fn new(shard: ScopeShard) -> Self {
        let frontier = shard.arrivals.map_or(i64::MIN, |(_, last)| last);
        let done = shard.next_number..shard.next_number;
        Self {
            shard,
            done,
            frontier,
            grown: Vec::new(),
            scanned: 0,
            in_part: 0,
        }
    }

    /// The same shard in a later snapshot.
    pub fn update(&mut self, shard: ScopeShard) {
        if let (Covered::Only(old), Covered::Only(new)) = (&self.shard.covered, &shard.covered)
            && !self.done.is_empty()
        {
            let before = Arc::new(self.shard.covered.clone());
            // what lies beyond the last record of that time has a number that is not done
            let last = self.shard.last_sequence;
            let grown = new
                .grown_since(old)
                .into_iter()
                .filter(|range| last.is_some_and(|last| range.first < last));
            self.grown.extend(grown.map(|range| Growth {
                range,
                before: Arc::clone(&before),
            }));
        }
        self.shard = shard;
    }

    /// Records of the scope: exact once all were looked at.
    pub fn total(&self) -> u64 {
        let left = self.done.start + self.shard.next_number.saturating_sub(self.done.end);
        let most = self.shard.added_up.min(self.shard.records);
        most.max(self.scanned).min(self.scanned + left)
    }

    pub fn is_complete(&self) -> bool {
        !self.is_behind() && self.done.start == 0
    }

    /// Something new is to be taken in, before older records are.
    pub fn is_behind(&self) -> bool {
        !self.grown.is_empty() || self.done.end < self.shard.next_number
    }

    pub fn step(
        &mut self,
        connection: &Connection,
        sieve: &Sieve,
    ) -> Result<Vec<Entry>, StoreError> {
        let name = &self.shard.name;
        if !sieve
            .facts
            .learn(connection, name, self.shard.next_number)?
        {
            return Ok(Vec::new());
        }
        let in_part = InPart::default();
        let entries = match self.grown.last() {
            Some(growth) => {
                let (entries, seen) = self.look_again(connection, sieve, growth, &in_part)?;
                self.grown.pop();
                self.scanned += seen;
                entries
            }
            None if self.done.end < self.shard.next_number => {
                let slice = self.slice(
                    connection,
                    sieve,
                    self.done.end..self.shard.next_number,
                    Order::OldestFirst,
                    &in_part,
                )?;
                self.done.end = slice.done.end;
                self.scanned += slice.seen;
                slice.entries
            }
            None => {
                let left = 0..self.done.start;
                let slice = self.slice(connection, sieve, left, Order::NewestFirst, &in_part)?;
                self.done.start = slice.done.start;
                self.scanned += slice.seen;
                slice.entries
            }
        };
        self.in_part += in_part.get();
        Ok(entries)
    }

    fn slice(
        &mut self,
        connection: &Connection,
        sieve: &Sieve,
        numbers: Range<u64>,
        order: Order,
        in_part: &InPart,
    ) -> Result<Slice, StoreError> {
        let lane = (&*self.shard.name, &self.shard.covered);
        let passing = sieve.passing();
        let most = match passing {
            Some(_) => RUNS_PASSED_PER_SLICE,
            None => RUNS_PER_SLICE,
        };
        let runs = listed(connection, lane.0.key, &numbers, (order, most))?;
        let (mut entries, mut seen, mut read) = (Vec::new(), 0, 0);
        let mut left = runs.iter();
        let mut reached = None;
        while read < RUNS_PER_SLICE
            && let Some(&(run, key)) = left.next()
        {
            let part = numbers.start.max(run.first.into())..numbers.end.min(run.end());
            let passed = passing
                .as_ref()
                .and_then(|passing| passing.over(lane, run, key));
            let arrival_min = if let Some(passed) = passed {
                seen += passed.covered(&part);
                passed.arrival_min
            } else {
                read += 1;
                let block = blocks::of_run(connection, lane.0.key, run, key)?;
                if !part.is_empty() {
                    seen += lane.1.count(connection, &block, &part)?;
                    entries.extend(sieve.block(connection, lane, &block, &part, in_part)?);
                }
                block.arrival_min
            };
            if order == Order::NewestFirst {
                self.frontier = arrival_min;
            }
            reached = Some(run);
        }
        let is_last = runs.len() < most && left.as_slice().is_empty();
        let done = match (reached.filter(|_| !is_last), order) {
            (Some(run), Order::OldestFirst) => numbers.start..run.end().min(numbers.end),
            (Some(run), Order::NewestFirst) => numbers.start.max(run.first.into())..numbers.end,
            (None, _) => numbers,
        };
        let tail = tail::records(connection, self.shard.name.key, done.clone())?;
        seen += lane.1.count_tail(&tail);
        entries.extend(sieve.tail(lane, &tail, in_part));
        Ok(Slice {
            entries,
            seen,
            done,
        })
    }

    /// Records that were passed over and are covered now; those that the filter takes, and how many there are. Neighbours of
    /// theirs that were looked at before may be counted among `in_part` again.
    fn look_again(
        &self,
        connection: &Connection,
        sieve: &Sieve,
        growth: &Growth,
        in_part: &InPart,
    ) -> Result<(Vec<Entry>, u64), StoreError> {
        let lane = (&*self.shard.name, &self.shard.covered);
        let mut entries = Vec::new();
        let mut seen = 0;
        let is_new = |sequence: SequenceNumber| {
            (growth.range.first..=growth.range.last).contains(&sequence)
                && !growth.before.contains(sequence)
        };
        for block in blocks::overlapping(
            connection,
            lane.0.key,
            growth.range.first,
            growth.range.last,
        )? {
            if growth.before.within(block.first, block.last) != Within::Wholly {
                entries.extend(sieve.block(connection, lane, &block, &self.done, in_part)?);
                seen += count_where(connection, &block, &self.done, is_new)?;
            }
        }
        let tail = tail::records(connection, lane.0.key, self.done.clone())?;
        entries.extend(sieve.tail(lane, &tail, in_part));
        let fresh = tail.iter().filter(|(_, record)| is_new(record.sequence));
        seen += fresh.map(|(_, record)| record.rows() as u64).sum::<u64>();
        Ok((entries, seen))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    OldestFirst,
    NewestFirst,
}

impl Order {
    /// Of a shard (?1), those that reach into numbers from ?2 to before ?3, and ?4 of them at most.
    fn of_runs(self) -> String {
        let direction = match self {
            Self::OldestFirst => "ASC",
            Self::NewestFirst => "DESC",
        };
        format!(
            "WHERE run.shard = ?1 AND run.first_number < ?3 AND run.first_number >=
                 coalesce((SELECT first_number FROM run WHERE shard = ?1 AND first_number <= ?2
                           ORDER BY first_number DESC LIMIT 1), ?2)
             ORDER BY run.first_number {direction} LIMIT ?4"
        )
    }
}

/// Runs of numbers that reach into `numbers`, and which blocks they lead to: so many, from the end that the order names.
fn listed(
    connection: &Connection,
    shard: ShardKey,
    numbers: &Range<u64>,
    (order, most): (Order, usize),
) -> Result<Vec<(NumberRun, i64)>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT run.first_number, run.records, run.block FROM run {}",
        order.of_runs()
    ))?;
    let (start, end) = (numbers.start as i64, numbers.end as i64);
    let mut rows = statement.query(params![shard, start, end, most as i64])?;
    let mut found = Vec::with_capacity(RUNS_PER_SLICE);
    while let Some(row) = rows.next()? {
        found.push((run(row, 0)?, row.get(2)?));
    }
    Ok(found)
}

/// Runs of numbers with their blocks that reach into `numbers`, from the end that the order names.
pub(super) fn runs(
    connection: &Connection,
    shard: i64,
    numbers: &Range<u64>,
    order: Order,
) -> Result<Vec<(NumberRun, BlockHeader)>, StoreError> {
    let (start, end) = (numbers.start as i64, numbers.end as i64);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {HEADER}, run.first_number, run.records FROM run JOIN block ON block.key = run.block {}",
        order.of_runs()
    ))?;
    let mut rows = statement.query(params![shard, start, end, RUNS_PER_SLICE as i64])?;
    let mut found = Vec::with_capacity(RUNS_PER_SLICE);
    while let Some(row) = rows.next()? {
        let (run, block) = (run(row, HEADER_COLUMNS)?, blocks::header(row)?);
        block.require_run(ShardKey(shard), run)?;
        found.push((run, block));
    }
    Ok(found)
}

fn run(row: &Row, column: usize) -> Result<NumberRun, StoreError> {
    Ok(NumberRun {
        first: row.get(column)?,
        records: row.get(column + 1)?,
    })
}
