//! The segments that are there, and which block's text lies where. Readers take the holdings as they are and
//! keep them; the indexer puts others in their place.

use super::{
    catalog::{Catalog, LiveBlock},
    segment::{Opened, Piece, Segment},
};
use crate::{ShardKey, StoreError};
use rusqlite::Connection;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

#[derive(Debug, Default)]
pub(crate) struct Library {
    holdings: RwLock<Arc<Holdings>>,
    catalog: Mutex<Arc<Catalog>>,
}

/// Segments, and by a block's key where its piece is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Holdings {
    pub segments: Vec<Arc<Segment>>,
    places: HashMap<i64, (u32, u32)>,
}

impl Library {
    pub fn holdings(&self) -> Arc<Holdings> {
        Arc::clone(&self.holdings.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts `fresh` there and takes `gone` away, by their paths, in one step.
    pub fn change(&self, fresh: Option<Segment>, gone: &[Arc<Segment>]) {
        let mut holdings = self
            .holdings
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let stays = |segment: &Arc<Segment>| gone.iter().all(|gone| gone.path != segment.path);
        let mut segments: Vec<_> = holdings
            .segments
            .iter()
            .filter(|s| stays(s))
            .cloned()
            .collect();
        segments.extend(fresh.map(Arc::new));
        *holdings = Arc::new(Holdings::new(segments));
    }

    /// The blocks that were there when somebody looked last: the newest may be missing.
    pub fn known(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The blocks that a snapshot has.
    pub fn catalog(&self, snapshot: &Connection) -> Result<Arc<Catalog>, StoreError> {
        let mut catalog = self.catalog.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(changed) = catalog.update(snapshot)? {
            *catalog = Arc::new(changed);
        }
        Ok(Arc::clone(&catalog))
    }
}

impl Holdings {
    fn new(segments: Vec<Arc<Segment>>) -> Self {
        let mut places: HashMap<i64, (u32, u32)> = HashMap::new();
        for (at, segment) in (0..).zip(&segments) {
            for (piece, found) in (0..).zip(&segment.pieces) {
                let place = places.entry(found.block).or_insert((at, piece));
                // a later file has a block again because it was read otherwise
                if segments[place.0 as usize].path <= segment.path {
                    *place = (at, piece);
                }
            }
        }
        Self { segments, places }
    }

    /// Where a block's text is: the segment's and the piece's place.
    pub fn place(&self, block: &LiveBlock) -> Option<(usize, usize)> {
        self.place_of(block.key, block.shard, block.fingerprint)
    }

    pub fn place_of(&self, key: i64, shard: ShardKey, fingerprint: u64) -> Option<(usize, usize)> {
        let &(segment, piece) = self.places.get(&key)?;
        let place = (segment as usize, piece as usize);
        let found = self.piece(place);
        (found.shard == shard && found.fingerprint == fingerprint).then_some(place)
    }

    /// Some of the newest text, to see what is rare in it.
    pub fn newest(&self) -> Option<(Opened<'_>, &Piece)> {
        let opened = self.segments.last()?.opened()?;
        Some((opened, opened.segment.pieces.first()?))
    }

    /// The beginning of the newest text.
    pub fn sample(&self, bytes: usize) -> &[u8] {
        let text = self.newest().map(|(opened, piece)| opened.text(piece));
        text.map_or(&[], |text| &text[..text.len().min(bytes)])
    }

    pub fn piece(&self, (segment, piece): (usize, usize)) -> &Piece {
        &self.segments[segment].pieces[piece]
    }
}
