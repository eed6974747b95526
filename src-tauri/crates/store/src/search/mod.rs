//! Search text: what records say, kept so that views, walks and questions need not read them one by one.
//!
//! Texts of sealed blocks are kept uncompressed beside the workspace, in files that are made behind the
//! writer and may be deleted at any time; blocks without them, and the tail, are read from the database. Either
//! way the answer is the same.

mod build;
mod catalog;
mod filter;
mod gone;
mod indexer;
mod library;
mod map;
mod needle;
mod plan;
mod segment;
mod text;
mod words;

pub(crate) use catalog::{Catalog, LiveBlock};
pub(crate) use filter::TextFilter;
pub(crate) use indexer::{Indexer, Wake};
pub(crate) use library::{Holdings, Library};
pub use plan::SearchLimits;
pub(crate) use segment::{Opened, Piece, fingerprint};
pub use text::{Searched, searched, searched_text};

use crate::{Store, StoreError};

/// Of text, to see what is rare in it.
const SAMPLE_BYTES: usize = 32 * 1024;

/// How much search text there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SearchText {
    /// Records in sealed blocks that have it, as they are read now.
    pub records: u64,
    /// Of the files beside the workspace.
    pub file_bytes: u64,
    /// Records in sealed blocks.
    pub sealed: u64,
    /// Of those that have it, the ones of which it holds a part only: what is packed in them takes more than a search
    /// spends, or cannot be read. They can match by what could be read.
    pub in_part: u64,
}

impl Store {
    pub fn search_text(&self) -> Result<SearchText, StoreError> {
        let snapshot = self.shared.readers.snapshot()?;
        let catalog = self.shared.library.catalog(&snapshot)?;
        let holdings = self.shared.library.holdings();
        let readings = &self.shared.readings;
        let piece = |block: &LiveBlock| {
            let piece = holdings.piece(holdings.place(block)?);
            let version = readings.of(block.shard).version;
            piece.is_read_by(version).then_some(piece)
        };
        let rows = |block: &LiveBlock| u64::from(block.rows);
        let with_text = catalog.blocks.iter().filter(|block| piece(block).is_some());
        Ok(SearchText {
            records: with_text.map(rows).sum(),
            file_bytes: holdings
                .segments
                .iter()
                .map(|segment| segment.file_bytes)
                .sum(),
            sealed: catalog.blocks.iter().map(rows).sum(),
            in_part: catalog
                .blocks
                .iter()
                .filter_map(piece)
                .map(|piece| piece.in_part.len() as u64)
                .sum(),
        })
    }
}
