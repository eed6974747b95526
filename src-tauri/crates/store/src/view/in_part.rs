//! Counting the records of which a filter could look at a part only.

use super::{
    scope::{Covered, ShardName},
    sieve::Sieve,
    texts::BlockTexts,
};
use crate::{
    StoreError,
    blocks::{self, BlockHeader},
};
use rusqlite::Connection;
use std::{cell::Cell, ops::Range};

/// How many of the records that were asked could be searched in part only: more may be packed in them than was looked at.
#[derive(Debug, Default)]
pub(crate) struct InPart(Cell<u64>);

impl InPart {
    pub fn get(&self) -> u64 {
        self.0.get()
    }

    pub fn add(&self, records: u64) {
        self.0.set(self.0.get() + records);
    }
}

impl Sieve {
    /// Of the records of a block that its columns do not rule out, those that have a part of their text only.
    pub fn in_part(
        &self,
        connection: &Connection,
        (shard, covered): (&ShardName, &Covered),
        block: &BlockHeader,
        numbers: &Range<u64>,
        texts: &BlockTexts,
    ) -> Result<u64, StoreError> {
        if texts.in_part().is_empty() || !self.looks_into_events {
            return Ok(0);
        }
        let columns = blocks::columns(connection, block)?;
        let admitted = self.candidates((shard, covered), block, &columns, numbers, None);
        let is_one =
            |(place, _): &&(usize, u32)| texts.in_part().binary_search(&(*place as u32)).is_ok();
        Ok(admitted.iter().filter(is_one).count() as u64)
    }
}
