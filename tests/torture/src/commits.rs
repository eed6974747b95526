//! The order of a store's commits, as its own notices tell it.

use crate::Image;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use store::{ShardKey, Store};

/// In which order shards were committed to, over all openings of a workspace.
#[derive(Clone, Debug, Default)]
pub struct Commits(Arc<Mutex<Vec<ShardKey>>>);

impl Commits {
    /// Listens to a store from now on.
    pub fn of(&self, store: &Store) {
        let seen = Arc::clone(&self.0);
        store.on_commit(Box::new(move |notice| {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.extend(&notice.shards);
        }));
    }

    /// Invariant 4, by the commits themselves: nothing of a child before the last of its parents, which are not read
    /// again afterwards.
    ///
    /// # Errors
    /// The first pair that is wrong, in words.
    pub fn in_order(&self, image: &Image) -> Result<(), String> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut first, mut last) = (HashMap::new(), HashMap::new());
        for (place, shard) in seen.iter().enumerate() {
            first.entry(*shard).or_insert(place);
            last.insert(*shard, place);
        }
        for (id, shard) in &image.shards {
            for parent in &shard.parents {
                let parent_key = image.shards.get(parent).map(|parent| parent.key);
                let ended = parent_key.and_then(|key| last.get(&key));
                if let (Some(begun), Some(ended)) = (first.get(&shard.key), ended)
                    && begun <= ended
                {
                    return Err(format!("{id} was stored before {parent} was at its end"));
                }
            }
        }
        Ok(())
    }
}
