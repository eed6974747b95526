//! Shards of the workspace by the names that people and files use.

use record::{ShardId, StreamName};
use std::collections::HashMap;
use store::{ShardKey, Store, StoreError};

/// Each shard's stream and its own id. A stream's earlier incarnations have the same names.
pub fn shard_names(store: &Store) -> Result<HashMap<ShardKey, (StreamName, ShardId)>, StoreError> {
    let mut names = HashMap::new();
    for stream in store.streams()? {
        for shard in store.shards(stream.key)? {
            names.insert(shard.key, (stream.stream.name.clone(), shard.shard.id));
        }
    }
    Ok(names)
}
