//! Meeting every record that a filter may let through once, what was stored last first: for questions
//! about all of them.
//!
//! A sweep is pinned to what was stored when it began and holds no snapshot between its slices, which
//! may be read on several threads. It rules out what blocks tell of themselves; whether a record
//! matches, the caller asks. It keeps no record.

use super::{
    Payloads, Scope,
    in_part::InPart,
    packed::is_one_unnamed,
    scan::{self, Order, RUNS_PER_SLICE},
    scope::{self, ScopeShard},
    sieve::Sieve,
    texts::{BlockTexts, Said},
};
use crate::{
    RecordId, Store, StoreError,
    blocks::{self, BlockHeader},
    ranges::Within,
    search::{Searched, searched},
    tail,
};
use query::{Filter, Subject};
use rusqlite::Connection;
use std::{ops::Range, sync::Arc};

const NOTHING: Said<'static> = Said {
    payload: &[],
    text: None,
};

/// What is left of a scope.
pub struct Sweep {
    common: Arc<Common>,
    lanes: Vec<Lane>,
    total: u64,
}

struct Common {
    store: Store,
    sieve: Sieve,
    payloads: Payloads,
}

struct Lane {
    shard: Arc<ScopeShard>,
    /// Numbers below are left.
    left: u64,
    /// About the newest of them.
    frontier: i64,
}

/// Some records of one shard, still to be read.
pub struct Slice {
    common: Arc<Common>,
    shard: Arc<ScopeShard>,
    numbers: Range<u64>,
}

/// What a slice stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SliceRead {
    pub records: u64,
    /// Of those, the ones of which a part only could be searched: more may be packed in them than subjects have.
    pub in_part: u64,
}

impl Store {
    /// Nothing is read before the first slice. Without payloads, subjects have empty ones.
    pub fn sweep(
        &self,
        scope: &Scope,
        filter: &Filter,
        payloads: Payloads,
    ) -> Result<Sweep, StoreError> {
        let mut sieve = Sieve::new(filter, &self.shared.library);
        if payloads != Payloads::Without {
            sieve = sieve.looking_into_all(&self.shared.library);
        }
        let snapshot = self.shared.readers.snapshot()?;
        let mut shards = scope::shards(&snapshot, scope, &sieve.bounds)?;
        // whoever is given the records may ask, too
        self.shared.readings.tell(&mut shards);
        sieve.facts.learn_written(&snapshot, &shards, |_| None)?;
        let counts = shards.iter().map(|shard| shard.covered_records(&snapshot));
        Ok(Sweep {
            total: counts.sum::<Result<u64, StoreError>>()?,
            lanes: shards.into_iter().map(Lane::new).collect(),
            common: Arc::new(Common {
                store: self.clone(),
                sieve,
                payloads,
            }),
        })
    }
}

impl Lane {
    fn new(shard: ScopeShard) -> Self {
        Self {
            left: shard.next_number,
            frontier: shard.arrivals.map_or(i64::MIN, |(_, last)| last),
            shard: Arc::new(shard),
        }
    }
}

impl Sweep {
    /// Records of the scope in shards that the filter does not rule out as a whole.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Some of the newest records that are left: about 8,000, or none where something else had to be
    /// found out first. `None` at the end.
    pub fn next_slice(&mut self) -> Result<Option<Slice>, StoreError> {
        let left = self.lanes.iter_mut().filter(|lane| lane.left > 0);
        let Some(lane) = left.max_by_key(|lane| lane.frontier) else {
            return Ok(None);
        };
        let snapshot = self.common.store.shared.readers.snapshot()?;
        let name = &lane.shard.name;
        let facts = &self.common.sieve.facts;
        let mut numbers = 0..0;
        if facts.learn(&snapshot, name, lane.shard.next_number)? {
            let runs = scan::runs(&snapshot, name.key.0, &(0..lane.left), Order::NewestFirst)?;
            numbers = match runs.last() {
                Some((run, _)) if runs.len() == RUNS_PER_SLICE => run.first.into()..lane.left,
                _ => 0..lane.left,
            };
            lane.left = numbers.start;
            if let Some((_, block)) = runs.last() {
                lane.frontier = block.arrival_min;
            }
        }
        Ok(Some(Slice {
            common: Arc::clone(&self.common),
            shard: Arc::clone(&lane.shard),
            numbers,
        }))
    }
}

impl Slice {
    /// Gives each record that no index rules out to `take`; answers how many it stands for.
    pub fn read(
        &self,
        take: &mut dyn FnMut(&Subject<'_>, RecordId),
    ) -> Result<SliceRead, StoreError> {
        let in_part = InPart::default();
        let records = self.read_all(take, &in_part)?;
        Ok(SliceRead {
            records,
            in_part: in_part.get(),
        })
    }

    fn read_all(
        &self,
        take: &mut dyn FnMut(&Subject<'_>, RecordId),
        in_part: &InPart,
    ) -> Result<u64, StoreError> {
        // what was in the tail may be in blocks now: both are looked up in one snapshot
        let snapshot = self.common.store.shared.readers.snapshot()?;
        let mut records = 0;
        let mut left = self.numbers.clone();
        while !left.is_empty() {
            let runs = scan::runs(&snapshot, self.shard.name.key.0, &left, Order::NewestFirst)?;
            for (run, block) in &runs {
                let part = left.start.max(run.first.into())..left.end.min(run.end());
                if !part.is_empty() {
                    records += self.shard.covered.count(&snapshot, block, &part)?;
                    self.sealed(&snapshot, block, &part, take, in_part)?;
                }
            }
            left.end = match runs.last() {
                Some((run, _)) if runs.len() == RUNS_PER_SLICE => run.first.into(),
                _ => left.start,
            };
        }
        if self.numbers.is_empty() {
            return Ok(records);
        }
        Ok(records + self.unsealed(&snapshot, take, in_part)?)
    }

    fn sealed(
        &self,
        snapshot: &Connection,
        block: &BlockHeader,
        numbers: &Range<u64>,
        take: &mut dyn FnMut(&Subject<'_>, RecordId),
        in_part: &InPart,
    ) -> Result<(), StoreError> {
        let Common {
            sieve, payloads, ..
        } = &*self.common;
        let ScopeShard { name, covered, .. } = &*self.shard;
        if covered.within(block.first, block.last) == Within::NotAtAll || !sieve.may_hold(block) {
            return Ok(());
        }
        let holdings = sieve.holdings();
        let texts = sieve.texts_of(holdings.as_deref(), name, block);
        let lane = (&**name, covered);
        if let Some(texts) = &texts {
            in_part.add(sieve.in_part(snapshot, lane, block, numbers, texts)?);
        }
        if texts.as_ref().is_some_and(BlockTexts::rules_out_all) {
            return Ok(());
        }
        let columns = blocks::columns(snapshot, block)?;
        let places = sieve.candidates(lane, block, &columns, numbers, texts.as_ref());
        let id = |number| RecordId::new(name.key, number);
        let (is_with, is_packed) = match payloads {
            Payloads::With => (true, false),
            Payloads::OfPacked => (false, is_one_unnamed(&columns, &places)),
            Payloads::Without => (false, false),
        };
        if let Some(texts) = texts.as_ref().filter(|_| is_packed) {
            for (place, number) in places {
                let row = columns.row(place);
                let text = texts.packed(place).filter(|_| row.event_type.is_none());
                let said = Said { text, ..NOTHING };
                take(&sieve.subject(name, (&row, number), said), id(number));
            }
        } else if !is_with && !is_packed {
            for (place, number) in places {
                let row = columns.row(place);
                take(&sieve.subject(name, (&row, number), NOTHING), id(number));
            }
        } else if !places.is_empty() {
            let decoded = blocks::with_payloads(snapshot, block, columns)?;
            for (place, number) in places {
                let (row, payload) = (decoded.columns.row(place), decoded.payload(place));
                let known = texts.as_ref().map(|texts| texts.said(place).text);
                let is_asked = is_with || row.event_type.is_none();
                let found = if known.is_none() && is_asked {
                    searched(payload, &name.reading.by)
                } else {
                    Searched::default()
                };
                in_part.add(u64::from(found.is_in_part));
                let text = known.flatten().or(found.text.as_deref());
                let payload = if is_with { payload } else { &[] };
                let said = Said { payload, text };
                take(&sieve.subject(name, (&row, number), said), id(number));
            }
        }
        Ok(())
    }

    fn unsealed(
        &self,
        snapshot: &Connection,
        take: &mut dyn FnMut(&Subject<'_>, RecordId),
        in_part: &InPart,
    ) -> Result<u64, StoreError> {
        let ScopeShard { name, covered, .. } = &*self.shard;
        let mut records = 0;
        for (first, record) in tail::records(snapshot, name.key, self.numbers.clone())? {
            if !covered.contains(record.sequence) {
                continue;
            }
            records += record.rows() as u64;
            for sub in 0..record.rows() {
                let (row, number) = (record.row(sub), first + sub as u32);
                let payload = match self.common.payloads {
                    Payloads::With => &record.blob[row.range()],
                    Payloads::OfPacked if row.event_type.is_none() => &record.blob[row.range()],
                    Payloads::OfPacked | Payloads::Without => &[],
                };
                let found = searched(payload, &name.reading.by);
                let is_shown = self.common.payloads == Payloads::With;
                let said = Said {
                    payload: if is_shown { payload } else { &[] },
                    text: found.text.as_deref(),
                };
                let sieve = &self.common.sieve;
                let subject = sieve.subject(name, (&row, number), said);
                in_part.add(u64::from(found.is_in_part && sieve.bounds.admits(&subject)));
                take(&subject, RecordId::new(name.key, number));
            }
        }
        Ok(records)
    }
}
