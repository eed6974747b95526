//! What a view takes of a block or of a tail: the filter's cheap parts first, payloads only where
//! they decide.

use super::{
    column::Entry,
    facts::Facts,
    in_part::InPart,
    passing::Passing,
    scope::{Covered, ShardName},
    texts::{BlockTexts, Said, Texts, by_place},
};
use crate::{
    StoreError,
    block::{self, Columns, DecodedBlock},
    blocks::{self, BlockHeader},
    prepare::Row,
    ranges::Within,
    search::{Holdings, Library, Searched, searched},
    tail::TailRecord,
};
use query::{Bounds, Filter, Mark, Marks, Matcher, Subject};
use record::Millis;
use rusqlite::Connection;
use std::{ops::Range, sync::Arc};

/// A filter made ready for blocks.
#[expect(clippy::struct_excessive_bools, reason = "separate facts")]
pub(crate) struct Sieve {
    pub bounds: Bounds,
    pub facts: Facts,
    pub(super) matcher: Matcher,
    /// Where search text rules records out before their block is read.
    pub(super) texts: Option<Texts>,
    pub(super) needs_payload: bool,
    /// What is packed in records that name no type may decide.
    pub(super) asks_for_types: bool,
    /// What records say decides.
    pub looks_into_events: bool,
    /// The stored bytes decide, not what they say.
    needs_stored: bool,
    /// A record's arrival decides alone.
    needs_arrival_only: bool,
}

impl Sieve {
    pub fn new(filter: &Filter, library: &Arc<Library>) -> Self {
        let bounds = filter.bounds();
        let window_only =
            bounds.keys.is_none() && bounds.types.is_none() && bounds.sequences.is_none();
        Self {
            facts: Facts::new(filter),
            matcher: filter.compile(),
            texts: Texts::of(filter, library),
            needs_payload: filter.needs_payload(),
            asks_for_types: filter.asks_for_types(),
            looks_into_events: filter.looks_into_events() || filter.asks_for_types(),
            needs_stored: filter.asks_for(Mark::Undecoded),
            // shards and streams were decided for the whole lane
            needs_arrival_only: bounds.exact && window_only,
            bounds,
        }
    }

    /// The matching records of a block with a number in `numbers`.
    pub fn block(
        &self,
        connection: &Connection,
        (shard, covered): (&ShardName, &Covered),
        block: &BlockHeader,
        numbers: &Range<u64>,
        in_part: &InPart,
    ) -> Result<Vec<Entry>, StoreError> {
        let within = covered.within(block.first, block.last);
        if within == Within::NotAtAll || !self.may_hold(block) {
            return Ok(Vec::new());
        }
        if within == Within::Wholly && self.needs_arrival_only {
            return self.by_arrival(block, numbers);
        }
        let holdings = self.holdings();
        let texts = self.texts_of(holdings.as_deref(), shard, block);
        if let Some(texts) = &texts {
            in_part.add(self.in_part(connection, (shard, covered), block, numbers, texts)?);
        }
        if texts.as_ref().is_some_and(BlockTexts::rules_out_all) {
            return Ok(Vec::new());
        }
        let decide = |texts: &BlockTexts| self.by_texts(shard, block, texts);
        if within == Within::Wholly
            && let Some(matches) = texts.as_ref().and_then(decide)
        {
            return by_place(block, numbers, &matches);
        }
        let columns = blocks::columns(connection, block)?;
        let lane = (shard, covered);
        let candidates = self.candidates(lane, block, &columns, numbers, texts.as_ref());
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        if !self.needs_payload && !self.may_be_packed(&columns, &candidates, texts.as_ref()) {
            let is_match = |row: &Row, (_, number)| self.admits_own(shard, (row, number));
            return Ok(matching(&columns, &candidates, is_match));
        }
        self.by_payload(
            connection,
            shard,
            (block, columns),
            &candidates,
            texts.as_ref(),
            in_part,
        )
    }

    /// The places of the records that match, where their texts are enough to tell.
    fn by_texts(
        &self,
        shard: &ShardName,
        block: &BlockHeader,
        texts: &BlockTexts,
    ) -> Option<Vec<usize>> {
        if let Some(matches) = texts.matches() {
            return Some(matches.to_vec());
        }
        if !self.texts.as_ref()?.decides_alone() {
            return None;
        }
        let mut matches = Vec::new();
        for place in (0..block.rows as usize).filter(|&place| texts.may_match(place)) {
            let Said { payload, text } = texts.said(place);
            // what is not of the payload is not asked for
            let subject = Subject {
                arrival: Millis(block.arrival_max),
                stream: &shard.stream_name,
                shard: &shard.id,
                partition_key: None,
                event_type: None,
                size_bytes: payload.len() as u64,
                sequence: &block.first,
                marks: Marks::NONE,
                payload,
                text,
                read_by: None,
            };
            if self.matcher.matches(&subject) {
                matches.push(place);
            }
        }
        Some(matches)
    }

    /// Those of the candidates that match, by what they say: from the search text where there is one.
    fn by_payload(
        &self,
        connection: &Connection,
        shard: &ShardName,
        (block, columns): (&BlockHeader, Columns),
        candidates: &[(usize, u32)],
        texts: Option<&BlockTexts>,
        in_part: &InPart,
    ) -> Result<Vec<Entry>, StoreError> {
        // they told already
        let (apart, is_known) = (InPart::default(), texts.is_some());
        let in_part = if is_known { &apart } else { in_part };
        if let Some(texts) = texts.filter(|_| !self.needs_stored) {
            let is_match = |row: &Row, (place, number)| {
                let said = texts.said(place);
                self.matcher
                    .matches(&self.subject(shard, (row, number), said))
            };
            return Ok(matching(&columns, candidates, is_match));
        }
        let decoded = blocks::with_payloads(connection, block, columns)?;
        Ok(matching(
            &decoded.columns,
            candidates,
            |row, (place, number)| {
                self.admits_row(shard, (row, number), decoded.payload(place), in_part)
            },
        ))
    }

    /// What search text there is, for [`texts_of`](Self::texts_of); nothing if no payload is looked at.
    pub fn holdings(&self) -> Option<Arc<Holdings>> {
        self.texts.as_ref().map(Texts::holdings)
    }

    /// Which blocks need not be read at all.
    pub fn passing(&self) -> Option<Passing<'_>> {
        self.texts.as_ref().and_then(Texts::passing)
    }

    pub fn texts_of<'h>(
        &self,
        holdings: Option<&'h Holdings>,
        shard: &ShardName,
        block: &BlockHeader,
    ) -> Option<BlockTexts<'h>> {
        self.texts.as_ref()?.of_block(holdings?, shard, block)
    }

    /// Places and numbers of a block's records that no index rules out.
    pub fn candidates(
        &self,
        (shard, covered): (&ShardName, &Covered),
        block: &BlockHeader,
        columns: &Columns,
        numbers: &Range<u64>,
        texts: Option<&BlockTexts>,
    ) -> Vec<(usize, u32)> {
        (0..)
            .zip(block.numbers.iter())
            .filter(|(_, number)| numbers.contains(&u64::from(*number)))
            .filter(|&(place, _)| texts.is_none_or(|texts| texts.may_match(place)))
            .filter(|&(place, _)| {
                let row = columns.row(place);
                covered.contains(row.sequence)
                    && self.bounds.admits(&subject(&row, shard, Marks::NONE, &[]))
            })
            .collect()
    }

    /// Whether payloads may decide; else columns do alone.
    pub fn needs_payload(&self) -> bool {
        self.needs_payload || self.asks_for_types
    }

    /// A record by its place in a block, and its number.
    pub fn admits(
        &self,
        shard: &ShardName,
        block: &DecodedBlock,
        (place, number): (usize, u32),
    ) -> bool {
        self.admits_row(
            shard,
            (&block.columns.row(place), number),
            block.payload(place),
            &InPart::default(),
        )
    }

    /// Takes apart what is packed in the payload.
    pub fn admits_row(
        &self,
        shard: &ShardName,
        (row, number): (&Row, u32),
        payload: &[u8],
        in_part: &InPart,
    ) -> bool {
        let asks_for_type = self.asks_for_types && row.event_type.is_none();
        let found = if self.needs_payload || asks_for_type {
            searched(payload, &shard.reading.by)
        } else {
            Searched::default()
        };
        in_part.add(u64::from(found.is_in_part && self.looks_into_events));
        let said = Said {
            payload,
            text: found.text.as_deref(),
        };
        self.matcher
            .matches(&self.subject(shard, (row, number), said))
    }

    /// The record as conditions see it.
    pub fn subject<'a>(
        &self,
        shard: &'a ShardName,
        (row, number): (&'a Row<'a>, u32),
        Said { payload, text }: Said<'a>,
    ) -> Subject<'a> {
        let marks = self.facts.marks(shard.key, row, number);
        Subject {
            text,
            ..subject(row, shard, marks, payload)
        }
    }

    fn by_arrival(
        &self,
        block: &BlockHeader,
        numbers: &Range<u64>,
    ) -> Result<Vec<Entry>, StoreError> {
        let arrivals = block::arrivals(&block.arrivals, block.rows as usize)?;
        let entries = arrivals.into_iter().zip(block.numbers.iter());
        Ok(entries
            .filter(|&(arrival, number)| {
                self.admits_time(arrival) && numbers.contains(&u64::from(number))
            })
            .map(|(arrival, number)| Entry { arrival, number })
            .collect())
    }

    /// The matching records of the tail.
    pub fn tail(
        &self,
        (shard, covered): (&ShardName, &Covered),
        records: &[TailRecord],
        in_part: &InPart,
    ) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (number, record) in records
            .iter()
            .filter(|(_, record)| covered.contains(record.sequence))
        {
            for sub in 0..record.rows() {
                let row = record.row(sub);
                let number = number + sub as u32;
                if self.admits_row(shard, (&row, number), &record.blob[row.range()], in_part) {
                    entries.push(Entry {
                        arrival: row.arrival.0,
                        number,
                    });
                }
            }
        }
        entries
    }

    /// Whether a block can hold a matching record at all.
    pub fn may_hold(&self, block: &BlockHeader) -> bool {
        let has = |sequences: &Vec<_>| {
            sequences
                .iter()
                .any(|s| (block.first..=block.last).contains(s))
        };
        self.bounds
            .from
            .is_none_or(|from| block.arrival_max >= from.0)
            && self
                .bounds
                .until
                .is_none_or(|until| block.arrival_min < until.0)
            && self.bounds.sequences.as_ref().is_none_or(has)
    }

    fn admits_time(&self, arrival: i64) -> bool {
        self.bounds.from.is_none_or(|from| arrival >= from.0)
            && self.bounds.until.is_none_or(|until| arrival < until.0)
    }
}

fn matching(
    columns: &Columns,
    candidates: &[(usize, u32)],
    is_match: impl Fn(&Row, (usize, u32)) -> bool,
) -> Vec<Entry> {
    let entry = |&(place, number): &(usize, u32)| {
        let row = columns.row(place);
        is_match(&row, (place, number)).then_some(Entry {
            arrival: row.arrival.0,
            number,
        })
    };
    candidates.iter().filter_map(entry).collect()
}

fn subject<'a>(
    row: &'a Row<'a>,
    shard: &'a ShardName,
    marks: Marks,
    payload: &'a [u8],
) -> Subject<'a> {
    Subject {
        arrival: row.arrival,
        stream: &shard.stream_name,
        shard: &shard.id,
        partition_key: row.partition_key,
        event_type: row.event_type,
        size_bytes: row.size_bytes.into(),
        sequence: &row.sequence,
        marks,
        payload,
        text: None,
        read_by: Some((&shard.reading.by.pipeline, &shard.reading.by.schemas)),
    }
}
