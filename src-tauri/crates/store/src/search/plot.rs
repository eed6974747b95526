//! What a search has to look at, in the order in which it does: the places that may hold the newest
//! records first. Words that an index knows leave only the records that have them.

use super::{
    build::BlockText,
    catalog::{Catalog, LiveBlock},
    library::Holdings,
    needle::{Finder, Needle},
    segment::{Opened, Piece},
    words::{Key, required_keys},
};
use crate::{
    ShardKey, StoreError, blocks,
    ranges::Within,
    tail,
    view::{Covered, Scope, ScopeShard, scope_shards},
};
use query::Filter;
use rusqlite::Connection;
use std::collections::HashMap;

/// What a search looks at, by falling `arrival_max`.
pub(super) struct Plot<'a> {
    pub stops: Vec<Stop<'a>>,
    pub total: u64,
    /// Records that an index ruled out.
    pub ruled_out: u64,
    /// Of those, the ones that it does not know whole.
    pub undecoded: u64,
}

/// Some records of one shard.
pub(super) struct Stop<'a> {
    pub shard: ShardKey,
    /// No record is newer.
    pub arrival_max: i64,
    pub records: u64,
    part: Part,
    pub source: Source<'a>,
}

/// What of a block the scope has.
enum Part {
    Whole,
    /// By place, whether it has the record.
    Places(Vec<bool>),
}

pub(super) enum Source<'a> {
    Text {
        opened: Opened<'a>,
        piece: &'a Piece,
        /// The only places that can hold the needle.
        only: Option<Vec<usize>>,
    },
    Block(i64),
    Tail(Box<TailText>),
}

/// Records that are not sealed.
pub(super) struct TailText {
    pub text: BlockText,
    pub numbers: Vec<u32>,
    pub arrivals: Vec<i64>,
}

impl<'a> Plot<'a> {
    pub fn draw(
        snapshot: &Connection,
        scope: &Scope,
        needle: &Needle,
        finder: &Finder,
        catalog: &Catalog,
        holdings: &'a Holdings,
        opened: &[Option<Opened<'a>>],
    ) -> Result<Self, StoreError> {
        let shards = scope_shards(snapshot, scope, &Filter::Everything.bounds())?;
        let by_key: HashMap<ShardKey, &ScopeShard> =
            shards.iter().map(|shard| (shard.name.key, shard)).collect();
        let told = Told::ask(needle, finder, opened);
        let mut plot = Self {
            stops: Vec::new(),
            total: 0,
            ruled_out: 0,
            undecoded: 0,
        };
        for block in &catalog.blocks {
            let Some(shard) = by_key.get(&block.shard) else {
                continue;
            };
            let Some(part) = part(snapshot, &shard.covered, block)? else {
                continue;
            };
            let place = holdings
                .place(block)
                .and_then(|place| Some((place, opened[place.0]?)));
            let source = match place {
                None => Source::Block(block.key),
                Some((place, opened)) => Source::Text {
                    opened,
                    piece: holdings.piece(place),
                    only: told.places(place),
                },
            };
            plot.add(Stop::new(
                block.shard,
                block.arrival_max,
                block.rows,
                part,
                source,
            ));
        }
        for shard in &shards {
            if let Some(stop) = tail_of(snapshot, shard)? {
                plot.add(stop);
            }
        }
        plot.stops
            .sort_unstable_by_key(|stop| std::cmp::Reverse(stop.arrival_max));
        Ok(plot)
    }

    fn add(&mut self, stop: Stop<'a>) {
        self.total += stop.records;
        match &stop.source {
            Source::Text {
                only: Some(only),
                piece,
                ..
            } if only.is_empty() => {
                self.ruled_out += stop.records;
                self.undecoded += u64::from(piece.in_part);
            }
            _ if stop.records > 0 => self.stops.push(stop),
            _ => {}
        }
    }
}

impl<'a> Stop<'a> {
    fn new(shard: ShardKey, arrival_max: i64, rows: u32, part: Part, source: Source<'a>) -> Self {
        let records = match &part {
            Part::Whole => u64::from(rows),
            Part::Places(places) => places.iter().filter(|&&is_within| is_within).count() as u64,
        };
        Self {
            shard,
            arrival_max,
            records,
            part,
            source,
        }
    }

    pub fn has(&self, place: usize) -> bool {
        match &self.part {
            Part::Whole => true,
            Part::Places(places) => places[place],
        }
    }
}

/// Nothing if no record of the block is in the scope.
fn part(
    snapshot: &Connection,
    covered: &Covered,
    block: &LiveBlock,
) -> Result<Option<Part>, StoreError> {
    match covered.within(block.first, block.last) {
        Within::NotAtAll => return Ok(None),
        Within::Wholly => return Ok(Some(Part::Whole)),
        Within::Partly => {}
    }
    let Some(raw) = blocks::raw(snapshot, block.key)? else {
        return Ok(None);
    };
    let columns = raw.columns()?;
    let is_covered = |place| covered.contains(columns.row(place).sequence);
    let places = (0..columns.len()).map(is_covered).collect();
    Ok(Some(Part::Places(places)))
}

fn tail_of<'a>(snapshot: &Connection, shard: &ScopeShard) -> Result<Option<Stop<'a>>, StoreError> {
    let mut tail = TailText {
        text: BlockText::default(),
        numbers: Vec::new(),
        arrivals: Vec::new(),
    };
    let records = tail::records(snapshot, shard.name.key, 0..shard.next_number)?;
    for (first, record) in &records {
        if !shard.covered.contains(record.sequence()) {
            continue;
        }
        for sub in 0..record.rows() {
            let row = record.row(sub);
            tail.text.push(&record.blob[row.range()]);
            tail.numbers.push(first + sub as u32);
            tail.arrivals.push(row.arrival.0);
        }
    }
    tail.text.finish();
    let Some(&arrival_max) = tail.arrivals.iter().max() else {
        return Ok(None);
    };
    let rows = tail.numbers.len() as u32;
    Ok(Some(Stop::new(
        shard.name.key,
        arrival_max,
        rows,
        Part::Whole,
        Source::Tail(Box::new(tail)),
    )))
}

/// What the segments' indexes say: by segment, and there by piece, the only places; nothing for a
/// segment that cannot tell.
struct Told(Vec<Option<HashMap<usize, Vec<usize>>>>);

impl Told {
    fn ask(needle: &Needle, finder: &Finder, opened: &[Option<Opened>]) -> Self {
        let text = needle.text.as_bytes();
        let keys = required_keys(text, !needle.case_sensitive, needle.whole_word);
        let ask = |opened: &Option<Opened>| {
            let opened = (*opened)?;
            let folds_beyond = opened.segment.has_wide && finder.folds_beyond_ascii();
            (!keys.is_empty() && !folds_beyond).then(|| by_piece(opened, &keys))?
        };
        Self(opened.iter().map(ask).collect())
    }

    fn places(&self, (segment, piece): (usize, usize)) -> Option<Vec<usize>> {
        let by_piece = self.0[segment].as_ref()?;
        Some(by_piece.get(&piece).cloned().unwrap_or_default())
    }
}

fn by_piece(opened: Opened, keys: &[Key]) -> Option<HashMap<usize, Vec<usize>>> {
    let mut by_piece: HashMap<usize, Vec<usize>> = HashMap::new();
    for (piece, place) in opened.rows_with(keys)? {
        by_piece.entry(piece).or_default().push(place);
    }
    Some(by_piece)
}
