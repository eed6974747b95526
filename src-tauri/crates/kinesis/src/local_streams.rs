//! Making and removing streams, on this machine only.
//!
//! There is no permission to ask for and no undoing: what a person may do to a stream of AWS is done elsewhere. Each
//! call is made once, because a second one could meet what the first has done.

use crate::{Connection, KinesisError, Operation, clients::once, connection::send};
use record::StreamName;
use std::num::NonZeroU16;

/// A connection whose endpoint is on this machine: all that can create and delete streams.
#[derive(Clone, Debug)]
pub struct LocalStreams(Connection);

impl Connection {
    /// `None` unless its endpoint is a loopback address or `localhost`.
    pub fn local_streams(&self) -> Option<LocalStreams> {
        let is_here = self.endpoint().is_loopback();
        is_here.then(|| LocalStreams(self.clone()))
    }
}

impl LocalStreams {
    /// Begins to make a provisioned stream; it is `CREATING` for a while.
    ///
    /// # Errors
    /// [`KinesisError::Refused`] where there is one of that name, or the endpoint takes no more shards.
    pub async fn create(&self, name: &StreamName, shards: NonZeroU16) -> Result<(), KinesisError> {
        let connection = &self.0;
        let request = connection
            .0
            .client
            .create_stream()
            .stream_name(name.as_str())
            .shard_count(i32::from(shards.get()));
        send!(connection, Operation::CreateStream, request, override once()).map(drop)
    }

    /// Begins to remove the stream with all its records; it is `DELETING` for a while.
    ///
    /// # Errors
    /// [`KinesisError::NotFound`], and [`KinesisError::Refused`] while consumers are registered on it.
    pub async fn delete(&self, name: &StreamName) -> Result<(), KinesisError> {
        let connection = &self.0;
        let request = connection
            .0
            .client
            .delete_stream()
            .stream_name(name.as_str());
        send!(connection, Operation::DeleteStream, request, override once()).map(drop)
    }
}
