//! Which files of search text have text of records that the workspace has no more. It removes nothing.
//!
//! A block is gone when its records were deleted with a capture, or when they went into another block. The text of the
//! latter says nothing that is not there anyway.

use super::{catalog::Catalog, segment::Segment};
use crate::{StoreError, blocks};
use rusqlite::Connection;
use std::collections::HashSet;

#[derive(Debug, Default)]
pub(super) struct Gone {
    /// How many captures there are, and the last one: other figures where one was deleted.
    captures: (i64, i64),
    /// Blocks that are gone, with all their records in others.
    moved: HashSet<i64>,
}

impl Gone {
    /// Of another moment: what is known is forgotten where a capture was deleted since.
    pub fn look(&mut self, snapshot: &Connection) -> Result<(), StoreError> {
        let captures = snapshot
            .prepare_cached("SELECT count(*), coalesce(max(id), 0) FROM capture")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if captures != self.captures {
            self.captures = captures;
            self.moved.clear();
        }
        Ok(())
    }

    /// Whether there is text of deleted records in the file, or of another copy of the workspace.
    pub fn is_in(
        &mut self,
        segment: &Segment,
        catalog: &Catalog,
        snapshot: &Connection,
    ) -> Result<bool, StoreError> {
        let Some(opened) = segment.opened() else {
            return Ok(true);
        };
        for piece in &segment.pieces {
            if self.moved.contains(&piece.block) || catalog.has(piece) {
                continue;
            }
            let has_moved = match opened.numbers(piece) {
                Ok(numbers) if catalog.had(piece.block) => {
                    blocks::hold_all(snapshot, piece.shard, &numbers)?
                }
                _ => false,
            };
            if !has_moved {
                return Ok(true);
            }
            self.moved.insert(piece.block);
        }
        Ok(false)
    }
}
