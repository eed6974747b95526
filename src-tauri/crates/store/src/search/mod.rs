//! Search: which records hold a text, the newest first, and how many there are.
//!
//! Texts of sealed blocks are kept uncompressed beside the workspace, in files that are made behind the
//! writer and may be deleted at any time; blocks without them, and the tail, are read from the database. Either
//! way the answer is the same: that of one moment, with what was searched. Sequence, keys and types of
//! records are not searched here, and a filter's other conditions are the views' affair.

mod build;
mod catalog;
mod filter;
mod gone;
mod indexer;
mod library;
mod map;
mod needle;
mod plan;
mod plot;
mod run;
mod segment;
mod text;
mod words;

pub(crate) use filter::TextFilter;
pub(crate) use indexer::{Indexer, Wake};
pub(crate) use library::{Holdings, Library};
pub use needle::Needle;
pub use plan::SearchLimits;
pub(crate) use segment::{Opened, Piece, fingerprint};

use crate::{Cancel, RecordId, Scope, Store, StoreError};
use needle::Finder;
use record::Millis;

/// Of text, to see what is rare in it.
const SAMPLE_BYTES: usize = 32 * 1024;

/// A record that holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub arrival: Millis,
    pub id: RecordId,
}

/// What a search found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The newest, in falling order of arrival and id; as many as were asked for.
    pub hits: Vec<Hit>,
    /// No newer hit can come: these are the first ones.
    pub are_first: bool,
    pub matched: u64,
    /// Of the `total` records in the scope.
    pub searched: u64,
    pub total: u64,
    /// Of those searched, the ones that were not searched whole: packed so that decoding them takes
    /// more than a search spends, or no text.
    pub undecoded: u64,
    /// Of those searched, the ones that have no search text yet and were read from the database.
    pub unindexed: u64,
    /// Everything was searched. Not so after [`Cancel::cancel`].
    pub complete: bool,
}

/// How much search text there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SearchText {
    /// Records in sealed blocks that have it.
    pub records: u64,
    /// Of the files beside the workspace.
    pub file_bytes: u64,
    /// Records in sealed blocks.
    pub sealed: u64,
}

impl Store {
    /// The records of `scope` that hold `needle`. `progress` is told when the first `limit` hits are certain, and
    /// then some times a second; the last answer is returned. Blocks until then.
    ///
    /// # Errors
    /// [`StoreError::UnknownCapture`]; [`StoreError::LongSearchText`].
    pub fn search(
        &self,
        scope: &Scope,
        needle: &Needle,
        limit: usize,
        cancel: &Cancel,
        progress: &mut dyn FnMut(&Found),
    ) -> Result<Found, StoreError> {
        let holdings = self.shared.library.holdings();
        let finder = Finder::new(needle, holdings.sample(SAMPLE_BYTES))?;
        let snapshot = self.shared.readers.snapshot()?;
        let catalog = self.shared.library.catalog(&snapshot)?;
        let opened = holdings.opened();
        let plot = plot::Plot::draw(
            &snapshot, scope, needle, &finder, &catalog, &holdings, &opened,
        )?;
        run::run(snapshot, &plot, &finder, limit, cancel, progress)
    }

    pub fn search_text(&self) -> Result<SearchText, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let catalog = self.shared.library.catalog(&snapshot)?;
        let holdings = self.shared.library.holdings();
        let rows = |has_text: bool| -> u64 {
            let blocks = catalog.blocks.iter();
            let counted = blocks.filter(|block| !has_text || holdings.place(block).is_some());
            counted.map(|block| u64::from(block.rows)).sum()
        };
        Ok(SearchText {
            records: rows(true),
            file_bytes: holdings
                .segments
                .iter()
                .map(|segment| segment.file_bytes)
                .sum(),
            sealed: rows(false),
        })
    }
}
