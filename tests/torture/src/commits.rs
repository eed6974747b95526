//! The order of a store's commits, as its own notices tell it.

use crate::Image;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use store::{ShardKey, Store};

/// In which order records of shards were committed, over all openings of a workspace.
#[derive(Clone, Debug, Default)]
pub struct Commits(Arc<Mutex<Vec<ShardKey>>>);

impl Commits {
    /// Listens to a store from now on.
    pub fn of(&self, store: &Store) {
        let seen = Arc::clone(&self.0);
        store.on_commit(Box::new(move |notice| {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.extend(&notice.grown);
        }));
    }

    /// Invariant 4, by the commits themselves: no record of a child before the last record of its parents. That a parent
    /// is at its end may be committed later, where the endpoint never says so and it only fell silent.
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
