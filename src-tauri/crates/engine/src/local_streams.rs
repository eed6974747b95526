//! Streams that a person makes and removes on this machine's own endpoints. Elsewhere it is not offered: a connection
//! to another host cannot be asked for it.

use crate::{
    ConnectionId, ConnectionSource, Engine, EngineError, OpenedConnection, streams::stream_name,
};
use kinesis::{KinesisError, LocalStreams, StreamStatus, StreamSummary};
use record::StreamName;
use std::{
    num::NonZeroU16,
    time::{Duration, Instant},
};

/// An endpoint makes and removes streams in its own time; this long it is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_INTERVAL: Duration = Duration::from_millis(200);

impl Engine {
    /// Makes a stream and waits until it can be used, or for 20 seconds.
    ///
    /// # Errors
    /// [`EngineError::Input`] where the endpoint is not on this machine, or the name or the count cannot be;
    /// [`KinesisError::Refused`] where there is such a stream already.
    pub async fn create_stream(
        &self,
        connection: ConnectionId,
        name: &str,
        shards: u64,
    ) -> Result<StreamSummary, EngineError> {
        let name = stream_name(name)?;
        let shards = u16::try_from(shards).ok().and_then(NonZeroU16::new);
        let shards = shards
            .ok_or_else(|| EngineError::Input("a stream has at least one shard".to_owned()))?;
        self.local_streams(connection)?
            .create(&name, shards)
            .await?;
        let opened = self.connection(connection)?;
        let begun = Instant::now();
        loop {
            let summary = opened.connection.stream(&name).await?;
            if summary.status != StreamStatus::Creating || begun.elapsed() > PATIENCE {
                return Ok(summary);
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }

    /// Removes a stream with all its records, and waits until it is gone, or for 20 seconds. It cannot be undone.
    ///
    /// # Errors
    /// [`EngineError::Input`] where the endpoint is not on this machine, the name was not typed as it is, or the demo
    /// plays on the stream.
    pub async fn delete_stream(
        &self,
        connection: ConnectionId,
        name: &str,
        typed: &str,
    ) -> Result<(), EngineError> {
        let name = stream_name(name)?;
        let streams = self.local_streams(connection)?;
        if typed != name.as_str() {
            let message = "the stream's name was not typed as it is";
            return Err(EngineError::Input(message.to_owned()));
        }
        self.spare_the_demo(connection, &name)?;
        streams.delete(&name).await?;
        self.shard_lists().forget(&(connection, name.clone()));
        let opened = self.connection(connection)?;
        let begun = Instant::now();
        loop {
            match opened.connection.stream(&name).await {
                Err(KinesisError::NotFound { .. }) => return Ok(()),
                _ if begun.elapsed() > PATIENCE => return Ok(()),
                _ => tokio::time::sleep(LOOK_INTERVAL).await,
            }
        }
    }

    fn local_streams(&self, connection: ConnectionId) -> Result<LocalStreams, EngineError> {
        let opened = self.connection(connection)?.connection;
        opened.local_streams().ok_or_else(|| {
            let host = &opened.endpoint().host;
            EngineError::Input(format!(
                "{host} is not this machine: streams are made and removed here only"
            ))
        })
    }

    /// The demo's generator would go on writing to what is not there.
    fn spare_the_demo(
        &self,
        connection: ConnectionId,
        name: &StreamName,
    ) -> Result<(), EngineError> {
        let kept = self.connection(connection)?.kept_streams();
        if kept.contains(&name.as_str()) {
            return Err(EngineError::Input(format!(
                "the demo plays on {name}; make a stream of your own to remove one"
            )));
        }
        Ok(())
    }
}

impl OpenedConnection {
    /// Streams that cannot be removed through it: those that the demo plays on.
    pub fn kept_streams(&self) -> Vec<&'static str> {
        match self.choice.source {
            ConnectionSource::Demo => demo::Stream::ALL.map(demo::Stream::name).to_vec(),
            _ => Vec::new(),
        }
    }
}
