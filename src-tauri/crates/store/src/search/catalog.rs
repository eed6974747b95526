//! The sealed blocks that are there, as a snapshot of the database has them, and small enough to keep.
//!
//! A block's key is never used twice and a block is never changed, so a later snapshot is read only
//! where blocks were added, and wholly where some are gone.

use super::segment::{Piece, fingerprint};
use crate::{
    ShardKey, StoreError,
    block::NumberRun,
    blocks::{self, BlockOutline, HEADER},
};
use rusqlite::Connection;

#[derive(Clone, Debug)]
pub(crate) struct LiveBlock {
    pub key: i64,
    pub outline: BlockOutline,
    pub shard: ShardKey,
    pub rows: u32,
    pub size_bytes: u64,
    pub fingerprint: u64,
}

/// In the order of their keys, which is the order of sealing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Catalog {
    pub blocks: Vec<LiveBlock>,
}

impl Catalog {
    /// The block is there from which the piece was made.
    pub fn has(&self, piece: &Piece) -> bool {
        self.find(piece.block).is_some_and(|block| {
            (block.shard, block.fingerprint) == (piece.shard, piece.fingerprint)
        })
    }

    /// A block of this key was there, and is no more.
    pub fn had(&self, key: i64) -> bool {
        self.find(key).is_none() && self.blocks.last().is_some_and(|last| key < last.key)
    }

    /// The block that a run of numbers leads to, if it is known and has them.
    pub fn of_run(&self, shard: ShardKey, run: NumberRun, key: i64) -> Option<&LiveBlock> {
        self.find(key)
            .filter(|block| block.shard == shard && block.outline.numbers.runs().contains(&run))
    }

    fn find(&self, key: i64) -> Option<&LiveBlock> {
        let place = self.blocks.binary_search_by_key(&key, |block| block.key);
        place.ok().map(|place| &self.blocks[place])
    }

    /// What a snapshot has, or nothing if that is what is known already.
    pub fn update(&self, snapshot: &Connection) -> Result<Option<Self>, StoreError> {
        let (count, last): (i64, i64) = snapshot
            .prepare_cached("SELECT count(*), coalesce(max(key), 0) FROM block")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let known_last = self.blocks.last().map_or(0, |block| block.key);
        let is_known = |added: usize| self.blocks.len() + added == count as usize;
        if last == known_last && is_known(0) {
            return Ok(None);
        }
        if last > known_last {
            let added = after(snapshot, known_last)?;
            if is_known(added.len()) {
                let mut blocks = self.blocks.clone();
                blocks.extend(added);
                return Ok(Some(Self { blocks }));
            }
        }
        Ok(Some(Self {
            blocks: after(snapshot, 0)?,
        }))
    }
}

fn after(snapshot: &Connection, key: i64) -> Result<Vec<LiveBlock>, StoreError> {
    let mut statement = snapshot.prepare_cached(&format!(
        "SELECT {HEADER} FROM block WHERE key > ? ORDER BY key"
    ))?;
    let mut rows = statement.query([key])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let block = blocks::header(row)?;
        let shard = block.shard;
        found.push(LiveBlock {
            key: block.key,
            shard,
            rows: block.rows,
            size_bytes: block.size_bytes,
            fingerprint: fingerprint(shard, &block),
            outline: block.into(),
        });
    }
    Ok(found)
}
