//! Records of captures in their true order, shard by shard, as they may be shown.
//!
//! Payloads pass `shown` here, before anything else of this folder sees them: whatever a saga says of a record,
//! its keys and types included, comes from what may be shown.

use super::unpacking::{Unpacked, Unpacking};
use crate::{Masks, shown};
use query::Filter;
use record::{Millis, SequenceNumber, SubSequence};
use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Mutex, PoisonError, mpsc::sync_channel},
    thread,
};
use store::{
    Cancel, CaptureId, CoverageInterval, Payloads, RecordId, Scope, ShardKey, ShardWalk, Store,
    StoreError, WalkedRecord,
};

/// Pages that wait for who takes them.
const PAGES_WAITING: usize = 8;

/// A record as it may be shown.
pub(super) struct ShownRecord {
    pub id: RecordId,
    pub sequence: SequenceNumber,
    pub sub: SubSequence,
    pub arrival: Millis,
    pub partition_key: Option<String>,
    /// As stored: layers are taken off it, and what comes out is masked then.
    raw: Vec<u8>,
    /// Nothing where no rule changed anything.
    masked: Option<Vec<u8>>,
}

impl ShownRecord {
    fn new(record: WalkedRecord, masks: &Masks) -> Self {
        let masked = match shown(&record.payload, masks) {
            Cow::Borrowed(_) => None,
            Cow::Owned(masked) => Some(masked).filter(|masked| *masked != record.payload),
        };
        Self {
            id: record.id,
            sequence: record.sequence,
            sub: record.sub,
            arrival: record.arrival,
            partition_key: record.partition_key.map(|key| masks.key(&key).into_owned()),
            raw: record.payload,
            masked,
        }
    }

    /// What it takes in memory.
    pub fn bytes(&self) -> usize {
        self.raw.len() + self.masked.as_ref().map_or(0, Vec::len)
    }

    pub fn shown(&self) -> &[u8] {
        self.masked.as_deref().unwrap_or(&self.raw)
    }

    #[cfg(test)]
    pub fn of_json(id: RecordId, arrival: Millis, json: &str) -> Self {
        Self {
            id,
            sequence: id.0.to_string().parse().expect("a number"),
            sub: 0,
            arrival,
            partition_key: None,
            raw: json.as_bytes().to_vec(),
            masked: None,
        }
    }
}

/// Which records.
#[derive(Clone)]
pub(super) struct Source {
    pub store: Store,
    pub masks: Masks,
    pub unpacking: Unpacking,
    /// None: all that there are, at any time.
    pub chosen: Vec<CaptureId>,
}

impl Source {
    /// One record's payload as it may be shown; `None` once it is gone.
    pub fn shown_payload(&self, id: RecordId) -> Result<Option<Vec<u8>>, StoreError> {
        let full = self.store.record(id)?;
        Ok(full.map(|full| shown(&full.payload, &self.masks).into_owned()))
    }

    /// The events that lie in a record that is not plain JSON; none once it is gone.
    pub fn unpacked(&self, id: RecordId) -> Result<Vec<Unpacked>, StoreError> {
        let Some(full) = self.store.record(id)? else {
            return Ok(Vec::new());
        };
        self.unpacking
            .events(&self.store, full.row.shard, &full.payload, &self.masks)
    }

    /// The same, of a record that was read.
    pub fn unpacked_of(
        &self,
        shard: ShardKey,
        record: &ShownRecord,
    ) -> Result<Vec<Unpacked>, StoreError> {
        self.unpacking
            .events(&self.store, shard, &record.raw, &self.masks)
    }

    /// Whether a record has this partition key.
    pub fn has_key(&self, id: RecordId, key: &str) -> Result<bool, StoreError> {
        let full = self.store.record(id)?;
        Ok(full.is_some_and(|full| {
            let own = full.row.partition_key.as_deref();
            own.is_some_and(|own| self.masks.key(own) == key)
        }))
    }

    /// Whether the shard's records are read by layers that somebody pinned.
    pub fn is_pinned(&self, shard: ShardKey) -> Result<bool, StoreError> {
        self.unpacking.is_pinned(&self.store, shard)
    }

    pub fn captures(&self) -> Result<Vec<CaptureId>, StoreError> {
        if !self.chosen.is_empty() {
            return Ok(self.chosen.clone());
        }
        let all = self.store.captures()?;
        Ok(all.into_iter().map(|capture| capture.id).collect())
    }

    /// A walk for each shard that may hold a record that the filter lets through.
    pub fn walks(&self, filter: &Filter) -> Result<Vec<ShardWalk>, StoreError> {
        let captures = self.captures()?;
        if captures.is_empty() {
            return Ok(Vec::new());
        }
        self.store.walks(&Scope { captures }, filter)
    }

    /// Walks shards, as many at once as `readers` says: `make` runs on the threads that read, `take` on this one.
    /// Ends early where it is cancelled.
    pub fn walk<T: Send>(
        &self,
        walks: Vec<ShardWalk>,
        readers: usize,
        cancel: &Cancel,
        make: impl Fn(ShardKey, Vec<ShownRecord>) -> T + Sync,
        mut take: impl FnMut(T),
    ) -> Result<(), StoreError> {
        let readers = readers.min(walks.len());
        if readers < 2 {
            for walk in walks {
                self.walk_one(walk, cancel, |shard, page| {
                    take(make(shard, page));
                    true
                })?;
            }
            return Ok(());
        }
        let waiting = Mutex::new(walks);
        let next = || {
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.pop()
        };
        let (sender, receiver) = sync_channel::<Result<T, StoreError>>(PAGES_WAITING);
        thread::scope(|scope| {
            for sender in vec![sender; readers] {
                let (make, next) = (&make, &next);
                scope.spawn(move || {
                    while let Some(walk) = next() {
                        let send = |shard, page| sender.send(Ok(make(shard, page))).is_ok();
                        if let Err(error) = self.walk_one(walk, cancel, send) {
                            // nobody listens any more where this fails
                            let _ = sender.send(Err(error));
                            return;
                        }
                    }
                });
            }
            receiver.into_iter().try_for_each(|made| {
                take(made?);
                Ok(())
            })
        })
    }

    /// Gives page after page until `take` wants no more.
    pub fn walk_one(
        &self,
        mut walk: ShardWalk,
        cancel: &Cancel,
        mut take: impl FnMut(ShardKey, Vec<ShownRecord>) -> bool,
    ) -> Result<(), StoreError> {
        while !cancel.is_cancelled()
            && let Some(page) = walk.next_page(Payloads::With)?
        {
            let page = page.into_iter();
            let page = page.map(|record| ShownRecord::new(record, &self.masks));
            if !take(walk.shard(), page.collect()) {
                break;
            }
        }
        Ok(())
    }
}

type Range = (SequenceNumber, SequenceNumber);

/// What was taken of each shard: ranges of sequence numbers, both ends included, sorted and apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken(HashMap<ShardKey, Vec<Range>>);

impl Taken {
    /// What captures cover.
    pub fn covered<'a>(intervals: impl Iterator<Item = &'a CoverageInterval>) -> Self {
        let mut shards: HashMap<ShardKey, Vec<Range>> = HashMap::new();
        for interval in intervals {
            if let Some(range) = interval.sequences {
                shards.entry(interval.shard).or_default().push(range);
            }
        }
        for ranges in shards.values_mut() {
            *ranges = union(std::mem::take(ranges));
        }
        Self(shards)
    }

    pub fn holds(&self, shard: ShardKey, sequence: SequenceNumber) -> bool {
        let ranges = self.0.get(&shard).map_or(&[][..], Vec::as_slice);
        let after = ranges.partition_point(|range| range.0 <= sequence);
        after
            .checked_sub(1)
            .is_some_and(|at| sequence <= ranges[at].1)
    }

    /// Of one shard, what is here and was not there. The record at which a range goes on is met again.
    pub fn beyond(&self, before: &Self, shard: ShardKey) -> Vec<Range> {
        let of = |taken: &'_ Self| taken.0.get(&shard).cloned().unwrap_or_default();
        let known = of(before);
        let new = of(self).into_iter();
        new.flat_map(|range| without(range, &known)).collect()
    }
}

fn union(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_unstable();
    let mut apart: Vec<Range> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match apart.last_mut() {
            Some(last) if range.0 <= last.1 => last.1 = last.1.max(range.1),
            _ => apart.push(range),
        }
    }
    apart
}

fn without((first, last): Range, known: &[Range]) -> Vec<Range> {
    let mut rest = Vec::new();
    let mut from = first;
    let mut is_met = false;
    for &(start, end) in known {
        if end < from || start > last {
            continue;
        }
        if start > from {
            rest.push((from, start));
        }
        (from, is_met) = (end, true);
    }
    if from < last || !is_met {
        rest.push((from, last));
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: u32) -> SequenceNumber {
        value.to_string().parse().expect("a sequence number")
    }

    fn ranges(ranges: &[(u32, u32)]) -> Vec<Range> {
        let range = |&(first, last): &(u32, u32)| (number(first), number(last));
        ranges.iter().map(range).collect()
    }

    fn rest(range: (u32, u32), known: &[(u32, u32)]) -> Vec<Range> {
        without((number(range.0), number(range.1)), &ranges(known))
    }

    #[test]
    fn only_what_is_new_is_read() {
        assert_eq!(rest((1, 9), &[]), ranges(&[(1, 9)]));
        assert_eq!(rest((1, 9), &[(1, 9)]), []);
        assert_eq!(rest((1, 9), &[(1, 5)]), ranges(&[(5, 9)]));
        assert_eq!(rest((1, 9), &[(3, 5)]), ranges(&[(1, 3), (5, 9)]));
        assert_eq!(rest((1, 9), &[(1, 2), (4, 9)]), ranges(&[(2, 4)]));
        assert_eq!(rest((4, 4), &[]), ranges(&[(4, 4)]));
        assert_eq!(rest((4, 4), &[(4, 4)]), []);
        assert_eq!(rest((4, 6), &[(7, 9)]), ranges(&[(4, 6)]));
    }

    #[test]
    fn ranges_that_overlap_are_one() {
        let apart = union(ranges(&[(5, 9), (1, 3), (3, 4), (8, 12)]));
        assert_eq!(apart, ranges(&[(1, 4), (5, 12)]));
    }
}
