//! Decoded blocks that readers are likely to want again. A block's key is never used twice, so
//! what is cached is never stale.

use crate::{
    StoreError,
    block::DecodedBlock,
    blocks::{self, BlockHeader},
};
use rusqlite::Connection;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// A page of rows touches about a block a shard.
const BUDGET_BYTES: usize = 24 * 1024 * 1024;

#[derive(Default)]
pub(crate) struct BlockCache {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    blocks: HashMap<i64, (Arc<DecodedBlock>, u64)>,
    bytes: usize,
    clock: u64,
}

impl BlockCache {
    pub fn get(
        &self,
        connection: &Connection,
        block: &BlockHeader,
    ) -> Result<Arc<DecodedBlock>, StoreError> {
        if let Some(decoded) = self.lock().touch(block.key) {
            return Ok(decoded);
        }
        let decoded = Arc::new(blocks::decode(connection, block)?);
        self.lock().keep(block.key, Arc::clone(&decoded));
        Ok(decoded)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn touch(&mut self, key: i64) -> Option<Arc<DecodedBlock>> {
        self.clock += 1;
        let (block, used) = self.blocks.get_mut(&key)?;
        *used = self.clock;
        Some(Arc::clone(block))
    }

    fn keep(&mut self, key: i64, block: Arc<DecodedBlock>) {
        self.clock += 1;
        self.bytes += block.memory_bytes();
        if let Some((replaced, _)) = self.blocks.insert(key, (block, self.clock)) {
            self.bytes -= replaced.memory_bytes();
        }
        while self.bytes > BUDGET_BYTES && self.blocks.len() > 1 {
            let Some((&oldest, _)) = self.blocks.iter().min_by_key(|(_, (_, used))| *used) else {
                return;
            };
            if let Some((dropped, _)) = self.blocks.remove(&oldest) {
                self.bytes -= dropped.memory_bytes();
            }
        }
    }
}
