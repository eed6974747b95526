//! Browsing: streams, shards, consumers and tags as the endpoint tells them, asked anew each time. Only where a
//! typed key lands is told from shards that were listed up to half a minute ago.

use crate::{ConnectionId, Engine, EngineError};
use kinesis::{Consumer, ShardSummary, StreamListing, StreamSummary, Tag};
use record::{HashKey, ShardId, StreamName};
use std::{sync::Arc, time::Instant};

/// Where records with one partition key go now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPlacement {
    pub hash_key: HashKey,
    /// The open shard whose range holds the hash key.
    pub shard: Option<ShardId>,
}

impl Engine {
    pub async fn streams(
        &self,
        connection: ConnectionId,
    ) -> Result<Vec<StreamListing>, EngineError> {
        Ok(self.connection(connection)?.connection.streams().await?)
    }

    pub async fn stream(
        &self,
        connection: ConnectionId,
        name: &str,
    ) -> Result<StreamSummary, EngineError> {
        Ok(self
            .connection(connection)?
            .connection
            .stream(&stream_name(name)?)
            .await?)
    }

    pub async fn shards(
        &self,
        connection: ConnectionId,
        name: &str,
    ) -> Result<Vec<ShardSummary>, EngineError> {
        let shards = self.list_shards(connection, stream_name(name)?).await?;
        Ok(shards.to_vec())
    }

    /// Replaces what is kept of the stream, also by nothing where the listing fails.
    async fn list_shards(
        &self,
        connection: ConnectionId,
        name: StreamName,
    ) -> Result<Arc<[ShardSummary]>, EngineError> {
        let opened = self.connection(connection)?;
        let listed = opened.connection.shards(&name).await;
        let key = (connection, name);
        match listed {
            Ok(shards) => {
                let shards: Arc<[ShardSummary]> = shards.into();
                self.shard_lists()
                    .keep(key, Arc::clone(&shards), Instant::now());
                Ok(shards)
            }
            Err(error) => {
                self.shard_lists().forget(&key);
                Err(error.into())
            }
        }
    }

    pub async fn consumers(
        &self,
        connection: ConnectionId,
        name: &str,
    ) -> Result<Vec<Consumer>, EngineError> {
        let connection = self.connection(connection)?.connection;
        let stream = connection.stream(&stream_name(name)?).await?;
        Ok(connection.consumers(&stream.identity.arn).await?)
    }

    pub async fn tags(
        &self,
        connection: ConnectionId,
        name: &str,
    ) -> Result<Vec<Tag>, EngineError> {
        Ok(self
            .connection(connection)?
            .connection
            .tags(&stream_name(name)?)
            .await?)
    }

    /// The shard that a record with this partition key and no explicit hash key goes to.
    pub async fn shard_of_key(
        &self,
        connection: ConnectionId,
        name: &str,
        partition_key: &str,
    ) -> Result<KeyPlacement, EngineError> {
        let hash_key = HashKey::of_partition_key(partition_key);
        self.connection(connection)?;
        let key = (connection, stream_name(name)?);
        let shards = match self.shard_lists().get(&key, Instant::now()) {
            Some(shards) => shards,
            None => self.list_shards(connection, key.1).await?,
        };
        let shard = shards
            .iter()
            .find(|shard| shard.is_open() && shard.hash_range.contains(hash_key));
        Ok(KeyPlacement {
            hash_key,
            shard: shard.map(|shard| shard.id.clone()),
        })
    }
}

pub(crate) fn stream_name(name: &str) -> Result<StreamName, EngineError> {
    name.parse()
        .map_err(|error: record::NameError| EngineError::Input(error.to_string()))
}
