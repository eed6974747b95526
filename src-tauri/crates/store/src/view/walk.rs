//! Reading one shard's records in the order of their sequence numbers, a block at a time.
//!
//! For whoever must take every record of a selection in its true order: replays, comparisons,
//! exports. A walk keeps its place as a sequence number and holds no snapshot between pages, so it
//! may last for hours. It is pinned to the records that were stored when it began: what is stored
//! later never shows up in the middle of it. It knows nothing of other shards.

use super::{
    Scope,
    in_part::InPart,
    scope::{self, Covered, ScopeShard, ShardName},
    sieve::Sieve,
    texts::BlockTexts,
};
use crate::{
    RecordFlags, RecordId, ShardKey, Store, StoreError, StreamKey,
    block::DecodedBlock,
    blocks::{self, BlockHeader},
    prepare::Row,
    ranges::{Ranges, Within},
    tail::{self, TailRecord},
};
use query::Filter;
use record::{HashKey, Millis, SequenceNumber, SubSequence};
use rusqlite::Connection;
use std::sync::Arc;

/// A record as it is met on a walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkedRecord {
    pub id: RecordId,
    pub sequence: SequenceNumber,
    pub sub: SubSequence,
    pub arrival: Millis,
    pub partition_key: Option<String>,
    /// Known for user records of an aggregate only: Kinesis gives it back for no other.
    pub explicit_hash_key: Option<HashKey>,
    pub flags: RecordFlags,
    pub size_bytes: u64,
    /// Empty on a walk without payloads.
    pub payload: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payloads {
    With,
    /// Only what is packed in records that name no type, for who asks for the types of events. On a walk, none.
    OfPacked,
    Without,
}

/// A place in one shard, moved on page by page.
#[derive(Clone)]
pub struct ShardWalk {
    store: Store,
    shard: Arc<ShardName>,
    covered: Covered,
    sieve: Arc<Sieve>,
    /// Records with this number or a higher one were stored later than the walk began.
    end_number: u64,
    /// Sorted; `None` takes all.
    only: Option<Arc<[u32]>>,
    place: Place,
    last: Option<SequenceNumber>,
    /// Nothing below is unsealed: records only ever go from the tail to blocks.
    tail_from: Option<SequenceNumber>,
    is_done: bool,
}

#[derive(Clone, Copy)]
enum Place {
    From(SequenceNumber),
    After(SequenceNumber),
}

impl Store {
    /// A walk for each shard of `scope` that may hold a record that `filter` lets through, in the
    /// order of the shards' keys. Nothing is read before the first page.
    pub fn walks(&self, scope: &Scope, filter: &Filter) -> Result<Vec<ShardWalk>, StoreError> {
        let sieve = Arc::new(Sieve::new(filter, &self.shared.library));
        let snapshot = self.shared.readers.snapshot()?;
        let mut shards = scope::shards(&snapshot, scope, &sieve.bounds)?;
        sieve.read_by(self, &mut shards);
        sieve.facts.learn_written(&snapshot, &shards, |_| None)?;
        let walk = |shard: ScopeShard| {
            let tail = tail::records(&snapshot, shard.name.key, 0..shard.next_number)?;
            Ok(ShardWalk {
                store: self.clone(),
                covered: shard.covered,
                sieve: Arc::clone(&sieve),
                end_number: shard.next_number,
                only: None,
                place: Place::From(first_possible()?),
                last: shard.last_sequence,
                tail_from: tail.iter().map(|(_, record)| record.sequence).min(),
                is_done: shard.records == 0,
                shard: shard.name,
            })
        };
        shards.into_iter().map(walk).collect()
    }
}

fn first_possible() -> Result<SequenceNumber, StoreError> {
    SequenceNumber::from_key(&[0]).map_err(|e| StoreError::damaged(e.to_string()))
}

impl ShardWalk {
    pub fn shard(&self) -> ShardKey {
        self.shard.key
    }

    pub fn stream(&self) -> StreamKey {
        self.shard.stream
    }

    /// The number after the last record that the walk may meet; for [`pinned_at`](Self::pinned_at).
    pub fn end_number(&self) -> u64 {
        self.end_number
    }

    /// Meets no record that was stored after the walk with this end was begun.
    #[must_use]
    pub fn pinned_at(mut self, end_number: u64) -> Self {
        self.end_number = self.end_number.min(end_number);
        self
    }

    /// The stretches of the captures that the walk is limited to, both ends included; `None` where it is not.
    pub fn covered(&self) -> Option<Vec<(SequenceNumber, SequenceNumber)>> {
        match &self.covered {
            Covered::Everything => None,
            Covered::Only(ranges) => Some(ranges.ends().collect()),
        }
    }

    /// Meets records in these stretches only, whatever the captures have read since.
    #[must_use]
    pub fn covering(mut self, stretches: &[(SequenceNumber, SequenceNumber)]) -> Self {
        self.covered = Covered::Only(Ranges::of_ends(stretches));
        self
    }

    /// Meets records from `first` to `last` only, both included.
    #[must_use]
    pub fn between(mut self, first: SequenceNumber, last: SequenceNumber) -> Self {
        self.place = Place::From(first);
        self.last = Some(self.last.map_or(last, |end| end.min(last)));
        self.is_done |= first > last;
        self
    }

    /// Meets these records only. Ids of other shards are passed over.
    #[must_use]
    pub fn only(mut self, ids: &[RecordId]) -> Self {
        let here = ids.iter().filter(|id| id.shard() == self.shard.key);
        let mut numbers: Vec<u32> = here.map(|id| id.number()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        self.is_done |= numbers.is_empty();
        self.only = Some(numbers.into());
        self
    }

    /// The next records in sequence order: those of about a block. `None` at the end, and never an
    /// empty page.
    pub fn next_page(
        &mut self,
        payloads: Payloads,
    ) -> Result<Option<Vec<WalkedRecord>>, StoreError> {
        while !self.is_done {
            let page = self.step(payloads)?;
            if !page.is_empty() {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    fn step(&mut self, payloads: Payloads) -> Result<Vec<WalkedRecord>, StoreError> {
        let store = self.store.clone();
        let snapshot = store.shared.readers.snapshot()?;
        while !self
            .sieve
            .facts
            .learn(&snapshot, &self.shard, self.end_number)?
        {}
        let block = self.next_block(&snapshot)?;
        let until = block.as_ref().map(|block| block.last);
        let mut page = match &block {
            Some(block) => self.sealed(&snapshot, block, payloads)?,
            None => Vec::new(),
        };
        let in_reach = |from| until.is_none_or(|until| from <= until);
        if self.tail_from.is_some_and(in_reach) {
            let tail = tail::records(&snapshot, self.shard.key, 0..self.end_number)?;
            page.extend(self.unsealed(&tail, until, payloads));
            page.sort_by_key(|record| (record.sequence, record.sub));
        }
        match until {
            Some(until) if self.last.is_none_or(|last| until < last) => {
                self.place = Place::After(until);
            }
            _ => self.is_done = true,
        }
        Ok(page)
    }

    /// The block that holds the next record, or lies after it.
    fn next_block(&self, snapshot: &Connection) -> Result<Option<BlockHeader>, StoreError> {
        let (Place::From(place) | Place::After(place)) = self.place;
        let around = blocks::at_or_before(snapshot, self.shard.key, place)?;
        let block = match around.filter(|block| self.is_ahead(block.last)) {
            Some(block) => Some(block),
            None => blocks::after(snapshot, self.shard.key, place)?,
        };
        Ok(block.filter(|block| self.last.is_none_or(|last| block.first <= last)))
    }

    fn is_ahead(&self, sequence: SequenceNumber) -> bool {
        match self.place {
            Place::From(first) => sequence >= first,
            Place::After(last) => sequence > last,
        }
    }

    fn wants(&self, number: u32, sequence: SequenceNumber) -> bool {
        self.is_ahead(sequence)
            && self.last.is_none_or(|last| sequence <= last)
            && self.wants_number(number)
    }

    fn wants_number(&self, number: u32) -> bool {
        u64::from(number) < self.end_number
            && self
                .only
                .as_ref()
                .is_none_or(|only| only.binary_search(&number).is_ok())
    }

    fn sealed(
        &self,
        snapshot: &Connection,
        block: &BlockHeader,
        payloads: Payloads,
    ) -> Result<Vec<WalkedRecord>, StoreError> {
        let within = self.covered.within(block.first, block.last);
        let is_wanted = || block.numbers.iter().any(|number| self.wants_number(number));
        if within == Within::NotAtAll || !self.sieve.may_hold(block) || !is_wanted() {
            return Ok(Vec::new());
        }
        let holdings = self.sieve.holdings();
        let texts = self.sieve.texts_of(holdings.as_deref(), &self.shard, block);
        if texts.as_ref().is_some_and(BlockTexts::rules_out_all) {
            return Ok(Vec::new());
        }
        let lane = (&*self.shard, &self.covered);
        let columns = blocks::columns(snapshot, block)?;
        let numbers = 0..self.end_number;
        let mut places = self
            .sieve
            .candidates(lane, block, &columns, &numbers, texts.as_ref());
        places.retain(|&(place, number)| self.wants(number, columns.row(place).sequence));
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let id = |number| RecordId::new(self.shard.key, number);
        if payloads != Payloads::With && !self.sieve.needs_payload() {
            let rows = places
                .into_iter()
                .map(|(place, number)| (id(number), columns.row(place)))
                .filter(|(id, row)| {
                    self.sieve
                        .admits_row(&self.shard, (row, id.number()), &[], &InPart::default())
                });
            return Ok(rows.map(|(id, row)| walked(id, &row, &[])).collect());
        }
        let decoded = blocks::with_payloads(snapshot, block, columns)?;
        places.retain(|&place| self.sieve.admits(&self.shard, &decoded, place));
        let taken = |(place, number)| {
            let payload = shown(payloads, &decoded, place);
            walked(id(number), &decoded.columns.row(place), payload)
        };
        Ok(places.into_iter().map(taken).collect())
    }

    fn unsealed(
        &self,
        tail: &[TailRecord],
        until: Option<SequenceNumber>,
        payloads: Payloads,
    ) -> Vec<WalkedRecord> {
        let mut found = Vec::new();
        for (first, record) in tail {
            let in_reach = until.is_none_or(|until| record.sequence <= until);
            if !in_reach || !self.covered.contains(record.sequence) {
                continue;
            }
            for sub in 0..record.rows() {
                let (number, row) = (first + sub as u32, record.row(sub));
                let payload = &record.blob[row.range()];
                if self.wants(number, row.sequence)
                    && self.sieve.admits_row(
                        &self.shard,
                        (&row, number),
                        payload,
                        &InPart::default(),
                    )
                {
                    let payload = if payloads == Payloads::With {
                        payload
                    } else {
                        &[]
                    };
                    found.push(walked(RecordId::new(self.shard.key, number), &row, payload));
                }
            }
        }
        found
    }
}

fn shown(payloads: Payloads, block: &DecodedBlock, place: usize) -> &[u8] {
    match payloads {
        Payloads::With => block.payload(place),
        Payloads::OfPacked | Payloads::Without => &[],
    }
}

fn walked(id: RecordId, row: &Row, payload: &[u8]) -> WalkedRecord {
    WalkedRecord {
        id,
        sequence: row.sequence,
        sub: row.sub,
        arrival: row.arrival,
        partition_key: row.partition_key.map(str::to_owned),
        explicit_hash_key: row.explicit_hash_key,
        flags: row.flags,
        size_bytes: row.size_bytes.into(),
        payload: payload.to_vec(),
    }
}
