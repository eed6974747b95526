//! The names of what rows refer to by key. Names never change; what else is stored of a shard is asked anew.

use crate::{
    Engine, EngineError,
    engine::{blocking, locked},
};
use record::StreamIdentity;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use store::{ShardKey, StoreError, StoredShard, StoredStream};

/// A shard with its stream.
#[derive(Clone, Debug)]
pub struct NamedShard {
    pub stream: Arc<str>,
    pub arn: Arc<str>,
    pub(crate) identity: StreamIdentity,
    pub stored: StoredShard,
}

pub(crate) type ShardNames = Arc<HashMap<ShardKey, NamedShard>>;

#[derive(Default)]
pub(crate) struct KnownShards(Mutex<ShardNames>);

impl Engine {
    /// Every shard of the workspace as it is stored now.
    pub(crate) fn read_shard_names(&self) -> Result<ShardNames, StoreError> {
        let mut names = HashMap::new();
        for stream in self.store().streams()? {
            let StoredStream { key, stream, .. } = stream;
            let name: Arc<str> = stream.name.as_str().into();
            let arn: Arc<str> = stream.identity.arn.as_str().into();
            for stored in self.store().shards(key)? {
                let shard = NamedShard {
                    stream: Arc::clone(&name),
                    arn: Arc::clone(&arn),
                    identity: stream.identity.clone(),
                    stored,
                };
                names.insert(shard.stored.key, shard);
            }
        }
        let names = Arc::new(names);
        *locked(&self.names().0) = Arc::clone(&names);
        Ok(names)
    }

    /// The names as last read; read again where one of `keys` is not among them.
    pub(crate) fn names_of(
        &self,
        keys: impl IntoIterator<Item = ShardKey>,
    ) -> Result<ShardNames, StoreError> {
        let known = Arc::clone(&*locked(&self.names().0));
        if keys.into_iter().all(|key| known.contains_key(&key)) {
            Ok(known)
        } else {
            self.read_shard_names()
        }
    }

    pub(crate) async fn shard_names(&self) -> Result<ShardNames, EngineError> {
        let engine = self.clone();
        Ok(blocking(move || engine.read_shard_names()).await??)
    }
}
