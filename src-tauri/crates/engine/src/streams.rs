//! Browsing: streams, shards, consumers and tags as the endpoint tells them, asked anew each time.

use crate::{ConnectionId, Engine, EngineError};
use kinesis::{Consumer, ShardSummary, StreamListing, StreamSummary, Tag};
use record::{HashKey, ShardId, StreamName};

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
        Ok(self
            .connection(connection)?
            .connection
            .shards(&stream_name(name)?)
            .await?)
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
        let shards = self.shards(connection, name).await?;
        let shard = shards
            .into_iter()
            .find(|shard| shard.is_open() && shard.hash_range.contains(hash_key));
        Ok(KeyPlacement {
            hash_key,
            shard: shard.map(|shard| shard.id),
        })
    }
}

pub(crate) fn stream_name(name: &str) -> Result<StreamName, EngineError> {
    name.parse()
        .map_err(|error: record::NameError| EngineError::Input(error.to_string()))
}
