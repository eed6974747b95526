//! Which blocks the index of words rules out, so that not even their rows are read: of a million records, two thousand.

use super::scope::{Covered, ShardName};
use crate::{
    block::NumberRun,
    ranges::Within,
    search::{Catalog, Holdings, Library, TextFilter},
};
use std::{ops::Range, sync::Arc};

/// What the index and the known blocks are at one moment.
pub(super) struct Passing<'t> {
    wanted: &'t TextFilter,
    holdings: Arc<Holdings>,
    catalog: Arc<Catalog>,
}

/// A block in which nothing matches.
#[derive(Clone, Copy)]
pub(super) struct Passed {
    pub arrival_min: i64,
    is_covered: bool,
}

impl<'t> Passing<'t> {
    pub fn new(wanted: &'t TextFilter, library: &Library) -> Self {
        Self {
            wanted,
            holdings: library.holdings(),
            catalog: library.known(),
        }
    }

    /// Nothing if a record of the block to which the run leads may match, if one of them was searched in part only or was read
    /// otherwise than now, or if that is not known.
    pub fn over(
        &self,
        (shard, covered): (&ShardName, &Covered),
        run: NumberRun,
        block: i64,
    ) -> Option<Passed> {
        let live = self.catalog.of_run(shard.key, run, block)?;
        let (segment, piece) = self.holdings.place(live)?;
        let opened = self.holdings.segments[segment].opened()?;
        let found = &opened.segment.pieces[piece];
        let is_whole = found.in_part.is_empty() && found.is_read_by(shard.reading.version);
        if !is_whole || !self.wanted.rules_out(&self.holdings, opened, piece) {
            return None;
        }
        let outline = &live.outline;
        let is_covered = match covered.within(outline.first, outline.last) {
            Within::Wholly => true,
            Within::NotAtAll => false,
            Within::Partly => return None,
        };
        Some(Passed {
            arrival_min: outline.arrival_min,
            is_covered,
        })
    }
}

impl Passed {
    /// How many of the block's records with these numbers the scope has.
    pub fn covered(self, numbers: &Range<u64>) -> u64 {
        if self.is_covered {
            numbers.end.saturating_sub(numbers.start)
        } else {
            0
        }
    }
}
