//! What no record tells of itself: whether its like was stored before, and whether this program
//! wrote it. Found out only where a filter asks for it, and forgotten with the filter.
//!
//! To know a copy, every record of its shard that was stored before it must have been looked at:
//! that takes one more pass over the payloads and eight bytes a record, a hash of key and payload.
//! Two different records of a million share one with a chance of one in 30 million.

use super::{
    scan::{self, Order, RUNS_PER_SLICE},
    scope::{ScopeShard, ShardName},
};
use crate::{RecordFlags, ShardKey, StoreError, blocks, journal, prepare::Row, tail};
use query::{Filter, Mark, Marks};
use record::SequenceNumber;
use rusqlite::Connection;
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, MutexGuard, PoisonError},
};

#[derive(Default)]
pub(crate) struct Facts {
    copies: Option<Mutex<HashMap<ShardKey, Copies>>>,
    written: Option<Mutex<HashMap<ShardKey, Written>>>,
}

#[derive(Default)]
struct Copies {
    contents: HashSet<u64>,
    /// Sorted numbers.
    numbers: Vec<u32>,
    /// Numbers below are known.
    next_number: u64,
}

#[derive(Default)]
struct Written {
    sequences: BTreeSet<SequenceNumber>,
    /// The journal's last chunk that was read.
    last_chunk: i64,
}

impl Facts {
    pub fn new(filter: &Filter) -> Self {
        Self {
            copies: filter.asks_for(Mark::Duplicate).then(Mutex::default),
            written: filter.asks_for(Mark::Replayed).then(Mutex::default),
        }
    }

    /// Looks at some more records of a shard. Whether all below a number are known now.
    pub fn learn(
        &self,
        connection: &Connection,
        shard: &ShardName,
        until: u64,
    ) -> Result<bool, StoreError> {
        let Some(copies) = &self.copies else {
            return Ok(true);
        };
        let mut copies = locked(copies);
        let copies = copies.entry(shard.key).or_default();
        if copies.next_number < until {
            copies.step(connection, shard.key, until)?;
        }
        Ok(copies.next_number >= until)
    }

    /// Reads what was journaled since. Whether a record was written that the caller had before:
    /// `last_known` is the last of a shard.
    pub fn learn_written(
        &self,
        connection: &Connection,
        shards: &[ScopeShard],
        last_known: impl Fn(ShardKey) -> Option<SequenceNumber>,
    ) -> Result<bool, StoreError> {
        let Some(written) = &self.written else {
            return Ok(false);
        };
        let mut written = locked(written);
        let mut learned = Vec::with_capacity(shards.len());
        for shard in shards {
            let name = &shard.name;
            let last_chunk = written.entry(name.key).or_default().last_chunk;
            let read = journal::acknowledged(connection, name.stream, &name.id, last_chunk)?;
            learned.push((name.key, read));
        }
        // all of it or nothing: what was taken in is not news a second time
        let mut is_news = false;
        for (shard, (chunk, sequences)) in learned {
            let known = written.entry(shard).or_default();
            known.last_chunk = chunk;
            let last = last_known(shard);
            is_news |= sequences
                .iter()
                .any(|sequence| last.is_some_and(|last| *sequence <= last));
            known.sequences.extend(sequences);
        }
        Ok(is_news)
    }

    /// Records were deleted: what was stored before them is another question now.
    pub fn forget(&self) {
        if let Some(copies) = &self.copies {
            locked(copies).clear();
        }
    }

    /// The marks of a record below a number up to which everything was learned.
    pub fn marks(&self, shard: ShardKey, row: &Row, number: u32) -> Marks {
        let is_copy = self.copies.as_ref().is_some_and(|copies| {
            let copies = locked(copies);
            let copies = copies.get(&shard);
            copies.is_some_and(|copies| copies.numbers.binary_search(&number).is_ok())
        });
        let is_written = self.written.as_ref().is_some_and(|written| {
            let written = locked(written);
            let written = written.get(&shard);
            written.is_some_and(|written| written.sequences.contains(&row.sequence))
        });
        Marks::NONE
            .with_if(is_copy, Mark::Duplicate)
            .with_if(is_written, Mark::Replayed)
            .with_if(row.flags.has(RecordFlags::KPL_PART), Mark::Aggregated)
            .with_if(row.flags.has(RecordFlags::OUTSIDE_RANGE), Mark::Outside)
            .with_if(row.flags.has(RecordFlags::DAMAGED_AGGREGATE), Mark::Damaged)
    }
}

impl Copies {
    /// A slice of records, in the order of storing.
    fn step(
        &mut self,
        connection: &Connection,
        shard: ShardKey,
        until: u64,
    ) -> Result<(), StoreError> {
        let numbers = self.next_number..until;
        let runs = scan::runs(connection, shard.0, &numbers, Order::OldestFirst)?;
        let end = match runs.last() {
            Some((run, _)) if runs.len() == RUNS_PER_SLICE => run.end().min(until),
            _ => until,
        };
        let mut found = Vec::new();
        for (run, block) in &runs {
            let part = numbers.start.max(run.first.into())..end.min(run.end());
            if part.is_empty() {
                continue;
            }
            let decoded = blocks::decode(connection, block)?;
            for (place, number) in decoded.numbers.iter().enumerate() {
                if part.contains(&u64::from(number)) {
                    let key = decoded.columns.row(place).partition_key;
                    found.push((number, content(key, decoded.payload(place))));
                }
            }
        }
        for (first, record) in tail::records(connection, shard, numbers.start..end)? {
            for sub in 0..record.rows() {
                let row = record.row(sub);
                let content = content(row.partition_key, &record.blob[row.range()]);
                found.push((first + sub as u32, content));
            }
        }
        found.sort_unstable();
        for (number, content) in found {
            if !self.contents.insert(content) {
                self.numbers.push(number);
            }
        }
        self.next_number = end;
        Ok(())
    }
}

fn content(key: Option<&str>, payload: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    payload.hash(&mut hasher);
    hasher.finish()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
